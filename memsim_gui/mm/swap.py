"""The LRU's entry points and per-CPU batches. Not swapping: that is swap_state.py and swapfile.py.

Kernel: mm/swap.c, 6.1.

    folio_add_lru ----> [lru_add: up to 15] --drain--> head of the list the flags name
    mark_accessed ----> [activate]          --drain--> active head
    end of writeback -> [rotate]            --drain--> inactive tail
    drop_caches ------> [deactivate_file]   --drain--> inactive tail (head if dirty)

A batch is drained when it is full, and by lru_add_drain. Each entry holds a reference. Simplified: one CPU.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm import mlock
from memsim_gui.mm.decisions import second_mark_activates
from memsim_gui.mm.free_area import free_unref_page
from memsim_gui.mm.mm_inline import (
    HEAD,
    TAIL,
    folio_evictable,
    folio_mapped,
    lru_first,
    lruvec_add_folio,
    lruvec_del_folio,
    lruvec_move_folio,
    move_folio,
    page_node,
)
from memsim_gui.mm.mm_types import (
    BATCH_ACTIVATE,
    BATCH_DEACTIVATE,
    BATCH_DEACTIVATE_FILE,
    BATCH_LAZYFREE,
    BATCH_MLOCK,
    BATCH_ROTATE,
    SYS_LRU_ADD_COUNT,
    TUN_PAGEVEC,
)
from memsim_gui.mm.page_flags import change_bits, clear_bits, folio_test_anon, set_bits
from memsim_gui.mm.rstat import CHANGES_OF_A_NEW_PAGE, memcg_rstat_updated
from memsim_gui.mm.vmstat import (
    NR_MLOCK,
    PGACTIVATE,
    PGDEACTIVATE,
    PGLAZYFREE,
    PGROTATED,
    UNEVICTABLE_PGS_CLEARED,
    UNEVICTABLE_PGS_CULLED,
    UNEVICTABLE_PGS_RESCUED,
    count_vm_event,
    mod_zone_page_state,
)
from memsim_gui.mm.workingset import workingset_age_nonresident
from memsim_gui.trace import bits, causes, lanes

LANES_PER_NODE = lanes.LANES_PER_NODE
KIND_MASK = lanes.KIND_MASK


@room
def folio_put(state, pfn, cause):
    """Drop a reference; the last one takes the page off its list and frees it. [Ml-10]"""
    page = state.page[pfn]
    page.refcount -= 1
    if page.refcount > 0:
        return
    if page.bits & bits.PG_LRU:
        lruvec_del_folio(state, pfn, lanes.IN_HAND, cause)
    if page.bits & bits.PG_MLOCKED:
        mod_zone_page_state(state, page.zone, NR_MLOCK, -1)
        count_vm_event(state, UNEVICTABLE_PGS_CLEARED)
    free_unref_page(state, pfn, cause)


@room
def _lru_add(state, pfn):
    """Drain one page of the lru_add batch to its list. [Batch-4]"""
    page = state.page[pfn]
    was_unevictable = page.bits & bits.PG_UNEVICTABLE
    cause = causes.REFAULT if page.bits & bits.PG_ACTIVE else causes.DRAIN
    if folio_evictable(state, pfn):
        change_bits(state, pfn, bits.PG_LRU, bits.PG_UNEVICTABLE)
        if was_unevictable:
            count_vm_event(state, UNEVICTABLE_PGS_RESCUED)
        lruvec_add_folio(state, pfn, HEAD, cause)
    else:
        change_bits(state, pfn, bits.PG_LRU | bits.PG_UNEVICTABLE, bits.PG_ACTIVE)
        if not was_unevictable:
            count_vm_event(state, UNEVICTABLE_PGS_CULLED)
        lruvec_add_folio(state, pfn, HEAD, causes.CULL)
        page.lru_prev = 0


@room
def _drain_lru_add(state):
    for node in range(len(state.node)):
        lane = node * LANES_PER_NODE + lanes.LRU_ADD
        memcg_rstat_updated(state, CHANGES_OF_A_NEW_PAGE * state.lane_pages[lane])
        while state.lane_pages[lane]:
            pfn = lru_first(state, lane)
            _lru_add(state, pfn)
            folio_put(state, pfn, causes.UNMAP_FREE)
    state.sys[SYS_LRU_ADD_COUNT] = 0


@room
def folio_add_lru(state, pfn):
    """Queue a page for its list. The batch is emptied as soon as it is full. [Batch-2]"""
    move_folio(state, pfn, lanes.LRU_ADD, TAIL, causes.ADD)
    state.page[pfn].refcount += 1
    state.sys[SYS_LRU_ADD_COUNT] += 1
    if state.sys[SYS_LRU_ADD_COUNT] >= state.tun[TUN_PAGEVEC]:
        _drain_lru_add(state)


@room
def _activate_page(state, pfn):
    if state.page[pfn].bits & (bits.PG_ACTIVE | bits.PG_UNEVICTABLE) == 0:
        kind = state.page[pfn].lane & KIND_MASK
        set_bits(state, pfn, bits.PG_ACTIVE)
        lruvec_move_folio(state, pfn, kind, HEAD, causes.MARK_ACCESSED)
        count_vm_event(state, PGACTIVATE)


@room
def _rotate_page(state, pfn):
    if state.page[pfn].bits & bits.PG_UNEVICTABLE == 0:
        kind = state.page[pfn].lane & KIND_MASK
        clear_bits(state, pfn, bits.PG_ACTIVE)
        lruvec_move_folio(state, pfn, kind, TAIL, causes.ROTATE)
        count_vm_event(state, PGROTATED)


@room
def _deactivate_file_page(state, pfn):
    page = state.page[pfn]
    if page.bits & bits.PG_UNEVICTABLE or folio_mapped(state, pfn):
        return
    kind = page.lane & KIND_MASK
    was_active = page.bits & bits.PG_ACTIVE
    clear_bits(state, pfn, bits.PG_ACTIVE | bits.PG_REFERENCED)
    if page.bits & (bits.PG_DIRTY | bits.PG_WRITEBACK):
        set_bits(state, pfn, bits.PG_RECLAIM)
        lruvec_move_folio(state, pfn, kind, HEAD, causes.DEACTIVATE)
    else:
        lruvec_move_folio(state, pfn, kind, TAIL, causes.DEACTIVATE)
        count_vm_event(state, PGROTATED)
    if was_active:
        count_vm_event(state, PGDEACTIVATE)


@room
def _deactivate_page(state, pfn):
    page = state.page[pfn]
    if page.bits & bits.PG_ACTIVE and page.bits & bits.PG_UNEVICTABLE == 0:
        kind = page.lane & KIND_MASK
        clear_bits(state, pfn, bits.PG_ACTIVE | bits.PG_REFERENCED)
        lruvec_move_folio(state, pfn, kind, HEAD, causes.DEACTIVATE)
        count_vm_event(state, PGDEACTIVATE)


@room
def _lazyfree_page(state, pfn):
    page = state.page[pfn]
    anon = folio_test_anon(state, pfn) and page.bits & bits.PG_SWAPBACKED
    if anon and page.bits & (bits.PG_SWAPCACHE | bits.PG_UNEVICTABLE) == 0:
        kind = page.lane & KIND_MASK
        clear_bits(state, pfn, bits.PG_ACTIVE | bits.PG_REFERENCED | bits.PG_SWAPBACKED)
        lruvec_move_folio(state, pfn, kind, HEAD, causes.LAZYFREE)
        count_vm_event(state, PGLAZYFREE)


@room
def _drain_batch(state, kind):
    """Apply one batch in order; pages not on a list any more are skipped. [Batch-4]"""
    batch = state.batch[kind]
    for i in range(1, batch[0] + 1):
        pfn = batch[i]
        if state.page[pfn].bits & bits.PG_LRU:
            if kind == BATCH_ACTIVATE:
                _activate_page(state, pfn)
            elif kind == BATCH_ROTATE:
                _rotate_page(state, pfn)
            elif kind == BATCH_DEACTIVATE_FILE:
                _deactivate_file_page(state, pfn)
            elif kind == BATCH_DEACTIVATE:
                _deactivate_page(state, pfn)
            else:
                _lazyfree_page(state, pfn)
        folio_put(state, pfn, causes.UNMAP_FREE)
    batch[0] = 0


@inline
def _queue(state, kind, pfn):
    batch = state.batch[kind]
    state.page[pfn].refcount += 1
    batch[0] += 1
    batch[batch[0]] = pfn
    if batch[0] >= state.tun[TUN_PAGEVEC]:
        _drain_batch(state, kind)


@room
def mlock_page_drain(state):
    """Empty the mlock batch and drop its references."""
    batch = state.batch[BATCH_MLOCK]
    if batch[0] == 0:
        return
    mlock.mlock_drain(state)
    for i in range(1, batch[0] + 1):
        folio_put(state, batch[i] & 0xFFFFFFFF, causes.UNMAP_FREE)
    batch[0] = 0


@room
def lru_add_drain(state):
    """Drain all batches of this CPU, in the kernel's order. [Batch-7]"""
    _drain_lru_add(state)
    for kind in (BATCH_ROTATE, BATCH_DEACTIVATE_FILE, BATCH_DEACTIVATE, BATCH_LAZYFREE, BATCH_ACTIVATE):
        if state.batch[kind, 0]:
            _drain_batch(state, kind)
    mlock_page_drain(state)


@inline
def mlock_folio(state, pfn):
    """Queue a page that exists for the unevictable set. [Ml-5]"""
    if mlock.queue(state, pfn, mlock.MLOCK):
        mlock_page_drain(state)


@inline
def mlock_new_page(state, pfn):
    """Queue a page that is new in a locked mapping instead of folio_add_lru."""
    if mlock.queue(state, pfn, mlock.MLOCK_NEW):
        mlock_page_drain(state)


@inline
def munlock_page(state, pfn):
    """Queue a page that a locked mapping lets go."""
    if mlock.queue(state, pfn, mlock.MUNLOCK):
        mlock_page_drain(state)


@inline
def deactivate_file_folio(state, pfn):
    """Queue a page that could not be invalidated for the inactive tail."""
    if state.page[pfn].bits & bits.PG_UNEVICTABLE == 0:
        _queue(state, BATCH_DEACTIVATE_FILE, pfn)


@inline
def deactivate_page(state, pfn):
    """Queue an active page for deactivation (MADV_COLD)."""
    page = state.page[pfn]
    if page.bits & bits.PG_LRU and page.bits & bits.PG_ACTIVE and page.bits & bits.PG_UNEVICTABLE == 0:
        _queue(state, BATCH_DEACTIVATE, pfn)


@inline
def mark_page_lazyfree(state, pfn):
    """Queue an anonymous page for lazy freeing (MADV_FREE)."""
    page = state.page[pfn]
    anon = page.bits & bits.PG_LRU and page.bits & bits.PG_SWAPBACKED
    if anon and page.bits & (bits.PG_SWAPCACHE | bits.PG_UNEVICTABLE) == 0:
        _queue(state, BATCH_LAZYFREE, pfn)


@inline
def folio_rotate_reclaimable(state, pfn):
    """Queue a page whose write has ended for the inactive tail. [Batch-5]"""
    page = state.page[pfn]
    if page.bits & bits.PG_LRU and page.bits & (bits.PG_LOCKED | bits.PG_DIRTY | bits.PG_UNEVICTABLE) == 0:
        _queue(state, BATCH_ROTATE, pfn)


@room
def folio_mark_accessed(state, pfn):
    """A page was used through a file descriptor. [Acc-1]"""
    page = state.page[pfn]
    if page.bits & bits.PG_REFERENCED == 0:
        set_bits(state, pfn, bits.PG_REFERENCED)
    elif not second_mark_activates(state) or page.bits & (bits.PG_UNEVICTABLE | bits.PG_ACTIVE):
        return
    else:
        if page.bits & bits.PG_LRU:
            _queue(state, BATCH_ACTIVATE, pfn)
        elif page.lane & KIND_MASK == lanes.LRU_ADD:
            set_bits(state, pfn, bits.PG_ACTIVE)
        clear_bits(state, pfn, bits.PG_REFERENCED)
        workingset_age_nonresident(state, page_node(state, pfn), 1)
