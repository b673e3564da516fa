"""A seeded monkey uses everything there is on a live machine: no error, no warning, nothing out of reach."""

import os
import time

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog

from memsim_gui.procfs.lru import LISTS
from memsim_gui.trace import counters, kinds, lanes
from tests.view.conftest import LONG_MS
from tests.view.monkey import Monkey

SEED = int(os.environ.get("MONKEY_SEED", "1"))
STEPS, MANY_STEPS = 60, 1500
BEAT_MS = 20
COUNTED = {f"nr_{name}": lane for lane, name in LISTS.items()}

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


class Pulse:
    """Feels how long the event loop stood still at most, and closes dialogs and menus that wait inside a call."""

    def __init__(self, monkey):
        self.longest_s, self._last, self._monkey = 0.0, time.monotonic(), monkey
        self._inside = False
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self):
        now = time.monotonic()
        self.longest_s, self._last = max(self.longest_s, now - self._last), now
        if not self._inside:
            self._inside = True
            try:
                self._monkey.answer()
            finally:
                self._inside = False  # also after an error: what opens later must be closed too

    def stop(self):
        self._timer.stop()


@pytest.fixture
def monkey(live, tmp_path, monkeypatch, record_property):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "nothing.toml"), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved.memsim"), ""))
    made = Monkey(live, SEED)
    pulse = Pulse(made)
    yield made
    pulse.stop()
    record_property("longest_stall_s", round(pulse.longest_s, 2))


def settle(qtbot, window):
    window.session.core.cancel()
    window.session.player.pause()
    qtbot.waitUntil(lambda: not window.session.core.busy, timeout=LONG_MS)


def check_trace(trace):
    """The view rebuilt at the end agrees with itself: lists, their lengths and the counters that tell them."""
    view = trace.view_at(len(trace))
    assert np.array_equal(np.bincount(view.lane, minlength=len(view.lane_pages)), view.lane_pages)
    now = counters.vmstat(view.counter, len(view.node))
    held = view.lane_pages.reshape(-1, lanes.LANES_PER_NODE).sum(axis=0)
    if trace.level_at(len(trace)) == kinds.LEVEL_FULL:
        assert {name: now[name] for name in COUNTED} == {name: held[lane] for name, lane in COUNTED.items()}


def test_every_control_is_reached_and_does_no_harm(monkey, qtbot):
    monkey.visit_all()
    settle(qtbot, monkey.window)
    assert monkey.missed() == []
    for _ in range(STEPS):
        monkey.act()
    settle(qtbot, monkey.window)
    check_trace(monkey.window.session.trace)


@pytest.mark.slow
def test_a_long_round_does_no_harm(monkey, qtbot):
    for _ in range(MANY_STEPS):
        monkey.act()
    settle(qtbot, monkey.window)
    check_trace(monkey.window.session.trace)
