"""Pages on their way: single flights while they are few, streams of tokens while they can be told apart, then flows."""

from typing import NamedTuple

import numpy as np

from memsim_gui.scene.geometry import Rect, text_width
from memsim_gui.scene.moment import Ints
from memsim_gui.scene.stage.routes import Points, along_many
from memsim_gui.scene.stage.tokens import Tokens

FEW_FLIGHTS = 12  # so many at most are followed each to its exact place
MOST_FLIGHTS = 150  # so many at most stream as single tokens


class Flight(NamedTuple):
    """A page between two places."""

    frame: int
    x: float  # centre of its token
    y: float
    size: float
    role: int
    marks: int
    label: str
    route: Points
    progress: float
    copy: bool  # data going to or from a device: the page itself stays


class Flow(NamedTuple):
    """Many pages on one way in the same moments: as tokens, or as a band whose thickness tells how many."""

    route: Points
    pages: int
    thickness: float  # 0: as tokens
    role: int
    label: str
    label_rect: Rect
    tokens: Tokens | None


class Way(NamedTuple):
    """Moves that share source, destination and cause: their rows among all moves, and how many pages."""

    node: int
    src: int  # places: kinds of lane, or BAY + kind of list, or a device
    dst: int
    cause: int
    rows: Ints
    pages: int


def ways(node: Ints, src: Ints, dst: Ints, cause: Ints, pages: Ints) -> list[Way]:
    """Put moves with equal ends and cause together, largest first."""
    key = ((node * 256 + src) * 256 + dst) * 256 + cause
    where = np.unique(key, return_inverse=True)[1]
    total = np.bincount(where, weights=pages).astype(np.int64)
    out = []
    for i in np.argsort(-total, kind="stable").tolist():
        rows = np.flatnonzero(where == i)
        one = int(rows[0])
        out.append(Way(int(node[one]), int(src[one]), int(dst[one]), int(cause[one]), rows, int(total[i])))
    return out


def label_place(route: Points, text: str, size: float, kept: list[Rect], taken: list[Rect], area: Rect) -> Rect:
    """Place a label on or at a route, inside the area, where it covers least: no other label, few of the `kept`."""
    width, height = text_width(text, size) + 1.4 * size, 1.9 * size
    x, y = (np.tile(values, 3) for values in along_many(route, SHARES))
    beside = np.repeat([0.0, 1.0, -1.0], len(SHARES))  # on the route, below it, above it
    y = y + beside * height
    x = np.clip(x - width / 2, area.x, max(area.x, area.right - width))
    y = np.clip(y - height / 2, area.y, max(area.y, area.bottom - height))
    cost = _covered(x, y, width, height, kept) + OVER_LABEL * _covered(x, y, width, height, taken)
    cost = cost + BESIDE_SHARE * width * height * np.abs(beside)
    best = int(np.argmin(cost))
    taken.append(Rect(float(x[best]), float(y[best]), width, height))
    return taken[-1]


SHARES = 0.5 + np.arange(1, 23) // 2 * np.tile([0.04, -0.04], 11)  # from the middle outwards
BESIDE_SHARE = 0.3  # of its own area: what standing beside its route costs a label
OVER_LABEL = 50.0  # a pixel over another label is as bad as so many over a list


def _covered(x: Points, y: Points, width: float, height: float, boxes: list[Rect]) -> Points:
    """Area of the boxes that a label at each of these corners would cover."""
    if not boxes:
        return np.zeros(len(x))
    left, top, wide, high = np.array(boxes).T[:, :, None]
    across = np.minimum(left + wide, x + width) - np.maximum(left, x)
    down = np.minimum(top + high, y + height) - np.maximum(top, y)
    return np.asarray((np.maximum(across, 0) * np.maximum(down, 0)).sum(axis=0))
