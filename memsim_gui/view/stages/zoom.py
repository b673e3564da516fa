"""A stage that can be zoomed and panned: by the wheel or a pinch at the pointer, by dragging, and by keys."""

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

from memsim_gui.paint import Theme
from memsim_gui.scene.lens import WHOLE, Lens
from memsim_gui.view.stages.plain import StageView

NOTCH = 120  # Qt counts eighths of a degree
ONE_NOTCH, ONE_KEY = 1.25, 1.5  # what one notch of the wheel, or one key, multiplies by


class ZoomStage(StageView):
    """A stage under a lens. What is between the pages pulls it, the middle button does everywhere.

    Signals:
        looked: the Lens that the stage is seen through from now on.
    """

    looked = Signal(object)

    def __init__(self, theme: Theme, *, captions: bool = True) -> None:
        """Begin with the whole stage in sight."""
        super().__init__(theme, captions=captions)
        self._lens = WHOLE
        self._pulled: QPointF | None = None  # where the mouse was last while it pulls the stage

    @property
    def lens(self) -> Lens:
        """Which part of the stage is shown magnified."""
        return self._lens

    def look(self, lens: Lens) -> None:
        """Look through a lens."""
        if lens != self._lens:
            self._lens = lens
            self.woke.emit()
            self.looked.emit(lens)

    def zoom(self, by: float, at: QPointF | None = None) -> None:
        """Magnify by a factor, keeping the point `at` (or the middle of the stage) where it is."""
        if self.frame is None:
            return
        area = self.frame.composition.stage
        x, y = (
            at.toTuple()
            if at and area.x <= at.x() < area.right and area.y <= at.y() < area.bottom
            else (area.cx, area.cy)
        )
        self.look(self._lens.zoomed(self._lens.factor * by, area, x, y))

    def zoom_in(self) -> None:
        """Magnify by one step."""
        self.zoom(ONE_KEY)

    def zoom_out(self) -> None:
        """Go back by one step."""
        self.zoom(1 / ONE_KEY)

    def zoom_whole(self) -> None:
        """Show the whole stage."""
        self.look(WHOLE)

    def pull(self, at: QPointF) -> None:
        """Let the mouse, which is here, pull the stage until its button is released."""
        self._pulled = at

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        self.zoom(ONE_NOTCH ** (event.angleDelta().y() / NOTCH), event.position())

    def event(self, event: QEvent) -> bool:
        """Zoom by a pinch."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1 + event.value(), event.position())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pull the stage, or pick what was clicked."""
        left, between = event.button() == Qt.MouseButton.LeftButton, self.frame_at(*event.position().toTuple()) < 0
        if event.button() == Qt.MouseButton.MiddleButton or (left and between and self._lens != WHOLE):
            self.pull(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull the stage, or say what the page under the mouse is."""
        if self._pulled is None or self.frame is None:
            super().mouseMoveEvent(event)
            return
        by, self._pulled = event.position() - self._pulled, event.position()
        self.look(self._lens.panned(self.frame.composition.stage, by.x(), by.y()))
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the stage."""
        self._pulled = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole stage."""
        del event
        self.zoom_whole()
