"""Address space: the mappings of a process page by page, and the bytes that mlock was asked for over what it locked."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from memsim_gui.engine.scenario import Camera
from memsim_gui.paint import Theme
from memsim_gui.paint.mosaic_painter import MosaicPainter, Pages
from memsim_gui.scene import marks
from memsim_gui.scene.panels import address_space, mosaic
from memsim_gui.scene.panels.address_space import KEYS, PRESENT, Mapping
from memsim_gui.scene.panels.mosaic import Room, Shot
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import unbroken
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.names import Names, names_of
from memsim_gui.trace import tables
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import SECTION_GAP, UNIT, spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.key import KeyLine
from memsim_gui.view.widgets.mosaic_view import Content, MosaicView
from memsim_gui.view.widgets.page_age import PageAge
from memsim_gui.view.widgets.scrolled import scrolled

PITCH_UNITS, MOST_HEIGHT = 4, 64 * UNIT
EMPTY = "No process has mapped anything: Allocate in the controls does."

Ints = npt.NDArray[np.int64]


class MappingView(QWidget):
    """One mapping: its name, flags, pages, and its last mlock request.

    Signals:
        picked: row of the page table entry clicked.
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._title, self._summary, self._asked = QLabel(), QLabel(), QLabel()
        self.grid = MosaicView("Pages of the mapping by address", scrolled=True)
        self._shown: Mapping | None = None
        self._title.setProperty("role", "figure")
        column = spaced(QVBoxLayout(self), margin=0, gap=UNIT)
        for label in (self._title, self._summary, self._asked):
            label.setWordWrap(True)
        self._summary.setProperty("role", "preview")
        self._asked.setProperty("role", "field_name")
        for widget in (self._title, self._summary, self.grid, self._asked):
            column.addWidget(widget)
        self.grid.picked.connect(self._pick)

    def _pick(self, page: int, _count: int) -> None:
        if self._shown:
            self.picked.emit(self._shown.first_pte + page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the pages need at this width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._shown:
            room = Room(self.width(), MOST_HEIGHT, UNIT)
            height = min(MOST_HEIGHT, mosaic.height(room, self._shown.pages, PITCH_UNITS))
            room = room._replace(height=height)
            seen = mosaic.shot(room, self._shown.pages, mosaic.furthest(room, self._shown.pages), 0)
            # One unit more, for the line under the last row.
            height = min(height, seen.rows * seen.pitch) + UNIT
            if height != self.grid.height():
                self.grid.setFixedHeight(height)

    def show_mapping(self, moment: Moment, shown: Mapping) -> None:
        """Show a mapping and what is selected of it."""
        self._shown = shown
        self._title.setText(f"{shown.name}  {shown.start:#x}  {shown.flags}")
        self._summary.setText(unbroken(shown.summary))
        self._asked.setVisible(shown.asked is not None)
        self._asked.setText(unbroken(shown.asked.words) if shown.asked else "")
        self._fit()
        view, trace = moment.view, moment.trace

        def pages(wanted: Ints) -> Pages:
            found = address_space.states(view, shown, wanted)
            at = np.flatnonzero(found >= PRESENT)
            return Pages(at, found[at] - PRESENT, address_space.marks_of(view, shown, wanted[at]))

        def overlay(painter: QPainter, cells: MosaicPainter, seen: Shot) -> None:
            if shown.asked:
                start = (shown.asked.start - shown.start) / trace.meta.page_bytes
                stop = start + shown.asked.length / trace.meta.page_bytes
                cells.underline(painter, seen, max(0.0, start), min(stop, float(shown.pages)), marks.UNEVICTABLE)

        self.grid.show_content(
            Content(
                shown.pages,
                KEYS,
                lambda wanted: address_space.states(view, shown, wanted),
                lambda first, count: address_space.words(view, trace, shown, first, count),
                pages,
                moment.selection.in_vma(view, shown.vma),
                overlay,
            )
        )


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
        self._empty, self.age = QLabel(EMPTY), PageAge()
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "preview")
        self.views: list[MappingView] = []
        self._wanted = ""  # region whose process is shown as soon as it is mapped
        self._legend = KeyLine(KEYS)
        body = QWidget()
        self._column = spaced(QVBoxLayout(body), margin=0, gap=SECTION_GAP)
        self._column.addWidget(self._legend)
        self._column.addStretch(1)
        column = spaced(QVBoxLayout(self))
        for widget in (self.process, self.age, self._empty):
            column.addWidget(widget)
        self._scroll = scrolled(body, "Mappings of the process")
        column.addWidget(self._scroll, 1)
        self.process.currentIndexChanged.connect(self.woke)

    def turn_to(self, camera: Camera) -> None:
        """Show the process that has mapped the step's region."""
        self._wanted = camera.region
        self.woke.emit()

    def set_theme(self, theme: Theme) -> None:
        """Dress grids and legend."""
        self._theme = theme
        self._legend.set_theme(theme)
        for view in self.views:
            view.grid.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show the mappings of the chosen process."""
        self.age.tell(moment)
        names = names_of(moment.view, moment.trace)
        self.process.offer(names.tasks)
        self._follow(names)
        name = self.process.currentText()
        alive = moment.view.task[:, tables.TASK_STATE] == tables.TASK_ALIVE
        rows = [row for row, task in enumerate(moment.trace.labels.tasks) if task == name and alive[row]]
        found = address_space.mappings(moment.view, moment.trace, rows[-1]) if rows else []
        self._empty.setVisible(not found)
        self._legend.setVisible(bool(found))
        self._provide(len(found))
        for view, mapping in zip(self.views, found, strict=False):
            view.show_mapping(moment, mapping)

    def _follow(self, names: Names) -> None:
        for region in names.regions:
            if region.name == self._wanted and region.task in names.task_rows:
                self._wanted = ""
                self.process.setCurrentIndex(names.task_rows.index(region.task))

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
            # Made late, it would be the last of the whole window that Tab reaches.
            QWidget.setTabOrder(self.views[-1].grid if self.views else self._scroll, view.grid)
            self.views.append(view)
        for number, view in enumerate(self.views):
            view.setVisible(number < count)
