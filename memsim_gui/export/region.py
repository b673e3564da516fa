"""The part of the picture that an export shows: a name of the stage's parts, or percent of the picture."""

import re

from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.scene import Scene
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.regions import names, regions

SMALLEST_PERCENT = 10.0
WHOLE_PERCENT = 100.0
ACCEPTED = f"X,Y,WxH in percent of the picture, at least {SMALLEST_PERCENT:g}x{SMALLEST_PERCENT:g} and inside it"
_NUMBER = r"(\d+(?:\.\d+)?)"
_SHAPE = re.compile(f"{_NUMBER},{_NUMBER},{_NUMBER}x{_NUMBER}")


def percent_of(text: str) -> Rect | None:
    """Return the rectangle of a text such as "25,0,50x60"; None for a name. InputError for numbers of another kind."""
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None:
        if text[:1].isdigit() or "," in text:
            raise InputError("region", quoted(text), ACCEPTED)
        return None
    rect = Rect(*map(float, shape.groups()))
    if min(rect.w, rect.h) < SMALLEST_PERCENT or max(rect.right, rect.bottom) > WHOLE_PERCENT:
        raise InputError("region", quoted(text), ACCEPTED)
    return rect


def check(text: str, nodes: int) -> None:
    """Raise InputError for what is no part of the picture of a machine of so many nodes; an empty text is all of it."""
    if text and percent_of(text) is None and text not in names(nodes):
        raise InputError("region", quoted(text), f"{', '.join(names(nodes))}; or {ACCEPTED}")


def region_of(text: str, scene: Scene) -> Rect:
    """Return the part of a scene's pictures, in their pixels. InputError for a name that it does not have."""
    layout = scene.stage.layout
    check(text, len(layout.nodes))
    rect = percent_of(text)
    if rect is None:
        return regions(scene.composition, layout)[text]
    across, down = (length / WHOLE_PERCENT for length in scene.size)
    return Rect(rect.x * across, rect.y * down, rect.w * across, rect.h * down)
