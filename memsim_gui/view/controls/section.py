"""Section: a titled part of the controls that folds, with one form or several to choose from."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from memsim_gui.session.names import Names
from memsim_gui.trace.view_state import ViewState
from memsim_gui.view.choice import Choice
from memsim_gui.view.controls.form import Form
from memsim_gui.view.style import EDGE, UNIT, spaced


class Section(QWidget):
    """A title that shows and hides what is under it.

    Signals:
        made: a command (engine.commands.Command) that the person asks for.
        stale: a preview needs the state to be renewed.
        folded: the section was opened or closed.
    """

    made = Signal(object)
    stale = Signal()
    folded = Signal()

    def __init__(self, name: str, title: str, forms: Sequence[Form]) -> None:
        """Make a closed section; `name` stands for it where open sections are remembered."""
        super().__init__()
        self.name, self.title, self.forms = name, title, tuple(forms)
        self.header = QToolButton()
        self.header.setText(title)
        self.header.setCheckable(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setProperty("role", "fold")
        self.header.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.header.setAccessibleName(f"{title}: show or hide")
        self.header.setSizePolicy(self.header.sizePolicy().Policy.Expanding, self.header.sizePolicy().Policy.Fixed)
        self.task = Choice(f"{title}: what to do", [form.TITLE for form in forms])
        self._body = QWidget()
        self._icons = (QIcon(), QIcon())
        self._used = self.forms[0]
        self._lay_out()
        self.header.toggled.connect(self._fold)
        self.task.currentIndexChanged.connect(self._show_form)
        for form in self.forms:
            form.made.connect(self._made)
            form.stale.connect(self.stale)
        self._show_form()

    def _lay_out(self) -> None:
        body = spaced(QVBoxLayout(self._body), margin=0)
        body.setContentsMargins(UNIT, 0, UNIT, EDGE)
        body.addWidget(self.task)
        for form in self.forms:
            body.addWidget(form)
        column = spaced(QVBoxLayout(self), margin=0, gap=UNIT)
        column.addWidget(self.header)
        column.addWidget(self._body)
        self.task.setVisible(len(self.forms) > 1)
        self._body.hide()

    @property
    def is_open(self) -> bool:
        """Whether the forms are shown."""
        return self.header.isChecked()

    def set_open(self, *, is_open: bool) -> None:
        """Show or hide the forms."""
        self.header.setChecked(is_open)

    def _fold(self, is_open: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._body.setVisible(is_open)
        self.header.setIcon(self._icons[is_open])
        self.folded.emit()
        self.stale.emit()

    def set_icons(self, closed: QIcon, opened: QIcon) -> None:
        """Take the marks of the title in a theme's colours."""
        self._icons = (closed, opened)
        self.header.setIcon(self._icons[self.is_open])

    @property
    def form(self) -> Form:
        """The form chosen."""
        return self.forms[max(0, self.task.currentIndex())]

    def _show_form(self) -> None:
        for form in self.forms:
            form.setVisible(form is self.form)
        self.stale.emit()

    def _made(self, command: object) -> None:
        self._used = self.form
        self.made.emit(command)

    def offer(self, names: Names, view: ViewState, values: Mapping[str, int]) -> None:
        """Pass on what exists at the moment shown, if anybody can see it."""
        if self.is_open:
            self.form.offer(names, view, values)

    def refuse(self, reason: str) -> None:
        """Show why the machine refused the last command of this section."""
        self._used.refuse(reason)
