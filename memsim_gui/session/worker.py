"""Worker: the machine's own thread. It carries out jobs in order and sends in batches what the trace has grown by."""

import threading
import time

from PySide6.QtCore import QObject, Signal, Slot

from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.resume import Resumption
from memsim_gui.session import telling as tellings
from memsim_gui.session.autosave import Autosave
from memsim_gui.session.jobs import Apply, Build, GoBack, Job, Redo, Report, Resume, RunSteps, Undo, extend
from memsim_gui.session.telling import Telling
from memsim_gui.trace.store import Trace

SLICE_OPS = 1 << 14
PUBLISH_EVERY_S = 0.03


class Worker(QObject):
    """Lives in a thread of its own; everything reaches it and leaves it through signals.

    Signals:
        built: a copy of the new machine's trace (trace.store.Trace).
        grown: a Batch for that copy.
        progressed: how much of a recording is simulated again, commands done and in all.
        refused: the command (or None) and why the machine did not carry it out, or what else a person should know.
        failed: why a machine could not be built, in one line.
        reported: a Report after each job.
    """

    built = Signal(object)
    grown = Signal(object)
    progressed = Signal(int, int)
    refused = Signal(object, str)
    failed = Signal(str)
    reported = Signal(object)

    def __init__(self, autosave: Autosave | None = None) -> None:
        """Make a worker without a machine; what its machines do is saved now and then, if wanted."""
        super().__init__()
        self._autosave = autosave
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
        elif isinstance(job, Resume):
            self._resume(job)
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
        elif isinstance(job, GoBack):
            self.telling.history.go_back(job.position)

    def _build(self, job: Build) -> None:
        self.telling = None
        try:
            telling = tellings.of_story(job.story)
        except InputError as error:
            self.failed.emit(str(error))
            return
        self._run_steps(telling, job.steps)
        self._take_over(telling)

    def _resume(self, job: Resume) -> None:
        """Simulate a recording again up to a position, and go on from there."""
        self.telling = None
        resumption = Resumption(job.recorded, job.position)
        while not resumption.advance():
            if self._stop.is_set():
                raise InputError("", "cancelled: the recording is shown as it was")
            if time.monotonic() >= self._due:
                self.progressed.emit(*resumption.progress)
                self._due = time.monotonic() + PUBLISH_EVERY_S
        telling = tellings.of_recording(resumption)
        self._take_over(telling)
        difference = resumption.difference()
        if difference:
            self.refused.emit(None, difference)
        if job.command:
            self._apply(telling, job.command)

    def _take_over(self, telling: Telling) -> None:
        self.telling = telling
        trace = telling.machine.trace
        shown = Trace(trace.keyframes()[0][1], trace.meta, telling.labels())
        extend(shown, telling.batch(0))
        self._published = len(trace)
        self.built.emit(shown)
        if self._autosave:
            self._autosave.begin(trace)

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
        self._save()
        self._due = time.monotonic() + PUBLISH_EVERY_S

    def _save(self) -> None:
        if self._autosave:
            try:
                self._autosave.take()
            except InputError as error:
                self.refused.emit(None, f"nothing more is saved by itself: {error}")
