"""Shared anonymous memory: pages of a file that lives in memory and swap only (tmpfs).

Kernel: mm/shmem.c, 6.1.

    cell of the file:   empty --fault--> frame --shmem_writepage--> swap entry --fault--> frame
    the page meanwhile: page cache, on the anon lists   swap cache, then gone    page cache, dirty

Its pages are page cache, yet swap-backed: reclaim finds them on the anon lists. The swap entry stands in the file's
cell, not in page table entries, and counts as one user of the slot.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.filemap import cell_of, file_of
from memsim_gui.mm.mm_inline import page_node
from memsim_gui.mm.page_flags import cell_slot, change_bits, clear_bits, set_bits, set_cell, set_owner, swapped_cell
from memsim_gui.mm.swap import folio_put
from memsim_gui.mm.swap_state import (
    add_to_swap_cache,
    delete_from_swap_cache,
    free_swap_and_cache,
    swap_writepage,
)
from memsim_gui.mm.swapfile import get_swap_page, swap_duplicate, swap_free
from memsim_gui.mm.tracepoint import set_file
from memsim_gui.mm.vmstat import NR_FILE_PAGES, NR_SHMEM, mod_node_page_state
from memsim_gui.trace import bits, causes, tables


@inline
def _account(state, pfn, file, delta):
    """Count a page into or out of the file."""
    set_file(state, file, tables.FILE_NRPAGES, state.file[file, tables.FILE_NRPAGES] + delta)
    mod_node_page_state(state, page_node(state, pfn), NR_FILE_PAGES, delta)
    mod_node_page_state(state, page_node(state, pfn), NR_SHMEM, delta)


@room
def _delete_from_page_cache(state, pfn, entry):
    """Take a page out of the file, leaving `entry` in its cell; the reference that the cache held goes."""
    file = file_of(state, pfn)
    set_cell(state, cell_of(state, file, state.page[pfn].index), entry)
    _account(state, pfn, file, -1)
    set_owner(state, pfn, 0, 0)
    state.page[pfn].refcount -= 1


@room
def shmem_writepage(state, pfn):
    """Move a dirty, unmapped page to the swap cache and start its write. False if swap is full: it stays, dirty."""
    slot = get_swap_page(state)
    if slot == 0:
        return False
    change_bits(state, pfn, bits.PG_RECLAIM, bits.PG_DIRTY)
    add_to_swap_cache(state, pfn, slot)
    swap_duplicate(state, slot)
    _delete_from_page_cache(state, pfn, swapped_cell(slot))
    swap_writepage(state, pfn)
    return True


@room
def shmem_leave_swap_cache(state, pfn, file, index, slot):
    """Put a page that was read from swap into the file; its slot is given back, so it is dirty from now on."""
    state.page[pfn].refcount += 1
    set_owner(state, pfn, (file + 1) << 1, index)
    set_cell(state, cell_of(state, file, index), pfn + 1)
    _account(state, pfn, file, 1)
    delete_from_swap_cache(state, pfn, 0)
    state.page[pfn].refcount -= 1
    set_bits(state, pfn, bits.PG_DIRTY)
    swap_free(state, slot)


@room
def shmem_evict_inode(state, file):
    """Nobody maps the memory any more: all its pages and slots are freed."""
    for index in range(state.file[file, tables.FILE_PAGES]):
        cell = cell_of(state, file, index)
        entry = state.cell[cell]
        slot = cell_slot(entry)
        if slot:
            set_cell(state, cell, 0)
            free_swap_and_cache(state, slot)
        elif entry > 0:
            clear_bits(state, entry - 1, bits.PG_DIRTY)
            state.page[entry - 1].refcount += 1
            _delete_from_page_cache(state, entry - 1, 0)
            folio_put(state, entry - 1, causes.UNMAP_FREE)
