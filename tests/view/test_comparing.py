"""The window compares machines side by side, turns one knob on a key, and gives everything back when it ends."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication

from memsim_gui.engine.variant import Change
from memsim_gui.scene.comparing.difference import same_page
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import grouped
from memsim_gui.trace import kinds
from memsim_gui.view.comparing.dialog import CompareDialog
from memsim_gui.view.comparing.panel import figure
from tests.view.conftest import LONG_MS
from tests.view.lecturing.test_lecture import drag, point, turn_wheel

# The offscreen platform, about menus and dialogs.
CONTROL = Qt.KeyboardModifier.ControlModifier
LIST = Change({"policy": "single-list"})


def begin(qtbot, window, *changes):
    window.desk.begin(list(changes))
    qtbot.waitUntil(lambda: window.desk.comparison.ready, timeout=LONG_MS)
    qtbot.wait(120)
    return window.desk.stages


@pytest.fixture
def docks_before(live):
    return {name: dock.isVisible() for name, dock in live.docks.items()}


def test_two_machines_stand_side_by_side_under_words_of_what_differs(live, qtbot):
    stages = begin(qtbot, live, LIST)
    original, other = stages.cells
    assert original.title.text() == "Original: two-list"
    assert other.title.text() == "1: policy two-list → single-list"
    assert original.stage.isVisible()
    assert not live.stage.isVisible()
    assert abs(original.stage.width() - other.stage.width()) <= 2
    titles = [cell.stage.frame.caption.title for cell in stages.cells]
    assert titles[0] == titles[1] != ""
    assert original.stage.frame.caption.steps == other.stage.frame.caption.steps


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_beside_three_machines_stands_what_differs(live, qtbot, size):
    live.resize(*size)
    stages = begin(qtbot, live, LIST, Change({"policy": "lesson"}))
    panel = live.desk.difference
    assert panel.isVisible()
    sizes = [cell.stage.size() for cell in stages.cells]
    assert max(s.width() for s in sizes) - min(s.width() for s in sizes) <= 2
    assert max(s.height() for s in sizes) - min(s.height() for s in sizes) <= 2
    place, beside = panel.mapTo(stages, QPoint()), stages.cells[2]
    assert place.x() > beside.x() + beside.width()
    assert abs(panel.height() - beside.stage.height()) <= 4
    assert panel.width() > 0.95 * beside.width()
    qtbot.waitUntil(lambda: len(panel.figures.texts.rows) > 7)
    assert panel.figures.viewport().height() > 4 * panel.figures.rowHeight(0)
    qtbot.keyClick(stages.original, Qt.Key.Key_D, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert panel.isAncestorOf(QApplication.focusWidget())
    qtbot.keyClick(stages.original, Qt.Key.Key_W, CONTROL)
    assert live.desk.comparison is None


def test_four_machines_make_two_rows(live, qtbot):
    stages = begin(qtbot, live, LIST, Change({"policy": "lesson"}), Change({"memory": "40p"}))
    places = [cell.pos() for cell in stages.cells]
    assert len({place.y() for place in places}) == 2
    assert len({place.x() for place in places}) == 2
    assert min(cell.stage.height() for cell in stages.cells) > 250
    assert not live.desk.difference.isVisible()
    qtbot.keyClick(stages.original, Qt.Key.Key_D, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert live.desk.difference.isVisible()


def test_scrubbing_moves_all_and_the_panel_tells_what_differs(live, qtbot):
    stages = begin(qtbot, live, LIST)
    panel, (side,) = live.desk.difference, live.desk.comparison.sides
    qtbot.waitUntil(lambda: len(panel.figures.texts.rows) > 7)
    names = [row[0] for row in panel.figures.texts.rows]
    assert names[:3] == ["examined per page reclaimed", "pages examined", "pages reclaimed"]
    assert "nr_active_file" in names
    live.session.seek(0)
    qtbot.wait(150)
    assert stages.cells[1].stage.frame.caption.step <= 1
    assert panel.pages.texts.rowCount() == 0
    assert side.view.clock[0].tolist() == live.session.player.view.clock[0].tolist()
    live.session.seek(len(live.session.trace))
    qtbot.wait(150)
    assert stages.cells[1].stage.frame.caption.step == stages.cells[0].stage.frame.caption.step > 1


def test_a_page_picked_in_the_panel_is_picked_in_all_machines(live, qtbot):
    begin(qtbot, live, LIST)
    panel = live.desk.difference
    live.session.seek(int(live.session.trace.positions_of(kinds.STEP)[9]))
    qtbot.waitUntil(lambda: panel.pages.texts.rowCount() > 0, timeout=LONG_MS)
    place = panel.pages.visualRect(panel.pages.texts.index(0, 0)).center()
    qtbot.mouseClick(panel.pages.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    picked = live.session.player.selection
    assert picked != Selection()
    assert picked.pte >= 0 or picked.cell >= 0


def test_the_end_gives_the_window_back_and_frees_everything(live, qtbot, docks_before):
    begin(qtbot, live, LIST)
    assert not live.docks["controls"].isVisible()
    threads = [side.thread_ for side in live.desk.comparison.sides]
    qtbot.keyClick(live.desk.stages.original, Qt.Key.Key_W, CONTROL)
    assert live.desk.comparison is None
    assert all(thread.isFinished() for thread in threads)
    assert {name: dock.isVisible() for name, dock in live.docks.items()} == docks_before
    assert live.stage.isVisible()
    assert not live.act["end_compare"].isEnabled()


def test_another_story_ends_the_comparison(live, qtbot):
    begin(qtbot, live, LIST)
    live.session.change_policy("lesson")
    qtbot.waitUntil(lambda: live.desk.comparison is None, timeout=LONG_MS)
    assert live.stage.isVisible()
    qtbot.waitUntil(lambda: not live.session.core.busy, timeout=LONG_MS)


def test_a_knob_turned_plays_the_step_again_beside_the_original(live, qtbot):
    starts = live.session.trace.positions_of(kinds.STEP)
    live.session.seek(int(starts[4]) + 9)
    qtbot.keyClick(live.stage, Qt.Key.Key_W)
    menu = live.desk.menu
    qtbot.waitUntil(menu.isVisible)
    assert menu.actions()[0].text() == "swappiness 60 → 0, from this step on"
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert live.desk.comparison.sides[0].words == "swappiness 60 → 100, from this step on"
    qtbot.waitUntil(lambda: live.session.player.running, timeout=LONG_MS)
    assert starts[4] <= live.session.player.position < starts[5]
    qtbot.keyClick(live.desk.stages.original, Qt.Key.Key_R)
    assert abs(live.session.player.position - starts[4]) <= 1


def test_a_recording_without_its_machine_says_why_it_cannot_be_compared(window, qtbot):
    qtbot.keyClick(window.stage, Qt.Key.Key_D, CONTROL)
    assert "does not say how its machine was made" in window.footer.currentMessage()
    qtbot.keyClick(window.stage, Qt.Key.Key_W)
    assert not window.desk.menu.isVisible()


def test_the_dialog_says_what_differs_or_what_is_wrong(live, qtbot):
    live.desk.ask()
    dialog = live.findChild(CompareDialog)
    chosen = []
    dialog.chosen.connect(chosen.append)
    assert not dialog.go.isEnabled()
    first, second, _ = dialog.columns
    first.choices["policy"].choose("single-list")
    second.texts["memory"].setText("40p")
    second.texts["other settings"].setText("dirty_ratio=90, swappiness=10")
    assert [line.text() for line in dialog.differs] == [
        "policy two-list → single-list",
        "memory 32 pages → 40 pages, dirty_ratio 20 → 90, swappiness 60 → 10",
        "",
    ]
    first.texts["swappiness"].setText("300")
    assert "0 to 200" in dialog.error.text()
    assert not dialog.go.isEnabled()
    first.texts["swappiness"].clear()
    dialog.chosen.disconnect(live.desk.begin)
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    assert chosen == [
        [LIST, Change({"memory": "40p", "dirty_ratio": "90", "swappiness": "10"})],
    ]


def test_figures_are_grouped_and_ratios_short():
    assert [figure(value) for value in (None, 1234, 2.5)] == ["–", grouped(1234), "2.50"]


def test_all_machines_are_seen_through_one_lens(live, qtbot):
    live.act["zoom_in"].trigger()
    stages = begin(qtbot, live, LIST)
    lenses = [stage.lens for stage in (live.stage, *(cell.stage for cell in stages.cells))]
    assert lenses == [live.stage.lens] * 3
    assert live.stage.lens.factor == pytest.approx(1.5)
    other = stages.cells[1].stage
    turn_wheel(other, (other.width() / 3, other.height() / 3), 3)
    assert other.lens.factor > 2
    assert stages.original.lens == live.stage.lens == other.lens
    qtbot.keyClick(stages.original, Qt.Key.Key_Plus, CONTROL)
    assert other.lens.factor > 3
    drag(stages.original, *pulled(stages.original))
    assert other.lens == stages.original.lens
    before = other.lens
    qtbot.keyClick(other, Qt.Key.Key_0)
    assert stages.original.lens.factor == other.lens.factor == 1 != before.factor
    turn_wheel(other, (other.width() / 2, other.height() / 2), 2)
    live.act["end_compare"].trigger()
    assert live.stage.lens.factor > 1  # one goes on looking where one did


def pulled(stage):
    """Two points between the pages of a stage, from one to the other of which it can be pulled."""
    area = stage.frame.composition.stage
    spots = [
        (x, y) for x in range(round(area.x) + 20, round(area.right), 40) for y in range(60, round(area.bottom), 40)
    ]
    start = next(spot for spot in spots if stage.frame_at(*spot) < 0)
    return start, (start[0] - 30, start[1] - 10)


def test_a_page_pointed_at_is_marked_in_the_other_machines(live, qtbot):
    stages = begin(qtbot, live, LIST)
    original, other = (cell.stage for cell in stages.cells)
    live.session.seek(int(live.session.trace.positions_of(kinds.STEP)[6]))
    qtbot.wait(150)
    view = live.session.player.view
    frame = next(
        int(frame)
        for tokens in original.frame.stage.tokens
        for frame in tokens.frame
        if frame >= 0 and same_page(Selection(frame=int(frame)), view).cell >= 0
    )
    at = original.place_of(frame).center()
    blank = other.grab().toImage()
    point(original, at.x(), at.y())
    page = same_page(Selection(frame=frame), view)
    assert other.hinted == page.located(live.desk.comparison.sides[0].view).frame >= 0
    assert original.hinted == -1
    assert other.place_of(other.hinted) is not None
    assert other.grab().toImage() != blank
    QApplication.sendEvent(original, QEvent(QEvent.Type.Leave))
    assert other.hinted == -1
    assert other.grab().toImage() == blank
