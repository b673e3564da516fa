"""Event log: what happened and why, one sentence an event, the latest at the bottom. A click jumps there.

Of any number of events only those in sight are made into words: the list holds one screen of an index of positions,
and the scroll bar beside it moves over the index.
"""

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QScrollBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from memsim_gui.scene.panels.event_index import GROUPS, USUAL, EventIndex, Filter
from memsim_gui.scene.retelling import retold
from memsim_gui.scene.words import grouped
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, as_written, spaced
from memsim_gui.view.widgets.checks_menu import ChecksMenu

MOST_ROWS, FEW_ROWS = 60, 20  # in the list while the clock stands, and while it runs and nobody can read more
EVENTS_AT_ONCE = 1 << 16
PAGE_ROWS, WHEEL_ROWS = 10, 3
NOTCH = 120
POSITION_ROLE = Qt.ItemDataRole.UserRole
READING = "reading the recording …"
NOTHING = "Nothing up to here is of the kinds chosen and holds the words to find."
ONLY_SELECTED = "Only the page selected"

Index = QModelIndex | QPersistentModelIndex


class LogModel(QAbstractListModel):
    """A screen of events: their positions and sentences."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[int, str]] = []

    def show_rows(self, rows: list[tuple[int, str]]) -> None:
        """Show these events."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Events in the list."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Sentence of a row, and its position."""
        position, text = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"event {grouped(position)}: click to go there"
        if role == POSITION_ROLE:
            return position
        return None


class LogPanel(Panel):
    """Sentences under a filter."""

    NAME = "log"
    TITLE = "Log"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LogModel(self)
        self.search = QLineEdit(placeholderText="find: words, 0xABC, inactive anon, kswapd0 …")
        self.kinds = QToolButton()
        self.follow_end = QCheckBox("follow")
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.list = QListView()
        self._count, self.nothing = QLabel(), QLabel(NOTHING)
        self._groups = ChecksMenu(self)
        self._index: EventIndex | None = None
        self._moment: Moment | None = None
        self._undone = 0  # times that something was, in this trace
        self._reading = QTimer(self)
        self._reading.setSingleShot(True)
        self._make_filter()
        self._make_list()
        self._lay_out()
        self._reading.timeout.connect(self._read_on)
        self.search.textChanged.connect(self.woke)
        self.follow_end.toggled.connect(self._show)
        self.bar.valueChanged.connect(self._scrolled)
        self.list.clicked.connect(self._jump)
        self.list.activated.connect(self._jump)

    def _make_filter(self) -> None:
        for name in GROUPS:
            action = self._groups.addAction(name)
            action.setCheckable(True)
            action.setChecked(name in USUAL)
        self._groups.addSeparator()
        self.only_selected = self._groups.addAction(ONLY_SELECTED)
        self.only_selected.setCheckable(True)
        self._groups.triggered.connect(self.woke)
        self.kinds.setText("Kinds")
        self.kinds.setMenu(self._groups)
        self.kinds.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.kinds.setAccessibleName("Kinds of events in the log")
        self.kinds.setToolTip("Kinds of events in the log")
        self.search.setProperty("role", "field")
        self.search.setAccessibleName("Find in the log: words, a page, a list, an actor")
        self.follow_end.setToolTip("Keep the last event in sight; scrolling up stops it")
        self.follow_end.setAccessibleName("Follow the last event")
        self.follow_end.setChecked(True)
        for label in (self._count, self.nothing):
            label.setProperty("role", "preview")
        self.nothing.setWordWrap(True)
        self.nothing.hide()

    def _make_list(self) -> None:
        view = self.list
        view.setModel(self.model)
        view.setAccessibleName("What happened and why; Return goes there")
        view.setWordWrap(True)
        as_written(view)
        view.setSpacing(UNIT // 2)
        view.setAlternatingRowColors(True)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)
        self.bar.setPageStep(PAGE_ROWS)
        self.bar.setAccessibleName("Place in the log")

    def _lay_out(self) -> None:
        self.head = QWidget(self)
        head = spaced(QHBoxLayout(self.head), margin=0)
        head.addWidget(self.search, 1)
        for widget in (self.kinds, self.follow_end, self._count):
            head.addWidget(widget)
        middle = spaced(QHBoxLayout(), margin=0, gap=0)
        middle.addWidget(self.list, 1)
        middle.addWidget(self.bar)
        column = spaced(QVBoxLayout(self), margin=UNIT)
        column.addWidget(self.nothing)
        column.addLayout(middle)

    # --- what is in the log

    def wanted(self, frame: int) -> Filter:
        """Return the filter set, on a selected frame."""
        groups = frozenset(a.text() for a in self._groups.actions() if a.isChecked() and a.text() in GROUPS)
        return Filter(groups, self.search.text(), frame if self.only_selected.isChecked() else -1)

    def render_moment(self, moment: Moment) -> None:
        """Show what led to here."""
        wanted = self.wanted(moment.selection.frame)
        if self._index is None or (self._index.trace, self._index.wanted) != (moment.trace, wanted):
            self._index = EventIndex(moment.trace, wanted)
        undone = len(moment.trace.cuts)
        if self._moment is None or self._moment.trace is not moment.trace or undone != self._undone:
            self.model.show_rows([])  # sentences of other events
        self._moment, self._undone = moment, undone
        self._read_on()

    def _read_on(self) -> None:
        """Read a part of the trace, and come back for the rest before the next picture."""
        if self._index is None or self._moment is None:
            return
        if self._index.extend(EVENTS_AT_ONCE):
            self._show()
        else:
            self._count.setText(READING)
            self._reading.start()

    def _show(self) -> None:
        """Put the rows that end at the scroll bar's place into the list."""
        if self._index is None or self._moment is None:
            return
        count = self._index.before(self._moment.position)
        self.bar.blockSignals(True)
        self.bar.setRange(min(1, count), count)
        if self.follow_end.isChecked():
            self.bar.setValue(count)
        self.bar.blockSignals(False)
        self._count.setText(f"{grouped(count)} of {grouped(self._moment.position)}")
        self.nothing.setVisible(count == 0)
        stop, known = self.bar.value(), dict(self.model.rows)
        chosen = self.list.currentIndex().data(POSITION_ROLE)
        most = FEW_ROWS if self._moment.running else MOST_ROWS
        trace, view = self._moment.trace, self._moment.view
        self.model.show_rows([
            (at, known.get(at) or retold(trace, at, view)) for at in self._index.rows(stop - most, stop)
        ])  # fmt: skip
        self.list.scrollToBottom()
        self._go_on_from(chosen)

    def _go_on_from(self, chosen: int | None) -> None:
        """Let the keyboard go on from the event chosen, or else from the last one, which is what led to here."""
        rows = [position for position, _ in self.model.rows]
        if rows and (chosen in rows or self.list.hasFocus()):
            self.list.setCurrentIndex(self.model.index(rows.index(chosen) if chosen in rows else len(rows) - 1, 0))

    # --- what the person does

    def _scrolled(self, value: int) -> None:
        self.follow_end.blockSignals(True)
        self.follow_end.setChecked(value == self.bar.maximum())
        self.follow_end.blockSignals(False)
        self._show()

    def _jump(self, index: QModelIndex) -> None:
        self.jumped.emit(index.data(POSITION_ROLE) + 1)
        self.follow_end.setChecked(True)  # the event is the last one there

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the wheel, and the arrow keys at the list's edges, move over the whole log."""
        if isinstance(event, QWheelEvent):
            self.bar.setValue(self.bar.value() - WHEEL_ROWS * round(event.angleDelta().y() / NOTCH))
            return True
        if isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._go_on_from(self.list.currentIndex().data(POSITION_ROLE))
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row = self.list.currentIndex().row()
            up, down = event.key() == Qt.Key.Key_Up and row == 0, event.key() == Qt.Key.Key_Down
            if up or (down and row == self.model.rowCount() - 1):
                self.bar.setValue(self.bar.value() + (-1 if up else 1))
                self.list.setCurrentIndex(self.model.index(row, 0))
                return True
        return super().eventFilter(watched, event)
