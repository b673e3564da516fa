"""Parts of a picture by name: what an export can show alone and larger."""

from collections.abc import Iterable

from memsim_gui.scene import words
from memsim_gui.scene.frame import Composition
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.layout import NodeBox, StageLayout

MARGIN_UNITS = 2  # around a part, so that its frame is in the picture
STAGE, CAPTION = "stage", "caption"
LANES = {title.lower().replace(" ", "-"): kind for kind, title in words.LANE_TITLES.items()}
PARTS = ("lanes", "free", "devices", "reclaim", *LANES)


def names(nodes: int) -> list[str]:
    """Names of the parts on a machine of so many nodes: the parts of several are called as in "node1.lanes"."""
    found = [STAGE, CAPTION]
    for node in range(nodes):
        prefix = f"node{node}." if nodes > 1 else ""
        found += [f"node{node}", *(prefix + part for part in PARTS)]
    return found


def regions(composition: Composition, layout: StageLayout) -> dict[str, Rect]:
    """Return the parts of a picture by their names, in pixels of it."""
    margin = MARGIN_UNITS * layout.metrics.unit
    found = [composition.stage, composition.caption]
    for box in layout.nodes:
        found += [box.panel, *(_part(box, name).inset(-margin) for name in PARTS)]
    return dict(zip(names(len(layout.nodes)), found, strict=True))


def _part(box: NodeBox, name: str) -> Rect:
    if name in LANES:
        return box.lanes[LANES[name]].card
    if name == "lanes":
        return hull(lane.card for lane in box.lanes.values())
    if name == "free":
        return box.free
    return hull([box.swap, box.disk] if name == "devices" else [box.batch, box.actors, box.stats])


def hull(rects: Iterable[Rect]) -> Rect:
    """Return the smallest rectangle around at least one."""
    found = list(rects)
    x, y = min(rect.x for rect in found), min(rect.y for rect in found)
    return Rect(x, y, max(rect.right for rect in found) - x, max(rect.bottom for rect in found) - y)
