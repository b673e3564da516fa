"""Questions come before what decides them, are answered by it, and are not asked twice of the same thing."""

import pytest

from memsim_gui.engine.commands import Access, Mmap, Process
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.workloads.patterns import RANDOM
from memsim_gui.scene.prediction import next_decision, question
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from tests.scene.synthetic import Builder

ANON = bits.PG_LRU | bits.PG_SWAPBACKED


def four_pages():
    """Frames 0 to 3 on the inactive anon list, 3 at its head; the trace's length so far."""
    builder = Builder()
    for frame in range(4):
        builder.move(frame, lanes.INACTIVE_ANON, causes.DRAIN)
        builder.emit(kinds.BITS, ident=frame, value=ANON)
        builder.emit(kinds.OWNER, ident=frame, value=(3 << 32) | frame)
    builder.build()
    return builder, len(builder.trace)


def scanned(builder, frame, cause, dst):
    """Isolate a page, look at it and put it back."""
    builder.emit(kinds.BITS, ident=frame, value=bits.PG_SWAPBACKED)
    builder.move(frame, lanes.ISOLATED, causes.ISOLATE)
    builder.emit(kinds.BITS, ident=frame, value=bits.PG_SWAPBACKED | bits.PG_REFERENCED)
    builder.emit(kinds.SCAN, cause, lanes.ISOLATED, 0, frame, tables.ACTOR_REQUEST)
    builder.move(frame, dst, cause)
    builder.build()


def asked(trace, start=0, seed=0):
    at, decision = next_decision(trace, start, len(trace))
    return question(trace, at, decision, trace.view_at(at), seed)


def test_which_page_goes_next_is_asked_before_anything_of_it_is_seen():
    builder, start = four_pages()
    scanned(builder, 0, causes.ACTIVATE, lanes.ACTIVE_ANON)
    found = asked(builder.trace, start)
    assert (found.asked_at, found.text) == (start, "Which page is taken from Inactive anon next?")
    assert found.frames[found.answer] == 0
    assert found.choices[found.answer].startswith("0xAB0  heap of editor")
    assert {3, 1} < set(found.frames) <= {0, 1, 2, 3}
    assert found.because == "0xAB0 is isolated from the tail for a decision"


@pytest.mark.parametrize(
    ("cause", "dst", "answer"),
    [
        (causes.ACTIVATE, lanes.ACTIVE_ANON, "to Active anon"),
        (causes.KEEP_REFERENCED, lanes.INACTIVE_ANON, "to Inactive anon"),
        (causes.RECLAIM, lanes.FREE, "it is freed"),
        (causes.CULL, lanes.UNEVICTABLE, "to Unevictable"),
    ],
)
def test_where_a_page_goes_is_what_its_next_move_says(cause, dst, answer):
    builder, start = four_pages()
    scanned(builder, 0, cause, dst)
    first = asked(builder.trace, start)
    found = asked(builder.trace, first.decision + 1)
    assert found.text == "Reclaim looks at 0xAB0 (heap of editor, 0x7f0000001000). Where does it go?"
    assert found.choices[found.answer] == answer
    assert sorted(found.choices) == ["it is freed", "to Active anon", "to Inactive anon", "to Unevictable"]
    kind = builder.trace.events(found.asked_at - 1, found.decision)["kind"].tolist()
    assert kind[0] == kinds.COUNT or kind[0] == kinds.MOVE
    assert kinds.BITS in kind


def test_the_same_again_is_not_asked_until_something_is_new():
    builder, start = four_pages()
    for frame in range(3):
        scanned(builder, frame, causes.KEEP_REFERENCED, lanes.INACTIVE_ANON)
    last = len(builder.trace)
    scanned(builder, 3, causes.ACTIVATE, lanes.ACTIVE_ANON)
    decisions, at = [], start
    while (found := next_decision(builder.trace, at, len(builder.trace)))[1] >= 0:
        decisions.append(found[1])
        at = found[1] + 1
    told = [kinds.KIND_NAMES[int(builder.trace.events(at, at + 1)["kind"][0])] for at in decisions]
    assert told == ["move", "scan", "scan"]
    assert decisions[1] < last < decisions[2]


def test_who_is_killed_offers_those_who_live():
    builder = Builder()
    builder.trace.labels.tasks[:] = ["editor", "init", "greedy", "gone"]
    builder.emit(kinds.GROW, dst=tables.TABLE_TASK, value=4)
    for task, size in ((1, 5), (2, 90)):
        builder.emit(kinds.SET, 0, tables.TASK_STATE, tables.TABLE_TASK, task, tables.TASK_ALIVE)
        builder.emit(kinds.SET, 0, tables.TASK_ANON, tables.TABLE_TASK, task, size)
    builder.emit(kinds.OOM_KILL, ident=2, value=90)
    found = asked(builder.build())
    assert found.choices[found.answer] == "greedy"
    assert set(found.choices) == {"greedy", "init", "editor"}
    assert "greedy has the highest badness" in found.because


def test_one_process_alone_is_no_question():
    builder = Builder()
    builder.emit(kinds.OOM_KILL, ident=0, value=90)
    assert asked(builder.build()) is None


@pytest.mark.parametrize(
    ("actor", "cause", "answer"),
    [
        (0, causes.WAKE_LOW, "kswapd0 wakes"),
        (tables.ACTOR_DIRECT, causes.STALL_DIRECT, "direct reclaim"),
    ],
)
def test_who_reclaims_is_who_begins(actor, cause, answer):
    builder = Builder()
    builder.emit(kinds.RECLAIM_BEGIN, cause, value=actor)
    found = asked(builder.build())
    assert found.text == "24 pages are free; the low mark is 4, min 2. What happens now?"
    assert (found.choices[found.answer], len(found.choices)) == (answer, 3)


def test_a_seed_gives_the_same_question_and_another_another_order():
    builder, start = four_pages()
    scanned(builder, 0, causes.ACTIVATE, lanes.ACTIVE_ANON)
    assert asked(builder.trace, start, 5) == asked(builder.trace, start, 5)
    assert len({asked(builder.trace, start, seed).choices for seed in range(8)}) > 1


def test_every_answer_of_a_real_run_is_what_then_happens():
    machine = Machine.build(memory="256 KiB", swap="1 MiB", detail="classroom")
    for command in (
        Process("app"),
        Mmap("heap", 150, "app"),
        *(Access("heap", RANDOM, 150, write=True, seed=s) for s in (1, 2)),
    ):
        machine.apply(command)
    trace, at, told = machine.trace, 0, set()
    for _ in range(40):
        stop, decision = next_decision(trace, at, len(trace))
        if decision < 0:
            break
        found = question(trace, stop, decision, trace.view_at(stop), 1)
        event = trace.events(decision, decision + 1)[0]
        at = decision + 1
        if found is None:
            continue
        told.add(int(event["kind"]))
        assert len(set(found.choices)) == len(found.choices) >= 2
        assert stop <= decision
        if found.frames:
            assert found.frames[found.answer] == event["ident"]
    assert {kinds.MOVE, kinds.SCAN, kinds.RECLAIM_BEGIN} <= told
