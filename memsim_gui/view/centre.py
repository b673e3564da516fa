"""The middle of the window: the stage, or what stands in its place for a while, and what is asked around it."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from memsim_gui.view.stages.zoom import ZoomStage
from memsim_gui.view.style import GAP, spaced


class Centre(QWidget):
    """Holds the stage.

    Attributes:
        stage: the stage, also while something else is in its place.
    """

    def __init__(self, stage: ZoomStage, below: QWidget) -> None:
        """Show the stage; `below` shows itself when it has something to say."""
        super().__init__()
        self.stage = stage
        self._stack = QStackedWidget()
        self._stack.addWidget(stage)
        self._column = spaced(QVBoxLayout(self), margin=0, gap=GAP)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(below)
        self.setFocusProxy(stage)

    def put_above(self, widget: QWidget, buttons: Sequence[QWidget]) -> None:
        """Show something above the stage until it goes by itself; the stage is followed by its buttons."""
        self._column.insertWidget(0, widget)
        for first, then in pairwise((self.stage, *buttons)):
            self.setTabOrder(first, then)

    def show_instead(self, widget: QWidget) -> None:
        """Show something in the stage's place."""
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        self.setFocusProxy(widget)
        widget.setFocus()

    def show_stage(self) -> None:
        """Show the stage again; what stood in its place is not kept."""
        shown = self._stack.currentWidget()
        if shown is not None and shown is not self.stage:
            self._stack.removeWidget(shown)
        self.setFocusProxy(self.stage)
        self.stage.setFocus()
