"""Counters: /proc/vmstat by its own names, with what the step under way has changed."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QHeaderView, QLineEdit, QTableView, QVBoxLayout, QWidget

from memsim_gui.scene.delta import Baseline
from memsim_gui.scene.plain_words import counter
from memsim_gui.scene.words import grouped, signed
from memsim_gui.session.boundaries import Unit, preceding
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace.counters import vmstat
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, spaced

NAME, VALUE, CHANGE, WORDS = range(4)
HEADERS = ("counter", "value", "this step", "in other words")
ROW_HEIGHT, NAME_WIDTH, VALUE_WIDTH, CHANGE_WIDTH = 5 * UNIT, 60 * UNIT, 20 * UNIT, 18 * UNIT
WIDE = 150 * UNIT  # from here on there is room for the other words
CHANGED_ROLE = Qt.ItemDataRole.UserRole
FOUND_ROLE = CHANGED_ROLE + 1  # what a search looks at

Index = QModelIndex | QPersistentModelIndex


class CountersModel(QAbstractTableModel):
    """Four columns: name, value, change since the start of the step, and the plain words or the kernel's name."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._plain = False
        self._values: list[int] = []
        self._changes: list[int] = []

    def show_values(self, now: dict[str, int], grown: dict[str, int]) -> None:
        """Take in new values, and how much those that changed have grown."""
        changes = [grown.get(name, 0) for name in now]
        if list(now) != self._names:
            self.beginResetModel()
            self._names, self._values, self._changes = list(now), list(now.values()), changes
            self.endResetModel()
        elif changes != self._changes or list(now.values()) != self._values:
            self._values, self._changes = list(now.values()), changes
            self.dataChanged.emit(self.index(0, VALUE), self.index(len(self._names) - 1, CHANGE))

    def tell(self, *, plain: bool) -> None:
        """Use the kernel's names, or plain words; the other name is the tooltip."""
        if plain != self._plain:
            self.beginResetModel()
            self._plain = plain
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Counters known."""
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Four."""
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text of a cell, both names of its counter, its alignment, and whether its counter changed in this step."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            change = self._changes[row]
            return (
                counter(self._names[row], plain=self._plain),
                grouped(self._values[row]),
                signed(change) if change else "",
                counter(self._names[row], plain=not self._plain),
            )[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in {VALUE, CHANGE}:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role in (Qt.ItemDataRole.ToolTipRole, FOUND_ROLE):
            return f"{self._names[row]}: {counter(self._names[row], plain=True)}"
        if role == CHANGED_ROLE:
            return self._changes[row] != 0
        return None


class _Filter(QSortFilterProxyModel):
    """Keeps the rows that hold the text typed, or only those that changed."""

    only_changed = False

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a counter is shown."""
        index = self.sourceModel().index(row, NAME, parent)
        if self.only_changed and not index.data(CHANGED_ROLE):
            return False
        return super().filterAcceptsRow(row, parent)


class CountersPanel(Panel):
    """A table of all counters with a filter."""

    NAME = "counters"
    TITLE = "Counters"
    INTEREST = Changed.POSITION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = CountersModel(self)
        self._baseline: Baseline | None = None
        self._filter = _Filter(self)
        self._filter.setSourceModel(self.model)
        self._filter.setFilterRole(FOUND_ROLE)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._search = QLineEdit(placeholderText="find a counter")
        self._search.setAccessibleName("Find a counter")
        self._search.setProperty("role", "field")
        self._only_changed = QCheckBox("changed only")
        self._table = self._make_table()
        self.head = QWidget(self)
        head = spaced(QHBoxLayout(self.head), margin=0)
        head.addWidget(self._search, 1)
        head.addWidget(self._only_changed)
        spaced(QVBoxLayout(self), margin=UNIT).addWidget(self._table)
        self._search.textChanged.connect(self._filter.setFilterFixedString)
        self._only_changed.toggled.connect(self._filter_changed)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._filter)
        table.setAccessibleName("Counters as in /proc/vmstat")
        table.setProperty("role", "figures")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        for column, width in ((NAME, NAME_WIDTH), (VALUE, VALUE_WIDTH), (CHANGE, CHANGE_WIDTH)):
            table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            table.horizontalHeader().resizeSection(column, width)
        return table

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the figures in sight: in a narrow panel names give way, in a wide one there are other words for them."""
        super().resizeEvent(event)
        wide, header = self.width() >= WIDE, self._table.horizontalHeader()
        self._table.setColumnHidden(WORDS, not wide)
        header.setSectionResizeMode(WORDS if wide else NAME, QHeaderView.ResizeMode.Stretch)
        if wide:
            header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(NAME, NAME_WIDTH)

    def _filter_changed(self, checked: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._filter.only_changed = checked
        self._filter.invalidate()

    def render_moment(self, moment: Moment) -> None:
        """Show the counters here, and what the step has changed."""
        if self._baseline is None or self._baseline.trace is not moment.trace or moment.changed & Changed.TRACE:
            self._baseline = Baseline(moment.trace)
        self.model.tell(plain=moment.manner.plain)
        begin = moment.since if moment.since >= 0 else preceding(moment.trace, moment.position, Unit.STEP)
        self._baseline.follow(begin, moment.view)
        self.model.show_values(vmstat(moment.view.counter, len(moment.view.node)), self._baseline.since(moment.view))
        if self._only_changed.isChecked():
            self._filter.invalidate()
