"""Panel: what every dock is, and the rule that a hidden one does nothing."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from memsim_gui.engine.scenario import Camera
from memsim_gui.paint import Theme
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.moment import Changed, Moment


class Panel(QWidget):
    """A view of the moment. Subclasses set the class attributes and write `render`, nothing else.

    Attributes:
        NAME: identifier, the same stem as the file and its scene.
        TITLE: what the dock and the View menu call it.
        INTEREST: the changes that concern it; another trace or another look always does.
        CALM: true where text is read: it follows a running clock a few times a second only.

    `head`, if a subclass makes one, stands in the title bar of its dock.

    Signals:
        woke: the panel became visible and has missed something.
        picked: the Selection that the person made; an empty one = nothing.
        jumped: a position to go to.
    """

    NAME = ""
    TITLE = ""
    INTEREST = Changed.POSITION
    CALM = False

    woke = Signal()
    picked = Signal(object)
    jumped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(self.NAME)
        self.head: QWidget | None = None
        self._missed = Changed(0)
        self._covered = False

    def uncover(self, visible: bool) -> None:  # noqa: FBT001 - a Qt slot
        """Learn whether the panel's tab is in front: Qt calls the widgets of tabs behind it visible too."""
        self._covered = not visible
        if visible:
            self._catch_up()

    def offer(self, moment: Moment, *, hurried: bool) -> None:
        """Render if visible and concerned; `hurried` = the clock runs and calm panels may skip this frame."""
        self._missed |= moment.changed
        if self._covered or not self.isVisible() or (hurried and self.CALM):
            return
        if self._missed & (self.INTEREST | Changed.TRACE | Changed.LOOK):
            self.render_moment(replace(moment, changed=self._missed, hurried=hurried))
        self._missed = Changed(0)

    def render_moment(self, moment: Moment) -> None:
        """Show a moment; its `changed` tells all since the last call.

        Its view belongs to the player, which moves it on: keep it to answer what a person points at, not to compare.
        """
        raise NotImplementedError

    def follow(self, course: Course) -> None:
        """Show moments of the trace that `course` belongs to from now on."""

    def turn_to(self, camera: Camera) -> None:
        """Show what a step that begins is about, if it tells; what it names may be still to come."""

    def set_theme(self, theme: Theme) -> None:
        """Take in another theme; only what is not dressed by the style sheet has to."""

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while the panel was hidden."""
        super().showEvent(event)
        self._catch_up()

    def _catch_up(self) -> None:
        self._missed = Changed.everything()
        self.woke.emit()
