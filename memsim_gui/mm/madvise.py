"""madvise(2): cold, pageout, free, dontneed.

Kernel: mm/madvise.c, 6.1. [Madv-1]
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import complete_due
from memsim_gui.mm.calls import EINVAL, MADV_COLD, MADV_DONTNEED, MADV_FREE, MADV_PAGEOUT
from memsim_gui.mm.direct_reclaim import begin_direct
from memsim_gui.mm.filemap import PAGE_SIZE
from memsim_gui.mm.mm_inline import folio_evictable, lru_first, lruvec_del_folio
from memsim_gui.mm.mm_types import PTRS_PER_PTE, SC_DIRECT, SC_ROW_REQUEST, SYS_NOW_NS, TUN_SCAN_NS
from memsim_gui.mm.mmap import check_range, find_vma
from memsim_gui.mm.mmu_gather import zap_pte_range, zap_swap
from memsim_gui.mm.page_flags import clear_bits, set_pte
from memsim_gui.mm.shrink_folio_list import shrink_one
from memsim_gui.mm.swap import deactivate_page, folio_add_lru, folio_put, lru_add_drain, mark_page_lazyfree
from memsim_gui.mm.swap_state import try_to_free_swap
from memsim_gui.mm.tracepoint import set_actor
from memsim_gui.mm.vma_lock import end_page, first_page
from memsim_gui.mm.vmscan import SWAP_CLUSTER_MAX
from memsim_gui.trace import bits, causes, lanes, tables

OK = 0


@inline
def _present(state, row):
    return state.pte[row].bits & bits.PTE_PRESENT and state.pte[row].bits & bits.PTE_ZERO == 0


@inline
def _make_cold(state, row):
    pte = state.pte[row]
    if pte.bits & bits.PTE_YOUNG:
        set_pte(state, row, pte.pfn, pte.bits & ~bits.PTE_YOUNG)
    clear_bits(state, pte.pfn, bits.PG_REFERENCED)


@inline
def _only_mapping(state, row):
    """Whether this entry alone maps its page: other users are not interfered with."""
    return state.page[state.pte[row].pfn].mapcount == 0


@room
def _isolate(state, row):
    """Take a page off its list, to be reclaimed; 1 if it could be had."""
    pfn = state.pte[row].pfn
    if not _only_mapping(state, row):
        return 0
    _make_cold(state, row)
    if state.page[pfn].bits & bits.PG_LRU == 0 or not folio_evictable(state, pfn):
        return 0
    state.page[pfn].refcount += 1
    lruvec_del_folio(state, pfn, lanes.ISOLATED, causes.ISOLATE)
    clear_bits(state, pfn, bits.PG_LRU | bits.PG_ACTIVE)
    return 1


@room
def _reclaim_folio_list(state, node):
    """Reclaim what was isolated on a node; survivors go through the batch for new pages."""
    sc = state.sc[SC_ROW_REQUEST]
    lane = node * lanes.LANES_PER_NODE + lanes.ISOLATED
    pfn = lru_first(state, lane)
    for _ in range(state.lane_pages[lane]):
        after = state.page[pfn].lru_next
        shrink_one(state, sc, pfn)
        state.sys[SYS_NOW_NS] += state.tun[TUN_SCAN_NS]
        pfn = after
    while state.lane_pages[lane]:
        pfn = lru_first(state, lane)
        folio_add_lru(state, pfn)
        folio_put(state, pfn, causes.UNMAP_FREE)


@room
def _pageout(state, first_row, end_row):
    """Reclaim the pages of one page table at once: all are isolated, then decided about, then put back."""
    taken = 0
    for row in range(first_row, end_row):
        if _present(state, row):
            taken += _isolate(state, row)
    if taken:
        for node in range(len(state.node)):
            _reclaim_folio_list(state, node)
    complete_due(state)


@room
def _lazyfree(state, row):
    """Let reclaim drop the page without writing it, unless it is written to again."""
    pte = state.pte[row]
    page = state.page[pte.pfn]
    if page.bits & (bits.PG_SWAPCACHE | bits.PG_DIRTY):
        if page.mapcount != 0 or (page.bits & bits.PG_SWAPCACHE and not try_to_free_swap(state, pte.pfn)):
            return
        clear_bits(state, pte.pfn, bits.PG_DIRTY)
    if pte.bits & (bits.PTE_YOUNG | bits.PTE_DIRTY):
        set_pte(state, row, pte.pfn, pte.bits & ~(bits.PTE_YOUNG | bits.PTE_DIRTY))
    mark_page_lazyfree(state, pte.pfn)


@room
def _advise_vma(state, vma, row, pages, advice):
    if advice == MADV_DONTNEED:
        zap_pte_range(state, vma, row, pages)
        return
    if advice == MADV_PAGEOUT:
        end = row + pages
        while row < end:
            table_end = (row // PTRS_PER_PTE + 1) * PTRS_PER_PTE
            _pageout(state, row, min(table_end, end))
            row = table_end
        return
    for at in range(row, row + pages):
        if not _present(state, at):
            if advice == MADV_FREE and state.pte[at].bits & bits.PTE_SWAP:
                zap_swap(state, vma, at)
            continue
        if advice == MADV_FREE:
            _lazyfree(state, at)
        elif _only_mapping(state, at):
            _make_cold(state, at)
            deactivate_page(state, state.pte[at].pfn)


@room
def do_madvise(state, task, addr, length, advice):
    """Advise about a byte range. Returns an errno."""
    known = advice in (MADV_COLD, MADV_PAGEOUT, MADV_FREE, MADV_DONTNEED)
    if not known or addr < 0 or length < 0 or addr % PAGE_SIZE:
        return EINVAL
    start, end = first_page(addr), end_page(addr, length)
    result = check_range(state, task, start, end)
    if result:
        return result
    begin_direct(state.sc[SC_ROW_REQUEST], SC_DIRECT, tables.ACTOR_REQUEST, SWAP_CLUSTER_MAX)
    lru_add_drain(state)
    vpn = start
    while vpn < end:
        vma = find_vma(state, task, vpn)
        last = min(end, state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES])
        if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
            return EINVAL
        if advice == MADV_FREE and state.vma[vma, tables.VMA_FILE] >= 0:
            return EINVAL
        row = state.vma[vma, tables.VMA_FIRST_PTE] + vpn - state.vma[vma, tables.VMA_START_VPN]
        _advise_vma(state, vma, row, last - vpn, advice)
        vpn = last
    set_actor(state, tables.ACTOR_REQUEST, tables.ACTOR_PFN, -1)
    return OK
