"""The menu bar, made from the table of actions, the docks and the themes."""

from collections.abc import Mapping

from PySide6.QtWidgets import QMainWindow, QMenu

from memsim_gui.view.actions import ENTRIES, PANELS, VIEW, ZOOM, Actions
from memsim_gui.view.docks import Dock


def build(
    window: QMainWindow,
    actions: Actions,
    docks: Mapping[str, Dock],
    choices: tuple[QMenu, QMenu, QMenu],
) -> None:
    """Fill a window's menu bar.

    `choices` are the menus of a lecture's screen, of the size of type and of themes.
    """
    menus: dict[str, QMenu] = {}
    for entry in ENTRIES:
        _menu(window, menus, entry.menu).addAction(actions[entry.name])
    view, (screens, *looks) = menus[VIEW], choices
    view.insertMenu(view.insertSeparator(actions["compare"]), screens)
    view.insertSeparator(menus[ZOOM].menuAction())
    for menu in looks:
        view.insertMenu(menus[PANELS].menuAction(), menu)
    below = menus[PANELS].insertSeparator(actions["next_pane"])
    for dock in docks.values():
        menus[PANELS].insertAction(below, dock.action)
        window.addAction(dock.action)


def _menu(window: QMainWindow, menus: dict[str, QMenu], path: str) -> QMenu:
    """Return a menu by its title after those around it, made if it is not there yet."""
    if path not in menus:
        around, _, title = path.rpartition("/")
        menus[path] = (_menu(window, menus, around) if around else window.menuBar()).addMenu(title)
    return menus[path]
