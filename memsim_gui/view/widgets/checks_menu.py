"""A menu of things to check: it stays open, since a person who checks one often checks another."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

CHECKING = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class ChecksMenu(QMenu):
    """Goes away with Escape or a click beside it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Check what was clicked."""
        if not self._check():
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Check what the arrows have led to."""
        if event.key() not in CHECKING or not self._check():
            super().keyPressEvent(event)

    def _check(self) -> bool:
        action = self.activeAction()
        if action is None or not action.isCheckable() or not action.isEnabled():
            return False
        action.trigger()
        return True
