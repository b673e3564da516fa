"""Areas stacked on each other in a plot: one item that paints polygons, for curve items of pyqtgraph take long."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

Values = npt.NDArray[np.float64]


class StackItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Areas from the lowest up."""

    def __init__(self) -> None:
        super().__init__()
        self._colors: list[QColor] = []
        self._areas: list[QPolygonF] = []
        self._bounds = QRectF()

    def set_colors(self, colors: list[QColor]) -> None:
        """Choose a colour for each area."""
        self._colors = colors
        self.update()

    def set_tops(self, x: Values, tops: npt.NDArray[np.int64], whole: tuple[float, float]) -> None:
        """Show areas up to `tops` [points, areas], each above the one before, at ascending `x` [points].

        They may be a part only of the `whole` that there is to see, from one x to another.
        """
        self.prepareGeometryChange()
        self._areas = [_area(x, column) for column in tops.T]
        highest = float(tops.max()) if tops.size else 0.0
        self._bounds = QRectF(whole[0], 0.0, whole[1] - whole[0], highest)
        self.informViewBoundsChanged()

    def boundingRect(self) -> QRectF:
        """Where the areas are, in the plot's values."""
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Paint the areas, the highest first."""
        del option, widget
        painter.setPen(Qt.PenStyle.NoPen)
        for area, color in zip(reversed(self._areas), reversed(self._colors), strict=False):
            painter.setBrush(QBrush(color))
            painter.drawPolygon(area)


def _area(x: Values, top: npt.NDArray[np.int64]) -> QPolygonF:
    """Polygon under a line, down to 0."""
    polygon: QPolygonF = pg.functions.create_qpolygonf(len(x) + 2)
    points = pg.functions.ndarray_from_qpolygonf(polygon)
    points[1:-1, 0], points[1:-1, 1] = x, top
    points[[0, -1], 0], points[[0, -1], 1] = x[[0, -1]], 0.0
    return polygon
