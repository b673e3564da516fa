"""Charts: rates of reclaim, refaults, swap, faults, writing and stalls over the seconds that the timeline shows."""

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.scene.panels.charts import ROWS, curves
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.panel import Panel
from memsim_gui.view.panels.timeline import TimelinePanel
from memsim_gui.view.style import UNIT, spaced
from memsim_gui.view.widgets import span_keys
from memsim_gui.view.widgets.charts_view import ChartsView
from memsim_gui.view.widgets.checks_menu import ChecksMenu
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.scrolled import scrolled

ROWS_KEY, SCALE_KEY = "charts/rows", "charts/scale"
RATE, TOTAL = "rate", "total"
SCALES = {"Per second": RATE, "Total": TOTAL}
BETWEEN_MS = 16  # a frame of the window
SCALE_WIDTH = 28 * UNIT
AT_FIRST = ("scan", "steal", "refault", "swap", "fault", "stall")


class ChartsPanel(Panel):
    """Small charts that share seconds, zoom and cursor with each other and with the timeline."""

    NAME = "charts"
    TITLE = "Charts"
    CALM = True

    def __init__(self, timeline: TimelinePanel) -> None:
        """Make charts over the seconds that a timeline shows, from the samples it has taken."""
        super().__init__()
        self._timeline = timeline
        self._course: Course | None = None
        self._settings: QSettings | None = None
        self.view = ChartsView()
        self.view.setAccessibleName("Charts: counters over time; point to read them, click to go to a moment")
        self.view.setAccessibleDescription(span_keys.WORDS)
        self.scale = Choice("What the charts show: growth per second of the presentation, or totals", SCALES)
        self.scale.setMinimumWidth(SCALE_WIDTH)
        self.button = QToolButton()
        self.button.setText("Charts…")
        self.button.setToolTip("Choose which charts are shown")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = ChecksMenu(self)
        self.button.setMenu(self._menu)
        self.choices: dict[str, QAction] = {}
        for row in ROWS:
            self.choices[row.key] = action = self._menu.addAction(row.title)
            action.setCheckable(True)
        self._outdated = QTimer(self)
        self._outdated.setSingleShot(True)
        self._outdated.setInterval(BETWEEN_MS)
        self._lay_out()
        self._check(AT_FIRST)
        self._connect()

    def _lay_out(self) -> None:
        self.head = QWidget(self)
        head = spaced(QHBoxLayout(self.head), margin=0)
        head.addStretch(1)
        head.addWidget(self.button)
        head.addWidget(self.scale)
        self._rows = rows = scrolled(self.view, "Charts")
        rows.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the view has it; the area would scroll it when Tab comes
        spaced(QVBoxLayout(self), margin=UNIT).addWidget(rows)

    def _connect(self) -> None:
        plot = self._timeline.plot
        self._outdated.timeout.connect(self._redraw)
        plot.box.sigXRangeChanged.connect(self._outdate)
        self._timeline.detailed.connect(self._outdate)
        plot.hovered.connect(self.view.point_at)
        self.view.pointed.connect(plot.point_at)
        self.view.pointed.connect(self.view.point_at)
        self.view.sought.connect(self._seek)
        self.view.spanned.connect(self._span)
        self.scale.currentIndexChanged.connect(self._choose)
        self._menu.triggered.connect(self._choose)

    # --- what is chosen

    def remember(self, settings: QSettings) -> None:
        """Show the charts that were shown the last time, and keep `settings` up to date from now on."""
        known = settings.value(ROWS_KEY)
        if isinstance(known, str):
            self._check(tuple(known.split(",")))
        self.scale.setCurrentIndex(max(0, self.scale.findData(settings.value(SCALE_KEY, RATE))))
        self._settings = settings

    def _check(self, keys: tuple[str, ...]) -> None:
        for key, action in self.choices.items():
            action.setChecked(key in keys)
        self._show_rows()

    def _show_rows(self) -> None:
        self.view.show_rows(tuple(row for row in ROWS if self.choices[row.key].isChecked()))
        self._fit()

    def _fit(self) -> None:
        self.view.fit(self._rows.viewport().height())
        self._rows.verticalScrollBar().setSingleStep(self.view.row_height)

    def _choose(self) -> None:
        self._show_rows()
        if self._settings is not None:
            self._settings.setValue(ROWS_KEY, ",".join(row.key for row in self.view.rows))
            self._settings.setValue(SCALE_KEY, self.scale.value())
        self._outdate()

    # --- what is shown

    def follow(self, course: Course) -> None:
        """Show the trace that `course` belongs to."""
        self._course = course

    def set_theme(self, theme: Theme) -> None:
        """Take in colours and faces."""
        self.view.set_theme(theme)

    def render_moment(self, moment: Moment) -> None:
        """Draw the curves anew if the trace has changed; move the playhead."""
        course = self._course
        if course is None or course.trace is not moment.trace:
            return
        if moment.changed & (Changed.TRACE | Changed.LOOK):
            self._redraw()
        self.view.show_now(course.pacing.seconds_at(moment.position))

    def _redraw(self) -> None:
        """Draw the seconds that the timeline shows; while it shows all, so do the charts."""
        course = self._course
        if course is None:
            return
        span, rate = self._timeline.span(course.pacing), self.scale.value() == RATE
        found = curves(course.history, course.pacing, span, self.view.bins(), per_second=rate)
        self.view.show_curves(found, span, "/s" if rate else "")

    def _outdate(self) -> None:
        """Draw the curves anew, once a frame at most and only if somebody sees them."""
        if self.isVisible() and not self._covered and not self._outdated.isActive():
            self._outdated.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have as many charts in sight, and as many bins, as there is room for."""
        super().resizeEvent(event)
        self._fit()
        self._outdate()

    # --- what the person does

    def _seek(self, second: float) -> None:
        if self._course is not None:
            self.jumped.emit(self._course.pacing.position_at(second)[0])

    def _span(self, low: float, high: float) -> None:
        self._timeline.plot.show_span((low, high))
        self._outdate()
