"""Offer: a bar under the toolbar that says something once and offers to do something about it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QPushButton, QSizePolicy, QToolBar


class Offer(QToolBar):
    """Goes away when one of its buttons is pressed; nothing waits for it."""

    def __init__(self, text: str, choices: Mapping[str, Callable[[], object]], window: QMainWindow) -> None:
        """Show the text and a button for each choice in a window."""
        super().__init__("Offer", window)
        self.setObjectName("offer")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        label = QLabel(text)
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(label)
        self.buttons = {title: self._button(title, act) for title, act in choices.items()}
        window.addToolBarBreak()
        window.addToolBar(self)
        self.show()

    def _button(self, title: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(title)

        def press() -> None:
            self.hide()
            self.deleteLater()
            act()

        button.clicked.connect(press)
        self.addWidget(button)
        return button
