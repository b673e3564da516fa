"""The flusher thread: writes dirty pages in the background, when they are old, or when reclaim or sync asks.

Kernel: fs/fs-writeback.c, mm/page-writeback.c (balance_dirty_pages), 6.1. [Dirty-4, Dirty-5]

Simplified: one flusher for all devices, which writes 32 pages at a time instead of 1024 or more.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import blk_flush_plug, queue_full
from memsim_gui.mm.mm_types import (
    DEVICE_PAGE_NS,
    SYS_FLUSH_FILE,
    SYS_FLUSH_INDEX,
    SYS_FLUSH_LEFT,
    SYS_FLUSH_NEXT_NS,
    SYS_FLUSHER_WORK,
    SYS_NEXT_NS,
    SYS_NOW_NS,
    TUN_DIRTY_EXPIRE_NS,
    TUN_DIRTY_WRITEBACK_NS,
)
from memsim_gui.mm.page_writeback import global_dirty_limits, write_cache_pages
from memsim_gui.mm.tracepoint import set_actor
from memsim_gui.mm.vmstat import NR_DIRTY, global_node_page_state
from memsim_gui.trace import tables

FLUSH_NONE = 0
FLUSH_PERIODIC = 1
FLUSH_BACKGROUND = 2
FLUSH_ALL = 3
CHUNK_PAGES = 32
MIN_WRITEBACK_PAGES = 1024
DIRTY_SCOPE = 8
NS_PER_S = 1_000_000_000
FLUSHER = tables.ACTOR_FLUSHER


@inline
def wakeup_flusher(state, work):
    """Ask the flusher for work; a wider request replaces a narrower one."""
    if work > state.sys[SYS_FLUSHER_WORK]:
        state.sys[SYS_FLUSHER_WORK] = work
    state.sys[SYS_NEXT_NS] = 0


@inline
def _over_background(state):
    background, _ = global_dirty_limits(state)
    return global_node_page_state(state, NR_DIRTY) > background


@inline
def _wants(state, file):
    """Whether the present work covers a file."""
    if state.file[file, tables.FILE_NR_DIRTY] == 0:
        return False
    if state.sys[SYS_FLUSHER_WORK] == FLUSH_PERIODIC:
        age = state.sys[SYS_NOW_NS] - state.file[file, tables.FILE_DIRTIED_NS]
        return age >= state.tun[TUN_DIRTY_EXPIRE_NS]
    return True


@inline
def flusher_runnable(state):
    """Whether the flusher has work it can do now."""
    return state.sys[SYS_FLUSHER_WORK] != FLUSH_NONE


@inline
def _writeback_chunk_size(state, device):
    """Pages written between two looks at the thresholds: half a second's, at most an eighth of the limit. [Dirty-5]"""
    _, threshold = global_dirty_limits(state)
    speed = NS_PER_S // max(1, state.device[device, DEVICE_PAGE_NS])
    pages = min(speed // 2, threshold // DIRTY_SCOPE)
    return (pages + MIN_WRITEBACK_PAGES) // MIN_WRITEBACK_PAGES * MIN_WRITEBACK_PAGES


@room
def _stop(state):
    state.sys[SYS_FLUSH_LEFT] = 0
    state.sys[SYS_FLUSHER_WORK] = FLUSH_NONE
    set_actor(state, FLUSHER, tables.ACTOR_AWAKE, 0)


@room
def flusher_step(state):
    """Write one chunk of the file at hand, or go on to the next file; stop when the work is done."""
    work = state.sys[SYS_FLUSHER_WORK]
    if work == FLUSH_BACKGROUND and state.sys[SYS_FLUSH_LEFT] <= 0 and not _over_background(state):
        _stop(state)
        return
    set_actor(state, FLUSHER, tables.ACTOR_AWAKE, 1)
    files = len(state.file)
    for _ in range(files + 1):
        file = state.sys[SYS_FLUSH_FILE] % files
        if _wants(state, file):
            device = state.file[file, tables.FILE_DEVICE]
            if queue_full(state, device):
                return
            if state.sys[SYS_FLUSH_LEFT] <= 0:
                state.sys[SYS_FLUSH_LEFT] = _writeback_chunk_size(state, device)
            state.sys[SYS_FLUSH_LEFT] -= CHUNK_PAGES
            after = write_cache_pages(state, file, state.sys[SYS_FLUSH_INDEX], CHUNK_PAGES)
            blk_flush_plug(state, device)
            state.sys[SYS_FLUSH_INDEX] = max(after, 0)
            if after < 0:
                state.sys[SYS_FLUSH_FILE] = file + 1
            return
        state.sys[SYS_FLUSH_FILE] = file + 1
        state.sys[SYS_FLUSH_INDEX] = 0
    _stop(state)


@inline
def periodic_due(state):
    """Start periodic writeback when its time has come."""
    if state.sys[SYS_NOW_NS] >= state.sys[SYS_FLUSH_NEXT_NS]:
        state.sys[SYS_FLUSH_NEXT_NS] = state.sys[SYS_NOW_NS] + state.tun[TUN_DIRTY_WRITEBACK_NS]
        if state.sys[SYS_FLUSHER_WORK] < FLUSH_PERIODIC:
            state.sys[SYS_FLUSHER_WORK] = FLUSH_PERIODIC
        if _over_background(state) and state.sys[SYS_FLUSHER_WORK] < FLUSH_ALL:
            state.sys[SYS_FLUSHER_WORK] = FLUSH_BACKGROUND
