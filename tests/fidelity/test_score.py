"""The score: aligned by line and op, levels as shares of memory, events as shares of growth, classes, tolerances."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.engine.errors import InputError
from memsim_gui.fidelity.recordings import Samples
from memsim_gui.fidelity.score import CLASSES, COUNTERS, EVENTS, INFORMATIVE, NOISY_CLASS, QUIET, score, tally

MANAGED = 10_000


def samples(places, **counters):
    """A run with samples at (line, op)."""
    line, op = np.array(places, np.int64).T
    return Samples(line, op, {name: np.array(values, np.float64) for name, values in counters.items()})


def only(runs, simulated):
    (pair,) = score(tuple(runs), simulated, MANAGED)
    return pair


PLACES = [(0, 0), (1, 0), (1, 100), (2, 100), (2, 300)]


def test_a_level_is_a_share_of_memory():
    real = samples(PLACES, nr_mapped=[0, 0, 1000, 1000, 5000])
    simulated = samples(PLACES, nr_mapped=[0, 0, 1000, 1200, 5600])
    pair = only([real], simulated)
    assert pair.error == pytest.approx((0 + 0 + 200 + 600) / 4 / MANAGED)
    assert (pair.tolerance, pair.ok, pair.kind, pair.event) == (0.02, True, INFORMATIVE, False)
    assert pair.curves.simulated.tolist() == [0, 1000, 1200, 5600]


def test_a_small_level_is_allowed_a_tenth_of_its_range_and_64_pages():
    real = samples(PLACES, nr_mapped=[0, 0, 1000, 1000, 1000])
    assert only([real], real).tolerance == pytest.approx(100 / MANAGED)
    still = samples(PLACES, nr_mapped=[50, 50, 51, 50, 50])
    pair = only([still], still)
    assert (pair.tolerance, pair.kind) == (64 / MANAGED, QUIET)


def test_an_event_counts_from_the_start_as_a_share_of_its_growth():
    real = samples(PLACES, pgfault=[7, 7, 1007, 1007, 2007])
    simulated = samples(PLACES, pgfault=[0, 0, 1000, 1000, 1900])
    pair = only([real], simulated)
    assert pair.error == pytest.approx(100 / 4 / 2000)
    assert (pair.scale, pair.tolerance, pair.kind) == (2000, 0.10, INFORMATIVE)
    few = samples(PLACES, pgfault=[0, 0, 10, 10, 10])
    assert only([few], few).scale == 256


def test_noise_widens_the_tolerance_until_it_says_nothing():
    runs = [samples(PLACES, pgfault=[0, 0, n, n, n]) for n in (900, 1100)]
    pair = only(runs, runs[0])
    assert pair.noise == pytest.approx(0.075)
    assert pair.tolerance == pytest.approx(0.225)
    runs = [samples(PLACES, pgfault=[0, 0, n, n, n]) for n in (500, 1500)]
    assert only(runs, runs[0]).kind == NOISY_CLASS


def test_between_samples_a_counter_runs_straight_and_stays_outside_them():
    real = samples([(1, 0), (1, 50), (1, 100)], nr_mapped=[0, 500, 1000])
    simulated = samples([(1, 20), (1, 80)], nr_mapped=[100, 700])
    assert only([real], simulated).curves.simulated.tolist() == [100, 400, 700]


def test_a_line_that_was_not_simulated_and_a_counter_that_is_not_there_fail():
    real = samples(PLACES, nr_mapped=[0, 0, 1000, 1000, 5000])
    for simulated in (samples(PLACES[:3], nr_mapped=[0, 0, 1000]), samples(PLACES, pgfault=[0] * 5)):
        pair = only([real], simulated)
        assert np.isnan(pair.error)
        assert not pair.ok


def test_real_runs_must_have_the_same_lines():
    real = samples(PLACES, nr_mapped=[0, 0, 1000, 1000, 5000])
    with pytest.raises(InputError, match="a run has none of script line 2"):
        score((real, samples(PLACES[:3], nr_mapped=[0, 0, 0])), real, MANAGED)


def test_sums_and_kilobytes_are_made_from_their_parts():
    parts = {"pgscan_kswapd": [0, 0, 1, 2, 3], "pgscan_direct": [0, 10, 10, 10, 10]}
    swap = {"mi.SwapTotal": [4000] * 5, "mi.SwapFree": [4000, 4000, 4000, 2000, 1000]}
    real = samples(PLACES, **parts, **swap)
    made = samples(PLACES, pgscan=[0, 10, 11, 12, 13], swap_used=[0, 0, 0, 500, 750])
    found = {pair.counter: pair for pair in score((real,), made, MANAGED)}
    assert found["pgscan"].error == 0
    assert found["swap_used"].error == 0


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 50)), min_size=1, max_size=12),
    st.lists(st.integers(0, 10_000), min_size=12, max_size=12),
    st.lists(st.integers(0, 10_000), min_size=12, max_size=12),
    st.sampled_from(COUNTERS),
)
def test_a_run_equals_itself_and_a_frozen_machine_passes_no_informative_pair(steps, values, others, name):
    op = np.cumsum([more for _, more in steps]).tolist()
    places = sorted(zip([line for line, _ in steps], op, strict=True), key=lambda place: place[1])
    values = np.sort(values[: len(places)]) if name in EVENTS else values[: len(places)]
    real = samples(places, **{name: values})
    same = only([real], real)
    assert (same.error, same.noise, same.ok) == (0, 0, True)
    assert same.kind in CLASSES
    frozen = only([real], samples(places, **{name: [values[0]] * len(places)}))
    assert frozen.ok == (frozen.kind != INFORMATIVE)
    other = only([real, samples(places, **{name: others[: len(places)]})], real)
    assert other.error <= other.noise * (1 + 1e-9)
    assert tally([same, frozen, other]).informative_ok <= tally([same, frozen, other]).informative
