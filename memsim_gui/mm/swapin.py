"""Reading pages back from swap, with their neighbours.

Kernel: mm/swap_state.c (swap_cluster_readahead, __read_swap_cache_async), 6.1. [Anon-7, Anon-8, Swap-9]

Simplified: neighbours are slots, as on a rotating disk, also where the kernel would take virtual neighbours; no device
is so fast that it bypasses the swap cache.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import READ, blk_flush_plug, submit_bio
from memsim_gui.mm.mm_types import (
    SYS_NOW_NS,
    SYS_SWAP_HITS,
    SYS_SWAP_PREV_SLOT,
    SYS_SWAP_PREV_WINDOW,
    TUN_PAGE_CLUSTER,
    TUN_SWAP_DEVICE,
)
from memsim_gui.mm.page_alloc import alloc_page
from memsim_gui.mm.page_flags import clear_bits, set_bits
from memsim_gui.mm.sched import io_wait, stall
from memsim_gui.mm.swap import folio_add_lru, folio_put, lru_add_drain
from memsim_gui.mm.swap_state import add_to_swap_cache, swap_cache_get
from memsim_gui.mm.swapfile import swap_users
from memsim_gui.mm.tracepoint import trace
from memsim_gui.mm.vmstat import PGMAJFAULT, PSWPIN, SWAP_RA, SWAP_RA_HIT, count_vm_event
from memsim_gui.mm.workingset import workingset_refault
from memsim_gui.trace import bits, causes, kinds


@inline
def _swapin_window(state, slot):
    """Slots to read around a fault: grows with the hits of earlier readahead. [Swap-9]"""
    limit = 1 << state.tun[TUN_PAGE_CLUSTER]
    if limit == 1:
        return 1
    hits = state.sys[SYS_SWAP_HITS]
    state.sys[SYS_SWAP_HITS] = 0
    pages = hits + 2
    if pages == 2:
        previous = state.sys[SYS_SWAP_PREV_SLOT]
        pages = 2 if slot == previous + 1 or slot == previous - 1 else 1
        state.sys[SYS_SWAP_PREV_SLOT] = slot
    else:
        size = 4
        while size < pages:
            size *= 2
        pages = size
    pages = max(min(pages, limit), state.sys[SYS_SWAP_PREV_WINDOW] // 2)
    state.sys[SYS_SWAP_PREV_WINDOW] = pages
    return pages


@room
def _read_swap_cache(state, slot):
    """Allocate a page for a slot and start reading it. [Anon-8] Its frame, or -1 if the task was killed."""
    pfn = alloc_page(state, False)
    if pfn < 0:
        return -1
    shadow = state.swap[slot].entry
    set_bits(state, pfn, bits.PG_LOCKED | bits.PG_SWAPBACKED)
    add_to_swap_cache(state, pfn, slot)
    _set_has_cache(state, slot)
    if shadow < 0:
        workingset_refault(state, pfn, shadow)
    folio_add_lru(state, pfn)
    count_vm_event(state, PSWPIN)
    submit_bio(state, state.tun[TUN_SWAP_DEVICE], pfn, READ, slot)
    folio_put(state, pfn, causes.DROP)
    return pfn


@inline
def _set_has_cache(state, slot):
    state.swap[slot].users |= bits.SWAP_HAS_CACHE
    trace(state, kinds.SWAP_MAP, 0, 0, 0, slot, state.swap[slot].users)


@room
def swapin_readahead(state, task, slot):
    """Read a slot and its neighbours. Returns the frame of the slot asked for, -1 if the task was killed.

    One page alone is waited for on the spot; of more the fault has to wait, and is entered again. [Swap-9]
    """
    pages = _swapin_window(state, slot)
    first = slot // pages * pages
    for neighbour in range(max(1, first), min(first + pages, len(state.swap))):
        if swap_users(state, neighbour) == 0 or state.swap[neighbour].users & bits.SWAP_HAS_CACHE:
            continue
        pfn = _read_swap_cache(state, neighbour)
        if pfn < 0:
            return -1
        if neighbour != slot:
            set_bits(state, pfn, bits.PG_READAHEAD)
            count_vm_event(state, SWAP_RA)
    pfn = swap_cache_get(state, slot)
    if pfn < 0:
        pfn = _read_swap_cache(state, slot)
    blk_flush_plug(state, state.tun[TUN_SWAP_DEVICE])
    if pages > 1:
        lru_add_drain(state)
    elif pfn >= 0:
        wait_for_read(state, task, pfn)
    return pfn


@room
def wait_for_read(state, task, pfn):
    """Wait until a page is read; returns whether the task had to wait."""
    if state.page[pfn].bits & bits.PG_LOCKED == 0:
        return False
    since = state.sys[SYS_NOW_NS]
    state.page[pfn].refcount += 1
    io_wait(state, pfn, bits.PG_LOCKED)
    state.page[pfn].refcount -= 1
    stall(state, task, causes.STALL_IO, since)
    return True


@room
def swap_cache_page(state, task, slot):
    """Frame that holds a slot, read from swap if need be and perhaps still being read; -1 if the task was killed."""
    pfn = swap_cache_get(state, slot)
    if pfn < 0:
        count_vm_event(state, PGMAJFAULT)
        return swapin_readahead(state, task, slot)
    if state.page[pfn].bits & bits.PG_READAHEAD:
        clear_bits(state, pfn, bits.PG_READAHEAD)
        count_vm_event(state, SWAP_RA_HIT)
        state.sys[SYS_SWAP_HITS] += 1
    return pfn
