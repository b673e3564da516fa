"""Alignment: the place of a position in what was asked of a machine, and the position of that place in another trace.

A place is (entry, op): entry n of the log (commands and step marks; -1 = before the first) and how many pages have been
touched, read or written since it began. The op is a real number, because a picture may stand between two of them: it
grows event by event with the seconds of the presentation. After its last page an entry has one more op, for what still
happens then.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.pacing import Pacing
from memsim_gui.trace import kinds, tables

Ints = npt.NDArray[np.int64]
Stretch = tuple[Ints, npt.NDArray[np.float64]]
CHUNK_EVENTS = 1 << 18
EVENT_SECONDS = 1e-7
ROUNDING = 1e-4


class Place(NamedTuple):
    """How far the commands have come; `op` counts from the beginning of the entry."""

    entry: int
    op: float


class Alignment:
    """The places of a trace; call `extend` when it has grown. After an undo everything is read again."""

    def __init__(self, pacing: Pacing) -> None:
        """Read the trace that `pacing` belongs to, as far as it goes."""
        self.trace, self.pacing = pacing.trace, pacing
        self._cuts = Cuts(self.trace)
        self._forget()
        self.extend()

    def _forget(self) -> None:
        self._known = 0
        self._begins: Ints = np.empty(0, np.int64)  # of entries
        self._at: Ints = np.empty(0, np.int64)  # just after the clock told an op
        self._ops: Ints = np.empty(0, np.int64)
        self._last: tuple[tuple[int, int], Stretch] | None = None

    @property
    def entries(self) -> int:
        """Entries that have begun."""
        return len(self._begins)

    def extend(self) -> None:
        """Take in what the trace has gained."""
        if self._cuts.below(self._known):
            self._forget()
        begins, at, ops = [self._begins], [self._at], [self._ops]
        while self._known < len(self.trace):
            for events in self.trace.pieces(self._known, self._known + CHUNK_EVENTS):
                kind = events["kind"]
                begins.append(np.flatnonzero((kind == kinds.COMMAND) | (kind == kinds.STEP)) + self._known)
                clock = (kind == kinds.SET) & (events["dst"] == tables.TABLE_CLOCK)
                told = np.flatnonzero(clock & (events["src"] == tables.CLOCK_OP))
                at.append(told + self._known + 1)
                ops.append(events["value"][told])
                self._known += len(events)
        self._begins, self._at, self._ops = (np.concatenate(parts) for parts in (begins, at, ops))

    def begin_of(self, entry: int) -> int:
        """Position at which an entry begins; the start of the trace before the first, its end after the last."""
        if entry < 0:
            return 0
        return int(self._begins[entry]) if entry < len(self._begins) else len(self.trace)

    def place_at(self, position: int, fraction: float = 0.0) -> Place:
        """Return the place of a position, `fraction` of whose event has been played."""
        entry = int(np.searchsorted(self._begins, position, side="right")) - 1
        at, ops = self._stretch(entry)
        row = min(int(np.searchsorted(at, position, side="right")) - 1, len(at) - 2)
        start, stop = int(at[row]), int(at[row + 1])
        first, last = self._progress(start), self._progress(stop)
        played = fraction * self.pacing.length_of(position)
        share = (self._progress(position) + played - first) / (last - first) if stop > start else 0.0
        return Place(entry, float(ops[row] + min(1.0, share) * (ops[row + 1] - ops[row])))

    def position_of(self, place: Place) -> tuple[int, float]:
        """Return the position of a place and how much of its event has been played; the nearest one there is."""
        if place.entry >= len(self._begins):
            return len(self.trace), 0.0
        at, ops = self._stretch(place.entry)
        if place.op >= ops[-1]:
            return int(at[-1]), 0.0
        row = int(np.searchsorted(ops, place.op, side="right")) - 1
        start, stop = int(at[row]), int(at[row + 1])
        share = (place.op - ops[row]) / (ops[row + 1] - ops[row])
        first, last = self._progress(start), self._progress(stop)
        sought = first + share * (last - first)
        # Half an event's little forgives rounding.
        position = start + bisect_right(range(start + 1, stop), sought + EVENT_SECONDS / 2, key=self._progress)
        length = self.pacing.length_of(position) if position < stop else 0.0
        played = (sought - self._progress(position)) / length if length > 0 else 0.0
        return position, float(min(1.0, played if played > ROUNDING else 0.0))

    def _stretch(self, entry: int) -> Stretch:
        """Positions in an entry at which the op is known, its begin and its end among them, and those ops."""
        begin, end = self.begin_of(entry), self.begin_of(entry + 1)
        if self._last is None or self._last[0] != (begin, end):
            self._last = (begin, end), self._found(begin, end)
        return self._last[1]

    def _found(self, begin: int, end: int) -> Stretch:
        first, last = np.searchsorted(self._at, [begin, end], side="right")
        before = int(self._ops[first - 1]) if first else 0
        told = self._ops[first:last] - before
        known = np.concatenate([[0], told])
        at = np.concatenate([[begin], self._at[first:last], [end]])
        return at, np.append(known, known[-1] + 1).astype(np.float64)

    def _progress(self, position: int) -> float:
        """Seconds of the presentation; of events that take none, each takes a little, so that all are told apart."""
        return self.pacing.seconds_at(position) + EVENT_SECONDS * position


def counterpart(place: Place, origin: Sequence[int]) -> Place:
    """Return a place of the original's as one of a variant's, whose entries come from the original's `origin`.

    What the variant left out, it stays at the end of the entry before.
    """
    own = bisect_right(origin, place.entry) - 1
    if own < 0:
        return place if place.entry < 0 else Place(-1, float("inf"))
    return Place(own, place.op if origin[own] == place.entry else float("inf"))
