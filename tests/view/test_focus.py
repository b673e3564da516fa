"""Where the focus goes by keyboard, that it is seen there, and what Return and Escape do to it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox

from memsim_gui.engine.scenario import Camera
from memsim_gui.view import focus
from memsim_gui.view.docks import Dock
from tests.view.conftest import SIZE

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def active(window, qtbot):
    """A window that has the focus, wide enough for all docks."""
    window.resize(*SIZE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def dock_with_focus(window):
    return next((dock for dock in window.findChildren(Dock) if focus.holds(dock)), None)


def test_tab_goes_around_and_never_where_nothing_is_seen(active, qtbot):
    active.stage.setFocus()
    entered, reached = set(), []
    while active.stage not in reached:
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        assert QApplication.focusWidget() not in reached
        reached.append(QApplication.focusWidget())
        dock = dock_with_focus(active)
        if dock and dock not in entered:
            entered.add(dock)
            qtbot.wait(40)  # until it shows what Tab is to lead through
        assert dock is None or dock.seen, dock.windowTitle()
    assert entered == set(active.docks.values())
    assert {active.timeline.plot, active.charts.view} <= set(reached)


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Enter])
def test_return_presses_what_space_does_not(active, qtbot, key):
    header = active.controls.sections[0].header
    header.setFocus()
    playing = active.session.player.running
    qtbot.keyClick(header, key)
    assert active.controls.sections[0].is_open
    assert active.session.player.running == playing
    box = active.docks["log"].findChild(QCheckBox)
    active.docks["log"].raise_()
    box.setFocus()
    before = box.isChecked()
    qtbot.keyClick(box, key)
    assert box.isChecked() != before
    active.transport.scenarios.setFocus()
    qtbot.keyClick(active.transport.scenarios, key)
    assert active.transport.scenarios.view().isVisible()
    active.transport.scenarios.hidePopup()


def test_return_with_ctrl_presses_nothing(active, qtbot):
    header = active.controls.sections[0].header
    header.setFocus()
    was_open = active.controls.sections[0].is_open
    qtbot.keyClick(header, Key.Key_Return, Modifier.ControlModifier)
    assert active.controls.sections[0].is_open == was_open


@pytest.mark.parametrize("name", ["controls", "timeline", "log", "page_cache"])
def test_escape_leads_to_the_stage(active, qtbot, name):
    dock = active.docks[name]
    dock.raise_()
    focus.enter(dock.entrance)
    assert focus.holds(dock)
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert active.stage.hasFocus()


def test_a_docks_key_brings_it_before_it_sends_it_away(active):
    page, cache = active.docks["page_inspector"], active.docks["page_cache"]
    page.raise_()
    assert (page.seen, cache.seen) == (True, False)
    cache.action.trigger()
    assert cache.seen
    assert focus.holds(cache)
    assert cache.action.isChecked()
    cache.action.trigger()
    assert cache.isHidden()
    assert not cache.action.isChecked()
    assert active.stage.hasFocus()
    cache.action.trigger()
    assert cache.seen
    assert focus.holds(cache)


def test_f6_goes_around_the_panes_that_are_seen(active, qtbot):
    active.stage.setFocus()
    visited = []
    for _ in range(5):
        active.act["next_pane"].trigger()
        dock = dock_with_focus(active)
        visited.append(dock.panel.NAME if dock else "")
        assert dock is None or dock.seen
    assert visited == ["controls", "page_inspector", "timeline", "", ""]
    assert active.stage.hasFocus()
    active.act["previous_pane"].trigger()
    assert QApplication.focusWidget().parent() is active.transport
    qtbot.keyClick(active, Key.Key_F6)
    assert active.stage.hasFocus()


def test_what_comes_to_the_front_covers_no_focus(active):
    cache, memory = active.docks["page_cache"], active.docks["address_space"]
    cache.raise_()
    focus.enter(cache.panel)
    memory.come_forward()
    assert memory.seen
    assert active.stage.hasFocus()


def test_the_focus_stays_in_sight_when_docks_close_or_go_back(active):
    focus.enter(active.docks["controls"].panel)
    active.docks["controls"].go_away()
    assert active.stage.hasFocus()
    focus.enter(active.docks["timeline"].panel)
    active.act["reset_layout"].trigger()
    assert active.stage.hasFocus()


def test_a_floating_dock_stands_off_its_place_and_obeys_the_keys(active, qtbot):
    dock = active.docks["controls"]
    before = dock.mapToGlobal(dock.rect().topLeft())
    dock.toggle_floating()
    assert dock.pos() != before
    dock.activateWindow()
    qtbot.waitUntil(dock.isActiveWindow)
    header = active.controls.sections[0].header
    header.setFocus()
    was_open = active.controls.sections[0].is_open
    qtbot.keyClick(header, Key.Key_Return)
    assert active.controls.sections[0].is_open != was_open
    qtbot.keyClick(header, Key.Key_Escape)
    qtbot.waitUntil(active.stage.hasFocus)
    dock.toggle_floating()
    assert not dock.isFloating()


def test_the_memory_panel_shows_whose_region_a_step_is_about(live, qtbot):
    panel = live.docks["address_space"].panel
    live.session.seek(len(live.session.trace) * 3 // 4)  # both processes are alive
    qtbot.wait(60)
    for region, owner in (("A", "app"), ("keys", "keyring"), ("A", "app")):
        live.session.looked.emit(Camera(show="address-space", region=region))
        qtbot.waitUntil(lambda owner=owner: panel.process.currentText() == owner)
    assert live.docks["address_space"].seen
