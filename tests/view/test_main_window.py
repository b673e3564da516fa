"""The window as a person uses it: play, step, scrub, undo, dock, theme, lecture, close."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QMouseEvent
from PySide6.QtWidgets import QLabel, QPushButton, QTextBrowser, QToolButton

from memsim_gui.engine import commands, recording
from memsim_gui.paint.tokens import THEMES
from memsim_gui.scene.timeline.course import Course
from memsim_gui.session.export_settings import Settings
from memsim_gui.session.jobs import snapshot
from memsim_gui.session.player import NORMAL_SPEED
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.view.actions import ENTRIES
from memsim_gui.view.dialogs.basic import help_page
from memsim_gui.view.dialogs.export import ExportDialog
from memsim_gui.view.panels import REGISTRY
from memsim_gui.view.stages.plain import readable
from tests.session.story import start_view
from tests.view.conftest import LONG_MS, settle


def _press(qtbot, widget, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(widget, key, modifier)


def _kind_at(window):
    position = window.session.player.position
    return int(window.session.trace.events(position, position + 1)["kind"][0])


def test_space_plays_and_pauses(window, qtbot):
    _press(qtbot, window.stage, Qt.Key.Key_Space)
    assert window.session.player.running
    qtbot.waitUntil(lambda: window.session.player.position > 0, timeout=LONG_MS)
    _press(qtbot, window.stage, Qt.Key.Key_Space)
    assert not window.session.player.running


def test_keys_step_and_step_back(window, qtbot):
    player = window.session.player
    _press(qtbot, window.stage, Qt.Key.Key_PageDown)
    assert _kind_at(window) == kinds.STEP
    at = player.position
    _press(qtbot, window.stage, Qt.Key.Key_Right)
    assert player.position > at
    _press(qtbot, window.stage, Qt.Key.Key_Left)
    assert player.position == at
    _press(qtbot, window.stage, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert player.position == at + 1
    _press(qtbot, window.stage, Qt.Key.Key_Home)
    assert player.position == 0


def test_speed_keys_move_the_slider(window, qtbot):
    _press(qtbot, window.stage, Qt.Key.Key_Plus)
    assert window.session.player.speed_index == NORMAL_SPEED + 1
    assert window.transport.speed.value() == NORMAL_SPEED + 1
    _press(qtbot, window.stage, Qt.Key.Key_Minus)
    assert window.session.player.speed_index == NORMAL_SPEED


def test_a_click_on_the_timeline_goes_there(window, qtbot):
    qtbot.wait(100)
    panel = window.docks["timeline"].panel
    plot = panel.plot
    pacing = window.session.player.pacing
    place = plot.box.mapViewToScene(QPointF(pacing.total / 2, 1))
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    position = window.session.player.position
    assert abs(pacing.seconds_at(position) - pacing.total / 2) < pacing.total / 20


def test_a_page_can_be_hovered_and_picked(window, qtbot):
    window.session.seek(len(window.session.trace))
    qtbot.wait(60)
    tokens = next(t for t in window.stage.frame.stage.tokens if len(t.frame) and t.frame[0] >= 0)
    spot = QPoint(round(float(tokens.x[0]) + tokens.size / 2), round(float(tokens.y[0]) + tokens.size / 2))
    frame = int(tokens.frame[0])
    assert window.stage.frame_at(spot.x(), spot.y()) == frame
    assert "PG_" in window.stage.words(frame)
    qtbot.mouseClick(window.stage, Qt.MouseButton.LeftButton, pos=spot)
    assert window.session.player.selection.frame == frame
    qtbot.mouseClick(window.stage, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert window.session.player.selection.frame == -1


def test_undo_and_redo_name_the_command(live, qtbot):
    length = len(live.session.trace)
    live.session.submit(commands.OpenFile("notes", 4096))
    settle(qtbot, live)
    assert "notes" in live.act["undo"].text()
    live.act["undo"].trigger()
    settle(qtbot, live)
    assert len(live.session.trace) == length
    assert live.act["redo"].isEnabled()
    live.act["redo"].trigger()
    settle(qtbot, live)
    assert len(live.session.trace) > length


def test_docks_close_come_back_and_are_remembered(make_window, qtbot):
    first = make_window()
    dock = first.docks["log"]
    dock.close()
    assert not dock.isVisible()
    first.close()
    second = make_window()
    qtbot.wait(20)
    assert second.docks["log"].isHidden()
    second.docks["log"].action.trigger()
    assert not second.docks["log"].isHidden()
    second.docks["log"].close()
    second.docks["controls"].toggle_floating()
    assert second.docks["controls"].isFloating()
    second.act["reset_layout"].trigger()
    assert not second.docks["log"].isHidden()
    assert not second.docks["controls"].isFloating()


@pytest.mark.parametrize("theme", THEMES)
def test_every_panel_renders_in_every_theme(window, qtbot, settings, theme):
    window.session.seek(len(window.session.trace) // 2)
    window.use_theme(theme)
    for dock in window.docks.values():
        dock.raise_()
        qtbot.wait(40)
        assert not dock.panel.grab().isNull()
    assert settings.value("theme") == theme


def test_nothing_sticks_out_at_the_smallest_size(window, qtbot):
    qtbot.wait(100)
    for child in window.findChildren(QPushButton) + window.findChildren(QToolButton):
        icon_only = isinstance(child, QToolButton) and child.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        if child.isVisible() and child.text() and not icon_only:
            assert child.width() >= child.fontMetrics().horizontalAdvance(child.text()), child.text()
    bar = window.transport
    last = bar.widgetForAction(bar.actions()[-1])
    assert last.geometry().right() <= bar.width()
    assert window.stage.width() > window.width() // 2


def test_type_on_the_stage_stays_readable(window):
    theme = window.theme
    small = readable(theme, (600.0, 400.0), "lab").metrics((600.0, 400.0), "lab")
    assert small.body == pytest.approx(0.8 * theme.sizes["lab"]["body"])
    assert readable(theme, (1100.0, 780.0), "lab") is theme


def test_a_hidden_panel_does_nothing(window, qtbot, monkeypatch):
    qtbot.wait(40)
    hidden = window.docks["log"].panel
    window.docks["counters"].raise_()
    qtbot.wait(40)
    calls = []
    monkeypatch.setattr(hidden, "render_moment", calls.append)
    window.session.seek(50)
    qtbot.wait(60)
    assert not calls
    window.docks["log"].raise_()
    qtbot.waitUntil(lambda: bool(calls))


def test_lecture_is_driven_by_a_clicker(window, qtbot):
    window.act["lecture"].trigger()
    lecture = window.lecture
    assert lecture.isVisible()
    _press(qtbot, lecture, Qt.Key.Key_PageDown)
    assert window.session.player.running
    _press(qtbot, lecture, Qt.Key.Key_PageDown)
    at = window.session.player.position
    assert _kind_at(window) == kinds.STEP
    _press(qtbot, lecture, Qt.Key.Key_Backspace)
    assert window.session.player.position < at
    _press(qtbot, lecture, Qt.Key.Key_B)
    assert lecture.blank
    corner = lecture.grab().toImage().pixelColor(3, 3)
    assert (corner.red(), corner.green(), corner.blue()) == (0, 0, 0)
    _press(qtbot, lecture, Qt.Key.Key_Space)
    assert not lecture.blank
    _press(qtbot, lecture, Qt.Key.Key_Escape)
    assert not lecture.isVisible()


def test_saving_writes_a_recording_that_loads(window, tmp_path, qtbot):
    path = tmp_path / "saved.memsim"
    with qtbot.waitSignal(window.files.said, timeout=LONG_MS, check_params_cb=lambda text: text == f"saved {path}"):
        window.files.save(str(path))
    assert len(recording.load(path)) == len(window.session.trace)
    with qtbot.waitSignal(window.files.said, timeout=LONG_MS, check_params_cb=lambda text: "cannot be" in text):
        window.files.save(str(tmp_path / "no folder" / "saved.memsim"))
    assert "cannot be" in window.footer.currentMessage()


def test_a_message_has_room_in_the_footer_and_can_be_read_to_its_end(window):
    window.footer.say("something long")
    assert not window.footer.memory.isVisible()
    assert window.footer.toolTip() == "something long"
    window.footer.clearMessage()
    assert window.footer.memory.isVisible()
    assert not window.footer.toolTip()


def test_export_runs_with_progress_and_can_be_cancelled(window, qtbot):
    exporter, settings = window.exporter, Settings()
    trace = snapshot(window.session.trace)
    window.tasks.export(trace, "out.mp4", settings)
    assert exporter.asked == [(trace, "out.mp4", settings)]
    exporter.progressed.emit(5, 10)
    assert window.footer.progress.value() == 5
    window.activateWindow()
    window.stage.setFocus()
    qtbot.mouseClick(window.footer.cancel_button, Qt.MouseButton.LeftButton)
    assert window.stage.hasFocus()
    assert exporter.cancelled
    assert not window.footer.progress.isVisible()
    assert not window.act["cancel"].isEnabled()
    exporter.cancelled = False
    window.tasks.export(trace, "out.mp4", settings)
    window.act["cancel"].trigger()
    assert exporter.cancelled
    window.tasks.export(trace, "out.mp4", settings)
    exporter.running = False
    exporter.ended.emit("", "the disk is full")
    assert window.footer.currentMessage() == "the disk is full"


def test_nothing_cannot_be_exported(window):
    window.session.player.open(Course(Trace(start_view(), Meta())))
    window.act["export"].trigger()
    assert window.footer.currentMessage().startswith("nothing has happened yet")
    assert window.findChild(ExportDialog) is None


def test_a_bad_source_is_said_in_the_footer(window):
    before = window.session.trace
    window.files.open("nowhere.toml")
    assert "nowhere.toml" in window.footer.currentMessage()
    assert window.session.trace is before


def test_the_page_of_departures_is_a_page_of_help(qtbot):
    dialog = help_page("where-the-model-differs", "Where the model differs", None)
    qtbot.addWidget(dialog)
    assert "mm/vmscan.c" in dialog.findChild(QTextBrowser).toPlainText()


def test_every_action_has_a_shortcut_of_its_own():
    keys = [key for entry in ENTRIES for key in entry.keys] + [entry.shortcut for entry in REGISTRY]
    assert all(entry.keys for entry in ENTRIES)
    assert len(set(keys)) == len(keys)


def test_every_control_has_a_name_for_screen_readers(window):
    silent = [
        widget
        for widget in window.controls.findChildren(QPushButton) + window.docks["counters"].findChildren(QPushButton)
        if not widget.accessibleName() and not isinstance(widget, QLabel)
    ]
    assert not silent


def test_a_busy_machine_keeps_no_window_on_the_screen(live, held, qtbot):
    live.session.submit(commands.Mmap("extra", 3))
    qtbot.waitUntil(held.begun.is_set)
    live.windowHandle().visibleChanged.connect(held.go.set)
    live.close()
    assert not live.isVisible()


def test_closing_while_the_machine_works_ends_it(live, qtbot):
    live.session.submit(commands.OpenFile("work", 4096))
    for _ in range(5):
        live.session.submit(commands.Read("work", times=1 << 20))
    qtbot.wait(30)
    live.close()
    assert not live.session.core.room.thread_.isRunning()


def test_a_magnified_timeline_turns_over_when_the_clock_leaves_it(window, qtbot):
    plot, pacing = window.timeline.plot, window.session.player.pacing
    end, part = len(window.session.trace), pacing.total / 5

    def go(position):
        window.session.seek(position)
        qtbot.waitUntil(lambda: plot.now == pacing.seconds_at(position))
        return plot.box.viewRange()[0]

    go(0)
    plot.show_span((0.0, part))
    low, high = go(end)
    assert low < pacing.total <= high
    assert high - low == pytest.approx(part)
    low, high = go(0)
    assert low <= 0 < high
    plot.show_span((2 * part, 3 * part))  # the person looks elsewhere
    assert go(end) == [2 * part, 3 * part]
    plot.show_span((-1, pacing.total + 1))
    assert go(0) == [-1, pacing.total + 1]


def test_mouse_drag_scrubs(window, qtbot):
    qtbot.wait(100)
    plot = window.docks["timeline"].panel.plot
    pacing = window.session.player.pacing
    for share in (0.2, 0.7):
        place = plot.box.mapViewToScene(QPointF(pacing.total * share, 1))
        move = QMouseEvent(
            QMouseEvent.Type.MouseMove, place, plot.mapToGlobal(place),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        plot.mouseMoveEvent(move)
        assert abs(pacing.seconds_at(window.session.player.position) - pacing.total * share) < pacing.total / 20


def test_words_stand_as_they_were_written(window):
    """Else the bundled face draws the x between two digits as a sign of multiplication."""
    panel = window.docks["page_inspector"].panel
    for widget in (panel.title, panel.life, window.predict_bar.text, window.docks["log"].panel.list):
        assert QFont.Tag("calt") in widget.font().featureTags()
        assert widget.font().featureValue(QFont.Tag("calt")) == 0
