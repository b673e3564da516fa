"""Form: one thing to do, as labelled fields, a preview of what it would do, and the buttons that do it."""

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.scene.words import unbroken
from memsim_gui.session import previews
from memsim_gui.session.names import Names
from memsim_gui.trace.view_state import ViewState
from memsim_gui.view import focus
from memsim_gui.view.style import set_property, spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.fields import ErrorLine, Field, in_words
from memsim_gui.view.widgets.rows import Rows

Made = Command | Sequence[Command]
Make = Callable[[], Made]


class Button(QPushButton):
    """A push button for what `make` makes; while that cannot be made it is disabled, and its tooltip says why."""

    def __init__(self, text: str, tip: str, make: Make) -> None:
        """Make a button; `tip` says what it does, for the mouse and for screen readers."""
        super().__init__(text)
        self.make = make
        self._tip = tip
        self.setToolTip(tip)
        self.setAccessibleName(f"{text}: {tip}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def allow(self, reason: str) -> None:
        """Enable the button if there is no reason against it."""
        self.setEnabled(not reason)
        self.setToolTip(f"Not now: {reason}" if reason else self._tip)


class Preview(QLabel):
    """What the first button would do; takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "preview")
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Show a text, or nothing."""
        self.setText(unbroken(text))
        self.setVisible(bool(text))


class Form(Rows):
    """One thing to do. Subclasses add fields and buttons in their constructor, each button with what it makes.

    Signals:
        made: the commands (engine.commands.Command) that the person asks for at once.
        stale: what was typed has outdated the preview, which needs the state to be renewed.
    """

    TITLE = ""

    made = Signal(list)
    stale = Signal()

    def __init__(self, acting: Callable[[], str]) -> None:
        """Make an empty form; `acting` tells which process commands are for."""
        super().__init__()
        self.acting = acting
        self.names = Names()
        self.buttons: list[Button] = []
        self._regions: list[Choice] = []
        self._files: list[Choice] = []
        self._nodes: list[Choice] = []
        self.preview, self.problem = Preview(), ErrorLine()
        self._button_row = spaced(QHBoxLayout(), margin=0)
        column = spaced(QVBoxLayout(self), margin=0)
        column.addLayout(self.grid)
        column.addWidget(self.preview)
        column.addWidget(self.problem)
        column.addLayout(self._button_row)

    # --- building

    def region(self) -> Choice:
        """Add a list of the regions mapped."""
        made = self.choice("Region", (), "which mapped memory")
        made.setPlaceholderText("none is mapped yet")
        self._regions.append(made)
        return made

    def file(self) -> Choice:
        """Add a list of the files open."""
        made = self.choice("File", (), "which open file")
        made.setPlaceholderText("none is open yet")
        self._files.append(made)
        return made

    def node(self) -> Choice:
        """Add a list of the nodes, which shows itself if there are several."""
        made = self.choice("Node", ("0",), "which NUMA node")
        self._nodes.append(made)
        self.show_row(made, visible=False)
        return made

    def button(self, text: str, tip: str, make: Make) -> None:
        """Add a button; Return in a field presses the first."""
        made = Button(text, tip, make)
        set_property(made, "role", "plain" if self.buttons else "primary")
        made.clicked.connect(self._pressed)
        self.buttons.append(made)
        self._button_row.addWidget(made)

    # --- while it is used

    def _pressed(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._do(button)

    def _do(self, button: Button) -> None:
        try:
            made = button.make()
        except InputError as error:
            self.problem.say(in_words(error))
            return
        self.problem.say("")
        self.made.emit(list(made) if isinstance(made, Sequence) else [made])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses the button or opens the list that has the focus; in a field, the first button it can."""
        ready = [button for button in self.buttons if button.isEnabled()]
        if focus.press(event):
            return
        if event.key() in focus.PRESSING and ready:
            self._do(ready[0])
        else:
            super().keyPressEvent(event)

    def edited(self) -> None:
        """Renew what depends on what is filled in."""
        self.problem.say("")
        self.adapt()
        self._allow()
        self.stale.emit()

    def adapt(self) -> None:
        """Show the rows that the choices made need; called after every change."""

    def offer(self, names: Names, view: ViewState, values: Mapping[str, int]) -> None:
        """Take in what exists at the moment shown, and say what the first button would do."""
        self.names = names
        for choice in self._regions:
            choice.offer(tuple(region.name for region in names.regions))
        for choice in self._files:
            choice.offer(tuple(file.name for file in names.files if not file.shared))
        for choice in self._nodes:
            node = choice.currentText()
            choice.offer(tuple(map(str, range(names.nodes))))
            choice.setCurrentText(node)
            self.show_row(choice, visible=names.nodes > 1)
        self.renew()
        self.adapt()
        self._allow()
        self.preview.say(self._look_ahead(view, values))

    def renew(self) -> None:
        """Propose what follows from the names there are now."""

    def _allow(self) -> None:
        for button in self.buttons:
            try:
                button.make()
            except InputError as error:
                button.allow(in_words(error))
            else:
                button.allow("")

    def _look_ahead(self, view: ViewState, values: Mapping[str, int]) -> str:
        try:
            made = self.buttons[0].make()
        except InputError:
            return ""
        command = made[0] if isinstance(made, Sequence) else made
        try:
            return previews.of(command, self.names, view, values)
        except InputError as error:
            for button in self.buttons:
                button.allow(in_words(error))
            return in_words(error)

    def refuse(self, reason: str) -> None:
        """Show why the machine did not do what was asked."""
        self.problem.say(reason)


def propose(field: Field[str], taken: Collection[str]) -> None:
    """Put the lowest number behind a name that is taken, unless one is being typed."""
    name = field.text()
    if name in taken and not field.hasFocus():
        stem = name.rstrip("0123456789")
        field.setText(next(f"{stem}{n}" for n in itertools.count(2) if f"{stem}{n}" not in taken))


def chosen(choice: Choice, missing: str, how: str) -> str:
    """Return the name chosen. InputError if there is none to choose; `how` says where one comes from."""
    if not choice.currentText():
        raise InputError("", missing, how)
    return choice.currentText()


def region_of(choice: Choice) -> str:
    """Return the region chosen. Raises InputError."""
    return chosen(choice, "no memory is mapped yet", "map some under Allocate memory")


def file_of(choice: Choice) -> str:
    """Return the file chosen. Raises InputError."""
    return chosen(choice, "no file is open yet", "open one under Files")


def node_of(choice: Choice) -> int:
    """Return the node chosen."""
    return int(choice.currentText() or 0)
