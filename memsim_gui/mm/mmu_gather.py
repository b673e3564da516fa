"""Taking page table entries away: munmap, exit, MADV_DONTNEED.

Kernel: mm/memory.c (zap_pte_range), mm/mmu_gather.c, mm/swap_state.c (free_pages_and_swap_cache), 6.1. [Anon-9, Mmap-6]
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.free_area import free_unref_page
from memsim_gui.mm.mm_inline import TAIL, folio_mapped, move_folio, page_node
from memsim_gui.mm.mm_types import PTRS_PER_PTE, SYS_PGTABLE_HEAD, TUN_PAGE_TABLES, VMA_ANON_HEAD, VMA_NEXT_ANON
from memsim_gui.mm.page_flags import folio_test_anon, set_pte
from memsim_gui.mm.page_writeback import folio_mark_dirty
from memsim_gui.mm.rmap import add_rss, page_remove_rmap
from memsim_gui.mm.shmem import shmem_evict_inode
from memsim_gui.mm.swap import folio_mark_accessed, folio_put, lru_add_drain
from memsim_gui.mm.swap_state import free_swap_and_cache, try_to_free_swap
from memsim_gui.mm.tracepoint import set_file, set_task, set_vma
from memsim_gui.mm.vmstat import NR_PAGE_TABLE_PAGES, mod_node_page_state
from memsim_gui.trace import bits, causes, lanes, tables


@room
def _zap_present(state, vma, row):
    pfn, pte_bits = state.pte[row].pfn, state.pte[row].bits
    set_pte(state, row, 0, 0)
    if not folio_test_anon(state, pfn):
        if pte_bits & bits.PTE_DIRTY:
            folio_mark_dirty(state, pfn)
        if pte_bits & bits.PTE_YOUNG and state.vma[vma, tables.VMA_BITS] & bits.VM_SEQ_READ == 0:
            folio_mark_accessed(state, pfn)
    page_remove_rmap(state, pfn, vma)
    if state.page[pfn].bits & bits.PG_SWAPCACHE and not folio_mapped(state, pfn):
        try_to_free_swap(state, pfn)
    folio_put(state, pfn, causes.UNMAP_FREE)


@room
def zap_swap(state, vma, row):
    """Drop a swap entry."""
    slot = state.pte[row].pfn
    set_pte(state, row, 0, 0)
    add_rss(state, state.vma[vma, tables.VMA_TASK], tables.TASK_SWAPENTS, -1)
    free_swap_and_cache(state, slot)


@room
def zap_pte_range(state, vma, first_row, pages):
    """Empty page table entries of a VMA; pages whose last user this was are freed."""
    lru_add_drain(state)
    for row in range(first_row, first_row + pages):
        pte_bits = state.pte[row].bits
        if pte_bits & bits.PTE_SWAP:
            zap_swap(state, vma, row)
        elif pte_bits & bits.PTE_ZERO:
            set_pte(state, row, 0, 0)
        elif pte_bits & bits.PTE_PRESENT:
            _zap_present(state, vma, row)
    lru_add_drain(state)


@room
def free_page_table(state, task):
    """Give one page-table page of a task back."""
    pfn = state.sys[SYS_PGTABLE_HEAD]
    if state.tun[TUN_PAGE_TABLES] == 0 or pfn < 0:
        return
    state.sys[SYS_PGTABLE_HEAD] = state.page[pfn].lru_next
    state.page[pfn].lru_next = -1
    move_folio(state, pfn, lanes.IN_HAND, TAIL, causes.UNMAP_FREE)
    mod_node_page_state(state, page_node(state, pfn), NR_PAGE_TABLE_PAGES, -1)
    set_task(state, task, tables.TASK_PGTABLES, state.task[task, tables.TASK_PGTABLES] - 1)
    free_unref_page(state, pfn, causes.UNMAP_FREE)


@inline
def chain_head(state, vma):
    """Where the chain of VMAs that share pages with this one begins."""
    file = state.vma[vma, tables.VMA_FILE]
    if file >= 0:
        return state.file[file, tables.FILE_I_MMAP]
    return state.vma[state.vma[vma, tables.VMA_ANON_VMA], VMA_ANON_HEAD]


@inline
def _set_chain_head(state, vma, head):
    file = state.vma[vma, tables.VMA_FILE]
    if file >= 0:
        set_file(state, file, tables.FILE_I_MMAP, head)
    else:
        state.vma[state.vma[vma, tables.VMA_ANON_VMA], VMA_ANON_HEAD] = head


@room
def link_vma(state, vma):
    """Enter a VMA in the chain of those that may map the same pages."""
    set_vma(state, vma, tables.VMA_NEXT_SHARE, chain_head(state, vma))
    _set_chain_head(state, vma, vma)
    if _copies_on_write(state, vma):
        anon_vma = state.vma[vma, tables.VMA_ANON_VMA]
        state.vma[vma, VMA_NEXT_ANON] = state.vma[anon_vma, VMA_ANON_HEAD]
        state.vma[anon_vma, VMA_ANON_HEAD] = vma


@inline
def _copies_on_write(state, vma):
    """Whether a file mapping may hold anonymous pages too: then it also stands in the chain of its anon_vma."""
    return state.vma[vma, tables.VMA_FILE] >= 0 and state.vma[vma, tables.VMA_BITS] & bits.VM_SHARED == 0


@room
def _unlink_anon(state, vma):
    anon_vma = state.vma[vma, tables.VMA_ANON_VMA]
    at, after = state.vma[anon_vma, VMA_ANON_HEAD], state.vma[vma, VMA_NEXT_ANON]
    if at == vma:
        state.vma[anon_vma, VMA_ANON_HEAD] = after
    else:
        while state.vma[at, VMA_NEXT_ANON] != vma:
            at = state.vma[at, VMA_NEXT_ANON]
        state.vma[at, VMA_NEXT_ANON] = after
    state.vma[vma, VMA_NEXT_ANON] = -1


@room
def unlink_vma(state, vma):
    """Take a VMA out of its chain."""
    at = chain_head(state, vma)
    after = state.vma[vma, tables.VMA_NEXT_SHARE]
    if at == vma:
        _set_chain_head(state, vma, after)
    else:
        while state.vma[at, tables.VMA_NEXT_SHARE] != vma:
            at = state.vma[at, tables.VMA_NEXT_SHARE]
        set_vma(state, at, tables.VMA_NEXT_SHARE, after)
    set_vma(state, vma, tables.VMA_NEXT_SHARE, -1)
    if _copies_on_write(state, vma):
        _unlink_anon(state, vma)


@room
def _free_page_tables(state, task, first, pages):
    """Free the page tables of stretches that nothing uses any more."""
    for block in range(first // PTRS_PER_PTE, (first + pages - 1) // PTRS_PER_PTE + 1):
        last = min((block + 1) * PTRS_PER_PTE, len(state.pte)) - 1
        if state.pmd[block] and state.pte[block * PTRS_PER_PTE].vma < 0 and state.pte[last].vma < 0:
            state.pmd[block] = 0
            free_page_table(state, task)


@inline
def _drop_shmem(state, file):
    """Shared memory that nobody maps any more is gone."""
    if file >= 0 and state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM:
        if state.file[file, tables.FILE_I_MMAP] < 0:
            shmem_evict_inode(state, file)


@room
def unmap_vma(state, vma):
    """Remove a whole VMA with everything it maps."""
    task, first = state.vma[vma, tables.VMA_TASK], state.vma[vma, tables.VMA_FIRST_PTE]
    pages = state.vma[vma, tables.VMA_PAGES]
    zap_pte_range(state, vma, first, pages)
    unlink_vma(state, vma)
    _drop_shmem(state, state.vma[vma, tables.VMA_FILE])
    for row in range(first, first + pages):
        state.pte[row].vma = -1
    _free_page_tables(state, task, first, pages)
    locked = state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED
    if locked:
        set_task(state, task, tables.TASK_LOCKED_VM, state.task[task, tables.TASK_LOCKED_VM] - pages)
    set_task(state, task, tables.TASK_TOTAL_VM, state.task[task, tables.TASK_TOTAL_VM] - pages)
    set_vma(state, vma, tables.VMA_PAGES, 0)
    set_vma(state, vma, tables.VMA_BITS, 0)


@room
def exit_mmap(state, task):
    """Tear a task's address space down."""
    for vma in range(len(state.vma)):
        if state.vma[vma, tables.VMA_PAGES] and state.vma[vma, tables.VMA_TASK] == task:
            unmap_vma(state, vma)
    set_task(state, task, tables.TASK_STATE, tables.TASK_FREE)
