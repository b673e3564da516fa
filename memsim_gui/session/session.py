"""Session: one story or recording on screen: what is shown, the machine behind it, and who conducts."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from memsim_gui import jit
from memsim_gui.engine.commands import Command
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session import places
from memsim_gui.session.autosave import Autosave
from memsim_gui.session.conductor import Conductor
from memsim_gui.session.core import RECORDING, Core
from memsim_gui.session.jobs import (
    Apply,
    Batch,
    Build,
    GoBack,
    Ready,
    Redo,
    Resume,
    Story,
    Talk,
    Undo,
    extend,
    snapshot,
)
from memsim_gui.session.opening import Opened, shipped_recording
from memsim_gui.session.player import Player
from memsim_gui.session.trust import Trust
from memsim_gui.trace.store import Cursor, Trace


class Session(QObject):
    """Commands in, a moving position out.

    Attributes:
        player: position, clock and selection.
        core: the machine.
        conductor: plays, steps and presents.
        trust: checks what is shown; a rule that does not hold stops the clock and the machine.

    Signals:
        opened: another trace is shown.
        looked: where the step that begins wants one to look (engine.scenario.Camera).
    """

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
        self.core = Core(autosave, self)
        self.conductor = Conductor(self.player, self.core, self)
        self._story: Story | None = None
        self._first_step = 0
        self._step = 0
        self._resuming: Resume | None = None  # waits for the compiler
        self._autosave = autosave
        self._connect()

    def _connect(self) -> None:
        core = self.core
        core.prepared.connect(self._prepared)
        core.built.connect(self._built)
        core.room.grown.connect(self._grown)
        core.room.broke.connect(self.trust.machine_broke)
        core.reported.connect(self._reported)
        self.trust.broke.connect(self._broke)

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
    def awaited(self) -> Story | None:
        """The story that was asked for and is not on screen yet; None if there is none."""
        return None if self._same_story() else self._story

    def show(self, opened: Opened) -> None:
        """Show what was opened: a recording, or a story, compiling the core before if need be.

        What the machine does is over; nothing of it is waited for.
        """
        self._forget_machine()
        self._story, self._first_step = opened.story, opened.step - 1
        recorded = opened.recorded
        if opened.story and not jit.is_at_hand():
            recorded = shipped_recording(opened.story)
        if recorded:
            self._show(opened.course or Course(recorded), places.step_start(recorded, opened.step))
        if opened.story:
            self.core.prepare()
        else:
            self.core.rest()

    def _forget_machine(self) -> None:
        self._resuming = None
        self.conductor.expect_nothing()
        self.core.forget()

    def _show(self, course: Course, position: int, end: Cursor | None = None) -> None:
        self.conductor.expect_nothing()
        self.trust.open(course.trace)
        self.player.open(course, position, end)
        self.opened.emit()

    def change_policy(self, policy: str) -> None:
        """Tell the story again under another policy, up to the step shown."""
        if self._story and self.trace.meta.policy != policy and self.core.ready():
            self._story = replace(self._story, overrides={**self._story.overrides, "policy": policy})
            self._first_step = places.steps_begun(self.trace, self.player.position)
            self._forget_machine()
            self._prepared()

    # --- the machine comes to be

    def _prepared(self) -> None:
        if self._resuming:
            resuming, self._resuming = self._resuming, None
            self.core.build(resuming)
        elif self._story:
            # A recording of the same story is on screen: the machine joins it at the step shown.
            joined = places.steps_begun(self.trace, self.player.position) if self._same_story() else 0
            self.core.build(Build(self._story, max(self._first_step, joined)))

    def _same_story(self) -> bool:
        return self._story is not None and len(self.trace) > 0 and self.trace.meta.title == self._story.title

    def _built(self, ready: Ready, job: Build | Resume) -> None:
        """Show the new machine's trace where its recording stood, or at its end."""
        joins, trace = self._same_story(), ready.course.trace
        position = places.same_place(self.trace, self.player.position, trace) if joins else len(trace)
        running = self.player.running
        self._show(ready.course, position, ready.end)
        if isinstance(job, Build) and (running or not joins):
            self.player.play()
        elif isinstance(job, Resume) and job.commands:
            self.conductor.show_next()

    def _resume_with(self, commands: tuple[Command, ...]) -> None:
        """Simulate the recording shown again up to the position shown, and then carry commands out."""
        self.player.pause()
        self._resuming = Resume(snapshot(self.trace), self.player.position, commands)
        self.core.prepare()

    @property
    def _can_go_on(self) -> bool:
        return self.core.state == RECORDING and bool(self.trace.meta.machine)

    # --- the machine at work

    def submit(self, *commands: Command) -> None:
        """Give the machine a command, or some that belong together and are undone at once.

        They act at the end of the trace, and the clock goes there to show it.
        """
        if self._can_go_on:
            self._resume_with(commands)
        elif self.core.ask(Apply(commands), commands[0]):
            self.conductor.show_next()

    def go_on_from_here(self) -> None:
        """Let the machine stand where the position is: what comes after it is taken back, and can be redone."""
        if self._can_go_on:
            self._resume_with(())
        else:
            self.core.ask(GoBack(self.player.position))

    def undo(self) -> None:
        """Take back what was asked for last."""
        self.core.ask(Undo())

    def redo(self) -> None:
        """Carry out again what was taken back."""
        if self.core.ask(Redo()):
            self.conductor.show_next()

    def _reported(self) -> None:
        if not self.core.busy:
            self.conductor.at_ease()

    def _broke(self) -> None:
        """A rule does not hold: stop everything."""
        self.conductor.expect_nothing()
        self.core.cancel()
        self.player.pause()

    def _grown(self, batch: Batch) -> None:
        trace = self.trace
        if batch.length < len(trace):
            trace.truncate(batch.length)
            self.trust.forget_after(batch.length)
            self.player.grown()
        extend(trace, batch)
        self.player.grown()
        self.conductor.grown()

    # --- time passes

    def advance(self, seconds: float) -> None:
        """Let real time pass."""
        self.conductor.advance(seconds)
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

    def seek(self, position: int) -> None:
        """Go to a position."""
        self.conductor.seek(position)

    def close(self) -> None:
        """End all that runs beside the window. Returns at once, whatever that is."""
        self.core.close()
        if self._autosave:
            self._autosave.close()
