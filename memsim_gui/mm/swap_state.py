"""The swap cache: pages that have a slot in swap and are still, or again, in memory.

Kernel: mm/swap_state.c, mm/page_io.c, 6.1.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import WRITE, folio_start_writeback, submit_bio
from memsim_gui.mm.mm_inline import folio_mapped, page_node
from memsim_gui.mm.mm_types import TUN_SWAP_DEVICE
from memsim_gui.mm.page_flags import change_bits, clear_bits, set_bits, set_swap_entry
from memsim_gui.mm.slab import xa_create_slot
from memsim_gui.mm.swap import folio_put
from memsim_gui.mm.swapfile import get_swap_page, put_swap_cache, swap_free, swap_users, vm_swap_full
from memsim_gui.mm.vmstat import NR_FILE_PAGES, NR_SWAPCACHED, PSWPOUT, count_vm_event, mod_node_page_state
from memsim_gui.trace import bits, causes


@inline
def swap_cache_get(state, slot):
    """Frame that caches a slot, -1 if none does."""
    entry = state.swap[slot].entry
    return entry - 1 if entry > 0 else -1


@room
def add_to_swap_cache(state, pfn, slot):
    """Enter a page under its slot; the cache holds a reference."""
    state.page[pfn].private = slot
    state.page[pfn].refcount += 1
    set_bits(state, pfn, bits.PG_SWAPCACHE)
    set_swap_entry(state, slot, pfn + 1)
    xa_create_slot(state, slot)
    node = page_node(state, pfn)
    mod_node_page_state(state, node, NR_FILE_PAGES, 1)
    mod_node_page_state(state, node, NR_SWAPCACHED, 1)


@room
def delete_from_swap_cache(state, pfn, shadow):
    """Take a page out of the swap cache, leaving a shadow (0 = none); its reference is the caller's. [Swap-6]"""
    slot = state.page[pfn].private
    clear_bits(state, pfn, bits.PG_SWAPCACHE)
    state.page[pfn].private = 0
    set_swap_entry(state, slot, shadow)
    node = page_node(state, pfn)
    mod_node_page_state(state, node, NR_FILE_PAGES, -1)
    mod_node_page_state(state, node, NR_SWAPCACHED, -1)
    put_swap_cache(state, slot)


@room
def add_to_swap(state, pfn):
    """Give a page that is to be reclaimed a slot; False if swap is full. It counts as dirty from now on. [Shr-8]"""
    slot = get_swap_page(state)
    if slot == 0:
        return False
    add_to_swap_cache(state, pfn, slot)
    set_bits(state, pfn, bits.PG_DIRTY)
    return True


@room
def swap_writepage(state, pfn):
    """Write a page to its slot, or just forget the slot if nobody refers to it any more. [Swap-5]"""
    if try_to_free_swap(state, pfn):
        clear_bits(state, pfn, bits.PG_RECLAIM)
        return
    count_vm_event(state, PSWPOUT)
    folio_start_writeback(state, pfn)
    submit_bio(state, state.tun[TUN_SWAP_DEVICE], pfn, WRITE, state.page[pfn].private)


@room
def try_to_free_swap(state, pfn):
    """Drop the swap copy of a page if no page table entry refers to its slot. [Swap-7] Returns whether it went."""
    page = state.page[pfn]
    if page.bits & bits.PG_SWAPCACHE == 0 or page.bits & bits.PG_WRITEBACK:
        return False
    if swap_users(state, page.private):
        return False
    delete_from_swap_cache(state, pfn, 0)
    set_bits(state, pfn, bits.PG_DIRTY)
    page.refcount -= 1
    return True


@room
def free_swap_and_cache(state, slot):
    """One user of a slot less; a copy that only the cache still holds goes when it is of no more use. [Anon-9]"""
    cached = swap_cache_get(state, slot)
    swap_free(state, slot)
    if cached >= 0 and swap_users(state, slot) == 0 and (not folio_mapped(state, cached) or vm_swap_full(state)):
        if try_to_free_swap(state, cached):
            state.page[cached].refcount += 1
            folio_put(state, cached, causes.UNMAP_FREE)


@inline
def swap_cache_worth_freeing(state, pfn):
    """Whether the swap copy goes when its page is activated: swap fills up, or the page is locked. [Shr-13]"""
    return vm_swap_full(state) or state.page[pfn].bits & bits.PG_MLOCKED != 0


@inline
def pageout_swap(state, pfn):
    """Clear PG_dirty, mark the page for reclaim and start its write. [Shr-11]"""
    change_bits(state, pfn, bits.PG_RECLAIM, bits.PG_DIRTY)
    swap_writepage(state, pfn)
