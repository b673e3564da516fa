"""Pacing: how long each event of a trace is on screen, and so which position belongs to which second.

A hit takes 100 ns and a disk read milliseconds, so pictures need a pace of their own. Each visible event has a length
by its kind; waits count by the logarithm of their simulated time; a step's caption gets at least 0.3 s a word; and a
stretch of many events is sped up as a whole so that it ends within ten seconds. The same trace always gives the same
seconds.

Lengths are kept as one byte an event and sums over blocks of 64, so that ten million events cost eleven megabytes.
"""

from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.cuts import Cuts
from memsim_gui.trace import causes, kinds, lanes, tables
from memsim_gui.trace.store import Trace

Codes = npt.NDArray[np.uint8]
Times = npt.NDArray[np.float64]
Number = TypeVar("Number", np.uint8, np.int64)

BLOCK = 64
AT_ONCE = 1 << 18  # events of a stretch that is gone through as a whole, which is faster than many times in parts
MOST_EXACT = 4096  # of positions asked for at once
TICK = 1e-5  # seconds: far below the shortest event, far above rounding
SECONDS_A_WORD = 0.3
STEP_SECONDS = 0.8  # shortest time a new step is announced before anything happens
LINGER_SECONDS = 0.6  # shortest time its result is shown
FREE_RUNNING_SECONDS = 4.0  # a stretch up to this long plays at its natural pace
LONGEST_SECONDS = 10.0
WAIT_SECONDS = 0.22  # for each factor of ten above SHORTEST_WAIT_NS
SHORTEST_WAIT_NS = 10_000

# seconds on screen at speed 1
_KIND_SECONDS = {
    kinds.SCAN: 0.9,
    kinds.FAULT: 0.45,
    kinds.READ: 0.25,
    kinds.WRITE: 0.25,
    kinds.PTE: 0.22,
    kinds.BITS: 0.12,
    kinds.CELL: 0.12,
    kinds.SWAP_MAP: 0.08,
    kinds.FLOW: 0.10,
    kinds.RECLAIM_BEGIN: 0.5,
    kinds.RECLAIM_END: 0.3,
    kinds.IO_BEGIN: 0.35,
    kinds.IO_END: 0.15,
    kinds.OOM_KILL: 2.0,
    kinds.WATERMARK: 0.4,
    kinds.BALANCE: 0.4,
    kinds.ERRNO: 1.5,
    kinds.STALL: 0.4,
}
LIST_MOVE, HAND_MOVE, ISOLATE_MOVE, HIDDEN_MOVE = 1, 2, 3, 0
_MOVE_SECONDS = {LIST_MOVE: 0.75, HAND_MOVE: 0.4, ISOLATE_MOVE: 0.5, HIDDEN_MOVE: 0.0}
_FIRST_KIND_CODE = 4
_FIRST_WAIT_CODE = 64
_WAIT_CODES_PER_DECADE = 16


def _lengths() -> tuple[Times, Codes]:
    """Seconds by code, and code by event kind."""
    seconds = np.zeros(256)
    by_kind = np.zeros(256, np.uint8)
    for code, value in _MOVE_SECONDS.items():
        seconds[code] = value
    for code, (kind, value) in enumerate(_KIND_SECONDS.items(), _FIRST_KIND_CODE):
        by_kind[kind], seconds[code] = code, value
    waits = np.arange(256 - _FIRST_WAIT_CODE)
    seconds[_FIRST_WAIT_CODE:] = WAIT_SECONDS * (waits + 1) / _WAIT_CODES_PER_DECADE
    return seconds, by_kind


def _move_codes() -> Codes:
    """Length code of a move by kind of source and destination lane."""
    codes = np.full((lanes.LANES_PER_NODE, lanes.LANES_PER_NODE), LIST_MOVE, np.uint8)
    for hidden in (lanes.KERNEL, lanes.PCP):
        codes[hidden, :] = codes[:, hidden] = HIDDEN_MOVE
    codes[lanes.FREE, lanes.IN_HAND] = codes[lanes.PCP, lanes.IN_HAND] = HAND_MOVE
    codes[lanes.IN_HAND, [lanes.LRU_ADD, lanes.MLOCK_BATCH]] = HAND_MOVE
    codes[:, lanes.ISOLATED] = ISOLATE_MOVE
    return codes


_SECONDS, _CODE_OF_KIND = _lengths()
# Whole numbers add up exactly, in whatever order they are summed.
MICROS = np.rint(_SECONDS * 1e6).astype(np.int64)
_CODE_OF_MOVE = _move_codes()


def event_codes(events: npt.NDArray[np.void], now_ns: int) -> tuple[Codes, int]:
    """Length codes of events, and the simulated time after them given that before them."""
    kind = events["kind"]
    codes = _CODE_OF_KIND[kind]
    moves = np.flatnonzero(kind == kinds.MOVE)
    per_node = lanes.LANES_PER_NODE
    codes[moves] = _CODE_OF_MOVE[events["src"][moves] % per_node, events["dst"][moves] % per_node]
    quiet = moves[events["cause"][moves] == causes.RESERVE]
    codes[quiet] = HIDDEN_MOVE
    clocks = np.flatnonzero(kind == kinds.SET)
    clocks = clocks[(events["dst"][clocks] == tables.TABLE_CLOCK) & (events["src"][clocks] == tables.CLOCK_NOW_NS)]
    if len(clocks):
        times = events["value"][clocks]
        waited = np.maximum(np.diff(times, prepend=now_ns), 1)
        decades = np.log10(1 + waited / SHORTEST_WAIT_NS)
        steps = np.minimum((decades * _WAIT_CODES_PER_DECADE).astype(np.int64), 255 - _FIRST_WAIT_CODE + 1)
        codes[clocks] = np.where(steps > 0, _FIRST_WAIT_CODE + steps - 1, 0)
        now_ns = int(times[-1])
    return codes, now_ns


def squeeze(natural_seconds: Times) -> Times:
    """Seconds that stretches of these natural lengths get: unchanged when short, never above LONGEST_SECONDS."""
    over = np.maximum(0.0, natural_seconds - FREE_RUNNING_SECONDS)
    room = LONGEST_SECONDS - FREE_RUNNING_SECONDS
    return np.minimum(natural_seconds, FREE_RUNNING_SECONDS) + room * over / (over + 4 * room)


def _grown(array: npt.NDArray[Number], length: int) -> npt.NDArray[Number]:
    """Return an array at least this long that begins with `array`; it doubles, so that growth is rare."""
    missing = max(length, 2 * len(array)) - len(array) if length > len(array) else 0
    return np.concatenate([array, np.zeros(missing, array.dtype)]) if missing else array


class Pacing:
    """Seconds of a trace. Position p lies before event p; `fraction` is how much of event p has been played."""

    def __init__(self, trace: Trace) -> None:
        """Pace a trace as far as it goes."""
        self.trace = trace
        self._cuts = Cuts(trace)
        self._codes = np.zeros(BLOCK, np.uint8)  # its first `_known` bytes count
        self._sums = np.zeros(1, np.int64)  # natural microseconds before each block that `_known` reaches
        self._known = 0
        self._now_ns = int(trace.keyframes()[0][1].clock[0, tables.CLOCK_NOW_NS])
        self._stops = [(0, self._now_ns)]  # events known and simulated time where one can go back to
        self._marks: list[tuple[int, int, int]] = []  # position, kind and ident of each STEP and COMMAND
        self._mark_sums = [0.0]  # natural seconds before the start and before each mark
        self._rebuild()
        self.extend()

    @classmethod
    def of(cls, trace: Trace) -> "Pacing":
        """Pace a trace; call `extend` when it has grown."""
        return cls(trace)

    def extend(self) -> None:
        """Take in events added to the trace since the last call, after an undo from the last stop that still holds.

        The stretch that is still growing may be squeezed further, so keep positions, not seconds, across a call.
        """
        length = len(self.trace)
        kept = self._cuts.kept(self._known)
        if kept == self._known == length:
            return
        if kept < self._known:
            self._go_back(kept)
        while self._known < length:
            self._take(min(length, self._known + AT_ONCE))
        self._rebuild()

    def _go_back(self, kept: int) -> None:
        """Forget what came after the last stop within the first `kept` events."""
        while self._stops[-1][0] > kept:
            self._stops.pop()
        self._known, self._now_ns = self._stops[-1]
        self._marks = [mark for mark in self._marks if mark[0] < self._known]
        del self._mark_sums[1 + len(self._marks) :]

    def _take(self, stop: int) -> None:
        """Code the events up to `stop`, extend the block sums and note where steps and commands begin."""
        start, events = self._known, self.trace.events(self._known, stop)
        self._codes = _grown(self._codes, stop)
        self._codes[start:stop], self._now_ns = event_codes(events, self._now_ns)
        whole, blocks = start // BLOCK, stop // BLOCK
        fresh = MICROS[self._codes[whole * BLOCK : blocks * BLOCK]].reshape(-1, BLOCK).sum(axis=1)
        self._sums = _grown(self._sums, blocks + 1)
        self._sums[whole + 1 : blocks + 1] = self._sums[whole] + np.cumsum(fresh)
        self._known = stop
        self._stops.append((stop, self._now_ns))
        begins = np.flatnonzero((events["kind"] == kinds.STEP) | (events["kind"] == kinds.COMMAND))
        for i in begins.tolist():
            self._marks.append((start + i, int(events["kind"][i]), int(events["ident"][i])))
            self._mark_sums.append(self._natural(start + i))

    def _rebuild(self) -> None:
        """Lay the stretches between commands one after another."""
        sums = np.array([*self._mark_sums, self._natural(self._known)])
        natural = np.diff(sums)
        paced = self._within_steps(squeeze(natural))
        self._bounds = np.array([0, *[mark[0] for mark in self._marks]], np.int64)
        self._scales = np.where(natural > 0, paced / np.maximum(natural, 1e-12), 1.0)
        self._hold, lingers = self._pauses(paced)
        self._natural_starts = sums[:-1]
        self._starts = np.concatenate([[0.0], np.cumsum(self._hold + paced + lingers)])

    def _within_steps(self, paced: Times) -> Times:
        """Squeeze the stretches of each step that has ended (the last is still open: more commands may come)."""
        step_rows = [row for row, mark in enumerate(self._marks, 1) if mark[1] == kinds.STEP]
        out = paced.copy()
        for start, stop in pairwise(step_rows):
            total = np.array([out[start:stop].sum()])
            if total[0] > 0:
                out[start:stop] *= squeeze(total)[0] / total[0]
        return out

    def _pauses(self, paced: Times) -> tuple[Times, Times]:
        """Pauses before and after each stretch: a step is announced, its result lingers, its caption can be read."""
        holds, lingers = np.zeros(len(paced)), np.zeros(len(paced))
        step_rows = [row for row, mark in enumerate(self._marks, 1) if mark[1] == kinds.STEP]
        captions = self.trace.labels.steps
        for start, stop in zip(step_rows, [*step_rows[1:], len(paced)], strict=False):
            ident = self._marks[start - 1][2]
            words = len(captions[ident].split()) if 0 <= ident < len(captions) else 0
            missing = words * SECONDS_A_WORD - float(paced[start:stop].sum())
            holds[start] = max(STEP_SECONDS, missing / 2)
            lingers[stop - 1] = max(LINGER_SECONDS, missing / 2)
        return holds, lingers

    def _natural(self, position: int) -> float:
        """Natural seconds before a position."""
        block = position // BLOCK
        return int(self._sums[block] + MICROS[self._codes[block * BLOCK : position]].sum()) / 1e6

    def begins(self, kind: int) -> npt.NDArray[np.int64]:
        """Positions of all STEP or COMMAND events."""
        return np.array([mark[0] for mark in self._marks if mark[1] == kind], np.int64)

    def idents(self, kind: int) -> npt.NDArray[np.int64]:
        """Numbers of the steps or commands that `begins` tells the positions of."""
        return np.array([mark[2] for mark in self._marks if mark[1] == kind], np.int64)

    @property
    def total(self) -> float:
        """Length of the whole trace in seconds."""
        return float(self._starts[-1])

    def seconds_at(self, position: int) -> float:
        """Second at which event `position` begins; of the trace's end, its whole length."""
        position = max(0, position)
        if position >= self._known:
            return self.total
        return float(self.seconds_many(np.array([position]))[0])

    def seconds_many(self, positions: npt.NDArray[np.int64]) -> Times:
        """Seconds at which events begin, for ascending positions that lie close together."""
        if not len(positions):
            return np.empty(0)
        low, high = int(positions[0]), int(positions[-1])
        block = low // BLOCK
        before = self._sums[block] + MICROS[self._codes[block * BLOCK : low]].sum()
        sums = np.concatenate([[0], np.cumsum(MICROS[self._codes[low:high]])]) + before
        return self._paced(positions, sums[positions - low])

    def seconds_each(self, positions: npt.NDArray[np.int64]) -> Times:
        """Seconds at which events begin, for positions anywhere in the trace; of very many, those of their blocks."""
        if not len(positions):
            return np.empty(0)
        positions = np.clip(positions, 0, self._known)
        blocks = positions // BLOCK
        sums = self._sums[blocks]
        low, high = int(positions.min()), int(positions.max())
        if high - low <= AT_ONCE:
            sums = np.concatenate([[0], np.cumsum(MICROS[self._codes[low:high]])])[positions - low]
            sums += int(self._sums[low // BLOCK]) + int(MICROS[self._codes[low // BLOCK * BLOCK : low]].sum())
        elif len(positions) <= MOST_EXACT:
            sums += self._micros_before(positions)
        return np.where(positions < self._known, self._paced(positions, sums), self.total)

    def _micros_before(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Natural microseconds of the events before positions, in the blocks that these lie in."""
        inside = positions % BLOCK
        stops = np.cumsum(inside)
        events = np.arange(int(stops[-1])) + np.repeat(positions - stops, inside)
        sums = np.concatenate([[0], np.cumsum(MICROS[self._codes[events]])])
        return np.asarray(sums[stops] - sums[stops - inside])

    def _paced(self, positions: npt.NDArray[np.int64], sums: npt.NDArray[np.int64]) -> Times:
        """Seconds of positions, given the natural microseconds before them."""
        row = np.searchsorted(self._bounds, positions, side="right") - 1
        inside = (sums / 1e6 - self._natural_starts[row]) * self._scales[row]
        hold = np.where(positions == self._bounds[row], 0.0, self._hold[row])
        return np.asarray(np.minimum(self._starts[row] + hold + np.maximum(inside, 0.0), self._starts[row + 1]))

    def lengths_many(self, positions: npt.NDArray[np.int64]) -> Times:
        """Seconds that events are on screen; a pause after one is not its own."""
        row = np.searchsorted(self._bounds, positions, side="right") - 1
        played = MICROS[self._codes[positions]] / 1e6 * self._scales[row]
        return np.asarray(np.where(positions == self._bounds[row], played + self._hold[row], played))

    def length_of(self, position: int) -> float:
        """Seconds that event `position` is on screen; 0 at the trace's end."""
        return float(self.lengths_many(np.array([position]))[0]) if 0 <= position < self._known else 0.0

    def position_at(self, seconds: float) -> tuple[int, float]:
        """Position and fraction of its event at a second; events without length lie before the position."""
        seconds = max(0.0, seconds)
        if seconds >= self.total or not self._known:
            return self._known, 0.0
        row = int(np.searchsorted(self._starts, seconds, side="right")) - 1
        begin, inside = int(self._bounds[row]), seconds - self._starts[row]
        stop = int(self._bounds[row + 1]) if row + 1 < len(self._bounds) else self._known
        if row and inside < self._hold[row] - TICK:
            return begin, float(inside / self._hold[row])
        natural = self._natural_starts[row] + (inside - self._hold[row]) / self._scales[row]
        position = self._search(natural, begin + (1 if row else 0), stop)
        length = self.length_of(position) if position < stop else 0.0
        played = (seconds - self.seconds_at(position)) / length if length > 0 else 0.0
        return position, float(min(1.0, max(0.0, played)))

    def _search(self, natural: float, low: int, high: int) -> int:
        """Last position in [low, high] whose natural start is at most `natural`."""
        sought = round((natural + TICK) * 1e6)
        whole = self._sums[: self._known // BLOCK + 1]
        block = int(np.searchsorted(whole, sought, side="right")) - 1
        codes = self._codes[block * BLOCK : min(self._known, (block + 1) * BLOCK)]
        sums = self._sums[block] + np.cumsum(MICROS[codes])
        found = block * BLOCK + int(np.searchsorted(sums, sought, side="right"))
        return max(low, min(found, high))
