"""Stage layout: where lanes, gauge, devices and actors of each node stand, and the gutters between them.

    G0  Active anon    G1  Inactive anon    G2  Free  G3  Swap
    H1  ---------------------------------------------
        Active file        Inactive file              Disk
    H2  ---------------------------------------------
        Unevictable        batches, actors      this step

Frames enter and leave on the right; lists run from head (upper left) to tail (lower right), so pages age from left to
right. Everything that moves travels in the gutters G (down) and H (across), which no list stands on.
"""

from math import log
from typing import NamedTuple

from memsim_gui.scene.geometry import Metrics, Rect
from memsim_gui.trace import lanes


class LaneBox(NamedTuple):
    """One list: its card, the place of its tokens, the bay for isolated pages at its tail, the strip for a verdict."""

    kind: int
    node: int
    card: Rect
    head: Rect  # title and count
    tokens: Rect
    bay: Rect
    verdict: Rect

    @property
    def room(self) -> Rect:
        """Where blocks of pages stand: also in the bay, since isolated pages are then not told one by one."""
        return self.tokens._replace(w=max(self.tokens.right, self.bay.right) - self.tokens.x)


class Gutters(NamedTuple):
    """Centre lines: x of the vertical gutters G0..G3, y of the horizontal ones H0..H2."""

    across: tuple[float, ...]
    down: tuple[float, ...]
    width: float  # of the narrowest


class NodeBox(NamedTuple):
    """Everything of one node."""

    node: int
    panel: Rect
    header: Rect
    lanes: dict[int, LaneBox]
    free: Rect
    swap: Rect
    disk: Rect
    hand: Rect  # beside the gauge: where a page is between the allocator and its user
    batch: Rect  # pages on no list yet
    actors: Rect
    stats: Rect
    gutters: Gutters


class StageLayout(NamedTuple):
    """The stage of a machine: the nodes shown, and where all are listed if there are too many to show each."""

    area: Rect
    nodes: tuple[NodeBox, ...]
    metrics: Metrics
    chips: tuple[Rect, ...] = ()  # by node; empty where every node is shown

    def box_of(self, node: int) -> NodeBox | None:
        """Return the box of a node, None if it is not shown."""
        return next((box for box in self.nodes if box.node == node), None)

    def chip_at(self, x: float, y: float) -> int:
        """Number of the node whose chip is at a point, -1 where there is none."""
        return next((i for i, r in enumerate(self.chips) if r.x <= x < r.right and r.y <= y < r.bottom), -1)


def node_grid(nodes: int, area: Rect) -> tuple[int, int]:
    """Columns and rows in which node panels stand: as near to the shape of a stage as possible."""
    if nodes == 1:
        return 1, 1
    shapes = [(columns, -(-nodes // columns)) for columns in range(1, nodes + 1)]

    def oddness(shape: tuple[int, int]) -> float:
        columns, rows = shape
        return abs(log((area.w / columns) / (area.h / rows) / STAGE_SHAPE)) + UNEVEN * (columns * rows > nodes)

    return min(shapes, key=oddness)


SMALLEST_SHRINK = 0.3
SMALLEST_TYPE = 0.78  # of its size beside a single node
SMALLEST_TYPE_IN_LECTURE = 0.56  # the same where it is larger to begin with
STAGE_SHAPE = 1.9  # width to height at which a node reads best
UNEVEN = 0.5  # what a last row that is not full weighs against a better shape
LECTURE_EDGE_UNITS = 6
MOST_PANELS = 4  # nodes shown at once; of more, one is chosen from a row of chips


def stage_layout(area: Rect, nodes: int, metrics: Metrics, chosen: int = 0) -> StageLayout:
    """Lay out a stage of `nodes` nodes in an area; of more than MOST_PANELS only the `chosen` one is shown."""
    if nodes > 1 and metrics.lecture:
        area = area.inset(LECTURE_EDGE_UNITS * metrics.unit, 0)
    if nodes > MOST_PANELS:
        chips = _chips(area, nodes, metrics)
        panel = area.cut(top=chips[0].h + 2 * metrics.unit)
        return StageLayout(area, (_node_box(chosen, panel, metrics, titled=True),), metrics, chips)
    columns, rows = node_grid(nodes, area)
    gap = 2 * metrics.unit if nodes > 1 else 0.0
    width, height = (area.w - gap * (columns - 1)) / columns, (area.h - gap * (rows - 1)) / rows
    small = metrics
    if nodes > 1:
        shrink = max(SMALLEST_SHRINK, min(1.0, height / (150 * metrics.unit), width / (200 * metrics.unit)))
        small = _scaled(metrics, shrink)
    boxes = []
    for node in range(nodes):
        row, column = divmod(node, columns)
        beside = min(columns, nodes - row * columns)  # a last row that is not full shares the whole width
        wide = (area.w - gap * (beside - 1)) / beside
        panel = Rect(area.x + column * (wide + gap), area.y + row * (height + gap), wide, height)
        boxes.append(_node_box(node, panel, small, titled=nodes > 1 or not metrics.lecture))
    return StageLayout(area, tuple(boxes), small)


def _chips(area: Rect, nodes: int, m: Metrics) -> tuple[Rect, ...]:
    """Where the nodes are listed: side by side along the top."""
    gap = 1.5 * m.unit
    wide, high = (area.w - gap * (nodes - 1)) / nodes, 1.5 * m.body + 1.5 * m.small + 2 * m.unit
    return tuple(Rect(area.x + node * (wide + gap), area.y, wide, high) for node in range(nodes))


def grown(metrics: Metrics) -> Metrics:
    """Return the sizes for a machine of few frames, whose tokens are as large as their room and GROWTH allow."""
    return metrics._replace(token=GROWTH * metrics.token, grown=True)


GROWTH = 1.8


def _scaled(metrics: Metrics, factor: float) -> Metrics:
    least = SMALLEST_TYPE_IN_LECTURE if metrics.lecture else SMALLEST_TYPE
    type_sizes = ("title", "heading", "body", "small", "caption", "mono")
    sizes = {name: value * factor for name, value in metrics._asdict().items() if name in ("unit", "token", "radius")}
    sizes |= {name: getattr(metrics, name) * max(factor, least) for name in type_sizes}
    return metrics._replace(**sizes)


def _low_share(m: Metrics) -> float:
    """Share of the cards' height that the low row takes."""
    if m.lecture:
        return 0.21 if m.grown else 0.235
    return 0.26


def _columns(panel: Rect, m: Metrics) -> tuple[list[float], list[float]]:
    """Lefts and widths of the four columns: active, inactive, free, devices."""
    gutter = (12 if m.lecture else 11) * m.unit
    edge = (8 if m.lecture else 7) * m.unit
    last = (8 if m.lecture else 3) * m.unit
    free = max(16 * m.unit, 0.075 * panel.w)
    devices = max(28 * m.unit, 0.108 * panel.w)
    side = 9 * m.unit
    list_width = (panel.w - edge - 2 * gutter - free - side - devices - last) / 2
    widths = [list_width, list_width, free, devices]
    lefts = [panel.x + edge]
    for width, gap in zip(widths, (gutter, gutter, side), strict=False):
        lefts.append(lefts[-1] + width + gap)
    return lefts, widths


def _node_box(node: int, panel: Rect, m: Metrics, *, titled: bool) -> NodeBox:
    header = Rect(panel.x + 3 * m.unit, panel.y + 2 * m.unit, panel.w - 6 * m.unit, 1.7 * m.heading if titled else 0.0)
    gutter = max(3.5 * m.unit, min((7 if m.lecture and not m.grown else 6) * m.unit, GUTTER_SHARE * panel.h))
    lefts, widths = _columns(panel, m)
    top = header.bottom + (gutter if titled else 0.75 * gutter)
    room = panel.bottom - (3 * m.unit if titled else 0.0) - top - 2 * gutter
    low = min(_low_share(m) * room, 40 * m.unit)
    row = (room - low) / 2
    tops = [top, top + row + gutter, top + 2 * (row + gutter)]
    cards = {kind: Rect(lefts[c], tops[r], widths[c], low if r == LOW_ROW else row) for kind, (c, r) in _CELLS.items()}
    batch, actors = _halves(Rect(lefts[1], tops[2], widths[1], low), m)
    right = Rect(lefts[2], tops[2], lefts[3] + widths[3] - lefts[2], low)
    return NodeBox(
        node=node,
        panel=panel,
        header=header,
        lanes={kind: _lane_box(kind, node, card, m) for kind, card in cards.items()},
        free=Rect(lefts[2], tops[0], widths[2], tops[1] + row - tops[0]),
        swap=Rect(lefts[3], tops[0], widths[3], row),
        disk=Rect(lefts[3], tops[1], widths[3], row),
        hand=_hand(lefts[1] + widths[1], lefts[2], tops[1] + row / 2, m),
        batch=batch,
        actors=actors,
        stats=right,
        gutters=Gutters(
            across=(
                (panel.x + lefts[0]) / 2,
                (lefts[0] + widths[0] + lefts[1]) / 2,
                (lefts[1] + widths[1] + lefts[2]) / 2,
                (lefts[2] + widths[2] + lefts[3]) / 2,
            ),
            down=(tops[0] - gutter / 2, tops[1] - gutter / 2, tops[2] - gutter / 2),
            width=min(gutter, lefts[0] - panel.x),
        ),
    )


def _halves(area: Rect, m: Metrics) -> tuple[Rect, Rect]:
    """Divide the room for batches and actors: side by side, or one above the other where it is narrow."""
    gap = 3 * m.unit
    if area.w < NARROW_UNITS * m.unit and area.h > 2 * gap + 4.5 * (m.body + m.small):
        high = 0.5 * (area.h - gap)
        return area._replace(h=high), Rect(area.x, area.y + high + gap, area.w, area.h - high - gap)
    wide = 0.42 * (area.w - gap)
    return area._replace(w=wide), Rect(area.x + wide + gap, area.y, area.w - wide - gap, area.h)


NARROW_UNITS = 66
GUTTER_SHARE = 0.06  # of a panel's height, where that is low


def _hand(left: float, right: float, y: float, m: Metrics) -> Rect:
    side = min(m.token, right - left - 2 * m.unit)
    return Rect((left + right - side) / 2, y - side / 2, side, side)


# column and row of each list's card
_CELLS = {
    lanes.ACTIVE_ANON: (0, 0),
    lanes.INACTIVE_ANON: (1, 0),
    lanes.ACTIVE_FILE: (0, 1),
    lanes.INACTIVE_FILE: (1, 1),
    lanes.UNEVICTABLE: (0, 2),
}
LOW_ROW = 2


def _lane_box(kind: int, node: int, card: Rect, m: Metrics) -> LaneBox:
    inner = card.cut(left=4 * m.unit + ACCENT_UNITS * m.unit, right=3 * m.unit, top=2.5 * m.unit, bottom=1.5 * m.unit)
    head = Rect(inner.x, inner.y, inner.w, 1.35 * m.heading + (1.3 * m.small if has_subtitle(card, m) else 0))
    scanned = kind != lanes.UNEVICTABLE
    verdict_height = 1.75 * m.small if scanned else 0.0
    body = inner.cut(top=head.h + 1.5 * m.unit, bottom=verdict_height + (1.5 * m.unit if scanned else m.unit))
    if m.grown and not scanned and body.h < m.token:
        head = head._replace(w=BESIDE_SHARE * inner.w)
        body = inner.cut(left=head.w + 4 * m.unit)
    bay_width = min(m.token * 1.06 + 3 * m.unit, 0.24 * inner.w) if scanned else 0.0
    return LaneBox(
        kind,
        node,
        card,
        head,
        tokens=body.cut(right=bay_width + (2.5 * m.unit if scanned else 0)),
        bay=Rect(body.right - bay_width, body.y, bay_width, body.h),
        verdict=Rect(inner.x, inner.bottom - verdict_height, inner.w, verdict_height),
    )


BESIDE_SHARE = 0.58  # of a low card's width is its title where its tokens stand beside it
ACCENT_UNITS = 1.25  # width of the coloured edge of a card


def has_subtitle(card: Rect, m: Metrics) -> bool:
    """Whether a lane's card is high enough for a second line under its title."""
    return card.h > 1.35 * m.heading + 4.2 * m.small + 1.15 * m.token + 6 * m.unit
