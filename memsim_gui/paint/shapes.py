"""Shapes that several painters draw: cards, pills, arrows along a route."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from memsim_gui.paint import text
from memsim_gui.paint.text import Style, to_qrect
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.routes import Points

PILL_EDGE_SHARE = 0.09  # of the type size


def round_rect(
    painter: QPainter, rect: Rect, radius: float, fill: QColor | None, edge: QColor | None = None, line: float = 1.0
) -> None:
    """Draw a rectangle with round corners; its edge, `line` wide, lies inside."""
    painter.setBrush(QBrush(fill) if fill is not None else QBrush())
    painter.setPen(QPen(edge, line) if edge is not None else QPen(Qt.PenStyle.NoPen))
    inner = to_qrect(rect).adjusted(line / 2, line / 2, -line / 2, -line / 2) if edge is not None else to_qrect(rect)
    painter.drawRoundedRect(inner, radius, radius)


def dashed(color: QColor, width: float) -> QPen:
    """Return a pen for dashes."""
    pen = QPen(color, width, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([2.4, 2.2])
    return pen


def accent_edge(painter: QPainter, rect: Rect, radius: float, width: float, color: QColor) -> None:
    """Draw the coloured left edge of a card, following its round corners."""
    part_of_round_rect(painter, rect, radius, QRectF(rect.x, rect.y, width, rect.h), color)


def part_of_round_rect(painter: QPainter, rect: Rect, radius: float, part: QRectF, fill: QColor) -> None:
    """Fill what lies inside `part` of a rectangle with round corners. (A clip would not reach an SVG.)."""
    whole, window = QPainterPath(), QPainterPath()
    whole.addRoundedRect(to_qrect(rect), radius, radius)
    window.addRect(part)
    painter.fillPath(whole.intersected(window), fill)


def pill(painter: QPainter, rect: Rect, label: str, style: Style, theme: Theme, edge: QColor) -> None:
    """Draw a label with round ends."""
    line = max(1.0, style.size * PILL_EDGE_SHARE)
    round_rect(painter, rect, min(rect.h / 2, style.size * 0.55), theme.color["label"], edge, line)
    text.line(painter, rect, label, style, theme.color["label_text"], text.CENTRE)


def path_of(points: Points) -> QPainterPath:
    """Qt's path through points."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
    return path


def arrow_head(painter: QPainter, points: Points, reach: float, color: QColor) -> None:
    """Draw a head at the end of a route."""
    end = points[-1]
    way = end - points[-2]
    length = float(np.hypot(*way))
    if not length:
        return
    along = way / length
    side = np.array([-along[1], along[0]])
    corners = [end, end - along * reach + side * reach * 0.55, end - along * reach - side * reach * 0.55]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
