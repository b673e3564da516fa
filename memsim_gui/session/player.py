"""Player: a position in a trace, and a clock that moves it at the pace of the presentation."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from memsim_gui.scene.moment import AS_USUAL, Manner
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.timeline.course import Course
from memsim_gui.scene.timeline.event_marks import EventMarks
from memsim_gui.session import boundaries
from memsim_gui.session.boundaries import Unit
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace.store import Cursor, Trace
from memsim_gui.trace.view_state import ViewState

SPEEDS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 64.0, 256.0)
NORMAL_SPEED = SPEEDS.index(1.0)


class Watch(Protocol):
    """Who looks at states on the way."""

    def stop_between(self, before: int, position: int) -> int:
        """Return the position to look at on the way from one to another, -1 for none."""

    def passed(self, view: ViewState, position: int) -> None:
        """Look at the state there."""


class Player(QObject):
    """Plays a trace: position, speed, selection. Knows no machine, starts no timer: `advance` is called once a frame.

    Signals:
        running_changed: whether the clock runs.
        reached_end: the clock came to the end of what there is; it still runs.
    """

    running_changed = Signal(bool)
    reached_end = Signal()

    def __init__(self, trace: Trace, parent: QObject | None = None) -> None:
        """Place a player at the start of a trace, paused, at normal speed."""
        super().__init__(parent)
        self.speed_index = NORMAL_SPEED
        self.running = False
        self.selection = Selection()
        self.watch: Watch | None = None
        self.manner = AS_USUAL
        self._open(Course(trace), None)

    def _open(self, course: Course, cursor: Cursor | None) -> None:
        self.course, self.trace = course, course.trace
        self._cursor = cursor or Cursor(self.trace)
        self._seconds = 0.0
        self._fraction = 0.0
        self._since = -1  # where the unit begins that ends here, if the last move was a step
        self._changed = Changed.everything()

    @property
    def pacing(self) -> Pacing:
        """The seconds of the trace."""
        return self.course.pacing

    @property
    def marks(self) -> EventMarks:
        """The moments of the trace that one jumps to."""
        return self.course.marks

    @property
    def position(self) -> int:
        """Events before the moment shown."""
        return self._cursor.position

    @property
    def fraction(self) -> float:
        """How much of the event at the position has been played, 0 to 1."""
        return self._fraction

    @property
    def view(self) -> ViewState:
        """The state at the position; valid until it moves."""
        return self._cursor.view

    @property
    def scenario_step(self) -> int:
        """Number of the step under way, from 1; 0 before the first. It begins with its announcement."""
        return boundaries.step_at(self.trace, self.view, self.position, self._fraction)

    @property
    def speed(self) -> float:
        """How many seconds of the presentation pass in one."""
        return SPEEDS[self.speed_index]

    def open(self, course: Course, position: int = 0, cursor: Cursor | None = None) -> None:
        """Show another trace; a cursor on it, if there is one, is taken over and need not be made."""
        self._open(course, cursor)
        self.seek(position)

    def grown(self) -> None:
        """Take notice of events appended to the trace or cut off its end."""
        self.course.extend()
        self._changed |= Changed.TRACE
        if self.position > len(self.trace):
            self._cursor = Cursor(self.trace, len(self.trace))
            self._changed |= Changed.POSITION
        if self.position == len(self.trace) and self._fraction:  # of an event that has been undone
            self._fraction = 0.0
            self._changed |= Changed.FRACTION
        # The stretch still growing is squeezed further: the same place may now lie at another second.
        start = self.pacing.seconds_at(self.position)
        self._seconds = start + self._fraction * (self.pacing.seconds_at(self.position + 1) - start)

    def play(self) -> None:
        """Let the clock run from here."""
        self._set_running(running=True)

    def pause(self) -> None:
        """Stop the clock where it is."""
        self._set_running(running=False)

    def _set_running(self, *, running: bool) -> None:
        if running != self.running:
            self.running = running
            self.running_changed.emit(running)

    def seek(self, position: int) -> None:
        """Move to a position; the clock goes on from there if it runs."""
        self._place(position, 0.0)
        self._seconds = self.pacing.seconds_at(self.position)

    def step(self, unit: Unit, direction: int) -> None:
        """Stop, and move one unit forward (direction 1) or back (-1)."""
        self.pause()
        at_rest = self._fraction == 0.0 or direction > 0
        here = self.position if at_rest else self.position + 1
        if unit is Unit.MARK:
            self.seek(self._past_mark(here, direction))
            return
        move = boundaries.following if direction > 0 else boundaries.preceding
        self.seek(move(self.trace, here, unit))
        if unit is not Unit.STEP:  # which the picture tells anyway, also while it plays
            self._since = boundaries.preceding(self.trace, self.position, unit)

    def _past_mark(self, position: int, direction: int) -> int:
        """Just after the event of the next or the previous mark, or the end or start of the trace."""
        mark = self.marks.next_after(position) if direction > 0 else self.marks.last_before(position)
        if mark:
            return mark.position + 1
        return len(self.trace) if direction > 0 else 0

    def set_speed(self, index: int) -> None:
        """Choose a rung of the ladder SPEEDS."""
        self.speed_index = max(0, min(index, len(SPEEDS) - 1))

    def select(self, selection: Selection) -> None:
        """Select something in all panels."""
        if selection != self.selection:
            self.selection = selection
            self._changed |= Changed.SELECTION

    def tell(self, manner: Manner) -> None:
        """Tell everything in another manner from now on."""
        if manner != self.manner:
            self.manner = manner
            self.relook()

    def relook(self) -> None:
        """Ask every panel to draw itself anew (theme, size of type)."""
        self._changed |= Changed.LOOK

    def advance(self, seconds: float) -> None:
        """Let `seconds` of real time pass."""
        if not self.running:
            return
        if self.position >= len(self.trace):
            self.reached_end.emit()
            return
        self._seconds = min(self._seconds + seconds * self.speed, self.pacing.total)
        self._place(*self.pacing.position_at(self._seconds))

    def _place(self, position: int, fraction: float) -> None:
        before, self._since = self._cursor.position, -1
        stop = self.watch.stop_between(before, position) if self.watch else -1
        if self.watch and stop >= 0:
            self.watch.passed(self._cursor.seek(stop), stop)
        self._cursor.seek(position)
        if self._cursor.position != before:
            self._changed |= Changed.POSITION
        if fraction != self._fraction:
            self._fraction = fraction
            self._changed |= Changed.FRACTION

    def take_moment(self) -> Moment | None:
        """Return what to show if anything changed since the last call, else None."""
        if not self._changed:
            return None
        moment = Moment(
            trace=self.trace,
            view=self.view,
            position=self._cursor.position,
            fraction=self._fraction,
            speed=self.speed if self.running else 1.0,
            running=self.running,
            selection=self.selection.located(self._cursor.view),
            changed=self._changed,
            since=self._since,
            manner=self.manner,
        )
        self._changed = Changed(0)
        return moment
