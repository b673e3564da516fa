"""A page of shared memory is touched: it is there, in swap, or was never written.

Kernel: mm/shmem.c (shmem_fault, shmem_get_folio_gfp, shmem_swapin_folio), 6.1.
"""

from memsim_gui.jit import room
from memsim_gui.mm.filemap import cell_of, filemap_add_folio
from memsim_gui.mm.page_alloc import alloc_page
from memsim_gui.mm.page_flags import cell_slot, change_bits
from memsim_gui.mm.sched import io_wait
from memsim_gui.mm.shmem import shmem_leave_swap_cache
from memsim_gui.mm.swap import folio_put
from memsim_gui.mm.swapin import swap_cache_page, wait_for_read
from memsim_gui.trace import bits, causes


@room
def _shmem_swapin(state, task, file, index, slot):
    """Bring a page back from swap; unlike a private page it leaves its slot at once. -1 if the task was killed."""
    pfn = swap_cache_page(state, task, slot)
    if pfn < 0:
        return -1
    state.page[pfn].refcount += 1
    wait_for_read(state, task, pfn)
    io_wait(state, pfn, bits.PG_WRITEBACK)
    shmem_leave_swap_cache(state, pfn, file, index, slot)
    folio_put(state, pfn, causes.DROP)
    return pfn


@room
def shmem_fault(state, task, file, index):
    """Frame of a page of shared memory, in the page cache; a page that never was is new and zero. -1 if killed."""
    entry = state.cell[cell_of(state, file, index)]
    if entry > 0:
        return entry - 1
    slot = cell_slot(entry)
    if slot:
        return _shmem_swapin(state, task, file, index, slot)
    pfn = alloc_page(state, False)
    if pfn < 0:
        return -1
    filemap_add_folio(state, pfn, file, index, True)
    change_bits(state, pfn, bits.PG_UPTODATE, bits.PG_LOCKED)
    folio_put(state, pfn, causes.DROP)
    return pfn
