"""Throwing cached pages away: drop_caches, fadvise; and sync.

Kernel: mm/truncate.c (invalidate_mapping_pagevec), fs/drop_caches.c, mm/fadvise.c, fs/sync.c, 6.1. [Drop-1..3, Fadv-1]
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import blk_flush_plugs, next_completion_ns
from memsim_gui.mm.calls import EINVAL, FADV_DONTNEED, FADV_NOREUSE, FADV_WILLNEED
from memsim_gui.mm.filemap import cell_of, filemap_get, filemap_remove_folio
from memsim_gui.mm.mm_inline import folio_mapped
from memsim_gui.mm.mm_types import SYS_NOW_NS
from memsim_gui.mm.page_flags import set_cell
from memsim_gui.mm.page_writeback import write_cache_pages
from memsim_gui.mm.readahead import page_cache_ra_unbounded
from memsim_gui.mm.sched import sleep_until
from memsim_gui.mm.slab import try_to_free_buffers
from memsim_gui.mm.swap import deactivate_file_folio, folio_put, lru_add_drain
from memsim_gui.mm.tracepoint import set_file
from memsim_gui.mm.vmstat import DROP_PAGECACHE, DROP_SLAB, count_vm_event
from memsim_gui.trace import bits, causes, tables

PAGEVEC_SIZE = 15
UNLIMITED = 1 << 60
OK = 0


@inline
def _removable(state, pfn):
    """Whether nobody uses a cached page: clean, unmapped, and only the cache refers to it."""
    page = state.page[pfn]
    if page.bits & (bits.PG_DIRTY | bits.PG_WRITEBACK) or folio_mapped(state, pfn):
        return False
    return page.refcount == 1


@room
def invalidate_mapping_pages(state, file):
    """Remove every clean, unused page of a file, without shadows; the others are moved towards the inactive tail.

    Entries are looked at in groups of 15, shadows included; the first group with a page in it drains this CPU's batches
    when it is let go. Returns pages that stayed.
    """
    kept, entries, pages, drained = 0, 0, 0, False
    shmem = state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM
    for index in range(state.file[file, tables.FILE_PAGES]):
        cell = cell_of(state, file, index)
        pfn = filemap_get(state, file, index)
        if state.cell[cell] == 0 or (pfn >= 0 and state.page[pfn].bits & bits.PG_LOCKED):
            continue
        entries += 1
        pages += pfn >= 0
        if pfn < 0 and not shmem:
            set_cell(state, cell, 0)
        elif pfn >= 0 and not shmem and _removable(state, pfn):
            try_to_free_buffers(state, pfn)
            filemap_remove_folio(state, pfn, 0)
            folio_put(state, pfn, causes.DROP)
        elif pfn >= 0:
            deactivate_file_folio(state, pfn)
            kept += 1
        if entries % PAGEVEC_SIZE == 0 and pages and not drained:
            lru_add_drain(state)
            drained = True
    if pages and not drained:
        lru_add_drain(state)
    return kept


@room
def drop_caches(state, what):
    """Bit 1: the page cache; bit 2: slab. Simplified: slab is a constant, nothing of it is freed. Returns an errno."""
    if what < 1 or what > 3:
        return EINVAL
    if what & 1:
        for file in range(len(state.file)):
            if state.file[file, tables.FILE_NRPAGES] or state.file[file, tables.FILE_PAGES]:
                invalidate_mapping_pages(state, file)
        count_vm_event(state, DROP_PAGECACHE)
    if what & 2:
        count_vm_event(state, DROP_SLAB)
    return OK


@room
def wait_for_devices(state):
    """Sleep until every request in flight is done."""
    blk_flush_plugs(state)
    while True:
        ahead = -1
        for device in range(len(state.device)):
            due = next_completion_ns(state, device)
            if due >= 0 and (ahead < 0 or due < ahead):
                ahead = due
        if ahead < 0:
            return
        sleep_until(state, max(ahead, state.sys[SYS_NOW_NS] + 1))


@room
def fsync(state, file):
    """Write a file's dirty pages and wait for them."""
    write_cache_pages(state, file, 0, UNLIMITED)
    wait_for_devices(state)


@room
def sync(state):
    """Write every dirty page and wait."""
    for file in range(len(state.file)):
        if state.file[file, tables.FILE_NR_DIRTY]:
            write_cache_pages(state, file, 0, UNLIMITED)
    wait_for_devices(state)


@room
def do_fadvise(state, file, advice):
    """Advise about a whole open file. Returns an errno."""
    if advice < 0 or advice > FADV_NOREUSE:
        return EINVAL
    if advice == FADV_DONTNEED:
        write_cache_pages(state, file, 0, UNLIMITED)
        lru_add_drain(state)
        if invalidate_mapping_pages(state, file):
            lru_add_drain(state)
            invalidate_mapping_pages(state, file)
    elif advice == FADV_WILLNEED:
        page_cache_ra_unbounded(state, file, 0, state.file[file, tables.FILE_PAGES], -1)
    elif advice != FADV_NOREUSE:  # which has no effect in 6.1
        set_file(state, file, tables.FILE_MODE, advice)
    return OK
