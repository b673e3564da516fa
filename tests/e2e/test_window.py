"""The real program on a real X display: it plays, steps back, saves, exports and quits, driven by key presses alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from memsim_gui import resources
from memsim_gui.engine import recording, scenario
from tests.architecture.source import ROOT
from tests.e2e.desk import NEEDS_DISPLAY, Desk, wait_for

pytestmark = NEEDS_DISPLAY


@pytest.fixture
def desk(display, tmp_path):
    made = Desk(display, tmp_path, ["open", "S1"])
    yield made
    made.leave()


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
    desk.has_ended_well()


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
