"""Where the docks stand, at first and after a reset."""

from PySide6.QtWidgets import QTabBar

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
