"""Grid view: a widget around a painted grid of cells, one a page; cells can be hovered and picked."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from memsim_gui.paint import Theme
from memsim_gui.paint.grid_painter import GridPainter
from memsim_gui.paint.tokens import REFERENCE
from memsim_gui.scene.geometry import Grid, Rect, cell_at, place
from memsim_gui.view.style import UNIT

NO_CELLS = np.zeros(0, np.int64)


class GridView(QWidget):
    """Paints what a subclass draws; `count` cells, of which those in `chosen` are selected.

    Signals:
        picked: the cell clicked.
    """

    picked = Signal(int)

    def __init__(self, name: str) -> None:
        """`name` is read out by screen readers."""
        super().__init__()
        self._theme: Theme | None = None
        self._painter: GridPainter | None = None
        self._grid: Grid | None = None
        self.count = 0
        self.chosen: npt.NDArray[np.int64] = NO_CELLS
        self.setMouseTracking(True)
        self.setAccessibleName(name)

    def draw(self, grids: GridPainter, painter: QPainter, area: Rect) -> Grid | None:
        """Paint the grid and return where its cells are; None if there is nothing to paint."""
        raise NotImplementedError

    def words(self, page: int) -> str:
        """Say what a cell is."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme, self._painter = theme, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the grid, and a frame around the page selected."""
        if self._theme is None:
            return
        if self._painter is None:
            metrics = self._theme.metrics(REFERENCE["lab"], "lab")
            self._painter = GridPainter(self._theme, metrics, self.devicePixelRatioF())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = Rect(UNIT / 2, UNIT / 2, self.width() - UNIT, self.height() - UNIT)
        self._grid = self.draw(self._painter, painter, area)
        if self._grid is None:
            return
        painter.setPen(QPen(self._theme.color["accent"], UNIT / 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for page in self.chosen.tolist():
            x, y = place(self._grid, page)
            painter.drawRect(QRectF(x, y, self._grid.size, self._grid.size))

    def page_at(self, x: float, y: float) -> int:
        """Page under a point, -1 where there is none."""
        return cell_at(self._grid, self.count, x, y) if self._grid else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the page under the mouse is."""
        page = self.page_at(event.position().x(), event.position().y())
        QToolTip.showText(event.globalPosition().toPoint(), self.words(page) if page >= 0 else "", self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the page clicked."""
        page = self.page_at(event.position().x(), event.position().y())
        if event.button() == Qt.MouseButton.LeftButton and page >= 0:
            self.picked.emit(page)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the tooltip away."""
        QToolTip.hideText()
        super().leaveEvent(event)
