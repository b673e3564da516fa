"""Random numbers and access patterns: the exact sequences of the recorded workloads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.engine.workloads import rng
from memsim_gui.engine.workloads.patterns import PATTERNS, Pattern, sequence


def test_splitmix64_reference_values():
    assert rng.splitmix64(0, 3).tolist() == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


@pytest.mark.parametrize(
    ("drawn", "first", "digest"),
    [
        (lambda: rng.uniform(100, 1500, 32768), [4498, 478, 7978, 8301], 0x81F0E93E647E854B),
        (lambda: rng.uniform(500, 1500, 32768), [1919, 17777, 32571, 31431], 0x9160EF0BA83C6259),
        (lambda: rng.zipf(42, 250_000, 24576, 0.9), [21241, 18735, 16000, 18540], 0xC749B2097E2FB3E5),
    ],
)
def test_sequences_that_a_real_machine_ran(drawn, first, digest):
    pages = drawn()
    assert pages[:4].tolist() == first
    assert rng.fnv1a64(pages) == digest


@given(st.integers(0, (1 << 64) - 1), st.integers(1, 1 << 32))
def test_below_is_the_128_bit_product(draw, limit):
    assert rng.below(np.array([draw], np.uint64), np.uint64(limit)).tolist() == [(draw * limit) >> 64]


@pytest.mark.parametrize("name", PATTERNS)
@given(pages=st.integers(1, 300), accesses=st.integers(0, 500), seed=st.integers(0, 1 << 64), hot=st.integers(0, 400))
def test_patterns_stay_inside(name, pages, accesses, seed, hot):
    found = sequence(Pattern(name, pages, accesses, seed, hot=hot))
    assert len(found) == accesses
    assert not accesses or 0 <= found.min() <= found.max() < pages


def test_patterns_do_what_they_are_called():
    assert sequence(Pattern("sequential", 4, 6)).tolist() == [0, 1, 2, 3, 0, 1]
    assert sequence(Pattern("stride", 8, 4, step=4)).tolist() == [0, 4, 1, 5]
    assert sequence(Pattern("loop", 100, 5, hot=2)).tolist() == [0, 1, 0, 1, 0]
    assert len(set(sequence(Pattern("stride", 50, 64, step=16)).tolist())) == 50
    hot = sequence(Pattern("working-set", 1000, 5000, 1, hot=10)) < 10
    assert 0.88 < hot.mean() < 0.93
