"""Running a script on a machine, with samples before and after each line and at even distances inside it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from memsim_gui.engine import kpageflags, mlocktest, samples
from memsim_gui.engine.command import Command
from memsim_gui.engine.commands import MAIN, ExitTask, Fork, Look, Process
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine import SLICE_OPS, Machine
from memsim_gui.engine.samples import PageTable, SampleTable
from memsim_gui.engine.script import (
    CHILD_OOM_SCORE_ADJ,
    Every,
    Flags,
    Forked,
    Histogram,
    Ignored,
    Line,
    Loop,
    MlockTest,
    Node,
    Resident,
    Sample,
    Script,
)


class Driver(Protocol):
    """What carries commands out: a machine, or the history that keeps its log."""

    def begin(self, command: Command) -> None:
        """Start a command."""

    def advance(self, budget_ops: int) -> bool:
        """Go on with it; return whether it is finished."""


@dataclass
class Notes:
    """What a script asked to be noted beside its samples."""

    pages: PageTable = field(default_factory=PageTable)
    resident: list[dict[str, object]] = field(default_factory=list)
    histograms: list[dict[str, object]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # for the person who runs it
    lines: list[str] = field(default_factory=list)  # what mlocktest found


class ScriptRun:
    """A run of a script. `machine` shows where it stands, `driver` carries the commands out."""

    def __init__(
        self, script: Script, machine: Machine, driver: Driver | None = None, *, sampling: bool = True
    ) -> None:
        """Prepare a run; nothing happens before `advance`."""
        self.script = script
        self.machine = machine
        self.table = SampleTable()
        self.notes = Notes()
        self._driver: Driver = driver or machine
        self._sampling = sampling
        self._every = 0
        self._untold = 0  # touches that the recorder did not count
        self._slices = self._run()

    def advance(self) -> bool:
        """Run for one slice; return whether the script is finished. Raises InputError naming the line."""
        return next(self._slices, None) is None

    def finish(self) -> None:
        """Run to the end. Raises InputError naming the line."""
        for _ in self._slices:
            pass

    def _run(self) -> Iterator[int]:
        # The recorded worker was root, whom no limit of locked memory binds.
        yield from self._command(0, Process(MAIN, memlock=-1), 0)
        self._sample(0, samples.LABELLED, "start")
        yield from self._body(self.script.body, None)
        self._sample(0, samples.LABELLED, "end")

    def _body(self, body: list[Node], child: str | None) -> Iterator[int]:
        """Run lines, stopping where the child that runs them is killed; yield the line after each slice."""
        for node in body:
            if child and not self.machine.task_alive(child):
                return
            if isinstance(node, Line):
                yield from self._line(node)
            elif isinstance(node, Loop):
                for _ in range(node.times):
                    yield from self._body(node.body, child)
            else:
                yield from self._forked(node)

    def _forked(self, node: Forked) -> Iterator[int]:
        self._sample(node.number, samples.BEFORE)
        yield from self._command(node.number, Fork(node.child, oom_score_adj=CHILD_OOM_SCORE_ADJ), 0)
        yield from self._body(node.body, node.child)
        if self.machine.task_alive(node.child):
            yield from self._command(node.number, ExitTask(node.child), 0)
        self._sample(node.number, samples.AFTER)

    def _line(self, line: Line) -> Iterator[int]:
        self._sample(line.number, samples.BEFORE)
        if isinstance(line.action, Command):
            yield from self._command(line.number, line.action, self._every)
            self._remark_refusal(line.number)
        elif isinstance(line.action, MlockTest):
            yield from self._mlocktest(line.number, line.action.process)
        else:
            yield from self._look(line)
            self._note(line)
        self._sample(line.number, samples.AFTER)

    def _look(self, line: Line) -> Iterator[int]:
        """The recorder looked at a file's pages through a mapping: it touched those whose flags it wanted."""
        action = line.action
        if not isinstance(action, Flags | Resident) or action.name not in self.machine.book.files:
            return
        look = Look(action.name)
        if isinstance(action, Flags):
            count = (action.last - action.first) // action.step + 1
            look = Look(action.name, action.first, action.step, count)
        yield from self._command(line.number, look, 0)

    def _command(self, number: int, command: Command, every: int) -> Iterator[int]:
        machine, place = self.machine, f"{self.script.where}:{number}"
        following = machine.op + every
        try:
            self._driver.begin(command)
        except InputError as error:
            raise error.at(place) from None
        finished = not machine.running
        while not finished:
            finished = self._driver.advance(max(1, following - machine.op) if every else SLICE_OPS)
            yield number
            if every and machine.op >= following:
                self._sample(number, samples.INSIDE)
                following += every * ((machine.op - following) // every + 1)

    def _remark_refusal(self, number: int) -> None:
        outcome = self.machine.outcome
        if not outcome.ok:
            refused = f"{outcome.command.describe()}: {outcome.error} (errno {outcome.errno})"
            self.notes.remarks.append(f"{self.script.where}:{number}: {refused}")

    def _mlocktest(self, number: int, process: str) -> Iterator[int]:
        begun = self.machine.op
        for step in mlocktest.steps(process):
            if isinstance(step, mlocktest.Do | mlocktest.Try):
                yield from self._command(number, step.command, 0)
            if not isinstance(step, mlocktest.Do):
                self.notes.lines.append(step.line(self.machine))
        self._untold += self.machine.op - begun

    def _note(self, line: Line) -> None:
        action, machine = line.action, self.machine
        try:
            if isinstance(action, Every):
                self._every = action.pages
            elif isinstance(action, Sample):
                self._sample(line.number, samples.LABELLED, action.label)
            elif isinstance(action, Flags):
                self._flags(action)
            elif isinstance(action, Resident):
                runs = kpageflags.resident(machine, action.name)
                pages = sum(count for here, count in runs if here)
                noted = {"label": action.label, "region": action.name, "resident": pages, "runs": runs}
                self.notes.resident.append(noted)
            elif isinstance(action, Histogram):
                found = kpageflags.histogram(machine)
                flags = {"|".join(names): pages for names, pages in sorted(found.items())}
                self.notes.histograms.append({"label": action.label, "pages": flags})
            elif isinstance(action, Ignored) and action.note:
                self.notes.remarks.append(f"{self.script.where}:{line.number}: {action.note}")
        except InputError as error:
            raise error.at(f"{self.script.where}:{line.number}") from None

    def _flags(self, action: Flags) -> None:
        pages = kpageflags.page_count(self.machine, action.name)
        if action.last >= pages:
            raise InputError("", f"page {action.last} of {action.name}", f"pages 0 to {pages - 1}")
        for page in range(action.first, action.last + 1, action.step):
            self.notes.pages.add(
                action.label, action.name, page, kpageflags.page_state(self.machine, action.name, page)
            )

    def _sample(self, line: int, phase: str, label: str = samples.NO_LABEL) -> None:
        if self._sampling:
            self.table.add(self.machine.op - self._untold, line, phase, label, self.machine.counters())
