"""Where the docks stand: the arrangement the window begins with, and bringing back the one it was left with."""

from collections.abc import Mapping

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QMainWindow, QTabWidget

from memsim_gui.view.docks import Dock
from memsim_gui.view.panels import BOTTOM, LEFT, REGISTRY, RIGHT
from memsim_gui.view.style import UNIT

VERSION = 3  # of the arrangement: a saved one of another version is not brought back
DOCK_UNITS = {LEFT: 66, RIGHT: 78, BOTTOM: 36}
ROOM_FOR_ALL = 270  # units of a window's width: in a narrower one the docks on the right wait to be called
BOTTOM_SHARE = 0.2  # of a large window's height


def prepare(window: QMainWindow) -> None:
    """Set how a window's docks may be moved."""
    window.setDockOptions(QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks)
    window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
    window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
    for area in (LEFT, RIGHT, BOTTOM):
        window.setTabPosition(area, QTabWidget.TabPosition.North)


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
    roomy = window.width() >= ROOM_FOR_ALL * UNIT
    for entry in REGISTRY:
        docks[entry.panel.NAME].setVisible(roomy or entry.area != RIGHT)
    for area, dock in first.items():
        if not dock.isVisibleTo(window):
            continue
        dock.raise_()
        size, way = DOCK_UNITS[area] * UNIT, Qt.Orientation.Horizontal
        if area == BOTTOM:
            size, way = max(size, round(BOTTOM_SHARE * window.height())), Qt.Orientation.Vertical
        window.resizeDocks([dock], [size], way)


def save(window: QMainWindow, settings: QSettings) -> None:
    """Remember how a window is arranged."""
    settings.setValue("geometry", window.saveGeometry())
    settings.setValue("layout", window.saveState(VERSION))


def restore(window: QMainWindow, settings: QSettings) -> None:
    """Bring back the arrangement of the last time, if it was written by a window like this one."""
    geometry, state = settings.value("geometry"), settings.value("layout")
    if geometry is not None:
        window.restoreGeometry(geometry)
    if state is not None:
        window.restoreState(state, VERSION)
