"""Pages on their way: which moves are in flight at a moment, and flows where they are too many to follow one by one."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.geometry import Rect, text_width
from memsim_gui.scene.routes import Points, along
from memsim_gui.trace import kinds, lanes

MOST_FLIGHTS = 150
FLIGHT_SECONDS = 0.45  # shortest time a motion is seen, at speed 1
_HIDDEN = (lanes.KERNEL, lanes.PCP)


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
    """Many pages on one way in the same moments: thickness for how many, a label for the number."""

    route: Points
    pages: int
    thickness: float
    role: int
    label: str
    label_rect: Rect


class Moves(NamedTuple):
    """Moves in flight, latest of each page only: columns of equal length."""

    position: npt.NDArray[np.int64]
    frame: npt.NDArray[np.int64]
    src: npt.NDArray[np.int64]
    dst: npt.NDArray[np.int64]
    cause: npt.NDArray[np.int64]
    pages: npt.NDArray[np.int64]


def moves_in(events: npt.NDArray[np.void], start: int) -> Moves:
    """Visible moves among events that begin at position `start`; of a page moved twice, the later move."""
    kind = events["kind"]
    at = np.flatnonzero((kind == kinds.MOVE) | (kind == kinds.FLOW))
    src, dst = events["src"][at] % lanes.LANES_PER_NODE, events["dst"][at] % lanes.LANES_PER_NODE
    seen = ~(np.isin(src, _HIDDEN) & np.isin(dst, (*_HIDDEN, lanes.FREE)))
    seen &= ~(np.isin(dst, _HIDDEN) & np.isin(src, (*_HIDDEN, lanes.FREE)))
    at = at[seen]
    single = kind[at] == kinds.MOVE
    last = np.zeros(len(at), np.bool_)
    backwards = np.where(single, events["ident"][at], -1 - np.arange(len(at)))[::-1]
    last[len(at) - 1 - np.unique(backwards, return_index=True)[1]] = True
    at = at[last]
    return Moves(
        at + start,
        np.where(kind[at] == kinds.MOVE, events["ident"][at], -1).astype(np.int64),
        events["src"][at].astype(np.int64),
        events["dst"][at].astype(np.int64),
        events["cause"][at].astype(np.int64),
        np.where(kind[at] == kinds.FLOW, events["value"][at], 1).astype(np.int64),
    )


def grouped_flows(moves: Moves) -> list[tuple[int, int, int, int]]:
    """Sum moves by (source, destination): (src, dst, cause, pages), largest first."""
    key = moves.src << 16 | moves.dst << 8 | moves.cause
    ways, where = np.unique(key, return_inverse=True)
    pages = np.bincount(where, weights=moves.pages).astype(np.int64)
    order = np.argsort(-pages, kind="stable")
    return [(int(ways[i]) >> 16, int(ways[i]) >> 8 & 0xFF, int(ways[i]) & 0xFF, int(pages[i])) for i in order]


def label_place(route: Points, text: str, size: float, taken: list[Rect], area: Rect) -> Rect:
    """Place a label on a route where it covers no label placed before it, inside the area."""
    width, height = text_width(text, size) + 1.2 * size, 1.9 * size
    best = Rect(area.x, area.y, width, height)
    for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
        x, y = along(route, share)
        x = min(max(area.x, x - width / 2), area.right - width)
        y = min(max(area.y, y - height / 2), area.bottom - height)
        best = Rect(x, y, width, height)
        if not any(best.overlaps(other) for other in taken):
            break
    taken.append(best)
    return best
