"""Going on from a recording or from the past, and what is saved by itself meanwhile."""

import subprocess
import sys

import pytest

from memsim_gui.engine import commands, recording, sources
from memsim_gui.session import core
from memsim_gui.session.autosave import KEPT, Autosave, left_behind
from memsim_gui.session.jobs import snapshot
from memsim_gui.session.opening import Opened, open_text
from memsim_gui.session.session import Session
from memsim_gui.trace import kinds
from tests.session.story import by_hand

MMAP = commands.Mmap("fresh", 4)
DYING = """
import sys
from pathlib import Path
from memsim_gui.engine.commands import Mmap, Touch
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.recording import recorder
from memsim_gui.session.autosave import Autosave
recorder.SECONDS_BETWEEN = 0.0
machine = Machine.build(memory="256p")
saved = Autosave(Path(sys.argv[1]))
saved.begin(machine.trace)
machine.apply(Mmap("heap", 40))
machine.apply(Touch("heap"))
saved.take()
print(len(machine.trace), flush=True)
import os
os._exit(1)
"""


@pytest.fixture
def make_session(qapp):  # noqa: ARG001 - signals need an application
    made = []

    def make(autosave=None):
        made.append(Session(by_hand(), autosave=autosave))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """S1 as a recording that was read from a file."""
    run = sources.open_source("S1")
    run.finish()
    path = tmp_path_factory.mktemp("recorded") / "s1.memsim"
    recording.save(run.machine.trace, path)
    return recording.load(path)


def _settle(qtbot, session):
    qtbot.waitUntil(lambda: not session.core.busy, timeout=60_000)


def events_of(trace, stop=None):
    return trace.events(0, len(trace) if stop is None else stop).tobytes()


def test_a_command_on_a_recording_goes_on_from_the_position_shown(make_session, qtbot, recorded):
    session = make_session()
    session.show(Opened(None, recorded))
    assert session.core.state == core.RECORDING
    third = int(recorded.positions_of(kinds.STEP)[2])
    session.seek(third)
    session.submit(MMAP)
    _settle(qtbot, session)
    assert session.core.state == core.READY
    assert events_of(session.trace, third) == events_of(recorded, third)
    assert session.core.report.undo == MMAP.describe()
    assert session.trace.labels.commands[-1] == MMAP.describe()
    session.undo()
    _settle(qtbot, session)
    assert len(session.trace) == third


def test_what_was_recorded_after_the_position_can_be_redone(make_session, qtbot, recorded):
    session = make_session()
    session.show(Opened(None, recorded))
    session.seek(int(recorded.positions_of(kinds.STEP)[1]))
    session.go_on_from_here()
    _settle(qtbot, session)
    assert session.core.report.redo
    while session.core.report.redo:
        session.redo()
        _settle(qtbot, session)
    assert events_of(session.trace) == events_of(recorded)


def test_going_on_from_the_past_of_a_live_machine_takes_back_what_came_after(make_session, qtbot):
    session = make_session()
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    session.conductor.run_all()
    _settle(qtbot, session)
    whole = snapshot(session.trace)
    second = int(whole.positions_of(kinds.STEP)[1])
    session.seek(second)
    session.go_on_from_here()
    _settle(qtbot, session)
    assert len(session.trace) == second
    assert session.player.position <= second
    session.redo()
    _settle(qtbot, session)
    grown = events_of(session.trace)
    assert len(session.trace) > second
    assert grown == events_of(whole, len(session.trace))


def test_a_recording_that_cannot_be_gone_on_from_says_so_and_stays(make_session, qtbot, recorded):
    session = make_session()
    reasons = []
    session.core.refused.connect(lambda _, reason: reasons.append(reason))
    session.submit(MMAP)  # made by hand: no machine is known
    assert "only plays" in reasons[0]
    broken = snapshot(recorded)
    broken.labels.command_values[0] = "{"
    session.show(Opened(None, broken))
    session.seek(len(broken))
    session.submit(MMAP)
    _settle(qtbot, session)
    assert "its command 1" in reasons[1]
    assert session.core.state == core.RECORDING
    assert events_of(session.trace) == events_of(recorded)


# --- autosave


def test_what_a_machine_does_is_saved_and_goes_with_the_session(make_session, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("memsim_gui.engine.recording.recorder.SECONDS_BETWEEN", 0.0)
    session = make_session(Autosave(tmp_path))
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    session.submit(MMAP)
    _settle(qtbot, session)
    (saved,) = tmp_path.glob("*.memsim")
    assert events_of(recording.load(saved)) == events_of(session.trace)
    assert left_behind(tmp_path) == []  # somebody still writes it
    session.close()
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_dies_leaves_what_it_did(tmp_path):
    for _ in range(KEPT + 1):
        died = subprocess.run([sys.executable, "-c", DYING, str(tmp_path)], capture_output=True, text=True, check=False)
    found = left_behind(tmp_path)
    assert len(found) == KEPT
    assert len(recording.load(found[0])) == int(died.stdout)


def test_a_place_that_cannot_be_written_is_said_once_and_nothing_else_suffers(make_session, qtbot, tmp_path):
    (tmp_path / "file").write_text("")
    session = make_session(Autosave(tmp_path / "file" / "folder"))
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    assert session.core.state == core.READY
