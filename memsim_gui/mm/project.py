"""project(State) -> ViewState: the core's own state, seen as a view sees it.

Kernel: stands in for what /proc and /sys expose of struct page, pglist_data and the zones, 6.1.
"""

import numpy as np

from memsim_gui.mm.mm_types import State
from memsim_gui.mm.page_flags import SWAPPED
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.view_state import ViewState


def _links(state: State, frames: int) -> tuple[np.ndarray, np.ndarray]:
    """List links of frames on ordered lanes; elsewhere the core uses the fields for other things."""
    nxt, prev = (np.array(state.page[name], np.int32) for name in ("lru_next", "lru_prev"))
    unordered = ~np.isin(state.page.lane[:frames] % lanes.LANES_PER_NODE, lanes.ORDERED)
    nxt[:frames][unordered] = -1
    prev[:frames][unordered] = -1
    return nxt, prev


def _shown(entries: np.ndarray) -> np.ndarray:
    """Cells as a view knows them: a shadow's age is the core's own, a swap slot is not."""
    shadow = np.where((-1 - entries) & 1, -2, -1)
    shadow = np.where(entries < -SWAPPED, kinds.CELL_SWAPPED + SWAPPED + entries, shadow)
    return np.where(entries >= 0, entries, shadow).astype(np.int32)


def project(state: State) -> ViewState:
    """Return the ViewState of a machine; all arrays are copies."""
    frames = len(state.page) - len(state.lane_pages)
    page = state.page[:frames]
    lru_next, lru_prev = _links(state, frames)
    return ViewState(
        lane=page["lane"].astype(np.uint8),
        lru_next=lru_next,
        lru_prev=lru_prev,
        bits=page["bits"].astype(np.int32),
        mapping=page["mapping"].astype(np.int32),
        pgoff=page["index"].astype(np.int32),
        pte_pfn=state.pte["pfn"].astype(np.int32),
        pte_bits=state.pte["bits"].astype(np.uint8),
        cell=_shown(state.cell),
        swap_map=state.swap["users"].astype(np.uint8),
        swap_cell=_shown(state.swap["entry"]),
        lane_pages=state.lane_pages.copy(),
        counter=state.counter.copy(),
        vma=state.vma[:, : tables.VMA_COLUMNS].copy(),
        file=state.file[:, : tables.FILE_COLUMNS].copy(),
        task=state.task.copy(),
        zone=state.zone[:, : tables.ZONE_COLUMNS].copy(),
        actor=state.actor.copy(),
        device=state.device[:, : tables.DEVICE_COLUMNS].copy(),
        clock=state.clock.copy(),
        node=state.node[:, : tables.NODE_COLUMNS].copy(),
    )
