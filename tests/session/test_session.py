"""A session runs a story in its worker: it grows as the clock needs it, takes commands, undoes them, ends at once."""

import sys

import pytest

from memsim_gui import jit
from memsim_gui.engine import commands, scenario
from memsim_gui.engine.errors import InputError
from memsim_gui.session import core
from memsim_gui.session import session as rooms
from memsim_gui.session.boundaries import Unit
from memsim_gui.session.compiler import Compiler
from memsim_gui.session.jobs import snapshot
from memsim_gui.session.opening import Opened, open_text
from memsim_gui.session.session import Session
from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.view_state import differences, total
from tests.session.story import by_hand

ENDLESS = commands.Read("work", times=1 << 20)


@pytest.fixture
def session(qapp):  # noqa: ARG001 - signals need an application
    made = Session(by_hand())
    yield made
    made.close()


@pytest.fixture
def live(session, qtbot):
    """A session with the machine of S1, paused at its start."""
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    session.player.pause()
    assert session.core.state == core.READY
    return session


def _settle(qtbot, session):
    qtbot.waitUntil(lambda: not session.core.busy, timeout=60_000)


def _play_out(qtbot, session, until, frames=4000):
    """Let the clock run, a frame at a time, until something holds."""
    for _ in range(frames):
        if until():
            return
        session.advance(0.1)
        qtbot.wait(1)
    pytest.fail("the clock did not get there")


def test_a_story_runs_step_by_step_as_the_clock_needs_it(live, qtbot):
    steps = live.core.report.steps_left
    assert len(live.trace.labels.steps) == steps
    live.player.set_speed(99)
    live.player.play()
    _play_out(qtbot, live, lambda: live.core.report.steps_left < steps - 2)
    assert live.core.report.steps_left > 0
    _play_out(qtbot, live, lambda: not live.player.running)
    assert live.core.report.steps_left == 0
    assert live.player.position == len(live.trace)
    assert len(live.trace.positions_of(kinds.STEP)) == steps


def test_what_is_shown_is_what_the_machine_is(live, qtbot):
    live.conductor.run_all()
    _settle(qtbot, live)
    moment = live.player.take_moment()
    machine = live.core.room.worker.telling.machine
    assert moment.position == len(machine.trace)
    assert differences(moment.view, machine.view()) == []


def test_a_command_lands_at_the_end_is_shown_and_can_be_undone(live, qtbot):
    live.conductor.run_all()
    _settle(qtbot, live)
    end = len(live.trace)
    live.seek(5)
    live.submit(commands.Mmap("extra", 3))
    live.submit(commands.Touch("extra", write=True))
    _settle(qtbot, live)
    assert live.player.position >= end
    assert live.player.running
    live.player.pause()
    live.seek(len(live.trace))
    assert total(live.player.take_moment().view, lanes.INACTIVE_ANON) >= 3
    assert "extra" in live.core.report.undo
    for _ in range(2):
        live.undo()
    _settle(qtbot, live)
    assert len(live.trace) == end
    assert live.player.position == end
    live.redo()
    _settle(qtbot, live)
    assert len(live.trace) > end


def test_what_is_asked_for_at_once_stands_in_the_timeline_one_by_one_and_is_undone_at_once(live, qtbot):
    live.conductor.run_all()
    _settle(qtbot, live)
    end, known = len(live.trace), len(live.trace.labels.commands)
    live.submit(commands.Mmap("extra", 3), commands.Touch("extra", write=True))
    _settle(qtbot, live)
    whole = len(live.trace)
    assert len(live.trace.labels.commands) == known + 2
    assert live.core.report.undo == "main maps 3 pages as extra, then write all of extra"
    live.undo()
    _settle(qtbot, live)
    assert len(live.trace) == end
    live.redo()
    _settle(qtbot, live)
    assert (len(live.trace), live.core.report.redo) == (whole, False)


def test_what_belongs_together_goes_no_further_than_to_the_first_refusal(live, qtbot):
    live.submit(commands.Mmap("big", 4096))
    for first in (commands.Mlock("big"), commands.Touch("nowhere")):
        with qtbot.waitSignal(live.core.refused) as caught:
            live.submit(first, commands.Mmap("other", 3))
        assert caught.args[0] == first
        _settle(qtbot, live)
        assert not any("other" in said for said in live.trace.labels.commands)


def test_a_command_given_to_a_standing_clock_does_not_let_the_story_run_on(live, qtbot):
    left = live.core.report.steps_left
    for command in (commands.Mmap("extra", 3), commands.Touch("extra", write=True)):
        live.submit(command)
        _play_out(qtbot, live, lambda: live.player.running)
        _play_out(qtbot, live, lambda: not live.core.busy and not live.player.running)
        assert live.player.position == len(live.trace)
    assert live.core.report.steps_left == left
    live.conductor.toggle()
    _play_out(qtbot, live, lambda: live.core.report.steps_left < left)


def test_a_refused_command_says_why(live, qtbot):
    with qtbot.waitSignal(live.core.refused) as caught:
        live.submit(commands.Touch("nowhere"))
    assert caught.args[0] == commands.Touch("nowhere")
    assert "nowhere" in caught.args[1]
    _settle(qtbot, live)


def test_the_kernels_refusal_has_its_errno(live, qtbot):
    live.submit(commands.Mmap("big", 4096))
    with qtbot.waitSignal(live.core.refused) as caught:
        live.submit(commands.Mlock("big"))
    assert "ENOMEM" in caught.args[1] or "EPERM" in caught.args[1]
    _settle(qtbot, live)


def test_a_running_command_can_be_cancelled(live, qtbot):
    live.submit(commands.OpenFile("work", 4096))
    _settle(qtbot, live)
    before = len(live.trace)
    live.submit(ENDLESS)
    qtbot.wait(50)
    live.core.cancel()
    _settle(qtbot, live)
    assert len(live.trace) == before


def test_closing_does_not_wait_for_a_running_command(session, qtbot):
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    session.submit(commands.OpenFile("work", 4096))
    for _ in range(20):
        session.submit(ENDLESS)
    qtbot.wait(50)
    session.close()
    assert not session.core.room.thread_.isRunning()


def test_what_runs_when_a_session_closes_is_not_taken_back_first(live, qtbot, monkeypatch):
    taken_back = []
    live.submit(commands.OpenFile("work", 4096))
    _settle(qtbot, live)
    history = live.core.room.worker.telling.history
    monkeypatch.setattr(type(history), "cancel", lambda *_: taken_back.append(True))
    live.submit(ENDLESS)
    qtbot.waitUntil(lambda: history.machine.running)
    live.close()
    assert not live.core.room.thread_.isRunning()
    assert not taken_back


def test_nothing_is_started_after_the_end(session):
    room = session.core.room
    room.hold()
    session.show(open_text("S1"))
    session.close()
    room.release()
    session.undo()
    session.core.prepare()
    assert not room.thread_.isRunning()


def test_another_story_and_cancelling_do_not_wait_for_a_busy_machine(live, held, qtbot):
    live.submit(commands.Mmap("extra", 3))
    qtbot.waitUntil(held.begun.is_set)
    live.core.cancel()
    live.show(Opened(None, by_hand()))
    assert live.trace.meta.title == by_hand().meta.title
    assert not live.core.busy
    live.show(open_text("S4"))
    assert live.core.busy
    live.seek(5)
    assert (live.player.position, held.go.is_set()) == (5, False)
    held.go.set()
    qtbot.waitUntil(lambda: live.trace.meta.title == open_text("S4").story.title, timeout=60_000)
    live.player.pause()
    _settle(qtbot, live)


def test_stepping_past_the_end_runs_the_next_step(live, qtbot):
    live.conductor.step(Unit.STEP, 1)
    _settle(qtbot, live)
    left = live.core.report.steps_left
    live.seek(len(live.trace))
    live.conductor.step(Unit.STEP, 1)
    _settle(qtbot, live)
    assert live.core.report.steps_left == left - 1
    assert live.player.position == len(live.trace)
    live.conductor.step(Unit.STEP, -1)
    assert live.trace.events(live.player.position, live.player.position + 1)["kind"][0] == kinds.STEP


def test_a_lecture_plays_one_step_at_a_time(live, qtbot):
    live.player.set_speed(99)
    live.conductor.present_next()
    _play_out(qtbot, live, lambda: live.player.running)
    _play_out(qtbot, live, lambda: not live.player.running)
    assert len(live.trace.positions_of(kinds.STEP)) == 1
    live.conductor.present_next()
    _play_out(qtbot, live, lambda: len(live.trace.positions_of(kinds.STEP)) == 2)
    live.conductor.present_next()  # while it plays: jump to its end
    qtbot.waitUntil(lambda: not live.core.busy)
    live.conductor.present_next()
    assert live.core.report.steps_left == len(live.trace.labels.steps) - 2


def test_a_step_asked_for_is_played_from_its_start(live, qtbot):
    live.conductor.present_step(3)
    _settle(qtbot, live)
    begins = live.trace.positions_of(kinds.STEP)
    assert len(begins) == 3
    assert (live.player.position, live.player.running) == (int(begins[2]), True)
    live.conductor.present_step(2)
    assert (live.player.position, live.player.running) == (int(begins[1]), True)
    live.conductor.present_step(1)
    assert live.player.position == int(begins[0])
    live.player.pause()
    live.conductor.present_step(99)
    assert not live.core.busy
    assert not live.player.running


def test_a_story_carries_its_speaker_s_notes(live):
    assert sum(live.talk.minutes) == pytest.approx(8)
    assert min(live.talk.minutes) > 0
    assert len(live.talk.notes) == len(live.trace.labels.steps)
    assert live.talk.about == scenario.load(scenario.shipped()["S1"]).notes
    live.show(Opened(None, by_hand()))
    assert live.talk is None


def test_another_policy_tells_the_story_again(live, qtbot):
    live.conductor.step(Unit.STEP, 1)
    _settle(qtbot, live)
    with qtbot.waitSignal(live.opened, timeout=60_000):
        live.change_policy("lesson")
    assert live.trace.meta.policy == "lesson"
    _settle(qtbot, live)


def test_a_recording_takes_no_commands(session, qtbot):
    session.show(Opened(None, by_hand(), 3))
    assert session.trace.events(session.player.position, session.player.position + 1)["kind"][0] == kinds.STEP
    with qtbot.waitSignal(session.core.refused) as caught:
        session.submit(commands.Sync())
    assert "recording" in caught.args[1]


def test_a_recording_plays_until_its_machine_joins(session, qtbot, monkeypatch):
    """First start: nothing is compiled, the shipped recording is shown, and the machine takes its place unnoticed."""
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    session.conductor.run_all()
    _settle(qtbot, session)
    recorded = snapshot(session.trace)
    monkeypatch.setattr(rooms, "shipped_recording", lambda _story: recorded)
    monkeypatch.setattr(rooms.jit, "is_compiled", lambda: False)
    code = "print('1/4', flush=True); print('4/4', flush=True)"
    session.core.compiler.command = (sys.executable, "-c", code)
    texts = []
    session.core.changed.connect(lambda _state, text: texts.append(text))
    session.show(open_text("S1"))
    assert session.trace is recorded
    session.seek(int(recorded.positions_of(kinds.STEP)[4]) + 3)
    at = session.player.position
    with qtbot.waitSignal(session.opened, timeout=60_000):
        pass
    assert session.trace is not recorded
    assert session.player.position == at
    assert "core being compiled, 25 %" in texts
    _settle(qtbot, session)


def test_the_first_scenario_is_there_before_compiled_code_is_loaded(session, qtbot):
    jit.postpone()
    session.show(open_text("S1"))
    session.player.play()
    assert session.core.state == core.LOADING
    recorded = session.trace
    session.advance(2.0)
    position = session.player.position
    assert 0 < position < len(recorded)
    qtbot.waitUntil(lambda: session.core.state == core.READY, timeout=60_000)
    assert session.trace is not recorded
    assert session.player.position == position
    assert session.player.running
    assert jit.is_at_hand()


def test_a_compiler_that_fails_says_so(qtbot):
    compiler = Compiler((sys.executable, "-c", "import sys; sys.exit('no room left')"))
    with qtbot.waitSignal(compiler.ended, timeout=60_000) as caught:
        compiler.start()
    assert "no room left" in caught.args[0]


def test_a_compiler_can_be_stopped(qtbot):
    compiler = Compiler((sys.executable, "-c", "import time; print('1/2', flush=True); time.sleep(600)"))
    with qtbot.waitSignal(compiler.progressed, timeout=60_000):
        compiler.start()
    compiler.stop()


@pytest.mark.parametrize("text", ["S1@step=99", "S1@step=x", "nowhere", "nowhere.toml", "nowhere.memsim", "S1@step=0"])
def test_a_bad_source_is_one_line(text):
    with pytest.raises(InputError) as caught:
        open_text(text)
    assert "\n" not in str(caught.value)


def test_a_story_can_begin_at_a_step(session, qtbot):
    with qtbot.waitSignal(session.opened, timeout=60_000):
        session.show(open_text("S1@step=4"))
    assert len(session.trace.positions_of(kinds.STEP)) == 3
    assert session.player.position == len(session.trace)
    _settle(qtbot, session)


def test_a_compiler_that_runs_is_not_started_twice(qtbot):
    compiler = Compiler((sys.executable, "-c", "import time; print('1/2', flush=True); time.sleep(600)"))
    with qtbot.waitSignal(compiler.progressed, timeout=20_000):
        compiler.start()
        compiler.start()  # Qt would warn, and a warning fails the test
    compiler.stop()
