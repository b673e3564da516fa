"""The trust light: checks what is shown on the way and at rest, stops at a break, and says what it cannot know."""

import numpy as np
import pytest

from memsim_gui.engine import commands
from memsim_gui.engine.machine import Machine
from memsim_gui.scene.trust import rules as trust
from memsim_gui.session.opening import Opened, open_text
from memsim_gui.session.session import Session
from memsim_gui.session.trust import REST_S, State, Trust
from memsim_gui.trace import counters, kinds
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.trace.view_state import copy_view
from tests.scene.broken import a_place, told_wrongly, whole_story
from tests.session.story import by_hand


@pytest.fixture(scope="module")
def story():
    return whole_story()


@pytest.fixture
def session(qapp):  # noqa: ARG001 - signals need an application
    made = Session(by_hand())
    yield made
    made.close()


def _rest(session):
    session.player.pause()
    for _ in range(3):
        session.advance(REST_S)


def test_a_story_that_is_right_stays_green_on_the_way_and_at_rest(session, story):
    session.show(Opened(None, story))
    session.player.set_speed(99)
    session.player.play()
    while session.player.running:
        session.advance(0.1)
    assert session.trust.state is State.GOOD
    assert session.trust.words == "consistent: 14 checks"
    for at in range(0, len(story), 13):
        session.seek(at)
        _rest(session)
        assert session.trust.state is State.GOOD, session.trust.words
    assert all(checked.whole and checked.position >= 0 for checked in session.trust.checked.values())


@pytest.mark.parametrize("rule", ["lists", "flags", "swap"])
def test_a_break_stops_the_clock_and_says_where(session, story, rule):
    at = a_place(story)
    wrong, _ = told_wrongly(story, rule, at)
    told = []
    session.trust.broke.connect(told.append)
    session.show(Opened(None, wrong))
    session.player.set_speed(4)
    session.player.play()
    for _ in range(4000):
        session.advance(0.1)
        if told:
            break
    assert not session.player.running
    assert session.player.position > at
    assert (told[0].found.rule, told[0].position) == (rule, at)
    assert session.trust.words == f"inconsistent: {rule}"
    assert told[0].room.startswith("mm/")
    session.show(Opened(None, story))
    assert session.trust.state is State.GOOD


def test_at_rest_the_break_is_found_wherever_one_comes_from(session, story):
    wrong, _ = told_wrongly(story, "mapped", a_place(story))
    session.show(Opened(None, wrong))
    session.seek(len(wrong) - 2)
    _rest(session)
    session.seek(len(wrong))
    _rest(session)
    assert session.trust.blame.found.rule == "mapped"


def test_a_machine_s_own_sums_are_checked_while_it_runs(session, qtbot):
    with qtbot.waitSignal(session.core.reported, timeout=60_000):
        session.show(open_text("S1"))
    session.player.pause()
    machine = session.core.room.worker.telling.machine
    machine.state.counter[counters.node_base(0) + counters.NODE_NAMES.index("nr_active_anon")] += 1
    with qtbot.waitSignal(session.trust.broke, timeout=60_000) as caught:
        session.submit(commands.Mmap("extra", 3))
    qtbot.waitUntil(lambda: not session.core.busy)
    assert caught.args[0].found.rule == "lists"
    assert caught.args[0].room == "the machine's own state"
    assert not session.player.running
    with qtbot.waitSignal(session.core.refused, timeout=60_000):
        session.submit(commands.Sync())
    qtbot.waitUntil(lambda: not session.core.busy)


def test_of_flows_only_sums_are_known(qapp):  # noqa: ARG001
    machine = Machine.build(kinds.LEVEL_FLOW, memory="4 MiB")
    machine.apply(commands.Mmap("heap", 64))
    machine.apply(commands.Touch("heap", write=True))
    watch, trace = Trust(machine.trace), machine.trace
    watch.rest(REST_S, trace.view_at(len(trace)), len(trace))
    assert watch.state is State.SUMS
    assert watch.words == "sums consistent: 6 checks"
    assert watch.checked["lists"].position > 0
    assert watch.checked["flags"].position == -1


def test_where_events_are_missing_nothing_is_said(qapp, story):  # noqa: ARG001
    at = a_place(story)
    damaged = Trace(story.start, story.meta, story.labels)
    hole = np.zeros(10, kinds.EVENT)
    hole["kind"] = kinds.LOST
    damaged.append(story.events(0, at))
    damaged.append(hole)
    damaged.append(story.events(at + 10, at + 20))
    damaged.add_keyframe(copy_view(story.view_at(at + 20)))
    damaged.append(story.events(at + 20, len(story)))
    watch = Trust(damaged)
    for position, state in ((at, State.GOOD), (at + 5, State.MISSING), (at + 15, State.MISSING), (at + 20, State.GOOD)):
        watch.rest(REST_S, damaged.view_at(position), position)
        assert watch.state is state, position
    watch.rest(REST_S, damaged.view_at(at + 12), at + 12)
    assert watch.words == "not checked: detail is missing"


def test_of_a_trace_without_a_machine_few_rules_are_known(qapp):  # noqa: ARG001
    trace = by_hand()
    assert trace.meta == Meta(title="By hand", first_pfn=trace.meta.first_pfn)
    watch = Trust(trace)
    for at in range(len(trace) + 1):
        watch.rest(REST_S, trace.view_at(at), at)
    assert watch.words == "consistent: 3 checks"


def test_a_large_machine_is_looked_at_part_by_part(qapp):  # noqa: ARG001
    machine = Machine.build(memory="64 MiB")
    machine.apply(commands.Mmap("heap", 64))
    machine.apply(commands.Touch("heap", write=True))
    trace = machine.trace
    watch = Trust(trace)
    stop = watch.stop_between(0, len(trace))
    assert 0 < stop < len(trace)
    view = trace.view_at(stop)
    for _ in range(8):
        watch.passed(view, stop)
    assert watch.checked["lists"] == (stop, True)
    assert watch.checked["flags"] == (stop, False)
    assert watch.checked["swap"].position == -1
    frame = int(np.flatnonzero(view.bits == 0)[-1])
    view.bits[frame] = 1 << 7
    told = []
    watch.broke.connect(told.append)
    for _ in range(8):
        watch.passed(view, stop)
    assert [found.found.rule for found in told] == ["flags"]


def test_what_undo_cuts_off_is_forgiven(qapp, story):  # noqa: ARG001
    at = a_place(story)
    wrong, _ = told_wrongly(story, "lists", at)
    watch = Trust(wrong)
    watch.rest(REST_S, wrong.view_at(len(wrong)), len(wrong))
    assert watch.state is State.BROKEN
    wrong.truncate(at + 5)
    watch.forget_after(at + 5)
    assert watch.state is State.BROKEN
    wrong.truncate(at)
    watch.forget_after(at)
    assert watch.state is State.GOOD
    assert watch.rules == trust.RULES
