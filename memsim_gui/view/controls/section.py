"""Section: a titled form of the controls panel that turns what is typed into commands."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.session.names import Names
from memsim_gui.trace.view_state import ViewState
from memsim_gui.view.choice import Choice
from memsim_gui.view.fields import ErrorLine, Field
from memsim_gui.view.style import spaced

COLUMNS = 12  # of the grid: halves, thirds and quarters of a row fall on it
Made = Command | Sequence[Command]
RETURN_KEYS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Button(QPushButton):
    """A push button that asks for a command. Return presses it too: Space belongs to the clock.

    Signals:
        asked: the function that makes the command.
    """

    asked = Signal(object)

    def __init__(self, text: str, tip: str, make: Callable[[], Made]) -> None:
        """Make a button for what `make` makes; `tip` says what that is, for the mouse and for screen readers."""
        super().__init__(text)
        self._make = make
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.clicked.connect(self._ask)

    def _ask(self) -> None:
        self.asked.emit(self._make)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Return."""
        if event.key() in RETURN_KEYS:
            self.click()
        else:
            super().keyPressEvent(event)


class Section(QWidget):
    """One form. Subclasses lay out their fields with `row` and make commands with `attempt`.

    Signals:
        made: a command (engine.commands.Command) that the person asks for.
        stale: what was typed has outdated a preview that needs the state to be renewed.
    """

    TITLE = ""

    made = Signal(object)
    stale = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.TITLE)
        title.setProperty("role", "section")
        self._grid = spaced(QGridLayout(), margin=0)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self.error = ErrorLine()
        column_layout = spaced(QVBoxLayout(self), margin=0)
        column_layout.addWidget(title)
        column_layout.addLayout(self._grid)
        column_layout.addWidget(self.error)
        self.names = Names()
        self.view: ViewState | None = None

    def row(self, *widgets: QWidget, spans: tuple[int, ...] = ()) -> None:
        """Add a row of widgets, equally wide unless `spans` says how many of the COLUMNS each takes."""
        at, column = self._grid.rowCount(), 0
        for widget, span in zip(widgets, spans or [COLUMNS // len(widgets)] * len(widgets), strict=True):
            # Columns are equal because no widget asks for more than its share.
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
            self._grid.addWidget(widget, at, column, 1, span)
            column += span
            if isinstance(widget, Field):
                widget.judged.connect(self.error.say)
            elif isinstance(widget, Button):
                widget.asked.connect(self.attempt)

    def attempt(self, make: Callable[[], Made]) -> None:
        """Make commands and send them; bad input is said under the form instead."""
        try:
            made = make()
        except InputError as error:
            self.error.say(str(error))
            return
        self.error.say("")
        for command in made if isinstance(made, Sequence) else (made,):
            self.made.emit(command)

    def reject(self, reason: str) -> None:
        """Show why the machine refused the last command of this section."""
        self.error.say(reason)

    def offer(self, names: Names, view: ViewState) -> None:
        """Take in what exists at the moment shown; the view is valid during this call only."""
        self.names = names
        self.view = view
        self.refresh()
        self.view = None

    def refresh(self) -> None:
        """Bring lists of names and previews up to date."""


def chosen(choice: Choice, what: str, how: str) -> str:
    """Return the name chosen. InputError if there is none to choose; `how` says where one comes from."""
    if not choice.currentText():
        raise InputError(what, "there is none", how)
    return choice.currentText()
