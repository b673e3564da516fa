"""Chapters: the steps of the story on a lecture's picture; type or use the arrows, Return goes there."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageDown: 1}
CLOSERS = {Qt.Key.Key_Escape, Qt.Key.Key_Tab}
FIGURE_SPACE = "\u2007"  # as wide as a digit
HERE, ELSEWHERE = "●", "\u2003"  # before the title: is it the step shown?


class Chapters(QFrame):
    """A list of steps.

    Signals:
        chosen: number of a step, from 1.
        closed: the person is done with the list, chosen or not.
    """

    chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "overlay")
        self._offered: tuple[tuple[str, ...], int] = ((), 0)
        self._search = QLineEdit(placeholderText="number or words of a chapter")
        self._search.setAccessibleName("Find a chapter")
        self.list = QListWidget()
        self.list.setAccessibleName("Chapters")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        digits_as_wide = self.list.font()
        digits_as_wide.setFeature(QFont.Tag("tnum"), 1)
        self.list.setFont(digits_as_wide)
        column = QVBoxLayout(self)
        column.addWidget(self._search)
        column.addWidget(self.list)
        self._search.installEventFilter(self)
        self._search.textChanged.connect(self._filter)
        self.list.itemClicked.connect(self._choose)
        self.hide()

    def offer(self, titles: list[str], step: int) -> None:
        """Show these titles; `step` (from 1) is the one told now."""
        if (tuple(titles), step) == self._offered:
            return
        self._offered = (tuple(titles), step)
        self.list.clear()
        digits = len(str(len(titles)))
        for number, title in enumerate(titles, 1):
            here = HERE if number == step else ELSEWHERE
            item = QListWidgetItem(f"{str(number).rjust(digits, FIGURE_SPACE)} {here} {title}")
            item.setData(Qt.ItemDataRole.UserRole, number)
            self.list.addItem(item)
        self._filter(self._search.text())

    def open(self) -> None:
        """Appear, with the step told now chosen."""
        self._search.clear()
        self._filter("")
        self.show()
        self.raise_()
        self._search.setFocus()

    def _filter(self, text: str) -> None:
        """Hide what does not match: a number is the beginning of a step's, words stand anywhere in its title."""
        words = text.lower().split()
        for item in self._items():
            number, _, title = item.text().lower().lstrip(FIGURE_SPACE).partition(" ")
            item.setHidden(not all(number.startswith(word) or word in title for word in words))
        shown = self._shown()
        told = [item for item in shown if item.data(Qt.ItemDataRole.UserRole) == self._offered[1]]
        for item in (shown if words else told or shown)[:1]:
            self.list.setCurrentItem(item)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _shown(self) -> list[QListWidgetItem]:
        return [item for item in self._items() if not item.isHidden()]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys of the line above the list move through the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in MOVES:
                self._move(MOVES[key])
            elif key in CLOSERS:
                self.closed.emit()
            elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose(self._chosen())
            else:
                return super().eventFilter(watched, event)
            return True
        return super().eventFilter(watched, event)

    def _chosen(self) -> QListWidgetItem | None:
        return next((item for item in self._shown() if item is self.list.currentItem()), None)

    def _move(self, by: int) -> None:
        shown, chosen = self._shown(), self._chosen()
        if chosen:
            row = shown.index(chosen) + by
            self.list.setCurrentItem(shown[min(len(shown) - 1, max(0, row))])

    def _choose(self, item: QListWidgetItem | None) -> None:
        self.closed.emit()
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
