"""A line of figures that changes with every picture of the window."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel


class Figures(QLabel):
    """A label whose room only grows: every other one has the whole window laid out anew with each of its texts."""

    def tell(self, text: str) -> None:
        """Show a text."""
        self.setText(text)
        wanted = self.sizeHint()
        if wanted.width() > self.minimumWidth():
            self.setFixedSize(wanted)

    def changeEvent(self, event: QEvent) -> None:
        """Have the room that the text needs in another face."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.setFixedSize(self.sizeHint())
