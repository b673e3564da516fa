"""Blocks: on machines with too many pages to draw each, a token stands for a block of neighbours on a list.

Which pages are neighbours follows from when each came onto its list (its key: the position of that move, negative at
the tail), so no list has to be walked. Counts are of the moment; marks are gathered a slice of the machine at a time:
a picture of a million pages costs a few milliseconds, and in motion its marks are at most SLICES pictures old.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
from memsim_gui.scene.geometry import SMALLEST_PITCH, fine_grid, fine_pitch, places
from memsim_gui.scene.stage.frame import StageFrame
from memsim_gui.scene.stage.layout import NodeBox, StageLayout
from memsim_gui.scene.stage.tokens import LISTS, Tokens
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace import bits, kinds, lanes
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

SLICES = 128
BINS = 1024  # of keys, per list
BLOCK_PITCH_UNITS = 2.3  # of a block at least
LECTURE_PITCH_UNITS = 4.6  # the same where it must be seen from the last row
MOST_GROWTH = 2.0  # of the least pitch
FAR_EVENTS = 250_000  # a longer way than this is a jump
MOST_KEY_EVENTS = FAR_EVENTS  # read back after a jump; pages that came before are taken as one old block
LANES = lanes.LANES_PER_NODE

# a block's marks: two bits each for how many of its pages are young, referenced, dirty; then writeback at all
LEVELS = np.array([0.02, 0.25, 0.6])
YOUNG_SHIFT, REFERENCED_SHIFT, DIRTY_SHIFT, WRITEBACK_SHIFT = 0, 2, 4, 6
_FLAGS = (0, bits.PG_REFERENCED, bits.PG_DIRTY, bits.PG_WRITEBACK)
_SHIFTS = (YOUNG_SHIFT, REFERENCED_SHIFT, DIRTY_SHIFT, WRITEBACK_SHIFT)


class Density:
    """Blocks of all lists of a machine; follows a trace from picture to picture."""

    def __init__(self, trace: Trace, layout: StageLayout, history: History) -> None:
        """Begin without knowing any page."""
        self.trace, self.layout, self.history = trace, layout, history
        self._row = np.full(256, -1, np.int16)  # lane -> row of the tables below
        for place, box in enumerate(layout.nodes):
            for i, kind in enumerate(LISTS):
                self._row[lanes.lane(box.node, kind)] = place * len(LISTS) + i
        units = LECTURE_PITCH_UNITS if layout.metrics.lecture else BLOCK_PITCH_UNITS
        self.pitch = units * layout.metrics.unit  # the least; blocks grow where there is room
        self.detail = 1  # how many times as large the picture is looked at: blocks are of fewer pages then
        self._pitch_of: tuple[tuple[int, ...], float] = ((), self.pitch)
        self.rows = len(layout.nodes) * len(LISTS)
        self._key = np.empty(0, np.int32)
        self._position = -1
        self._slice = self._round = 0
        self._made: dict[int, tuple[int, int, float, Tokens]] = {}  # by row: of how many blocks, which round, pitch
        self._tables = self._sums = np.zeros((1 + len(_FLAGS), self.rows, BINS))

    def draw(self, out: StageFrame, view: ViewState, position: int, span: tuple[int, int]) -> None:
        """Add the blocks of every list; a block is as small as the stretch `span` has room for."""
        if self.trace.level_at(position) == kinds.LEVEL_FULL:
            if self._follow(view, position):
                self._young = marks.young_frames(view)
                self._next_young = self._young.copy()
                self._gather(view, SLICES)
            else:
                self._look_for_young(view)
                self._gather(view, 1)
        out.blocks = True
        out.block_pages, pitch = self._sizes(view, self.history.peaks(*span))
        for box in self.layout.nodes:
            for kind in LISTS:
                out.tokens.append(self._tokens(view, box, kind, pitch, out.block_pages))

    def _sizes(self, view: ViewState, peaks: npt.NDArray[np.int64]) -> tuple[int, float]:
        """Return the pages of a block and the pitch of all blocks.

        A block is the smallest power of two at which the longest that each list is in a stretch fits into its area;
        the pitch is then as large as that leaves room for.
        """
        least = max(self.pitch, SMALLEST_PITCH) / self.detail
        lists = [
            (box.lanes[kind].room, max(int(peaks[box.node, kind]), int(view.lane_pages[lanes.lane(box.node, kind)])))
            for box in self.layout.nodes
            for kind in LISTS
        ]
        block = 1
        for area, pages in lists:
            room = max(1, int(area.w // least) * int(area.h // least))
            while block * room < pages:
                block *= 2
        key = (self.detail, block, *(-(-pages // block) for _, pages in lists))
        if key != self._pitch_of[0]:
            most = MOST_GROWTH * least
            fits = [fine_pitch(area, -(-pages // block), most, self.detail) for area, pages in lists]
            self._pitch_of = (key, max(least, min(fits)))
        return block, self._pitch_of[1]

    def _tokens(self, view: ViewState, box: NodeBox, kind: int, pitch: float, block: int) -> Tokens:
        row = int(self._row[lanes.lane(box.node, kind)])
        count = -(-int(view.lane_pages[lanes.lane(box.node, kind)]) // block)
        if self._made.get(row, (-1, -1, 0.0))[:3] != (count, self._round, pitch):
            self._made[row] = (count, self._round, pitch, self._new_tokens(box, kind, pitch, count))
        return self._made[row][3]

    def _new_tokens(self, box: NodeBox, kind: int, pitch: float, count: int) -> Tokens:
        g = fine_grid(box.lanes[kind].room, pitch, self.detail)
        x, y = places(g, np.arange(count))
        mark = self._levels(int(self._row[lanes.lane(box.node, kind)]), count)
        role = np.full(len(x), marks.list_role(kind), np.uint8)
        return Tokens(x, y, g.size, role, mark, np.full(len(x), -1, np.int32))

    def _levels(self, row: int, count: int) -> npt.NDArray[np.uint8]:
        """Marks of the blocks of a list, head first."""
        out = np.zeros(count, np.uint8)
        pages = self._tables[0, row]
        total = pages.sum()
        if not total or not count:
            return out
        # Bins of keys ascend towards the head; a block takes an equal share of the pages.
        before = np.concatenate([[0.0], np.cumsum(pages[::-1])])
        edges = np.linspace(0, total, count + 1)
        for i, shift in enumerate(_SHIFTS, 1):
            cumulative = np.concatenate([[0.0], np.cumsum(self._tables[i, row][::-1])])
            share = np.diff(np.interp(edges, before, cumulative)) / (total / count)
            level = np.searchsorted(LEVELS, share) if shift != WRITEBACK_SHIFT else share > LEVELS[0]
            out |= (level.astype(np.uint8) << shift).astype(np.uint8)
        return out

    def _follow(self, view: ViewState, position: int) -> bool:
        """Bring the keys to a position, forward from the last or from further back; return whether it was a jump."""
        if len(self._key) != len(view.lane):
            self._key = np.zeros(len(view.lane), np.int32)
            self._young = np.zeros(len(view.lane), np.bool_)
            self._next_young = self._young.copy()
            self._position = -1
        start = self._position
        jumped = start < 0 or not 0 <= position - start <= FAR_EVENTS
        if jumped:
            self._key[:] = 0
            self._next_young[:] = False
            self._sums, self._slice = np.zeros_like(self._sums), 0
            start = max(0, position - MOST_KEY_EVENTS)
        for events in self.trace.pieces(start, position):
            moves = np.flatnonzero(events["kind"] == kinds.MOVE)
            self._key[events["ident"][moves]] = np.where(events["value"][moves] != 0, -1, 1) * (moves + start + 1)
            start += len(events)
        self._position = position
        return jumped

    def _look_for_young(self, view: ViewState) -> None:
        """Look through the slice of the PTEs that goes with the slice of frames to come."""
        step = -(-len(view.pte_bits) // SLICES)
        ptes = slice(self._slice * step, (self._slice + 1) * step)
        wanted = bits.PTE_PRESENT | bits.PTE_YOUNG
        seen = view.pte_pfn[ptes][(view.pte_bits[ptes] & (wanted | bits.PTE_ZERO)) == wanted]
        self._next_young[seen] = True

    def _gather(self, view: ViewState, slices: int) -> None:
        """Count some slices of the frames."""
        step = -(-len(view.lane) // SLICES)
        frames = slice(self._slice * step, (self._slice + slices) * step)
        row = self._row[view.lane[frames]]
        listed = np.flatnonzero(row >= 0)
        place = row[listed].astype(np.int64) * BINS + self._bins(self._key[frames][listed])
        flags, young = view.bits[frames][listed], self._young[frames][listed]
        size = self.rows * BINS
        self._sums[0] += np.bincount(place, minlength=size).reshape(self.rows, BINS)
        for i, flag in enumerate(_FLAGS, 1):
            having = place[(flags & flag) != 0] if flag else place[young]
            self._sums[i] += np.bincount(having, minlength=size).reshape(self.rows, BINS)
        self._slice += slices
        if self._slice == SLICES:
            self._slice, self._round = 0, self._round + 1
            self._tables, self._sums = self._sums, np.zeros_like(self._sums)
            self._young, self._next_young = self._next_young, self._young
            self._next_young[:] = False

    def _bins(self, keys: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Bin of each key: old pages below, the latest at the head on top; the tail's own are the lowest."""
        reach = max(1, self._position + 1)
        scaled = keys * ((BINS - BINS // 8 - 1) / reach) + BINS // 8
        return np.asarray(np.clip(scaled, 0, BINS - 1), np.int64)
