"""One place, two traces: the same command and op, however many events each needed to get there."""

import numpy as np
import pytest

from memsim_gui.scene.comparing.alignment import Alignment, Place, counterpart
from memsim_gui.scene.pacing import Pacing
from memsim_gui.trace import kinds, tables
from memsim_gui.trace.store import Trace
from tests.scene.synthetic import Builder

END = float("inf")


def told(*entries, start=0):
    """A trace of commands; each is a list of (events, op that the clock tells after them)."""
    builder = Builder()
    for _ in range(start):
        builder.emit(kinds.FAULT)
    for number, parts in enumerate(entries):
        builder.emit(kinds.COMMAND, ident=number)
        for events, op in parts:
            for _ in range(events):
                builder.emit(kinds.FAULT)
            builder.emit(kinds.SET, src=tables.CLOCK_OP, dst=tables.TABLE_CLOCK, value=op)
    return builder.build()


def aligned(*entries, start=0):
    return Alignment(Pacing.of(told(*entries, start=start)))


# command 0 at 0: three faults, op 2 told at 4; two faults, op 5 told at 7; command 1 at 8: one fault, op 6 told at 10
FIRST = ([(3, 2), (2, 5)], [(1, 6)])
# the same pages without a fault, then the second command with four
OTHER = ([(0, 5)], [(4, 6)])


def test_places_at_the_bounds_of_ops_are_whole_numbers():
    found = aligned(*FIRST)
    assert [found.place_at(at) for at in (0, 5, 8, 11)] == [Place(0, 0.0), Place(0, 2.0), Place(1, 0.0), Place(1, 1.0)]


def test_between_two_ops_the_place_grows_with_every_event_and_its_fraction():
    found = aligned(*FIRST)
    places = [found.place_at(at, part) for at in range(11) for part in (0.0, 0.5)]
    assert places == sorted(places)
    assert 0 < found.place_at(2).op < found.place_at(2, 0.5).op < found.place_at(3).op < 2


def test_a_place_leads_to_the_same_command_and_op_in_another_trace():
    original, other = aligned(*FIRST), aligned(*OTHER)
    assert other.position_of(original.place_at(0)) == (0, 0.0)
    assert other.position_of(original.place_at(8)) == (2, 0.0)
    assert other.position_of(original.place_at(11)) == (8, 0.0)
    assert original.position_of(other.place_at(2)) == (8, 0.0)
    middle = other.position_of(original.place_at(9, 0.5))
    assert 3 <= middle[0] < 7


def test_going_to_a_place_and_back_changes_nothing():
    found = aligned(*FIRST, start=3)
    for position in range(15):
        assert found.position_of(found.place_at(position)) == (position, 0.0)
    back, fraction = found.position_of(found.place_at(4, 0.5))
    assert (back, fraction) == (4, pytest.approx(0.5, abs=0.01))


def test_what_a_machine_has_not_come_to_yet_is_its_end():
    other = aligned([(1, 1)])
    assert other.position_of(Place(0, 7.5)) == (3, 0.0)
    assert other.position_of(Place(3, 0.0)) == (3, 0.0)


def test_it_grows_with_the_trace_and_follows_a_cut():
    trace = told(*FIRST)
    events = trace.events(0, len(trace))
    growing = Trace(trace.start, trace.meta)
    growing.append(events[:5])
    pacing = Pacing.of(growing)
    found = Alignment(pacing)
    assert found.entries == 1
    growing.append(events[5:])
    pacing.extend()
    found.extend()
    assert (found.entries, found.begin_of(1), found.place_at(8)) == (2, 8, Place(1, 0.0))
    growing.truncate(8)
    pacing.extend()
    found.extend()
    assert (found.entries, found.begin_of(1)) == (1, 8)


@pytest.mark.parametrize(
    ("place", "origin", "expected"),
    [
        (Place(1, 0.5), [0, 1, 2], Place(1, 0.5)),
        (Place(2, 0.5), [0, 1, 2, 2], Place(3, 0.5)),  # one of the variant's own stands before entry 2
        (Place(1, 0.5), [0, 2], Place(0, END)),  # entry 1 was left out
        (Place(2, 0.5), [0, 2], Place(1, 0.5)),
        (Place(-1, 0.5), [0], Place(-1, 0.5)),
        (Place(0, 0.5), [1], Place(-1, END)),
        (Place(4, 0.5), [0, 1], Place(1, END)),  # not begun there yet
    ],
)
def test_entries_of_a_variant_are_found_by_those_they_repeat(place, origin, expected):
    assert counterpart(place, origin) == expected


def test_ops_are_searched_once_an_entry_and_seen_again_when_it_grows():
    trace = told([(1, 1)])
    pacing = Pacing.of(trace)
    found = Alignment(pacing)
    assert found.place_at(3) == Place(0, 1.0)
    more = np.array([(kinds.SET, 0, tables.CLOCK_OP, tables.TABLE_CLOCK, 0, 9)], kinds.EVENT)
    trace.append(more)
    pacing.extend()
    found.extend()
    assert found.place_at(4) == Place(0, 9.0)
