"""A trace for ui.perfetto.dev and chrome://tracing: who reclaimed and who waited when, beside the counters.

Format: the JSON of the Trace Event Format; times are those of the simulated clock, in microseconds. One process holds
the told steps and commands, one the reclaimers, one the tasks with their stalls; counters are tracks of the first.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.export import table
from memsim_gui.export.frames import Stretch
from memsim_gui.trace import causes, kinds, tables
from memsim_gui.trace.store import Events, Trace

Ints = npt.NDArray[np.int64]
Record = dict[str, Any]

NS_PER_US = 1000.0
STORY, RECLAIM, TASKS = 1, 2, 3  # processes
STEPS, COMMANDS = 1, 2  # threads of the first
PROCESSES = {STORY: "MemSim", RECLAIM: "reclaim", TASKS: "tasks"}
SHOWN = (
    "nr_free_pages nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_dirty "
    "nr_writeback nr_swapcached swap_used pgfault pgmajfault pgscan_kswapd pgscan_direct pgsteal_kswapd pgsteal_direct "
    "pgactivate pgdeactivate pswpin pswpout workingset_refault_anon workingset_refault_file"
).split()
TOLD = (
    kinds.STEP, kinds.COMMAND, kinds.RECLAIM_BEGIN, kinds.RECLAIM_END, kinds.STALL, kinds.OOM_KILL, kinds.WATERMARK,
)  # fmt: skip
CHUNK_EVENTS = 1 << 20


def write_perfetto(trace: Trace, stretch: Stretch, path: Path) -> None:
    """Write a stretch. OSError if that fails."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"displayTimeUnit":"ns","otherData":')
        file.write(json.dumps({"title": trace.meta.title, "model": trace.meta.footer}))
        file.write(',"traceEvents":[')
        for number, record in enumerate(records(trace, stretch)):
            file.write(("," if number else "") + "\n" + json.dumps(record, ensure_ascii=False))
        file.write("\n]}\n")


def records(trace: Trace, stretch: Stretch) -> Iterator[Record]:
    """Yield every record of a stretch: names of tracks, what was told, and the counters."""
    yield from _names(trace)
    yield from _Story(trace).records(stretch)
    columns = table.columns_of(trace, stretch)
    times = columns["now_ns"] / NS_PER_US
    for name in SHOWN:
        values = columns[name]
        changed = np.flatnonzero(np.diff(values, prepend=values[0] - 1))
        for time, value in zip(times[changed].tolist(), values[changed].tolist(), strict=True):
            yield {"ph": "C", "pid": STORY, "ts": time, "name": name, "args": {"value": value}}


def _names(trace: Trace) -> Iterator[Record]:
    threads = [(STORY, STEPS, "steps"), (STORY, COMMANDS, "commands")]
    nodes = len(trace.keyframes()[0][1].node)
    threads += [
        (RECLAIM, actor, _actor(actor)) for actor in (*range(nodes), *range(tables.ACTOR_DIRECT, tables.ACTORS))
    ]
    threads += [(TASKS, task, name) for task, name in enumerate(trace.labels.tasks)]
    for pid, title in PROCESSES.items():
        yield {"ph": "M", "pid": pid, "name": "process_name", "args": {"name": title}}
    for pid, tid, title in threads:
        yield {"ph": "M", "pid": pid, "tid": tid, "name": "thread_name", "args": {"name": title}}


def _actor(actor: int) -> str:
    others = {
        tables.ACTOR_DIRECT: "direct reclaim",
        tables.ACTOR_FLUSHER: "flusher",
        tables.ACTOR_REQUEST: "on request",
    }
    return others.get(actor, f"kswapd{actor}")


class _Story:
    """Turns events into slices and instants, in order."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._open: dict[tuple[int, int], bool] = {}  # tracks with a slice that has begun
        self._now_us = 0.0

    def records(self, stretch: Stretch) -> Iterator[Record]:
        self._now_us = int(self._trace.view_at(stretch.start).clock[0, tables.CLOCK_NOW_NS]) / NS_PER_US
        for start in range(stretch.start, stretch.stop, CHUNK_EVENTS):
            events = self._trace.events(start, min(stretch.stop, start + CHUNK_EVENTS))
            times = self._times(events)
            for row in np.flatnonzero(np.isin(events["kind"], TOLD)).tolist():
                yield from self._told(events[row], times[row])
            self._now_us = float(times[-1]) if len(times) else self._now_us
        for pid, tid in [track for track, begun in self._open.items() if begun]:
            yield {"ph": "E", "pid": pid, "tid": tid, "ts": self._now_us}

    def _times(self, events: Events) -> npt.NDArray[np.float64]:
        """Simulated microseconds at each event."""
        clock = (events["kind"] == kinds.SET) & (events["dst"] == tables.TABLE_CLOCK)
        rows = np.flatnonzero(clock & (events["src"] == tables.CLOCK_NOW_NS))
        known = np.concatenate([[self._now_us], events["value"][rows] / NS_PER_US])
        times: npt.NDArray[np.float64] = known[np.searchsorted(rows, np.arange(len(events)), side="right")]
        return times

    def _told(self, event: np.void, time: float) -> Iterator[Record]:
        kind, cause, ident, value = (int(event[name]) for name in ("kind", "cause", "ident", "value"))
        labels, at = self._trace.labels, {"ts": float(time)}
        why = {"cause": causes.CAUSE_NAMES.get(cause, str(cause))}
        if kind == kinds.STEP:
            yield from self._begin(STORY, STEPS, _label(labels.step_titles, ident, "step"), at, {})
        elif kind == kinds.COMMAND:
            yield from self._begin(STORY, COMMANDS, _label(labels.commands, ident, "command"), at, {})
        elif kind == kinds.RECLAIM_BEGIN:
            yield from self._begin(RECLAIM, value, _actor(value), at, why)
        elif kind == kinds.RECLAIM_END and self._open.pop((RECLAIM, value), False):
            yield {"ph": "E", "pid": RECLAIM, "tid": value, "args": {"pages freed": ident}, **at}
        elif kind == kinds.STALL:
            length = value / NS_PER_US
            place = {"pid": TASKS, "tid": ident, "ts": float(time) - length, "dur": length}
            yield {"ph": "X", "name": why["cause"], **place}
        elif kind == kinds.OOM_KILL:
            yield _instant(TASKS, ident, "OOM kill", {"badness in pages": value}, at)
        elif kind == kinds.WATERMARK:
            yield _instant(RECLAIM, 0, f"zone {ident} crosses {why['cause']}", {"free pages": value}, at)

    def _begin(self, pid: int, tid: int, name: str, at: Record, more: Record) -> Iterator[Record]:
        """End what runs on a track and begin something else there."""
        if self._open.get((pid, tid)):
            yield {"ph": "E", "pid": pid, "tid": tid, **at}
        self._open[pid, tid] = True
        yield {"ph": "B", "pid": pid, "tid": tid, "name": name, "args": more, **at}


def _label(names: list[str], row: int, kind: str) -> str:
    return names[row] if 0 <= row < len(names) and names[row] else f"{kind} {row}"


def _instant(pid: int, tid: int, name: str, more: Record, at: Record) -> Record:
    return {"ph": "i", "s": "g", "pid": pid, "tid": tid, "name": name, "args": more, **at}
