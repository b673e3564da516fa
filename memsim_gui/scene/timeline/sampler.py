"""Sampler: list sizes and counters at regular positions of a stretch of a trace."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import counters, kinds, lanes
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]

LANE_KINDS = 12  # kinds of lanes with frames, per node
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


class Columns:
    """What stands in which column of a trace's samples: LANE_KINDS lists node by node, then COUNTED.

    Counters in RATES count from the trace's start, those in LEVELS are as they stand.
    """

    def __init__(self, start: ViewState) -> None:
        """Know a machine by the state in which its trace begins."""
        self.nodes = nodes = len(start.node)
        self.total = nodes * LANE_KINDS + len(COUNTED)
        self.of_lane = np.full(256, -1, np.int64)  # -1 = none
        for node in range(nodes):
            first = node * lanes.LANES_PER_NODE
            self.of_lane[first : first + LANE_KINDS] = np.arange(LANE_KINDS) + node * LANE_KINDS
        self.of_counter = np.full(counters.counters_total(nodes), -1, np.int64)
        for column, name in enumerate(COUNTED, nodes * LANE_KINDS):
            if name in counters.EVENT_NAMES:
                self.of_counter[counters.EVENT_NAMES.index(name)] = column
            else:
                for node in range(nodes):
                    self.of_counter[counters.node_base(node) + counters.NODE_NAMES.index(name)] = column
        self._before = np.where(self.of_counter >= self.total - len(LEVELS), 0, start.counter)

    def values(self, view: ViewState) -> Ints:
        """Return what a sample of a view would say, [columns]."""
        now = np.zeros(self.total, np.int64)
        for columns, values in (
            (self.of_lane[: len(view.lane_pages)], view.lane_pages),
            (self.of_counter, view.counter - self._before),
        ):
            np.add.at(now, columns[columns >= 0], values[columns >= 0])
        return now


class Sampler:
    """Samples every `stride` events of a trace from a position on, where `now` is what they say.

    Attributes:
        start, stride: where the first sample is, and events between two.
        known: events read so far, from the trace's start.
        now: what a sample says there, [columns].
    """

    def __init__(self, trace: Trace, columns: Columns, start: int, stride: int, now: Ints) -> None:
        """Begin with one sample."""
        self._trace, self._columns = trace, columns
        self.start, self.stride, self.known = start, stride, start
        self.now = now.copy()
        self._rows = now[None, :].copy()  # complete samples, and room for more
        self._complete = 1

    def thin(self) -> None:
        """Keep every other sample from now on."""
        self._rows = self._rows[: self._complete : 2].copy()
        self._complete = len(self._rows)
        self.stride *= 2

    def forget_after(self, position: int) -> None:
        """Go back to the last sample at or before a position, which is not before the first."""
        self._complete = min(self._complete, (position - self.start) // self.stride + 1)
        self.known = self.start + (self._complete - 1) * self.stride
        self.now = self._rows[self._complete - 1].copy()

    def read(self, stop: int) -> None:
        """Take the events up to `stop`, or to the first loss of events: what it hid stands in the keyframe behind."""
        losses = self._trace.positions_of(kinds.LOST)
        at = int(np.searchsorted(losses, self.known))
        if at < len(losses) and losses[at] < stop:
            stop = int(losses[at]) + 1
        self._take(stop)
        near, view, _ = self._trace.nearest(stop)
        if near == stop and at < len(losses) and losses[at] == stop - 1:
            self.now = self._columns.values(view)

    def _take(self, stop: int) -> None:
        columns = self._columns
        events = self._trace.events(self.known, stop)
        bins = (np.arange(self.known, stop) - self.start) // self.stride
        bins -= bins[0]
        rows = int(bins[-1]) + 1
        kind = events["kind"]
        moves = np.flatnonzero((kind == kinds.MOVE) | (kind == kinds.FLOW))
        pages = np.where(kind[moves] == kinds.FLOW, events["value"][moves], 1)
        counts = np.flatnonzero(kind == kinds.COUNT)
        changes = (
            (bins[moves], columns.of_lane[events["dst"][moves]], pages),
            (bins[moves], columns.of_lane[events["src"][moves]], -pages),
            (bins[counts], columns.of_counter[events["ident"][counts]], events["value"][counts]),
        )
        sizes = self._summed(changes, rows)
        sizes += self.now
        self.now = sizes[-1].astype(np.int64)
        # A bin that the last call left half full is continued, not repeated.
        complete = rows if (stop - self.start) % self.stride == 0 else rows - 1
        self._make_room(complete)
        self._rows[self._complete : self._complete + complete] = sizes[:complete]
        self._complete += complete
        self.known = stop

    def _summed(self, changes: Iterable[tuple[Ints, Ints, Ints]], rows: int) -> npt.NDArray[np.float64]:
        """Sum changes (bins, columns, amounts) up from the first bin to each, [rows, columns]; column -1 = none."""
        total, places, amounts = self._columns.total, [], []
        for bins, column, amount in changes:
            seen = column >= 0
            places.append(bins[seen] * total + column[seen])
            amounts.append(amount[seen])
        # All at once: most of the time goes into touching large tables.
        table = np.bincount(np.concatenate(places), np.concatenate(amounts), rows * total)
        return np.cumsum(table.reshape(rows, total), axis=0, dtype=np.float64)

    def _make_room(self, rows: int) -> None:
        """See that there is room for so many samples more."""
        if self._complete + rows > len(self._rows):
            larger = np.empty((max(2 * len(self._rows), self._complete + rows), self._columns.total), np.int64)
            larger[: self._complete] = self._rows[: self._complete]
            self._rows = larger

    def samples(self) -> tuple[Ints, Ints]:
        """Positions [n] and values [n, columns] as far as events were read; the last may lie closer.

        The values are those kept here: valid until more is read.
        """
        positions = self.start + np.arange(self._complete) * self.stride
        if (self.known - self.start) % self.stride == 0:
            return positions, self._rows[: self._complete]
        self._make_room(1)
        self._rows[self._complete] = self.now
        return np.append(positions, self.known), self._rows[: self._complete + 1]
