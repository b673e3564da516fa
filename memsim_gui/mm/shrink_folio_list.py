"""What reclaim decides about each page it has isolated, in the kernel's order.

Kernel: mm/vmscan.c (shrink_folio_list, pageout, __remove_mapping), 6.1.

    locked? -> keep   unevictable? -> activate (culled)   under writeback? -> activate, marked for reclaim
    referenced? -> keep or activate   anon without slot? -> slot   mapped? -> unmap
    dirty file? -> activate, marked; dirty anon? -> write, keep   clean -> free, leave a shadow

Simplified: no page is pinned for DMA ([Shr-10]), and the file system never puts a write off (delayed allocation).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm import decisions
from memsim_gui.mm.bio import blk_flush_plug, complete_one
from memsim_gui.mm.filemap import filemap_remove_folio
from memsim_gui.mm.free_area import free_unref_page
from memsim_gui.mm.mm_inline import folio_evictable, folio_mapped, page_node
from memsim_gui.mm.mm_types import (
    NODE_FLAGS,
    PGDAT_DIRTY,
    PGDAT_WRITEBACK,
    SC_ACTOR,
    SC_KIND,
    SC_KSWAPD,
    SC_NR_CONGESTED,
    SC_NR_DIRTY,
    SC_NR_IMMEDIATE,
    SC_NR_PAGEOUT,
    SC_NR_SCANNED,
    SC_NR_UNQUEUED_DIRTY,
    SC_NR_WRITEBACK,
    SYS_NOW_NS,
    TUN_PAGEOUT_NS,
    TUN_SWAP_DEVICE,
)
from memsim_gui.mm.page_flags import folio_is_file_lru, folio_test_anon, set_bits
from memsim_gui.mm.page_writeback import write_file_page
from memsim_gui.mm.rmap import folio_referenced, try_to_unmap
from memsim_gui.mm.shmem import shmem_writepage
from memsim_gui.mm.slab import try_to_free_buffers
from memsim_gui.mm.swap_state import (
    add_to_swap,
    delete_from_swap_cache,
    pageout_swap,
    swap_cache_worth_freeing,
    try_to_free_swap,
)
from memsim_gui.mm.tracepoint import set_actor, trace
from memsim_gui.mm.vmstat import (
    NR_VMSCAN_IMMEDIATE_RECLAIM,
    NR_VMSCAN_WRITE,
    PGACTIVATE,
    PGLAZYFREED,
    count_vm_event,
    mod_node_page_state,
)
from memsim_gui.mm.workingset import workingset_eviction
from memsim_gui.trace import bits, causes, kinds, tables


@inline
def _is_activation(verdict):
    return (
        verdict == causes.ACTIVATE
        or verdict == causes.ACTIVATE_WRITEBACK
        or verdict == causes.ACTIVATE_DIRTY
        or verdict == causes.ACTIVATE_SWAP_FULL
        or verdict == causes.ACTIVATE_MLOCKED
        or verdict == causes.ACTIVATE_EXEC
        or verdict == causes.ACTIVATE_BUFFERS
        or verdict == causes.ACTIVATE_REFERENCED
    )


@inline
def show_verdict(state, sc, pfn, verdict):
    """Tell the trace which page the reclaimer looked at and how it decided."""
    actor = sc[SC_ACTOR]
    set_actor(state, actor, tables.ACTOR_PFN, pfn)
    set_actor(state, actor, tables.ACTOR_VERDICT, verdict)
    trace(state, kinds.SCAN, verdict, state.page[pfn].lane, 0, pfn, actor)


@room
def _note_dirty(state, sc, pfn):
    """Statistics of dirty file pages met; anonymous pages never count here. [Shr-4]"""
    flags = state.page[pfn].bits
    if not folio_is_file_lru(state, pfn) or folio_test_anon(state, pfn):
        return
    if flags & (bits.PG_DIRTY | bits.PG_WRITEBACK):
        sc[SC_NR_DIRTY] += 1
        if flags & bits.PG_WRITEBACK == 0:
            sc[SC_NR_UNQUEUED_DIRTY] += 1
    if flags & bits.PG_WRITEBACK and flags & bits.PG_RECLAIM:
        sc[SC_NR_CONGESTED] += 1


@inline
def _meet_writeback(state, sc, pfn):
    """A page whose write is in flight. [Shr-5]"""
    node_flags = state.node[page_node(state, pfn), NODE_FLAGS]
    marked = state.page[pfn].bits & bits.PG_RECLAIM
    if sc[SC_KIND] == SC_KSWAPD and marked and node_flags & PGDAT_WRITEBACK:
        sc[SC_NR_IMMEDIATE] += 1
    else:
        set_bits(state, pfn, bits.PG_RECLAIM)
        sc[SC_NR_WRITEBACK] += 1
    return causes.ACTIVATE_WRITEBACK


@inline
def _is_lazyfree(state, pfn):
    return folio_test_anon(state, pfn) and folio_is_file_lru(state, pfn)


@room
def _write_dirty(state, sc, pfn, verdict):
    """A dirty page that nobody maps any more. [Shr-11] Returns KEEP_WRITEBACK if its write was started."""
    if folio_is_file_lru(state, pfn) and not folio_test_anon(state, pfn):
        node = page_node(state, pfn)
        second_time = state.page[pfn].bits & bits.PG_RECLAIM and state.node[node, NODE_FLAGS] & PGDAT_DIRTY
        if sc[SC_KIND] != SC_KSWAPD or not second_time:
            mod_node_page_state(state, node, NR_VMSCAN_IMMEDIATE_RECLAIM, 1)
            set_bits(state, pfn, bits.PG_RECLAIM)
            return causes.ACTIVATE_DIRTY
    if verdict == causes.KEEP_CLEAN_ONLY:
        return causes.KEEP_CLEAN_ONLY
    page = state.page[pfn]
    if page.refcount != 2:
        return causes.KEEP
    node = page_node(state, pfn)
    state.sys[SYS_NOW_NS] += state.tun[TUN_PAGEOUT_NS]
    if page.bits & bits.PG_SWAPCACHE:
        pageout_swap(state, pfn)
    elif page.bits & bits.PG_SWAPBACKED:
        if not shmem_writepage(state, pfn):
            return causes.ACTIVATE_SWAP_FULL
    else:
        set_bits(state, pfn, bits.PG_RECLAIM)
        write_file_page(state, pfn)
    mod_node_page_state(state, node, NR_VMSCAN_WRITE, 1)
    sc[SC_NR_PAGEOUT] += 1
    return causes.KEEP_WRITEBACK


@room
def _remove_mapping(state, pfn):
    """Free a clean page nobody else refers to, leaving a shadow. [Shr-12]"""
    page = state.page[pfn]
    if page.bits & bits.PG_PRIVATE:
        if page.mapping == 0:
            return causes.ACTIVATE_BUFFERS
        try_to_free_buffers(state, pfn)
    if _is_lazyfree(state, pfn):
        if page.refcount != 1:
            return causes.KEEP
        count_vm_event(state, PGLAZYFREED)
    elif page.bits & bits.PG_SWAPCACHE:
        if page.refcount != 2:
            return causes.KEEP
        delete_from_swap_cache(state, pfn, workingset_eviction(state, pfn))
    elif page.mapping == 0 or folio_test_anon(state, pfn):
        # Its swap copy went because no page table entry refers to it any more: the isolation holds the last reference.
        if page.refcount != 1:
            return causes.KEEP
    else:
        if page.refcount != 2:
            return causes.KEEP
        filemap_remove_folio(state, pfn, workingset_eviction(state, pfn))
    return causes.RECLAIM


@room
def _evict_at_once(state, pfn):
    """Lesson policy: the write of an evicted page is waited for, so that eviction is one step."""
    blk_flush_plug(state, state.tun[TUN_SWAP_DEVICE])
    while state.page[pfn].bits & bits.PG_WRITEBACK:
        complete_one(state, state.tun[TUN_SWAP_DEVICE])


@room
def _decide(state, sc, pfn):
    """Decide about one isolated page and do what the decision needs, short of putting it back or freeing it."""
    page = state.page[pfn]
    if page.bits & bits.PG_LOCKED:
        return causes.KEEP
    sc[SC_NR_SCANNED] += 1
    if not folio_evictable(state, pfn):
        return causes.ACTIVATE_MLOCKED
    _note_dirty(state, sc, pfn)
    if page.bits & bits.PG_WRITEBACK:
        return _meet_writeback(state, sc, pfn)
    referenced, vm_bits = folio_referenced(state, pfn)
    verdict = decisions.on_inactive_scan(state, pfn, referenced, vm_bits)
    if verdict != causes.RECLAIM and verdict != causes.KEEP_CLEAN_ONLY:
        return verdict
    if folio_test_anon(state, pfn) and page.bits & (bits.PG_SWAPBACKED | bits.PG_SWAPCACHE) == bits.PG_SWAPBACKED:
        if not add_to_swap(state, pfn):
            return causes.ACTIVATE_SWAP_FULL
    if folio_mapped(state, pfn) and not try_to_unmap(state, pfn):
        return causes.ACTIVATE_MLOCKED if not folio_evictable(state, pfn) else causes.ACTIVATE
    if page.bits & bits.PG_DIRTY:
        written = _write_dirty(state, sc, pfn, verdict)
        if written != causes.KEEP_WRITEBACK:
            return written
        if decisions.evicts_at_once(state):
            _evict_at_once(state, pfn)
        if page.bits & (bits.PG_WRITEBACK | bits.PG_DIRTY):
            return causes.KEEP_WRITEBACK
    return _remove_mapping(state, pfn)


@room
def shrink_one(state, sc, pfn):
    """Decide about one isolated page. Returns whether it was freed."""
    verdict = _decide(state, sc, pfn)
    show_verdict(state, sc, pfn, verdict)
    if verdict == causes.RECLAIM:
        free_unref_page(state, pfn, causes.RECLAIM)
        return True
    if _is_activation(verdict):
        if swap_cache_worth_freeing(state, pfn):
            try_to_free_swap(state, pfn)
        if folio_evictable(state, pfn) and decisions.has_active_lists(state):
            set_bits(state, pfn, bits.PG_ACTIVE)
            count_vm_event(state, PGACTIVATE)
    return False
