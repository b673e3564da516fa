"""Session: one story on screen. It owns the player, and the machine in a thread of its own."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from memsim_gui import jit
from memsim_gui.engine.commands import Command
from memsim_gui.scene.selection import Selection
from memsim_gui.session import places
from memsim_gui.session.autosave import Autosave
from memsim_gui.session.boundaries import Unit, following
from memsim_gui.session.compiler import Compiler
from memsim_gui.session.jobs import (
    Apply,
    Batch,
    Build,
    GoBack,
    Job,
    Redo,
    Report,
    Resume,
    RunSteps,
    Story,
    Talk,
    Undo,
    extend,
    snapshot,
)
from memsim_gui.session.machine_room import MachineRoom
from memsim_gui.session.opening import Opened, shipped_recording
from memsim_gui.session.player import Player
from memsim_gui.session.trust import Trust
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

READY, BUILDING, COMPILING, RECORDING, FAILED = "ready", "building", "compiling", "recording", "failed"
PERCENT = 100
ALL_STEPS = 1 << 30


class Session(QObject):
    """Commands in, a moving position out. Nothing waits: the machine has a thread, the compiler a process.

    Attributes:
        player: position, clock and selection.
        report: how the machine stood after its last job.
        core: one of READY, BUILDING, COMPILING, RECORDING, FAILED.
        room, compiler: what runs beside the window.
        trust: checks what is shown; a rule that does not hold stops the clock and the machine.

    Signals:
        core_changed: state of the core (READY, BUILDING ...) and how to say it in the footer.
        compiled: percent of the core compiled so far.
        simulated: how far the way to the moment asked for is simulated: steps or commands done, and in all.
        busy_changed: whether the machine is at work.
        command_rejected: the command (or None) and why.
        history_changed: a Report: what undo and redo would do, steps left, tunables.
        opened: another trace is shown.
        looked: where the step that begins wants one to look (engine.scenario.Camera).
    """

    core_changed = Signal(str, str)
    compiled = Signal(int)
    simulated = Signal(int, int)
    busy_changed = Signal(bool)
    command_rejected = Signal(object, str)
    history_changed = Signal(object)
    opened = Signal()
    looked = Signal(object)

    def __init__(self, trace: Trace, parent: QObject | None = None, autosave: Autosave | None = None) -> None:
        """Show a trace (a recording, or an empty one) until something is opened; see `show`.

        What machines do is saved by `autosave`, which the session closes.
        """
        super().__init__(parent)
        self.player = Player(trace, self)
        self.trust = Trust(trace, self)
        self.player.watch = self.trust
        self.report = Report()
        self.core = RECORDING
        self._story: Story | None = None
        self._first_step = 0
        self._step = 0
        self._resuming: Resume | None = None  # asked for, and not there yet
        self._expect_nothing()
        self._autosave = autosave
        self.room = MachineRoom(autosave, self)
        self.compiler = Compiler(parent=self)
        self._connect()

    def _expect_nothing(self) -> None:
        """Nothing is to be done when the machine is ready with what it does."""
        self._show_from = -1
        self._pause_at = -1
        self._to_end = False
        self._presenting = False
        self._wanted_step = 0
        self._resuming = None

    def _connect(self) -> None:
        room = self.room
        room.built.connect(self._built)
        room.grown.connect(self._grown)
        room.refused.connect(self.command_rejected)
        room.failed.connect(self._failed)
        room.progressed.connect(self._simulated_so_far)
        room.broke.connect(self.trust.machine_broke)
        room.reported.connect(self._reported)
        room.busy_changed.connect(self.busy_changed)
        self.trust.broke.connect(self._broke)
        self.compiler.progressed.connect(self._compiled_so_far)
        self.compiler.ended.connect(self._compiled)
        self.player.reached_end.connect(self._go_on)

    # --- what is shown

    @property
    def trace(self) -> Trace:
        """The trace shown."""
        return self.player.trace

    @property
    def talk(self) -> Talk | None:
        """Speaker notes and planned time of the story shown; None for a recording, which has none."""
        return self._story.talk if self._story else None

    @property
    def busy(self) -> bool:
        """Whether the machine is at work or has something to do."""
        return self.room.busy

    def show(self, opened: Opened) -> None:
        """Show what was opened: a recording, or a story, compiling the core before if need be.

        What the machine does is over; nothing of it is waited for.
        """
        self._forget_machine()
        self._story, self._first_step = opened.story, opened.step - 1
        if opened.story is None:
            self._show_recording(opened)
        elif jit.is_compiled():
            self._build()
        else:
            recorded = shipped_recording(opened.story)
            if recorded:
                self._show(recorded, places.step_start(recorded, opened.step))
            self._set_core(COMPILING, "core being compiled, 0 %")
            self.compiler.start()

    def _forget_machine(self) -> None:
        self._expect_nothing()
        self.room.clear()
        self.report = Report()

    def _show_recording(self, opened: Opened) -> None:
        if opened.recorded:
            self._show(opened.recorded, places.step_start(opened.recorded, opened.step))
        self._set_core(RECORDING, "recording")
        self.history_changed.emit(self.report)

    def _show(self, trace: Trace, position: int) -> None:
        self._pause_at = -1
        self.trust.open(trace)
        self.player.open(trace, position)
        self.opened.emit()

    def change_policy(self, policy: str) -> None:
        """Tell the story again under another policy, up to the step shown."""
        if self._story and self._ready(None) and self.trace.meta.policy != policy:
            self._story = replace(self._story, overrides={**self._story.overrides, "policy": policy})
            self._first_step = places.steps_begun(self.trace, self.player.position)
            self._forget_machine()
            self._build()

    # --- the core

    def _set_core(self, state: str, text: str) -> None:
        self.core = state
        self.core_changed.emit(state, text)

    def _compiled_so_far(self, share: float) -> None:
        if self.core != COMPILING:
            return  # what is shown now needs no machine
        percent = round(share * PERCENT)
        self._set_core(COMPILING, f"core being compiled, {percent} %")
        self.compiled.emit(percent)

    def _compiled(self, error: str) -> None:
        if error:
            self._failed(error)
        elif self._story:
            self._build()
        else:
            self._resume()

    def _simulated_so_far(self, done: int, total: int) -> None:
        what = "recording being simulated again, command" if self._resuming else "steps before being simulated,"
        self._set_core(BUILDING, f"{what} {done} of {total}")
        self.simulated.emit(done, total)

    def _build(self) -> None:
        if self._story is None:
            return
        self._set_core(BUILDING, "machine being built")
        # A recording of the same story is on screen: the machine joins it at the step shown.
        steps = max(self._first_step, places.steps_begun(self.trace, self.player.position) if self._same_story() else 0)
        self._ask(Build(self._story, steps))

    def _same_story(self) -> bool:
        return self._story is not None and len(self.trace) > 0 and self.trace.meta.title == self._story.title

    def _built(self, trace: Trace) -> None:
        """Show the new machine's trace where its recording stood, or at its end."""
        resumed, self._resuming = self._resuming, None
        joins = self._same_story()
        position = places.same_place(self.trace, self.player.position, trace) if joins else len(trace)
        running = self.player.running
        self._set_core(READY, "core ready")
        self._show(trace, position)
        if resumed:
            self._show_from = len(trace) if resumed.command else -1
        elif running or not joins:
            self.player.play()

    def _failed(self, reason: str) -> None:
        self._set_core(FAILED, reason)

    # --- the machine

    def submit(self, command: Command) -> None:
        """Give the machine a command; it acts at the end of the trace, and the clock goes there to show it."""
        if self.core == RECORDING and self.trace.meta.machine:
            self._resume_with(command)
        elif self._ready(command):
            self._ask(Apply(command), show=True)

    def go_on_from_here(self) -> None:
        """Let the machine stand where the position is: what comes after it is taken back, and can be redone."""
        if self.core == RECORDING and self.trace.meta.machine:
            self._resume_with(None)
        elif self._ready(None):
            self._ask(GoBack(self.player.position))

    def _resume_with(self, command: Command | None) -> None:
        """Simulate the recording shown again up to the position shown, and then carry a command out."""
        self.player.pause()
        self._resuming = Resume(snapshot(self.trace), self.player.position, command)
        if jit.is_compiled():
            self._resume()
        else:
            self._set_core(COMPILING, "core being compiled, 0 %")
            self.compiler.start()

    def _resume(self) -> None:
        if self._resuming:
            self._set_core(BUILDING, "recording being simulated again")
            self._ask(self._resuming)

    def undo(self) -> None:
        """Take the last command back."""
        if self._ready(None):
            self._ask(Undo())

    def redo(self) -> None:
        """Carry out again what was taken back."""
        if self._ready(None):
            self._ask(Redo(), show=True)

    def cancel(self) -> None:
        """Take back the command that is running, and forget those waiting."""
        self.room.stop()

    def cancel_compiling(self) -> None:
        """Stop compiling; what is done so far is kept, and the next start goes on from there."""
        if self.core == COMPILING:
            self.compiler.stop()
            self._set_core(FAILED, "compiling was cancelled: recordings play, commands wait for the next start")

    def run_all(self) -> None:
        """Run all steps that are left and go to the end."""
        self.player.pause()
        if self.report.steps_left and self.core == READY:
            self._to_end = True
            self._ask(RunSteps(ALL_STEPS))
        self.player.seek(len(self.trace))

    def _ready(self, command: Command | None) -> bool:
        if self.core == READY:
            return True
        reason = "a recording of format 1 only plays" if self.core == RECORDING else "the machine is not ready yet"
        self.command_rejected.emit(command, reason)
        return False

    def _ask(self, job: Job, *, show: bool = False) -> None:
        if show:
            self._show_from = len(self.trace)
        self.room.ask(job)

    def _reported(self, report: Report) -> None:
        self.report = report
        if not self.busy:
            self._at_ease()
        self.history_changed.emit(report)

    def _at_ease(self) -> None:
        """The machine has done all it was asked for: do what waited for that."""
        self._show_from = -1
        if self._resuming and self.core == BUILDING:
            self._resuming = None
            self._set_core(RECORDING, "recording")
        if self._presenting:
            self._presenting, self._pause_at = False, len(self.trace)
        if self._to_end:
            self._to_end = False
            self.player.seek(len(self.trace))
        if self._wanted_step:
            wanted, self._wanted_step = self._wanted_step, 0
            self._present(wanted)

    def _broke(self) -> None:
        """A rule does not hold: stop everything."""
        self._expect_nothing()
        self.room.stop()
        self.player.pause()

    def _grown(self, batch: Batch) -> None:
        trace = self.trace
        if batch.length < len(trace):
            trace.truncate(batch.length)
            self.trust.forget_after(batch.length)
            self.player.grown()
        extend(trace, batch)
        self.player.grown()
        if len(batch.events) and self._show_from >= 0:
            self.player.seek(self._show_from)
            self._show_from = -1
            self.player.play()

    # --- the clock

    def advance(self, seconds: float) -> None:
        """Let real time pass; the clock stops at the end of the step that `present_next` began."""
        if not self._at_pause():
            self.player.advance(seconds)
        if self._at_pause():
            self.player.pause()
            self.player.seek(self._pause_at)
            self._pause_at = -1
        if not self.player.running:
            self.trust.rest(seconds, self.player.view, self.player.position)
        self._look()

    def _look(self) -> None:
        """When another step begins, look where it wants one to."""
        step = self.player.scenario_step
        if step == self._step:
            return
        self._step = step
        cameras = self._story.cameras if self._story else ()
        if 0 < step <= len(cameras):
            camera = cameras[step - 1]
            if camera.pfn >= 0:
                self.player.select(Selection(frame=camera.pfn - self.trace.meta.first_pfn))
            self.looked.emit(camera)

    def _at_pause(self) -> bool:
        return 0 <= self._pause_at <= self.player.position

    def _go_on(self) -> None:
        """Run the next step when the clock has come to the end of what there is."""
        if self.busy:
            return
        if self.core == READY and self.report.steps_left:
            self._ask(RunSteps())
        else:
            self.player.pause()

    def toggle(self) -> None:
        """Play or pause; at the end of everything, play from the start again."""
        self._pause_at = -1
        if self.player.running:
            self.player.pause()
            return
        if self.player.position >= len(self.trace) and not (self.report.steps_left or self.busy):
            self.player.seek(0)
        self.player.play()

    def step(self, unit: Unit, direction: int) -> None:
        """Move one unit, running the next step of the story if there is nothing further."""
        self._pause_at = -1
        at_end = self.player.position >= len(self.trace)
        if direction > 0 and at_end and self.report.steps_left and not self.busy and self.core == READY:
            self.player.pause()
            self._to_end = unit is Unit.STEP
            self._ask(RunSteps())
            return
        self.player.step(unit, direction)

    def present_next(self) -> None:
        """Play the next step to its end; while one is played, jump to its end."""
        player = self.player
        if player.running and self._pause_at >= 0:
            self.seek(self._pause_at)
            player.pause()
            return
        starts = self.trace.positions_of(kinds.STEP)
        if len(starts) and player.position < starts[0]:
            player.seek(int(starts[0]))
        if player.position < len(self.trace):
            self._pause_at = following(self.trace, player.position, Unit.STEP)
            player.play()
        elif self.report.steps_left and self.core == READY and not self.busy:
            self._presenting = True
            self._ask(RunSteps(), show=True)

    def present_step(self, step: int) -> None:
        """Play one step (from 1) to its end; those before it that have not been run are run first, unseen."""
        missing = step - len(self.trace.positions_of(kinds.STEP))
        if missing <= 0:
            self._present(step)
        elif missing <= self.report.steps_left and self.core == READY:
            self.player.pause()
            self._wanted_step = step
            self._ask(RunSteps(missing))

    def _present(self, step: int) -> None:
        """Play a step of the trace from its beginning, if the trace has come that far."""
        if step <= len(self.trace.positions_of(kinds.STEP)):
            self.player.pause()
            self.seek(places.step_start(self.trace, step))
            self.present_next()

    def present_previous(self) -> None:
        """Stop, and go back to the start of the step shown, or of the one before."""
        self.step(Unit.STEP, -1)

    def seek(self, position: int) -> None:
        """Go to a position."""
        self._pause_at = -1
        self.player.seek(position)

    def close(self) -> None:
        """End the machine's thread and the compiler. Returns at once, whatever was running."""
        self.compiler.stop()
        self.room.close()
        if self._autosave:
            self._autosave.close()
