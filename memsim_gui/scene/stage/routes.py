"""Routes of moving pages: through the gutters, never over a list that the page does not enter."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.layout import NodeBox
from memsim_gui.trace import lanes

Points = npt.NDArray[np.float64]  # [n, 2]

OWN_LANE_COST = 2.5  # a pixel over tokens of its own list counts as this many in a gutter
CORNER_POINTS = 9
SAME_POINT = 0.01  # corners nearer to each other than this are one
CORNER_SHARE = 1.3  # largest radius of a corner, in gutter widths
HOP_SHARE = 0.08  # height of a hop within a box, as a share of its length
NEAR_SHARE = 0.2  # of a box's width: a page that goes further back towards the head goes around its list


class Stop(NamedTuple):
    """One end of a route: a point and the box it lies in."""

    x: float
    y: float
    box: Rect
    place: int  # kind of lane, or one of the places below


# places beside the lanes
BAY = 32  # + kind of list: where that list's isolated pages are
SWAP = 64
DISK = 65


_SIDES = {
    lanes.ACTIVE_ANON: (0, 1),
    lanes.ACTIVE_FILE: (0, 1),
    lanes.UNEVICTABLE: (0, 1),
    lanes.INACTIVE_ANON: (1, 2),
    lanes.INACTIVE_FILE: (1, 2),
    lanes.FREE: (2, 3),
    lanes.IN_HAND: (2,),
    SWAP: (3,),
    DISK: (3,),
}
_BATCH_SIDES = (1,)


def _exits(stop: Stop) -> list[tuple[int, float]]:
    """Vertical gutters that a place opens on, and how far it is to each within the box."""
    sides = _SIDES.get(stop.place, _BATCH_SIDES)
    return [(side, stop.x - stop.box.x if side == sides[0] else stop.box.right - stop.x) for side in sides]


def _ways(node: NodeBox, a: Stop, b: Stop, leave: int, enter: int) -> list[list[tuple[float, float]]]:
    """All ways from one vertical gutter to another: lists of corner points."""
    across, down = node.gutters.across, node.gutters.down
    xa, xb = across[leave], across[enter]
    if leave == enter:
        return [[(xa, a.y), (xb, b.y)]]
    # The gauge stands in the way of the middle gutter between G2 and G3.
    open_rows = (0, 2) if max(leave, enter) == len(across) - 1 else (0, 1, 2)
    return [[(xa, a.y), (xa, down[row]), (xb, down[row]), (xb, b.y)] for row in open_rows]


def _length(points: list[tuple[float, float]]) -> float:
    return sum(abs(p[0] - q[0]) + abs(p[1] - q[1]) for p, q in pairwise(points))


def route(node: NodeBox, a: Stop, b: Stop, offset: float = 0.0) -> Points:
    """Return the curve from one stop to another, [n, 2]; `offset` shifts it sideways within the gutters (for flows)."""
    if a.box == b.box and b.x - a.x > -NEAR_SHARE * a.box.w:
        return rounded(_hop(a, b), np.inf)
    best: list[tuple[float, float]] = []
    best_cost = np.inf
    for leave, before in _exits(a):
        for enter, after in _exits(b):
            for way in _ways(node, a, b, leave, enter):
                cost = _length(way) + OWN_LANE_COST * (before + after) + 0.01 * len(way)
                if cost < best_cost:
                    best, best_cost = way, cost
    if offset:
        best = [(x + offset, y + offset) for x, y in best]
        best[0], best[-1] = (best[0][0], a.y), (best[-1][0], b.y)
    return rounded(np.array([(a.x, a.y), *best, (b.x, b.y)]), _radius(node.gutters.width, offset))


def _radius(width: float, offset: float) -> float:
    """Largest radius at which a curve, which cuts a quarter of it off its corner, still stays in gutters this wide."""
    return min(CORNER_SHARE * width, 3.8 * (width / 2 - abs(offset)))


def _hop(a: Stop, b: Stop) -> Points:
    """Corners of a way within one box: a low arc, kept inside it."""
    height = HOP_SHARE * float(np.hypot(b.x - a.x, b.y - a.y))
    middle = ((a.x + b.x) / 2, max(a.box.y, min(a.y, b.y) - height))
    return np.array([(a.x, a.y), middle, (b.x, b.y)])


def rounded(corners: Points, radius: float) -> Points:
    """Replace each corner of a polyline by a curve that starts and ends at most `radius` away from it."""
    step = np.abs(np.diff(corners, axis=0)).sum(axis=1)
    corners = corners[np.concatenate([[True], step > SAME_POINT])]
    if len(corners) == 1:
        return np.concatenate([corners, corners])
    t = np.linspace(0, 1, CORNER_POINTS)[:, None]
    out = [corners[:1]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        into, away = before - corner, after - corner
        reach = min(radius, np.hypot(*into) / 2, np.hypot(*away) / 2)
        start = corner + into * (reach / np.hypot(*into))
        stop = corner + away * (reach / np.hypot(*away))
        out.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * stop)
    return np.concatenate([*out, corners[-1:]])


def reached(points: Points) -> npt.NDArray[np.float64]:
    """Length of a curve up to each of its points."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def along(points: Points, progress: float) -> tuple[float, float]:
    """Point at a share 0..1 of a curve's length."""
    x, y = along_many(points, np.array([progress]))
    return float(x[0]), float(y[0])


def along_many(points: Points, progress: npt.NDArray[np.float64]) -> tuple[Points, Points]:
    """Return x and y at shares 0..1 of a curve's length."""
    lengths = reached(points)
    at = progress * lengths[-1]
    return np.interp(at, lengths, points[:, 0]), np.interp(at, lengths, points[:, 1])
