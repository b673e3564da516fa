"""Timeline: stacked list sizes over the time of the presentation, watermarks, marks, steps; click or drag to scrub."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from memsim_gui.paint import Theme, fonts
from memsim_gui.scene import marks
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.panels.charts import list_sizes, stretch_of
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, pixels, spaced
from memsim_gui.view.widgets import span_keys
from memsim_gui.view.widgets.plot import BETWEEN_MS, Plot
from memsim_gui.view.widgets.stack_item import StackItem

MOST_STEP_TITLES = 60
SHORTEST_WHOLE_S = 1.0
AROUND = 0.25  # of what is seen is drawn beside it, to be there when one pans
HEADROOM = 1.2  # share of the machine's memory
# from the bottom up: what reclaim may not touch, then hot, then cold
STACK = (lanes.UNEVICTABLE, lanes.ACTIVE_ANON, lanes.INACTIVE_ANON, lanes.ACTIVE_FILE, lanes.INACTIVE_FILE)
WATERMARKS = (("mark_high", tables.ZONE_HIGH), ("mark_low", tables.ZONE_LOW), ("mark_min", tables.ZONE_MIN))


class TimelinePanel(Panel):
    """The whole trace at a glance, or a stretch of it; what has happened is full, what is to come is dimmed.

    Signals:
        detailed: the stretch seen has been sampled anew, for all who show the same seconds.
    """

    NAME = "timeline"
    TITLE = "Timeline"
    INTEREST = Changed.POSITION | Changed.FRACTION

    detailed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme | None = None
        self._stale = True
        self._course: Course | None = None
        self._drawn = False
        self._stack_of: object = None
        self.plot = Plot()
        self.plot.setAccessibleName("Timeline: pages on each list; click to go to a moment")
        self.plot.setAccessibleDescription(span_keys.WORDS)
        self.stack = StackItem()
        self._limits = [pg.InfiniteLine(angle=0) for _ in WATERMARKS]
        self._steps: list[pg.InfiniteLine] = []
        self._steps_theme: Theme | None = None
        for item in (self.stack, *self._limits):
            self.plot.box.addItem(item)
        column = spaced(QVBoxLayout(self), margin=UNIT)
        column.addWidget(self.plot)
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(BETWEEN_MS)
        self._looking.timeout.connect(self._look)
        self.plot.box.sigXRangeChanged.connect(self._looking.start)
        self.plot.scrubbed.connect(self._scrub)
        self.plot.picked.connect(self.jumped)

    def follow(self, course: Course) -> None:
        """Show the trace that `course` belongs to."""
        self._course, self._drawn = course, False
        self.plot.show_span(span_keys.ALL)

    def span(self, pacing: Pacing) -> span_keys.Span:
        """Return the first and last second seen; while all is seen, as far as the trace goes."""
        box = self.plot.box
        low, high = (0.0, self._length(pacing)) if box.autoRangeEnabled()[0] else box.viewRange()[0]
        return low, high

    @staticmethod
    def _length(pacing: Pacing) -> float:
        """Seconds that are seen of a whole trace; some, too, where nothing has happened yet."""
        return max(pacing.total, SHORTEST_WHOLE_S)

    def _look(self) -> None:
        """Sample the stretch seen anew, a part at a time between the frames of the window."""
        course = self._course
        if course is None:
            return
        more = course.history.look(*stretch_of(course.pacing, self.span(course.pacing)))
        if more:
            self._looking.start()
        else:
            self.detailed.emit()
        if self._drawn and self._stack_of != self._stack(course):
            self._draw_stack(course)

    def _stack(self, course: Course) -> object:
        """What the picture of the lists is made of; how a trace grows that is seen as a whole is another matter."""
        whole = self.plot.box.autoRangeEnabled()[0]
        return course, course.history.closer, None if whole else self.span(course.pacing)

    def set_theme(self, theme: Theme) -> None:
        """Take in colours and faces."""
        self._theme = theme
        self.plot.set_theme(theme)
        self.stack.set_colors([theme.roles[marks.list_role(kind)].fill for kind in STACK])
        for line, (color, _) in zip(self._limits, WATERMARKS, strict=True):
            line.setPen(pg.mkPen(theme.color[color], style=Qt.PenStyle.DashLine))

    def render_moment(self, moment: Moment) -> None:
        """Redraw curves if the trace has changed; move the playhead."""
        course = self._course
        if course is None or course.trace is not moment.trace:
            return
        pacing = course.pacing
        self._stale |= bool(moment.changed & (Changed.TRACE | Changed.LOOK))
        if not self._drawn or (self._stale and not moment.hurried):
            self._stale, self._drawn = False, True
            self._redraw(course, moment)
        now = pacing.seconds_at(moment.position)
        if moment.fraction > 0:
            now += moment.fraction * pacing.length_of(moment.position)
        self.plot.move_playhead(now, pacing.total)

    def _redraw(self, course: Course, moment: Moment) -> None:
        self._draw_stack(course)
        self._looking.start()
        self._draw_limits(moment)
        self.plot.band.show_marks(course.marks, course.pacing)
        self._draw_steps(course.pacing)

    def _draw_stack(self, course: Course) -> None:
        """Draw list on list; sizes change at once, so each is held until the next sample."""
        pacing = course.pacing
        self._stack_of = self._stack(course)
        low, high = self.span(pacing)
        more = AROUND * (high - low)
        around = (low - more, high + more)
        seconds, sizes = list_sizes(course.history, pacing, around)
        x = np.repeat(np.clip(seconds, *around), 2)[1:]
        tops = np.repeat(np.cumsum(sizes[:, STACK], axis=1), 2, axis=0)[:-1]
        self.stack.set_tops(x, tops, (0.0, self._length(pacing)))
        self.plot.outdate()

    def _draw_limits(self, moment: Moment) -> None:
        """Draw how far lists may grow until free memory falls to each watermark."""
        zone = moment.view.zone
        managed = int(zone[:, tables.ZONE_MANAGED].sum())
        for line, (_, column) in zip(self._limits, WATERMARKS, strict=True):
            line.setValue(managed - int(zone[:, column].sum()))
        self.plot.box.setYRange(0, max(1, managed) * HEADROOM, padding=0)

    def _draw_steps(self, pacing: Pacing) -> None:
        """Draw a dotted line with its number where each step begins."""
        begins = pacing.begins(kinds.STEP)[:MOST_STEP_TITLES].tolist()
        if self._steps_theme is not self._theme or len(begins) < len(self._steps):
            for line in self._steps:
                self.plot.box.removeItem(line)
            self._steps, self._steps_theme = [], self._theme
        if self._theme is None:
            return
        for number in range(len(self._steps) + 1, len(begins) + 1):
            self._steps.append(self._step_line(number, self._theme))
        for line, at in zip(self._steps, begins, strict=True):
            line.setValue(pacing.seconds_at(at))

    def _step_line(self, number: int, theme: Theme) -> pg.InfiniteLine:
        soft = theme.color["text_soft"]
        options = {"position": 0.92, "color": soft, "anchors": [(0, 0.5), (0, 0.5)]}
        pen = pg.mkPen(soft, style=Qt.PenStyle.DotLine)
        line = pg.InfiniteLine(angle=90, pen=pen, label=str(number), labelOpts=options)
        line.label.setFont(fonts.font(pixels(theme, "small"), mono=True))
        self.plot.box.addItem(line)
        return line

    def _scrub(self, seconds: float) -> None:
        if self._course is not None:
            self.jumped.emit(self._course.pacing.position_at(seconds)[0])
