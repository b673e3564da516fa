"""splitmix64 and what is drawn with it: uniform and zipf page numbers, exactly as the recorded workloads drew them.

Source: Sebastiano Vigna, "splitmix64" (public domain); the page numbers follow the recordings' own description.
"""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Draws = npt.NDArray[np.uint64]
Pages = npt.NDArray[np.int64]

MASK64 = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFTS = tuple(np.uint64(n) for n in (30, 27, 31))
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_11 = np.uint64(11)
PERMUTATION_SEED = 0xA5A5A5A5A5A5A5A5
FNV_BASIS = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3


def splitmix64(seed: int, count: int) -> Draws:
    """Return the first `count` draws of the generator seeded with `seed` (taken modulo 2^64)."""
    steps = np.arange(1, count + 1, dtype=np.uint64)
    z = steps * np.uint64(GAMMA) + np.uint64(seed & MASK64)
    z = (z ^ (z >> _SHIFTS[0])) * _MIX_1
    z = (z ^ (z >> _SHIFTS[1])) * _MIX_2
    return z ^ (z >> _SHIFTS[2])


def below(draws: Draws, limits: npt.NDArray[np.uint64] | np.uint64) -> Pages:
    """Return (draw * limit) >> 64 for each draw: uniform below `limit`, which is at most 2^32."""
    high = (draws >> _32) * limits
    low = (draws & _LOW) * limits >> _32
    return ((high + low) >> _32).astype(np.int64)


def uniform(seed: int, count: int, pages: int) -> Pages:
    """Return `count` page numbers below `pages`, each equally likely."""
    return below(splitmix64(seed, count), np.uint64(pages))


def zipf(seed: int, count: int, pages: int, alpha: float) -> Pages:
    """Return `count` page numbers below `pages`, the k-th most likely page with a weight of k^-alpha."""
    share = (splitmix64(seed, count) >> _11).astype(np.float64) * 2.0**-53
    ranks = np.searchsorted(_cumulated(pages, alpha), share, side="right")
    return _permutation(seed, pages)[ranks]


@lru_cache(maxsize=8)
def _cumulated(pages: int, alpha: float) -> npt.NDArray[np.float64]:
    # Summed in order and with the C library's pow: the last bit decides which page some draws fall on.
    weights = np.fromiter((math.pow(k, -alpha) for k in range(1, pages + 1)), np.float64, pages)
    sums = np.cumsum(weights)
    sums /= sums[-1]
    return sums


@lru_cache(maxsize=8)
def _permutation(seed: int, pages: int) -> Pages:
    """Shuffle the pages, so that likely pages do not lie side by side."""
    draws = splitmix64(seed ^ PERMUTATION_SEED, pages - 1)
    partners = below(draws, np.arange(pages, 1, -1, dtype=np.uint64)).tolist()
    order = list(range(pages))
    for i, j in zip(range(pages - 1, 0, -1), partners, strict=True):
        order[i], order[j] = order[j], order[i]
    return np.array(order, np.int64)


def fnv1a64(pages: Pages) -> int:
    """Return the FNV-1a hash of page numbers as little-endian 32-bit words: the recordings' check of a sequence."""
    digest = FNV_BASIS
    for byte in pages.astype("<u4").tobytes():
        digest = (digest ^ byte) * FNV_PRIME & MASK64
    return digest
