"""Changing a page's flags, owner and page table entries: small, traced, and nothing else writes these fields.

Kernel: include/linux/page-flags.h, include/linux/pgtable.h, 6.1.
"""

from memsim_gui.jit import inline
from memsim_gui.mm.tracepoint import trace
from memsim_gui.trace import bits, kinds

SWAPPED = 1 << 60  # above every shadow
CELL_SWAPPED = kinds.CELL_SWAPPED
PAGE_MAPPING_ANON = bits.PAGE_MAPPING_ANON


@inline
def change_bits(state, pfn, put, drop):
    """Set the flags in `put`, clear those in `drop`; traced if anything changes."""
    page = state.page[pfn]
    after = (page.bits | put) & ~drop
    if after != page.bits:
        page.bits = after
        trace(state, kinds.BITS, 0, 0, 0, pfn, after)


@inline
def set_bits(state, pfn, mask):
    """Set flags of a page."""
    change_bits(state, pfn, mask, 0)


@inline
def clear_bits(state, pfn, mask):
    """Clear flags of a page."""
    change_bits(state, pfn, 0, mask)


@inline
def set_owner(state, pfn, mapping, index):
    """Give a page its mapping (0 = none) and its index there."""
    page = state.page[pfn]
    page.mapping = mapping
    page.index = index
    trace(state, kinds.OWNER, 0, 0, 0, pfn, mapping << 32 | index)


@inline
def set_pte(state, row, pfn, pte_bits):
    """Write a page table entry: frame (or swap slot) and PTE_* bits."""
    pte = state.pte[row]
    pte.pfn = pfn
    pte.bits = pte_bits
    trace(state, kinds.PTE, 0, 0, 0, row, pte_bits << 32 | pfn)


@inline
def folio_test_anon(state, pfn):
    """Whether the page is anonymous: bit 0 of its mapping."""
    return state.page[pfn].mapping & PAGE_MAPPING_ANON != 0


@inline
def folio_is_file_lru(state, pfn):
    """Whether the page belongs on the file lists: PG_swapbacked clear."""
    return state.page[pfn].bits & bits.PG_SWAPBACKED == 0


@inline
def swapped_cell(slot):
    """What a cell of shared memory holds while its page is in a swap slot."""
    return -SWAPPED - slot


@inline
def cell_slot(entry):
    """Swap slot in a cell, 0 if it holds none."""
    return -SWAPPED - entry if entry < -SWAPPED else 0


@inline
def set_cell(state, cell, entry):
    """Write a slot of a file's XArray: 0 empty, frame + 1, -1 - shadow, or the swap slot of a page of shared memory."""
    state.cell[cell] = entry
    trace(state, kinds.CELL, 0, 0, 0, cell, _shown(entry))


@inline
def set_swap_entry(state, slot, entry):
    """Write the swap cache's entry of a slot: 0 empty, frame + 1, or -1 - shadow."""
    state.swap[slot].entry = entry
    trace(state, kinds.SWAP_CELL, 0, 0, 0, slot, _shown(entry))


@inline
def set_swap_users(state, slot, users):
    """Write the swap_map byte of a slot."""
    state.swap[slot].users = users
    trace(state, kinds.SWAP_MAP, 0, 0, 0, slot, users)


@inline
def _shown(entry):
    """What a view knows of an entry: a shadow's age stays in the core, its workingset bit (bit 0) shows."""
    if entry >= 0:
        return entry
    if entry < -SWAPPED:
        return CELL_SWAPPED - cell_slot(entry)
    return -2 if (-1 - entry) & 1 else -1
