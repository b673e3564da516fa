"""Where the page tokens of a node stand, and where each page's place is."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
from memsim_gui.scene.geometry import Floats, Grid, Metrics, Rect, fit_pitch, grid, place, places
from memsim_gui.scene.stage.layout import NodeBox
from memsim_gui.scene.stage.routes import Stop
from memsim_gui.trace import lanes
from memsim_gui.trace.view_state import ViewState

Frames = npt.NDArray[np.int32]

LISTS = (lanes.ACTIVE_ANON, lanes.INACTIVE_ANON, lanes.ACTIVE_FILE, lanes.INACTIVE_FILE, lanes.UNEVICTABLE)
BATCHES = (lanes.LRU_ADD, lanes.MLOCK_BATCH)
PASSING = (*BATCHES, lanes.IN_HAND)  # lanes that a page only passes through on its way


class Tokens(NamedTuple):
    """Tokens of one size: upper left corners, size, roles, marks, frame (-1: a block of pages) of each."""

    x: Floats
    y: Floats
    size: float
    role: npt.NDArray[np.uint8]
    marks: npt.NDArray[np.uint8]
    frame: Frames


def chosen(tokens: Tokens, keep: npt.NDArray[np.bool_]) -> Tokens:
    """Return the tokens where `keep` is true."""
    return Tokens(
        tokens.x[keep], tokens.y[keep], tokens.size, tokens.role[keep], tokens.marks[keep], tokens.frame[keep]
    )


def no_tokens(size: float) -> Tokens:
    """Return an empty set."""
    return Tokens(
        np.empty(0, np.float32),
        np.empty(0, np.float32),
        size,
        np.empty(0, np.uint8),
        np.empty(0, np.uint8),
        np.empty(0, np.int32),
    )


def joined(parts: list[Tokens], size: float) -> Tokens:
    """Put sets of one size together."""
    if not parts:
        return no_tokens(size)
    return Tokens(
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.y for part in parts]),
        size,
        np.concatenate([part.role for part in parts]),
        np.concatenate([part.marks for part in parts]),
        np.concatenate([part.frame for part in parts]),
    )


def orders(view: ViewState, wanted: list[int]) -> dict[int, Frames]:
    """Frames of each wanted lane from head to tail; by number where the lane has no order."""
    n_frames = len(view.lane)
    following = view.lru_next.tolist()
    out = {}
    for lane in wanted:
        if lane % lanes.LANES_PER_NODE not in lanes.ORDERED:
            found = np.flatnonzero(view.lane == lane) if view.lane_pages[lane] else np.empty(0)
            out[lane] = found.astype(np.int32)
            continue
        walk, at = [], following[n_frames + lane]
        while at < n_frames:
            walk.append(at)
            at = following[at]
        out[lane] = np.array(walk, np.int32)
    return out


@dataclass
class NodeTokens:
    """Lanes of a node in order, and the grid each stands on."""

    box: NodeBox
    metrics: Metrics
    order: dict[int, Frames] = field(default_factory=dict)  # by kind of lane
    grids: dict[int, Grid] = field(default_factory=dict)
    isolated_from: dict[int, int] = field(default_factory=dict)  # frame: kind of list whose bay it is in
    free_point: tuple[float, float] = (0.0, 0.0)
    batch_places: int = 1

    @property
    def size(self) -> float:
        """Side of a token on a list."""
        return self.grids[lanes.ACTIVE_ANON].size

    def slot(self, kind: int, frame: int) -> int:
        """Place of a frame on a lane, from the head."""
        found = np.flatnonzero(self.order[kind] == frame) if kind in self.order else np.empty(0)
        return int(found[0]) if len(found) else 0

    def rect_of(self, kind: int, frame: int, slot: int | None = None) -> Rect:
        """Where a frame's token is on a kind of lane (or would be, at a slot given)."""
        if kind == lanes.ISOLATED:
            bay = self.isolated_from.get(frame, lanes.INACTIVE_ANON)
            mates = [f for f in self.order[kind].tolist() if self.isolated_from.get(f) == bay]
            number = mates.index(frame) if frame in mates else len(mates)
            return _square(self.bay_grid(bay, len(mates)), number)
        if kind in BATCHES:
            before = sum(len(self.order[k]) for k in BATCHES[: BATCHES.index(kind)])
            inside = slot if slot is not None else self.slot(kind, frame)
            return _square(self.batch_grid(), before + inside)
        if kind == lanes.IN_HAND:
            return _square(self.hand_grid(), slot if slot is not None else self.slot(kind, frame))
        if kind in self.grids:
            return _square(self.grids[kind], self.slot(kind, frame) if slot is None else slot)
        x, y = self.free_point
        return Rect(x - self.size / 2, y - self.size / 2, self.size, self.size)

    def bay_grid(self, kind: int, count: int) -> Grid:
        """Grid of the isolated pages of a list, from the bottom of its bay."""
        bay = self.box.lanes[kind].bay.inset(0.8 * self.metrics.unit)
        pitch = fit_pitch(bay.w, bay.h, max(1, count), self.grids[lanes.ACTIVE_ANON].pitch)
        g = grid(bay, pitch)
        rows = -(-max(1, count) // g.columns)
        used = min(max(1, count), g.columns) * g.pitch - (g.pitch - g.size)
        return g._replace(x=bay.cx - used / 2, y=bay.cy - (rows * g.pitch - (g.pitch - g.size)) / 2)

    def hand_grid(self) -> Grid:
        """Grid of pages between the allocator and their users."""
        area = self.box.hand
        count = max(1, len(self.order[lanes.IN_HAND]))
        g = grid(area, fit_pitch(area.w, area.h, count, self.grids[lanes.ACTIVE_ANON].pitch))
        used = min(count, g.columns) * g.pitch - (g.pitch - g.size)
        return g._replace(x=area.cx - used / 2)

    def batch_grid(self) -> Grid:
        """Grid of pages that are on no list yet."""
        waiting = sum(len(self.order[kind]) for kind in BATCHES)
        return batch_grid(self.box, self.metrics, max(waiting, self.batch_places))

    def stop(self, kind: int, frame: int, rect: Rect) -> Stop:
        """End of a route at the middle of a token's place."""
        box, place_kind = self._box(kind, frame)
        return Stop(rect.cx, rect.cy, box, place_kind)

    def _box(self, kind: int, frame: int) -> tuple[Rect, int]:
        """Return the rectangle that a place lies in, and the kind of lane whose gutters it uses."""
        if kind == lanes.ISOLATED:
            kind = self.isolated_from.get(frame, lanes.INACTIVE_ANON)
        if kind in self.box.lanes:
            return self.box.lanes[kind].card, kind
        if kind in BATCHES:
            return self.box.batch, kind
        if kind == lanes.IN_HAND:
            return self.box.hand, kind
        return self.box.free, lanes.FREE


def batch_grid(box: NodeBox, m: Metrics, count: int) -> Grid:
    """Grid of `count` places in the batch card."""
    area = box.batch.inset(3 * m.unit, 2 * m.unit).cut(top=1.5 * m.body + m.unit)
    return grid(area, fit_pitch(area.w, area.h, count, BATCH_TOKEN_SHARE * m.token))


BATCH_TOKEN_SHARE = 0.8  # of the largest token
CLASSROOM_PLACES = 1  # classroom detail empties a batch at every page
KERNEL_PLACES = 15  # PAGEVEC_SIZE


def _square(g: Grid, slot: int) -> Rect:
    return Rect(*place(g, slot), g.size, g.size)


def lane_tokens(node: NodeTokens, view: ViewState, kind: int, young: npt.NDArray[np.bool_]) -> Tokens:
    """Tokens of one list."""
    frames = node.order[kind]
    x, y = places(node.grids[kind], np.arange(len(frames)))
    role = np.full(len(frames), marks.list_role(kind), np.uint8)
    return Tokens(x, y, node.grids[kind].size, role, marks.marks_of(view, frames, young), frames)


def loose_tokens(node: NodeTokens, view: ViewState, young: npt.NDArray[np.bool_]) -> list[Tokens]:
    """Tokens in the bays, in the batch card and in hand."""
    out = []
    for bay in LISTS[:4]:
        frames = [f for f in node.order[lanes.ISOLATED].tolist() if node.isolated_from.get(f) == bay]
        if frames:
            out.append(_loose(view, np.array(frames, np.int32), node.bay_grid(bay, len(frames)), young))
    waiting = np.concatenate([node.order[kind] for kind in BATCHES])
    if len(waiting):
        out.append(_loose(view, waiting, node.batch_grid(), young))
    if len(node.order[lanes.IN_HAND]):
        out.append(_loose(view, node.order[lanes.IN_HAND], node.hand_grid(), young))
    return out


def waiting_tokens(view: ViewState, box: NodeBox, m: Metrics, places_shown: int) -> Tokens:
    """Tokens in the batch card of a machine whose other pages are blocks; their PTEs are not looked through."""
    frames: list[int] = []
    for kind in BATCHES:
        at = int(view.lru_next[len(view.lane) + lanes.lane(box.node, kind)])
        while at < len(view.lane) and len(frames) < 2 * KERNEL_PLACES:
            frames.append(at)
            at = int(view.lru_next[at])
    g = batch_grid(box, m, max(len(frames), places_shown))
    nobody = np.broadcast_to(np.False_, len(view.lane))  # takes no memory, however large the machine
    return _loose(view, np.array(frames, np.int32), g, nobody)


def _loose(view: ViewState, frames: Frames, g: Grid, young: npt.NDArray[np.bool_]) -> Tokens:
    x, y = places(g, np.arange(len(frames)))
    return Tokens(x, y, g.size, marks.roles_of(view, frames), marks.marks_of(view, frames, young), frames)
