"""Conductor: plays, steps and presents what is shown, and has the story's next step run where the trace ends."""

from PySide6.QtCore import QObject

from memsim_gui.session import places
from memsim_gui.session.boundaries import Unit, following
from memsim_gui.session.core import Core
from memsim_gui.session.player import Player
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace


class Conductor(QObject):
    """Moves the player, and remembers what is to be done when the machine has come further."""

    def __init__(self, player: Player, core: Core, parent: QObject | None = None) -> None:
        """Conduct a player; steps of the story are run by the core."""
        super().__init__(parent)
        self._player, self._core = player, core
        self.expect_nothing()
        player.reached_end.connect(self._go_on)

    def expect_nothing(self) -> None:
        """Nothing is to be done any more when the machine has come further."""
        self._pause_at = self._show_from = -1
        self._to_end = self._presenting = False
        self._wanted_step = 0

    @property
    def _trace(self) -> Trace:
        return self._player.trace

    # --- the machine comes further

    def show_next(self) -> None:
        """Show from its beginning what the machine does next; a clock that stands, stands again after it."""
        self._presenting |= self._pause_at >= 0 or not self._player.running
        self._pause_at = -1
        self._show_from = len(self._trace)

    def grown(self) -> None:
        """The trace shown has grown."""
        if 0 <= self._show_from < len(self._trace):
            self._player.seek(self._show_from)
            self._show_from = -1
            self._player.play()

    def at_ease(self) -> None:
        """The machine has done all it was asked for: do what waited for that."""
        self._show_from = -1
        if self._presenting:
            self._presenting, self._pause_at = False, len(self._trace)
        if self._to_end:
            self._to_end = False
            self._player.seek(len(self._trace))
        if self._wanted_step:
            wanted, self._wanted_step = self._wanted_step, 0
            self._present(wanted)

    # --- the clock

    def advance(self, seconds: float) -> None:
        """Let real time pass; the clock stops at the end of the step that `present_next` began."""
        if not self._at_pause():
            self._player.advance(seconds)
        if self._at_pause():
            self._player.pause()
            self.seek(self._pause_at)

    def _at_pause(self) -> bool:
        return 0 <= self._pause_at <= self._player.position

    def _go_on(self) -> None:
        """Run the next step when the clock has come to the end of what there is."""
        if not self._core.busy and not self._core.run_steps(1):
            self._player.pause()

    def seek(self, position: int) -> None:
        """Go to a position."""
        self._pause_at = -1
        self._player.seek(position)

    def toggle(self) -> None:
        """Play or pause; at the end of everything, play from the start again."""
        self._pause_at = -1
        player = self._player
        if player.running:
            player.pause()
            return
        if player.position >= len(self._trace) and not (self._core.report.steps_left or self._core.busy):
            player.seek(0)
        player.play()

    def step(self, unit: Unit, direction: int) -> None:
        """Move one unit, running the next step of the story if there is nothing further."""
        self._pause_at = -1
        at_end = self._player.position >= len(self._trace)
        if direction > 0 and at_end and not self._core.busy and self._core.run_steps(1):
            self._player.pause()
            self._to_end = unit is Unit.STEP
        else:
            self._player.step(unit, direction)

    def run_all(self) -> None:
        """Run all steps that are left and go to the end."""
        self._player.pause()
        self._to_end |= self._core.run_steps()
        self.seek(len(self._trace))

    # --- presenting

    def present_next(self) -> None:
        """Play the next step to its end; while one is played, jump to its end."""
        player = self._player
        if player.running and self._pause_at >= 0:
            self.seek(self._pause_at)
            player.pause()
            return
        starts = self._trace.positions_of(kinds.STEP)
        if len(starts) and player.position < starts[0]:
            player.seek(int(starts[0]))
        if player.position < len(self._trace):
            self._pause_at = following(self._trace, player.position, Unit.STEP)
            player.play()
        elif not self._core.busy and self._core.run_steps(1):
            player.pause()
            self.show_next()

    def present_step(self, step: int) -> None:
        """Play one step (from 1) to its end; those before it that have not been run are run first, unseen."""
        missing = step - len(self._trace.positions_of(kinds.STEP))
        if missing <= 0:
            self._present(step)
        elif missing <= self._core.steps_left and self._core.run_steps(missing):
            self._player.pause()
            self._wanted_step = step

    def _present(self, step: int) -> None:
        """Play a step of the trace from its beginning, if the trace has come that far."""
        if step <= len(self._trace.positions_of(kinds.STEP)):
            self._player.pause()
            self.seek(places.step_start(self._trace, step))
            self.present_next()

    def present_previous(self) -> None:
        """Stop, and go back to the start of the step shown, or of the one before."""
        self.step(Unit.STEP, -1)
