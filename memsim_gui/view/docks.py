"""Docks: cards with a slim title bar that can be moved, closed, floated, and called back from the View menu."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QMainWindow, QToolButton, QVBoxLayout, QWidget

from memsim_gui.view import focus
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import EDGE, GAP, UNIT, spaced
from memsim_gui.view.widgets.icons import icon

FLOAT, CLOSE = "float", "close"


class Dock(QDockWidget):
    """A dock around one panel.

    Attributes:
        panel: what it shows.
        action: calls the dock to the front, where it takes the focus; if it is seen already, it goes away.
    """

    def __init__(self, panel: Panel, shortcut: str) -> None:
        """Wrap a panel; `shortcut` calls it and sends it away."""
        super().__init__(panel.TITLE)
        self.panel = panel
        self.setObjectName(f"dock_{panel.NAME}")
        self._buttons: dict[str, QToolButton] = {}
        self._seen = False
        self.setTitleBarWidget(self._title_bar())  # before the card: so it is in the order of the focus, too
        card = QFrame()
        card.setProperty("role", "dock")
        column = spaced(QVBoxLayout(card), margin=0, gap=0)
        column.addWidget(panel)
        self.setWidget(card)
        self.visibilityChanged.connect(self._uncover)
        self.action = QAction(panel.TITLE, self, checkable=True)
        self.action.setShortcut(shortcut)
        self.action.setToolTip(f"Show or hide {panel.TITLE}  ({shortcut})")
        self.action.triggered.connect(self._called)
        self.toggleViewAction().toggled.connect(self.action.setChecked)

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
            (CLOSE, "Close: the View menu brings it back", self.go_away),
        ):
            button = QToolButton()
            button.setToolTip(tip)
            button.setAccessibleName(f"{tip}: {self.panel.TITLE}")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(slot)
            row.addWidget(button)
            self._buttons[name] = button
        return bar

    # --- coming and going

    @property
    def seen(self) -> bool:
        """Whether it is open and no other dock lies on it."""
        return self._seen and not self.isHidden()

    @property
    def entrance(self) -> QWidget:
        """Where the focus comes in: the panel's fields in the title bar, or else the panel."""
        return self.panel.head or self.panel

    def _uncover(self, visible: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._seen = visible
        self.panel.uncover(visible)

    def _called(self) -> None:
        if self.seen:
            self.go_away()
        else:
            self.show()
            self.raise_()
            focus.enter(self.entrance)
        self.action.setChecked(not self.isHidden())

    def come_forward(self) -> None:
        """Come to the front; a focus that would be covered goes to the middle of the window."""
        window = self.parentWidget()
        if isinstance(window, QMainWindow) and any(map(focus.holds, window.tabifiedDockWidgets(self))):
            self._leave_focus()
        self.raise_()

    def go_away(self) -> None:
        """Close; the focus does not go with it."""
        if focus.holds(self):
            self._leave_focus()
        self.close()

    def _leave_focus(self) -> None:
        window = self.parentWidget()
        middle = window.centralWidget() if isinstance(window, QMainWindow) else None
        if middle:
            middle.window().activateWindow()
            middle.setFocus(focus.BY_KEY)

    def toggle_floating(self) -> None:
        """Let the dock float, a little off its place so that it is seen to, or put it back."""
        self.setFloating(not self.isFloating())
        if self.isFloating():
            self.move(self.pos() - QPoint(EDGE, EDGE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys mean in every pane; while it floats, the window does not see them."""
        if event.key() == Qt.Key.Key_Escape:
            self._leave_focus()
        elif not focus.press(event):
            super().keyPressEvent(event)

    def paint_icons(self, color: QColor, disabled: QColor, size: int) -> None:
        """Draw the buttons of the title bar in a theme's colours."""
        for name, button in self._buttons.items():
            button.setIcon(icon(name, color, disabled, size))
