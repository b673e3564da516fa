"""The stage under a person's hands: zoom, pan, regions, what can be done to them, and the choice of a node."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from memsim_gui.engine.commands import Read, Touch
from memsim_gui.scene.lens import WHOLE
from memsim_gui.scene.selection import Selection
from memsim_gui.session.opening import Opened
from memsim_gui.trace import kinds, lanes
from tests.scene import synthetic

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def stage(make_window, qtbot):
    trace = synthetic.life_of_one_page()
    window = make_window(Opened(None, trace))
    window.session.player.pause()
    window.session.seek(len(trace))
    qtbot.wait(60)
    return window.stage


def chosen(stage):
    return sorted(stage.window().session.player.selection.frames)


def on_list(stage):
    """Frames of a list with several pages in order, and their middles in the picture."""
    tokens = stage.frame.stage.tokens[0]
    role = np.bincount(tokens.role).argmax()
    rows = np.flatnonzero(tokens.role == role)
    half = tokens.size / 2
    return tokens.frame[rows].tolist(), [QPoint(int(tokens.x[i] + half), int(tokens.y[i] + half)) for i in rows]


def wheel(stage, at, notches):
    event = QWheelEvent(
        QPointF(at), QPointF(stage.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage, event)


def test_the_wheel_zooms_at_the_pointer_and_a_double_click_shows_all(stage, qtbot):
    frames, spots = on_list(stage)
    wheel(stage, spots[0], 5)
    assert stage.lens.factor > 2
    qtbot.waitUntil(lambda: stage.frame_at(spots[0].x(), spots[0].y()) == frames[0])
    qtbot.mouseDClick(stage, LEFT, pos=spots[0])
    assert stage.lens == WHOLE


def test_keys_zoom_too(stage):
    act = stage.window().act
    act["zoom_in"].trigger()
    act["zoom_in"].trigger()
    factor = stage.lens.factor
    act["zoom_out"].trigger()
    assert 1 < stage.lens.factor < factor
    act["zoom_whole"].trigger()
    assert stage.lens == WHOLE


def test_the_zoomed_stage_is_pulled(stage, qtbot):
    stage.zoom(4)
    qtbot.wait(60)
    before, at = stage.lens, stage.rect().center()
    qtbot.mousePress(stage, MIDDLE, pos=at)
    qtbot.mouseMove(stage, at + QPoint(-40, -20))
    qtbot.mouseRelease(stage, MIDDLE, pos=at + QPoint(-40, -20))
    assert stage.lens.factor == before.factor
    assert stage.lens.x > before.x
    assert stage.lens.y > before.y
    assert chosen(stage) == []


def test_a_band_picks_the_pages_in_it(stage, qtbot):
    frames, spots = on_list(stage)
    side = int(stage.frame.stage.tokens[0].size)
    first, last = spots[0] - QPoint(side, side), spots[1] + QPoint(side // 2 + 1, side // 2 + 1)
    qtbot.mousePress(stage, LEFT, pos=first)
    qtbot.mouseMove(stage, last)
    qtbot.mouseRelease(stage, LEFT, pos=last)
    assert chosen(stage) == sorted(frames[:2])


def test_shift_and_arrows_extend_along_the_list(stage, qtbot):
    frames, spots = on_list(stage)
    assert len(frames) >= 3
    position = stage.window().session.player.position
    qtbot.mouseClick(stage, LEFT, pos=spots[0])
    qtbot.mouseClick(stage, LEFT, SHIFT, pos=spots[1])
    assert chosen(stage) == sorted(frames[:2])
    qtbot.keyClick(stage, Qt.Key.Key_Right, SHIFT)
    assert chosen(stage) == sorted(frames[:3])
    qtbot.keyClick(stage, Qt.Key.Key_Left, SHIFT)
    qtbot.keyClick(stage, Qt.Key.Key_Left, SHIFT)
    assert chosen(stage) == frames[:1]
    assert stage.window().session.player.position == position
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    assert chosen(stage) == []


def test_return_picks_a_page_and_alt_and_arrows_lead_to_others(stage, qtbot):
    frames, _ = on_list(stage)
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    assert chosen(stage) == [stage.frame.stage.tokens[0].frame[0]]
    stage.window().session.player.select(Selection(frame=frames[0]))  # picked elsewhere: it goes on from there
    for frame in frames[1:]:
        qtbot.wait(60)
        qtbot.keyClick(stage, Qt.Key.Key_Right, ALT)
        assert chosen(stage) == [frame]


def test_return_acts_on_what_keys_have_picked(stage, qtbot):
    frames, _ = on_list(stage)
    told = []
    stage.submitted.connect(told.append)
    stage.window().session.player.select(Selection(frame=frames[0]))
    qtbot.wait(60)
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
    qtbot.keyClick(stage, Qt.Key.Key_Right, SHIFT)
    assert chosen(stage) == sorted(frames[:2])
    qtbot.wait(60)
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    menu = QApplication.activePopupWidget()
    assert menu.actions()[0].text() == "2 pages"
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert told
    assert all(isinstance(command, Touch | Read) for commands in told for command in commands)


def test_the_menu_acts_on_what_is_picked_and_says_what_it_cannot(stage, qtbot):
    view = stage.window().session.player.view
    anon = int(np.flatnonzero(view.lane == lanes.INACTIVE_ANON)[0])
    file = int(np.flatnonzero(view.lane == lanes.ACTIVE_FILE)[0])
    stage.window().session.player.select(Selection(frame=anon))
    qtbot.wait(60)
    told = []
    stage.submitted.connect(told.extend)
    menu = stage.menu()
    assert (menu.actions()[0].text(), menu.actions()[0].isEnabled()) == ("1 page", False)
    next(action for action in menu.actions() if action.text() == "Write").trigger()
    assert [type(command) for command in told] == [Touch]
    assert told[0].write
    stage.window().session.player.select(Selection(frame=file))
    qtbot.wait(60)
    refused = next(action for action in stage.menu().actions() if action.text().startswith("mlock"))
    assert not refused.isEnabled()
    assert "no process maps" in refused.text()


def test_of_many_nodes_one_is_chosen(make_window, qtbot):
    builder = synthetic.Builder(nodes=6)
    builder.emit(kinds.STEP)
    window = make_window(Opened(None, builder.build()))
    qtbot.wait(60)
    stage = window.stage
    chip = stage.frame.stage.chips[4].rect
    qtbot.mouseClick(stage, LEFT, pos=QPoint(int(chip.cx), int(chip.cy)))
    qtbot.wait(60)
    assert [box.node for box in stage.frame.stage.layout.nodes] == [4]
    window.act["next_node"].trigger()
    window.act["next_node"].trigger()
    qtbot.wait(60)
    assert [box.node for box in stage.frame.stage.layout.nodes] == [0]
