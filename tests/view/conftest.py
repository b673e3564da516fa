"""A window on a hand-made recording, or on the live machine of a shipped scenario."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, Signal

from memsim_gui.export.formats import FORMATS
from memsim_gui.export.run import plan
from memsim_gui.session.opening import Opened, open_text
from memsim_gui.session.session import Session
from memsim_gui.view.main_window import MainWindow
from tests.session.story import by_hand

SIZE = (1280, 720)
SCENARIOS = [("S1", "The life of one page"), ("S2", "Another one")]
LONG_MS = 60_000


class FakeExporter(QObject):
    """Remembers what it was asked."""

    progressed = Signal(int, int)
    ended = Signal(str, str)
    formats = FORMATS

    def __init__(self):
        super().__init__()
        self.asked = []
        self.running = False
        self.cancelled = False

    def plan(self, trace, pacing, path, settings):
        return plan(trace, pacing, Path(path), settings)

    def export(self, trace, path, settings):
        self.asked.append((trace, path, settings))
        self.running = True

    def cancel(self):
        self.cancelled, self.running = True, False


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def new_window(settings, opened=None):
    """A window on what is opened, shown; `close_window` ends it."""
    session = Session(by_hand())

    def open_source(source):
        session.show(open_text(source))

    window = MainWindow(session, FakeExporter(), open_source, SCENARIOS, settings)
    session.show(opened or Opened(None, by_hand()))
    window.resize(*SIZE)
    if not settings.contains("layout"):
        window.reset_layout()  # for this size, not for the small screen that tests have
    window.show()
    return window


def close_window(window):
    window.close()
    window.deleteLater()
    window.lecture.deleteLater()


@pytest.fixture
def make_window(qtbot, settings):
    """Build a window on what is opened; it is closed at the end of the test."""
    made = []

    def make(opened=None):
        made.append(new_window(settings, opened))
        qtbot.waitExposed(made[-1])
        return made[-1]

    yield make
    for window in made:
        close_window(window)


@pytest.fixture
def window(make_window):
    return make_window()


@pytest.fixture
def live(make_window, qtbot):
    """A window on the machine of S1, all steps run, paused at its end."""
    made = make_window(open_text("S1"))
    qtbot.waitUntil(lambda: bool(made.session.core.report.tunables), timeout=LONG_MS)
    made.session.conductor.run_all()
    settle(qtbot, made)
    return made


def settle(qtbot, window):
    """Wait until the machine is idle and the window has shown the result."""
    qtbot.waitUntil(lambda: not window.session.core.busy, timeout=LONG_MS)
    window.session.player.pause()
    window.session.seek(len(window.session.trace))
    qtbot.wait(60)
