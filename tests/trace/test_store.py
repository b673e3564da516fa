"""The trace: any position from the nearest keyframe, keyframes evenly within their budget."""

import random

import numpy as np
import pytest

from memsim_gui.trace import kinds, store, tables
from memsim_gui.trace.keyframes import Keyframe, Keyframes, NearKeyframes
from memsim_gui.trace.store import Cursor, Meta, Trace
from memsim_gui.trace.view_state import Sizes, ViewState, copy_into, copy_view, differences, new_view

SIZES = Sizes(nodes=1, frames=64, ptes=64, cells=8, slots=8, vmas=2, files=2, tasks=2, devices=1)
EVENTS, CHUNK = 3000, 100
VIEW_BYTES = sum(array.nbytes for array in new_view(SIZES))


def some_events(seed=1, count=EVENTS):
    """Page flags of random frames; now and then a table grows."""
    drawn = np.random.default_rng(seed)
    events = np.zeros(count, kinds.EVENT)
    events["kind"], events["ident"] = kinds.BITS, drawn.integers(0, SIZES.frames, count)
    events["value"] = drawn.integers(0, 1 << 16, count)
    events[700] = (kinds.GROW, 0, 0, tables.TABLE_PTE, 0, 100)
    return events


def some_trace(*, keyframes=False):
    """A trace in chunks, with a keyframe where one is wanted if its producer makes any."""
    trace, events = Trace(new_view(SIZES), Meta()), some_events()
    view = new_view(SIZES)
    for at in range(0, len(events), CHUNK):
        trace.append(events[at : at + CHUNK])
        view = trace.forward(view, at, at + CHUNK)
        if keyframes and trace.wants_keyframe():
            trace.add_keyframe(copy_view(view))
    return trace


def changed(position):
    """A view of its own."""
    view = new_view(SIZES)
    for array in view:
        array[...] = position % 251 + 1 if array.dtype == np.uint8 else position + 1
    return view


def test_any_seek_gives_what_playing_there_gives(monkeypatch):
    monkeypatch.setattr(store, "KEYFRAME_EVERY_EVENTS", 250)
    played, trace = some_trace(), some_trace(keyframes=True)
    cursor, places = Cursor(trace), random.Random(1)
    for position in [EVENTS, 0, 700, 701, *(places.randrange(EVENTS) for _ in range(60))]:
        expected = played.forward(new_view(SIZES), 0, position)
        assert differences(cursor.seek(position), expected) == []
        assert differences(trace.view_at(position), expected) == []
    assert [at for at, _ in trace.keyframes()] == [0, *range(300, EVENTS + 1, 300)]


def test_a_long_seek_leaves_a_keyframe_that_makes_the_next_one_short(monkeypatch):
    monkeypatch.setattr(store, "KEYFRAME_EVERY_EVENTS", 100)
    trace = some_trace()
    assert trace.nearest(2000).position == 0
    cursor = Cursor(trace, 2000)
    assert trace.nearest(1999).position == 1000
    cursor.seek(1999)
    assert trace.nearest(1998).position == 1499
    assert [at for at, _ in trace.keyframes()] == [0]


def test_what_is_replayed_after_a_seek_leaves_keyframes_as_they_are(monkeypatch):
    monkeypatch.setattr(store, "KEYFRAME_EVERY_EVENTS", 250)
    trace = some_trace(keyframes=True)
    kept = [(at, copy_view(view)) for at, view in trace.keyframes()]
    cursor = Cursor(trace)
    for position in range(0, EVENTS, 170):
        cursor.seek(EVENTS - position)
    for (at, view), (kept_at, before) in zip(trace.keyframes(), kept, strict=True):
        assert at == kept_at
        assert differences(view, before) == []


def test_truncating_forgets_keyframes_and_positions_behind_the_cut(monkeypatch):
    monkeypatch.setattr(store, "KEYFRAME_EVERY_EVENTS", 100)
    trace = some_trace(keyframes=True)
    Cursor(trace, 2950)
    assert trace.positions_of(kinds.GROW).tolist() == [700]
    trace.truncate(650)
    assert trace.positions_of(kinds.GROW).tolist() == []
    assert trace.nearest(EVENTS).position == 600
    again = some_events(seed=2)[650:]
    trace.append(again)
    fresh = Trace(new_view(SIZES), Meta())
    fresh.append(np.concatenate([some_events()[:650], again]))
    assert differences(trace.view_at(EVENTS), fresh.view_at(EVENTS)) == []
    assert trace.positions_of(kinds.GROW).tolist() == [700]
    assert trace.wants_keyframe()


def test_pieces_are_the_events_of_a_stretch():
    trace, events = some_trace(), some_events()
    for start, stop in ((0, 1), (99, 101), (50, 950), (-5, 10), (2990, 4000), (7, 7)):
        expected = events[max(0, start) : stop]
        assert np.array_equal(trace.events(start, stop), expected)
        assert sum(len(piece) for piece in trace.pieces(start, stop)) == len(expected)


@pytest.mark.parametrize("kept", [1, 2, 7, 20])
def test_keyframes_stay_within_their_budget_and_even(kept):
    keyframes = Keyframes(kept * VIEW_BYTES, Keyframe(0, changed(0)))
    places, position = random.Random(kept), 0
    for _ in range(300):
        position += places.randrange(1, 200)
        keyframes.add(Keyframe(position, changed(position)))
        assert keyframes.nbytes <= keyframes.budget_bytes
    positions = [keyframe.position for keyframe in keyframes]
    assert len(positions) == kept
    assert positions[0] == 0
    if kept > 2:
        assert np.diff([*positions, position]).max() <= 3 * position / kept


def test_even_one_view_above_the_budget_leaves_the_first():
    keyframes = Keyframes(VIEW_BYTES // 2, Keyframe(0, changed(0)))
    keyframes.add(Keyframe(5, changed(5)))
    assert [keyframe.position for keyframe in keyframes] == [0]


def test_a_keyframe_after_lost_events_is_never_given_up():
    keyframes = Keyframes(3 * VIEW_BYTES, Keyframe(0, changed(0)))
    keyframes.add(Keyframe(10, changed(10), pinned=True))
    for position in range(20, 400, 10):
        keyframes.add(Keyframe(position, changed(position)))
    assert [keyframe.position for keyframe in keyframes][:2] == [0, 10]


def test_equal_arrays_of_neighbours_are_kept_once():
    first = changed(0)
    keyframes = Keyframes(10 * VIEW_BYTES, Keyframe(0, first))
    later = copy_view(first)
    later.bits[3] = 7
    keyframes.add(Keyframe(10, later))
    assert keyframes.nbytes == VIEW_BYTES + later.bits.nbytes
    assert keyframes.before(15).view.lane is first.lane
    assert keyframes.before(15).view.bits[3] == 7
    assert keyframes.before(9).view.bits[3] == 1


def test_keyframes_of_seeks_gather_where_one_looks():
    near = NearKeyframes(2 * VIEW_BYTES)
    assert near.before(5) is None
    for position in (100, 900, 500, 550):
        near.add(Keyframe(position, changed(position)))
        assert near.nbytes <= near.budget_bytes
    assert [keyframe.position for keyframe in near] == [500, 550]


def test_copying_into_a_view_uses_its_arrays_again():
    target, source = new_view(SIZES), changed(4)
    bits = target.bits
    smaller: ViewState = target._replace(pte_pfn=target.pte_pfn[:5])
    copied = copy_into(smaller, source)
    assert differences(copied, source) == []
    assert copied.bits is bits
    assert copied.pte_pfn is not source.pte_pfn
