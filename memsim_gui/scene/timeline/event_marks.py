"""Event marks: the moments of a trace that one jumps to (first fault, kswapd, direct reclaim, swap, refaults, kills).

A *burst* of swap-outs, swap-ins or refaults is a run of them in which none comes more than QUIET_NS of simulated time
after the one before. It is marked at its first page. A run of refaults is a burst from LEAST_REFAULTS pages on: a few
pages that come back are no sign of thrashing. A run of swap-outs or swap-ins counts from its first page.

At level full, kswapd, direct reclaim and OOM kills are marked at their own events. Below it a trace has no such events:
they are told from the counters, at the end of the slice in which those grew, and a burst goes on as long as every
slice has its share of it.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.words import counted, grouped
from memsim_gui.trace import counters, explain, kinds, lanes, tables
from memsim_gui.trace.store import Events, Trace

Ints = npt.NDArray[np.int64]

FIRST_FAULT, KSWAPD, DIRECT, SWAP_OUT, SWAP_IN, REFAULT, OOM, LOST = range(8)
TITLES = (
    "First page fault",
    "kswapd wakes",
    "Direct reclaim begins",
    "Swap-out begins",
    "Swap-in begins",
    "Refault burst",
    "Out of memory",
    "Events lost",
)
BURSTS = (SWAP_OUT, SWAP_IN, REFAULT)
QUIET_NS = 100_000_000
LEAST_REFAULTS = 16
CHUNK_EVENTS = 1 << 18
_LONG_AGO = -(1 << 62)
_COUNTED = {
    "pgfault": FIRST_FAULT,
    "pswpout": SWAP_OUT,
    "pswpin": SWAP_IN,
    "workingset_refault_anon": REFAULT,
    "workingset_refault_file": REFAULT,
}
_COUNTED_BELOW_FULL = {
    "pageoutrun": KSWAPD,
    "allocstall_dma": DIRECT,
    "allocstall_dma32": DIRECT,
    "allocstall_normal": DIRECT,
    "allocstall_movable": DIRECT,
    "oom_kill": OOM,
}


class Mark(NamedTuple):
    """A moment: the position of its event, what it is (FIRST_FAULT ...), and how many pages, times or events."""

    position: int
    kind: int
    amount: int


class Losses(NamedTuple):
    """Events that did not fit the ring, and between which operations (tables.CLOCK_OP) they happened."""

    events: int
    first_op: int
    last_op: int


class _Run(NamedTuple):
    """A run of equal happenings: where it began, how many, which of its kind its mark is, when the last was."""

    start: int = 0
    total: int = 0
    row: int = -1
    last: int = _LONG_AGO


class _Stop(NamedTuple):
    """How the search stood after so many events: one can go back there."""

    known: int
    precise: bool
    now: int
    op: int
    losses: Losses | None
    runs: dict[int, _Run]
    found: tuple[int, ...]  # marks of each kind


class EventMarks:
    """The marks of a trace; grows with it."""

    def __init__(self, trace: Trace) -> None:
        """Find the marks of a trace as far as it goes."""
        self.trace = trace
        self._cuts = Cuts(trace)
        nodes = len(trace.start.node)
        names = [counters.counter_name(i) for i in range(counters.counters_total(nodes))]
        self._kinds_of_counters = {
            precise: np.array([wanted.get(name, -1) for name in names], np.int8)
            for precise, wanted in ((True, _COUNTED), (False, _COUNTED | _COUNTED_BELOW_FULL))
        }
        self._known = 0
        self._places: list[list[int]] = [[] for _ in TITLES]
        self._amounts: list[list[int]] = [[] for _ in TITLES]
        self._all: list[Mark] | None = None
        self._op = 0
        self.losses: Losses | None = None
        self._use_level(precise=self._precise_at(0))
        self._stops = [self._stop()]
        self.extend()

    def _stop(self) -> _Stop:
        found = tuple(map(len, self._places))
        return _Stop(self._known, self._precise, self._now, self._op, self.losses, dict(self._runs), found)

    def _go_back(self, kept: int) -> None:
        """Forget what came after the last stop within the first `kept` events."""
        while self._stops[-1].known > kept:
            self._stops.pop()
        self._known, self._precise, self._now, self._op, self.losses, runs, found = self._stops[-1]
        self._all, self._runs, self._quiet = None, dict(runs), _quiet(precise=self._precise)
        for places, amounts, number in zip(self._places, self._amounts, found, strict=True):
            del places[number:], amounts[number:]
        for kind, run in runs.items():
            if run.row >= 0:
                self._amounts[kind][run.row] = run.total

    def extend(self) -> None:
        """Take in events added to the trace since the last call, after an undo from the last stop that still holds."""
        kept = self._cuts.kept(self._known)
        if kept < self._known:
            self._go_back(kept)
        while self._known < len(self.trace):
            self._all = None
            if self._precise_at(self._known) != self._precise:
                self._use_level(precise=not self._precise)
            later = (start for start, _ in self.trace.levels if start > self._known)
            for events in self.trace.pieces(self._known, min(self._known + CHUNK_EVENTS, *later, len(self.trace))):
                self._take(events)
                self._known += len(events)
            self._stops.append(self._stop())

    def _precise_at(self, position: int) -> bool:
        return self.trace.level_at(position) == kinds.LEVEL_FULL

    def _use_level(self, *, precise: bool) -> None:
        """Read events of level full, or of one below, from here on; bursts begin anew."""
        self._precise = precise
        self._quiet = _quiet(precise=precise)
        # simulated time in ns, or slices so far
        self._now = int(self.trace.start.clock[0, tables.CLOCK_NOW_NS]) if precise and not self._known else 0
        self._runs = dict.fromkeys(BURSTS, _Run())

    def _take(self, events: Events) -> None:
        kind = events["kind"]
        if self._precise:
            begins = np.flatnonzero(kind == kinds.RECLAIM_BEGIN)
            actors = events["value"][begins]
            self._note(KSWAPD, begins[actors < lanes.MAX_NODES], actors[actors < lanes.MAX_NODES])
            self._note(DIRECT, begins[actors == tables.ACTOR_DIRECT])
            self._note(OOM, np.flatnonzero(kind == kinds.OOM_KILL))
        counts = np.flatnonzero(kind == kinds.COUNT)
        found = self._kinds_of_counters[self._precise][events["ident"][counts]]
        sets = np.flatnonzero(kind == kinds.SET)
        sets = sets[events["dst"][sets] == tables.TABLE_CLOCK]
        self._note_lost(events, sets[events["src"][sets] == tables.CLOCK_OP])
        sets = sets[events["src"][sets] == tables.CLOCK_NOW_NS]
        later = events["value"][sets] if self._precise else self._now + 1 + np.arange(len(sets))
        times = np.concatenate([[self._now], later])
        self._now = int(times[-1])
        for what in np.unique(found[found >= 0]).tolist():
            at = counts[found == what]
            amounts = events["value"][at]
            if what in BURSTS:
                self._note_bursts(what, at, amounts, times[np.searchsorted(sets, at)])
            elif what != FIRST_FAULT:
                self._note(what, at, amounts)
            elif not self._places[FIRST_FAULT]:
                self._note(what, at[:1])

    def _note_lost(self, events: Events, ops: npt.NDArray[np.intp]) -> None:
        """Note lost events; `ops` is where the clock of operations is set."""
        lost = np.flatnonzero(events["kind"] == kinds.LOST)
        self._note(LOST, lost, events["value"][lost])
        known = np.concatenate([[self._op], events["value"][ops]])
        self._op = int(known[-1])
        for at in lost.tolist():
            # A keyframe follows each loss.
            after = int(self.trace.nearest(self._known + at + 1).view.clock[0, tables.CLOCK_OP])
            op = int(known[np.searchsorted(ops, at)])
            before = self.losses or Losses(0, op, op)
            self.losses = Losses(before.events + int(events["value"][at]), before.first_op, max(after, before.last_op))

    def _note(self, kind: int, at: npt.NDArray[np.intp], amounts: Ints | None = None) -> None:
        self._places[kind] += (at + self._known).tolist()
        self._amounts[kind] += [1] * len(at) if amounts is None else amounts.tolist()

    def _note_bursts(self, kind: int, at: npt.NDArray[np.intp], amounts: Ints, times: Ints) -> None:
        """Continue the run of a kind, and begin another wherever it was quiet before."""
        run = self._runs[kind]
        fresh = np.flatnonzero(np.diff(times, prepend=run.last) > self._quiet)
        edges = np.unique(np.concatenate([[0], fresh, [len(at)]])).tolist()
        begins = set(fresh.tolist())
        for first, stop in pairwise(edges):
            if first in begins:
                run = _Run(start=self._known + int(at[first]))
            run = self._marked(kind, run._replace(total=run.total + int(amounts[first:stop].sum())))
        self._runs[kind] = run._replace(last=int(times[-1]))

    def _marked(self, kind: int, run: _Run) -> _Run:
        """Return a run that knows its mark, which it gets once it is long enough; the mark tells its length."""
        if run.row < 0 and run.total >= (LEAST_REFAULTS if kind == REFAULT else 1):
            run = run._replace(row=len(self._places[kind]))
            self._places[kind].append(run.start)
            self._amounts[kind].append(0)
        if run.row >= 0:
            self._amounts[kind][run.row] = run.total
        return run

    @property
    def all(self) -> list[Mark]:
        """All marks, by position."""
        if self._all is None:
            columns = zip(self._places, self._amounts, strict=True)
            self._all = sorted(
                Mark(place, kind, amount)
                for kind, (places, amounts) in enumerate(columns)
                for place, amount in zip(places, amounts, strict=True)
            )
        return self._all

    def next_after(self, position: int) -> Mark | None:
        """Return the first mark whose event has not happened at a position; None if there is none."""
        at = bisect_left(self.all, position, key=_place)
        return self.all[at] if at < len(self.all) else None

    def last_before(self, position: int) -> Mark | None:
        """Return the last mark before the event that led to a position; None if there is none."""
        at = bisect_left(self.all, position - 1, key=_place)
        return self.all[at - 1] if at else None

    def between(self, start: int, stop: int) -> list[Mark]:
        """Marks whose events lie from `start` to before `stop`."""
        return self.all[bisect_left(self.all, start, key=_place) : bisect_right(self.all, stop - 1, key=_place)]

    def sentence(self, mark: Mark) -> str:
        """Say what a mark stands for."""
        number, are = grouped(mark.amount), "is" if mark.amount == 1 else "are"
        if mark.kind in {KSWAPD, DIRECT, OOM} and self._precise_at(mark.position):
            # These sentences are made of the event alone.
            event = self.trace.events(mark.position, mark.position + 1)[0]
            return explain.sentence(event, self.trace.start, self.trace)
        return {
            FIRST_FAULT: "The first page fault: a process touches a page that has no frame yet",
            KSWAPD: f"kswapd ran {number}× in this slice: free pages were below the low watermark",
            DIRECT: f"Direct reclaim, {number}× in this slice: allocations had to free pages themselves",
            SWAP_OUT: f"Swap-out begins: {counted(mark.amount)} {are} written to swap",
            SWAP_IN: f"Swap-in begins: {counted(mark.amount)} {are} read from swap",
            REFAULT: f"Refault burst: {number} pages come back that had been evicted",
            OOM: f"Out of memory: {number} process{'es' if mark.amount > 1 else ''} {are} killed in this slice",
            LOST: f"{number} events did not fit into the ring: what they changed appears at once",
        }[mark.kind]

    @property
    def unknown(self) -> str:
        """Say what a trace of this level does not tell; empty if nothing."""
        below = [start for start, level in self.trace.levels if level < kinds.LEVEL_FULL]
        if not below:
            return ""
        since = f"From event {grouped(below[0])} on this" if below[0] else "This"
        return (
            f"{since} trace has flows and counters only: a mark stands at the end of the slice in which it happened,"
            " and single page faults and scans are not known"
        )


def _quiet(*, precise: bool) -> int:
    """How long it is quiet between two bursts: in ns of simulated time, or below level full in slices."""
    return QUIET_NS if precise else 1


def _place(mark: Mark) -> int:
    return mark.position
