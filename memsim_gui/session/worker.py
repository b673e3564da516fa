"""Worker: the machine's own thread. It carries out jobs in order and sends in batches what the trace has grown by."""

import threading
import time

from PySide6.QtCore import QObject, Signal, Slot

from memsim_gui import jit
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.resume import Resumption
from memsim_gui.scene.timeline.course import Course
from memsim_gui.scene.trust import rules as trust
from memsim_gui.session import telling as tellings
from memsim_gui.session.autosave import Autosave
from memsim_gui.session.jobs import (
    Apply,
    Build,
    Forget,
    GoBack,
    Job,
    Ready,
    Redo,
    Report,
    Resume,
    RunSteps,
    Undo,
    extend,
)
from memsim_gui.session.telling import Telling
from memsim_gui.trace import replay
from memsim_gui.trace.store import Cursor, Trace

SLICE_OPS = 1 << 14
PUBLISH_EVERY_S = 0.03


class Worker(QObject):
    """Lives in a thread of its own; everything reaches it and leaves it through signals.

    Signals:
        prepared: compiled code is at hand.
        built: a copy of the new machine's trace, ready to be shown (jobs.Ready).
        grown: a Batch for that copy.
        progressed: how far the way to the moment asked for is simulated: commands or steps done, and in all.
        refused: the command (or None) and why the machine did not carry it out, or what else a person should know.
        failed: why a machine could not be built, in one line.
        broke: a rule (scene.trust.Break) that the machine's sums break at the end of its trace; it runs no further.
        reported: a Report after each job.
        forgotten: all that was asked for before a Forget is over.
    """

    prepared = Signal()
    built = Signal(object)
    grown = Signal(object)
    progressed = Signal(int, int)
    refused = Signal(object, str)
    failed = Signal(str)
    broke = Signal(object, int)
    reported = Signal(object)
    forgotten = Signal()

    def __init__(self, autosave: Autosave | None = None) -> None:
        """Make a worker without a machine; what its machines do is saved now and then, if wanted."""
        super().__init__()
        self._autosave = autosave
        self._stop = threading.Event()
        self._closed = threading.Event()
        self._outdated = 0  # stories that are over; written by the window's thread alone
        self._forgotten = 0  # of these, how many have been let go; written by the machine's thread alone
        self.telling: Telling | None = None
        self._published = 0
        self._due = 0.0

    def stop(self) -> None:
        """Take back the command that is running, if any. Called from the window's thread."""
        self._stop.set()

    def outdate(self) -> None:
        """Stop, and pass over all jobs up to the next Forget. Called from the window's thread, which gives that."""
        self._outdated += 1

    @property
    def _old(self) -> bool:
        """Whether nobody will see what is done now."""
        return self._closed.is_set() or self._outdated != self._forgotten

    @property
    def _stopped(self) -> bool:
        return self._stop.is_set() or self._old

    def close(self) -> None:
        """Stop, and carry out nothing more. Called from the window's thread."""
        self._closed.set()

    @Slot()
    def prepare(self) -> None:
        """Load compiled code, if there is any: also a recording is moved through faster by it."""
        if jit.is_compiled():
            replay.prepare()
            jit.bring()
            self.prepared.emit()

    @Slot(object)
    def do(self, job: Job) -> None:
        """Carry out a job."""
        if self._closed.is_set():
            return
        if isinstance(job, Forget):
            self.telling = None
            self._forgotten += 1
            self.forgotten.emit()
        if isinstance(job, Forget) or self._old:
            return
        self._stop.clear()
        try:
            self._dispatch(job)
        except InputError as error:
            self.refused.emit(_first_command(job), str(error))
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
            self._apply(self.telling, job.commands)
        elif isinstance(job, Undo):
            self.telling.history.undo()
        elif isinstance(job, Redo):
            self.telling.history.redo()
        elif isinstance(job, GoBack):
            self.telling.history.go_back(job.position)

    def _build(self, job: Build) -> None:
        self.telling = None
        self.prepare()
        try:
            telling = tellings.of_story(job.story)
        except InputError as error:
            self.failed.emit(str(error))
            return
        self._run_steps(telling, job.steps, told=True)
        if self._old:
            return
        self._take_over(telling)
        self._holds(telling)

    def _resume(self, job: Resume) -> None:
        """Simulate a recording again up to a position, and go on from there."""
        self.telling = None
        self.prepare()
        resumption = Resumption(job.recorded, job.position)
        while not resumption.advance():
            if self._stopped:
                raise InputError("", "cancelled: the recording is shown as it was")
            self._tell_progress(*resumption.progress)
        telling = tellings.of_recording(resumption)
        self._take_over(telling)
        difference = resumption.difference()
        if difference:
            self.refused.emit(None, difference)
        if self._holds(telling):
            self._apply(telling, job.commands)

    def _take_over(self, telling: Telling) -> None:
        self.telling = telling
        trace = telling.machine.trace
        shown = Trace(trace.keyframes()[0][1], trace.meta, telling.labels())
        extend(shown, telling.batch(0))
        self._published = len(trace)
        self.built.emit(Ready(Course(shown), Cursor(shown, len(shown))))
        if self._autosave:
            self._autosave.begin(trace)

    def _run_steps(self, telling: Telling, count: int, *, told: bool = False) -> None:
        """Run steps; `told`: nothing is shown of them yet but how many are done."""
        until = max(0, telling.steps_left - count)
        total = telling.steps_left - until
        while telling.steps_left > until:
            if self._stopped:
                self._take_back(telling)
                return
            telling.advance()
            if told:
                self._tell_progress(total - (telling.steps_left - until), total)
            elif not self._holds(telling):
                return
            self._publish_now_and_then()

    def _take_back(self, telling: Telling) -> None:
        if not self._old:  # nobody will see it
            telling.history.cancel()

    def _tell_progress(self, done: int, total: int) -> None:
        if time.monotonic() >= self._due:
            self.progressed.emit(done, total)
            self._due = time.monotonic() + PUBLISH_EVERY_S

    def _holds(self, telling: Telling) -> bool:
        """Check the machine's own sums; of one that breaks a rule the trace is left, and it does nothing more."""
        machine = telling.machine
        state = machine.state
        frames = len(state.page) - len(state.lane_pages)
        sums = trust.Sums(frames, state.lane_pages, state.counter, state.file)
        found = trust.check_sums(sums, trust.sums_of(machine.trace.start))
        if found:
            self._publish()
            self.broke.emit(found, len(machine.trace))
            self.telling = None
        return found is None

    def _apply(self, telling: Telling, commands: tuple[Command, ...]) -> None:
        """Carry out commands that belong together, up to the first that cannot be done."""
        for number, command in enumerate(commands):
            telling.history.begin(command, joins=number > 0)
            if not self._finish(telling):
                return
            outcome = telling.machine.outcome
            if not outcome.ok:
                self.refused.emit(command, f"{command.describe()}: {outcome.error}")
                return

    def _finish(self, telling: Telling) -> bool:
        """Let a command come to its end; return False if it was stopped, or the machine broke a rule."""
        done = False
        while not done:
            done = telling.history.advance(SLICE_OPS)
            if not self._holds(telling):
                return False
            if self._stopped and not done:
                self._take_back(telling)
                return False
            self._publish_now_and_then()
        return True

    def _publish_now_and_then(self) -> None:
        if time.monotonic() >= self._due:
            self._publish()

    def _publish(self) -> None:
        """Send what is new since the last time."""
        if self.telling is None or self._old:
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


def _first_command(job: Job) -> Command | None:
    commands: tuple[Command, ...] = getattr(job, "commands", ())
    return commands[0] if commands else None
