"""Charts of a comparison: inside their cards, beside each other, with round numbers on their axes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.fidelity.compare import Comparison
from memsim_gui.fidelity.score import COUNTERS, INFORMATIVE, QUIET, Curves, Pair
from memsim_gui.scene import marks
from memsim_gui.scene.comparing.comparison_charts import along_of, charts, compact, ticks
from memsim_gui.scene.geometry import Metrics, Rect

METRICS = Metrics(4, 17, 14, 12, 11, 13, 11, 38, 7, 1, lecture=False)
AREA = Rect(10, 20, 1400, 700)


def comparison(count, simulated=np.nan):
    curve = np.array([0.0, 700.0, 350.0])
    curves = Curves(curve, curve, curve, np.full(3, simulated))
    kinds = [INFORMATIVE] * count + [QUIET]
    pairs = [Pair(name, False, 0, 0, 1, True, kind, 1, curves) for name, kind in zip(COUNTERS, kinds, strict=False)]
    return Comparison("w", "", 1, np.array([0, 50, 90]), pairs)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 20, 35])
def test_charts_fill_the_area_without_touching(count):
    drawn = charts(comparison(count), AREA, METRICS)
    assert [chart.pair.counter for chart in drawn] == list(COUNTERS[:count])
    for i, chart in enumerate(drawn):
        assert AREA.contains(chart.card, 0.01)
        assert chart.card.contains(chart.plot)
        assert not chart.plot.overlaps(chart.verdict)
        assert not any(chart.card.overlaps(other.card) for other in drawn[:i])
        assert all(chart.plot.x <= tick.at <= chart.plot.right + 0.01 for tick in chart.x_ticks)
        assert all(chart.plot.y <= tick.at <= chart.plot.bottom + 0.01 for tick in chart.y_ticks)


def test_a_chart_holds_both_curves_from_zero_unless_they_stay_far_from_it():
    (chart,) = charts(comparison(1, 2000.0), AREA, METRICS)
    assert chart.y_range[0] == 0
    assert 2000 < chart.y_range[1] < 2200
    assert chart.role == marks.FREE
    high = np.array([9000.0, 9000.0, 9500.0])
    found = comparison(1)
    far = found.pairs[0]._replace(curves=Curves(high, high, high, high))
    (chart,) = charts(Comparison("w", "", 1, found.ops, [far]), AREA, METRICS)
    assert 8900 < chart.y_range[0] < 9000


def test_a_script_that_touches_nothing_runs_over_its_samples():
    found = comparison(1)
    assert along_of(found)[1] == "pages touched"
    still = Comparison("w", "", 1, np.array([7, 7, 7]), found.pairs)
    assert along_of(still)[0].tolist() == [1, 2, 3]
    (chart,) = charts(still, AREA, METRICS)
    assert chart.x_range == (1, 3)


@given(st.floats(-1e6, 1e9), st.floats(1e-3, 1e9), st.integers(2, 5))
def test_ticks_are_few_and_inside(low, length, most):
    found = ticks(low, low + length, most)
    assert 1 <= len(found) <= most + 1
    assert all(low - 1e-6 * length - 1e-6 <= tick <= low + length + 1e-6 * length + 1e-6 for tick in found)


def test_numbers_in_few_letters():
    assert [compact(value) for value in (0, 950, 1500, 40_000, 2_500_000)] == ["0", "950", "1.5k", "40k", "2.5M"]
