"""Small charts one above the other, over the same seconds, with one cursor line through all of them."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from memsim_gui.paint import Theme, fonts
from memsim_gui.paint.tokens import with_alpha
from memsim_gui.scene.panels.charts import Curves, Row, Times, nothing
from memsim_gui.scene.words import grouped
from memsim_gui.view.clock import clock, decimals
from memsim_gui.view.style import EDGE, GAP, UNIT, pixels
from memsim_gui.view.widgets import span_keys
from memsim_gui.view.widgets.seconds_axis import AXIS_HEIGHT, SecondsAxis

TITLE_WIDTH, LOW_TITLE_WIDTH, NAME_WIDTH = 58 * UNIT, 78 * UNIT, 22 * UNIT
ROW_HEIGHT, LOW_HEIGHT = 8 * UNIT, 17 * UNIT // 4
BIN_WIDTH = RING = UNIT // 2
LINE_WIDTH = UNIT * 3 / 8
DIM = 0.6  # how much of what is to come is covered
ZOOM_A_NOTCH, NOTCH = 0.85, 120
CURSOR_STEP = 0.1  # of a tick, that the cursor's label tells apart
NOTHING = "No chart is chosen: press Charts"


class ChartsView(QWidget):
    """Paints curves from a picture that changes only with them; playhead, cursor, figures and axis go over it.

    The axis of seconds stays at the upper edge where the view is scrolled. While the view has the focus, keys zoom and
    pan (span_keys).

    Attributes:
        low: there is no room for all charts with two lines of words each: they have one.

    Signals:
        sought: the second pressed or dragged to.
        pointed: the second under the mouse, not a number once it has left.
        spanned: first and last second that the person wants to see; span_keys.ALL = all.
    """

    sought = Signal(float)
    pointed = Signal(float)
    spanned = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        # A click leaves the keyboard to the window's steps.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.rows: tuple[Row, ...] = ()
        self.low, self._room = False, 0
        self.unit = ""  # behind the figures of rates
        self.span = (0.0, 1.0)
        self.now, self.pointer = 0.0, math.nan
        self._curves = nothing(0.0)
        self._theme: Theme | None = None
        self._still = QPixmap()
        self._grabbed: tuple[float, tuple[float, float]] | None = None

    # --- what is shown

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these charts, from the top down."""
        self.rows = rows
        self.low = AXIS_HEIGHT + len(rows) * ROW_HEIGHT > self._room
        self.setMinimumHeight(AXIS_HEIGHT + len(rows) * self.row_height)
        self._redraw()

    def fit(self, room: int) -> None:
        """Show as many charts as can be read in so many pixels of height; the others are scrolled to."""
        self._room = room
        self.show_rows(self.rows)

    @property
    def row_height(self) -> int:
        """Height of a chart, as far as that is the view's choice."""
        return LOW_HEIGHT if self.low else ROW_HEIGHT

    @property
    def title_width(self) -> int:
        """Width of the words beside the charts."""
        return LOW_TITLE_WIDTH if self.low else TITLE_WIDTH

    def show_curves(self, curves: Curves, span: tuple[float, float], unit: str) -> None:
        """Show these curves between two seconds; `unit` stands behind figures that are rates."""
        self._curves, self.span, self.unit = curves, span, unit
        self._redraw()

    def show_now(self, now: float) -> None:
        """Show where the clock is."""
        self.now = now
        self.update()

    def point_at(self, second: float) -> None:
        """Draw the cursor at a second, and tell the figures there; not a number = at the playhead."""
        self.pointer = second
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take in colours and faces."""
        self._theme = theme
        self._redraw()

    def bins(self) -> int:
        """Return how many bins have room."""
        return int(self._area().width() / BIN_WIDTH)

    def figures(self, row: Row) -> list[str]:
        """Return what stands below the title of a row, for each line: its value at the cursor or the playhead."""
        at = self._curves.bin_at(self._read_at())
        values = ["–" if at < 0 else grouped(round(float(line[at]))) for line in self._curves.heights[row.key]]
        return [f"{line.name} {value}" for line, value in zip(row.lines, values, strict=True)]

    def _most(self, row: Row) -> str:
        return f"max {grouped(round(float(self._curves.heights[row.key].max(initial=0.0))))}"

    def _explained(self, row: Row) -> str:
        """Say what a row shows: its unit, its highest value in sight, and the counters of each line."""
        lines = [f"{line.name}: {' + '.join(line.counters)}" for line in row.lines]
        return "\n".join([f"{self.measure(row)}, {self._most(row)}", *lines])

    def measure(self, row: Row) -> str:
        """Return the unit of a row's figures."""
        return row.unit + ("" if row.level else self.unit)

    def _read_at(self) -> float:
        """Second that the figures are of."""
        return self.now if math.isnan(self.pointer) else self.pointer

    # --- where things are

    def _area(self) -> QRectF:
        """Return where the curves of all rows are."""
        left = self.title_width
        return QRectF(left, AXIS_HEIGHT, max(1, self.width() - left - GAP), self.height() - AXIS_HEIGHT)

    def _row_area(self, number: int) -> QRectF:
        area = self._area()
        height = area.height() / len(self.rows)
        gap = UNIT // 2 if self.low else UNIT
        return QRectF(area.left(), area.top() + number * height, area.width(), height - gap)

    @property
    def axis(self) -> SecondsAxis:
        """Where seconds lie."""
        area = self._area()
        return SecondsAxis(*self.span, area.left(), area.width())

    # --- painting

    def _redraw(self) -> None:
        self._still = QPixmap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, and over it what moves."""
        del event
        theme = self._theme
        if theme is None:
            return
        if self._still.deviceIndependentSize() != self.size().toSizeF():
            self._draw(theme)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still)
            small = pixels(theme, "small")
            if not self.rows:
                painter.setPen(theme.color["text_soft"])
                painter.setFont(fonts.font(small))
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, NOTHING)
                return
            paint_words = self._paint_line if self.low else self._paint_titles
            for number, row in enumerate(self.rows):
                paint_words(painter, theme, row, self._row_area(number))
            painter.setFont(fonts.font(small, mono=True))
            self._paint_times(painter, theme)
            self._paint_axis(painter, theme)
            if self.hasFocus():
                painter.setPen(QPen(theme.color["text"], RING))
                seen = QRectF(self.visibleRegion().boundingRect())
                painter.drawRect(seen.adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2))

    def _draw(self, theme: Theme) -> None:
        ratio = self.devicePixelRatioF()
        self._still = QPixmap(self.size() * ratio)
        self._still.setDevicePixelRatio(ratio)
        self._still.fill(theme.color["panel"])
        with QPainter(self._still) as painter:
            painter.setFont(fonts.font(pixels(theme, "small"), mono=True))
            painter.setPen(theme.color["panel_edge"])
            for x, _ in self.axis.ticks if self.rows else ():
                painter.drawLine(QPointF(x, AXIS_HEIGHT), QPointF(x, self.height()))
            for number, row in enumerate(self.rows):
                self._paint_row(painter, theme, row, self._row_area(number))

    def _paint_axis(self, painter: QPainter, theme: Theme) -> None:
        """Paint the seconds at the upper edge of what is seen, and the cursor's among them."""
        band = QRectF(0, max(0, -self.y()), self.width(), AXIS_HEIGHT)
        painter.fillRect(band, theme.color["panel"])
        painter.setPen(theme.color["text_soft"])
        axis = self.axis
        axis.paint(painter, band)
        if self.span[0] <= self.pointer <= self.span[1]:
            text = clock(self.pointer, max(1, decimals(axis.step * CURSOR_STEP)))
            width = painter.fontMetrics().horizontalAdvance(text) + GAP
            left = min(axis.x_of(self.pointer) - width / 2, self.width() - width)
            label = QRectF(left, band.top(), width, AXIS_HEIGHT)
            painter.fillRect(label, theme.color["label"])
            painter.setPen(theme.color["label_text"])
            painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_row(self, painter: QPainter, theme: Theme, row: Row, area: QRectF) -> None:
        heights = self._curves.heights[row.key]
        top = max(1.0, float(heights.max(initial=0.0)))
        x = np.repeat(self._curves.edges, 2)[1:-1]
        low, high = self.span
        x = area.left() + (x - low) / (high - low) * area.width()
        if not self.low:
            painter.setPen(theme.color["text_soft"])
            place = QRectF(0, area.top(), TITLE_WIDTH - GAP, area.height() / 2)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, self._most(row))
        painter.setPen(theme.color["panel_edge"])
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.save()
        painter.setClipRect(area.adjusted(0, -1, 0, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for line, height in zip(row.lines, heights, strict=True):
            if not height.any():
                continue
            filled = line is row.lines[0]
            color = theme.color[line.color]
            shape = _steps(x, area.bottom() - np.repeat(height, 2) / top * area.height(), area.bottom())
            painter.setPen(Qt.PenStyle.NoPen if filled else QPen(color, LINE_WIDTH))
            painter.setBrush(color if filled else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(shape) if filled else painter.drawPolyline(shape)
        painter.restore()

    def _paint_titles(self, painter: QPainter, theme: Theme, row: Row, area: QRectF) -> None:
        small = pixels(theme, "small")
        half = area.height() / 2
        painter.setPen(theme.color["text"])
        painter.setFont(fonts.font(small, weight=QFont.Weight.DemiBold))
        title = QRectF(GAP, area.top(), TITLE_WIDTH, half)
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, row.title)
        title.setLeft(2 * GAP + painter.fontMetrics().horizontalAdvance(row.title))
        painter.setFont(fonts.font(small))
        painter.setPen(theme.color["text_soft"])
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, self.measure(row))
        painter.setPen(theme.color["text"])
        painter.setFont(fonts.font(pixels(theme, "mono"), mono=True))
        self._paint_figures(painter, theme, row, QPointF(GAP, area.top() + 1.5 * half), (TITLE_WIDTH - GAP) / 2)

    def _paint_line(self, painter: QPainter, theme: Theme, row: Row, area: QRectF) -> None:
        """Paint title and figures in one line."""
        small = pixels(theme, "small")
        painter.setPen(theme.color["text"])
        painter.setFont(fonts.font(small, weight=QFont.Weight.DemiBold))
        painter.drawText(QRectF(GAP, area.top(), NAME_WIDTH, area.height()), Qt.AlignmentFlag.AlignVCenter, row.title)
        painter.setFont(fonts.font(small, mono=True))
        room = (LOW_TITLE_WIDTH - GAP - NAME_WIDTH) / len(row.lines)
        self._paint_figures(painter, theme, row, QPointF(GAP + NAME_WIDTH, area.center().y()), room)

    def _paint_figures(self, painter: QPainter, theme: Theme, row: Row, place: QPointF, room: float) -> None:
        """Paint the figures of a row beside each other from `place` on, each in `room`: without its name if need be."""
        x, middle, metrics = place.x(), place.y(), painter.fontMetrics()
        for line, figure in zip(row.lines, self.figures(row), strict=True):
            tall = GAP if line is row.lines[0] else LINE_WIDTH
            painter.fillRect(QRectF(x, middle - tall / 2, GAP, tall), theme.color[line.color])
            too_long = self.low and EDGE + metrics.horizontalAdvance(figure) + UNIT > room
            said = figure.removeprefix(f"{line.name} ") if too_long else figure
            painter.drawText(QPointF(x + EDGE, middle + metrics.capHeight() / 2), said)
            x += max(EDGE + metrics.horizontalAdvance(said) + GAP, room)

    def _paint_times(self, painter: QPainter, theme: Theme) -> None:
        """Dim what is to come; paint the playhead and the cursor."""
        area = self._area()
        painter.save()
        painter.setClipRect(QRectF(area.left() - GAP, 0, area.width() + 2 * GAP, self.height()))
        x, end = self.axis.x_of(self.now), self.axis.x_of(float(self._curves.edges[-1]))
        dim = QRectF(QPointF(max(x, area.left()), area.top()), QPointF(min(end, area.right()), area.bottom()))
        if dim.width() > 0:
            painter.fillRect(dim, with_alpha(theme.color["panel"], DIM))
        if area.left() <= x <= area.right():
            painter.fillRect(QRectF(x - UNIT / 4, area.top(), UNIT / 2, area.height()), theme.color["cursor"])
        if self.span[0] <= self.pointer <= self.span[1]:
            x = self.axis.x_of(self.pointer)
            painter.setPen(QPen(theme.color["text"], 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.restore()

    # --- what the person does

    def event(self, event: QEvent) -> bool:
        """Tell which counters a row shows; keep the keys this view knows from the window's shortcuts."""
        if span_keys.claim(event):
            return True
        if isinstance(event, QHelpEvent):
            at = [row for number, row in enumerate(self.rows) if self._row_area(number).bottom() > event.pos().y()]
            words = self._explained(at[0]) if at and event.pos().x() < self.title_width else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the second pressed, or begin to pan."""
        if event.position().x() < self.title_width:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self.sought.emit(self.axis.second_at(event.position().x()))
        else:
            self._grabbed = (event.position().x(), self.span)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the cursor; with a button held, scrub or pan."""
        x = event.position().x()
        inside = x >= self.title_width and bool(self.rows)
        self.pointed.emit(self.axis.second_at(x) if inside else math.nan)
        if event.buttons() & Qt.MouseButton.LeftButton and inside:
            self.sought.emit(self.axis.second_at(x))
        elif event.buttons() and self._grabbed:
            start, (low, high) = self._grabbed
            moved = (start - x) / self._area().width() * (high - low)
            self.spanned.emit(low + moved, high + moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of what was panned."""
        del event
        self._grabbed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of it again."""
        del event
        self.spanned.emit(*span_keys.ALL)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom or pan, at the cursor or else at the playhead."""
        span = span_keys.span_after(event, self.span, self._read_at())
        if span is None:
            super().keyPressEvent(event)
        else:
            self.spanned.emit(*span)

    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the axis in sight where the view has been scrolled."""
        super().moveEvent(event)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the mouse; beside the curves the wheel scrolls."""
        notches = event.angleDelta().y() / NOTCH
        if event.position().x() < self.title_width or not notches:
            event.ignore()
            return
        (low, high), factor = self.span, ZOOM_A_NOTCH**notches
        fixed = self.axis.second_at(event.position().x())
        self.spanned.emit(fixed - (fixed - low) * factor, fixed + (high - fixed) * factor)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Tell the figures of the playhead again."""
        super().leaveEvent(event)
        self.pointed.emit(math.nan)


def _steps(x: Times, y: Times, ground: float) -> QPolygonF:
    """Polygon of a line of steps, down to the ground at both ends."""
    polygon: QPolygonF = pg.functions.create_qpolygonf(len(x) + 2 if len(x) else 0)
    if len(x):
        points = pg.functions.ndarray_from_qpolygonf(polygon)
        points[1:-1, 0], points[1:-1, 1] = x, y
        points[[0, -1], 0], points[[0, -1], 1] = x[[0, -1]], ground
    return polygon
