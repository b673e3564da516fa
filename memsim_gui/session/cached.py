"""What drop_caches would find: which cached pages nobody uses.

Kernel: mm/truncate.c invalidate_mapping_pagevec [Drop-1].
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.view_state import ViewState


class Droppable(NamedTuple):
    """Pages in the page cache, those that would go, and why the others stay; all in pages."""

    cached: int
    go: int
    stay: dict[str, int]


def droppable(view: ViewState) -> Droppable:
    """Return what drop_caches would drop now; each page that stays counts for the first reason only."""
    frames, shared = _frames(view)
    found = view.bits[frames]
    mapped = np.zeros(len(view.lane), np.bool_)
    mapped[view.pte_pfn[view.pte_bits & (bits.PTE_PRESENT | bits.PTE_ZERO) == bits.PTE_PRESENT]] = True
    in_use = ~np.isin(view.lane[frames] & lanes.KIND_MASK, lanes.LRU_LISTS)
    reasons = {
        "shared": shared,
        "dirty": found & bits.PG_DIRTY > 0,
        "in writeback": found & bits.PG_WRITEBACK > 0,
        "mapped": mapped[frames],
        "in use": in_use,
    }
    left = np.ones(len(frames), np.bool_)
    stay = {}
    for why, pages in reasons.items():
        stay[why] = int((left & pages).sum())
        left &= ~pages
    return Droppable(len(frames), int(left.sum()), stay)


def _frames(view: ViewState) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Frames in the page cache, and which of them are shared memory."""
    frames, shared = [np.empty(0, np.intp)], [np.empty(0, np.bool_)]
    for row in view.file:
        first, pages = int(row[tables.FILE_FIRST_CELL]), int(row[tables.FILE_PAGES])
        cells = view.cell[first : first + pages]
        held = cells[cells > 0].astype(np.intp) - 1
        frames.append(held)
        shared.append(np.full(len(held), row[tables.FILE_KIND] == tables.FILE_SHMEM))
    return np.concatenate(frames), np.concatenate(shared)
