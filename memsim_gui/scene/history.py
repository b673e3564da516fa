"""History of list sizes and counters along a trace: what the timeline and the size of tokens need."""

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import counters, kinds, lanes
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]

LANE_KINDS = 12  # kinds of lanes with frames, per node
MOST_SAMPLES = 16_384
CHUNK_EVENTS = 1 << 18
RATES = (
    "pgscan_kswapd",
    "pgscan_direct",
    "pgsteal_kswapd",
    "pgsteal_direct",
    "workingset_refault_anon",
    "workingset_refault_file",
    "pswpin",
    "pswpout",
    "pgfault",
    "pgmajfault",
    "allocstall_dma",
    "allocstall_dma32",
    "allocstall_normal",
    "allocstall_movable",
)
LEVELS = ("nr_dirty", "nr_writeback")
COUNTED = (*RATES, *LEVELS)


def _columns(nodes: int) -> tuple[Ints, Ints]:
    """Column of each lane number and of each counter number (-1 none)."""
    lane_column = np.full(256, -1, np.int64)
    for node in range(nodes):
        start = node * lanes.LANES_PER_NODE
        lane_column[start : start + LANE_KINDS] = np.arange(LANE_KINDS) + node * LANE_KINDS
    counter_column = np.full(counters.counters_total(nodes), -1, np.int64)
    for i, name in enumerate(COUNTED):
        column = nodes * LANE_KINDS + i
        if name in counters.EVENT_NAMES:
            counter_column[counters.EVENT_NAMES.index(name)] = column
        else:
            for node in range(nodes):
                counter_column[counters.node_base(node) + counters.NODE_NAMES.index(name)] = column
    return lane_column, counter_column


class History:
    """Samples of list sizes and counters every `stride` events, which doubles as the trace grows.

    Counters in RATES count from the trace's start, those in LEVELS are as they stand.
    """

    def __init__(self, trace: Trace) -> None:
        """Sample a trace as far as it goes."""
        self.trace = trace
        self._start = trace.start
        self.nodes = len(self._start.node)
        self.frames = len(self._start.lane)
        self._lane_column, self._counter_column = _columns(self.nodes)
        self.columns = self.nodes * LANE_KINDS + len(COUNTED)
        self._before = np.where(self._counter_column >= self.columns - len(LEVELS), 0, self._start.counter)
        self._forget()
        self.extend()

    def _forget(self) -> None:
        self.stride = 1
        self._known = 0
        now = self._values(self._start)
        self._samples = [now[None, :]]
        self._now = now
        self._asked = (-1, -1, -1)
        self._peaks = np.zeros((self.nodes, LANE_KINDS), np.int64)

    def _values(self, view: ViewState) -> Ints:
        """What a sample would say of a view."""
        now = np.zeros(self.columns, np.int64)
        for columns, values in (
            (self._lane_column[: len(view.lane_pages)], view.lane_pages),
            (self._counter_column, view.counter - self._before),
        ):
            np.add.at(now, columns[columns >= 0], values[columns >= 0])
        return now

    def extend(self) -> None:
        """Take in events added to the trace since the last call; after an undo everything is read again."""
        length = len(self.trace)
        if length < self._known:
            self._forget()
        while self._known < length:
            if self._known // self.stride >= MOST_SAMPLES:
                self._samples = [np.concatenate(self._samples)[::2]]
                self.stride *= 2
                continue
            room = (MOST_SAMPLES - self._known // self.stride) * self.stride
            self._take_to_loss(min(length, self._known + min(room, CHUNK_EVENTS)))

    def _take_to_loss(self, stop: int) -> None:
        """Take the events up to `stop`, or to the first loss of events: what it hid stands in the keyframe behind."""
        losses = self.trace.positions_of(kinds.LOST)
        at = int(np.searchsorted(losses, self._known))
        if at < len(losses) and losses[at] < stop:
            stop = int(losses[at]) + 1
        self._take(stop)
        near, view, _ = self.trace.nearest(stop)
        if near == stop and at < len(losses) and losses[at] == stop - 1:
            self._now = self._values(view)

    def _take(self, stop: int) -> None:
        events = self.trace.events(self._known, stop)
        bins = (np.arange(self._known, stop) // self.stride) - self._known // self.stride
        rows = int(bins[-1]) + 1
        table = np.zeros(rows * self.columns, np.int64)
        kind = events["kind"]
        moves = np.flatnonzero((kind == kinds.MOVE) | (kind == kinds.FLOW))
        pages = np.where(kind[moves] == kinds.FLOW, events["value"][moves], 1)
        for end, sign in (("dst", 1), ("src", -1)):
            self._add(table, bins[moves], self._lane_column[events[end][moves]], sign * pages)
        counts = np.flatnonzero(kind == kinds.COUNT)
        self._add(table, bins[counts], self._counter_column[events["ident"][counts]], events["value"][counts])
        sizes = self._now + np.cumsum(table.reshape(rows, self.columns), axis=0)
        self._now = sizes[-1]
        # A bin that the last call left half full is continued, not repeated.
        complete = sizes if stop % self.stride == 0 else sizes[:-1]
        if len(complete):
            self._samples.append(complete)
        self._known = stop

    def _add(self, table: Ints, bins: Ints, column: Ints, weight: Ints) -> None:
        seen = column >= 0
        places = bins[seen] * self.columns + column[seen]
        table += np.bincount(places, weights=weight[seen], minlength=len(table)).astype(np.int64)

    def peaks(self, start: int, stop: int) -> Ints:
        """Most pages that each lane held, as far as the samples of a stretch know, [nodes, LANE_KINDS]."""
        if (start, stop, self._known) != self._asked:
            values = self.samples()[1]
            first, last = start // self.stride, -(-min(stop, self._known) // self.stride)
            self._asked = (start, stop, self._known)
            most = values[first : max(first, last) + 1, : self.nodes * LANE_KINDS].max(axis=0)
            self._peaks = most.reshape(self.nodes, LANE_KINDS)
        return self._peaks

    def samples(self) -> tuple[Ints, Ints]:
        """Positions [n] and values [n, columns]; lanes first (node by node), then COUNTED."""
        complete = np.concatenate(self._samples)
        self._samples = [complete]
        positions = np.arange(len(complete)) * self.stride
        if self._known % self.stride == 0:
            return positions, complete
        return np.append(positions, self._known), np.concatenate([complete, self._now[None, :]])
