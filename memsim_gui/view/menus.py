"""The menu bar, made from the table of actions, the docks and the themes."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from memsim_gui.paint.tokens import THEMES
from memsim_gui.view.actions import ENTRIES, VIEW, Actions
from memsim_gui.view.docks import Dock

THEME_TITLES = {"dark": "&Dark", "light": "&Light", "high-contrast": "&High contrast"}


def build(
    window: QMainWindow,
    actions: Actions,
    docks: Mapping[str, Dock],
    choices: Sequence[QMenu],
    theme_chosen: Callable[[str], None],
) -> None:
    """Fill a window's menu bar; `choices` are menus of the view's own, `theme_chosen` is called with a theme's name."""
    menus: dict[str, QMenu] = {}
    for entry in ENTRIES:
        if entry.menu not in menus:
            menus[entry.menu] = window.menuBar().addMenu(entry.menu)
        menus[entry.menu].addAction(actions[entry.name])
    view = menus[VIEW]
    for menu in choices:
        view.addMenu(menu)
    view.addSeparator()
    for dock in docks.values():
        view.addAction(dock.action)
        window.addAction(dock.action)
    view.addSeparator()
    themes = view.addMenu("&Theme")
    for name in THEMES:
        themes.addAction(THEME_TITLES[name]).setData(name)

    def choose(action: QAction) -> None:
        theme_chosen(action.data())

    themes.triggered.connect(choose)
