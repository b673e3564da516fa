"""A list of names to choose from, with a chevron in the theme's colour."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox

from memsim_gui.view.style import GAP, UNIT


class Choice(QComboBox):
    """A combo box that keeps its choice while names come and go, and that the mouse wheel does not change."""

    def __init__(self, name: str, items: Sequence[str] = ()) -> None:
        """Make a list of `items`; `name` is read out by screen readers and shown as its tooltip."""
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.addItems(list(items))

    def offer(self, items: Sequence[str]) -> None:
        """Replace the names; the one chosen stays chosen if it is still there, unless a new one has come."""
        if [self.itemText(row) for row in range(self.count())] == list(items):
            return
        grew = len(items) > self.count()
        chosen = self.currentText()
        self.blockSignals(True)
        self.clear()
        self.addItems(list(items))
        self.setCurrentIndex(items.index(chosen) if chosen in items and not grew else len(items) - 1)
        self.blockSignals(False)
        self.currentIndexChanged.emit(self.currentIndex())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area around."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Add the chevron, which a style sheet could only take from a file."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(self.foregroundRole()))
        x, y = self.width() - GAP - UNIT / 2, self.height() / 2
        points = ((x - UNIT, y - UNIT / 2), (x, y + UNIT / 2), (x + UNIT, y - UNIT / 2))
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))
