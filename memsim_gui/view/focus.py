"""The keyboard's way through a window: Return presses what has the focus, F6 goes from pane to pane."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget

BY_KEY = Qt.FocusReason.ShortcutFocusReason
PRESSING = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


def press(event: QKeyEvent) -> bool:
    """Do what Return means to the widget with the focus: Space belongs to the clock. Return whether it was that."""
    focused = QApplication.focusWidget()
    if event.key() not in PRESSING or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    if isinstance(focused, QAbstractButton):
        focused.click()
    elif isinstance(focused, QComboBox):
        focused.showPopup()
    else:
        return False
    return True


def enter(pane: QWidget) -> None:
    """Give the focus to the first widget of a pane that Tab would reach, or to the pane itself."""
    first = next((widget for widget in _after(pane) if pane.isAncestorOf(widget) and _stops_tab(widget)), pane)
    (first.focusProxy() or first).setFocus(BY_KEY)


def _after(pane: QWidget) -> Iterator[QWidget]:
    """All that the focus could go to after a widget, until it comes back."""
    at = pane.nextInFocusChain()
    while at is not None and at is not pane:
        yield at
        at = at.nextInFocusChain()


def _stops_tab(widget: QWidget) -> bool:
    takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes) and widget.isEnabled() and widget.isVisible()


def holds(pane: QWidget) -> bool:
    """Whether the focus is in a pane."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is pane or pane.isAncestorOf(focused))


def go_on(panes: Sequence[tuple[QWidget, QWidget]], step: int) -> None:
    """Give the focus to the pane that comes `step` after the one that has it, around the end.

    Panes are given with the widget in them that the focus enters by.
    """
    at = next((number for number, (pane, _) in enumerate(panes) if holds(pane)), 0)
    enter(panes[(at + step) % len(panes)][1])
