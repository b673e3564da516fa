"""Proc: the texts that the real tools show, of the simulated machine; what the step has changed stands out."""

from PySide6.QtGui import QColor, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QTextEdit, QVBoxLayout, QWidget

from memsim_gui.paint import Theme, fonts
from memsim_gui.paint.tokens import mixed
from memsim_gui.scene.panels import proc
from memsim_gui.session.boundaries import Unit, preceding
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace.store import Trace
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import UNIT, pixels, spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.page_age import PageAge

CHANGED_SHARE, FOUND_SHARE = 0.24, 0.6  # of a colour, on the panel's ground
SMALL_FRAMES = 16_384  # up to this size the texts of the step's start are made from its state
COPY, COPIED = "Copy", "Copied"


class ProcPanel(Panel):
    """One text at a time, chosen by its name."""

    NAME = "proc"
    TITLE = "/proc"
    INTEREST = Changed.POSITION
    CALM = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.age = PageAge()
        self.file = Choice("Text shown")
        self.search = QLineEdit(placeholderText="find")
        self.copy = QPushButton(COPY)
        self.text = QPlainTextEdit(readOnly=True, lineWrapMode=QPlainTextEdit.LineWrapMode.NoWrap)
        self.changed: list[int] = []  # lines
        self._before: dict[str, str] = {}  # texts as the step began, by name
        self._step: tuple[Trace | None, int] = (None, -1)
        self._colors = (QColor(), QColor())
        self.search.setProperty("role", "field")
        self.search.setAccessibleName("Find in the text; Return goes to the next place")
        self.search.setToolTip("Find in the text; Return goes to the next place")
        self.copy.setToolTip("Copy the whole text")
        self.copy.setAccessibleName("Copy the whole text")
        self.text.setAccessibleName("Text as the real tool prints it")
        # The Tab key leaves the text: nothing is typed here.
        self.text.setTabChangesFocus(True)
        self._lay_out()
        self.file.currentIndexChanged.connect(self.woke)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._find_next)
        self.copy.clicked.connect(self._copy)

    def _lay_out(self) -> None:
        self.head = QWidget(self)
        head = spaced(QHBoxLayout(self.head), margin=0)
        head.addWidget(self.file, 3)
        head.addWidget(self.search, 2)
        head.addWidget(self.copy)
        column = spaced(QVBoxLayout(self), margin=UNIT, gap=UNIT)
        column.addWidget(self.age)
        column.addWidget(self.text, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take in the face of numbers and the colours of what changed and what was found."""
        color = theme.color
        self.text.setFont(fonts.font(pixels(theme, "mono"), mono=True))
        self._colors = (
            mixed(color["warning"], color["panel"], CHANGED_SHARE), mixed(color["accent"], color["panel"], FOUND_SHARE),
        )  # fmt: skip

    def render_moment(self, moment: Moment) -> None:
        """Show the chosen text here."""
        files = proc.files(moment.view, moment.trace)
        titles = list(files)
        if [self.file.itemText(row) for row in range(self.file.count())] != titles:
            self._offer(titles)
        title = self.file.currentText()
        self.age.tell(moment, of_pages=proc.tells_pages(title))
        now = files[title]()
        self._remember(moment, title)
        self.changed = proc.changed_lines(self._before.setdefault(title, now), now)
        self._show(now)

    def _offer(self, titles: list[str]) -> None:
        """Name the texts; the one chosen stays, or else the first is shown."""
        chosen = self.file.currentText()
        self.file.blockSignals(True)
        self.file.clear()
        self.file.addItems(titles)
        self.file.setCurrentIndex(titles.index(chosen) if chosen in titles else 0)
        self.file.blockSignals(False)

    def _remember(self, moment: Moment, title: str) -> None:
        """Know a text as the step began; on a large machine, as it was when first seen in the step."""
        step = preceding(moment.trace, moment.position, Unit.STEP)
        if (moment.trace, step) != self._step:
            self._step, self._before = (moment.trace, step), {}
        if title not in self._before and len(moment.view.lane) <= SMALL_FRAMES:
            files = proc.files(moment.trace.view_at(step), moment.trace)
            if title in files:
                self._before[title] = files[title]()

    def _show(self, now: str) -> None:
        """Put a text on the screen; what the person has scrolled to or selected stays."""
        if now != self.text.toPlainText():
            cursor, bars = self.text.textCursor(), (self.text.verticalScrollBar(), self.text.horizontalScrollBar())
            anchor, place, values = cursor.anchor(), cursor.position(), [bar.value() for bar in bars]
            self.text.setPlainText(now)
            self.copy.setText(COPY)
            cursor.setPosition(min(anchor, len(now)))
            cursor.setPosition(min(place, len(now)), QTextCursor.MoveMode.KeepAnchor)
            self.text.setTextCursor(cursor)
            for bar, value in zip(bars, values, strict=True):
                bar.setValue(value)
        self._mark()

    def _mark(self) -> None:
        """Colour changed lines and what was searched for."""
        marks = [self._selection(QTextCursor(self.text.document().findBlockByNumber(line)), 0) for line in self.changed]
        for mark in marks:
            mark.format.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
        wanted = self.search.text()
        found = self.text.document().find(wanted) if wanted else QTextCursor()
        while not found.isNull():
            marks.append(self._selection(found, 1))
            found = self.text.document().find(wanted, found)
        self.text.setExtraSelections(marks)

    def _selection(self, cursor: QTextCursor, color: int) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setBackground(self._colors[color])
        mark.cursor, mark.format = cursor, look
        return mark

    def _find(self) -> None:
        """Go to the first place that holds the text typed."""
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self._mark()
        self._find_next()

    def _find_next(self) -> None:
        """Go to the next place, after the last one to the first again."""
        wanted = self.search.text()
        if wanted and not self.text.find(wanted):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(wanted)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(COPIED)
