"""The physical map and the swap map as a person uses them: look, zoom, pan, point, pick; one selection everywhere."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from memsim_gui import Machine
from memsim_gui.engine import commands as c
from memsim_gui.engine.scenario import Camera
from memsim_gui.paint.mosaic_painter import MosaicPainter
from memsim_gui.scene.geometry import place
from memsim_gui.scene.panels.page_life import PageLife
from memsim_gui.scene.selection import Selection
from memsim_gui.session.opening import Opened
from memsim_gui.trace import kinds, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, copy_view, new_view
from memsim_gui.view.panels import page_inspector
from memsim_gui.view.panels.physical_map import BY_AGE, BY_OWNER
from tests.scene import synthetic
from tests.view.conftest import LONG_MS


@pytest.fixture
def end(window, qtbot):
    """The window at the end of its recording."""
    window.session.seek(len(window.session.trace))
    qtbot.wait(60)
    return window


def _recorded(view, meta, labels):
    """A recording in which next to nothing happens."""
    trace = Trace(view, meta, labels)
    trace.append(np.array([(kinds.LOST, 0, 0, 0, 0, 1)], kinds.EVENT))
    return Opened(None, trace)


def _front(window, qtbot, name):
    window.docks[name].raise_()
    qtbot.wait(60)
    return window.docks[name].panel


def _spot(view, cell):
    x, y = place(MosaicPainter.grid(view.shot()), cell)
    return QPoint(round(x) + 2, round(y) + 2)


def _wheel(view, at, notches):
    event = QWheelEvent(
        QPointF(at), QPointF(view.viewport().mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    view.wheelEvent(event)


@pytest.fixture
def large(make_window, qtbot):
    """The physical map of a machine with many more frames than a picture has cells."""
    window = make_window(Opened(None, synthetic.large(1 << 16, 100)))
    return _front(window, qtbot, "physical_map").map


def test_a_click_selects_the_frame_in_every_panel(end, qtbot):
    panel = _front(end, qtbot, "physical_map")
    qtbot.mouseClick(panel.map.viewport(), Qt.MouseButton.LeftButton, pos=_spot(panel.map, 5))
    assert end.session.player.selection == Selection(frame=5)
    qtbot.wait(60)
    assert panel.map.content.chosen.tolist() == [5]
    memory = _front(end, qtbot, "address_space")
    assert memory.views[0].grid.content.chosen.tolist() == [5]
    assert "0xab5" in _front(end, qtbot, "page_inspector").title.text()
    tokens = [t for t in end.stage.frame.stage.tokens if 5 in t.frame]
    assert any(t.marks[t.frame == 5][0] & 64 for t in tokens)


def test_a_click_in_the_page_cache_is_seen_on_the_map(end, qtbot):
    cache = _front(end, qtbot, "page_cache").grid
    qtbot.mouseClick(cache.viewport(), Qt.MouseButton.LeftButton, pos=_spot(cache, 8))
    assert end.session.player.selection == Selection(cell=8)
    assert _front(end, qtbot, "physical_map").map.content.chosen.tolist() == [12 + 8]


def test_a_step_brings_the_page_cache_of_its_file_to_the_front(make_window, qtbot):
    machine = Machine.build(memory="1 MiB", detail="classroom")
    for command in (c.OpenFile("image", 1 << 20), c.OpenFile("data", 10 << 20), c.Read("image", 100_000, 100)):
        machine.apply(command)
    window = make_window(Opened(None, machine.trace))
    window.session.seek(len(machine.trace))
    panel = window.docks["page_cache"].panel
    for name, told in (("image", "1 of 256"), ("data", "0 of 2"), ("later", "0 of 2")):
        window.session.looked.emit(Camera("page-cache", file=name))
        qtbot.waitUntil(lambda told=told: panel.summary.text().startswith(told))
    assert panel.file.currentText() == "data"
    panel.file.setCurrentText("image")
    qtbot.waitUntil(lambda: panel.summary.text().startswith("1 of 256"))


def test_the_wheel_zooms_around_the_mouse_and_a_drag_pans(large, qtbot):
    whole = large.shot()
    assert (whole.first, whole.rows) == (0, whole.cells // whole.columns)
    at = _spot(large, whole.columns * 20 + 3)
    cell = whole.columns * 20 + 3
    thing = whole.first + cell * whole.each + whole.each // 2
    for _ in range(20):
        _wheel(large, at, 1)
    near = large.shot()
    assert near.each == 1
    assert near.cell_of(thing) // near.columns == at.y() // near.pitch
    top = large.verticalScrollBar().value()
    qtbot.mousePress(large.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    large.mouseMoveEvent(_drag(large, QPointF(20, 20 + 3 * near.pitch)))
    qtbot.mouseRelease(large.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 20 + 3 * near.pitch))
    assert large.verticalScrollBar().value() == top - 3
    for _ in range(30):
        _wheel(large, at, -1)
    assert large.shot() == whole


def _drag(view, at):
    return QMouseEvent(
        QMouseEvent.Type.MouseMove, at, view.viewport().mapToGlobal(at), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip


def test_a_block_is_picked_as_its_frames(make_window, qtbot):
    window = make_window(Opened(None, synthetic.large(1 << 16, 100)))
    view = _front(window, qtbot, "physical_map").map
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_spot(view, 3))
    each = view.shot().each
    assert window.session.player.selection == Selection(frame=3 * each, count=each)


def test_keys_move_zoom_and_pick(large, qtbot):
    large.setFocus(Qt.FocusReason.TabFocusReason)
    picked = []
    large.picked.connect(lambda *args: picked.append(args))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(large, key)
    whole = large.shot()
    assert picked == [((whole.columns + 1) * whole.each, whole.each)]
    for _ in range(20):
        qtbot.keyClick(large, Qt.Key.Key_Plus)
    qtbot.keyClick(large, Qt.Key.Key_Return)
    first, count = picked[-1]
    assert count == 1
    assert (whole.columns + 1) * whole.each <= first < (whole.columns + 2) * whole.each
    qtbot.keyClick(large, Qt.Key.Key_Home)
    assert large.shot() == whole


def test_the_windows_steps_keep_their_keys_until_the_map_has_the_keyboard(end, qtbot):
    panel = _front(end, qtbot, "physical_map")
    at = end.session.player.position
    qtbot.mouseClick(panel.map.viewport(), Qt.MouseButton.LeftButton, pos=_spot(panel.map, 1))
    assert not panel.map.hasFocus()
    qtbot.keyClick(end.stage, Qt.Key.Key_Left)
    before = end.session.player.position
    assert before < at
    panel.map.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(panel.map, Qt.Key.Key_Left)
    assert end.session.player.position == before


def test_the_inspector_tells_of_blocks_of_pages_without_a_frame_and_of_flows(make_window, qtbot):
    trace = synthetic.large(1 << 14, 100)
    window = make_window(_recorded(trace.view_at(0), replace(trace.meta, level=kinds.LEVEL_FLOW), Labels()))
    panel = _front(window, qtbot, "page_inspector")
    for selection, told in (
        (Selection(frame=0, count=64), "64 frames"), (Selection(pte=1 << 14), "no page frame"),
        (Selection(frame=7), "recorded as flows"), (Selection(), "Click a page"),
    ):  # fmt: skip
        window.session.player.select(selection)
        qtbot.wait(60)
        assert told in panel.hint.text() + panel.age.text()
        assert panel.hint.isVisible() or panel.age.isVisible()
        assert panel.title.isVisible() == (selection == Selection(frame=7))


def _life_is_read(panel, qtbot):
    """Wait until the life of the page just selected is in the list."""
    selected = panel.window().session.player.selection

    def read():
        life, title = panel._shown, panel._life_title.text()  # noqa: SLF001 - what is being read
        return life is not None and life.frame == selected.frame and not title.endswith("being read")

    qtbot.waitUntil(read, timeout=LONG_MS)


def test_the_life_of_a_page_leads_to_its_moments_by_mouse_and_by_key(end, qtbot):
    panel, player = _front(end, qtbot, "page_inspector"), end.session.player
    player.select(Selection(frame=3))
    _life_is_read(panel, qtbot)
    moments = PageLife(player.trace, 3).read()
    index = panel.life.model().index(1, 0)
    panel.life.scrollTo(index)
    qtbot.mouseClick(panel.life.viewport(), Qt.MouseButton.LeftButton, pos=panel.life.visualRect(index).center())
    assert player.position == moments[1].position + 1
    qtbot.keyClick(panel.life, Qt.Key.Key_Down)
    qtbot.keyClick(panel.life, Qt.Key.Key_Return)
    assert player.position == moments[2].position + 1


def test_what_is_undone_leaves_the_life_of_a_page_also_while_it_is_read(end, qtbot, monkeypatch):
    monkeypatch.setattr(page_inspector, "READ_MS", -1)
    panel, player = _front(end, qtbot, "page_inspector"), end.session.player
    player.select(Selection(frame=3))
    qtbot.waitUntil(lambda: panel._life_title.text().endswith("being read"))  # noqa: SLF001
    last = PageLife(player.trace, 3).read()[-1]
    player.trace.truncate(last.position)
    qtbot.wait(60)
    player.grown()
    _life_is_read(panel, qtbot)
    assert panel.life.count() == len(PageLife(player.trace, 3).read())


def test_what_a_page_went_through_last_is_seen_whole_in_a_small_window(live, qtbot):
    panel, player = _front(live, qtbot, "page_inspector"), live.session.player
    for at in (4, 5, 6, 8):
        live.session.seek(len(live.session.trace) * at // 8)
        for frame in np.flatnonzero(player.view.lane > 0)[:12:3].tolist():
            player.select(Selection(frame=frame))
            qtbot.wait(60)
            past = [moment.position < player.position for moment in panel._moments]  # noqa: SLF001 - what was listed
            if any(past):
                row = panel.life.visualItemRect(panel.life.item(sum(past) - 1))
                assert panel.life.viewport().visibleRegion().boundingRect().contains(row), (at, frame)


def test_the_inspector_says_that_it_shows_the_first_of_several_pages(end, qtbot):
    panel = _front(end, qtbot, "page_inspector")
    end.session.player.select(Selection(frame=3, region=frozenset((3, 4, 5))))
    qtbot.wait(60)
    assert panel.hint.text() == "3 pages are picked. This is the first of them."
    assert "0xab3" in panel.title.text()


def test_all_files_stand_in_a_table_that_leads_to_each(make_window, qtbot):
    view = new_view(Sizes(1, 8, 1, 12, 1, 1, 2, 1, 1))
    view.file[:, tables.FILE_PAGES] = (4, 8)
    view.file[1, tables.FILE_FIRST_CELL] = 4
    view.cell[[0, 5, 6]] = (1, 2, -1)
    window = make_window(_recorded(view, Meta(), Labels(files=["a", "b"])))
    panel = _front(window, qtbot, "page_cache")
    panel.file.setCurrentText("all files")
    qtbot.wait(60)
    assert panel.summary.text() == "2 files · 2 of 12 pages cached"
    shown = [[panel.files.item(row, column).text() for column in range(5)] for row in range(2)]
    assert shown == [["a", "1", "4", "0", "0"], ["b", "1", "8", "1", "0"]]
    spot = panel.files.visualItemRect(panel.files.item(1, 0)).center()
    qtbot.mouseClick(panel.files.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.wait(60)
    assert panel.file.currentText() == "b"
    assert panel.grid.isVisible()
    assert panel.summary.text().startswith("1 of 8 pages")


@pytest.mark.parametrize("coloring", [BY_OWNER, BY_AGE])
def test_other_colourings_explain_themselves(end, qtbot, coloring):
    panel = _front(end, qtbot, "physical_map")
    plain = panel.map.grab().toImage()
    panel.coloring.setCurrentText(coloring)
    qtbot.wait(60)
    assert panel.map.grab().toImage() != plain
    assert ("editor" in panel.legend.accessibleName()) == (coloring == BY_OWNER)


def test_the_swap_map_counts_its_slots(end, qtbot):
    panel = _front(end, qtbot, "swap_map")
    assert panel.summary.text().startswith("0 of 16 slots used")
    assert panel.map.words(0) == "slot 0: the header of the swap area"
    qtbot.mouseClick(panel.map.viewport(), Qt.MouseButton.LeftButton, pos=_spot(panel.map, 2))
    assert end.session.player.selection == Selection(slot=2)


def test_every_panel_of_pages_says_how_old_they_are(make_window, qtbot):
    builder = synthetic.Builder()
    builder.anon(0)
    builder.build()
    told = len(builder.trace)
    builder.trace.change_level(kinds.LEVEL_FLOW)
    builder.trace.add_keyframe(copy_view(builder.view))
    builder.count("pgfault", 3)
    builder.count("pgfault", 2)
    window = make_window(Opened(None, builder.build()))
    window.session.player.pause()
    words = f"Pages as of event {told}: this stretch is recorded as flows"
    for name in ("physical_map", "swap_map", "page_cache", "address_space", "page_inspector", "proc"):
        panel = _front(window, qtbot, name)
        window.session.player.select(Selection(frame=0))
        for position, text in ((len(builder.trace), words), (told - 1, "")):
            window.session.seek(position)
            qtbot.waitUntil(lambda panel=panel, text=text: panel.age.text() == text)
            assert panel.age.isVisible() == bool(text), name
    window.session.seek(len(builder.trace))
    panel.file.setCurrentText("/proc/vmstat")
    qtbot.waitUntil(panel.age.isHidden)  # counters are told in flows too
