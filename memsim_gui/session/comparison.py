"""Comparison: beside the machine shown, others that do the same under other settings, all at one (command, op)."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QThread, Signal

from memsim_gui.engine import resume, variant
from memsim_gui.engine.history import Entry
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.engine.variant import Change
from memsim_gui.scene.comparing.alignment import Alignment, Place, counterpart
from memsim_gui.scene.comparing.difference import same_page
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.jobs import Batch, extend, pieces
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.player import Player
from memsim_gui.session.repeater import Repeater
from memsim_gui.session.turns import PIECE_EVENTS, Turns
from memsim_gui.trace.store import Cursor, Trace
from memsim_gui.trace.view_state import ViewState

MOST_SIDES = 3


class Side(QObject):
    """One other machine, in a thread of its own, and the place in its trace that corresponds to what is shown.

    Attributes:
        words: what differs.
        course: that of its trace; None until its machine is built.
        thread_: the machine's; None while there is none.
        waiting: entries that it has still to do.
        left_out: commands that it could not do, in words.
        error: why it cannot go on, in one line; empty while it can.

    Signals:
        renewed: it has another trace.
    """

    renewed = Signal()
    _asked = Signal(object)

    def __init__(self, original: Trace, spec: MachineSpec, change: Change, parent: QObject) -> None:
        """Prepare; `begin` starts it. `spec` is the original's. Raises InputError if there is no such machine."""
        super().__init__(parent)
        self.words = variant.words(spec, change)
        self._original, self._made_of = original, (spec, original.meta, change)
        self.thread_: QThread | None = None
        self._repeater: Repeater | None = None
        self._turns = Turns(self)
        self._forget()

    def _forget(self) -> None:
        self._turns.clear()
        self.course: Course | None = None
        self.waiting, self.error = 0, ""
        self.left_out: list[str] = []
        self._alignment: Alignment | None = None
        self._origin: list[int] = []
        self._cursor: Cursor | None = None
        self._fraction = 0.0
        self._changed = Changed.everything()

    @property
    def view(self) -> ViewState | None:
        """The state shown; None until the machine is built."""
        return self._cursor.view if self._cursor else None

    def begin(self) -> None:
        """Start a machine, in place of the one that runs."""
        self.end()
        self._forget()
        self.thread_, self._repeater = QThread(), Repeater(*self._made_of)
        self._repeater.moveToThread(self.thread_)
        self._asked.connect(self._repeater.do)
        self._repeater.built.connect(self._built)
        self._repeater.grown.connect(self._grown)
        self._repeater.failed.connect(self._failed)
        self.thread_.start()

    def tell(self, entries: list[Entry]) -> None:
        """Let the machine do what the original did next."""
        self.waiting += len(entries)
        self._asked.emit(entries)

    def end(self) -> None:
        """End the machine and its thread; returns after the slice under way."""
        if self.thread_ and self._repeater:
            self._repeater.close()
            self._asked.disconnect()
            self.thread_.quit()
            self.thread_.wait()
        self.thread_ = self._repeater = None
        self._turns.clear()

    def _built(self, trace: Trace) -> None:
        if self.sender() is not self._repeater:
            return
        self.course = Course(trace)
        self._alignment, self._cursor = Alignment(self.course.pacing), Cursor(trace)
        self.renewed.emit()

    def _grown(self, batch: Batch, origin: list[int], waiting: int, left_out: list[str]) -> None:
        if self.sender() is self._repeater:
            parts = [partial(self._extend, piece) for piece in pieces(batch, PIECE_EVENTS)]
            self._turns.add(*parts, partial(self._learn, origin, waiting, left_out))

    def _extend(self, batch: Batch) -> None:
        if self.course is None or self._alignment is None:
            return
        trace, coming = self.course.trace, self._original.labels
        extend(trace, batch)
        # Titles of steps that are still to come: the original has them from its story.
        trace.labels.steps += coming.steps[len(trace.labels.steps) :]
        trace.labels.step_titles += coming.step_titles[len(trace.labels.step_titles) :]
        self.course.extend()
        self._alignment.extend()
        self._changed |= Changed.TRACE

    def _learn(self, origin: list[int], waiting: int, left_out: list[str]) -> None:
        self._origin += origin
        self.waiting, self.left_out = waiting, left_out
        self._changed |= Changed.TRACE

    def _failed(self, reason: str) -> None:
        if self.sender() is self._repeater:
            self.error, self.waiting = reason, 0

    def go_to(self, place: Place) -> None:
        """Go to the counterpart of a place of the original's, as near as the machine has come."""
        if self._alignment is None or self._cursor is None:
            return
        position, fraction = self._alignment.position_of(counterpart(place, self._origin))
        if position != self._cursor.position:
            self._cursor.seek(position)
            self._changed |= Changed.POSITION
        if fraction != self._fraction:
            self._fraction = fraction
            self._changed |= Changed.FRACTION

    def moment(self, original: Moment | None, player: Player) -> Moment | None:
        """Return what to show, None if nothing has changed; `original` is what changed in the machine beside it."""
        if self.course is None or self._cursor is None:
            return None
        if original:
            self._changed |= original.changed & (Changed.SELECTION | Changed.LOOK)
        if not self._changed:
            return None
        changed, self._changed = self._changed, Changed(0)
        view = self._cursor.view
        return Moment(
            trace=self.course.trace,
            view=view,
            position=self._cursor.position,
            fraction=self._fraction,
            speed=player.speed if player.running else 1.0,
            running=player.running,
            selection=same_page(player.selection, player.view).located(view),
            changed=changed,
        )


class Comparison(QObject):
    """The original, which the player shows, and one to three others."""

    def __init__(self, player: Player, changes: Sequence[Change], parent: QObject | None = None) -> None:
        """Start the others. Raises InputError if the original cannot be told again or a change makes no machine."""
        super().__init__(parent)
        trace = player.trace
        spec = resume.machine_of(trace)
        resume.log(trace)
        self._player = player
        self._alignment = Alignment(player.pacing)
        self._cuts = len(trace.cuts)
        self._told = 0
        self.sides = [Side(trace, spec, change, self) for change in changes[:MOST_SIDES]]
        for side in self.sides:
            side.begin()
        self.follow()

    @property
    def ready(self) -> bool:
        """Whether all others have done what the original has."""
        return all(side.waiting == 0 and (side.course or side.error) for side in self.sides)

    def follow(self) -> None:
        """Tell the others what the original has done since, and bring them to where it is shown."""
        trace, player = self._player.trace, self._player
        if len(trace.cuts) != self._cuts:
            self._cuts = len(trace.cuts)
            self._begin_again()
        self._alignment.extend()
        if self._alignment.entries > self._told:
            entries = [entry for _, entry in resume.log(trace, self._alignment.begin_of(self._told))]
            self._told += len(entries)
            for side in self.sides:
                side.tell(entries)
        place = self._alignment.place_at(player.position, player.fraction)
        for side in self.sides:
            side.go_to(place)

    def _begin_again(self) -> None:
        """After an undo: those others cannot take anything back, so new ones do what is left."""
        self._alignment = Alignment(self._player.pacing)
        self._told = 0
        for side in self.sides:
            side.begin()

    def end(self) -> None:
        """End the other machines and their threads."""
        for side in self.sides:
            side.end()
