"""History: the log of commands with checkpoints, for undo, redo and cancelling.

A checkpoint is a copy of the whole state, so their number is bounded by memory: when the budget is full, one goes whose
neighbours are close to each other for how long ago they are. Undo goes back to the nearest one and runs the commands
behind it again; equal commands give equal states. A long way leaves a checkpoint halfway, so that to undo on is short.
Commands that a person asked for at once are taken back and carried out again at once.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from memsim_gui.engine.command import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine import SLICE_OPS, Checkpoint, Machine, Outcome
from memsim_gui.trace.store import Memory

BUDGET_BYTES = 256 << 20
LEAST_CHECKPOINTS = 2


class StepMark(NamedTuple):
    """A scenario's step begins here."""

    title: str
    caption: str


Entry = Command | StepMark


@dataclass(frozen=True)
class _Entry:
    """One line of the log, and where the trace stood before it; `joins`: it was asked for with the line before."""

    done: Entry
    position: int
    commands: int
    steps: int
    joins: bool = False


class History:
    """Commands that a machine carried out, in order; the way to drive it when they must be taken back."""

    def __init__(self, machine: Machine, budget_bytes: int = BUDGET_BYTES) -> None:
        """Begin at the machine's present state, which is as far back as undo goes."""
        self.machine = machine
        self.budget_bytes = budget_bytes
        self._log: list[_Entry] = []
        self._undone: list[tuple[Entry, bool]] = []  # with whether they join the line before
        self._checkpoints: list[tuple[int, Checkpoint]] = [(0, machine.checkpoint())]

    @property
    def commands(self) -> list[Command]:
        """All commands carried out and not undone."""
        return [entry.done for entry in self._log if isinstance(entry.done, Command)]

    @property
    def last(self) -> list[Command]:
        """What undo would take back: the last command, and those that it was asked for with."""
        return [entry.done for entry in self._log[self._last_start() :] if isinstance(entry.done, Command)]

    @property
    def memory(self) -> Memory:
        """What the checkpoints take. One that is larger than the budget alone is kept all the same."""
        return Memory(self._bytes(), self.budget_bytes)

    @property
    def can_undo(self) -> bool:
        """Whether there is a command to take back."""
        return bool(self.commands) and not self.machine.running

    @property
    def can_redo(self) -> bool:
        """Whether an undone command can be carried out again."""
        return bool(self._undone) and not self.machine.running

    def apply(self, command: Command) -> Outcome:
        """Carry a command out to its end. Raises InputError, with nothing changed, if it names what does not exist."""
        self.begin(command)
        while not self.advance(SLICE_OPS):
            pass
        return self.machine.outcome

    def begin(self, command: Command, *, joins: bool = False) -> None:
        """Start a command; `advance` carries it out. Forgets what was undone. Raises InputError as `apply` does.

        `joins`: it was asked for together with the command before, and is taken back with it.
        """
        self._begin(command, joins=joins)
        self._undone.clear()

    def _begin(self, command: Command, *, joins: bool) -> None:
        self._keep_checkpoint()
        entry = replace(self._entry(command), joins=joins)
        self.machine.begin(command)
        self._log.append(entry)

    def advance(self, budget_ops: int) -> bool:
        """Go on with the command for about so many accesses; return whether it is finished."""
        return self.machine.advance(budget_ops)

    def step(self, title: str, caption: str) -> None:
        """Mark the beginning of a scenario's step."""
        self._log.append(self._entry(StepMark(title, caption)))
        self.machine.step(title, caption)

    def cancel(self) -> None:
        """Take back the command that is still running, with those it was asked for with; nothing if none is."""
        if self.machine.running:
            self._go_to(self._last_start())

    def undo(self) -> list[Command]:
        """Take back `last`, and step marks behind it; return it. Raises InputError if there is none."""
        if not self.can_undo:
            raise InputError("undo", "there is no finished command to take back", "")
        commands = self.last
        self._take_back(self._last_start())
        return commands

    def _last_start(self) -> int:
        """Line of the first of the commands last asked for at once; the end of the log if there are none."""
        at = max((i for i, entry in enumerate(self._log) if isinstance(entry.done, Command)), default=len(self._log))
        while at < len(self._log) and self._log[at].joins:
            at -= 1
        return at

    def _take_back(self, count: int) -> None:
        """Keep the first `count` lines of the log; redo carries the others out again."""
        taken = [(entry.done, entry.joins) for entry in self._log[count:]]
        self._go_to(count)
        self._undone += reversed(taken)

    def redo(self) -> Outcome:
        """Carry out again what was undone last. Raises InputError if there is nothing."""
        if not self.can_redo:
            raise InputError("redo", "there is no undone command", "")
        self._repeat_marks()
        if self._undone:
            self._repeat(*self._undone.pop())
        while self._undone and self._undone[-1][1]:
            self._repeat(*self._undone.pop())
        self._repeat_marks()
        return self.machine.outcome

    def go_back(self, position: int) -> None:
        """Take back all that begins at a position of the trace or after it; redo carries it out again one by one."""
        kept = sum(entry.position < position for entry in self._log)
        if kept < len(self._log):
            self._take_back(kept)

    def offer(self, following: list[Entry]) -> None:
        """Let redo carry these out one by one, first one first, as if they had been undone."""
        self._undone = [(entry, False) for entry in reversed(following)]

    def _repeat_marks(self) -> None:
        while self._undone and isinstance(self._undone[-1][0], StepMark):
            self._repeat(*self._undone.pop())

    def _repeat(self, done: Entry, joins: bool) -> None:  # noqa: FBT001 - as it stands in the list
        if isinstance(done, StepMark):
            self.step(*done)
            return
        self._begin(done, joins=joins)
        self._finish()

    def _finish(self) -> None:
        while not self.machine.advance(SLICE_OPS):
            pass

    def _go_to(self, count: int) -> None:
        """Bring the machine to where it was after the first `count` lines of the log."""
        machine, target = self.machine, self._log[count]
        self._checkpoints = [(at, kept) for at, kept in self._checkpoints if at <= count]
        at, nearest = self._checkpoints[-1]
        machine.restore(nearest, keep_trace=True)
        # Those lines stand in the trace and among the labels already.
        machine.mute(muted=True)
        halfway = (at + count) // 2
        try:
            for number, entry in enumerate(self._log[at:count], at):
                if at < number == halfway:
                    self._checkpoints.append((number, machine.checkpoint()))
                if isinstance(entry.done, StepMark):
                    machine.step(*entry.done)
                else:
                    machine.begin(entry.done)
                    self._finish()
        finally:
            machine.mute(muted=False)
        machine.cut(target.position, target.commands, target.steps)
        del self._log[count:]
        self._thin()

    def _entry(self, done: Entry) -> _Entry:
        labels = self.machine.trace.labels
        return _Entry(done, len(self.machine.trace), len(labels.commands), len(labels.steps))

    def _keep_checkpoint(self) -> None:
        at, first = self._checkpoints[-1]
        if at == len(self._log) or 2 * first.nbytes > self.budget_bytes:
            return
        self._checkpoints.append((len(self._log), self.machine.checkpoint()))
        self._thin()

    def _thin(self) -> None:
        while self._bytes() > self.budget_bytes and len(self._checkpoints) > LEAST_CHECKPOINTS:
            places = [at for at, _ in self._checkpoints]
            inner = range(1, len(places) - 1)
            ago = places[-1] + 1
            del self._checkpoints[min(inner, key=lambda i: (places[i + 1] - places[i - 1]) / (ago - places[i - 1]))]

    def _bytes(self) -> int:
        return sum(kept.nbytes for _, kept in self._checkpoints)
