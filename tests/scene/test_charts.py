"""Charts: bins of literal samples, and of a trace written by hand."""

import numpy as np
import pytest

from memsim_gui.paint.tokens import THEMES, contrast, load_theme
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.panels import charts
from memsim_gui.scene.timeline import history as history_module
from memsim_gui.scene.timeline.history import History
from memsim_gui.scene.timeline.sampler import COUNTED, LANE_KINDS
from memsim_gui.trace import counters, kinds, lanes
from memsim_gui.trace.view_state import copy_view
from tests.scene import synthetic

SECONDS = np.array([0.0, 0.0, 1.0, 1.5, 4.0])
VALUES = np.array([[0], [2], [6], [3], [9]])


def test_the_most_in_each_bin_is_kept_and_held_until_the_next_sample():
    assert charts.highest(SECONDS, VALUES, np.array([0.5, 2.0, 3.0, 4.0])).tolist() == [[6], [3], [9]]
    assert charts.highest(SECONDS, VALUES, np.array([5.0, 6.0])).tolist() == [[9]]


def test_rates_are_growth_a_second_and_the_first_bin_has_what_took_no_time():
    grown = np.array([[0], [2], [6], [7], [9]])
    assert charts.rates(SECONDS, grown, np.array([0.0, 2.0, 4.0])).tolist() == [[3.5], [1.0]]
    assert charts.rates(SECONDS, grown, np.array([0.5, 1.0, 3.0])).tolist() == [[8.0], [0.5]]


@pytest.mark.parametrize(("second", "expected"), [(-0.1, -1), (0.0, 0), (1.9, 0), (2.0, 1), (4.0, 1), (4.1, -1)])
def test_the_bin_of_a_second(second, expected):
    assert charts.Curves(np.array([0.0, 2.0, 4.0]), {}).bin_at(second) == expected
    assert charts.nothing(0.0).bin_at(0.0) == -1


def _story():
    trace = synthetic.life_of_one_page()
    return trace, History(trace), Pacing(trace)


def test_totals_of_a_trace_end_at_its_counters_and_rates_add_up_to_them():
    trace, history, pacing = _story()
    span = (-2.0, pacing.total + 5)
    total = charts.curves(history, pacing, span, 90, per_second=False)
    rate = charts.curves(history, pacing, span, 90, per_second=True)
    assert total.edges[[0, -1]].tolist() == [0.0, pacing.total]
    counted = counters.vmstat(trace.view_at(len(trace)).counter, 1)
    before = counters.vmstat(trace.start.counter, 1)
    for row in charts.ROWS:
        for number, line in enumerate(row.lines):
            grown = sum(counted[name] - before[name] for name in line.counters)
            assert total.heights[row.key][number, -1] == grown
            if not row.level:
                assert (rate.heights[row.key][number] * np.diff(rate.edges)).sum() == pytest.approx(grown)
    assert total.heights["scan"][0, -1] == 8


def test_a_stretch_begins_with_the_total_so_far():
    _, history, pacing = _story()
    whole = charts.curves(history, pacing, (0, pacing.total), 1, per_second=False)
    end = charts.curves(history, pacing, (pacing.total - 0.2, pacing.total), 4, per_second=False)
    assert end.heights["scan"][0].tolist() == [whole.heights["scan"][0, 0]] * 4
    assert charts.curves(history, pacing, (pacing.total + 1, pacing.total + 2), 4, per_second=True).bin_at(0) == -1


@pytest.fixture
def long_story(monkeypatch):
    """A trace that is known as a whole by few samples only."""
    monkeypatch.setattr(history_module, "MOST_SAMPLES", 64)
    monkeypatch.setattr(history_module, "CLOSER_EVENTS", 100)
    trace = synthetic.crowd(128, 80)
    return trace, History(trace)


def test_a_stretch_looked_at_is_known_event_by_event(long_story):
    trace, history = long_story
    start, stop = len(trace) // 2, len(trace) // 2 + 350
    assert len(history.stretch(start, stop)[0]) < 350
    rounds = 1
    while history.look(start, stop):
        rounds += 1
    assert rounds >= 350 / 100
    positions, values = history.stretch(start, stop)
    assert positions[0] <= start
    assert positions[-1] >= stop
    assert np.diff(positions).max() == 1
    for row in range(0, len(positions), 29):
        at = trace.view_at(int(positions[row])).lane_pages[:LANE_KINDS]
        assert values[row, :LANE_KINDS].tolist() == at.tolist()


def test_around_a_stretch_looked_at_samples_stay_those_of_the_whole(long_story):
    trace, history = long_story
    before, _ = history.samples()
    while history.look(len(trace) // 2, len(trace) // 2 + 350):
        pass
    positions, values = history.stretch(0, len(trace))
    assert set(before.tolist()) <= set(positions.tolist())
    assert (np.diff(positions) > 0).all()
    assert len(values) == len(positions)


def test_where_the_whole_is_known_well_enough_nothing_is_read(long_story, monkeypatch):
    monkeypatch.setattr(history_module, "POINTS", 8)
    trace, history = long_story
    before, _ = history.samples()
    history.look(len(trace) // 2, len(trace) // 2 + 10)
    assert len(history.stretch(0, len(trace))[0]) > len(before)
    assert not history.look(0, len(trace))
    assert history.stretch(0, len(trace))[0].tolist() == before.tolist()


def test_losses_in_a_stretch_looked_at_appear_as_in_the_whole(monkeypatch):
    builder = synthetic.Builder()
    for page in range(8):
        builder.anon(page)
    builder.build()
    builder.emit(kinds.LOST, value=5)
    builder.view.lane_pages[lanes.FREE] += 3
    builder.build()
    builder.trace.add_keyframe(copy_view(builder.view))
    builder.anon(9)
    trace = builder.build()
    exact = History(trace).samples()[1]
    monkeypatch.setattr(history_module, "MOST_SAMPLES", 8)
    history = History(trace)
    low = int(trace.positions_of(kinds.LOST)[0]) - 5
    while history.look(low, len(trace)):
        pass
    positions, values = history.stretch(low, len(trace))
    assert (values == exact[positions]).all()
    assert np.diff(positions).max() == 1


def test_curves_of_a_stretch_looked_at_tell_each_event(long_story):
    trace, history = long_story
    pacing = Pacing(trace)
    at = int(trace.positions_of(kinds.SCAN)[4])
    span = (pacing.seconds_at(at), pacing.seconds_at(at + 60))
    while history.look(*charts.stretch_of(pacing, span)):
        pass
    total = charts.curves(history, pacing, span, 400, per_second=False)
    scanned = charts.COUNTED.index("pgscan_kswapd")
    exact = History(trace).nodes * LANE_KINDS + scanned
    for number in range(20, 400, 45):
        position = pacing.position_at(total.edges[number + 1])[0]
        assert total.heights["scan"][0, number] == history.stretch(position, position)[1][0, exact]
    assert len(np.unique(total.heights["scan"][0])) > 1


def test_list_sizes_reach_just_beyond_the_span(long_story):
    trace, history = long_story
    pacing = Pacing(trace)
    span = (pacing.total / 3, pacing.total / 2)
    seconds, sizes = charts.list_sizes(history, pacing, span)
    assert seconds[0] <= span[0]
    assert seconds[-1] >= span[1]
    assert sizes.shape == (len(seconds), LANE_KINDS)


def test_pages_to_be_written_are_a_level_that_starts_where_the_machine_was():
    builder = synthetic.Builder()
    builder.trace.start.counter[synthetic.counter("nr_dirty")] = 7
    history = History(builder.trace)
    assert history.samples()[1][0, COUNTED.index("nr_dirty") - len(COUNTED)] == 7


@pytest.mark.parametrize("name", THEMES)
def test_lines_stand_out_from_the_panel(name):
    theme = load_theme(name)
    for row in charts.ROWS:
        for line in row.lines:
            assert contrast(theme.color[line.color], theme.color["panel"]) >= 3, (row.key, line.name)
