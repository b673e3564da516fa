"""Painter of what a presenter lays over a picture: spotlight, pen, pointer, keys pressed, clock, sheet of keys."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from memsim_gui.paint import text
from memsim_gui.paint.shapes import round_rect
from memsim_gui.paint.text import Style, to_qrect
from memsim_gui.paint.tokens import Theme, with_alpha
from memsim_gui.scene.geometry import Metrics, Rect

PEN_COLORS = ("danger", "accent", "good")
DARKNESS = 0.8  # of what the spotlight does not show
KEY_HEIGHT = 1.34  # of a key cap, in sizes of its type
SHEET_COLUMNS = 2
KEYS_SHARE = 0.46  # of a column of the sheet


class LecturePainter:
    """Draws a presenter's extras in one theme and size."""

    def __init__(self, theme: Theme, metrics: Metrics) -> None:
        """Choose the type sizes."""
        self.theme, self.m = theme, metrics
        self.style = Style(metrics.caption)

    def spotlight(self, painter: QPainter, size: tuple[float, float], x: float, y: float, radius: float) -> None:
        """Dim all but a circle."""
        shade, light = QPainterPath(), QPainterPath()
        shade.addRect(0, 0, *size)
        light.addEllipse(QPointF(x, y), radius, radius)
        painter.fillPath(shade.subtracted(light), with_alpha(self.theme.color["shadow"], DARKNESS))
        painter.setPen(QPen(self.theme.color["cursor"], 2 * self.m.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(light)

    def stroke(self, painter: QPainter, color: int, points: Sequence[tuple[float, float]]) -> None:
        """Draw a line by hand in one of PEN_COLORS, with an edge that keeps it visible on any ground."""
        line = [QPointF(*point) for point in points]
        wide = 1.25 * self.m.unit
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for name, width in (("card", 1.7 * wide), (PEN_COLORS[color], wide)):
            ends, joins = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
            painter.setPen(QPen(self.theme.color[name], width, Qt.PenStyle.SolidLine, ends, joins))
            painter.drawPolyline(line) if len(line) > 1 else painter.drawPoint(line[0])

    def pen_tip(self, painter: QPainter, color: int, x: float, y: float) -> None:
        """Draw which colour the pen has, below the mouse."""
        self._dot(painter, PEN_COLORS[color], x + 3 * self.m.unit, y + 3 * self.m.unit, 1.6 * self.m.unit)

    def pointer(self, painter: QPainter, x: float, y: float) -> None:
        """Draw a dot to point with."""
        self._dot(painter, "danger", x, y, 2.4 * self.m.unit)

    def _dot(self, painter: QPainter, color: str, x: float, y: float, radius: float) -> None:
        painter.setBrush(self.theme.color[color])
        painter.setPen(QPen(self.theme.color["card"], 0.5 * self.m.unit))
        painter.drawEllipse(QPointF(x, y), radius, radius)

    def key_strip(self, painter: QPainter, rect: Rect, keys: Sequence[tuple[str, float]]) -> None:
        """Draw keys with their opacities, as many of the last ones as fit."""
        gap = 2 * self.m.unit
        widths = [self._cap_width(name) for name, _ in keys]
        while widths and sum(widths) + gap * (len(widths) - 1) > rect.w:
            widths.pop(0)
        if not widths:
            return
        painter.fillRect(to_qrect(rect), self.theme.color["ground"])
        left = rect.x
        for (name, opacity), wide in zip(keys[-len(widths) :], widths, strict=True):
            painter.setOpacity(opacity)
            self._cap(painter, Rect(left, rect.y, wide, rect.h), name)
            left += wide + gap
        painter.setOpacity(1.0)

    def _cap_width(self, name: str) -> float:
        return max(KEY_HEIGHT * self.style.size, text.width(name, self.style) + 4 * self.m.unit)

    def _cap(self, painter: QPainter, rect: Rect, name: str, style: Style | None = None) -> None:
        style = style or self.style
        high = min(rect.h, KEY_HEIGHT * style.size)
        spot = Rect(rect.x, rect.cy - high / 2, rect.w, high)
        round_rect(
            painter, spot, self.m.radius * 0.8, self.theme.color["card"], self.theme.color["asleep"], self.m.line
        )
        text.line(painter, spot, name, style, self.theme.color["text"], text.CENTRE)

    def clock(self, painter: QPainter, rect: Rect, figures: str, standing: str, tone: str) -> None:
        """Draw the time taken and how that stands to the plan; `tone` is the colour of the latter."""
        style = self.style._replace(bold=True)
        while text.width(figures + standing, style) + 9 * self.m.unit > rect.w:
            style = style._replace(size=0.96 * style.size)
        first, second = text.width(figures, style), text.width(standing, style)
        wide = first + second + (9 if standing else 6) * self.m.unit
        spot = Rect(rect.right - wide, rect.cy - 0.75 * style.size, wide, 1.5 * style.size)
        round_rect(painter, spot, self.m.radius, self.theme.color["card"], self.theme.color["card_edge"], self.m.line)
        inner = spot.inset(3 * self.m.unit, 0)
        text.line(painter, inner, figures, style, self.theme.color["text"])
        text.line(painter, inner, standing, style, self.theme.color[tone], text.RIGHT)

    def sheet(self, painter: QPainter, rect: Rect, title: str, rows: Sequence[tuple[Sequence[str], str]]) -> None:
        """Draw the sheet of keys: the caps of a row, then what they do."""
        color, m = self.theme.color, self.m
        round_rect(painter, rect, 1.4 * m.radius, color["card"], color["card_edge"], m.line)
        room = rect.inset(6 * m.unit, 2 * m.unit)
        head = room._replace(h=1.5 * m.caption)
        text.line(painter, head, title, self.style._replace(bold=True), color["text"])
        body = room.cut(top=head.h)
        each = -(-len(rows) // SHEET_COLUMNS)
        high, wide = body.h / each, body.w / SHEET_COLUMNS
        style = self.style._replace(size=min(self.style.size, high / (KEY_HEIGHT + 0.08)))
        for i, (keys, deed) in enumerate(rows):
            place = Rect(body.x + i // each * wide, body.y + i % each * high, wide - 4 * m.unit, high)
            self._row(painter, place, keys, deed, style)

    def _row(self, painter: QPainter, rect: Rect, keys: Sequence[str], deed: str, style: Style) -> None:
        left = rect.x
        for name in keys:
            wide = max(KEY_HEIGHT * style.size, text.width(name, style) + 3 * self.m.unit)
            self._cap(painter, Rect(left, rect.y, wide, rect.h), name, style)
            left += wide + 1.25 * self.m.unit
        start = max(left + self.m.unit, rect.x + KEYS_SHARE * rect.w)
        text.line(painter, Rect(start, rect.y, rect.right - start, rect.h), deed, style, self.theme.color["text"])
