"""What must hold of any window, whatever it shows: nothing cut off, nothing over anything else, all within reach."""

import time
from itertools import combinations

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QScrollBar,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

SLACK = 1  # pixels that rounding at a fractional scale may cost
# Reached in another way: by the arrow keys in the line above, by the fields inside.
BY_OTHERS = {"What was found", "Settings of the kernel"}
A_NUMBER = "1048576"  # that a field for numbers has room for, at least
INTERACTIVE = (QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QAbstractSlider, QAbstractItemView, QTabBar)


def name_of(widget):
    """A widget as a person finds it again."""
    words = getattr(widget, "text", lambda: "")() if not isinstance(widget, QAbstractSlider) else ""
    chain, at = [], widget
    while at is not None and len(chain) < 4:
        chain.append(at.objectName() or type(at).__name__)
        at = at.parentWidget()
    return f"{' < '.join(chain)} {words or widget.accessibleName()!r}"


def seen(root):
    """Visible widgets of a window, not of windows of their own."""
    found = [
        child for child in root.findChildren(QWidget) if child.isVisibleTo(root) and child.window() is root.window()
    ]
    return [child for child in found if not child.visibleRegion().isEmpty()]


def _needed(widget):
    """Width and height that a widget's words need, None if it has none or shows them in part on purpose."""
    if isinstance(widget, QLabel) and widget.text():
        if widget.wordWrap():
            return 0, widget.heightForWidth(widget.width())
        return widget.minimumSizeHint().width(), widget.minimumSizeHint().height()
    if isinstance(widget, QAbstractButton):
        words = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
        only_icon = (
            isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        )
        return (widget.iconSize() if only_icon else QSize(words, widget.fontMetrics().height())).toTuple()
    if isinstance(widget, QLineEdit | QAbstractSpinBox | QComboBox):
        number = A_NUMBER if isinstance(widget, QAbstractSpinBox) else ""
        return widget.fontMetrics().horizontalAdvance(number), widget.fontMetrics().height()
    if isinstance(widget, QTabBar):
        return widget.sizeHint().width(), widget.sizeHint().height()
    return None


def clipped(root):
    """Widgets whose words do not fit, and those that reach out of what holds them."""
    out = []
    for widget in seen(root):
        needed = _needed(widget)
        if needed and (widget.width() + SLACK < needed[0] or widget.height() + SLACK < needed[1]):
            out.append(f"{name_of(widget)}: {widget.width()} × {widget.height()}, needs {needed[0]} × {needed[1]}")
        parent = widget.parentWidget()
        if needed and not _scrolled(widget) and not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            out.append(f"{name_of(widget)}: reaches out of its parent")
    return out


def _scrolled(widget):
    """Whether a scroll area around brings every part into view."""
    at = widget.parentWidget()
    while at is not None and not isinstance(at, QMainWindow):
        if isinstance(at, QAbstractScrollArea):
            return True
        at = at.parentWidget()
    return False


def overlapping(root):
    """Pairs of visible brothers of which one lies over the other."""
    out = []
    for parent in [root, *seen(root)]:
        if isinstance(parent, QStackedWidget | QSplitter | QAbstractItemView):
            continue
        children = [child for child in parent.children() if isinstance(child, QWidget)]
        children = [child for child in children if child.isVisible() and not child.isWindow()]
        children = [
            child for child in children if not isinstance(child, QScrollBar) and not child.visibleRegion().isEmpty()
        ]
        for a, b in combinations(children, 2):
            common = a.geometry().intersected(b.geometry())
            if common.width() > SLACK and common.height() > SLACK:
                out.append(f"{name_of(a)} and {name_of(b)}: {common.getRect()}")
    return out


def silent(root):
    """Controls without a name for a screen reader."""
    return [name_of(w) for w in _controls(root) if not (w.accessibleName() or getattr(w, "text", str)())]


def out_of_reach(root):
    """Controls that neither Tab nor a shortcut reaches."""
    out = []
    for widget in _controls(root):
        tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        keys = (
            isinstance(widget, QToolButton)
            and widget.defaultAction()
            and not widget.defaultAction().shortcut().isEmpty()
        )
        if not tab and not keys and widget.isEnabled() and widget.accessibleName() not in BY_OTHERS:
            out.append(name_of(widget))
    return out


def traps(root):
    """Tables through whose cells Tab would go before it left them."""
    tables = [w for w in _controls(root) if isinstance(w, QTableView) and w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [name_of(table) for table in tables if table.tabKeyNavigation()]


def problems(root):
    """All that is wrong in what a widget shows."""
    checks = (clipped, overlapping, silent, out_of_reach, traps)
    return [f"{check.__name__}: {found}" for check in checks for found in check(root)]


def window_problems(window):
    """All that is wrong in a window, with each dock in front in turn; a layout has a second to come to rest."""
    found = _at_rest(window)
    for dock in window.docks.values():
        if dock.isVisibleTo(window):
            dock.raise_()
            found += [f"{dock.windowTitle()}: {one}" for one in _at_rest(dock)]
    return found


def _at_rest(root):
    end = time.monotonic() + 2
    QTest.qWait(20)
    while (found := problems(root)) and time.monotonic() < end:
        QTest.qWait(20)
    return found


def _controls(root):
    own = [w for w in seen(root) if isinstance(w, INTERACTIVE) and not isinstance(w, QScrollBar)]
    # Parts of Qt's own widgets, such as the header of a table, come with them.
    return [w for w in own if not w.objectName().startswith("qt_") and type(w).__name__ != "QHeaderView"]


def chain(root):
    """Widgets in the order in which Tab reaches them."""
    first, out = root.nextInFocusChain(), []
    at = first
    while True:
        if (
            at.isVisibleTo(root)
            and at.window() is root
            and at.focusPolicy() & Qt.FocusPolicy.TabFocus
            and at.isEnabled()
            and at.focusProxy() is None
        ):
            out.append(at)
        at = at.nextInFocusChain()
        if at is first:
            return out
