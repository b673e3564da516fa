"""Event marks: what is marked, what makes a burst, and that growing gives the same as reading at once."""

import pytest

from memsim_gui.scene.timeline import event_marks as em
from memsim_gui.scene.timeline.event_marks import EventMarks, Mark
from memsim_gui.trace import causes, kinds, tables
from memsim_gui.trace.store import Meta, Trace
from tests.scene.synthetic import Builder

MS = 1_000_000


def of_kind(trace, kind):
    return [mark for mark in EventMarks(trace).all if mark.kind == kind]


@pytest.fixture
def b():
    return Builder()


def test_moments_are_marked_at_their_own_events(b):
    b.anon(0)
    b.anon(1)
    wake = len(b.events)
    b.emit(kinds.RECLAIM_BEGIN, causes.WAKE_LOW, ident=12, value=0)
    b.emit(kinds.RECLAIM_BEGIN, causes.STALL_DIRECT, ident=32, value=tables.ACTOR_DIRECT)
    b.emit(kinds.RECLAIM_BEGIN, causes.ON_REQUEST, ident=32, value=tables.ACTOR_REQUEST)
    b.emit(kinds.OOM_KILL, ident=0, value=77)
    b.emit(kinds.LOST, value=1234)
    trace = b.build()
    marks = EventMarks(trace)
    assert [mark.kind for mark in marks.all] == [em.FIRST_FAULT, em.KSWAPD, em.DIRECT, em.OOM, em.LOST]
    assert [mark.position for mark in marks.all[1:]] == [wake, wake + 1, wake + 3, wake + 4]
    assert [marks.sentence(mark) for mark in marks.all] == [
        "The first page fault: a process touches a page that has no frame yet",
        "kswapd0 wakes: no zone is above its low watermark",
        "direct reclaim begins: no page is left above min, so the task frees some itself",
        "Out of memory: editor has the highest badness, 77 pages, and is killed",
        "1 234 events did not fit into the ring: what they changed appears at once",
    ]
    assert marks.unknown == ""


def test_a_swap_burst_lasts_until_it_is_quiet(b):
    for wait_ms in (0, 60, 60, 100, 101, 5):
        b.wait(wait_ms * MS)
        b.count("pswpout", 2)
    bursts = of_kind(b.build(), em.SWAP_OUT)
    assert [(mark.position, mark.amount) for mark in bursts] == [(1, 8), (9, 4)]


def test_few_refaults_are_no_burst(b):
    for _ in range(em.LEAST_REFAULTS - 1):
        b.count("workingset_refault_anon")
    b.wait(200 * MS)
    first = len(b.events)
    for name in ("workingset_refault_anon", "workingset_refault_file"):
        for _ in range(em.LEAST_REFAULTS // 2):
            b.wait(10 * MS)
            b.count(name)
    assert of_kind(b.build(), em.REFAULT) == [Mark(first + 1, em.REFAULT, em.LEAST_REFAULTS)]


def grown_in_pieces(whole, size):
    trace = Trace(whole.start, whole.meta, whole.labels)
    marks = EventMarks(trace)
    for at in range(0, len(whole), size):
        trace.append(whole.events(at, at + size))
        marks.extend()
    return marks


@pytest.mark.parametrize("size", [1, 3, 50])
def test_growing_gives_the_same_marks(b, size):
    b.anon(0)
    for i in range(60):
        b.wait((250 if i % 20 == 0 else 3) * MS)
        b.count("workingset_refault_anon")
        b.count("pswpin")
        if i % 7 == 0:
            b.emit(kinds.RECLAIM_BEGIN, causes.WAKE_LOW, value=0)
    whole = b.build()
    assert len(of_kind(whole, em.REFAULT)) == 3
    assert grown_in_pieces(whole, size).all == EventMarks(whole).all


def test_after_an_undo_marks_are_those_of_what_is_left(b):
    b.anon(0)
    b.count("pswpout")
    trace = b.build()
    marks = EventMarks(trace)
    kept = len(trace) - 1
    trace.truncate(kept)
    marks.extend()
    assert [mark.kind for mark in marks.all] == [em.FIRST_FAULT]


def test_below_level_full_the_counters_of_slices_tell():
    b = Builder()
    b.trace = Trace(b.view, Meta(level=kinds.LEVEL_FLOW))
    for grown in (3, 1, 0, 2):
        if grown:
            b.count("pageoutrun", grown)
            b.count("pswpout", 10 * grown)
        b.wait(900 * MS)
    marks = EventMarks(b.build())
    runs = [mark for mark in marks.all if mark.kind == em.KSWAPD]
    assert [mark.amount for mark in runs] == [3, 1, 2]
    assert marks.sentence(runs[0]) == "kswapd ran 3× in this slice: free pages were below the low watermark"
    assert [mark.amount for mark in marks.all if mark.kind == em.SWAP_OUT] == [40, 20]
    assert "not known" in marks.unknown


def test_next_and_previous_go_round_no_mark_twice(b):
    for _ in range(3):
        b.anon(0)
        b.emit(kinds.RECLAIM_BEGIN, causes.WAKE_LOW, value=0)
    trace = b.build()
    marks, position, forward = EventMarks(trace), 0, []
    while (mark := marks.next_after(position)) is not None:
        forward.append(mark)
        position = mark.position + 1
    assert forward == marks.all
    back = []
    position = len(trace) + 1
    while (mark := marks.last_before(position)) is not None:
        back.append(mark)
        position = mark.position + 1
    assert back[::-1] == marks.all
    first, second = marks.all[:2]
    assert marks.between(first.position, second.position) == [first]
    assert marks.between(first.position, second.position + 1) == [first, second]


def test_marks_follow_the_level_along_the_trace(b):
    b.emit(kinds.RECLAIM_BEGIN, causes.WAKE_LOW, value=0)
    b.count("pageoutrun")
    b.build()
    b.trace.change_level(kinds.LEVEL_FLOW)
    b.count("pageoutrun", 3)
    marks = EventMarks(b.build())
    assert marks.all == [Mark(0, em.KSWAPD, 0), Mark(2, em.KSWAPD, 3)]
    assert [marks.sentence(mark).split()[1] for mark in marks.all] == ["wakes:", "ran"]
    assert marks.unknown.startswith("From event 2 on")
