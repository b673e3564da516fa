"""The sheet of shortcuts: every action with its keys, on the screen and as a page to print."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeySequence, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QTextBrowser, QVBoxLayout, QWidget

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.whole_file import whole_file
from memsim_gui.paint import fonts
from memsim_gui.paint.tokens import Theme, load_theme
from memsim_gui.view import text_size
from memsim_gui.view.actions import ENTRIES, plain_text
from memsim_gui.view.dialogs.frame import closing, open_at
from memsim_gui.view.lecturing import keys as lecture_keys
from memsim_gui.view.stages import lab
from memsim_gui.view.style import EDGE, UNIT, spaced
from memsim_gui.view.widgets import span_keys

SIZE = (130 * UNIT, 150 * UNIT)
PRINTED_THEME, FILE_NAME = "light", "memsim-shortcuts.pdf"

Row = tuple[str, str]


def rows(docks: Sequence[QAction]) -> dict[str, list[Row]]:
    """Return what can be done with its keys, by the title of the menu it stands in."""
    found: dict[str, list[Row]] = {}
    for entry in ENTRIES:
        menu, _, _ = entry.menu.replace("&", "").partition("/")
        found.setdefault(menu, []).append((plain_text(entry), ", ".join(entry.keys)))
    found["Panels"] = [(f"Show or hide {action.text().replace('&', '')}", _keys(action)) for action in docks]
    found[lab.KEYS_TITLE] = lab.KEY_ROWS
    found[span_keys.TITLE] = span_keys.ROWS
    found["Lecture"] = [(deed, ", ".join(names)) for names, deed in lecture_keys.rows()]
    return found


def _keys(action: QAction) -> str:
    return ", ".join(key.toString(QKeySequence.SequenceFormat.PortableText) for key in action.shortcuts())


def document(docks: Sequence[QAction], theme: Theme, factor: float = 1.0) -> QTextDocument:
    """Return the sheet in the colours of a theme, with type `factor` times as large as on paper."""
    made = QTextDocument()
    text, soft = (theme.color[name].name() for name in ("text", "text_soft"))
    made.setDefaultStyleSheet(
        f"body, td {{ color: {text}; }} h3, td.keys {{ color: {soft}; }} td.keys {{ font-family: '{fonts.NUMBERS}'; }}"
    )
    made.setDefaultFont(QFont(fonts.WORDS, round(factor * theme.sizes["lab"]["small"])))
    tables = [f"<h3>{escape(title)}</h3>{_table(found)}" for title, found in rows(docks).items()]
    made.setHtml(f"<body><h2>MemSim: shortcuts</h2>{''.join(tables)}</body>")
    return made


def _table(found: list[Row]) -> str:
    lines = [
        f"<tr><td width='70%'>{escape(text)}</td><td class='keys'>{escape(keys)}</td></tr>" for text, keys in found
    ]
    return f"<table width='100%'>{''.join(lines)}</table>"


def write_pdf(docks: Sequence[QAction], path: str) -> None:
    """Write the sheet as a page of A4, whole or not at all. Raises InputError if it cannot be written."""
    with whole_file(Path(path)) as unfinished:
        writer = QPdfWriter(str(unfinished))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setTitle("MemSim: shortcuts")
        document(docks, load_theme(PRINTED_THEME)).print_(writer)


class ShortcutSheet(QDialog):
    """Lists every action with its keys.

    Signals:
        said: what became of printing, in one line.
    """

    said = Signal(str)

    def __init__(self, docks: Sequence[QAction], theme: Theme, parent: QWidget) -> None:
        """Show the sheet in a theme."""
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_at(self, *SIZE)
        self._docks = docks
        self.text = QTextBrowser()
        self.text.setAccessibleName("Shortcuts")
        self._document = document(docks, theme, text_size.factor())
        self.text.setDocument(self._document)
        buttons = closing(self)
        self.print_button = buttons.addButton("&Print to PDF…", QDialogButtonBox.ButtonRole.ActionRole)
        self.print_button.clicked.connect(self._ask)
        column = spaced(QVBoxLayout(self), margin=EDGE)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)

    def _ask(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Print to PDF", FILE_NAME, "PDF (*.pdf)")
        if path:
            self.write(path)

    def write(self, path: str) -> None:
        """Print to a file; what happened is said."""
        try:
            write_pdf(self._docks, path)
        except InputError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(f"printed to {path}")
