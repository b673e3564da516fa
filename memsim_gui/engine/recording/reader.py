"""Reading the tables of a recording back into a trace, as far as they are whole.

Keyframes cut a recording into stretches. A fault within one costs the rest of that stretch: events without effect take
the places of what cannot be read, a LOST event says how many they are, and the next keyframe goes on with the truth.
Without a next one the trace ends there.
"""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from memsim_gui.engine.recording import codec
from memsim_gui.engine.recording.checks import LIMITS, Checker, check_view
from memsim_gui.engine.recording.tables import Budget, Place, Tables, meta_of
from memsim_gui.trace import kinds, tables
from memsim_gui.trace.store import Events, Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, ViewState, new_view, sizes_of

MAX_EVENTS = 100_000_000
# What SQLite, zlib's output, JSON and the checks say about damage.
FAULTS = (sqlite3.Error, ValueError, KeyError, TypeError, RecursionError, MemoryError, OverflowError)
GROWN = (
    ("ptes", tables.TABLE_PTE),
    ("cells", tables.TABLE_CELL),
    ("slots", tables.TABLE_SWAP),
    ("vmas", tables.TABLE_VMA),
    ("files", tables.TABLE_FILE),
    ("tasks", tables.TABLE_TASK),
    ("devices", tables.TABLE_DEVICE),
)


@dataclass
class Found:
    """What could be read: `missing` of the `announced` events could not; each fault is a few words."""

    trace: Trace
    announced: int
    missing: int = 0
    faults: list[str] = field(default_factory=list)


def reason(error: Exception) -> str:
    """Say in one line what an exception of FAULTS means for a file."""
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else " ".join(str(error).split())


def read(db: sqlite3.Connection, version: int, progress: Callable[[int, int], None]) -> Found:
    """Read what is whole. Raises one of FAULTS if not even the start can be read.

    `progress` is told how many events are read, of how many; what it raises ends the reading.
    """
    return _Reader(db, version, progress).read()


class _Reader:
    def __init__(self, db: sqlite3.Connection, version: int, progress: Callable[[int, int], None]) -> None:
        self._progress = progress
        self._budget = Budget()
        self._tables = Tables(db, version, self._budget)
        self._faults: list[str] = []
        self._missing = 0
        self._last: tuple[int, ViewState] | None = None  # the keyframe read last: the next is told from it

    def read(self) -> Found:
        meta, labels, length = self._head()
        places = self._places()
        if not places or places[0].position != 0:
            raise ValueError("its start state is missing")
        start = self._view(places[0])
        check_view(start)
        self._trace, self._checker = Trace(start, meta, labels), Checker(start)
        for place in [*places[1:], None]:
            self._stretch(place, length)
            self._progress(len(self._trace), length)
        self._missing += max(0, length - len(self._trace))
        return Found(self._trace, length, self._missing, self._faults)

    def _head(self) -> tuple[Meta, Labels, int]:
        """Read what concerns the whole; a file can be shown without."""
        meta, labels, length = Meta(), Labels(), -1
        try:
            info = self._tables.info()
            meta, length = meta_of(info), int(info["events"])
            labels = self._tables.labels(info)
        except FAULTS as error:
            self._faults.append(reason(error))
        length = length if length >= 0 or not self._faults else self._tables.last_event()
        if not 0 <= length <= MAX_EVENTS:
            raise ValueError(f"it announces {length} events, accepted: 0 to {MAX_EVENTS}")
        self._budget.take(length * codec.EVENT_BYTES)
        return meta, labels, length

    def _places(self) -> list[Place]:
        found: list[Place] = []
        try:
            for place in self._tables.places():
                found.append(place)  # noqa: PERF402 - what comes before a fault counts
        except FAULTS as error:
            self._faults.append(reason(error))
        return found

    def _stretch(self, place: Place | None, length: int) -> None:
        """Read the events up to a keyframe (None: up to the end) and the keyframe."""
        end = place.position if place else length
        if type(end) is not int or not len(self._trace) <= end <= length:
            self._faults.append(f"a keyframe stands at {str(end)[:40]}, between {len(self._trace)} and {length}")
            return
        whole = self._events(end)
        if place is None:
            return
        try:
            view = self._view(place)
            if whole:
                self._checker.keyframe(view, whole=self._trace.level_at(end - 1) == kinds.LEVEL_FULL)
            else:
                check_view(view)
                self._bridge(view, end)
        except FAULTS as error:
            self._faults.append(reason(error))
        else:
            self._trace.add_keyframe(view)

    def _events(self, end: int) -> bool:
        """Append the chunks up to a position, where one must end; return whether they are all there and whole."""
        try:
            while len(self._trace) < end:
                self._chunk(end)
        except FAULTS as error:
            self._faults.append(reason(error))
            return False
        return True

    def _chunk(self, end: int) -> None:
        first = len(self._trace)
        chunk = self._tables.chunk(first, self._trace.meta.level)
        if chunk is None or type(chunk.events) is not int or not 0 < chunk.events <= end - first:
            raise ValueError(f"its events from {first} on are missing")
        if chunk.level not in (kinds.LEVEL_COUNTERS, kinds.LEVEL_FLOW, kinds.LEVEL_FULL):
            raise ValueError(f"its events from {first} on are of level {str(chunk.level)[:40]}, accepted: 0 to 2")
        events = codec.unpack_events(chunk.data, chunk.events)
        self._checker.events(events)
        self._trace.change_level(chunk.level)
        self._trace.append(events)

    def _bridge(self, view: ViewState, end: int) -> None:
        """Fill the place of events that could not be read, up to a keyframe that is whole."""
        hole = _hole(self._checker.sizes, sizes_of(view), end - len(self._trace))
        self._checker.restart(view)
        self._missing += len(hole)
        self._trace.append(hole)

    def _view(self, place: Place) -> ViewState:
        sizes = Sizes(**json.loads(place.sizes))
        for name, rows, limit in zip(Sizes._fields, sizes, LIMITS, strict=True):
            least = int(name == "nodes")
            if type(rows) is not int or not least <= rows <= limit:
                raise ValueError(f"its machine has {str(rows)[:40]} {name}, accepted: {least} to {limit}")
        self._budget.take(sum(array.nbytes for array in new_view(sizes)))
        position, base = self._last or (-1, None)
        if place.base is not None and place.base != position:
            raise ValueError(f"its keyframe at {place.position} is told from one that cannot be read")
        view = codec.unpack_view(self._tables.view_data(place.position), sizes, None if place.base is None else base)
        self._last = place.position, view
        return view


def _hole(before: Sizes, after: Sizes, count: int) -> Events:
    """Events that change nothing but the sizes of tables, in the places of `count` that could not be read."""
    grown = [(table, getattr(after, name)) for name, table in GROWN if getattr(after, name) > getattr(before, name)]
    if len(grown) >= count or any(a < b for a, b in zip(after, before, strict=True)):
        raise ValueError("what is behind the damage does not continue what is before it")
    out = np.zeros(count, kinds.EVENT)
    out["kind"] = kinds.COUNT  # a counter that grows by nothing
    for event, (table, rows) in zip(out[: len(grown)], grown, strict=True):
        event["kind"], event["dst"], event["value"] = kinds.GROW, table, rows
    out[-1]["kind"], out[-1]["value"] = kinds.LOST, count
    return out
