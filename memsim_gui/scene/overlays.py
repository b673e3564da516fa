"""Where a lecture's extras stand on its picture: never over the caption, and none over another that can be open too."""

from typing import NamedTuple

from memsim_gui.scene.frame import Composition
from memsim_gui.scene.geometry import Metrics, Rect

LEGEND_SHARE = 0.58  # of the footer
CLOCK_SHARE = 0.36  # of the title line


class Overlays(NamedTuple):
    """Places of the extras, and the size of their type in pixels."""

    clock: Rect
    sheet: Rect  # the sheet of keys
    chapters: Rect
    notes: Rect
    strip: Rect  # the last keys pressed
    body: float


def overlays(c: Composition, m: Metrics) -> Overlays:
    """Return the places on a picture divided like this."""
    room = Rect(c.caption.x, c.stage.y + m.unit, c.caption.w, c.stage.h)  # no list looks out below
    half = (room.w - 4 * m.unit) / 2
    return Overlays(
        clock=c.title.cut(left=(1 - CLOCK_SHARE) * c.title.w),
        sheet=room,
        chapters=room._replace(w=half),
        notes=room.cut(left=room.w - half),
        strip=c.footer._replace(w=(1 - LEGEND_SHARE) * c.footer.w),
        body=m.caption,
    )
