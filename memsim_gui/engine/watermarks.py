"""Watermarks, reserves and per-CPU list sizes of hypothetical machines.

Kernel: mm/page_alloc.c, 6.1: calculate_min_free_kbytes, __setup_per_zone_wmarks, setup_per_zone_lowmem_reserve,
zone_batchsize, zone_highsize.
"""

import math
from collections.abc import Sequence

LOWEST_MIN_FREE_KB = 128
HIGHEST_MIN_FREE_KB = 262_144
KB_PER_PAGE = 4
LOWMEM_RESERVE_RATIO = (256, 256, 32)  # DMA, DMA32, Normal
LARGEST_BATCH_BASE = 256
LEAST_BATCHES_IN_HIGH = 4
SCALE_PARTS = 10_000


def min_free_kbytes(managed_pages: int) -> int:
    """Return the kernel's own vm.min_free_kbytes for a machine with so many managed pages."""
    root = math.isqrt(16 * managed_pages * KB_PER_PAGE)
    return min(max(root, LOWEST_MIN_FREE_KB), HIGHEST_MIN_FREE_KB)


def marks(managed: int, total_managed: int, min_free_kb: int, scale_factor: int) -> tuple[int, int, int]:
    """Return min, low and high of a zone in pages."""
    lowest = min_free_kb // KB_PER_PAGE * managed // max(1, total_managed)
    gap = max(lowest // 4, managed * scale_factor // SCALE_PARTS)
    return lowest, lowest + gap, lowest + 2 * gap


def protection(managed_by_kind: Sequence[int], kind: int) -> int:
    """Return the pages that a zone keeps from allocations that may use any higher zone of its node."""
    return sum(managed_by_kind[kind + 1 :]) // LOWMEM_RESERVE_RATIO[kind]


def pcp_batch(managed: int) -> int:
    """Return how many pages a per-CPU list takes from or gives to the zone at once."""
    base = max(1, min(managed // 1024, LARGEST_BATCH_BASE) // 4)
    return max(1, (1 << ((base + base // 2).bit_length() - 1)) - 1)


def pcp_high(low: int, batch: int, cpus: int) -> int:
    """Return how many pages a per-CPU list may hold."""
    return max(low // max(1, cpus), LEAST_BATCHES_IN_HIGH * batch)
