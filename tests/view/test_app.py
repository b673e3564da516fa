"""The program as its start builds it: from the first scenario, from nothing compiled, from a bad name."""

import sys
from functools import partial

import av
import pytest
from PySide6.QtGui import QImage

from memsim_gui import app, cli
from memsim_gui.engine import commands, recording
from memsim_gui.session import core
from memsim_gui.session import session as rooms
from memsim_gui.session.compiler import Compiler
from memsim_gui.session.export_settings import Settings
from memsim_gui.session.jobs import snapshot
from memsim_gui.session.opening import Opened, open_text
from memsim_gui.trace import kinds
from memsim_gui.view.dialogs.export import ExportDialog
from tests.session.story import by_hand
from tests.view.conftest import LONG_MS


@pytest.fixture
def made():
    """Windows that are closed at the end."""
    windows = []
    yield windows
    for window in windows:
        window.close()
        window.deleteLater()
        window.lecture.deleteLater()


@pytest.fixture
def build(made, qtbot, settings):
    """Build the program's own window on a source."""

    def make(source):
        window = app.build(open_text(source), settings)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    return make


def test_the_first_scenario_plays_by_itself(build, qtbot):
    window = build(app.FIRST_SCENARIO)
    qtbot.waitUntil(lambda: window.session.player.position > 0, timeout=LONG_MS)
    assert window.session.player.running
    assert window.transport.scenarios.currentData() == app.FIRST_SCENARIO
    assert window.session.trace.meta.title in window.windowTitle()


def test_another_scenario_can_be_chosen(build, qtbot):
    window = build("S1")
    with qtbot.waitSignal(window.session.opened, timeout=LONG_MS):
        window.transport.scenarios.activated.emit(window.transport.scenarios.findData("S4"))
    qtbot.waitUntil(lambda: window.transport.scenarios.currentData() == "S4", timeout=LONG_MS)


def test_an_export_writes_its_file(build, qtbot, tmp_path):
    window = build("S1")
    qtbot.waitUntil(lambda: len(window.session.trace) > 0, timeout=LONG_MS)
    poster = tmp_path / "poster.png"
    with qtbot.waitSignal(window.exporter.ended, timeout=LONG_MS) as caught:
        window.tasks.export(snapshot(window.session.trace), str(poster), Settings())
    assert caught.args == [str(poster), ""]
    assert not QImage(str(poster)).isNull()


def test_window_and_command_line_export_the_same_frames(build, qtbot, tmp_path):
    source = tmp_path / "story.memsim"
    recording.save(by_hand(), source)
    window = build(str(source))
    window.act["export"].trigger()
    dialog = window.findChild(ExportDialog)
    dialog.path.setText(str(tmp_path / "window.mp4"))
    for field, value in (
        (dialog.size_, "640x360"),
        (dialog.fps, "10"),
        (dialog.theme, "dark"),
        (dialog.region, "lanes"),
    ):
        field.choose(value)
    dialog.start.choose(3)
    dialog.stop.choose(4)
    dialog.captions.setChecked(True)
    told = dialog.length.text()
    with qtbot.waitSignal(window.exporter.ended, timeout=LONG_MS) as caught:
        dialog.go.click()
    assert caught.args == [str(tmp_path / "window.mp4"), ""]
    looks = "--size 640x360 --fps 10 --theme dark --region lanes --from 3 --to 4 --captions --quiet".split()
    assert cli.main(["export", str(source), str(tmp_path / "line.mp4"), *looks]) == 0
    frames = decoded(tmp_path / "window.mp4")
    assert frames == decoded(tmp_path / "line.mp4")
    assert told == f"{len(frames)} frames: {len(frames) / 10:.1f} s at 10 frames a second"


def decoded(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24").tobytes() for frame in container.decode(video=0)]


def test_with_nothing_compiled_the_window_is_there_and_says_so(build, qtbot, monkeypatch):
    monkeypatch.setattr(rooms.jit, "is_compiled", lambda: False)
    sleeper = (sys.executable, "-c", "import time; print('1/4', flush=True); time.sleep(600)")
    monkeypatch.setattr(core, "Compiler", partial(Compiler, sleeper))
    window = build("S5")
    qtbot.waitUntil(window.footer.progress.isVisible, timeout=LONG_MS)
    page = window.waiting.page
    assert page.isVisible()
    assert page.title.text() == "Under pressure"
    assert page.text.height() >= page.text.heightForWidth(page.text.width())
    assert window.transport.scenarios.currentData() == "S5"
    qtbot.waitUntil(lambda: page.progress.value() == 25, timeout=LONG_MS)
    for dock in window.docks.values():
        dock.raise_()
        qtbot.wait(40)
    window.session.submit(commands.Sync())
    assert "not ready" in window.footer.currentMessage()
    window.footer.cancel_button.click()
    assert window.session.core.state == core.FAILED
    assert not window.footer.progress.isVisible()
    assert not page.progress.isVisible()
    page.watch.click()
    qtbot.waitUntil(lambda: window.session.trace.meta.title == "The life of one page", timeout=LONG_MS)
    assert window.waiting.page is None
    assert window.stage.isVisible()


def test_a_bad_source_is_one_line(capsys):
    assert app.main("nowhere.toml") == app.BAD_INPUT
    said = capsys.readouterr().err
    assert "nowhere.toml" in said
    assert said.count("\n") == 1


@pytest.fixture
def read(made, qtbot, settings, tmp_path):
    """Read a recording beside a window that shows nothing yet, at a step of it."""

    def make(step):
        recording.save(by_hand(), tmp_path / "a.memsim")
        window = app.build(Opened(None, None), settings)
        made.append(window)
        app.read_beside(window, f"{tmp_path / 'a.memsim'}@step={step}")
        window.show()
        qtbot.waitUntil(lambda: len(window.session.trace) > 0, timeout=LONG_MS)
        return window

    return make


def test_a_recording_is_read_beside_the_window_that_shows_nothing_yet(read):
    window = read(step=3)
    assert window.session.trace.meta.title == "By hand"
    assert window.session.player.scenario_step in {2, 3}


def test_where_a_recording_cannot_be_shown_the_first_scenario_is(read):
    assert read(step=99).session.trace.meta.title == "The life of one page"


def test_what_is_no_recording_is_known_before_there_is_a_window(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    path = tmp_path / "none.memsim"
    path.write_bytes(b"SQLite format 3" + bytes(200))
    for source in (str(path), str(tmp_path / "gone.memsim"), f"{path}@step=x"):
        assert app.main(source) == app.BAD_INPUT
        assert capsys.readouterr().err.count("\n") == 1


def test_a_step_asked_for_is_simulated_with_progress_and_can_be_cancelled(build, qtbot):
    window = build("S5@step=6")
    texts = []
    window.session.core.changed.connect(lambda _core, text: texts.append(text))
    qtbot.waitUntil(lambda: any("steps before being simulated" in text for text in texts), timeout=LONG_MS)
    window.session.core.cancel()
    qtbot.waitUntil(lambda: len(window.session.trace) > 0 and not window.session.core.busy, timeout=LONG_MS)
    window.session.player.pause()
    assert len(window.session.trace.positions_of(kinds.STEP)) < 5
