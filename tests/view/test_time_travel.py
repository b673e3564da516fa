"""Time travel in the window: from event mark to event mark, undo and redo by keys, memory and losses in the footer."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit

from memsim_gui.engine import machine_spec
from memsim_gui.engine.commands import Access, Mmap, Process
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.workloads.patterns import RANDOM
from memsim_gui.scene.timeline import event_marks as em
from memsim_gui.scene.timeline.event_marks import Mark
from memsim_gui.scene.words import grouped
from memsim_gui.session.opening import Opened
from memsim_gui.trace import kinds
from memsim_gui.trace.view_state import differences
from memsim_gui.view.jumping import jump_list
from memsim_gui.view.widgets.mark_band import HEIGHT, PITCH, group_marks
from tests.view.conftest import LONG_MS, settle

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def pressed(level=kinds.LEVEL_FULL):
    """A small machine that swaps."""
    machine = Machine.build(level, memory="256 KiB", swap="1 MiB")
    machine.apply(Process(name="app"))
    machine.apply(Mmap(region="heap", pages=150, process="app"))
    for seed in range(3):
        machine.apply(Access("heap", RANDOM, count=150, write=True, seed=seed))
    return machine


@pytest.fixture
def swapping(make_window, qtbot):
    window = make_window(Opened(None, pressed().trace))
    window.session.player.pause()
    window.session.seek(0)
    qtbot.wait(150)
    return window


def test_keys_go_from_mark_to_mark_and_back(swapping, qtbot):
    player, marks = swapping.session.player, swapping.session.player.marks
    assert {em.FIRST_FAULT, em.SWAP_OUT} <= {mark.kind for mark in marks.all}
    places = [mark.position + 1 for mark in marks.all]
    for place in places[:3]:
        qtbot.keyClick(swapping.stage, Qt.Key.Key_Right, CONTROL | SHIFT)
        assert player.position == place
    for place in [*places[1::-1], 0]:
        qtbot.keyClick(swapping.stage, Qt.Key.Key_Left, CONTROL | SHIFT)
        assert player.position == place


def test_a_click_on_a_mark_goes_to_it_and_its_words_say_what_it_is(swapping, qtbot):
    plot = swapping.timeline.plot
    first = swapping.session.player.marks.all[0]
    x = plot.second_to_x(swapping.session.player.pacing.seconds_at(first.position))
    place = QPoint(round(x), round(plot.box.sceneBoundingRect().bottom() - HEIGHT / 2))
    group = plot.band.at(place.toPointF())
    assert first in group.marks
    assert "first page fault" in plot.band.words(group).lower()
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert swapping.session.player.position == group.mark.position + 1
    assert plot.band.at(QPoint(place.x(), 0).toPointF()) is None


def test_many_marks_stand_as_few_groups():
    marks = [Mark(at, em.KSWAPD, 0) for at in range(1000)]
    marks[500] = Mark(500, em.OOM, 1)
    groups = group_marks(np.linspace(0.0, 10 * PITCH, 1000), marks, PITCH)
    assert np.diff([group.x for group in groups]).min() >= PITCH
    assert sum(len(group.marks) for group in groups) == 1000
    assert [group.mark.kind for group in groups].count(em.OOM) == 1
    assert group_marks(np.empty(0), [], PITCH) == []


def test_a_mark_is_found_by_its_words(swapping, qtbot):
    player = swapping.session.player
    dialog = jump_list(player.marks, player.pacing, swapping.session.seek, swapping)
    qtbot.addWidget(dialog)
    search = dialog.findChild(QLineEdit)
    qtbot.keyClicks(search, "swap-out")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    swapped = next(mark for mark in player.marks.all if mark.kind == em.SWAP_OUT)
    assert player.position == swapped.position + 1


def test_what_a_level_does_not_know_is_said(make_window, qtbot):
    window = make_window(Opened(None, pressed(kinds.LEVEL_FLOW).trace))
    qtbot.wait(150)
    band = window.timeline.plot.band
    assert any(mark.kind == em.KSWAPD for mark in window.session.player.marks.all)
    assert "not known" in band.words(band._groups[0])  # noqa: SLF001 - its own test


def test_the_footer_says_what_history_takes(live):
    live.session.seek(0)
    live._frame()  # noqa: SLF001 - its own test
    memory = live.session.trace.memory
    kept = live.session.core.report.checkpoints
    assert 0 < memory.used <= memory.budget == 512 << 20
    assert kept.used > 0
    assert kept.budget == 256 << 20
    shown = live.footer.memory.text()
    assert shown.startswith("history ")
    assert shown.endswith(" of 768 MiB")
    assert "Keyframes" in live.footer.memory.toolTip()
    assert "Checkpoints" in live.footer.memory.toolTip()


def test_what_did_not_fit_the_ring_is_said_everywhere(make_window, monkeypatch):
    monkeypatch.setattr(machine_spec, "MOST_RING", 600)
    monkeypatch.setattr(machine_spec, "LEAST_RING", 600)
    machine = pressed()
    trace = machine.trace
    losses = trace.positions_of(kinds.LOST)
    lost = sum(int(trace.events(at, at + 1)["value"][0]) for at in losses.tolist())
    assert lost > 0
    window = make_window(Opened(None, trace))
    window.session.player.pause()
    for position in [*losses.tolist(), len(trace), 0, len(trace)]:
        window.session.seek(position)
        window._frame()  # noqa: SLF001 - its own test
    assert window.footer.losses.isVisible()
    text = window.footer.losses.toolTip()
    told = window.session.player.marks.losses
    assert told.events == lost
    assert 0 <= told.first_op < told.last_op <= machine.op
    assert text.startswith(f"{grouped(lost)} events did not fit into the ring: detail is missing from op ")
    assert "lost" in window.stage.frame.footer
    assert em.LOST in {mark.kind for mark in window.session.player.marks.all}
    for (_, kept), at in zip(trace.keyframes()[1:], losses.tolist(), strict=False):
        assert differences(trace.view_at(at + 1), kept) == []


def undo_text(window):
    return window.act["undo"].text()


def start_process(window, qtbot, name):
    window.session.submit(Process(name=name))
    settle(qtbot, window)


def press_undo(window, qtbot):
    qtbot.keyClick(window.stage, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: not window.session.core.busy, timeout=LONG_MS)


def press_redo(window, qtbot):
    qtbot.keyClick(window.stage, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: not window.session.core.busy, timeout=LONG_MS)


def shown_end(window):
    trace = window.session.trace
    return len(trace), trace.view_at(len(trace))


def test_undo_and_redo_come_back_to_the_same_trace(live, qtbot):
    before = [shown_end(live)]
    for name in ("one", "two", "three"):
        start_process(live, qtbot, name)
        before.append(shown_end(live))
    for length, view in before[2::-1]:
        press_undo(live, qtbot)
        assert shown_end(live)[0] == length
        assert differences(shown_end(live)[1], view) == []
    for length, view in before[1:]:
        press_redo(live, qtbot)
        assert shown_end(live)[0] == length
        assert differences(shown_end(live)[1], view) == []
    assert not live.act["redo"].isEnabled()


def test_undo_while_it_plays_goes_on_from_what_is_left(live, qtbot):
    length = shown_end(live)[0]
    start_process(live, qtbot, "one")
    live.session.seek(len(live.session.trace))
    live.session.player.play()
    press_undo(live, qtbot)
    assert len(live.session.trace) == length
    assert live.session.player.position == length
    assert differences(live.session.player.view, shown_end(live)[1]) == []


def test_undo_while_scrubbed_into_the_past_stays_there(live, qtbot):
    start_process(live, qtbot, "one")
    place = len(live.session.trace) // 2
    live.session.seek(place)
    expected = live.session.trace.view_at(place)
    press_undo(live, qtbot)
    assert live.session.player.position == place
    assert differences(live.session.player.view, expected) == []


def test_another_command_makes_redo_go(live, qtbot):
    start_process(live, qtbot, "one")
    press_undo(live, qtbot)
    assert live.act["redo"].isEnabled()
    start_process(live, qtbot, "other")
    assert not live.act["redo"].isEnabled()
    assert "other" in undo_text(live)
    length = len(live.session.trace)
    press_redo(live, qtbot)
    assert len(live.session.trace) == length
