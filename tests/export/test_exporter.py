"""The window's export: another process does the work, tells how far it is, and can be stopped."""

import pytest

from memsim_gui.export.exporter import Exporter
from memsim_gui.session.export_settings import Settings
from tests.session.story import by_hand

SMALL = Settings(size=(640, 360), fps=5, start_step=4, stop_step=4)
PATIENCE_MS = 60_000


@pytest.fixture
def exporter(qapp):
    made = Exporter(qapp)
    yield made
    made.cancel()


def test_it_writes_the_file_and_tells_how_far_it_is(exporter, qtbot, tmp_path):
    told = []
    exporter.progressed.connect(lambda done, total: told.append((done, total)))
    with qtbot.waitSignal(exporter.ended, timeout=PATIENCE_MS) as ended:
        exporter.start(by_hand(), tmp_path / "a.mp4", SMALL)
        assert exporter.running
    assert ended.args == [str(tmp_path / "a.mp4"), ""]
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert told[-1][0] == told[-1][1]
    assert not exporter.running


def test_what_cannot_be_exported_is_one_line(exporter, qtbot, tmp_path):
    with qtbot.waitSignal(exporter.ended, timeout=PATIENCE_MS) as ended:
        exporter.start(by_hand(), tmp_path / "missing" / "a.mp4", SMALL)
    written, problem = ended.args
    assert written == ""
    assert "missing" in problem
    assert "\n" not in problem


def test_cancelling_leaves_nothing(exporter, qtbot, tmp_path):
    ends = []
    exporter.ended.connect(lambda *result: ends.append(result))
    with qtbot.waitSignal(exporter.progressed, timeout=PATIENCE_MS):
        exporter.start(by_hand(), tmp_path / "a.mp4", Settings(size=(1280, 720), fps=120))
    exporter.cancel()
    assert not exporter.running
    assert list(tmp_path.iterdir()) == []
    assert ends == []


def test_one_cancelled_at_once_does_not_disturb_the_next(exporter, qtbot, tmp_path):
    exporter.start(by_hand(), tmp_path / "a.mp4", SMALL)
    exporter.cancel()
    with qtbot.waitSignal(exporter.ended, timeout=PATIENCE_MS) as ended:
        exporter.start(by_hand(), tmp_path / "b.png", SMALL)
    assert ended.args == [str(tmp_path / "b.png"), ""]
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]
