"""Machines compared do the same, stand at the same (command, op), and are gone when the comparison ends."""

import pytest

from memsim_gui import Machine
from memsim_gui.engine import commands
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.variant import Change
from memsim_gui.scene.comparing.alignment import Alignment
from memsim_gui.session import what_if
from memsim_gui.session.comparison import Comparison
from memsim_gui.session.core import READY
from memsim_gui.session.opening import open_text
from memsim_gui.session.player import Player
from memsim_gui.session.session import Session
from memsim_gui.trace import kinds
from memsim_gui.trace.view_state import differences
from tests.session.story import by_hand

LONG_MS = 60_000
LIST = Change({"policy": "single-list"})


@pytest.fixture
def live(qapp, qtbot):  # noqa: ARG001 - signals need an application
    """A session with the machine of S1, four of its steps run."""
    made = Session(by_hand())
    with qtbot.waitSignal(made.core.reported, timeout=LONG_MS):
        made.show(open_text("S1@step=4"))
    made.player.pause()
    assert made.core.state == READY
    yield made
    made.close()


@pytest.fixture
def compare(live, qtbot):
    """Begin comparisons that end with the test."""
    made = []

    def begin(*changes):
        made.append(Comparison(live.player, changes))
        settle(qtbot, made[-1])
        return made[-1]

    yield begin
    for comparison in made:
        comparison.end()


def settle(qtbot, comparison):
    """Let the others do all that the original has done, and come to where it is shown."""
    comparison.follow()
    qtbot.waitUntil(lambda: comparison.ready, timeout=LONG_MS)
    comparison.follow()


def moment(comparison, live, side=0):
    return comparison.sides[side].moment(None, live.player)


def test_without_a_change_the_other_stands_exactly_where_the_original_does(live, compare):
    comparison = compare(Change({}))
    for position in (0, 1, 57, 120, len(live.trace)):
        live.seek(position)
        comparison.follow()
        shown = moment(comparison, live)
        assert differences(shown.view, live.player.view) == []


def test_at_every_step_the_others_begin_it_too(live, compare):
    comparison = compare(LIST, Change({"memory": "40p"}))
    starts = live.trace.positions_of(kinds.STEP).tolist()
    for number, start in enumerate(starts):
        live.seek(start)
        comparison.follow()
        for side in comparison.sides:
            assert side.course.trace.positions_of(kinds.STEP)[number] == side.moment(None, live.player).position


def test_they_stand_at_the_same_command_and_op(live, compare):
    comparison = compare(LIST)
    original, other = Alignment(live.player.pacing), Alignment(comparison.sides[0].course.pacing)
    for position in range(0, len(live.trace), 7):
        live.seek(position)
        comparison.follow()
        here = comparison.sides[0].moment(None, live.player) or here  # noqa: F821 - it stays where it was
        place, there = original.place_at(position), other.place_at(here.position, here.fraction)
        assert (there.entry, there.op) == (place.entry, pytest.approx(place.op, abs=0.05))


def test_they_follow_commands_and_undo(live, compare, qtbot):
    comparison = compare(LIST)
    before = len(comparison.sides[0].course.trace)
    live.submit(commands.Mmap("extra", 3, "app"))
    qtbot.waitUntil(lambda: not live.core.busy, timeout=LONG_MS)
    settle(qtbot, comparison)
    trace = comparison.sides[0].course.trace
    assert trace.labels.commands[-1] == live.trace.labels.commands[-1]
    assert len(trace) > before
    live.undo()
    qtbot.waitUntil(lambda: not live.core.busy, timeout=LONG_MS)
    settle(qtbot, comparison)
    assert comparison.sides[0].course.trace is not trace
    assert len(comparison.sides[0].course.trace) == before


def test_what_one_machine_cannot_do_is_left_out_and_told(compare, qtbot):
    comparison = compare(LIST)
    comparison.sides[0].tell([commands.Touch("nowhere")])
    settle(qtbot, comparison)
    assert "nowhere" in comparison.sides[0].left_out[0]
    assert not comparison.sides[0].error


def test_a_machine_that_cannot_be_is_refused_at_once(live):
    with pytest.raises(InputError, match="swappiness"):
        Comparison(live.player, [Change({"swappiness": 999})])
    with pytest.raises(InputError, match="recordings since format 2"):
        Comparison(Player(by_hand()), [LIST])


def test_the_end_is_soon_and_leaves_no_thread(live, qtbot):
    comparison = Comparison(live.player, [LIST, LIST, LIST, LIST])
    threads = [side.thread_ for side in comparison.sides]
    assert len(threads) == 3
    assert all(thread.isRunning() for thread in threads)
    comparison.end()
    assert all(thread.isFinished() for thread in threads)
    qtbot.wait(20)
    assert [side.thread_ for side in comparison.sides] == [None, None, None]


def test_knobs_are_those_of_the_step(live):
    steps = live.trace.positions_of(kinds.STEP)
    step = what_if.step_at(live.trace, int(steps[2]) + 1)
    assert step.start == steps[2]
    commands_before = int((live.trace.positions_of(kinds.COMMAND) < steps[2]).sum())
    assert step.entry == commands_before + 2
    found = {knob.words: knob.change for knob in what_if.knobs(live.trace, step)}
    assert found["swappiness 60 → 0, from this step on"] == Change({"vm.swappiness": 0}, step.entry)
    assert found["block.read_ahead_kb 0 → 128, from this step on"] == Change({"block.read_ahead_kb": 128}, step.entry)
    assert found["policy two-list → single-list"] == Change({"policy": "single-list"})
    assert {"memory 32 pages → 24 pages", "memory 32 pages → 40 pages", "swap 16 pages → none"} <= set(found)
    assert what_if.step_at(live.trace, 0).start == 0


def test_read_ahead_is_a_knob_where_there_are_files():
    machine = Machine.build(memory="1 MiB", swap="1 MiB")

    def knobs():
        at = what_if.step_at(machine.trace, len(machine.trace))
        return [knob.words for knob in what_if.knobs(machine.trace, at) if "read_ahead" in knob.words]

    machine.apply(commands.Pressure(4))
    assert knobs() == []
    for command in (commands.OpenFile("F", 4096), commands.Read("F")):
        machine.apply(command)
    assert knobs() == ["block.read_ahead_kb 128 → 0, from this step on"]
    for command in (commands.SetSysctl("block.read_ahead_kb", 0), commands.Read("F")):
        machine.apply(command)
    assert knobs() == ["block.read_ahead_kb 0 → 128, from this step on"]


def test_a_knob_turned_at_a_step_changes_nothing_before_it(live, compare):
    step = what_if.step_at(live.trace, int(live.trace.positions_of(kinds.STEP)[2]))
    comparison = compare(Change({"vm.swappiness": 0}, step.entry))
    trace = comparison.sides[0].course.trace
    assert trace.events(0, step.start).tobytes() == live.trace.events(0, step.start).tobytes()
    assert "vm.swappiness = 0" in trace.labels.commands
    live.seek(step.start)
    comparison.follow()
    assert trace.positions_of(kinds.STEP)[2] == moment(comparison, live).position
