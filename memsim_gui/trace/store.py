"""Trace: the ordered events of one machine with keyframes between them, and the names of what they are about.

A producer (engine, recording, importer) appends chunks and keyframes; views ask for events of a stretch and for the
ViewState at a position. Position p lies before event p: `view_at(0)` is the start, `view_at(len(trace))` the end.
"""

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import kinds, replay
from memsim_gui.trace.keyframes import Keyframe, Keyframes, NearKeyframes
from memsim_gui.trace.view_state import ViewState, copy_into, copy_view

Events = npt.NDArray[np.void]
KEYFRAME_EVERY_EVENTS = 50_000
KEYFRAME_BUDGET_BYTES = 384 << 20
LAID_BUDGET_BYTES = 128 << 20


@dataclass
class Labels:
    """Names for the numbers in a trace, by row; captions of steps; descriptions of commands."""

    files: list[str] = field(default_factory=list)
    vmas: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    command_values: list[str] = field(default_factory=list)  # the same for a program: JSON, as scenarios write them
    steps: list[str] = field(default_factory=list)  # captions
    step_titles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Meta:
    """What a trace is of: shown in the footer, stored in a recording."""

    title: str = ""
    policy: str = "two-list"
    detail: str = "classroom"
    first_pfn: int = 0
    page_bytes: int = 4096
    seed: int = 0
    level: int = kinds.LEVEL_FULL  # at the start; see Trace.level_at
    machine: str = ""  # its description as JSON; empty where nothing can be simulated again

    @property
    def footer(self) -> str:
        """Policy, detail and kernel version as the footer shows them."""
        return f"{self.policy} · {self.detail} · Linux 6.1"


class Memory(NamedTuple):
    """Bytes that something takes, and how many it may take."""

    used: int
    budget: int


class Trace:
    """Events in append-only chunks, keyframes at chunk boundaries.

    Not thread safe by itself: one producer appends whole chunks, readers see each chunk completely or not at all
    because the length is published last.

    Attributes:
        cuts: every length that the trace was cut to so far; who follows it remembers how many of them it has seen.
    """

    def __init__(self, start: ViewState, meta: Meta, labels: Labels | None = None) -> None:
        """Begin a trace at the given view state (copied)."""
        self.meta = meta
        self.labels = labels or Labels()
        self._chunks: list[Events] = []
        self._starts: list[int] = []
        self._length = 0
        self._keyframes = Keyframes(KEYFRAME_BUDGET_BYTES, Keyframe(0, copy_view(start)))
        self._laid = NearKeyframes(LAID_BUDGET_BYTES)  # left behind by seeks; no part of what is saved
        self._offered = 0  # where the producer handed over its last keyframe, kept or not
        self._found: dict[int, tuple[int, npt.NDArray[np.int64]]] = {}  # by kind: events searched, and what was found
        self._levels = [(0, meta.level)]
        self.cuts: list[int] = []

    def __len__(self) -> int:
        """Number of events."""
        return self._length

    def append(self, events: Events) -> None:
        """Add a chunk of events (dtype kinds.EVENT) at the end; the array is kept, not copied."""
        if len(events):
            self._chunks.append(events)
            self._starts.append(self._length)
            self._length += len(events)

    @property
    def memory(self) -> Memory:
        """What the keyframes take."""
        return Memory(self._keyframes.nbytes + self._laid.nbytes, KEYFRAME_BUDGET_BYTES + LAID_BUDGET_BYTES)

    @property
    def _spacing(self) -> int:
        """Least events between two keyframes: to replay them takes about as long as to copy a view."""
        return max(KEYFRAME_EVERY_EVENTS, _bytes(self.start) // 64)

    @property
    def start(self) -> ViewState:
        """The state before the first event; not to be changed."""
        return next(iter(self._keyframes)).view

    def wants_keyframe(self) -> bool:
        """Whether the producer should hand over a keyframe at the end of the trace now."""
        return self._length - self._offered >= self._spacing

    def add_keyframe(self, view: ViewState) -> None:
        """Store the state at the end of the trace; the view is kept, not copied. Thins others to the budget.

        One that follows lost events stays: what comes after it cannot be replayed from any other.
        """
        lost = self._length > 0 and int(self.events(self._length - 1, self._length)["kind"][0]) == kinds.LOST
        self._offered = self._length
        self._keyframes.add(Keyframe(self._length, view, pinned=lost))

    def keyframes(self) -> list[tuple[int, ViewState]]:
        """Positions and view states of all keyframes that the producer made, ascending."""
        return [(keyframe.position, keyframe.view) for keyframe in self._keyframes]

    def truncate(self, length: int) -> None:
        """Forget everything after the first `length` events (undo)."""
        self.cuts.append(length)
        while self._chunks and self._starts[-1] >= length:
            self._chunks.pop()
            self._starts.pop()
        if self._chunks:
            self._chunks[-1] = self._chunks[-1][: length - self._starts[-1]]
        self._length = min(self._length, length)
        self._offered = min(self._offered, length)
        for keyframes in (self._keyframes, self._laid):
            keyframes.truncate(length)
        self._found = {
            kind: (min(known, length), found[: np.searchsorted(found, length)])
            for kind, (known, found) in self._found.items()
        }
        self._levels = [change for change in self._levels if change[0] <= length]

    def pieces(self, start: int, stop: int) -> Iterator[Events]:
        """Events of the half-open stretch, clipped to what exists, in pieces that are not copied."""
        start, stop = max(0, start), min(stop, self._length)
        at = bisect.bisect_right(self._starts, start) - 1
        while start < stop:
            begin, chunk = self._starts[at], self._chunks[at]
            yield chunk[start - begin : stop - begin]
            start = begin + len(chunk)
            at += 1

    @property
    def levels(self) -> tuple[tuple[int, int], ...]:
        """Where each level of detail begins: (position, LEVEL_*), ascending, the first at 0."""
        return tuple(self._levels)

    def level_at(self, position: int) -> int:
        """LEVEL_* of the event at a position."""
        return next(level for start, level in reversed(self._levels) if start <= max(0, position))

    def change_level(self, level: int) -> None:
        """From the end of the trace on, events are of this LEVEL_*; the caller adds a keyframe there."""
        if level != self._levels[-1][1]:
            self._levels.append((self._length, level))

    def events(self, start: int, stop: int) -> Events:
        """Events of the half-open stretch, clipped to what exists."""
        parts = list(self.pieces(start, stop))
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, kinds.EVENT)

    def nearest(self, position: int) -> Keyframe:
        """Return the keyframe from which a position is reached soonest: the last one at or before it."""
        made, laid = self._keyframes.before(position), self._laid.before(position)
        return max((found for found in (made, laid) if found), key=lambda found: found.position)

    def view_at(self, position: int) -> ViewState:
        """Return a fresh ViewState at a position: nearest keyframe, then events forward."""
        return Cursor(self, position).view

    def forward(self, view: ViewState, start: int, stop: int) -> ViewState:
        """Advance a view from `start` to `stop` in place (returned, because arrays may have grown)."""
        for events in self.pieces(start, stop):
            view = replay.apply(view, events)
        return view

    def reach(self, view: ViewState, start: int, stop: int) -> ViewState:
        """Advance as `forward` does; of a long way, keep the state halfway, so that seeks nearby are short."""
        if stop - start < 2 * self._spacing or _bytes(view) > LAID_BUDGET_BYTES:
            return self.forward(view, start, stop)
        middle = (start + stop) // 2
        view = self.forward(view, start, middle)
        self._laid.add(Keyframe(middle, copy_view(view)))
        return self.forward(view, middle, stop)

    def positions_of(self, kind: int) -> npt.NDArray[np.int64]:
        """Positions of all events of a kind, ascending. Only what has been added since the last call is searched."""
        known, found = self._found.get(kind, (0, np.empty(0, np.int64)))
        parts = [found]
        for events in self.pieces(known, self._length):
            parts.append(np.flatnonzero(events["kind"] == kind) + known)
            known += len(events)
        if len(parts) > 1:
            self._found[kind] = (known, np.concatenate(parts))
        return self._found[kind][1] if kind in self._found else found


class Cursor:
    """A position in a trace with its ViewState, cheap to move forward, able to jump anywhere."""

    def __init__(self, trace: Trace, position: int = 0) -> None:
        """Place a cursor."""
        self.trace = trace
        self.position = max(0, min(position, len(trace)))
        near = trace.nearest(self.position)
        self.view = trace.reach(copy_view(near.view), near.position, self.position)

    def seek(self, position: int) -> ViewState:
        """Move to a position; backwards means from the nearest keyframe. The view's arrays are used again."""
        position = max(0, min(position, len(self.trace)))
        near = self.trace.nearest(position)
        if position < self.position or near.position > self.position:
            self.view = copy_into(self.view, near.view)
            self.view = self.trace.reach(self.view, near.position, position)
        else:
            self.view = self.trace.forward(self.view, self.position, position)
        self.position = position
        return self.view


def _bytes(view: ViewState) -> int:
    return sum(int(array.nbytes) for array in view)


def describe(meta: Meta) -> dict[str, Any]:
    """Meta as plain values, for files."""
    return dict(vars(meta))
