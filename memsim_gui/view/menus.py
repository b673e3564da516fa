"""The menu bar, made from the table of actions, the docks and the themes."""

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from memsim_gui.paint.tokens import THEMES
from memsim_gui.view.actions import ENTRIES, PANELS, VIEW, ZOOM, Actions
from memsim_gui.view.docks import Dock

THEME_TITLES = {"dark": "&Dark", "light": "&Light", "high-contrast": "&High contrast"}


def build(
    window: QMainWindow,
    actions: Actions,
    docks: Mapping[str, Dock],
    choices: tuple[QMenu, QMenu],
    theme_chosen: Callable[[str], None],
) -> None:
    """Fill a window's menu bar.

    `choices` are the menus of a lecture's screen and of the size of type; `theme_chosen` is called with a theme's name.
    """
    menus: dict[str, QMenu] = {}
    for entry in ENTRIES:
        _menu(window, menus, entry.menu).addAction(actions[entry.name])
    view, (screens, sizes) = menus[VIEW], choices
    view.insertMenu(view.insertSeparator(actions["compare"]), screens)
    view.insertSeparator(menus[ZOOM].menuAction())
    view.insertMenu(menus[PANELS].menuAction(), sizes)
    view.insertMenu(menus[PANELS].menuAction(), _themes(view, theme_chosen))
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


def _themes(view: QMenu, theme_chosen: Callable[[str], None]) -> QMenu:
    themes = QMenu("&Theme", view)
    for name in THEMES:
        themes.addAction(THEME_TITLES[name]).setData(name)

    def choose(action: QAction) -> None:
        theme_chosen(action.data())

    themes.triggered.connect(choose)
    return themes
