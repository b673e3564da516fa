"""Charts: bins of literal samples, and of a trace written by hand."""

import numpy as np
import pytest

from memsim_gui.paint.tokens import THEMES, contrast, load_theme
from memsim_gui.scene import charts
from memsim_gui.scene.history import COUNTED, History
from memsim_gui.scene.pacing import Pacing
from memsim_gui.trace import counters
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
