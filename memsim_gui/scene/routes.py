"""Routes of moving pages: from a place to another through the gutters, never over a list that the page does not enter."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.layout import NodeBox
from memsim_gui.trace import lanes

Points = npt.NDArray[np.float64]  # [n, 2]

OWN_LANE_COST = 2.5  # a pixel over tokens of its own list counts as this many in a gutter
CORNER_POINTS = 7


class Stop(NamedTuple):
    """One end of a route: a point and the box it lies in."""

    x: float
    y: float
    box: Rect
    place: int  # kind of lane, or one of the places below


# places beside the lanes
SWAP = 64
DISK = 65


class _Exit(NamedTuple):
    """A way out of a box: sideways into a vertical gutter, or up into a horizontal one."""

    gutter: int
    vertical: bool
    cost: float


_LEFT_RIGHT = {
    lanes.ACTIVE_ANON: (0, 1),
    lanes.ACTIVE_FILE: (0, 1),
    lanes.UNEVICTABLE: (0, 1),
    lanes.INACTIVE_ANON: (1, 2),
    lanes.INACTIVE_FILE: (1, 2),
    lanes.FREE: (2, 3),
    SWAP: (3,),
    DISK: (3,),
}


def _exits(stop: Stop) -> list[_Exit]:
    sides = _LEFT_RIGHT.get(stop.place)
    if sides is None:
        return [_Exit(2, vertical=False, cost=stop.y - stop.box.y)]
    return [
        _Exit(side, vertical=True, cost=stop.x - stop.box.x if side == sides[0] else stop.box.right - stop.x)
        for side in sides
    ]


def _gutter_points(node: NodeBox, a: Stop, b: Stop, leave: _Exit, enter: _Exit) -> list[list[tuple[float, float]]]:
    """All ways from one exit to another: lists of corner points."""
    across, down = node.gutters.across, node.gutters.down
    if not leave.vertical and not enter.vertical:
        y = down[2]
        return [[(a.x, y), (b.x, y)]]
    if not leave.vertical:
        x, y = across[enter.gutter], down[2]
        return [[(a.x, y), (x, y), (x, b.y)]]
    if not enter.vertical:
        return [way[::-1] for way in _gutter_points(node, b, a, enter, leave)]
    xa, xb = across[leave.gutter], across[enter.gutter]
    if leave.gutter == enter.gutter:
        return [[(xa, a.y), (xb, b.y)]]
    # The gauge stands in the way of the middle gutter between G2 and G3.
    open_rows = (0, 2) if max(leave.gutter, enter.gutter) == len(across) - 1 else (0, 1, 2)
    return [[(xa, a.y), (xa, down[row]), (xb, down[row]), (xb, b.y)] for row in open_rows]


def _length(points: list[tuple[float, float]]) -> float:
    return sum(abs(p[0] - q[0]) + abs(p[1] - q[1]) for p, q in zip(points, points[1:], strict=False))


def route(node: NodeBox, a: Stop, b: Stop, offset: float = 0.0) -> Points:
    """Return the curve from one stop to another, [n, 2]; `offset` shifts it sideways within the gutters (for flows)."""
    best: list[tuple[float, float]] = []
    best_cost = np.inf
    for leave in _exits(a):
        for enter in _exits(b):
            for way in _gutter_points(node, a, b, leave, enter):
                cost = _length(way) + OWN_LANE_COST * (leave.cost + enter.cost) + 0.01 * len(way)
                if cost < best_cost:
                    best, best_cost = way, cost
    if offset:
        best = [(x + offset, y + offset) for x, y in best]
        best[0] = (best[0][0], a.y) if best[0][1] == a.y + offset else (a.x, best[0][1])
        best[-1] = (best[-1][0], b.y) if best[-1][1] == b.y + offset else (b.x, best[-1][1])
    return rounded(np.array([(a.x, a.y), *best, (b.x, b.y)]), node.gutters.width * 0.5)


def rounded(corners: Points, radius: float) -> Points:
    """Replace each corner of a polyline by a curve that starts and ends at most `radius` away from it."""
    step = np.abs(np.diff(corners, axis=0)).sum(axis=1)
    corners = corners[np.concatenate([[True], step > 0.01])]
    if len(corners) < 3:
        return corners if len(corners) == 2 else np.repeat(corners, 2, axis=0)[:2]
    t = np.linspace(0, 1, CORNER_POINTS)[:, None]
    out = [corners[:1]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        into, away = before - corner, after - corner
        reach = min(radius, np.hypot(*into) / 2, np.hypot(*away) / 2)
        start = corner + into * (reach / np.hypot(*into))
        stop = corner + away * (reach / np.hypot(*away))
        out.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * stop)
    return np.concatenate([*out, corners[-1:]])


def along(points: Points, progress: float) -> tuple[float, float]:
    """Point at a share 0..1 of a curve's length."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    at = progress * reached[-1]
    return float(np.interp(at, reached, points[:, 0])), float(np.interp(at, reached, points[:, 1]))


def part(points: Points, progress: float) -> Points:
    """Return the curve up to a share of its length."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    reached = np.concatenate([[0.0], np.cumsum(lengths)])
    at = progress * reached[-1]
    inside = points[reached < at]
    return np.concatenate([inside, [along(points, progress)]])
