"""Page cache: one grid a file, from its first page to its last; cached, evicted, absent."""

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.paint.grid_painter import GridPainter
from memsim_gui.scene import page_cache
from memsim_gui.scene.geometry import Grid, Rect
from memsim_gui.scene.marks import young_frames
from memsim_gui.scene.mosaic import Key
from memsim_gui.scene.page_cache import FileGrid
from memsim_gui.scene.selection import Selection
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.names import names_of
from memsim_gui.view.choice import Choice
from memsim_gui.view.grid_view import NO_CELLS, GridView
from memsim_gui.view.key import KeyLine
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import spaced

KEYS = (
    Key("active", "active_file"),
    Key("inactive", "inactive_file"),
    Key("unevictable", "unevictable"),
    Key("shadow", "zero"),
    Key("absent", "absent"),
)
EMPTY = "No file is open: File I/O in the controls opens one."


class FileView(GridView):
    """The pages of a file by index."""

    def __init__(self) -> None:
        super().__init__("Pages of the file by index")
        self.shown: FileGrid | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_file(self, shown: FileGrid | None, selection: Selection) -> None:
        """Show a file's cells, and which are selected."""
        self.shown, self.count, self.chosen = shown, 0, NO_CELLS
        if shown:
            self.count = len(shown.states)
            self.chosen = selection.among(shown.frames, shown.slots, selection.cell - shown.first_cell)
        self.update()

    def draw(self, grids: GridPainter, painter: QPainter, area: Rect) -> Grid | None:
        """Paint the file."""
        return grids.file(painter, area, self.shown) if self.shown else None

    def words(self, page: int) -> str:
        """Say what a page of the file is."""
        return page_cache.cell_words(self.shown, page) if self.shown else ""


class PageCachePanel(Panel):
    """The pages of one file."""

    NAME = "page_cache"
    TITLE = "Cache"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = Choice("File shown")
        self.summary = QLabel(EMPTY)
        self.summary.setWordWrap(True)
        self.summary.setProperty("role", "preview")
        self.grid = FileView()
        self._legend = KeyLine(KEYS)
        column = spaced(QVBoxLayout(self))
        for widget in (self.file, self.summary):
            column.addWidget(widget)
        column.addWidget(self.grid, 1)
        column.addWidget(self._legend)
        self.file.currentIndexChanged.connect(self.woke)
        self.grid.picked.connect(self._pick)

    def _pick(self, page: int) -> None:
        if self.grid.shown:
            self.picked.emit(Selection(cell=self.grid.shown.first_cell + page))

    def set_theme(self, theme: Theme) -> None:
        """Dress the grid and its legend."""
        self.grid.set_theme(theme)
        self._legend.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Show the chosen file's cells."""
        files = names_of(moment.view, moment.trace).files
        self.file.offer(tuple(file.name for file in files))
        chosen = next((file for file in files if file.name == self.file.currentText()), None)
        self._legend.setVisible(chosen is not None)
        shown = None
        if chosen:
            young = young_frames(moment.view)
            shown = page_cache.file_grid(moment.view, moment.trace, moment.position, chosen.row, young)
        self.summary.setText(shown.summary if shown else EMPTY)
        self.grid.show_file(shown, moment.selection)
