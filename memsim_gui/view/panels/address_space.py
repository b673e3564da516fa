"""Address space: the mappings of a process page by page, and the bytes that mlock was asked for over what it locked."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.paint import Theme
from memsim_gui.paint.grid_painter import GridPainter
from memsim_gui.scene import address_space
from memsim_gui.scene.address_space import Mapping
from memsim_gui.scene.geometry import Grid, Rect
from memsim_gui.scene.mosaic import Key
from memsim_gui.scene.selection import Selection
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.names import names_of
from memsim_gui.trace import tables
from memsim_gui.view.choice import Choice
from memsim_gui.view.grid_view import GridView
from memsim_gui.view.key import KeyLine
from memsim_gui.view.panel import Panel
from memsim_gui.view.scrolled import scrolled
from memsim_gui.view.style import SECTION_GAP, UNIT, spaced

CELL, MOST_HEIGHT = 4 * UNIT, 96 * UNIT
KEYS = (
    Key("active anon", "active_anon"),
    Key("inactive anon", "inactive_anon"),
    Key("file", "inactive_file"),
    Key("unevictable", "unevictable"),
    Key("swapped", "swap"),
    Key("zero page", "zero"),
    Key("absent", "absent"),
)
EMPTY = "No process has mapped anything: Allocate in the controls does."
STATE_WORDS = {
    address_space.ABSENT: "not present: the first access faults",
    address_space.ZERO: "maps the shared page of zeros",
    address_space.SWAPPED: "in the swap area",
}


class MappingGrid(GridView):
    """The pages of a mapping by address."""

    def __init__(self) -> None:
        super().__init__("Pages of the mapping by address")
        self.shown: Mapping | None = None

    def show_mapping(self, shown: Mapping, selection: Selection) -> None:
        """Show a mapping's cells, and which are selected."""
        self.shown, self.count = shown, len(shown.states)
        self.chosen = selection.among(shown.frames, shown.slots, selection.pte - shown.first_pte)
        self._fit()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the cells need at this width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        columns = max(1, (self.width() - UNIT) // CELL)
        self.setFixedHeight(min(MOST_HEIGHT, -(-max(1, self.count) // columns) * CELL + UNIT))

    def draw(self, grids: GridPainter, painter: QPainter, area: Rect) -> Grid | None:
        """Paint the mapping."""
        return grids.mapping(painter, area, self.shown) if self.shown else None

    def words(self, page: int) -> str:
        """Say what a page of the mapping is."""
        if self.shown is None:
            return ""
        state = STATE_WORDS.get(int(self.shown.states[page]), "present")
        return f"{self.shown.name} page {page} at {self.shown.start + page * PAGE_BYTES:#x}: {state}"


class MappingView(QWidget):
    """One mapping: its name, flags, pages, and its last mlock request.

    Signals:
        picked: row of the page table entry clicked.
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._title, self._summary, self._asked = QLabel(), QLabel(), QLabel()
        self.grid = MappingGrid()
        self._title.setProperty("role", "figure")
        column = spaced(QVBoxLayout(self), margin=0, gap=UNIT)
        for label in (self._title, self._summary, self._asked):
            label.setWordWrap(True)
        for label in (self._summary, self._asked):
            label.setProperty("role", "preview")
        for widget in (self._title, self._summary, self.grid, self._asked):
            column.addWidget(widget)
        self.grid.picked.connect(self._pick)

    def _pick(self, page: int) -> None:
        if self.grid.shown:
            self.picked.emit(self.grid.shown.first_pte + page)

    def show_mapping(self, mapping: Mapping, selection: Selection) -> None:
        """Show a mapping and what is selected of it."""
        self._title.setText(f"{mapping.name}  {mapping.start:#x}  {mapping.flags}")
        self._summary.setText(mapping.summary)
        self._asked.setVisible(mapping.asked is not None)
        self._asked.setText(mapping.asked.words if mapping.asked else "")
        self.grid.show_mapping(mapping, selection)


class AddressSpacePanel(Panel):
    """All mappings of one process."""

    NAME = "address_space"
    TITLE = "Memory"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self.process = Choice("Process shown")
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "preview")
        self.views: list[MappingView] = []
        self._legend = KeyLine(KEYS)
        body = QWidget()
        self._column = spaced(QVBoxLayout(body), margin=0, gap=SECTION_GAP)
        self._column.addWidget(self._legend)
        self._column.addStretch(1)
        column = spaced(QVBoxLayout(self))
        for widget in (self.process, self._empty):
            column.addWidget(widget)
        column.addWidget(scrolled(body), 1)
        self.process.currentIndexChanged.connect(self.woke)

    def set_theme(self, theme: Theme) -> None:
        """Dress grids and legend."""
        self._theme = theme
        self._legend.set_theme(theme)
        for view in self.views:
            view.grid.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show the mappings of the chosen process."""
        tasks = names_of(moment.view, moment.trace).tasks
        self.process.offer(tasks)
        name = self.process.currentText()
        alive = moment.view.task[:, tables.TASK_STATE] == tables.TASK_ALIVE
        rows = [row for row, task in enumerate(moment.trace.labels.tasks) if task == name and alive[row]]
        found = address_space.mappings(moment.view, moment.trace, rows[-1]) if rows else []
        self._empty.setVisible(not found)
        self._legend.setVisible(bool(found))
        self._provide(len(found))
        for view, mapping in zip(self.views, found, strict=False):
            view.show_mapping(mapping, moment.selection)

    def _pick(self, pte: int) -> None:
        self.picked.emit(Selection(pte=pte))

    def _provide(self, count: int) -> None:
        """Have enough views, and hide those too many."""
        while len(self.views) < count:
            view = MappingView()
            if self._theme:
                view.grid.set_theme(self._theme)
            view.picked.connect(self._pick)
            self._column.insertWidget(len(self.views), view)
            self.views.append(view)
        for number, view in enumerate(self.views):
            view.setVisible(number < count)
