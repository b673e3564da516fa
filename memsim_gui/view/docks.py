"""Docks: cards with a slim title bar that can be moved, closed, floated, and called back from the View menu."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from memsim_gui.view.icons import icon
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import GAP, UNIT, spaced

FLOAT, CLOSE = "float", "close"


class Dock(QDockWidget):
    """A dock around one panel."""

    def __init__(self, panel: Panel, shortcut: str) -> None:
        """Wrap a panel; `shortcut` shows and hides it."""
        super().__init__(panel.TITLE)
        self.panel = panel
        self.setObjectName(f"dock_{panel.NAME}")
        self._buttons: dict[str, QToolButton] = {}
        self.setTitleBarWidget(self._title_bar())  # before the card: so it is in the order of the focus, too
        card = QFrame()
        card.setProperty("role", "dock")
        column = spaced(QVBoxLayout(card), margin=0, gap=0)
        column.addWidget(panel)
        self.setWidget(card)
        self.visibilityChanged.connect(panel.uncover)
        action = self.toggleViewAction()
        action.setShortcut(shortcut)
        action.setToolTip(f"Show or hide {panel.TITLE}  ({shortcut})")

    def _title_bar(self) -> QFrame:
        bar = QFrame()
        bar.setProperty("role", "bar")
        row = spaced(QHBoxLayout(bar), margin=0, gap=UNIT)
        row.setContentsMargins(GAP, 0, UNIT, UNIT)
        row.addWidget(QLabel(self.panel.TITLE), 0 if self.panel.head else 1)
        if self.panel.head:
            row.addSpacing(GAP)
            row.addWidget(self.panel.head, 1)
            row.addSpacing(GAP)
        for name, tip, slot in (
            (FLOAT, "Float or dock", self.toggle_floating),
            (CLOSE, "Close: the View menu brings it back", self.close),
        ):
            button = QToolButton()
            button.setToolTip(tip)
            button.setAccessibleName(f"{tip}: {self.panel.TITLE}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(slot)
            row.addWidget(button)
            self._buttons[name] = button
        return bar

    def toggle_floating(self) -> None:
        """Let the dock float, or put it back."""
        self.setFloating(not self.isFloating())

    def paint_icons(self, color: QColor, disabled: QColor, size: int) -> None:
        """Draw the buttons of the title bar in a theme's colours."""
        for name, button in self._buttons.items():
            button.setIcon(icon(name, color, disabled, size))
