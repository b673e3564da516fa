"""Offer: a bar above the stage that says something once and offers to do something about it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton

from memsim_gui.view import focus
from memsim_gui.view.centre import Centre
from memsim_gui.view.style import GAP, spaced


class Offer(QFrame):
    """Goes away when one of its buttons is pressed; nothing waits for it. Tab leads from the stage to it."""

    def __init__(self, text: str, choices: Mapping[str, Callable[[], object]], window: QMainWindow) -> None:
        """Show the text and a button for each choice in a window."""
        super().__init__()
        self.setProperty("role", "dock")
        row = spaced(QHBoxLayout(self), margin=GAP)
        row.addWidget(QLabel(text, wordWrap=True), 1)
        self.buttons = {title: self._button(title, act) for title, act in choices.items()}
        for button in self.buttons.values():
            row.addWidget(button)
        # No toolbar: a window that is still to take its place puts those back where they were the last time.
        self._middle = window.centralWidget()
        if isinstance(self._middle, Centre):
            self._middle.put_above(self, list(self.buttons.values()))
            self.show()

    def _button(self, title: str, act: Callable[[], object]) -> QPushButton:
        button = QPushButton(title)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        def press() -> None:
            self.go_away()
            act()

        button.clicked.connect(press)
        return button

    def go_away(self) -> None:
        """Hide for good; the focus does not go to what happens to be next."""
        if self._middle and focus.holds(self):
            self._middle.setFocus(focus.BY_KEY)
        self.hide()
        self.deleteLater()
