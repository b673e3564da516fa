"""Undo and redo: whoever follows a trace notices them by the cut, also where the length is the same afterwards."""

import numpy as np
import pytest

from memsim_gui.engine.commands import Access, Mmap, Process
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.workloads.patterns import RANDOM
from memsim_gui.scene.comparing.alignment import Alignment
from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.panels.event_index import EventIndex, Filter
from memsim_gui.scene.timeline.course import Course
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.store import Trace
from tests.scene import synthetic


@pytest.fixture
def life():
    return synthetic.life_of_one_page()


@pytest.fixture(scope="module")
def swapping():
    """Traces of a small machine that swaps, by level."""

    def run(level):
        machine = Machine.build(level, memory="512 KiB", swap="2 MiB")
        machine.apply(Process(name="app"))
        machine.apply(Mmap(region="heap", pages=300, process="app"))
        for seed in range(6):
            machine.apply(Access("heap", RANDOM, count=150, write=True, seed=seed))
        return machine.trace

    return {level: run(level) for level in (kinds.LEVEL_FULL, kinds.LEVEL_FLOW)}.__getitem__


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
    before = course.history.samples()[1].copy()
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


@pytest.mark.parametrize("level", [kinds.LEVEL_FULL, kinds.LEVEL_FLOW])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_left_after_undoing_equals_what_a_fresh_look_finds(swapping, level, seed, monkeypatch):
    monkeypatch.setattr("memsim_gui.scene.timeline.history.MOST_SAMPLES", 512)
    monkeypatch.setattr("memsim_gui.scene.timeline.history.FEWEST_SAMPLES", 64)
    random, whole = np.random.default_rng(seed), swapping(level)
    trace = Trace(whole.start, whole.meta, whole.labels)
    course, index = Course(trace), EventIndex(trace, Filter())
    for _ in range(40):
        if random.random() < 0.4:
            trace.truncate(int(random.integers(0, len(trace) + 1)))
        trace.append(whole.events(len(trace), len(trace) + int(random.integers(1, len(whole) // 8))))
        course.extend()
        index.extend(len(trace))
    fresh, everything = Course(trace), EventIndex(trace, Filter())
    everything.extend(len(trace))
    places = np.arange(len(trace) + 1)
    assert (course.pacing.seconds_many(places) == fresh.pacing.seconds_many(places)).all()
    assert course.marks.all == fresh.marks.all
    assert index.rows(0, len(trace)) == everything.rows(0, len(trace))
    positions, values = course.history.samples()
    near = np.searchsorted(fresh.history.samples()[0], positions)
    assert len(positions) >= min(64, len(trace))
    assert (fresh.history.samples()[0][near] == positions).all()
    assert (fresh.history.samples()[1][near] == values).all()


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
