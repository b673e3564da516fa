"""Where the docks stand, at first and after a reset."""

from PySide6.QtWidgets import QTabBar

from memsim_gui.view.arrangement import CRAMPED
from memsim_gui.view.panels import BOTTOM, LEFT, REGISTRY, RIGHT


def seen_bars(window):
    """Tabs of each bar that a person can see."""
    window.repaint()
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and window.rect().intersects(bar.geometry())]
    return sorted([bar.tabText(i) for i in range(bar.count())] for bar in bars)


def test_each_side_has_one_bar_of_tabs_at_first_and_after_a_reset(make_window, qtbot):
    window = make_window()
    titles = {area: [entry.panel.TITLE for entry in REGISTRY if entry.area == area] for area in (LEFT, RIGHT, BOTTOM)}
    expected = sorted(names for names in titles.values() if len(names) > 1)
    qtbot.waitUntil(lambda: seen_bars(window) == expected)
    for dock in list(window.docks.values())[3:6]:
        dock.toggle_floating()
    list(window.docks.values())[7].close()
    window.act["reset_layout"].trigger()
    qtbot.waitUntil(lambda: seen_bars(window) == expected)
    assert all(not dock.isFloating() for dock in window.docks.values())


def test_docks_that_had_no_room_come_when_there_is(make_window, qtbot):
    window = make_window()
    window.resize(1000, 700)
    window.reset_layout()
    right = [window.docks[entry.panel.NAME] for entry in REGISTRY if entry.area == RIGHT]
    assert all(dock.isHidden() for dock in right)
    assert window.footer.currentMessage() == CRAMPED
    window.resize(1400, 800)
    qtbot.waitUntil(lambda: not any(dock.isHidden() for dock in right))
    right[0].close()
    window.resize(1000, 700)
    window.resize(1400, 800)
    qtbot.wait(50)
    assert right[0].isHidden()
