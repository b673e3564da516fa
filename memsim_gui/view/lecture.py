"""Lecture mode: the stage alone on the whole screen, driven by a presenter's clicker."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from memsim_gui.paint import Theme
from memsim_gui.view.stage import LECTURE, StageView

NEXT_KEYS = {Qt.Key.Key_PageDown, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return}
PREVIOUS_KEYS = {Qt.Key.Key_PageUp, Qt.Key.Key_Backspace, Qt.Key.Key_Left, Qt.Key.Key_Up}


class LectureView(StageView):
    """A full-screen stage. B blanks it, Esc leaves.

    Signals:
        next_asked, previous_asked: a step forward or back.
        left: the person wants the window back.
    """

    NAME = "lecture"
    TITLE = "Lecture"

    next_asked = Signal()
    previous_asked = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, LECTURE, parent)
        self.setWindowFlag(Qt.WindowType.Window)
        self.setWindowTitle("MemSim lecture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.blank = False

    def event(self, event: QEvent) -> bool:
        """Claim every key before the window's own shortcuts see it."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a clicker's keys."""
        key = event.key()
        if key == Qt.Key.Key_B:
            self.blank = not self.blank
            self.update()
        elif key in {Qt.Key.Key_Escape, Qt.Key.Key_F5}:
            self.left.emit()
        elif key in NEXT_KEYS:
            self.blank = False
            self.next_asked.emit()
        elif key in PREVIOUS_KEYS:
            self.blank = False
            self.previous_asked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, or nothing while the screen is blank."""
        if self.blank:
            painter = QPainter(self)
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            painter.end()
        else:
            super().paintEvent(event)
