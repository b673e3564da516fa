"""Core: how a machine comes to be and is driven. A child process compiles it, a thread of its own runs it."""

from PySide6.QtCore import QObject, Signal

from memsim_gui import jit
from memsim_gui.engine.commands import Command
from memsim_gui.session.autosave import Autosave
from memsim_gui.session.compiler import Compiler
from memsim_gui.session.jobs import Build, Job, Ready, Report, Resume, RunSteps
from memsim_gui.session.machine_room import MachineRoom

READY, BUILDING, LOADING, COMPILING, RECORDING, FAILED = (
    "ready", "building", "loading", "compiling", "recording", "failed",
)  # fmt: skip
PERCENT = 100
ALL_STEPS = 1 << 30


class Core(QObject):
    """The machine behind what is shown, if there is one. Nothing here waits for it.

    Attributes:
        state: one of READY, BUILDING, LOADING, COMPILING, RECORDING, FAILED.
        report: how the machine stood after its last job.
        room, compiler: what runs beside the window.

    Signals:
        changed: the state, and how to say it in the footer.
        compiled: percent of the core compiled so far.
        prepared: machines can be built.
        built: a copy of the new machine's trace, ready to be shown, and the job that it was built for.
        simulated: how far the way to the moment asked for is simulated: steps or commands done, and in all.
        busy_changed: whether the machine is at work.
        refused: the command (or None) and why.
        reported: the report.
    """

    changed = Signal(str, str)
    compiled = Signal(int)
    prepared = Signal()
    built = Signal(object, object)
    simulated = Signal(int, int)
    busy_changed = Signal(bool)
    refused = Signal(object, str)
    reported = Signal(object)

    def __init__(self, autosave: Autosave | None = None, parent: QObject | None = None) -> None:
        """Begin without a machine; what machines do is saved by `autosave`."""
        super().__init__(parent)
        self.state = RECORDING
        self.report = Report()
        self.room = MachineRoom(autosave, self)
        self.compiler = Compiler(parent=self)
        self._building: Build | Resume | None = None
        self._connect()

    def _connect(self) -> None:
        room = self.room
        room.prepared.connect(self._loaded)
        room.built.connect(self._built)
        room.failed.connect(self._failed)
        room.progressed.connect(self._simulated_so_far)
        room.reported.connect(self._reported)
        room.refused.connect(self.refused)
        room.busy_changed.connect(self.busy_changed)
        self.compiler.progressed.connect(self._compiled_so_far)
        self.compiler.ended.connect(self._compiled)

    @property
    def busy(self) -> bool:
        """Whether the machine is at work or has something to do."""
        return self.room.busy

    @property
    def steps_left(self) -> int:
        """Steps of the story that can still be run."""
        return self.report.steps_left if self.state == READY else 0

    def _change(self, state: str, text: str) -> None:
        self.state = state
        self.changed.emit(state, text)

    # --- compiling

    def prepare(self) -> None:
        """See that machines can be built, loading or compiling them first if need be; `prepared` tells when."""
        if jit.is_at_hand():
            self.prepared.emit()
        elif jit.is_compiled():
            self._change(LOADING, "core being loaded")
            self.room.prepare()
        else:
            self._change(COMPILING, "core being compiled, 0 %")
            self.compiler.start()

    def _loaded(self) -> None:
        if self.state == LOADING:
            self.prepared.emit()

    def _compiled_so_far(self, share: float) -> None:
        if self.state != COMPILING:
            return  # what is shown now needs no machine
        percent = round(share * PERCENT)
        self._change(COMPILING, f"core being compiled, {percent} %")
        self.compiled.emit(percent)

    def _compiled(self, error: str) -> None:
        if self.state != COMPILING:
            return  # what is shown now needs no machine
        if error:
            self._failed(error)
        else:
            self.prepared.emit()

    def cancel_compiling(self) -> None:
        """Stop compiling; what is done so far is kept, and the next start goes on from there."""
        if self.state == COMPILING:
            self.compiler.stop()
            self._change(FAILED, "compiling was cancelled: recordings play, commands wait for the next start")

    # --- a machine comes and goes

    def build(self, job: Build | Resume) -> None:
        """Build a machine, in place of the one there is."""
        self._building = job
        what = "machine being built" if isinstance(job, Build) else "recording being simulated again"
        self._change(BUILDING, what)
        self.room.ask(job)

    def forget(self) -> None:
        """Let go of the machine; nothing that it does is waited for."""
        self._building = None
        self.room.clear()
        self.report = Report()

    def rest(self) -> None:
        """A recording is shown: it plays without a machine."""
        self._change(RECORDING, "recording")
        self.reported.emit(self.report)

    def _simulated_so_far(self, done: int, total: int) -> None:
        again = isinstance(self._building, Resume)
        what = "recording being simulated again, command" if again else "steps before being simulated,"
        self._change(BUILDING, f"{what} {done} of {total}")
        self.simulated.emit(done, total)

    def _built(self, ready: Ready) -> None:
        job, self._building = self._building, None
        self._change(READY, "core ready")
        self.built.emit(ready, job)

    def _failed(self, reason: str) -> None:
        self._change(FAILED, reason)

    # --- a machine at work

    def ask(self, job: Job, command: Command | None = None) -> bool:
        """Let the machine do a job, for a command if there is one; return False if it cannot, after saying why."""
        ready = self.ready(command)
        if ready:
            self.room.ask(job)
        return ready

    def ready(self, command: Command | None = None) -> bool:
        """Whether there is a machine that can do something; why not is said, for a command if there is one."""
        if self.state == READY:
            return True
        reason = "a recording of format 1 only plays" if self.state == RECORDING else "the machine is not ready yet"
        self.refused.emit(command, reason)
        return False

    def run_steps(self, count: int = ALL_STEPS) -> bool:
        """Run the next steps of the story, as many as are left; return whether there are any."""
        left = self.steps_left > 0
        if left:
            self.room.ask(RunSteps(count))
        return left

    def cancel(self) -> None:
        """Take back the command that is running, and forget those waiting."""
        self.room.stop()

    def _reported(self, report: Report) -> None:
        if isinstance(self._building, Resume) and not self.busy:  # it was cancelled, or could not be done
            self._building = None
            self._change(RECORDING, "recording")
        self.report = report
        self.reported.emit(report)

    def close(self) -> None:
        """End the machine's thread and the compiler. Returns at once, whatever was running."""
        self.compiler.stop()
        self.room.close()
