"""A field with arrows: what is typed freely there can also be stepped, by mouse, wheel and keys."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QStyle, QStyleOptionSpinBox

from memsim_gui.engine.errors import InputError
from memsim_gui.view.style import UNIT, as_written
from memsim_gui.view.widgets.fields import Judged
from memsim_gui.view.widgets.steps import Steps

T = TypeVar("T")
MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
WIDTH = 20 * UNIT
WING = 0.8  # half an arrow, in units
PAGE = 10  # what Qt counts for a page key
BY = QAbstractSpinBox.StepEnabledFlag
ARROWS = (
    (QStyle.SubControl.SC_SpinBoxUp, BY.StepUpEnabled, -1),
    (QStyle.SubControl.SC_SpinBoxDown, BY.StepDownEnabled, 1),
)


class SpinField(QAbstractSpinBox, Judged[T]):
    """A field whose value goes up and down in steps.

    Signals:
        textChanged: what is typed is another text.
        judged: what is wrong in plain words, or an empty text as soon as the value is good.
    """

    textChanged = Signal(str)  # noqa: N815 - as lines of text call it
    judged = Signal(str)

    def __init__(self, read: Callable[[str], T], steps: Steps, text: str, tip: str) -> None:
        """Make a field holding `text`; `tip` says what belongs here, for the mouse and for screen readers."""
        super().__init__()
        self._read, self._steps = read, steps
        self.setAccessibleName(tip)
        self.setToolTip(tip)
        self.setProperty("role", "field")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccelerated(True)
        as_written(self)
        self.lineEdit().setTextMargins(UNIT, 0, 0, 0)
        self.lineEdit().textChanged.connect(self.textChanged)
        self.textChanged.connect(self.judge)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Put a text in the place of what is typed."""
        self.lineEdit().setText(text)
        self.lineEdit().setCursorPosition(0)

    def setPlaceholderText(self, text: str) -> None:
        """Say what nothing typed means."""
        self.lineEdit().setPlaceholderText(text)

    def use_steps(self, steps: Steps) -> None:
        """Step in another way: the value means something else now."""
        self._steps = steps

    # --- steps

    def _after(self, text: str, *, up: bool) -> str | None:
        return self._steps.after(text, up=up, accepts=self._accepts)

    def _accepts(self, text: str) -> bool:
        try:
            self._read(text)
        except InputError:
            return False
        return True

    def stepBy(self, steps: int) -> None:
        """Go so many steps up, or down if there are less than none, as far as that is allowed."""
        text = self.text()
        for _ in range(self._steps.many if abs(steps) >= PAGE else abs(steps)):
            found = self._after(text, up=steps > 0)
            if found is None:
                break
            text = found
        if text != self.text():
            self.setText(text)
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Return which ways a step leads somewhere."""
        found = BY.StepNone
        for flag, up in ((BY.StepUpEnabled, True), (BY.StepDownEnabled, False)):
            if self._after(self.text(), up=up) is not None:
                found |= flag
        return found

    def event(self, event: QEvent) -> bool:
        """Keep the keys that step, which mean something else to the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in MOVES:
            event.accept()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll area around, unless the person is at this field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    # --- looks

    def sizeHint(self) -> QSize:
        """Be as high as a line of text, and wide enough for a usual number."""
        return QSize(WIDTH, self.minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Add the arrows, which a style sheet could only take from files."""
        super().paintEvent(event)
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for control, enabled, sense in ARROWS:
            where = self.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, control, self)
            on = self.isEnabled() and enabled in option.stepEnabled
            group = QPalette.ColorGroup.Active if on else QPalette.ColorGroup.Disabled
            painter.setPen(self.palette().color(group, QPalette.ColorRole.Text))
            middle, wing = QRectF(where).center(), UNIT * WING
            points = [QPointF(dx * wing, dy * sense * wing / 2) for dx, dy in ((-1, -1), (0, 1), (1, -1))]
            painter.drawPolyline(QPolygonF([middle + point for point in points]))
