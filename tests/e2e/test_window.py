"""The real program on a real X display: it plays, steps back, saves, exports and quits, driven by key presses alone."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from memsim_gui import resources
from memsim_gui.engine import recording, scenario
from tests.architecture.source import ROOT

SIZE = (1600, 900)
PATIENCE_S = 120
DIALOG_S = 1.0  # until a dialog that has come takes keys
SHOT = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""
STAGE = (0.25, 0.12, 0.3, 0.35)  # x, y, width and height of a part of the stage, as shares of the screen

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb and xdotool are not installed"
)


def wait_for(what, find):
    """Return what `find` finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = find()
        if found:
            return found
        time.sleep(0.2)
    pytest.fail(f"no {what} within {PATIENCE_S} s")


class Desk:
    """An X display with the program on it."""

    def __init__(self, display, folder, arguments):
        self.folder = folder
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
        }
        command = [sys.executable, "-m", "memsim_gui", *arguments]
        self.program = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True)
        self.window = wait_for("window", self._search)

    def _search(self):
        assert self.program.poll() is None, self.program.stderr.read()
        return self._tool("search", "--onlyvisible", "--name", "MemSim").split()

    def _tool(self, *words):
        command = ["xdotool", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def press(self, *keys):
        self._tool("windowfocus", "--sync", self.window[0])
        for key in keys:
            self._tool("key", key)

    def answer(self, key, text):
        """Open a file dialog with a key, type a path and confirm."""
        self.press(key)
        dialog = wait_for("dialog", lambda: set(self._dialogs()) - set(self.window)).pop()
        self._tool("windowfocus", "--sync", dialog)
        time.sleep(DIALOG_S)
        self._tool("type", "--delay", "1", str(text))
        wait_for("end of the dialog", lambda: self._confirmed(dialog))

    def _confirmed(self, dialog):
        """Press Return in a dialog that is still there: the first one may only close what completes the path."""
        if dialog not in self._dialogs():
            return True
        self._tool("key", "Return")
        time.sleep(0.3)
        return False

    def _dialogs(self):
        return self._tool("search", "--onlyvisible", "--name", "Save recording|Export").split()

    def stage(self):
        """Pixels of a part of the stage."""
        path = self.folder / "shot.png"
        subprocess.run([sys.executable, "-c", SHOT, str(path)], env=self.environment, check=True)
        image = QImage(str(path))
        x, y, w, h = (round(share * side) for share, side in zip(STAGE, SIZE * 2, strict=True))
        part = image.copy(x, y, w, h)
        return bytes(part.constBits())

    def settled_stage(self):
        """Pixels of the stage once they do not change any more."""
        seen = [self.stage()]

        def same():
            seen.append(self.stage())
            return seen[-1] == seen[-2]

        wait_for("standing picture", same)
        return seen[-1]


@pytest.fixture
def display():
    read, write = os.pipe()
    screen = "x".join(map(str, (*SIZE, 24)))
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait()


@pytest.fixture
def desk(display, tmp_path):
    made = Desk(display, tmp_path, ["open", "S1"])
    yield made
    if made.program.poll() is None:
        made.program.kill()
    made.program.wait()
    made.program.stderr.close()


def test_a_person_watches_steps_back_saves_exports_and_leaves(desk, tmp_path):
    first = desk.stage()
    wait_for("motion: the first scenario plays by itself", lambda: desk.stage() != first)
    desk.press("space")
    wait_for("recorded step", lambda: _steps(desk, tmp_path / "early.memsim") >= 1)
    desk.press("End")
    told = len(scenario.load(resources.path("scenarios", "s1.toml")).steps)
    wait_for("whole story", lambda: _steps(desk, tmp_path / "whole.memsim") == told)
    desk.press("Prior", "Prior", "Prior")
    stopped = desk.settled_stage()
    desk.press("Prior", "Prior")
    assert desk.settled_stage() != stopped
    desk.press("Next", "Next")
    assert desk.settled_stage() == stopped
    poster = tmp_path / "poster.png"
    desk.answer("ctrl+e", poster)
    wait_for("poster", poster.is_file)
    assert (QImage(str(poster)).width(), QImage(str(poster)).height()) == (1920, 1080)
    desk.press("ctrl+q")
    assert desk.program.wait(PATIENCE_S) == 0
    assert desk.program.stderr.read() == ""


def _steps(desk, path):
    desk.answer("ctrl+s", path)
    wait_for("recording", path.is_file)
    steps = len(recording.load(path).labels.steps)
    path.unlink()
    return steps


def test_a_bad_source_ends_with_one_line_and_status_2(tmp_path):
    command = [sys.executable, "-m", "memsim_gui", "open", str(tmp_path / "nowhere.toml")]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert len(run.stderr.splitlines()) == 1
    assert "nowhere.toml" in run.stderr
    assert Path(tmp_path / "nowhere.toml").exists() is False
