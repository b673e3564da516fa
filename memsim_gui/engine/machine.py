"""Machine: a simulated Linux that takes commands and writes a trace."""

import errno
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.engine import growth, machine_spec, spec_values, syscalls
from memsim_gui.engine.book import Book
from memsim_gui.engine.command import Command
from memsim_gui.engine.host import NO_ITEMS, Call
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.engine.slice_changes import SliceChanges
from memsim_gui.mm import boot, calls, mm_types, project, tick
from memsim_gui.trace import counters, kinds, tables
from memsim_gui.trace.ring import RING_HEAD, RING_LEVEL, RING_LOST
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import ViewState

SLICE_OPS = 1 << 16
FULL_SLICE_OPS = 1 << 12  # where every event is told: keyframes stand between slices
# A lock or an unmapping in the middle of a VMA splits it into three.
SPARE_VMAS = 4
FRESH_VMAS = 4096
RATIO_ONE = 4096
PERCENT = 100
FULL_EVENTS = 50_000_000  # recorded one by one; what is beyond is told as flows
# They carry what is on its way out, not what the machine is.
NOT_STATE = {"ring", "cursor", "flow"}


@dataclass(frozen=True)
class Outcome:
    """What a command did: `errno` is 0 or the error's number; `start` and `end` are trace positions."""

    command: Command
    errno: int = 0
    result: int = 0
    start: int = 0
    end: int = 0
    changed: dict[str, int] = field(default_factory=dict)  # growth of each counter that changed

    @property
    def ok(self) -> bool:
        """Whether the kernel carried the command out."""
        return self.errno == 0

    @property
    def error(self) -> str:
        """Name of the error, such as ENOMEM; empty if there is none."""
        return errno.errorcode.get(self.errno, str(self.errno)) if self.errno else ""


@dataclass(frozen=True)
class Checkpoint:
    """A machine between two commands: enough to go on from there."""

    state: mm_types.State
    book: Book
    position: int
    commands: int
    steps: int

    @cached_property
    def nbytes(self) -> int:
        """Memory that it takes beside the machine's own; what is no state of the machine is not copied."""
        return sum(array.nbytes for name, array in self.state._asdict().items() if name not in NOT_STATE)


class _Running:
    """A command on its way: its calls, the one being carried out, and where things stood when it began."""

    def __init__(self, command: Command, steps: Iterator[Call], machine: "Machine") -> None:
        self.command = command
        self.steps = steps
        self.call = np.zeros(calls.CALL_COLUMNS, np.int64)
        self.items = NO_ITEMS
        self.before = machine.counters()
        self.start = len(machine.trace)
        self.errno = 0
        self.result = 0

    def load(self, call: Call) -> None:
        """Make the next call ready for the core."""
        self.call[:] = 0
        self.call[0] = call.code
        self.call[calls.ARG : calls.ARG + len(call.args)] = call.args
        self.items = call.items


class Machine:
    """A machine built from a description. All changes go through commands; all that happens stands in `trace`."""

    def __init__(self, spec: MachineSpec, level: int = kinds.LEVEL_FULL, title: str = "") -> None:
        """Switch the machine on. `level` is the trace's LEVEL_*."""
        self.spec = spec
        self.book = Book()
        self.state = boot.new_state(spec.layout(level))
        devices = [spec.file_device.name, f"{spec.swap_device.name} (swap)"]
        description = json.dumps(spec_values.to_values(spec))
        meta = Meta(title, spec.policy, spec.detail, spec.first_pfn, seed=spec.seed, level=level, machine=description)
        self.trace = Trace(self.view(), meta, Labels(devices=devices))
        self._running: _Running | None = None
        self._outcome: Outcome | None = None
        self._muted = False
        self._full_events = FULL_EVENTS
        self._changes = SliceChanges(self.state) if level < kinds.LEVEL_FULL else None

    @classmethod
    def build(cls, level: int = kinds.LEVEL_FULL, **description: object) -> "Machine":
        """Return a machine by keywords, as in a scenario's table: Machine.build(memory="64 MiB", swap="1 GiB")."""
        return cls(machine_spec.build(description), level)

    # --- commands

    def apply(self, command: Command) -> Outcome:
        """Carry a command out to its end. Raises InputError, with nothing changed, if it names what does not exist."""
        self.begin(command)
        while not self.advance(SLICE_OPS):
            pass
        return self.outcome

    def begin(self, command: Command) -> None:
        """Start a command; `advance` carries it out. Raises InputError as `apply` does."""
        if self._running:
            raise RuntimeError("the last command is still running")
        ident = self._clock(tables.CLOCK_COMMAND)
        steps = syscalls.calls_of(command, self)
        first = next(steps, None)
        running = _Running(command, steps, self)
        self.state.clock[0, tables.CLOCK_COMMAND] += 1
        self._tell(
            (kinds.COMMAND, 0, 0, 0, ident, 0),
            (kinds.SET, 0, tables.CLOCK_COMMAND, tables.TABLE_CLOCK, 0, ident + 1),
        )
        if not self._muted:
            self.trace.labels.commands.append(command.describe())
            self.trace.labels.command_values.append(json.dumps(command.to_dict(), ensure_ascii=False))
        if first is None:
            self._finish(running)
            return
        running.load(first)
        self._running = running

    def advance(self, budget_ops: int) -> bool:
        """Go on with the command for at most about `budget_ops` accesses; return whether it is finished."""
        running = self._running
        if running is None:
            return True
        self.need_free_vmas(SPARE_VMAS)
        most = FULL_SLICE_OPS if self._changes is None else budget_ops
        status = tick.run(self.state, running.call, running.items, min(budget_ops, most))
        self._drain()
        if status == calls.MORE:
            return False
        running.errno = int(running.call[calls.ERRNO])
        running.result = int(running.call[calls.RESULT])
        following = next(running.steps, None) if status == calls.DONE else None
        if following is not None:
            running.load(following)
            return False
        self._finish(running)
        return True

    def _finish(self, running: _Running) -> None:
        self._running = None
        self._bury()
        self._label()
        after = self.counters()
        changed = {name: after[name] - value for name, value in running.before.items() if after[name] != value}
        self._outcome = Outcome(running.command, running.errno, running.result, running.start, len(self.trace), changed)

    @property
    def outcome(self) -> Outcome:
        """What the last finished command did. Raises RuntimeError if there was none."""
        if self._outcome is None:
            raise RuntimeError("no command has finished yet")
        return self._outcome

    @property
    def running(self) -> bool:
        """Whether a command has begun and not finished."""
        return self._running is not None

    def step(self, title: str, caption: str) -> None:
        """Mark the beginning of a scenario's step in the trace."""
        ident = self._clock(tables.CLOCK_STEP)
        self.state.clock[0, tables.CLOCK_STEP] += 1
        self._tell(
            (kinds.STEP, 0, 0, 0, ident, 0),
            (kinds.SET, 0, tables.CLOCK_STEP, tables.TABLE_CLOCK, 0, ident + 1),
        )
        if not self._muted:
            self.trace.labels.step_titles.append(title)
            self.trace.labels.steps.append(caption)

    # --- looking at it

    def view(self) -> ViewState:
        """Return the state of the machine as pictures see it."""
        return project.project(self.state)

    @property
    def op(self) -> int:
        """Pages touched, read or written so far."""
        return int(self.state.sys[mm_types.SYS_OP])

    @property
    def now_ns(self) -> int:
        """Simulated time."""
        return int(self.state.sys[mm_types.SYS_NOW_NS])

    def _clock(self, column: int) -> int:
        return int(self.state.clock[0, column])

    def counters(self) -> dict[str, int]:
        """Return /proc/vmstat by name, the dirty thresholds computed now, and `swap_used` in pages."""
        values = counters.vmstat(self.state.counter, self.spec.nodes)
        limit, background = self._dirty_thresholds(values)
        values["nr_dirty_threshold"] = limit
        values["nr_dirty_background_threshold"] = background
        values["swap_used"] = max(0, len(self.state.swap) - 1) - int(self.state.sys[mm_types.SYS_SWAP_FREE])
        return values

    def _dirty_thresholds(self, values: dict[str, int]) -> tuple[int, int]:
        """Kernel: mm/page-writeback.c domain_dirty_limits."""
        tun = self.state.tun
        free = values["nr_free_pages"] - int(tun[mm_types.TUN_TOTALRESERVE_PAGES])
        dirtyable = max(0, free) + values["nr_inactive_file"] + values["nr_active_file"] + 1
        out = []
        for ratio, size in (
            (mm_types.TUN_DIRTY_RATIO, mm_types.TUN_DIRTY_BYTES),
            (mm_types.TUN_DIRTY_BACKGROUND_RATIO, mm_types.TUN_DIRTY_BACKGROUND_BYTES),
        ):
            by_bytes = -(-int(tun[size]) // self.trace.meta.page_bytes)
            out.append(by_bytes or int(tun[ratio]) * RATIO_ONE // PERCENT * dirtyable // RATIO_ONE)
        return out[0], out[1] if out[1] < out[0] else out[0] // 2

    def task_alive(self, name: str) -> bool:
        """Whether a process of this name exists and has not been killed."""
        row = self.book.tasks.get(name)
        return row is not None and int(self.state.task[row, tables.TASK_STATE]) == tables.TASK_ALIVE

    def digest(self) -> str:
        """Return a hash of the whole state: equal for equal histories."""
        found = hashlib.blake2b(digest_size=16)
        for name, array in zip(self.state._fields, self.state, strict=True):
            if name not in NOT_STATE:
                found.update(np.ascontiguousarray(array).tobytes())
        return found.hexdigest()

    # --- going back

    def checkpoint(self) -> Checkpoint:
        """Return a copy of the machine between two commands."""
        state = self.state._replace(
            **{name: getattr(self.state, name).copy() for name in self.state._fields if name not in NOT_STATE}
        )
        return Checkpoint(
            state, self.book.copy(), len(self.trace), self._clock(tables.CLOCK_COMMAND), self._clock(tables.CLOCK_STEP)
        )

    def restore(self, checkpoint: Checkpoint, *, keep_trace: bool = False) -> None:
        """Go back to a checkpoint, also from the middle of a command. The trace is cut there unless it is kept."""
        kept = {name: getattr(self.state, name) for name in NOT_STATE}
        fresh = {name: array.copy() for name, array in checkpoint.state._asdict().items() if name not in NOT_STATE}
        self.state = checkpoint.state._replace(**fresh, **kept)
        self.state.cursor[[RING_HEAD, RING_LOST]] = 0
        self.state.flow[:] = 0
        self.book = checkpoint.book.copy()
        self._running = None
        self._use_level(int(self.state.cursor[RING_LEVEL]))
        if not keep_trace:
            self.cut(checkpoint.position, checkpoint.commands, checkpoint.steps)

    def cut(self, position: int, commands: int, steps: int) -> None:
        """Forget the trace from a position on, and the labels of commands and steps behind it."""
        self.trace.truncate(position)
        self._use_level(self.trace.level_at(position))
        labels = self.trace.labels
        del labels.commands[commands:]
        del labels.command_values[commands:]
        del labels.steps[steps:]
        del labels.step_titles[steps:]

    def mute(self, *, muted: bool) -> None:
        """Stop or resume writing the trace: what is run again after a restore stands in it already."""
        self._muted = muted

    # --- tables and trace

    def need(self, table: int, rows: int) -> None:
        """Make sure that a table has so many rows. Raises InputError if it would be larger than can be had."""
        if rows > growth.rows_of(self.state, table):
            self.state, events = growth.grown(self.state, table, rows)
            self._append(events)

    def file_bytes(self, row: int) -> int:
        """Return how long a file is now."""
        return int(self.state.file[row, tables.FILE_SIZE_BYTES])

    def cached(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return which of these file pages are in the page cache."""
        found: npt.NDArray[np.bool_] = self.state.cell[cells] > 0
        return found

    def free_vma_row(self) -> int:
        """Return the row of a new VMA: one never used before while there are few, so that old names stay right."""
        row = self.book.vma_rows
        if row >= FRESH_VMAS:
            row = int(np.argmin(self.state.vma[:, tables.VMA_PAGES] != 0))
        self.need(tables.TABLE_VMA, row + 1)
        return row

    def need_free_vmas(self, count: int) -> None:
        """Make sure that so many VMA rows are unused."""
        free = int(np.count_nonzero(self.state.vma[:, tables.VMA_PAGES] == 0))
        if free < count:
            self.need(tables.TABLE_VMA, len(self.state.vma) + count)

    def vmas_of(self, task: int) -> int:
        """Return how many VMAs a task has."""
        return len(self.pieces_of(task))

    def pieces_of(self, task: int) -> list[tuple[int, int, int]]:
        """Return the task's VMAs as (first virtual page number, pages, first page-table row), by address."""
        vma = self.state.vma
        mine = vma[(vma[:, tables.VMA_PAGES] > 0) & (vma[:, tables.VMA_TASK] == task)]
        columns = [tables.VMA_START_VPN, tables.VMA_PAGES, tables.VMA_FIRST_PTE]
        return sorted((int(start), int(pages), int(first)) for start, pages, first in mine[:, columns])

    def set_oom_score_adj(self, task: int, value: int) -> None:
        """Write /proc/PID/oom_score_adj."""
        self.state.task[task, tables.TASK_OOM_ADJ] = value
        self._tell((kinds.SET, 0, tables.TASK_OOM_ADJ, tables.TABLE_TASK, task, value))

    def _tell(self, *events: tuple[int, int, int, int, int, int]) -> None:
        self._append(np.array(list(events), kinds.EVENT))

    def _drain(self) -> None:
        """Move what the core wrote from the ring to the trace."""
        cursor = self.state.cursor
        written, lost = int(cursor[RING_HEAD]), int(cursor[RING_LOST])
        if written:
            self._append(self.state.ring[:written].view(kinds.EVENT).reshape(-1).copy())
        if self._changes:
            self._append(self._changes.events(self.state))
        if lost:
            self._tell((kinds.LOST, 0, 0, 0, 0, lost))
        cursor[[RING_HEAD, RING_LOST]] = 0
        if not self._muted and (lost or self.trace.wants_keyframe()):
            self.trace.add_keyframe(self.view())
        if self._changes is None and not self._muted and len(self.trace) >= self._full_events:
            self.trace.change_level(kinds.LEVEL_FLOW)
            self._use_level(kinds.LEVEL_FLOW)

    def _use_level(self, level: int) -> None:
        """Write events of this LEVEL_* from now on; what has changed until now counts as told."""
        self.state.cursor[RING_LEVEL] = level
        self._changes = SliceChanges(self.state) if level < kinds.LEVEL_FULL else None

    def _append(self, events: npt.NDArray[Any]) -> None:
        if not self._muted:
            self.trace.append(events)

    def _bury(self) -> None:
        """Forget processes that the OOM killer took."""
        for name in [name for name in self.book.tasks if not self.task_alive(name)]:
            self.book.drop_task(name)

    def _label(self) -> None:
        """Give every row in use its name."""
        labels = self.trace.labels
        _name_rows(labels.files, {file.row: file.name for file in self.book.files.values()} | self.book.shared)
        _name_rows(labels.tasks, {row: name for name, row in self.book.tasks.items()})
        rows = np.flatnonzero(self.state.vma[:, tables.VMA_PAGES]).tolist()
        self.book.vma_rows = max([self.book.vma_rows, *(row + 1 for row in rows)])
        _name_rows(labels.vmas, {row: self._vma_name(row) for row in rows})

    def _vma_name(self, row: int) -> str:
        task, start = self.state.vma[row, [tables.VMA_TASK, tables.VMA_START_VPN]]
        for region in self.book.regions.values():
            if region.task == task and region.start_vpn <= start < region.end_vpn:
                return region.name
        return ""


def _name_rows(names: list[str], found: dict[int, str]) -> None:
    for row, name in found.items():
        names.extend("" for _ in range(row + 1 - len(names)))
        names[row] = name
