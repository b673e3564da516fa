"""Section: a titled part of the controls that folds, with one form or several to choose from."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from memsim_gui.engine.commands import Command
from memsim_gui.session.names import Names
from memsim_gui.trace.view_state import ViewState
from memsim_gui.view.controls.form import Form
from memsim_gui.view.style import EDGE, UNIT, spaced
from memsim_gui.view.widgets.choice import Choice


class Section(QWidget):
    """A title that shows and hides what is under it. Forms are made when they are shown first.

    Signals:
        made: the commands (engine.commands.Command) that the person asks for at once.
        stale: a preview needs the state to be renewed.
        folded: the section was opened or closed.
    """

    made = Signal(list)
    stale = Signal()
    folded = Signal()

    def __init__(self, name: str, title: str, kinds: Sequence[type[Form]], acting: Callable[[], str]) -> None:
        """Make a closed section; `name` stands for it where open sections are remembered.

        `kinds` are those of its forms, and `acting` tells for which process they act.
        """
        super().__init__()
        self.name, self.title, self.kinds = name, title, tuple(kinds)
        self._acting = acting
        self._forms: dict[int, Form] = {}
        self.header = QToolButton()
        self.header.setText(title)
        self.header.setCheckable(True)
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setProperty("role", "fold")
        self.header.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.header.setAccessibleName(f"{title}: show or hide")
        self.header.setSizePolicy(self.header.sizePolicy().Policy.Expanding, self.header.sizePolicy().Policy.Fixed)
        self.task = Choice(f"{title}: what to do", [kind.TITLE for kind in kinds])
        self._body = QWidget()
        self._icons = (QIcon(), QIcon())
        self._used: Form | None = None
        self._lay_out()
        self.header.toggled.connect(self._fold)
        self.task.currentIndexChanged.connect(self._show_form)

    def _lay_out(self) -> None:
        self._column = spaced(QVBoxLayout(self._body), margin=0)
        self._column.setContentsMargins(UNIT, 0, UNIT, EDGE)
        self._column.addWidget(self.task)
        column = spaced(QVBoxLayout(self), margin=0, gap=UNIT)
        column.addWidget(self.header)
        column.addWidget(self._body)
        self.task.setVisible(len(self.kinds) > 1)
        self._body.hide()

    @property
    def is_open(self) -> bool:
        """Whether the forms are shown."""
        return self.header.isChecked()

    def set_open(self, *, is_open: bool) -> None:
        """Show or hide the forms."""
        self.header.setChecked(is_open)

    def _fold(self, is_open: bool) -> None:  # noqa: FBT001 - a Qt slot
        if is_open:
            self._show_form()
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
        index = max(0, self.task.currentIndex())
        if index not in self._forms:
            self._forms[index] = self._new_form(self.kinds[index])
        return self._forms[index]

    def _new_form(self, kind: type[Form]) -> Form:
        made = kind(self._acting)
        made.made.connect(self._made)
        made.stale.connect(self.stale)
        self._column.addWidget(made)
        before: QWidget = self.task if len(self.kinds) > 1 else self.header
        for field in made.findChildren(QWidget):
            if field.focusPolicy() & Qt.FocusPolicy.TabFocus and field.window() is self.window():
                QWidget.setTabOrder(before, field)
                before = field
        return made

    def _show_form(self) -> None:
        if not self.is_open:
            return
        chosen = self.form
        for form in self._forms.values():
            form.setVisible(form is chosen)
        self.stale.emit()

    def _made(self, commands: list[Command]) -> None:
        self._used = self.form
        self.made.emit(commands)

    def offer(self, names: Names, view: ViewState, values: Mapping[str, int]) -> None:
        """Pass on what exists at the moment shown, if anybody can see it."""
        if self.is_open:
            self.form.offer(names, view, values)

    def refuse(self, reason: str) -> None:
        """Show why the machine refused the last command of this section."""
        if self._used:
            self._used.refuse(reason)
