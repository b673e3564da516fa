"""Mlocked pages: the batch that moves them to the unevictable set and back.

Kernel: mm/mlock.c, 6.1.

PG_mlocked and NR_MLOCK change at once when a page is queued; its lane changes when the batch of 15 is drained. The
unevictable set has no links, so the word that was `lru_prev` counts how many VMAs lock the page.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_inline import HEAD, TAIL, folio_evictable, lruvec_add_folio, lruvec_move_folio, move_folio
from memsim_gui.mm.mm_types import BATCH_MLOCK, PAGEVEC_SIZE, TUN_PAGEVEC
from memsim_gui.mm.page_flags import change_bits, clear_bits, set_bits
from memsim_gui.mm.vmstat import (
    NR_MLOCK,
    UNEVICTABLE_PGS_CULLED,
    UNEVICTABLE_PGS_MLOCKED,
    UNEVICTABLE_PGS_MUNLOCKED,
    UNEVICTABLE_PGS_RESCUED,
    UNEVICTABLE_PGS_STRANDED,
    count_vm_event,
    mod_zone_page_state,
)
from memsim_gui.trace import bits, causes, lanes

KIND_MASK = lanes.KIND_MASK
ENTRY_SHIFT = 32
MLOCK = 0
MLOCK_NEW = 1
MUNLOCK = 2


@inline
def _mark_mlocked(state, pfn):
    if state.page[pfn].bits & bits.PG_MLOCKED == 0:
        set_bits(state, pfn, bits.PG_MLOCKED)
        mod_zone_page_state(state, state.page[pfn].zone, NR_MLOCK, 1)
        count_vm_event(state, UNEVICTABLE_PGS_MLOCKED)


@inline
def _unmark_mlocked(state, pfn):
    clear_bits(state, pfn, bits.PG_MLOCKED)
    mod_zone_page_state(state, state.page[pfn].zone, NR_MLOCK, -1)


@room
def _mlock_page(state, pfn):
    """Drain one 'mlock' entry. [Ml-6]"""
    page = state.page[pfn]
    if page.bits & bits.PG_LRU == 0:
        return
    kind = page.lane & KIND_MASK
    if folio_evictable(state, pfn):
        if page.bits & bits.PG_UNEVICTABLE:
            _rescue(state, pfn)
        return
    if page.bits & bits.PG_UNEVICTABLE:
        page.lru_prev += 1
        return
    change_bits(state, pfn, bits.PG_UNEVICTABLE, bits.PG_ACTIVE)
    lruvec_move_folio(state, pfn, kind, HEAD, causes.CULL)
    page.lru_prev = 1
    count_vm_event(state, UNEVICTABLE_PGS_CULLED)


@inline
def _mlock_new_page(state, pfn):
    """Drain one page that was new in a locked mapping. [Ml-6]"""
    set_bits(state, pfn, bits.PG_UNEVICTABLE | bits.PG_LRU)
    count_vm_event(state, UNEVICTABLE_PGS_CULLED)
    lruvec_add_folio(state, pfn, HEAD, causes.CULL)
    state.page[pfn].lru_prev = 1


@inline
def _rescue(state, pfn):
    kind = state.page[pfn].lane & KIND_MASK
    state.page[pfn].lru_prev = -1
    clear_bits(state, pfn, bits.PG_UNEVICTABLE)
    lruvec_move_folio(state, pfn, kind, HEAD, causes.RESCUE)
    count_vm_event(state, UNEVICTABLE_PGS_RESCUED)


@room
def _munlock_page(state, pfn):
    """Drain one 'munlock' entry. [Ml-6]"""
    page = state.page[pfn]
    on_lru = page.bits & bits.PG_LRU
    if on_lru and page.bits & bits.PG_UNEVICTABLE and page.lru_prev > 0:
        page.lru_prev -= 1
        if page.lru_prev > 0:
            return
    if page.bits & bits.PG_MLOCKED:
        _unmark_mlocked(state, pfn)
        if on_lru or page.bits & bits.PG_UNEVICTABLE == 0:
            count_vm_event(state, UNEVICTABLE_PGS_MUNLOCKED)
        else:
            count_vm_event(state, UNEVICTABLE_PGS_STRANDED)
    if on_lru and page.bits & bits.PG_UNEVICTABLE and folio_evictable(state, pfn):
        _rescue(state, pfn)


@room
def mlock_drain(state):
    """Empty the mlock batch in order; the references it held stay for the caller of `put_batch_refs`."""
    batch = state.batch[BATCH_MLOCK]
    for i in range(1, batch[0] + 1):
        pfn, what = batch[i] & 0xFFFFFFFF, batch[i] >> ENTRY_SHIFT
        if what == MLOCK:
            _mlock_page(state, pfn)
        elif what == MLOCK_NEW:
            _mlock_new_page(state, pfn)
        else:
            _munlock_page(state, pfn)


@inline
def queue(state, pfn, what):
    """Queue a page with a reference; returns whether the batch is now full. [Ml-5]"""
    if what == MLOCK:
        _mark_mlocked(state, pfn)
    elif what == MLOCK_NEW:
        _mark_mlocked(state, pfn)
        move_folio(state, pfn, lanes.MLOCK_BATCH, TAIL, causes.ADD)
    batch = state.batch[BATCH_MLOCK]
    batch[0] += 1
    batch[batch[0]] = what << ENTRY_SHIFT | pfn
    state.page[pfn].refcount += 1
    return batch[0] >= min(state.tun[TUN_PAGEVEC], PAGEVEC_SIZE)
