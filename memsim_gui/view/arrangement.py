"""Where the docks stand: the arrangement the window begins with, and bringing back the one it was left with."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabBar, QTabWidget

from memsim_gui.view.docks import Dock
from memsim_gui.view.panels import BOTTOM, LEFT, REGISTRY, RIGHT
from memsim_gui.view.style import UNIT

VERSION = 4  # of the arrangement: a saved one of another version is not brought back
DOCK_UNITS = {LEFT: 66, RIGHT: 78, BOTTOM: 36}
ROOM_FOR_ALL = 270  # units of a window's width: in a narrower one the docks on the right wait to be called
CRAMPED = "A wider window has room for the panels on the right, too; the View menu shows them in this one"
BOTTOM_SHARE = 0.2  # of a large window's height


def prepare(window: QMainWindow) -> None:
    """Set how a window's docks may be moved."""
    window.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks)
    window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
    window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
    for area in (LEFT, RIGHT, BOTTOM):
        window.setTabPosition(area, QTabWidget.TabPosition.North)


def roomy(window: QMainWindow) -> bool:
    """Whether a window is wide enough for the docks on the right."""
    return window.width() >= ROOM_FOR_ALL * UNIT


def tidy(window: QMainWindow) -> None:
    """Hide tab bars that Qt has left behind on the way to an arrangement: no docks stand together like their tabs."""
    together = [
        {other.windowTitle() for other in (dock, *window.tabifiedDockWidgets(dock))}
        for dock in window.findChildren(Dock)
        if not dock.isHidden() and not dock.isFloating()
    ]
    for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if not bar.isHidden() and {bar.tabText(i) for i in range(bar.count())} not in together:
            bar.hide()


def tidy_soon(window: QMainWindow) -> None:
    """Tidy when the docks have found their places."""
    QTimer.singleShot(0, window, partial(tidy, window))


def reset(window: QMainWindow, docks: Mapping[str, Dock]) -> None:
    """Put every dock back where it begins."""
    first: dict[Qt.DockWidgetArea, Dock] = {}
    last: dict[Qt.DockWidgetArea, Dock] = {}
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)
    for entry in REGISTRY:
        dock = docks[entry.panel.NAME]
        if entry.area in last:
            window.tabifyDockWidget(last[entry.area], dock)
        else:
            window.addDockWidget(entry.area, dock)
        first.setdefault(entry.area, dock)
        last[entry.area] = dock
    for entry in REGISTRY:
        docks[entry.panel.NAME].setVisible(roomy(window) or entry.area != RIGHT)
    for area, dock in first.items():
        if not dock.isVisibleTo(window):
            continue
        dock.raise_()
        size, way = DOCK_UNITS[area] * UNIT, Qt.Orientation.Horizontal
        if area == BOTTOM:
            size, way = max(size, round(BOTTOM_SHARE * window.height())), Qt.Orientation.Vertical
        window.resizeDocks([dock], [size], way)
    tidy_soon(window)


def save(window: QMainWindow, settings: QSettings) -> None:
    """Remember how a window is arranged."""
    settings.setValue("geometry", window.saveGeometry())
    settings.setValue("layout", window.saveState(VERSION))


def restore(window: QMainWindow, settings: QSettings) -> bool:
    """Bring back the arrangement of the last time, if it was written by a window like this one; return whether."""
    geometry, state = settings.value("geometry"), settings.value("layout")
    if geometry is not None:
        window.restoreGeometry(geometry)
    return state is not None and window.restoreState(state, VERSION)
