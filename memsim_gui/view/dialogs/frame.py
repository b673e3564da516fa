"""What dialogs have around their contents: a size that the screen has room for, and a row of buttons at the end.

The buttons stand in the order that people know from their desktop.
"""

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from memsim_gui.view.style import set_property

SHARE = 0.92  # of the screen, that leaves room for the frame of a window
CANCEL, CLOSE = QDialogButtonBox.StandardButton.Cancel, QDialogButtonBox.StandardButton.Close


def open_at(dialog: QWidget, width: int, height: int) -> None:
    """Let a dialog begin with a size in pixels, or as near to it as its screen has room for."""
    beside = dialog.parentWidget() or dialog
    dialog.resize(QSize(width, height).boundedTo(beside.screen().availableSize() * SHARE))


def deciding(dialog: QDialog, words: str) -> tuple[QDialogButtonBox, QPushButton]:
    """Return a row that accepts or rejects `dialog`, and its accepting button, called `words`; Return presses that."""
    row = QDialogButtonBox(CANCEL)
    go = row.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
    row.button(CANCEL).setAutoDefault(False)
    row.button(CANCEL).setIcon(QIcon())  # no button of the program has one beside its words
    go.setDefault(True)
    set_property(go, "role", "primary")
    row.accepted.connect(dialog.accept)
    row.rejected.connect(dialog.reject)
    return row, go


def closing(dialog: QDialog) -> QDialogButtonBox:
    """Return a row that closes `dialog`."""
    row = QDialogButtonBox(CLOSE)
    row.button(CLOSE).setIcon(QIcon())
    row.rejected.connect(dialog.reject)
    return row
