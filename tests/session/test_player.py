"""A player moves through a trace by clock and by step, forward and back, and says what changed."""

import pytest

from memsim_gui.engine.commands import Access, Mmap, Process
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.workloads.patterns import RANDOM
from memsim_gui.scene.selection import Selection
from memsim_gui.session import boundaries
from memsim_gui.session.boundaries import Unit
from memsim_gui.session.moment import Changed
from memsim_gui.session.player import NORMAL_SPEED, SPEEDS, Player
from memsim_gui.trace import kinds, tables
from memsim_gui.trace.view_state import differences
from tests.session.story import by_hand


@pytest.fixture
def player(qapp):  # noqa: ARG001 - signals need an application
    made = Player(by_hand())
    made.take_moment()
    return made


def _kind_at(player):
    return int(player.trace.events(player.position, player.position + 1)["kind"][0])


def test_steps_of_each_unit_stop_where_one_begins(player):
    player.seek(0)
    for unit, kind in ((Unit.STEP, kinds.STEP), (Unit.COMMAND, kinds.COMMAND)):
        player.step(unit, 1)
        assert _kind_at(player) == kind
    player.step(Unit.DECISION, 1)
    assert _kind_at(player) >= kinds.NARRATION
    at = player.position
    player.step(Unit.EVENT, 1)
    assert player.position == at + 1


@pytest.mark.parametrize("unit", Unit)
def test_stepping_back_undoes_stepping_forward(player, unit):
    stops = [0]
    while player.position < len(player.trace):
        player.step(unit, 1)
        stops.append(player.position)
    end = len(player.trace)
    assert stops[-1] == end
    back = [end]
    while player.position > 0:
        player.step(unit, -1)
        back.append(player.position)
    assert back[::-1] == stops


@pytest.mark.parametrize("level", [kinds.LEVEL_FULL, kinds.LEVEL_FLOW])
@pytest.mark.parametrize("unit", Unit)
def test_there_is_no_limit_to_stepping_back(qapp, level, unit):  # noqa: ARG001 - signals need an application
    machine = Machine.build(level, memory="256 KiB", swap="512 KiB")
    for command in (Process(name="app"), Mmap(region="heap", pages=100, process="app")):
        machine.apply(command)
    for seed in range(2):
        machine.apply(Access("heap", RANDOM, count=30, write=True, seed=seed))
    player = Player(machine.trace)
    stops = [0]
    while player.position < len(player.trace):
        player.step(unit, 1)
        stops.append(player.position)
    back = [player.position]
    while player.position > 0:
        player.step(unit, -1)
        back.append(player.position)
    assert back[::-1] == stops
    assert len(stops) > (1 if unit is Unit.STEP else 4)


def test_boundaries_are_found_across_windows(player, monkeypatch):
    wide = [boundaries.following(player.trace, p, Unit.DECISION) for p in range(len(player.trace))]
    monkeypatch.setattr(boundaries, "WINDOW_EVENTS", 7)
    assert [boundaries.following(player.trace, p, Unit.DECISION) for p in range(len(player.trace))] == wide
    for p in range(1, len(player.trace)):
        following = boundaries.following(player.trace, p, Unit.DECISION)
        assert boundaries.preceding(player.trace, following, Unit.DECISION) <= p


def test_the_view_shown_is_the_one_at_its_position(player):
    player.seek(200)
    player.seek(90)
    moment = player.take_moment()
    assert moment.position == 90
    assert differences(moment.view, player.trace.view_at(90)) == []


def test_the_clock_reaches_the_end_and_says_so(player, qtbot):
    player.play()
    player.set_speed(len(SPEEDS) - 1)
    with qtbot.waitSignal(player.reached_end):
        for _ in range(10_000):
            player.advance(1.0)
            if player.position == len(player.trace):
                break
        player.advance(1.0)
    assert player.running


def test_speed_stays_on_the_ladder(player):
    assert SPEEDS[NORMAL_SPEED] == 1
    player.set_speed(99)
    assert player.speed == SPEEDS[-1]
    player.set_speed(-3)
    assert player.speed == SPEEDS[0]


def test_a_paused_player_stays(player):
    player.advance(5.0)
    assert player.take_moment() is None


def test_moments_name_what_changed(player):
    player.select(Selection(frame=3))
    assert player.take_moment().changed == Changed.SELECTION
    player.seek(5)
    assert player.take_moment().changed == Changed.POSITION
    assert player.take_moment() is None


def test_a_trace_cut_short_takes_the_position_along(player):
    player.seek(len(player.trace))
    player.trace.truncate(100)
    player.grown()
    moment = player.take_moment()
    assert moment.position == 100
    assert differences(moment.view, player.trace.view_at(100)) == []


def test_an_event_undone_while_it_is_shown_is_not_shown_any_more(player):
    player.play()
    while not (player.position > 100 and player.take_moment().fraction):
        player.advance(0.01)
    here = player.position
    player.trace.truncate(here)
    player.grown()
    assert player.scenario_step == player.view.clock[0, tables.CLOCK_STEP]
    moment = player.take_moment()
    assert (moment.position, moment.fraction) == (here, 0.0)


def test_growth_keeps_the_place(player):
    events = player.trace.events(150, len(player.trace)).copy()
    player.trace.truncate(150)
    player.grown()
    player.seek(120)
    player.trace.append(events)
    player.grown()
    assert player.position == 120
    player.play()
    player.advance(0.01)
    assert player.position in {120, 121}
