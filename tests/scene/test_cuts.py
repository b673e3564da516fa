"""Undo and redo: whoever follows a trace notices them by the cut, also where the length is the same afterwards."""

import numpy as np
import pytest

from memsim_gui.scene.comparing.alignment import Alignment
from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.panels.event_index import EventIndex, Filter
from memsim_gui.scene.timeline.course import Course
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace import kinds, lanes
from tests.scene import synthetic


@pytest.fixture
def life():
    return synthetic.life_of_one_page()


def redone(trace, events):
    """Take the last events of a trace back, and let as many others happen."""
    trace.truncate(len(trace) - len(events))
    trace.append(events)


def test_only_a_cut_below_what_was_read_counts_and_only_once(life):
    cuts = Cuts(life)
    life.truncate(len(life) - 1)
    life.truncate(len(life) - 5)
    assert not cuts.below(len(life))
    life.truncate(3)
    assert cuts.below(4)
    assert not cuts.below(4)


def test_events_redone_are_read_anew_at_the_same_length(life):
    course, index = Course(life), EventIndex(life, Filter())
    alignment = Alignment(course.pacing)
    index.extend(len(life))
    before = course.history.samples()[1]
    again = np.zeros(6, kinds.EVENT)
    again["kind"] = [kinds.MOVE, kinds.COUNT, kinds.OOM_KILL, kinds.COMMAND, kinds.COMMAND, kinds.LOST]
    again["dst"][0], again["src"][0] = lanes.FREE, lanes.ACTIVE_ANON
    redone(life, again)
    course.extend()
    alignment.extend()
    index.extend(len(life))
    fresh = Course(life)
    assert (course.history.samples()[1] != before).any()
    assert (course.history.samples()[1] == fresh.history.samples()[1]).all()
    assert course.marks.all == fresh.marks.all
    assert course.pacing.total == fresh.pacing.total
    assert alignment.entries == Alignment(fresh.pacing).entries
    assert index.rows(0, len(life))[-1] == len(life) - 1


def test_a_stretch_that_was_looked_at_is_forgotten_with_what_it_was(life, monkeypatch):
    monkeypatch.setattr("memsim_gui.scene.timeline.history.MOST_SAMPLES", 8)
    history = History(life)
    low, high = len(life) - 4, len(life)
    assert not history.look(low, high)
    redone(life, np.full(4, np.array((kinds.MOVE, 0, lanes.ACTIVE_ANON, lanes.FREE, 0, 0), kinds.EVENT)))
    history.extend()
    assert len(history.stretch(low, high)[0]) < 4
    assert not history.look(low, high)
    free = history.stretch(low, high)[1][-5:, lanes.FREE]
    assert np.diff(free).tolist() == [1, 1, 1, 1]
