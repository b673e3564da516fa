"""Trace: the ordered events of one machine with keyframes between them, and the names of what they are about.

A producer (engine, recording, importer) appends chunks and keyframes; views ask for events of a stretch and for the
ViewState at a position. Position p lies before event p: `view_at(0)` is the start, `view_at(len(trace))` the end.
"""

import bisect
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import kinds, replay
from memsim_gui.trace.view_state import ViewState, copy_view

Events = npt.NDArray[np.void]
KEYFRAME_EVERY_EVENTS = 50_000
KEYFRAME_BUDGET_BYTES = 512 << 20
KEPT_KEYFRAMES = 3


@dataclass
class Labels:
    """Names for the numbers in a trace, by row; captions of steps; descriptions of commands."""

    files: list[str] = field(default_factory=list)
    vmas: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
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
    level: int = kinds.LEVEL_FULL

    @property
    def footer(self) -> str:
        """Policy, detail and kernel version as the footer shows them."""
        return f"{self.policy} · {self.detail} · Linux 6.1"


class Trace:
    """Events in append-only chunks, keyframes at chunk boundaries.

    Not thread safe by itself: one producer appends whole chunks, readers see each chunk completely or not at all
    because the length is published last.
    """

    def __init__(self, start: ViewState, meta: Meta, labels: Labels | None = None) -> None:
        """Begin a trace at the given view state (copied)."""
        self.meta = meta
        self.labels = labels or Labels()
        self._chunks: list[Events] = []
        self._starts: list[int] = []
        self._length = 0
        self._key_positions = [0]
        self._key_views = [copy_view(start)]
        self._key_bytes = _bytes(start)

    def __len__(self) -> int:
        """Number of events."""
        return self._length

    def append(self, events: Events) -> None:
        """Add a chunk of events (dtype kinds.EVENT) at the end; the array is kept, not copied."""
        if len(events):
            self._chunks.append(events)
            self._starts.append(self._length)
            self._length += len(events)

    def wants_keyframe(self) -> bool:
        """Whether the producer should hand over a keyframe at the end of the trace now."""
        spacing = max(KEYFRAME_EVERY_EVENTS, _bytes(self._key_views[0]) // 64)
        return self._length - self._key_positions[-1] >= spacing

    def add_keyframe(self, view: ViewState) -> None:
        """Store the state at the end of the trace; the view is kept, not copied. Thins older ones to the budget."""
        self._key_positions.append(self._length)
        self._key_views.append(view)
        self._key_bytes += _bytes(view)
        while self._key_bytes > KEYFRAME_BUDGET_BYTES and len(self._key_views) > KEPT_KEYFRAMES:
            self._thin()

    def _thin(self) -> None:
        keep = [i for i in range(len(self._key_views)) if i % 2 == 0 or i == len(self._key_views) - 1]
        self._key_positions = [self._key_positions[i] for i in keep]
        self._key_views = [self._key_views[i] for i in keep]
        self._key_bytes = sum(map(_bytes, self._key_views))

    def keyframes(self) -> list[tuple[int, ViewState]]:
        """Positions and view states of all keyframes, ascending."""
        return list(zip(self._key_positions, self._key_views, strict=True))

    def truncate(self, length: int) -> None:
        """Forget everything after the first `length` events (undo)."""
        while self._chunks and self._starts[-1] >= length:
            self._chunks.pop()
            self._starts.pop()
        if self._chunks:
            self._chunks[-1] = self._chunks[-1][: length - self._starts[-1]]
        self._length = min(self._length, length)
        keep = bisect.bisect_right(self._key_positions, length)
        self._key_positions, self._key_views = self._key_positions[:keep], self._key_views[:keep]
        self._key_bytes = sum(map(_bytes, self._key_views))

    def events(self, start: int, stop: int) -> Events:
        """Events of the half-open stretch, clipped to what exists."""
        start, stop = max(0, start), min(stop, self._length)
        if start >= stop:
            return np.empty(0, kinds.EVENT)
        first = bisect.bisect_right(self._starts, start) - 1
        parts = []
        for begin, chunk in zip(self._starts[first:], self._chunks[first:], strict=True):
            if begin >= stop:
                break
            parts.append(chunk[max(0, start - begin) : stop - begin])
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def view_at(self, position: int) -> ViewState:
        """Return a fresh ViewState at a position: nearest keyframe, then events forward."""
        position = max(0, min(position, self._length))
        at = bisect.bisect_right(self._key_positions, position) - 1
        view = copy_view(self._key_views[at])
        return self.forward(view, self._key_positions[at], position)

    def forward(self, view: ViewState, start: int, stop: int) -> ViewState:
        """Advance a view from `start` to `stop` in place (returned, because arrays may have grown)."""
        return replay.apply(view, self.events(start, stop))

    def positions_of(self, kind: int) -> npt.NDArray[np.int64]:
        """Positions of all events of a kind, ascending."""
        found = [
            np.flatnonzero(chunk["kind"] == kind) + begin
            for begin, chunk in zip(self._starts, self._chunks, strict=True)
        ]
        return np.concatenate(found) if found else np.empty(0, np.int64)


class Cursor:
    """A position in a trace with its ViewState, cheap to move forward, able to jump anywhere."""

    def __init__(self, trace: Trace, position: int = 0) -> None:
        """Place a cursor."""
        self.trace = trace
        self.position = position
        self.view = trace.view_at(position)

    def seek(self, position: int) -> ViewState:
        """Move to a position; backwards means from the nearest keyframe."""
        position = max(0, min(position, len(self.trace)))
        near = bisect.bisect_right(self.trace._key_positions, position) - 1  # noqa: SLF001 - same room, same file
        if position < self.position or self.trace._key_positions[near] > self.position:  # noqa: SLF001
            self.view = self.trace.view_at(position)
        else:
            self.view = self.trace.forward(self.view, self.position, position)
        self.position = position
        return self.view


def _bytes(view: ViewState) -> int:
    return sum(int(array.nbytes) for array in view)


def describe(meta: Meta) -> dict[str, Any]:
    """Meta as plain values, for files."""
    return dict(vars(meta))
