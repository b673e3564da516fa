"""Page cache: all files with what they have cached, or the pages of one; cached, evicted, absent."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from memsim_gui.engine.scenario import Camera
from memsim_gui.paint import Theme
from memsim_gui.paint.mosaic_painter import MosaicPainter, Pages
from memsim_gui.scene import marks
from memsim_gui.scene.panels import page_cache
from memsim_gui.scene.panels.mosaic import Shot
from memsim_gui.scene.panels.page_cache import CACHED, KEYS, SHADOW, FileGrid, FileRow
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import grouped, unbroken
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.names import names_of
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.key import KeyLine
from memsim_gui.view.widgets.mosaic_view import Content, MosaicView
from memsim_gui.view.widgets.page_age import PageAge

EMPTY = "No file is open: File I/O in the controls opens one."
ALL = "all files"
HEADERS = ("file", "cached", "pages", "shadows", "dirty")
ROW_HEIGHT = 5 * UNIT

Ints = npt.NDArray[np.int64]


class FileTable(QTableWidget):
    """The figures of all files."""

    def __init__(self) -> None:
        super().__init__(0, len(HEADERS))
        self.setHorizontalHeaderLabels(list(HEADERS))
        self.setAccessibleName("Files and their cached pages; Return shows one")
        self.setProperty("role", "figures")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)

    def show_files(self, rows: list[FileRow]) -> None:
        """Show one line a file."""
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            figures = (row.cached, row.pages, row.shadows, row.dirty)
            for column, text in enumerate((row.name, *map(grouped, figures))):
                self._put(number, column, text)

    def _put(self, row: int, column: int, text: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)


class PageCachePanel(Panel):
    """All files, or the pages of one."""

    NAME = "page_cache"
    TITLE = "Cache"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = Choice("File shown")
        self.summary, self.age = QLabel(EMPTY), PageAge()
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "preview")
        self.files, self.grid = FileTable(), MosaicView("Pages of the file by index")
        self._legend = KeyLine(KEYS)
        self._shown: FileGrid | None = None
        self._wanted = ""  # file shown as soon as it is open
        column = spaced(QVBoxLayout(self))
        for widget in (self.file, self.summary, self.age):
            column.addWidget(widget)
        column.addWidget(self.files, 1)
        column.addWidget(self.grid, 1)
        column.addWidget(self._legend)
        self.file.currentIndexChanged.connect(self.woke)
        self.files.cellActivated.connect(self._open)
        self.files.cellClicked.connect(self._open)
        self.grid.picked.connect(self._pick)

    def _open(self, row: int, _column: int) -> None:
        self.file.setCurrentIndex(row + 1)  # behind the entry for all files

    def _pick(self, page: int, _count: int) -> None:
        if self._shown:
            self.picked.emit(Selection(cell=self._shown.first_cell + page))

    def turn_to(self, camera: Camera) -> None:
        """Show the step's file."""
        self._wanted = camera.file
        self.woke.emit()

    def set_theme(self, theme: Theme) -> None:
        """Dress the grid and its legend."""
        self.grid.set_theme(theme)
        self._legend.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show the chosen file's cells, or all files."""
        self.age.tell(moment)
        files = names_of(moment.view, moment.trace).files
        names = tuple(file.name for file in files)
        self.file.offer((ALL, *names) if len(names) > 1 else names)
        if self._wanted in names:
            wanted, self._wanted = self._wanted, ""
            self.file.setCurrentText(wanted)
        chosen = next((file for file in files if file.name == self.file.currentText()), None)
        whole = chosen is None and bool(files)
        self._legend.setVisible(chosen is not None)
        self.grid.setVisible(chosen is not None)
        self.files.setVisible(whole)
        self._shown = None
        if chosen:
            self._show_file(moment, chosen.row)
        elif whole:
            rows = page_cache.overview(moment.view, moment.trace, [file.row for file in files])
            self.files.show_files(rows)
            cached, pages = sum(row.cached for row in rows), sum(row.pages for row in rows)
            self.summary.setText(f"{len(rows)} files · {grouped(cached)} of {grouped(pages)} pages cached")
        else:
            self.summary.setText(EMPTY)

    def _show_file(self, moment: Moment, file: int) -> None:
        view, trace = moment.view, moment.trace
        shown = self._shown = page_cache.file_grid(view, trace, moment.position, file)
        self.summary.setText(unbroken(shown.summary))

        def pages(wanted: Ints) -> Pages:
            found = page_cache.states(view, shown, wanted)
            at = np.flatnonzero(found >= CACHED)
            frames = (view.cell[shown.first_cell + wanted[at]] - 1).astype(np.int32)
            return Pages(at, found[at] - CACHED, marks.marks_of(view, frames, marks.young_frames(view)))

        def overlay(painter: QPainter, cells: MosaicPainter, seen: Shot) -> None:
            wanted = np.arange(seen.first, seen.first + seen.cells)
            cells.strokes(painter, seen, np.flatnonzero(page_cache.states(view, shown, wanted) == SHADOW))
            for touched, color, dashes in ((shown.hits, "cursor", False), (shown.misses, "danger", True)):
                cells.rings(painter, seen, np.flatnonzero(np.isin(wanted, touched)), color, dashes=dashes)

        self.grid.show_content(
            Content(
                shown.pages,
                KEYS,
                lambda wanted: page_cache.states(view, shown, wanted),
                lambda first, count: page_cache.cell_words(view, trace, shown, first, count),
                pages,
                moment.selection.in_file(view, file),
                overlay,
            )
        )
