"""Event log: what happened and why, one sentence an event, the latest at the bottom. A click jumps there."""

import numpy as np
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.scene.words import grouped
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace import kinds
from memsim_gui.trace.explain import sentence
from memsim_gui.trace.store import Cursor, Trace
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, sentence_font, spaced

MOST_ROWS, FEW_ROWS = 200, 20  # kept while the clock stands, and while it runs and nobody can read more
WINDOW_EVENTS = 4096
POSITION_ROLE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


def latest(trace: Trace, position: int, most: int) -> list[int]:
    """Positions of the last narrated events before a position, ascending, at most `most`."""
    found: list[int] = []
    stop = position
    while stop > 0 and len(found) < most:
        start = max(0, stop - WINDOW_EVENTS)
        told = np.flatnonzero(trace.events(start, stop)["kind"] >= kinds.NARRATION) + start
        found = told.tolist() + found
        stop = start
    return found[-most:]


class LogModel(QAbstractListModel):
    """The latest narrated events; sentences are made when they are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.font: QFont | None = None
        self._rows: list[tuple[int, str]] = []
        self._cursor: Cursor | None = None

    def show_events(self, trace: Trace, position: int, most: int = MOST_ROWS) -> None:
        """Show what led to a position; sentences already made are kept."""
        if self._cursor is None or self._cursor.trace is not trace:
            self._cursor = Cursor(trace)
            self._rows = []
        known = dict(self._rows)
        rows = [(at, known.get(at) or self._sentence(self._cursor, at)) for at in latest(trace, position, most)]
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    @staticmethod
    def _sentence(cursor: Cursor, at: int) -> str:
        """Tell an event from the state before it."""
        view = cursor.seek(at)
        return sentence(cursor.trace.events(at, at + 1)[0], view, cursor.trace)

    def forget(self) -> None:
        """Make all sentences anew: events may have been undone."""
        self._cursor = None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Events shown."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Sentence of a row, and its position."""
        position, text = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.FontRole:
            return self.font
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"event {grouped(position)}: click to go there"
        if role == POSITION_ROLE:
            return position
        return None


class LogPanel(Panel):
    """A list of sentences."""

    NAME = "log"
    TITLE = "Log"
    INTEREST = Changed.POSITION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LogModel(self)
        self._list = QListView()
        self._list.setModel(self.model)
        self._list.setAccessibleName("What happened and why")
        self._list.setWordWrap(True)
        self._list.setSpacing(UNIT // 2)
        self._list.setAlternatingRowColors(True)
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setResizeMode(QListView.ResizeMode.Adjust)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = spaced(QVBoxLayout(self), margin=UNIT)
        column.addWidget(self._list)
        self._list.clicked.connect(self._jump)

    def _jump(self, index: QModelIndex) -> None:
        self.jumped.emit(index.data(POSITION_ROLE) + 1)

    def set_theme(self, theme: Theme) -> None:
        """Take in the face of sentences."""
        self.model.font = sentence_font(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show what led to here."""
        if moment.changed & Changed.TRACE:
            self.model.forget()
        most = FEW_ROWS if moment.running else MOST_ROWS
        self.model.show_events(moment.trace, moment.position, most)
        self._list.scrollToBottom()
