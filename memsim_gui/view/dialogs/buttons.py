"""The row of buttons that ends a dialog, in the order that people know from their desktop."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton

from memsim_gui.view.style import set_property

CANCEL, CLOSE = QDialogButtonBox.StandardButton.Cancel, QDialogButtonBox.StandardButton.Close


def deciding(dialog: QDialog, words: str) -> tuple[QDialogButtonBox, QPushButton]:
    """Return a row that accepts or rejects `dialog`, and its accepting button, called `words`; Return presses that."""
    row = QDialogButtonBox(CANCEL)
    go = row.addButton(words, QDialogButtonBox.ButtonRole.AcceptRole)
    row.button(CANCEL).setAutoDefault(False)
    go.setDefault(True)
    set_property(go, "role", "primary")
    row.accepted.connect(dialog.accept)
    row.rejected.connect(dialog.reject)
    return row, go


def closing(dialog: QDialog) -> QDialogButtonBox:
    """Return a row that closes `dialog`."""
    row = QDialogButtonBox(CLOSE)
    row.rejected.connect(dialog.reject)
    return row
