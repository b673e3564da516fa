"""Access patterns by name: the order in which pages of a region are touched."""

from typing import NamedTuple

import numpy as np

from memsim_gui.engine.workloads import rng
from memsim_gui.engine.workloads.rng import Pages

SEQUENTIAL = "sequential"
STRIDE = "stride"
LOOP = "loop"
RANDOM = "random"
ZIPF = "zipf"
WORKING_SET = "working-set"
PATTERNS = (SEQUENTIAL, STRIDE, LOOP, RANDOM, ZIPF, WORKING_SET)
HOT_SHARE = 0.9


class Pattern(NamedTuple):
    """A pattern over `pages` pages.

    `accesses` counts the page numbers drawn; `step` is the stride in pages; `hot` the pages of the loop or working set
    (0 = a tenth of all); `alpha` zipf's exponent.
    """

    name: str
    pages: int
    accesses: int
    seed: int = 0
    step: int = 16
    hot: int = 0
    alpha: float = 0.8


def sequence(pattern: Pattern) -> Pages:
    """Return the page numbers, in order of access."""
    order = np.arange(pattern.accesses, dtype=np.int64)
    hot = min(pattern.hot or max(1, pattern.pages // 10), pattern.pages)
    if pattern.name == SEQUENTIAL:
        return order % pattern.pages
    if pattern.name == STRIDE:
        return _strided(order, pattern)
    if pattern.name == LOOP:
        return order % hot
    if pattern.name == RANDOM:
        return rng.uniform(pattern.seed, pattern.accesses, pattern.pages)
    if pattern.name == ZIPF:
        return rng.zipf(pattern.seed, pattern.accesses, pattern.pages, pattern.alpha)
    if pattern.name == WORKING_SET:
        return _working_set(pattern, hot)
    raise ValueError(f"unknown pattern {pattern.name!r}")


def _strided(order: Pages, pattern: Pattern) -> Pages:
    """Every step-th page; each pass over the region begins one page later, so that in the end all are touched."""
    per_pass = -(-pattern.pages // pattern.step)
    return (order % per_pass * pattern.step + order // per_pass) % pattern.pages


def _working_set(pattern: Pattern, hot: int) -> Pages:
    """Nine accesses of ten go to the first `hot` pages, the others anywhere."""
    draws = rng.splitmix64(pattern.seed, 2 * pattern.accesses)
    is_hot = draws[::2] < np.uint64(int(HOT_SHARE * 2**64))
    limits = np.where(is_hot, np.uint64(hot), np.uint64(pattern.pages))
    return rng.below(draws[1::2], limits)
