"""A plot of seconds: scrubbed with the mouse, zoomed and panned with wheel, mouse or keys."""

import math

import pyqtgraph as pg
import shiboken6
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QToolTip

from memsim_gui.paint import Theme, fonts
from memsim_gui.paint.tokens import with_alpha
from memsim_gui.view.style import GAP, UNIT, pixels
from memsim_gui.view.widgets import span_keys
from memsim_gui.view.widgets.mark_band import MARK_SIZE, MarkBand
from memsim_gui.view.widgets.seconds_axis import AXIS_HEIGHT, SecondsAxis

AXIS_WIDTH = 12 * UNIT
PLAYHEAD_WIDTH = RING = TICK = UNIT // 2
DIM = 0.6  # how much of what is to come is covered
BETWEEN_MS = 8  # half a frame of the window
REST_MS = 3  # after a picture of the window: what its thread does then is over before the next
MARGIN_S = 2.0  # before the start
PAGE_EDGE = 0.1  # of the seconds seen stand behind the clock when it has come to others
SHORTEST_S = 1e-5  # that can be seen: of the longest recordings a few dozen events


class PagesAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis in pages, with letters for thousands and millions."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks."""
        for each, letter in ((1_000_000, "M"), (1000, "k")):
            if spacing >= each / 2 and max(values, default=0) >= each:
                return [f"{value / each:g}{letter if value else ''}" for value in values]
        return [f"{value:g}" for value in values]


class Plot(pg.GraphicsView):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot of seconds that is scrubbed with the left button, zoomed with the wheel, panned with the other buttons.

    While it has the focus, keys zoom and pan too (span_keys).

    Put together from its parts, because a PlotWidget brings a dozen menus along.

    Signals:
        scrubbed: the second pressed or dragged to.
        picked: the position that a mark pressed leads to.
        hovered: the second under the mouse, not a number once it has left.
    """

    scrubbed = Signal(float)
    picked = Signal(int)
    hovered = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.box = pg.ViewBox(enableMenu=False)
        self._pages = PagesAxis("left")
        self._pages.setWidth(AXIS_WIDTH)
        self._pages.setStyle(maxTickLevel=1)  # ticks finer than those with figures cost more time than the curves
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(0, GAP, GAP, AXIS_HEIGHT)
        layout.setSpacing(0)
        for column, item in enumerate((self._pages, self.box)):
            layout.addItem(item, 0, column)
        self._pages.linkToView(self.box)
        self.setCentralItem(layout)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setLimits(xMin=-MARGIN_S, minXRange=SHORTEST_S)
        self.now, self.end, self.pointer = 0.0, 0.0, math.nan
        self._theme: Theme | None = None
        self.band = MarkBand(self.second_to_x)
        self._pressed_mark = False
        self._still = QPixmap()
        self._stale = False
        # A click leaves the keyboard to the window's steps.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # It paints all of itself: else Qt would paint what lies behind, frames and window, anew for each picture.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        # Queued: where the window is late, another picture of it may be painted in this very turn.
        self._rest.timeout.connect(self._draw, Qt.ConnectionType.QueuedConnection)
        self.box.sigRangeChanged.connect(self.outdate)
        self.box.sigResized.connect(self.outdate)

    def set_theme(self, theme: Theme) -> None:
        """Take in colours and faces."""
        self._theme = theme
        self.setBackground(theme.color["panel"])
        self._pages.setPen(theme.color["panel_edge"])
        self._pages.setTextPen(theme.color["text_soft"])
        self._pages.setTickFont(self._face(theme))
        self.band.set_theme(theme)
        self.outdate()

    @staticmethod
    def _face(theme: Theme) -> QFont:
        return fonts.font(pixels(theme, "small"), mono=True)

    def move_playhead(self, now: float, end: float) -> None:
        """Show where the clock is, and where the trace ends; a part that it leaves is turned over like a page."""
        if (now, end) != (self.now, self.end):
            before, self.now, self.end = self.now, now, end
            low, high = self.box.viewRange()[0]
            if low <= before <= high and not low <= now <= high and not self.box.autoRangeEnabled()[0]:
                first = now - (high - low) * (PAGE_EDGE if now > high else 1 - PAGE_EDGE)
                self.show_span((first, first + high - low))
            self.viewport().update()

    def point_at(self, second: float) -> None:
        """Draw a line at a second that is pointed at elsewhere; not a number = none."""
        self.pointer = second
        self.viewport().update()

    def second_to_x(self, second: float) -> float:
        """Return where a second lies, in pixels."""
        return float(self.box.mapViewToScene(QPointF(second, 0)).x())

    def outdate(self) -> None:
        """Draw the plot anew between two pictures of the window, which have enough to do: soon after the next."""
        self._stale = True
        self.viewport().update()

    def _draw(self) -> None:
        if not shiboken6.isValid(self.box):
            return  # the plot was closed while a drawing waited
        ratio = self.devicePixelRatioF()
        still = QPixmap(self.viewport().size() * ratio)
        still.setDevicePixelRatio(ratio)
        still.fill(self.backgroundBrush().color())
        with QPainter(still) as painter:
            # Without rectangles Qt would take the pixels of the picture for those of the plot.
            self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())
            if self._theme:
                self._paint_seconds(painter, self._theme)
        self._still, self._stale = still, False  # what drawing itself has moved is in the picture
        self.viewport().update()

    def _paint_seconds(self, painter: QPainter, theme: Theme) -> None:
        """Paint the axis below the plot."""
        area = self.box.sceneBoundingRect()
        low, high = self.box.viewRange()[0]
        axis = SecondsAxis(low, high, area.left(), area.width())
        painter.setPen(theme.color["panel_edge"])
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for x, _ in axis.ticks:
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + TICK))
        painter.setPen(theme.color["text_soft"])
        painter.setFont(self._face(theme))
        axis.paint(painter, QRectF(0, area.bottom(), self.width(), AXIS_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plot from a picture of it, which only changes with the trace, and the playhead over it."""
        if self._still.deviceIndependentSize() != self.viewport().size().toSizeF():
            self._draw()
        if self._stale and not self._rest.isActive():
            self._rest.start()
        with QPainter(self.viewport()) as painter:
            painter.drawPixmap(0, 0, self._still)
            if self._theme:
                self._paint_playhead(painter, self._theme.color["cursor"], self._theme.color["panel"])
            if not math.isnan(self.pointer):
                area, x = self.box.sceneBoundingRect(), self.second_to_x(self.pointer)
                painter.setPen(QPen(self.palette().windowText(), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            self.band.paint(painter, self.box.sceneBoundingRect())
            if self.hasFocus():
                painter.setClipping(False)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self.palette().windowText(), RING))
                painter.drawRect(QRectF(self.viewport().rect()).adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2))

    def _paint_playhead(self, painter: QPainter, color: QColor, ground: QColor) -> None:
        """Draw where the clock is, with an edge that tells it from every list, and dim what is to come."""
        area = self.box.sceneBoundingRect()
        # What is far out of sight would lie beyond what Qt can paint.
        low, high = area.left() - MARK_SIZE, area.right() + MARK_SIZE
        x, end = (min(high, max(low, self.second_to_x(second))) for second in (self.now, self.end))
        painter.setClipRect(area)
        dim = QRectF(QPointF(x, area.top()), QPointF(max(x, end), area.bottom()))
        painter.fillRect(dim, with_alpha(ground, DIM))
        for width, paint in ((2 * PLAYHEAD_WIDTH, ground), (PLAYHEAD_WIDTH, color)):
            painter.fillRect(QRectF(x - width / 2, area.top(), width, area.height()), paint)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        grip = [
            QPointF(x - MARK_SIZE, area.top()),
            QPointF(x + MARK_SIZE, area.top()),
            QPointF(x, area.top() + MARK_SIZE),
        ]
        painter.drawPolygon(grip)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the mark pressed, or scrub, or begin to pan."""
        group = self.band.at(event.position())
        self._pressed_mark = group is not None
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif group:
            self.picked.emit(group.mark.position + 1)
        else:
            self._scrub(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on scrubbing; over a mark, say that it can be pressed."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            if not self._pressed_mark:
                self._scrub(event.position())
        else:
            over = self.band.at(event.position())
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
            self.hovered.emit(float(self.box.mapSceneToView(event.position()).x()))
            super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Point at nothing any more."""
        super().leaveEvent(event)
        self.hovered.emit(math.nan)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell of the marks under the mouse."""
        if isinstance(event, QHelpEvent):
            group = self.band.at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.band.words(group) if group else "", self)
            return True
        return bool(super().viewportEvent(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of it again."""
        self.show_span(span_keys.ALL)

    def _scrub(self, place: QPointF) -> None:
        self.scrubbed.emit(float(self.box.mapSceneToView(place).x()))

    # --- keys

    def event(self, event: QEvent) -> bool:
        """Keep the keys this plot knows from the window's shortcuts, while it has the focus."""
        return span_keys.claim(event) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom or pan, at the second pointed at or else at the playhead."""
        low, high = self.box.viewRange()[0]
        span = span_keys.span_after(event, (low, high), self.now if math.isnan(self.pointer) else self.pointer)
        if span is None:
            event.ignore()
        else:
            self.show_span(span)

    def show_span(self, span: span_keys.Span) -> None:
        """Show these seconds; span_keys.ALL = all there are, also of those to come."""
        if span == span_keys.ALL:
            self.box.enableAutoRange(x=True)
            self.box.updateAutoRange()  # at once: others follow it, also while it is hidden
        else:
            self.box.setXRange(*span, padding=0)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.viewport().update()
