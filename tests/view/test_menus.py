"""The menus are short enough to be taken in, hold every action once, and each key in them means one thing."""

from collections import Counter

import pytest

from memsim_gui.paint.tokens import THEMES
from memsim_gui.view.actions import ENTRIES
from memsim_gui.view.theme_menu import ThemeMenu

MOST_ROWS = 22  # of the longest menu
SHARE = 0.6  # of a window 720 pixels high


def menus(root):
    """A menu and those it opens."""
    yield root
    for action in root.actions():
        if action.menu():
            yield from menus(action.menu())


@pytest.fixture
def all_menus(window):
    return [menu for action in window.menuBar().actions() for menu in menus(action.menu())]


def test_every_action_and_dock_stands_in_one_menu(window, all_menus):
    there = Counter(action for menu in all_menus for action in menu.actions())
    for action in [*(window.act[entry.name] for entry in ENTRIES), *(dock.action for dock in window.docks.values())]:
        assert there[action] == 1, action.text()


def test_no_menu_fills_the_window(all_menus):
    for menu in all_menus:
        assert len(menu.actions()) <= MOST_ROWS, menu.title()
        assert menu.sizeHint().height() <= SHARE * 720, menu.title()


def test_each_key_of_a_menu_means_one_entry(all_menus):
    for menu in all_menus:
        texts = [action.text().replace("&&", "") for action in menu.actions()]
        keys = Counter(text[text.index("&") + 1].lower() for text in texts if "&" in text)
        assert [key for key, count in keys.items() if count > 1] == [], menu.title()


def test_the_theme_in_use_is_checked_wherever_it_was_chosen(window):
    menu = window.findChild(ThemeMenu)
    for choose in (window.use_theme, lambda name: menu.actions()[THEMES.index(name)].trigger()):
        for name in THEMES:
            choose(name)
            menu.aboutToShow.emit()
            assert (window.theme.name, [one.data() for one in menu.actions() if one.isChecked()]) == (name, [name])
