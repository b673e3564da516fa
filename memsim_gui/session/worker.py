"""Worker: the machine's own thread. It carries out jobs in order and sends in batches what the trace has grown by."""

import copy
import threading
import time

from PySide6.QtCore import QObject, Signal, Slot

from memsim_gui.engine import machine_spec, sources, tunables
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import History
from memsim_gui.engine.scenario_run import ScenarioRun
from memsim_gui.engine.script_run import ScriptRun
from memsim_gui.session.jobs import Apply, Batch, Build, Job, Redo, Report, RunSteps, Story, Undo, extend
from memsim_gui.trace.store import Labels, Trace

SLICE_OPS = 1 << 14
PUBLISH_EVERY_S = 0.03


class Telling:
    """A machine with its history and what is left of its story."""

    def __init__(self, story: Story) -> None:
        """Build the machine. InputError if the story cannot be read."""
        options = sources.Options(dict(story.overrides), level=story.level)
        run = sources.open_source(story.source, options) if story.source else sources.bare(options, story.title)
        self.run: ScenarioRun | ScriptRun = run
        if isinstance(run, ScenarioRun):
            self.history, self.scenario = run.history, run.scenario.steps
        else:
            self.history, self.scenario = History(run.machine), ()
            # The commands of a script can be taken back too.
            self.run = ScriptRun(run.script, run.machine, self.history, sampling=False)
        self.machine = run.machine
        self._script_done = False

    @property
    def steps_left(self) -> int:
        """Steps still to come; a script is one."""
        if isinstance(self.run, ScenarioRun):
            return len(self.scenario) - len(self.run.results)
        return 0 if self._script_done else 1

    def advance(self) -> None:
        """Run the story for one slice. InputError if a line of it is wrong."""
        if self.run.advance():
            self._script_done = True

    def labels(self) -> Labels:
        """Copy the trace's labels; captions of steps to come are known already."""
        labels = copy.deepcopy(self.machine.trace.labels)
        coming = self.scenario[len(labels.steps) :]
        labels.steps += [step.caption for step in coming]
        labels.step_titles += [step.title for step in coming]
        return labels

    def batch(self, start: int) -> Batch:
        """What the trace has from a position on."""
        trace = self.machine.trace
        fresh = tuple((at, view) for at, view in trace.keyframes() if at > start)
        return Batch(start, trace.events(start, len(trace)), fresh, self.labels(), trace.levels)

    def report(self) -> Report:
        """How things stand."""
        tun = self.machine.state.tun
        values = {name: int(tun[row.place]) * row.divided // row.times for name, row in tunables.TUNABLES.items()}
        values |= machine_spec.watermark_sysctls(self.machine.spec, self.machine.book.sysctls)
        undo = self.history.commands[-1].describe() if self.history.can_undo else ""
        return Report(undo, self.history.can_redo, self.steps_left, values, self.history.memory)


class Worker(QObject):
    """Lives in a thread of its own; everything reaches it and leaves it through signals.

    Signals:
        built: a copy of the new machine's trace (trace.store.Trace).
        grown: a Batch for that copy.
        refused: the command (or None) and why the machine did not carry it out.
        failed: why a machine could not be built, in one line.
        reported: a Report after each job.
    """

    built = Signal(object)
    grown = Signal(object)
    refused = Signal(object, str)
    failed = Signal(str)
    reported = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._closed = threading.Event()
        self.telling: Telling | None = None
        self._published = 0
        self._due = 0.0

    def stop(self) -> None:
        """Take back the command that is running, if any. Called from the window's thread."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and carry out nothing more. Called from the window's thread."""
        self._closed.set()
        self._stop.set()

    @Slot(object)
    def do(self, job: Job) -> None:
        """Carry out a job."""
        if self._closed.is_set():
            return
        self._stop.clear()
        try:
            self._dispatch(job)
        except InputError as error:
            self.refused.emit(getattr(job, "command", None), str(error))
        except MemoryError:
            self.failed.emit("there is not enough memory for this machine")
        finally:
            self._publish()
            self.reported.emit(self.telling.report() if self.telling else Report())

    def _dispatch(self, job: Job) -> None:
        if isinstance(job, Build):
            self._build(job)
        elif self.telling is None:
            raise InputError("", "there is no machine yet")
        elif isinstance(job, RunSteps):
            self._run_steps(self.telling, job.count)
        elif isinstance(job, Apply):
            self._apply(self.telling, job.command)
        elif isinstance(job, Undo):
            self.telling.history.undo()
        elif isinstance(job, Redo):
            self.telling.history.redo()

    def _build(self, job: Build) -> None:
        self.telling = None
        try:
            telling = Telling(job.story)
        except InputError as error:
            self.failed.emit(str(error))
            return
        self._run_steps(telling, job.steps)
        self.telling = telling
        trace = telling.machine.trace
        shown = Trace(trace.keyframes()[0][1], trace.meta, telling.labels())
        extend(shown, telling.batch(0))
        self._published = len(trace)
        self.built.emit(shown)

    def _run_steps(self, telling: Telling, count: int) -> None:
        until = max(0, telling.steps_left - count)
        while telling.steps_left > until:
            if self._stop.is_set():
                telling.history.cancel()
                return
            telling.advance()
            self._publish_now_and_then()

    def _apply(self, telling: Telling, command: Command) -> None:
        history = telling.history
        history.begin(command)
        while not history.advance(SLICE_OPS):
            if self._stop.is_set():
                history.cancel()
                return
            self._publish_now_and_then()
        outcome = history.machine.outcome
        if not outcome.ok:
            self.refused.emit(command, f"{command.describe()}: {outcome.error}")

    def _publish_now_and_then(self) -> None:
        if time.monotonic() >= self._due:
            self._publish()

    def _publish(self) -> None:
        """Send what is new since the last time."""
        if self.telling is None:
            return
        length = len(self.telling.machine.trace)
        self.grown.emit(self.telling.batch(min(self._published, length)))
        self._published = length
        self._due = time.monotonic() + PUBLISH_EVERY_S
