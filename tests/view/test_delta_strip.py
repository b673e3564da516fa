"""The delta strip tells what the last step of any unit has changed, and leads to all of it."""

import pytest
from PySide6.QtCore import QPoint, Qt

from memsim_gui.scene.delta import counters_at
from memsim_gui.scene.words import signed
from memsim_gui.session.boundaries import Unit, preceding
from memsim_gui.session.opening import Opened
from memsim_gui.trace.counters import vmstat
from tests.scene.broken import whole_story
from tests.view.conftest import LONG_MS

KEYS = {
    Unit.EVENT: Qt.KeyboardModifier.ShiftModifier,
    Unit.DECISION: Qt.KeyboardModifier.NoModifier,
    Unit.COMMAND: Qt.KeyboardModifier.ControlModifier,
}


@pytest.fixture(scope="module")
def story():
    return whole_story()


@pytest.fixture
def window(make_window, story):
    made = make_window(Opened(None, story))
    made.session.player.pause()
    return made


def _told(window):
    return {change.name: change.text for change in window.stage.frame.caption.changes if not change.page}


def _grown(trace, start, stop):
    before, after = (vmstat(counters_at(trace, at)[0], 1) for at in (start, stop))
    grown = {name: after[name] - before[name] for name in after if not name.startswith(("nr_zone_", "numa_"))}
    return {name: signed(value) for name, value in grown.items() if value}


@pytest.mark.parametrize("unit", list(KEYS))
@pytest.mark.parametrize("key", [Qt.Key.Key_Right, Qt.Key.Key_Left])
def test_a_step_of_any_unit_tells_its_own_changes(window, story, qtbot, unit, key):
    for at in (100, 300, 500):
        window.session.seek(at)
        qtbot.keyClick(window.stage, key, KEYS[unit])
        here = window.session.player.position
        since = preceding(story, here, unit)
        qtbot.wait(60)
        assert _told(window) == _grown(story, since, here), (at, unit)


def test_where_nobody_steps_the_scenario_s_step_is_told(window, story, qtbot):
    window.session.seek(len(story))
    qtbot.wait(60)
    assert _told(window) == _grown(story, preceding(story, len(story), Unit.STEP), len(story))


def test_a_click_on_the_strip_brings_all_counters(window, story, qtbot):
    window.session.seek(len(story))
    qtbot.wait(60)
    bar = window.stage.frame.composition.caption
    strip = QPoint(round(bar.x + 40), round(bar.bottom - 8))
    told = window.stage.changes_at(strip.x(), strip.y()).splitlines()
    assert told[:-1] == [f"{change.name} {change.text}" for change in window.stage.frame.caption.changes]
    assert window.stage.changes_at(bar.x + 40, bar.y + 4) == ""
    counters = window.docks["counters"].panel
    assert counters.visibleRegion().isEmpty()
    qtbot.mouseClick(window.stage, Qt.MouseButton.LeftButton, pos=strip)
    qtbot.waitUntil(lambda: not counters.visibleRegion().isEmpty(), timeout=LONG_MS)
