"""Timeline: stacked list sizes over the time of the presentation, watermarks, marks, steps; click or drag to scrub."""

import math

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from memsim_gui.paint import Theme, fonts
from memsim_gui.paint.tokens import with_alpha
from memsim_gui.scene import marks
from memsim_gui.scene.event_marks import EventMarks
from memsim_gui.scene.history import LANE_KINDS, History
from memsim_gui.scene.pacing import Pacing
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.view.mark_band import MARK_SIZE, MarkBand
from memsim_gui.view.panel import Panel
from memsim_gui.view.stack_item import StackItem
from memsim_gui.view.style import GAP, UNIT, spaced

Times = npt.NDArray[np.float64]

MOST_POINTS = 1200  # of a curve: about its pixels
MOST_STEP_TITLES = 60
AXIS_WIDTH = 12 * UNIT
PLAYHEAD_WIDTH = UNIT // 2
BETWEEN_MS = 8  # half a frame of the window
SHORTEST_S = 2.0  # of the presentation that is shown
DIM = 0.6  # how much of what is to come is covered
HEADROOM = 1.2  # share of the machine's memory
# from the bottom up: what reclaim may not touch, then hot, then cold
STACK = (lanes.UNEVICTABLE, lanes.ACTIVE_ANON, lanes.INACTIVE_ANON, lanes.ACTIVE_FILE, lanes.INACTIVE_FILE)
WATERMARKS = (("mark_high", tables.ZONE_HIGH), ("mark_low", tables.ZONE_LOW), ("mark_min", tables.ZONE_MIN))


class TimeAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis in minutes and seconds of the presentation."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the labels of ticks, in seconds."""
        return [f"{int(value) // 60}:{int(value) % 60:02}" if spacing >= 1 else f"{value:.1f}" for value in values]


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
        self.axes = (PagesAxis("left"), TimeAxis("bottom"))
        self.axes[0].setWidth(AXIS_WIDTH)
        layout = pg.GraphicsLayout()
        layout.setContentsMargins(0, GAP, GAP, 0)
        layout.setSpacing(0)
        for item, row, column in ((self.axes[0], 0, 0), (self.box, 0, 1), (self.axes[1], 1, 1)):
            layout.addItem(item, row, column)
        for axis in self.axes:
            axis.linkToView(self.box)
        self.setCentralItem(layout)
        self.box.setMouseEnabled(x=True, y=False)
        self.box.setLimits(xMin=-SHORTEST_S, minXRange=SHORTEST_S)
        self.now, self.end, self.pointer = 0.0, 0.0, math.nan
        self.look: tuple[QColor, QColor] | None = None  # playhead, and what dims that which is to come
        self.band = MarkBand(self.second_to_x)
        self._pressed_mark = False
        self._still = QPixmap()
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._outdated = QTimer(self)
        self._outdated.setSingleShot(True)
        self._outdated.setInterval(BETWEEN_MS)
        self._outdated.timeout.connect(self._draw)
        self.box.sigRangeChanged.connect(self.outdate)
        self.box.sigResized.connect(self.outdate)

    def move_playhead(self, now: float, end: float) -> None:
        """Show where the clock is, and where the trace ends."""
        if (now, end) != (self.now, self.end):
            self.now, self.end = now, end
            self.viewport().update()

    def point_at(self, second: float) -> None:
        """Draw a line at a second that is pointed at elsewhere; not a number = none."""
        self.pointer = second
        self.viewport().update()

    def second_to_x(self, second: float) -> float:
        """Return where a second lies, in pixels."""
        return float(self.box.mapViewToScene(QPointF(second, 0)).x())

    def outdate(self) -> None:
        """Draw the plot anew between this frame of the window and the next, which have enough to do."""
        if not self._outdated.isActive():
            self._outdated.start()

    def _draw(self) -> None:
        self._outdated.stop()
        ratio = self.devicePixelRatioF()
        still = QPixmap(self.viewport().size() * ratio)
        still.setDevicePixelRatio(ratio)
        still.fill(self.backgroundBrush().color())
        with QPainter(still) as painter:
            # Without rectangles Qt would take the pixels of the picture for those of the plot.
            self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())
        self._still = still
        self._outdated.stop()  # what drawing itself has moved is in the picture
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the plot from a picture of it, which only changes with the trace, and the playhead over it."""
        if self._still.deviceIndependentSize() != self.viewport().size().toSizeF():
            self._draw()
        with QPainter(self.viewport()) as painter:
            painter.drawPixmap(0, 0, self._still)
            if self.look:
                self._paint_playhead(painter, *self.look)
            if not math.isnan(self.pointer):
                area, x = self.box.sceneBoundingRect(), self.second_to_x(self.pointer)
                painter.setPen(QPen(self.palette().windowText(), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            self.band.paint(painter, self.box.sceneBoundingRect())

    def _paint_playhead(self, painter: QPainter, color: QColor, dim: QColor) -> None:
        area = self.box.sceneBoundingRect()
        x, end = (self.second_to_x(second) for second in (self.now, self.end))
        painter.setClipRect(area)
        painter.fillRect(QRectF(QPointF(x, area.top()), QPointF(max(x, end), area.bottom())), dim)
        painter.fillRect(QRectF(x - PLAYHEAD_WIDTH / 2, area.top(), PLAYHEAD_WIDTH, area.height()), color)
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
        self.box.enableAutoRange(x=True)

    def _scrub(self, place: QPointF) -> None:
        self.scrubbed.emit(float(self.box.mapSceneToView(place).x()))


class TimelinePanel(Panel):
    """The whole trace at a glance; what has happened is full, what is to come is dimmed."""

    NAME = "timeline"
    TITLE = "Timeline"
    INTEREST = Changed.POSITION | Changed.FRACTION

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._stale = True
        self._history: History | None = None
        self._pacing: Pacing | None = None
        self._drawn = False
        self.plot = Plot()
        self.plot.setAccessibleName("Timeline: pages on each list; click to go to a moment")
        self.stack = StackItem()
        self._marks: EventMarks | None = None
        self._limits = [pg.InfiniteLine(angle=0) for _ in WATERMARKS]
        self._steps: list[pg.InfiniteLine] = []
        self._steps_look: tuple[Theme | None, int] = (None, 0)
        for item in (self.stack, *self._limits):
            self.plot.box.addItem(item)
        column = spaced(QVBoxLayout(self), margin=UNIT)
        column.addWidget(self.plot)
        self.plot.scrubbed.connect(self._scrub)
        self.plot.picked.connect(self.jumped)

    def follow(self, pacing: Pacing) -> None:
        """Show the trace that `pacing` belongs to."""
        self._pacing, self._drawn = pacing, False
        self.plot.box.enableAutoRange(x=True)

    def history(self, pacing: Pacing) -> History:
        """Return the samples of a trace as far as it goes, which the charts share."""
        if self._history is None or self._history.trace is not pacing.trace:
            self._history = History(pacing.trace)
        self._history.extend()
        return self._history

    def follow_marks(self, marks: EventMarks) -> None:
        """Show these marks of the trace that is followed."""
        self._marks = marks

    def set_theme(self, theme: Theme) -> None:
        """Take in colours and faces."""
        self._theme = theme
        self.plot.setBackground(theme.color["panel"])
        small = theme.sizes["lab"]["small"]
        for axis in self.plot.axes:
            axis.setPen(theme.color["panel_edge"])
            axis.setTextPen(theme.color["text_soft"])
            axis.setTickFont(fonts.font(small, mono=True))
        self.stack.set_colors([theme.roles[marks.list_role(kind)].fill for kind in STACK])
        for line, (color, _) in zip(self._limits, WATERMARKS, strict=True):
            line.setPen(pg.mkPen(theme.color[color], style=Qt.PenStyle.DashLine))
        self.plot.band.set_theme(theme)
        self.plot.outdate()
        self.plot.look = (theme.color["cursor"], with_alpha(theme.color["panel"], DIM))

    def render_moment(self, moment: Moment) -> None:
        """Redraw curves if the trace has changed; move the playhead."""
        pacing = self._pacing
        if pacing is None or pacing.trace is not moment.trace:
            return
        self._stale |= bool(moment.changed & (Changed.TRACE | Changed.LOOK))
        if not self._drawn or (self._stale and not moment.hurried):
            self._stale, self._drawn = False, True
            self._redraw(pacing, moment)
        now = pacing.seconds_at(moment.position)
        if moment.fraction > 0:
            now += moment.fraction * pacing.length_of(moment.position)
        self.plot.move_playhead(now, pacing.total)

    def _redraw(self, pacing: Pacing, moment: Moment) -> None:
        positions, values = self.history(pacing).samples()
        chosen = np.unique(np.linspace(0, len(positions) - 1, MOST_POINTS).astype(np.int64))
        seconds = pacing.seconds_each(positions[chosen])
        nodes = len(moment.view.node)
        sizes = values[chosen, : nodes * LANE_KINDS].reshape(len(chosen), nodes, LANE_KINDS).sum(axis=1)
        self._draw_stack(seconds, sizes)
        self._draw_limits(moment)
        if self._marks:
            self.plot.band.show_marks(self._marks, pacing)
        self._draw_steps(pacing)
        self.plot.outdate()

    def _draw_stack(self, seconds: Times, sizes: npt.NDArray[np.int64]) -> None:
        """Draw list on list; sizes change at once, so each is held until the next sample."""
        x = np.repeat(seconds, 2)[1:]
        self.stack.set_tops(x, np.repeat(np.cumsum(sizes[:, STACK], axis=1), 2, axis=0)[:-1])

    def _draw_limits(self, moment: Moment) -> None:
        """Draw how far lists may grow until free memory falls to each watermark."""
        zone = moment.view.zone
        managed = int(zone[:, tables.ZONE_MANAGED].sum())
        for line, (_, column) in zip(self._limits, WATERMARKS, strict=True):
            line.setValue(managed - int(zone[:, column].sum()))
        self.plot.box.setYRange(0, max(1, managed) * HEADROOM, padding=0)

    def _draw_steps(self, pacing: Pacing) -> None:
        """Draw a dotted line with its number where each step begins."""
        begins = pacing.begins(kinds.STEP)[:MOST_STEP_TITLES]
        look = (self._theme, len(begins))
        if look == self._steps_look:
            for line, at in zip(self._steps, begins.tolist(), strict=True):
                line.setValue(pacing.seconds_at(at))
            return
        for line in self._steps:
            self.plot.box.removeItem(line)
        self._steps, self._steps_look = [], look
        if self._theme is None:
            return
        pen = pg.mkPen(self._theme.color["text_soft"], style=Qt.PenStyle.DotLine)
        for number, at in enumerate(begins.tolist(), 1):
            options = {"position": 0.92, "color": self._theme.color["text_soft"], "anchors": [(0, 0.5), (0, 0.5)]}
            line = pg.InfiniteLine(pacing.seconds_at(at), angle=90, pen=pen, label=str(number), labelOpts=options)
            line.label.setFont(fonts.font(self._theme.sizes["lab"]["small"], mono=True))
            self.plot.box.addItem(line)
            self._steps.append(line)

    def _scrub(self, seconds: float) -> None:
        if self._pacing is not None:
            self.jumped.emit(self._pacing.position_at(seconds)[0])
