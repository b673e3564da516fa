"""Small dialogs: the action palette, the sheet of shortcuts, and help pages."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from memsim_gui import resources
from memsim_gui.view.actions import ENTRIES, plain_text
from memsim_gui.view.lecturing import keys as lecture_keys
from memsim_gui.view.style import SECTION_GAP, UNIT, spaced

PALETTE_SIZE, SHEET_SIZE = (110 * UNIT, 90 * UNIT), (120 * UNIT, 140 * UNIT)
DO_ROLE = Qt.ItemDataRole.UserRole


def _words(action: QAction) -> str:
    return action.text().replace("&", "").removesuffix("…")


def _keys(action: QAction) -> str:
    return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts())


class Finder(QDialog):
    """Type to find one of many rows, Return to choose it."""

    def __init__(
        self, title: str, rows: Sequence[tuple[str, Callable[[], object]]], parent: QWidget, note: str = ""
    ) -> None:
        """Offer rows of words, each with what choosing it does; `note` stands below them."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(*PALETTE_SIZE)
        self._search = QLineEdit(placeholderText="type to find")
        self._search.setAccessibleName(title)
        self._list = QListWidget()
        self._list.setAccessibleName(f"{title}: what was found")
        column = spaced(QVBoxLayout(self))
        column.addWidget(self._search)
        column.addWidget(self._list)
        if note:
            column.addWidget(QLabel(note, wordWrap=True))
        for text, do in rows:
            item = QListWidgetItem(text)
            item.setData(DO_ROLE, do)
            self._list.addItem(item)
        self._search.textChanged.connect(self._filter)
        self._search.returnPressed.connect(self._do)
        self._list.itemActivated.connect(self._do)
        self._filter("")

    def _filter(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(not all(word in item.text().lower() for word in words))
        shown = [row for row in range(self._list.count()) if not self._list.item(row).isHidden()]
        self._list.setCurrentRow(shown[0] if shown else -1)

    def _do(self) -> None:
        item = self._list.currentItem()
        self.accept()
        if item:
            item.data(DO_ROLE)()


class Palette(Finder):
    """Type to find an action, Return to do it."""

    def __init__(self, actions: list[QAction], parent: QWidget) -> None:
        """Offer these actions."""
        offered = [action for action in actions if action.isEnabled() and action.text()]
        rows = [("    ".join(filter(None, (_words(action), _keys(action)))), action.trigger) for action in offered]
        super().__init__("Find an action", rows, parent)


def shortcut_sheet(docks: list[QAction], parent: QWidget) -> QDialog:
    """Return a dialog that lists every action with its keys."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Shortcuts")
    dialog.resize(*SHEET_SIZE)
    sheet = QWidget()
    grid = spaced(QGridLayout(sheet), margin=SECTION_GAP)
    rows = [(plain_text(entry), ", ".join(entry.keys)) for entry in ENTRIES]
    rows += [(f"Show or hide {_words(action)}", _keys(action)) for action in docks]
    rows += [(f"Lecture: {deed}", ", ".join(names)) for names, deed in lecture_keys.rows()]
    for row, (text, keys) in enumerate(rows):
        grid.addWidget(QLabel(text), row, 0)
        figure = QLabel(keys)
        figure.setProperty("role", "figure")
        grid.addWidget(figure, row, 1, Qt.AlignmentFlag.AlignRight)
    scroll = QScrollArea()
    scroll.setWidget(sheet)
    scroll.setWidgetResizable(True)
    column = spaced(QVBoxLayout(dialog), margin=0)
    column.addWidget(scroll)
    return dialog


def help_page(name: str, title: str, parent: QWidget | None) -> QDialog:
    """Return a dialog that shows a page of resources/help."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.resize(*SHEET_SIZE)
    text = QTextBrowser()
    text.setAccessibleName(title)
    text.setMarkdown(resources.path("help", f"{name}.md").read_text(encoding="utf-8"))
    column = spaced(QVBoxLayout(dialog), margin=0)
    column.addWidget(text)
    return dialog
