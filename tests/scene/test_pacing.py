"""Pacing is a clock: it never runs backwards, the same trace has the same seconds, and long stretches are squeezed."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsim_gui.scene import pacing as pace
from memsim_gui.scene.pacing import Pacing
from memsim_gui.trace import causes, kinds, lanes, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view
from tests.scene import synthetic

KINDS = (kinds.MOVE, kinds.SCAN, kinds.BITS, kinds.COUNT, kinds.PTE, kinds.SET, kinds.COMMAND, kinds.STEP, kinds.IO_END)


def trace_of(events, captions=()):
    labels = Labels(steps=list(captions), step_titles=[""] * len(captions))
    trace = Trace(new_view(Sizes(1, 8, 8, 1, 1, 1, 1, 1, 1)), Meta(), labels)
    trace.append(np.array(events, kinds.EVENT))
    return trace


def move(src, dst, cause=causes.DRAIN):
    return (kinds.MOVE, cause, src, dst, 0, 0)


@st.composite
def traces(draw):
    chosen = draw(st.lists(st.sampled_from(KINDS), max_size=60))
    return trace_of([(kind, 0, 0, 1, 0, 0) for kind in chosen], ["one two three four"])


@given(traces())
@settings(max_examples=60, deadline=None)
def test_seconds_rise_and_return_to_their_position(trace):
    pacing = Pacing.of(trace)
    seconds = [pacing.seconds_at(p) for p in range(len(trace) + 1)]
    assert all(a <= b for a, b in itertools.pairwise(seconds))
    for position, second in enumerate(seconds):
        found, fraction = pacing.position_at(second)
        assert found >= position or (found == position - 1 and fraction > 0.99)
        assert not any(pacing.length_of(between) for between in range(position, found))


@given(traces(), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_second_lies_inside_the_event_it_belongs_to(trace, share):
    pacing = Pacing.of(trace)
    position, fraction = pacing.position_at(share * pacing.total)
    begin = pacing.seconds_at(position)
    assert 0 <= fraction <= 1
    if fraction:
        assert begin + fraction * pacing.length_of(position) == pytest.approx(share * pacing.total, abs=1e-3)
    else:
        assert begin >= share * pacing.total - 1e-3


def test_growing_a_trace_in_pieces_gives_the_seconds_of_the_whole():
    whole = synthetic.crowd(64, 40)
    grown = Trace(whole.keyframes()[0][1], whole.meta, whole.labels)
    pacing = Pacing.of(grown)
    for start in range(0, len(whole), 97):
        grown.append(whole.events(start, start + 97))
        pacing.extend()
    expected = Pacing.of(whole)
    places = range(0, len(whole) + 1, 13)
    assert [pacing.seconds_at(p) for p in places] == pytest.approx([expected.seconds_at(p) for p in places])


def test_undo_is_noticed():
    trace = trace_of([(kinds.COMMAND, 0, 0, 0, 0, 0), move(lanes.LRU_ADD, lanes.INACTIVE_ANON)])
    pacing = Pacing.of(trace)
    trace.truncate(1)
    pacing.extend()
    assert pacing.total == 0


def test_counters_take_no_time_and_a_visible_move_does():
    pacing = Pacing.of(trace_of([(kinds.COUNT, 0, 0, 0, 0, 1), move(lanes.LRU_ADD, lanes.INACTIVE_ANON)]))
    assert [pacing.length_of(0), pacing.length_of(1)] == [0, 0.75]
    assert pacing.position_at(0) == (1, 0)


def test_moves_inside_the_allocator_take_no_time():
    pacing = Pacing.of(trace_of([move(lanes.FREE, lanes.PCP), move(lanes.FREE, lanes.KERNEL, causes.RESERVE)]))
    assert pacing.total == 0


def test_a_wait_counts_by_the_logarithm_of_its_time():
    def wait(nanoseconds):
        return Pacing.of(trace_of([(kinds.SET, 0, tables.CLOCK_NOW_NS, tables.TABLE_CLOCK, 0, nanoseconds)])).total

    assert wait(100) == 0
    assert wait(100_000) == pytest.approx(pace.WAIT_SECONDS, abs=0.02)
    assert wait(10_000_000) - wait(1_000_000) == pytest.approx(pace.WAIT_SECONDS, abs=0.02)


def test_a_hundred_thousand_events_of_a_step_end_within_ten_seconds():
    many = [(kinds.STEP, 0, 0, 0, 0, 0)] + [move(lanes.LRU_ADD, lanes.INACTIVE_ANON)] * 100_000
    pacing = Pacing.of(trace_of([*many, (kinds.STEP, 0, 0, 0, 1, 0)], ["", ""]))
    assert pace.FREE_RUNNING_SECONDS < pacing.seconds_at(100_000) - pacing.seconds_at(1) <= pace.LONGEST_SECONDS


def test_a_caption_can_be_read():
    words = " ".join(["word"] * 20)
    pacing = Pacing.of(trace_of([(kinds.STEP, 0, 0, 0, 0, 0), move(0, 1)], [words]))
    assert pacing.total >= 20 * pace.SECONDS_A_WORD


def test_a_finished_step_lingers_at_its_end_and_not_in_the_next():
    trace = trace_of([(kinds.STEP, 0, 0, 0, 0, 0), move(0, 1), (kinds.STEP, 0, 0, 0, 1, 0)], ["one", "two"])
    pacing = Pacing.of(trace)
    assert pacing.position_at(pacing.seconds_at(2) - 0.1) == (2, 0)
    assert pacing.position_at(pacing.seconds_at(2) + 0.1)[1] > 0


def test_ten_million_events_are_paced_in_one_byte_each():
    events = np.zeros(1_000_000, kinds.EVENT)
    events["kind"] = np.resize([kinds.MOVE, kinds.COUNT, kinds.BITS], len(events))
    trace = Trace(new_view(Sizes(1, 8, 8, 1, 1, 1, 1, 1, 1)), Meta())
    for _ in range(10):
        trace.append(events)
    pacing = Pacing.of(trace)
    assert pacing.total == pytest.approx(pace.LONGEST_SECONDS, abs=0.01)
    middle = pacing.seconds_at(5_000_000)
    assert pacing.position_at(middle)[0] - 5_000_000 in (0, 1, 2)


def test_before_its_start_a_trace_without_length_has_no_place():
    pacing = Pacing.of(trace_of([(kinds.COMMAND, 0, 0, 0, 0, 0), (kinds.COUNT, 0, 0, 0, 0, 1)]))
    assert pacing.total == 0
    assert pacing.position_at(-0.25) == (2, 0.0)
