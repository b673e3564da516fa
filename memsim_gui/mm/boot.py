"""A machine as it is when it starts: its tables, its frames free or the kernel's, and nothing else.

Kernel: stands in for mm/memblock.c (memblock_free_all) and mm/page_alloc.c (memmap_init, setup_zone_pageset), 6.1.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui.mm.mm_types import (
    BATCH_COLUMNS,
    BATCHES,
    BLOCKS,
    DEVICE_BURST_NS,
    DEVICE_LAST_BLOCK,
    DEVICE_LATENCY_NS,
    DEVICE_PAGE_NS,
    DEVICE_STALLS,
    DEVICE_STATE_COLUMNS,
    EVENT_WORDS,
    IO_QUEUE,
    MIGRATE_TYPES,
    MIGRATE_UNMOVABLE,
    NODE_STATE_COLUMNS,
    ORDERS,
    PAGE,
    PAGEBLOCK_ORDER,
    PTE,
    PTRS_PER_PTE,
    SC_COLUMNS,
    SC_ROWS,
    SLOT_CACHE_SIZE,
    SWAP_SLOT,
    SYS_COLUMNS,
    SYS_CURRENT_TASK,
    SYS_FLUSH_NEXT_NS,
    SYS_NODES,
    SYS_OOM_VICTIM,
    SYS_PGTABLE_HEAD,
    SYS_SWAP_CURSOR,
    SYS_SWAP_FREE,
    SYS_SWAP_HITS,
    SYS_SWAP_TOTAL,
    SYS_XA_ROOM,
    TUN_DIRTY_WRITEBACK_NS,
    VMA_ANON_HEAD,
    VMA_NEXT_ANON,
    VMA_STATE_COLUMNS,
    XA_CHUNK_SIZE,
    XA_ROOM_AT_BOOT,
    ZONE_FIRST_COUNTER,
    ZONE_FREE_HEAD,
    ZONE_PCP_HEAD,
    ZONE_STATE_COLUMNS,
    ZONE_TYPED,
    Layout,
    State,
)
from memsim_gui.trace import bits, counters, lanes, tables
from memsim_gui.trace.ring import RING_COLUMNS, RING_LEVEL
from memsim_gui.trace.view_state import Sizes


def new_state(layout: Layout) -> State:
    """Allocate a machine: every frame free or the kernel's, no task, no file."""
    sizes = layout.sizes
    n_lanes = sizes.nodes * lanes.LANES_PER_NODE
    cursor = np.zeros(RING_COLUMNS, np.int64)
    cursor[RING_LEVEL] = layout.level
    state = State(
        page=np.zeros(sizes.frames + n_lanes, PAGE).view(np.recarray),
        pte=np.zeros(sizes.ptes, PTE).view(np.recarray),
        swap=np.zeros(sizes.slots, SWAP_SLOT).view(np.recarray),
        slot_cache=np.zeros((2, SLOT_CACHE_SIZE), np.int64),
        cell=np.zeros(sizes.cells, np.int64),
        xa_node=np.zeros(sizes.cells // XA_CHUNK_SIZE + 1, np.int8),
        xa_swap=np.zeros(sizes.slots // XA_CHUNK_SIZE + 1, np.int8),
        free_area=np.full((len(layout.zone), MIGRATE_TYPES, ORDERS), -1, np.int64),
        pageblock=np.zeros((len(layout.zone), BLOCKS), np.int64),
        pmd=np.zeros(sizes.ptes // PTRS_PER_PTE + 1, np.int8),
        vma=np.zeros((sizes.vmas, VMA_STATE_COLUMNS), np.int64),
        file=np.zeros((sizes.files, tables.FILE_COLUMNS), np.int64),
        task=np.zeros((sizes.tasks, tables.TASK_COLUMNS), np.int64),
        zone=np.zeros((len(layout.zone), ZONE_STATE_COLUMNS), np.int64),
        actor=np.zeros((tables.ACTORS, tables.ACTOR_COLUMNS), np.int64),
        device=np.zeros((sizes.devices, DEVICE_STATE_COLUMNS), np.int64),
        clock=np.zeros((1, tables.CLOCK_COLUMNS), np.int64),
        node=np.zeros((sizes.nodes, NODE_STATE_COLUMNS), np.int64),
        counter=layout.counter.astype(np.int64),
        lane_pages=np.zeros(n_lanes, np.int64),
        sc=np.zeros((SC_ROWS, SC_COLUMNS), np.int64),
        batch=np.zeros((BATCHES, BATCH_COLUMNS), np.int64),
        io=np.zeros((sizes.devices, min(sizes.frames, IO_QUEUE) + 1, 2), np.int64),
        tun=layout.tunables.astype(np.int64),
        sys=np.zeros(SYS_COLUMNS, np.int64),
        flow=np.zeros((n_lanes, lanes.LANES_PER_NODE), np.int64),
        ring=np.zeros((layout.ring_events, EVENT_WORDS), np.int64),
        cursor=cursor,
    )
    _lay_out_lanes(state, sizes)
    _lay_out_zones(state, layout)
    _lay_out_metadata(state, layout.metadata)
    _lay_out_rest(state, layout)
    return state


def _lay_out_lanes(state: State, sizes: Sizes) -> None:
    heads = np.arange(sizes.frames, len(state.page))
    state.page.lru_next[sizes.frames :] = heads
    state.page.lru_prev[sizes.frames :] = heads
    state.page.mapcount[:] = -1
    state.actor[:, [tables.ACTOR_PFN, tables.ACTOR_LANE]] = -1


def _lay_out_zones(state: State, layout: Layout) -> None:
    """Give each zone its frames in order: free ones first, linked ascending, then the kernel's."""
    first = 0
    state.zone[:, : tables.ZONE_COLUMNS] = layout.zone
    for zone, row in enumerate(state.zone):
        managed, free = int(row[tables.ZONE_MANAGED]), int(layout.zone_free[zone])
        row[tables.ZONE_START] = first
        frames = slice(first, first + managed)
        base = zone // counters.ZONES_PER_NODE * lanes.LANES_PER_NODE
        state.page.zone[frames] = zone
        state.page.lane[frames] = base + lanes.FREE
        state.page.lane[first + free : first + managed] = base + lanes.KERNEL
        state.page.lru_next[first : first + managed] = -1
        state.page.lru_prev[first : first + managed] = -1
        state.page.lru_next[first : first + max(0, free - 1)] = np.arange(first + 1, first + free)
        row[ZONE_FREE_HEAD] = first if free else -1
        is_dma = zone % counters.ZONES_PER_NODE == 0 and 0 < managed <= BLOCKS << PAGEBLOCK_ORDER
        if is_dma and row[tables.ZONE_PCP_HIGH]:
            _lay_out_blocks(state, zone, free)
        row[ZONE_PCP_HEAD] = -1
        row[ZONE_FIRST_COUNTER] = counters.zone_base(zone)
        state.lane_pages[base + lanes.FREE] += free
        state.lane_pages[base + lanes.KERNEL] += managed - free
        state.counter[counters.zone_base(zone) + counters.ZONE_NAMES.index("nr_free_pages")] = free
        first += managed


def _lay_out_blocks(state: State, zone: int, free: int) -> None:
    """Put the free frames of zone DMA on its lists: whole page blocks for movable pages, the rest for the kernel's.

    Firmware has a part of the first page block, whose kind therefore stays what zeroed memory says: unmovable. Here it
    is the last one, for blocks are laid out largest first.
    """
    row = state.zone[zone]
    first, at = int(row[tables.ZONE_START]), 0
    row[ZONE_TYPED], row[ZONE_FREE_HEAD] = 1, -1
    state.page.lru_next[first : first + free] = -1
    state.pageblock[zone, free >> PAGEBLOCK_ORDER :] = MIGRATE_UNMOVABLE
    while at < free:
        order = min(ORDERS - 1, (free - at).bit_length() - 1)
        kind = int(state.pageblock[zone, at >> PAGEBLOCK_ORDER])
        tail = _last_block(state, int(state.free_area[zone, kind, order]))
        state.page.private[first + at] = order + 1
        state.page.lru_prev[first + at], state.page.lru_next[first + at] = tail, -1
        if tail < 0:
            state.free_area[zone, kind, order] = first + at
        else:
            state.page.lru_next[tail] = first + at
        at += 1 << order


def _last_block(state: State, block: int) -> int:
    """Return the end of a list of free blocks; -1 if it is empty."""
    while block >= 0 and state.page.lru_next[block] >= 0:
        block = int(state.page.lru_next[block])
    return block


def _lay_out_metadata(state: State, pages: int) -> None:
    """Turn pages of the kernel into ones of the file system: on the list, with buffers that are in use."""
    frames = np.flatnonzero(state.page.lane == lanes.KERNEL)[-pages:] if pages else np.empty(0, np.int64)
    if len(frames) == 0:
        return
    head = len(state.page) - len(state.lane_pages) + lanes.INACTIVE_FILE
    state.page.lane[frames] = lanes.INACTIVE_FILE
    state.page.bits[frames] = bits.PG_LRU | bits.PG_PRIVATE
    state.page.refcount[frames] = 3  # the cache, the buffers, and who uses them
    state.page.lru_next[[head, *frames]] = [*frames, head]
    state.page.lru_prev[[*frames, head]] = [head, *frames]
    state.lane_pages[lanes.KERNEL] -= len(frames)
    state.lane_pages[lanes.INACTIVE_FILE] += len(frames)
    state.counter[counters.node_base(0) + counters.NODE_NAMES.index("nr_inactive_file")] = len(frames)
    for zone in state.page.zone[frames]:
        state.counter[counters.zone_base(int(zone)) + counters.ZONE_NAMES.index("nr_zone_inactive_file")] += 1


def _lay_out_rest(state: State, layout: Layout) -> None:
    state.device[:, tables.DEVICE_KIND] = layout.device[:, 0]
    state.device[:, DEVICE_LATENCY_NS] = layout.device[:, 1]
    state.device[:, DEVICE_PAGE_NS] = layout.device[:, 2]
    state.device[:, DEVICE_BURST_NS] = layout.device[:, 3]
    state.device[:, DEVICE_STALLS] = layout.device[:, 4]
    state.device[:, DEVICE_LAST_BLOCK] = -1
    empty_vmas(state.vma)
    state.file[:, tables.FILE_I_MMAP] = -1
    state.pte.vma[:] = -1
    state.sys[SYS_SWAP_HITS] = 4
    state.sys[SYS_SWAP_CURSOR] = 1
    state.sys[SYS_SWAP_FREE] = state.sys[SYS_SWAP_TOTAL] = max(0, layout.sizes.slots - 1)
    state.sys[SYS_PGTABLE_HEAD] = -1
    state.sys[SYS_CURRENT_TASK] = -1
    state.sys[SYS_OOM_VICTIM] = -1
    state.sys[SYS_NODES] = layout.sizes.nodes
    state.sys[SYS_XA_ROOM] = XA_ROOM_AT_BOOT
    state.sys[SYS_FLUSH_NEXT_NS] = layout.tunables[TUN_DIRTY_WRITEBACK_NS]


def empty_vmas(rows: npt.NDArray[np.int64]) -> None:
    """Mark VMA rows as unused (also rows added when the table grows)."""
    rows[:, tables.VMA_NEXT_SHARE] = -1
    rows[:, VMA_ANON_HEAD] = -1
    rows[:, VMA_NEXT_ANON] = -1
