"""A list of names to choose from, with a chevron in the theme's colour."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

from memsim_gui.view.style import GAP, UNIT

EDGES = 8 * UNIT  # room that frame and chevron take of the width


class Choice(QComboBox):
    """A combo box that keeps its choice while names come and go, and that the mouse wheel does not change."""

    def __init__(self, name: str, items: Sequence[str] | Mapping[str, str] = ()) -> None:
        """Make a list of `items`, which may give a value for each title; `name` is its tooltip and spoken name."""
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        titles = items if isinstance(items, Mapping) else {item: item for item in items}
        for title, value in titles.items():
            self.addItem(title, value)
        self.currentTextChanged.connect(self._describe)
        self._describe(self.currentText())

    def value(self) -> str:
        """Return the value chosen, empty if there is none."""
        data = self.currentData()
        return data if isinstance(data, str) else self.currentText()

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
        self._describe(self.currentText())
        self.currentIndexChanged.emit(self.currentIndex())

    def _describe(self, text: str) -> None:
        """Say the choice in full in the tooltip, as its text may be cut short."""
        self.setToolTip(f"{self._name}: {text}" if text else self._name)

    def minimumSizeHint(self) -> QSize:
        """Let the text be shortened: it must not make a form wider than its dock."""
        return QSize(2 * EDGES, super().minimumSizeHint().height())

    def showPopup(self) -> None:
        """Let the list be as wide as its names, however narrow the box is."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + EDGES)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area around."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shorten the text with an ellipsis, and add the chevron, which a style sheet could only take from a file."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        text = self.currentText() or self.placeholderText()
        option.currentText = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width() - EDGES)
        if not self.currentText():
            option.palette.setBrush(QPalette.ColorRole.ButtonText, option.palette.placeholderText())
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        self._draw_chevron(painter)

    def _draw_chevron(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(self.foregroundRole()))
        x, y = self.width() - GAP - UNIT / 2, self.height() / 2
        points = ((x - UNIT, y - UNIT / 2), (x, y + UNIT / 2), (x + UNIT, y - UNIT / 2))
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))
