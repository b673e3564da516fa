"""A person's desk for tests: an X display, the real program on it, and xdotool for hands."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.architecture.source import ROOT

NEEDS_DISPLAY = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb and xdotool are not installed"
)
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

    def __init__(self, display, folder, arguments, module="memsim_gui"):
        self.folder = folder
        self.environment = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": str(ROOT),
            "HOME": str(folder),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
        }
        command = [sys.executable, "-m", module, *arguments]
        pipe = subprocess.PIPE
        self.program = subprocess.Popen(
            command, cwd=folder, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        self.window = wait_for("window", self._search)

    def has_ended_well(self):
        """The program has ended by itself, in order and without a complaint."""
        assert self.program.wait(PATIENCE_S) == 0, self.program.stderr.read()
        assert self.program.stderr.read() == ""

    def leave(self):
        """End the program if it still runs."""
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait()
        for pipe in (self.program.stdin, self.program.stdout, self.program.stderr):
            pipe.close()

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
        return self._tool("search", "--onlyvisible", "--name", "Save recording|Export|^Open$").split()

    def pixels(self, *place):
        """Pixels of a part of the screen: x, y, width, height."""
        path = self.folder / "shot.png"
        subprocess.run([sys.executable, "-c", SHOT, str(path)], env=self.environment, check=True)
        part = QImage(str(path)).copy(*place)
        return bytes(part.constBits())

    def stage(self):
        """Pixels of a part of the stage."""
        return self.pixels(*(round(share * side) for share, side in zip(STAGE, SIZE * 2, strict=True)))

    def settled_stage(self):
        """Pixels of the stage once they do not change any more."""
        seen = [self.stage()]

        def same():
            seen.append(self.stage())
            return seen[-1] == seen[-2]

        wait_for("standing picture", same)
        return seen[-1]
