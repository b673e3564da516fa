"""Reverse mapping: from a page to the page table entries that map it.

Kernel: mm/rmap.c, 6.1.

A page's mapping leads to the VMAs that may map it: for an anonymous page those that share its anon_vma, for a file page
those in the file's i_mmap; its index says which entry of each.

Simplified: every access sets the young bit; an x86 processor may leave it while it remembers the translation (1.4).
Simplified: no lock is ever taken by somebody else, so that every entry can be looked at ([Ref-1]).
"""

from memsim_gui.jit import inline, prefetch, room
from memsim_gui.mm.filemap import cell_of, file_of
from memsim_gui.mm.mm_inline import page_node
from memsim_gui.mm.mm_types import VMA_ANON_HEAD, VMA_NEXT_ANON
from memsim_gui.mm.page_flags import (
    PAGE_MAPPING_ANON,
    clear_bits,
    folio_is_file_lru,
    folio_test_anon,
    set_bits,
    set_pte,
)
from memsim_gui.mm.swap import folio_put, mlock_folio, munlock_page
from memsim_gui.mm.swapfile import swap_duplicate
from memsim_gui.mm.tracepoint import set_task
from memsim_gui.mm.vmstat import NR_ANON_PAGES, NR_MAPPED, mod_node_page_state
from memsim_gui.trace import bits, causes, tables

NO_VMA = -1


@inline
def first_vma(state, pfn):
    """First VMA that may map the page, -1 none."""
    mapping = state.page[pfn].mapping
    if mapping & PAGE_MAPPING_ANON:
        return state.vma[mapping >> 1, VMA_ANON_HEAD]
    if mapping:
        return state.file[(mapping >> 1) - 1, tables.FILE_I_MMAP]
    return NO_VMA


@inline
def next_vma(state, pfn, vma):
    """VMA after `vma` among those that may map the page, -1 none. A private file mapping stands in two chains."""
    if state.page[pfn].mapping & PAGE_MAPPING_ANON and state.vma[vma, tables.VMA_FILE] >= 0:
        return state.vma[vma, VMA_NEXT_ANON]
    return state.vma[vma, tables.VMA_NEXT_SHARE]


@inline
def pte_row(state, vma, index):
    """Row of the page with this index in a VMA's page table, or -1 if the VMA does not reach it."""
    offset = index - state.vma[vma, tables.VMA_PGOFF]
    if offset < 0 or offset >= state.vma[vma, tables.VMA_PAGES]:
        return -1
    return state.vma[vma, tables.VMA_FIRST_PTE] + offset


@inline
def prefetch_rmap(state, pfn):
    """Bring near what a decision about the page will read: its slot in the file, and the entry that maps it."""
    page = state.page[pfn]
    if page.mapping and page.mapping & PAGE_MAPPING_ANON == 0:
        prefetch(state.cell, cell_of(state, file_of(state, pfn), page.index))
    vma = first_vma(state, pfn)
    if vma >= 0:
        row = pte_row(state, vma, page.index)
        if row >= 0:
            prefetch(state.pte, row)


@inline
def maps(state, row, pfn):
    """Whether a page table entry maps this frame; those of the zero page hold none."""
    if row < 0 or state.pte[row].pfn != pfn:
        return False
    return state.pte[row].bits & (bits.PTE_PRESENT | bits.PTE_ZERO) == bits.PTE_PRESENT


@inline
def add_rss(state, task, column, delta):
    """Change one of a task's memory counts."""
    set_task(state, task, column, state.task[task, column] + delta)


@inline
def rss_column(state, pfn):
    """Which of a task's counts a mapped page belongs to."""
    if state.page[pfn].mapping & PAGE_MAPPING_ANON:
        return tables.TASK_ANON
    return tables.TASK_FILE if folio_is_file_lru(state, pfn) else tables.TASK_SHMEM


@inline
def page_add_rmap(state, pfn, vma):
    """One more entry maps the page (its reference is the caller's); a locked VMA locks it. [Ml-4]"""
    page = state.page[pfn]
    page.mapcount += 1
    anon = page.mapping & PAGE_MAPPING_ANON
    if page.mapcount == 0:
        mod_node_page_state(state, page_node(state, pfn), NR_ANON_PAGES if anon else NR_MAPPED, 1)
    add_rss(state, state.vma[vma, tables.VMA_TASK], rss_column(state, pfn), 1)


@room
def page_remove_rmap(state, pfn, vma):
    """One entry less maps the page; the entry's reference stays with the caller."""
    page = state.page[pfn]
    page.mapcount -= 1
    if page.mapcount < 0:
        anon = page.mapping & PAGE_MAPPING_ANON
        mod_node_page_state(state, page_node(state, pfn), NR_ANON_PAGES if anon else NR_MAPPED, -1)
    add_rss(state, state.vma[vma, tables.VMA_TASK], rss_column(state, pfn), -1)
    if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
        munlock_page(state, pfn)


@inline
def mlock_vma_folio(state, pfn, vma):
    """Queue a page for the unevictable set if its VMA is locked."""
    if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
        mlock_folio(state, pfn)


@room
def folio_referenced(state, pfn):
    """Clear the young bits of all entries; return VMAs with a young one, and the union of their VM_ bits. [Ref-1]"""
    referenced, vm_bits = 0, 0
    vma = first_vma(state, pfn)
    while vma >= 0:
        row = pte_row(state, vma, state.page[pfn].index)
        if maps(state, row, pfn):
            if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
                mlock_folio(state, pfn)
                return referenced, vm_bits | bits.VM_LOCKED
            pte = state.pte[row]
            if pte.bits & bits.PTE_YOUNG:
                set_pte(state, row, pte.pfn, pte.bits & ~bits.PTE_YOUNG)
                if state.vma[vma, tables.VMA_BITS] & bits.VM_SEQ_READ == 0:
                    referenced += 1
                    vm_bits |= state.vma[vma, tables.VMA_BITS]
        vma = next_vma(state, pfn, vma)
    return referenced, vm_bits


@inline
def _unmap_anon(state, pfn, vma, row):
    """Replace an entry by its swap slot; the entry remembers whether nobody shares the page."""
    slot = state.page[pfn].private
    exclusive = state.page[pfn].bits & bits.PG_ANON_EXCLUSIVE
    clear_bits(state, pfn, bits.PG_ANON_EXCLUSIVE)
    set_pte(state, row, slot, bits.PTE_SWAP | (bits.PTE_EXCLUSIVE if exclusive else 0))
    swap_duplicate(state, slot)
    add_rss(state, state.vma[vma, tables.VMA_TASK], tables.TASK_SWAPENTS, 1)


@room
def _unmap_lazyfree(state, pfn, row):
    """A lazily freed page goes if it is clean and only its mappings and the reclaimer hold it. [Shr-9]"""
    page = state.page[pfn]
    if page.bits & bits.PG_DIRTY or page.refcount != 2 + page.mapcount:
        set_bits(state, pfn, bits.PG_SWAPBACKED)
        return False
    set_pte(state, row, 0, 0)
    return True


@room
def try_to_unmap(state, pfn):
    """Remove every entry that maps the page. [Shr-9] Returns whether it is unmapped now."""
    vma = first_vma(state, pfn)
    while vma >= 0 and state.page[pfn].mapcount >= 0:
        row = pte_row(state, vma, state.page[pfn].index)
        if maps(state, row, pfn):
            if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
                mlock_folio(state, pfn)
                return False
            if not _unmap_one(state, pfn, vma, row):
                return False
        vma = next_vma(state, pfn, vma)
    return state.page[pfn].mapcount < 0


@room
def _unmap_one(state, pfn, vma, row):
    if state.pte[row].bits & bits.PTE_DIRTY:
        set_bits(state, pfn, bits.PG_DIRTY)
    if not folio_test_anon(state, pfn):
        set_pte(state, row, 0, 0)
    elif not folio_is_file_lru(state, pfn):
        _unmap_anon(state, pfn, vma, row)
    elif not _unmap_lazyfree(state, pfn, row):
        return False
    page_remove_rmap(state, pfn, vma)
    folio_put(state, pfn, causes.UNMAP_FREE)
    return True


@room
def folio_mkclean(state, pfn):
    """Write-protect and clean every entry before the page is written out. [Mmap-4] Returns whether one was dirty."""
    dirty = False
    vma = first_vma(state, pfn)
    while vma >= 0:
        row = pte_row(state, vma, state.page[pfn].index)
        if maps(state, row, pfn) and state.pte[row].bits & (bits.PTE_DIRTY | bits.PTE_WRITE):
            dirty = dirty or state.pte[row].bits & bits.PTE_DIRTY != 0
            set_pte(state, row, pfn, state.pte[row].bits & ~(bits.PTE_DIRTY | bits.PTE_WRITE))
        vma = next_vma(state, pfn, vma)
    return dirty
