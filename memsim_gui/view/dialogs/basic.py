"""Small dialogs: a list to find something in, and pages of help."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from memsim_gui import resources
from memsim_gui.paint import fonts
from memsim_gui.view.dialogs.frame import closing, open_at
from memsim_gui.view.style import EDGE, UNIT, spaced

FINDER_SIZE, PAGE_SIZE = (110 * UNIT, 90 * UNIT), (120 * UNIT, 140 * UNIT)
DO_ROLE = Qt.ItemDataRole.UserRole


class Finder(QDialog):
    """Type to find one of many rows, Return to choose it."""

    def __init__(
        self, title: str, rows: Sequence[tuple[str, Callable[[], object]]], parent: QWidget, note: str = ""
    ) -> None:
        """Offer rows of words, each with what choosing it does; `note` stands below them."""
        super().__init__(parent)
        self.setWindowTitle(title)
        open_at(self, *FINDER_SIZE)
        self._search = QLineEdit(placeholderText="type to find")
        self._search.setAccessibleName(title)
        self._list = QListWidget()
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setWordWrap(True)
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


def _enlarge_code(document: QTextDocument) -> None:
    """Let code be as large as the words around it: Qt gives it the system's size."""
    pieces, block = [], document.begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            pieces.append(at.fragment())
            at += 1
        block = block.next()
    cursor = QTextCursor(document)
    for piece in pieces:
        look = piece.charFormat()
        if look.fontFixedPitch():
            for name in (QTextFormat.Property.FontPointSize, QTextFormat.Property.FontPixelSize):
                look.clearProperty(name)
            look.setFontFamilies([fonts.NUMBERS])
            cursor.setPosition(piece.position())
            cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(look)


def help_page(name: str, title: str, parent: QWidget | None) -> QDialog:
    """Return a dialog that shows a page of resources/help."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    open_at(dialog, *PAGE_SIZE)
    text = QTextBrowser()
    text.setAccessibleName(title)
    text.document().setDocumentMargin(EDGE)
    text.setMarkdown(resources.path("help", f"{name}.md").read_text(encoding="utf-8"))
    _enlarge_code(text.document())
    column = spaced(QVBoxLayout(dialog))
    column.addWidget(text)
    column.addWidget(closing(dialog))
    return dialog
