"""Page inspector: one page's flags and fields as the kernel has them, the list that follows, and its whole life."""

import bisect

from PySide6.QtCore import QElapsedTimer, QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from memsim_gui.paint import Theme
from memsim_gui.scene.panels import page_inspector, physical_map
from memsim_gui.scene.panels.page_inspector import Inspection
from memsim_gui.scene.panels.page_life import MOST_MOMENTS, MomentOfLife, PageLife
from memsim_gui.scene.words import grouped
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import GAP, UNIT, as_written, set_property, spaced
from memsim_gui.view.widgets.page_age import PageAge
from memsim_gui.view.widgets.scrolled import scrolled

HINT = "Click a page on the stage, or in any of the maps, to see its flags, its fields and its whole life."
FLAG_COLUMNS = 3
MOST_FIELDS = 10
LIFE = "Life of this page"
READ_MS, PAUSE_MS = 4, 8  # of work at once, and between
QUICK_EVENTS = 20_000  # the lives of pages in longer traces are only read anew while the clock stands
POSITION_ROLE = Qt.ItemDataRole.UserRole
LIFE_UNITS = 28  # of height that the life of a page has at least; in a low dock the whole panel scrolls


class Life(QListWidget):
    """A list that keeps one row in sight, whatever room it is given."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = 0
        self.setAccessibleName("Life of this page: each line goes to its moment")
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setSpacing(UNIT // 2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(LIFE_UNITS * UNIT)

    def sizeHint(self) -> QSize:
        """Wish for no more than must be: else the panel would scroll, and this list with it, where both have room."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def keep_in_sight(self, row: int) -> None:
        """Scroll to a row, now and when the list becomes lower or higher."""
        self._kept = row
        self.scrollToItem(self.item(row))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll to the row once more."""
        super().resizeEvent(event)
        self.scrollToItem(self.item(self._kept))


class PageInspectorPanel(Panel):
    """Everything about the page selected."""

    NAME = "page_inspector"
    TITLE = "Page"
    INTEREST = Changed.POSITION | Changed.SELECTION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hint, self.title, self._place, self._because = QLabel(HINT), QLabel(), QLabel(), QLabel()
        self.age = PageAge()
        self._flags = QWidget()
        self._flag_grid = spaced(QGridLayout(self._flags), margin=0, gap=UNIT)
        self._chips: list[QLabel] = []
        self._fields = QWidget()
        self._field_labels = self._make_fields()
        self._life_title = QLabel(LIFE)
        self.life = Life()
        self._past, self._position = -1, 0
        self._colors: tuple[QColor, QColor] | None = None
        self._moments: list[MomentOfLife] = []
        self._shown: PageLife | None = None
        self._reading = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._reading.timeout.connect(self._read_on)
        self._lay_out()
        self.life.clicked.connect(self._jump)
        self.life.activated.connect(self._jump)

    def _make_fields(self) -> list[tuple[QLabel, QLabel]]:
        grid = spaced(QGridLayout(self._fields), margin=0, gap=UNIT)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(GAP)
        made = []
        for row in range(MOST_FIELDS):
            name, value = QLabel(), QLabel()
            name.setProperty("role", "field_name")
            value.setProperty("role", "field_value")
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            made.append((name, value))
        return made

    def _lay_out(self) -> None:
        self.title.setProperty("role", "heading")
        self.title.setWordWrap(True)
        as_written(self.title)
        as_written(self.life)
        self._life_title.setProperty("role", "heading")
        for label in (self.hint, self._place, self._because):
            label.setProperty("role", "preview")
            label.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        body = QWidget()
        column = spaced(QVBoxLayout(body))
        column.addWidget(self.hint)
        column.addWidget(self.age)
        for widget in (self.title, self._place, self._flags, self._because, self._fields, self._life_title):
            column.addWidget(widget)
        column.addWidget(self.life, 1)
        column.addStretch(0)
        spaced(QVBoxLayout(self), margin=0).addWidget(scrolled(body, "The page selected"))

    def set_theme(self, theme: Theme) -> None:
        """Take in the colours of what was and of what is to come."""
        self._colors, self._past = (theme.color["text"], theme.color["asleep"]), -1

    def render_moment(self, moment: Moment) -> None:
        """Show the page selected, or how to select one."""
        frame = moment.selection.frame
        chosen = 0 <= frame < len(moment.view.lane) and moment.selection.count == 1
        self.hint.setText(self._hint(moment))
        self.hint.setVisible(bool(self.hint.text()))
        self.age.tell(moment, of_pages=moment.selection.frame >= 0)
        for widget in (self.title, self._place, self._flags, self._because, self._fields, self._life_title, self.life):
            widget.setVisible(chosen)
        if not chosen:
            self._shown = None
            return
        self._show_inspection(page_inspector.inspect(moment.view, moment.trace, frame))
        self._position = moment.position
        self._follow(moment, frame)
        self._mark_past()

    def _follow(self, moment: Moment, frame: int) -> None:
        """Read a life anew if it is another's, if part of it has been undone, or if it may go on in what is new."""
        shown, length = self._shown, len(moment.trace)
        if shown is None or (shown.trace, shown.frame) != (moment.trace, frame) or shown.outdated():
            self._show_life([])
        elif self._reading.isActive() or shown.stop == length or (moment.running and length >= QUICK_EVENTS):
            return
        self._shown = PageLife(moment.trace, frame)
        self._life_title.setText(f"{LIFE}: being read")
        self._read_on()

    def _read_on(self) -> None:
        """Read for a while; what has been found is shown once it is complete."""
        shown, clock = self._shown, QElapsedTimer()
        if shown is None or shown.outdated():
            self._shown = None  # another moment comes, and begins anew
            return
        clock.start()
        for _ in shown.reading:
            if clock.elapsed() >= READ_MS:
                self._reading.start()
                return
        self._life_title.setText(f"{LIFE}: its last {MOST_MOMENTS} events" if shown.earlier else LIFE)
        self._show_life(shown.moments)
        self._mark_past()

    @staticmethod
    def _hint(moment: Moment) -> str:
        """What to read above a page, or instead of one."""
        view, trace, selected = moment.view, moment.trace, moment.selection
        if not 0 <= selected.frame < len(view.lane):
            return page_inspector.without_frame(view, trace, selected) or HINT
        if selected.region:
            return f"{grouped(len(selected.region))} pages are picked. This is the first of them."
        if selected.count > 1:
            return physical_map.words(view, trace, selected.frame, min(selected.count, len(view.lane) - selected.frame))
        return ""

    def _show_inspection(self, found: Inspection) -> None:
        self.title.setText(found.title)
        self._place.setText(found.place)
        self._because.setText("\n".join(found.because))
        while len(self._chips) < len(found.flags):
            chip = QLabel()
            chip.setAlignment(Qt.AlignmentFlag.AlignCenter)
            chip.setProperty("role", "chip")
            row, column = divmod(len(self._chips), FLAG_COLUMNS)
            self._flag_grid.addWidget(chip, row, column)
            self._chips.append(chip)
        for chip, flag in zip(self._chips, found.flags, strict=True):
            chip.setText(flag.name.removeprefix("PG_"))
            chip.setToolTip(f"{flag.name} = {int(flag.is_set)}")
            set_property(chip, "set", flag.is_set)
        for row, (name, value) in enumerate(self._field_labels):
            known = row < len(found.fields)
            name.setVisible(known)
            value.setVisible(known)
            if known:
                name.setText(found.fields[row].name)
                value.setText(found.fields[row].value)
                value.setToolTip(found.fields[row].source)

    def _show_life(self, moments: list[MomentOfLife]) -> None:
        if moments == self._moments:
            return
        self._moments = moments
        self.life.clear()
        for moment in moments:
            item = QListWidgetItem(moment.words)
            item.setData(POSITION_ROLE, moment.position)
            self.life.addItem(item)
        self._past = -1

    def _mark_past(self) -> None:
        """Dim what is still to come, and keep the last thing that happened in sight."""
        past = bisect.bisect_left([moment.position for moment in self._moments], self._position)
        if past == self._past or self._colors is None:
            return
        self._past = past
        for row in range(self.life.count()):
            self.life.item(row).setForeground(self._colors[row >= past])
        self.life.keep_in_sight(max(0, past - 1))

    def _jump(self, index: QModelIndex) -> None:
        self.jumped.emit(int(index.data(POSITION_ROLE)) + 1)
