"""Code path: the kernel functions behind the last event, outermost first, with a line each."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from memsim_gui.scene.panels import code_path
from memsim_gui.scene.panels.code_path import CodePath
from memsim_gui.scene.panels.kernel_functions import Function
from memsim_gui.scene.retelling import retold
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import GAP, UNIT, set_property, spaced
from memsim_gui.view.widgets.scrolled import scrolled

EMPTY = "Nothing has happened yet that kernel code stands behind: go one event on."
HINT = "Linux 6.1, from the outermost function to the innermost"


class CodePathPanel(Panel):
    """What happened, in a sentence, and the functions that did it."""

    NAME = "code_path"
    TITLE = "Code path"
    INTEREST = Changed.POSITION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(EMPTY)
        self.title.setWordWrap(True)
        self.title.setProperty("role", "field_value")
        self.rows: list[tuple[QLabel, QLabel]] = []
        body = QWidget()
        self._grid = spaced(QGridLayout(), margin=0, gap=UNIT)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setColumnStretch(1, 1)
        inner = spaced(QVBoxLayout(body), margin=0)
        inner.addLayout(self._grid)
        inner.addStretch(1)
        column = spaced(QVBoxLayout(self))
        column.addWidget(self.title)
        column.addWidget(scrolled(body, HINT), 1)

    def render_moment(self, moment: Moment) -> None:
        """Show what led to here."""
        found = code_path.latest(moment.trace, moment.position, moment.view)
        self.title.setText(retold(moment.trace, found.position, moment.view) if found else EMPTY)
        self._show(found)

    def _show(self, found: CodePath | None) -> None:
        functions: tuple[Function, ...] = found.functions if found else ()
        while len(self.rows) < len(functions):
            self._add_row()
        for number, (name, words) in enumerate(self.rows):
            shown = number < len(functions)
            name.setVisible(shown)
            words.setVisible(shown)
            if shown:
                function = functions[number]
                name.setText(f"{function.name}()")
                name.setToolTip(function.file)
                words.setText(f"{function.words}  ·  {function.file}")
                set_property(name, "innermost", number == len(functions) - 1)

    def _add_row(self) -> None:
        name, words = QLabel(), QLabel()
        name.setProperty("role", "figure")
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setProperty("role", "preview")
        words.setWordWrap(True)
        row = len(self.rows)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, row, 1)
        self.rows.append((name, words))
