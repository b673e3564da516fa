"""Page faults.

Kernel: mm/memory.c, mm/filemap.c (filemap_fault, filemap_map_pages), mm/swap_state.c (swapin_readahead), 6.1.

    entry empty, anonymous   read: the zero page; write: a new page           [Anon-1, Anon-2]
    entry empty, file        fault-around, else the page cache, else the disk  [Mmap-1, Mmap-2]
    entry swapped            the swap cache, else read the slot and neighbours [Anon-7]
    entry read-only, write   copy, or take over a page nobody else uses        [Anon-4, Anon-5]

Simplified: a task that dirties a mapped file is not throttled at once, but with its next write(2) ([Mmap-4]).
"""

from memsim_gui.jit import inline, prefetch, room
from memsim_gui.mm.calls import EFAULT, ENOMEM
from memsim_gui.mm.decisions import fault_young
from memsim_gui.mm.filemap import cell_of, filemap_get
from memsim_gui.mm.mm_types import (
    TUN_FAULT_AROUND_PAGES,
)
from memsim_gui.mm.page_alloc import alloc_page, alloc_page_table
from memsim_gui.mm.page_flags import cell_slot, set_bits, set_owner, set_pte
from memsim_gui.mm.page_writeback import folio_mark_dirty
from memsim_gui.mm.readahead import (
    page_cache_async_ra,
    page_cache_ra_unbounded,
    page_cache_sync_ra,
    ra_pages,
    start_read,
)
from memsim_gui.mm.rmap import add_rss, mlock_vma_folio, page_add_rmap, page_remove_rmap
from memsim_gui.mm.shmem_fault import shmem_fault
from memsim_gui.mm.swap import folio_add_lru, folio_put, lru_add_drain, mlock_new_page
from memsim_gui.mm.swap_state import swap_cache_get, try_to_free_swap
from memsim_gui.mm.swapfile import swap_free, vm_swap_full
from memsim_gui.mm.swapin import swap_cache_page, wait_for_read
from memsim_gui.mm.tracepoint import publish_clock, set_file, trace
from memsim_gui.mm.vmstat import (
    PGFAULT,
    PGMAJFAULT,
    PGREUSE,
    count_vm_event,
)
from memsim_gui.trace import bits, causes, kinds, tables

MMAP_LOTSAMISS = 100
MMAP_MISS_MAX = 1000
OK = 0


@inline
def _page_index(state, vma, row):
    return row - state.vma[vma, tables.VMA_FIRST_PTE] + state.vma[vma, tables.VMA_PGOFF]


@inline
def _writable(state, vma):
    return bits.PTE_WRITE if state.vma[vma, tables.VMA_BITS] & bits.VM_WRITE else 0


@room
def _map_new_anon(state, vma, row):
    """A fresh anonymous page at a virtual page. [Anon-2, Anon-3]"""
    pfn = alloc_page(state, False)
    if pfn < 0:
        return ENOMEM
    mapping = state.vma[vma, tables.VMA_ANON_VMA] << 1 | bits.PAGE_MAPPING_ANON
    set_bits(state, pfn, bits.PG_UPTODATE | bits.PG_SWAPBACKED | bits.PG_ANON_EXCLUSIVE)
    set_owner(state, pfn, mapping, _page_index(state, vma, row))
    set_pte(state, row, pfn, bits.PTE_PRESENT | bits.PTE_DIRTY | _writable(state, vma) | fault_young(state))
    page_add_rmap(state, pfn, vma)
    if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
        mlock_new_page(state, pfn)
    else:
        folio_add_lru(state, pfn)
    return OK


@room
def _do_anonymous_page(state, vma, row, write):
    if write:
        trace(state, kinds.FAULT, causes.FAULT_ANON, 0, 0, row, -1)
        return _map_new_anon(state, vma, row)
    trace(state, kinds.FAULT, causes.FAULT_ZERO, 0, 0, row, -1)
    set_pte(state, row, 0, bits.PTE_PRESENT | bits.PTE_ZERO | fault_young(state))
    return OK


# --- swapped pages


@room
def _do_swap_page(state, task, vma, row, write):
    """A swapped page is touched. [Anon-7]"""
    slot, exclusive = state.pte[row].pfn, state.pte[row].bits & bits.PTE_EXCLUSIVE != 0
    cached = swap_cache_get(state, slot) >= 0
    cause = causes.FAULT_SWAP_MINOR if cached else causes.FAULT_SWAP_MAJOR
    trace(state, kinds.FAULT, cause, 0, 0, row, -1)
    pfn = swap_cache_page(state, task, slot)
    if pfn < 0:
        return ENOMEM
    if wait_for_read(state, task, pfn):
        count_vm_event(state, PGFAULT)
    page = state.page[pfn]
    page.refcount += 1
    if write and page.bits & bits.PG_LRU == 0:
        lru_add_drain(state)
    swap_free(state, slot)
    locked = state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED or page.bits & bits.PG_MLOCKED
    if page.mapping == 0:
        mapping = state.vma[vma, tables.VMA_ANON_VMA] << 1 | bits.PAGE_MAPPING_ANON
        set_owner(state, pfn, mapping, _page_index(state, vma, row))
    if vm_swap_full(state) or locked or (write and page.refcount == 2):
        try_to_free_swap(state, pfn)
    exclusive = exclusive or page.refcount == 1
    pte_bits = bits.PTE_PRESENT | fault_young(state)
    if write and exclusive:
        pte_bits |= bits.PTE_DIRTY | _writable(state, vma)
    if exclusive:
        set_bits(state, pfn, bits.PG_ANON_EXCLUSIVE)
    set_pte(state, row, pfn, pte_bits)
    page_add_rmap(state, pfn, vma)
    add_rss(state, task, tables.TASK_SWAPENTS, -1)
    mlock_vma_folio(state, pfn, vma)
    if write and not exclusive:
        return _do_wp_page(state, vma, row)
    return OK


# --- write to a read-only entry


@room
def _wp_page_copy(state, vma, row, pfn):
    """Give the writer a page of its own. [Anon-4]"""
    set_pte(state, row, 0, 0)
    page_remove_rmap(state, pfn, vma)
    result = _map_new_anon(state, vma, row)
    folio_put(state, pfn, causes.UNMAP_FREE)
    return result


@room
def _can_reuse(state, pfn):
    """Whether the writer is the page's only user. [Anon-5]"""
    page = state.page[pfn]
    if page.bits & bits.PG_ANON_EXCLUSIVE:
        return True
    if page.bits & bits.PG_LRU == 0:
        lru_add_drain(state)
    if page.refcount > (2 if page.bits & bits.PG_SWAPCACHE else 1):
        return False
    try_to_free_swap(state, pfn)
    return page.refcount == 1


@room
def _do_wp_page(state, vma, row):
    """A write to a page mapped read-only."""
    pte = state.pte[row]
    if pte.bits & bits.PTE_ZERO:
        trace(state, kinds.FAULT, causes.FAULT_COW, 0, 0, row, -1)
        return _map_new_anon(state, vma, row)
    pfn = pte.pfn
    trace(state, kinds.FAULT, causes.FAULT_COW, 0, 0, row, pfn)
    anon = state.page[pfn].mapping & bits.PAGE_MAPPING_ANON
    if not anon and state.vma[vma, tables.VMA_BITS] & bits.VM_SHARED:
        folio_mark_dirty(state, pfn)
    elif not anon or not _can_reuse(state, pfn):
        return _wp_page_copy(state, vma, row, pfn)
    else:
        set_bits(state, pfn, bits.PG_ANON_EXCLUSIVE)
        count_vm_event(state, PGREUSE)
    set_pte(state, row, pfn, pte.bits | bits.PTE_WRITE | bits.PTE_DIRTY | fault_young(state))
    return OK


# --- mapped files


@room
def _map_file_page(state, vma, row, pfn, pte_bits):
    set_pte(state, row, pfn, bits.PTE_PRESENT | fault_young(state) | pte_bits)
    state.page[pfn].refcount += 1
    page_add_rmap(state, pfn, vma)
    mlock_vma_folio(state, pfn, vma)


@room
def _fault_around(state, vma, file, row):
    """Map the cached pages of the aligned window around a fault. [Mmap-1] Returns whether the page itself was there.

    The window is a power of two, as do_fault_around has it.
    """
    window = state.tun[TUN_FAULT_AROUND_PAGES]
    first_row = state.vma[vma, tables.VMA_FIRST_PTE]
    offset = row - first_row
    pgoff = state.vma[vma, tables.VMA_PGOFF]
    start = max(0, offset - (offset + state.vma[vma, tables.VMA_START_VPN] & window - 1))
    end = min(start + window, state.vma[vma, tables.VMA_PAGES], state.file[file, tables.FILE_PAGES] - pgoff)
    first_cell = cell_of(state, file, pgoff)
    for at in range(start, end):
        # Nearly always a page is cached and mapped, or neither: one test that the processor can foresee.
        cached = state.cell[first_cell + at] > 0
        if cached != (state.pte[first_row + at].bits != 0) and cached:
            pfn = state.cell[first_cell + at] - 1
            flags = state.page[pfn].bits
            if flags & bits.PG_UPTODATE and flags & (bits.PG_LOCKED | bits.PG_READAHEAD) == 0:
                _map_file_page(state, vma, first_row + at, pfn, _read_fault_write(state, vma, file))
                _bump_mmap_miss(state, file, -1)
    return state.pte[row].bits & bits.PTE_PRESENT != 0


@inline
def _bump_mmap_miss(state, file, delta):
    misses = state.file[file, tables.FILE_MMAP_MISS]
    after = max(0, min(MMAP_MISS_MAX, misses + delta))
    if after != misses:
        set_file(state, file, tables.FILE_MMAP_MISS, after)


@room
def _read_around(state, vma, file, index):
    """Start reading around a mapped page that is not cached; ahead of it where the mapping is sequential. [Mmap-2]"""
    size = ra_pages(state, file)
    if size == 0 or state.vma[vma, tables.VMA_BITS] & bits.VM_RAND_READ:
        return
    if state.vma[vma, tables.VMA_BITS] & bits.VM_SEQ_READ:
        page_cache_sync_ra(state, file, index, size)
        return
    _bump_mmap_miss(state, file, 1)
    if state.file[file, tables.FILE_MMAP_MISS] > MMAP_LOTSAMISS:
        return
    start = max(0, index - size // 2)
    set_file(state, file, tables.FILE_RA_START, start)
    set_file(state, file, tables.FILE_RA_SIZE, size)
    set_file(state, file, tables.FILE_RA_ASYNC, size // 4)
    page_cache_ra_unbounded(state, file, start, size, start + size - size // 4)


@inline
def _read_ahead_of_hit(state, file, pfn, index):
    """A mapped page was cached: the file misses less, and a marker starts the next window."""
    _bump_mmap_miss(state, file, -1)
    if state.page[pfn].bits & bits.PG_READAHEAD:
        state.page[pfn].refcount += 1
        page_cache_async_ra(state, file, pfn, index, ra_pages(state, file))
        folio_put(state, pfn, causes.DROP)


@room
def _filemap_fault(state, task, vma, file, index):
    """Frame of a mapped page, read and waited for. -1 if the task was killed, -2 to start the fault again."""
    pfn = filemap_get(state, file, index)
    if pfn >= 0:
        if state.vma[vma, tables.VMA_BITS] & bits.VM_RAND_READ == 0:
            _read_ahead_of_hit(state, file, pfn, index)
        return -2 if wait_for_read(state, task, pfn) else pfn
    count_vm_event(state, PGMAJFAULT)
    _read_around(state, vma, file, index)
    pfn = filemap_get(state, file, index)
    if pfn < 0:
        pfn = alloc_page(state, False)
        if pfn < 0:
            return -1
        start_read(state, pfn, file, index)
    wait_for_read(state, task, pfn)
    return -2


@room
def _fault_cause(state, file, index):
    """What kind of fault a touch of a mapped page is, for the trace."""
    entry = state.cell[cell_of(state, file, index)]
    if entry > 0:
        return causes.FAULT_FILE_MINOR
    if state.file[file, tables.FILE_KIND] != tables.FILE_SHMEM:
        return causes.FAULT_FILE_MAJOR
    slot = cell_slot(entry)
    if slot == 0:
        return causes.FAULT_SHMEM
    return causes.FAULT_SWAP_MINOR if swap_cache_get(state, slot) >= 0 else causes.FAULT_SWAP_MAJOR


@inline
def _read_fault_write(state, vma, file):
    """PTE bits of a page that is only read: shared memory needs no notice of a later write, so it may be written."""
    shmem = state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM
    return _writable(state, vma) if shmem and state.vma[vma, tables.VMA_BITS] & bits.VM_SHARED else 0


@room
def _do_file_fault(state, task, vma, row, write):
    """A page of a mapped file is touched. The fault is entered again after each wait for a disk. [Flt-1]"""
    file, index = state.vma[vma, tables.VMA_FILE], _page_index(state, vma, row)
    if index >= state.file[file, tables.FILE_PAGES]:
        return EFAULT
    shmem = state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM
    trace(state, kinds.FAULT, _fault_cause(state, file, index), 0, 0, row, -1)
    pfn = -2
    while pfn == -2:
        if not write and state.tun[TUN_FAULT_AROUND_PAGES] > 1 and _fault_around(state, vma, file, row):
            return OK
        pfn = shmem_fault(state, task, file, index) if shmem else _filemap_fault(state, task, vma, file, index)
        if pfn == -2:
            count_vm_event(state, PGFAULT)
    if pfn < 0:
        return ENOMEM
    if not write:
        _map_file_page(state, vma, row, pfn, _read_fault_write(state, vma, file))
    elif state.vma[vma, tables.VMA_BITS] & bits.VM_SHARED:
        _map_file_page(state, vma, row, pfn, bits.PTE_WRITE | bits.PTE_DIRTY)
        folio_mark_dirty(state, pfn)
    else:
        return _map_new_anon(state, vma, row)
    return OK


@inline
def prefetch_fault(state, vma, row):
    """Bring near what a fault at a virtual page of a file mapping will read."""
    file = state.vma[vma, tables.VMA_FILE]
    if file >= 0:
        prefetch(state.cell, cell_of(state, file, _page_index(state, vma, row)))


@room
def handle_mm_fault(state, task, row, write):
    """Resolve an access the page table does not allow. [Flt-1] 0, or the errno: EFAULT unmapped, ENOMEM killed."""
    vma = state.pte[row].vma
    if vma < 0 or state.vma[vma, tables.VMA_TASK] != task:
        return EFAULT
    needed = bits.VM_WRITE if write else bits.VM_READ
    if state.vma[vma, tables.VMA_BITS] & needed == 0:
        return EFAULT
    publish_clock(state)
    count_vm_event(state, PGFAULT)
    pte_bits = state.pte[row].bits
    if pte_bits & bits.PTE_SWAP:
        return _do_swap_page(state, task, vma, row, write)
    if pte_bits & bits.PTE_PRESENT:
        return _do_wp_page(state, vma, row)
    if alloc_page_table(state, task, row) < 0:
        return ENOMEM
    if state.vma[vma, tables.VMA_FILE] >= 0:
        return _do_file_fault(state, task, vma, row, write)
    return _do_anonymous_page(state, vma, row, write)
