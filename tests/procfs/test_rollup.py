"""smaps_rollup of a random machine is what one gets by looking at one page after another."""

from collections import Counter

import numpy as np
import pytest

from memsim_gui.procfs import snapshot, status
from memsim_gui.procfs.parse import fields
from memsim_gui.trace import bits, tables
from memsim_gui.trace.view_state import Sizes, new_view

FRAMES, PTES, SLOTS, TASKS = 40, 120, 30, 2
KB = 4


@pytest.fixture
def view():
    random = np.random.default_rng(7)
    made = new_view(Sizes(1, FRAMES, PTES, 1, SLOTS, 4, 1, TASKS, 1))
    made.task[:, tables.TASK_STATE] = tables.TASK_ALIVE
    for row in range(4):
        made.vma[row, [tables.VMA_TASK, tables.VMA_START_VPN, tables.VMA_PAGES, tables.VMA_FIRST_PTE]] = (
            row % TASKS, 64 * row, 30, 30 * row,
        )  # fmt: skip
    made.vma[2, tables.VMA_BITS] = bits.VM_LOCKED
    states = (0, bits.PTE_PRESENT, bits.PTE_PRESENT | bits.PTE_ZERO, bits.PTE_SWAP)
    made.pte_bits[:] = random.choice(states, PTES, p=(0.1, 0.6, 0.1, 0.2))
    here = made.pte_bits == bits.PTE_PRESENT
    made.pte_bits[here] |= random.choice((0, bits.PTE_YOUNG, bits.PTE_DIRTY), int(here.sum())).astype(np.uint8)
    made.pte_pfn[:] = np.where(made.pte_bits == bits.PTE_SWAP, random.integers(1, SLOTS, PTES), 0)
    made.pte_pfn[here] = random.integers(0, FRAMES, int(here.sum()))
    made.bits[:] = random.choice((0, bits.PG_DIRTY, bits.PG_REFERENCED, bits.PG_SWAPBACKED), FRAMES)
    made.mapping[:] = random.integers(0, 2, FRAMES) * bits.PAGE_MAPPING_ANON
    made.swap_map[1:] = random.integers(1, 3, SLOTS - 1)
    return made


def one_by_one(view, task):
    """Count the pages of a task in plain Python."""
    users = Counter(int(pfn) for pte, pfn in zip(view.pte_bits, view.pte_pfn, strict=True) if int(pte) & 3 == 1)
    out = Counter()
    for row in view.vma:
        if row[tables.VMA_TASK] != task:
            continue
        first = int(row[tables.VMA_FIRST_PTE])
        for at in range(first, first + int(row[tables.VMA_PAGES])):
            pte, number = int(view.pte_bits[at]), int(view.pte_pfn[at])
            if pte & bits.PTE_SWAP:
                out.update(Swap=1, SwapPss=1 / int(view.swap_map[number]))
            if pte & 3 != 1:
                continue
            flags, share = int(view.bits[number]), 1 / users[number]
            anon = bool(view.mapping[number] & bits.PAGE_MAPPING_ANON)
            backed = bool(flags & bits.PG_SWAPBACKED)
            dirty = bool(flags & bits.PG_DIRTY or pte & bits.PTE_DIRTY)
            kind = "Anon" if anon else "Shmem" if backed else "File"
            whose = "Shared" if users[number] > 1 else "Private"
            out.update({"Rss": 1, "Pss": share, f"Pss_{kind}": share, f"{whose}_{'Dirty' if dirty else 'Clean'}": 1})
            out.update(
                Pss_Dirty=share * dirty, Anonymous=int(anon), LazyFree=int(anon and not backed and not dirty),
                Referenced=int(bool(flags & bits.PG_REFERENCED or pte & bits.PTE_YOUNG)),
                Locked=share * bool(row[tables.VMA_BITS] & bits.VM_LOCKED),
            )  # fmt: skip
    return out


@pytest.mark.parametrize("task", range(TASKS))
def test_every_line_is_the_count_of_single_pages(view, task):
    told = fields(status.smaps_rollup(snapshot.of_view(view), task))
    counted = one_by_one(view, task)
    assert counted["Locked"] > 0 or task == 1
    assert {name: value for name, value in told.items() if value} == {
        name: int(KB * value + 1e-9) for name, value in counted.items() if int(KB * value + 1e-9)
    }
