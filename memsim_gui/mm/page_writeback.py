"""Dirty pages: counting them, the thresholds, and starting their write-out.

Kernel: mm/page-writeback.c, 6.1. Accounting table: section 10 of the rules.

Simplified: no task has a real-time priority, which would raise its limits ([Dirty-2]).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import WRITE, folio_start_writeback, submit_bio
from memsim_gui.mm.filemap import PAGE_SIZE, cell_of, file_of
from memsim_gui.mm.mm_inline import page_node
from memsim_gui.mm.mm_types import (
    SYS_BUFFER_HEADS,
    SYS_CURRENT_TASK,
    SYS_NOW_NS,
    TUN_DIRTY_BACKGROUND_BYTES,
    TUN_DIRTY_BACKGROUND_RATIO,
    TUN_DIRTY_BYTES,
    TUN_DIRTY_RATIO,
    TUN_TOTALRESERVE_PAGES,
)
from memsim_gui.mm.page_flags import clear_bits, set_bits
from memsim_gui.mm.rmap import folio_mkclean
from memsim_gui.mm.tracepoint import set_file, set_task
from memsim_gui.mm.vmstat import (
    NR_ACTIVE_FILE,
    NR_DIRTIED,
    NR_DIRTY,
    NR_FREE_PAGES,
    NR_INACTIVE_FILE,
    NR_WRITEBACK,
    NR_ZONE_WRITE_PENDING,
    global_node_page_state,
    global_zone_page_state,
    mod_node_page_state,
    mod_zone_page_state,
    node_page_state,
    zone_page_state,
)
from memsim_gui.trace import bits, counters, tables

RATIO_SHIFT = 4096


@inline
def global_dirtyable_memory(state):
    """Pages that may become dirty: free ones above the reserves and the file lists. [Dirty-1]"""
    free = global_zone_page_state(state, NR_FREE_PAGES) - state.tun[TUN_TOTALRESERVE_PAGES]
    file = global_node_page_state(state, NR_INACTIVE_FILE) + global_node_page_state(state, NR_ACTIVE_FILE)
    return max(0, free) + file + 1


@inline
def _threshold(state, bytes_tunable, ratio_tunable, available):
    limit_bytes = state.tun[bytes_tunable]
    if limit_bytes:
        return (limit_bytes + PAGE_SIZE - 1) // PAGE_SIZE
    return state.tun[ratio_tunable] * RATIO_SHIFT // 100 * available // RATIO_SHIFT


@inline
def global_dirty_limits(state):
    """Background and dirty threshold in pages. [Dirty-2]"""
    available = global_dirtyable_memory(state)
    dirty = _threshold(state, TUN_DIRTY_BYTES, TUN_DIRTY_RATIO, available)
    background = _threshold(state, TUN_DIRTY_BACKGROUND_BYTES, TUN_DIRTY_BACKGROUND_RATIO, available)
    if background >= dirty:
        background = dirty // 2
    return background, dirty


@inline
def node_dirty_ok(state, node):
    """Whether a node may take one more page for writing. [Wr-3]"""
    dirtyable = node_page_state(state, node, NR_INACTIVE_FILE) + node_page_state(state, node, NR_ACTIVE_FILE)
    for kind in range(counters.ZONES_PER_NODE):
        dirtyable += zone_page_state(state, node * counters.ZONES_PER_NODE + kind, NR_FREE_PAGES)
    dirtyable -= min(dirtyable, state.tun[TUN_TOTALRESERVE_PAGES] // len(state.node))
    limit = state.tun[TUN_DIRTY_RATIO] * dirtyable // 100
    return node_page_state(state, node, NR_DIRTY) + node_page_state(state, node, NR_WRITEBACK) <= limit


@room
def folio_mark_dirty(state, pfn):
    """Mark a file page dirty; only the first time changes anything. [Wr-2]"""
    page = state.page[pfn]
    if page.bits & bits.PG_DIRTY:
        return
    file, node = file_of(state, pfn), page_node(state, pfn)
    if state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM:
        set_bits(state, pfn, bits.PG_DIRTY)
        return
    if page.bits & bits.PG_PRIVATE == 0:
        state.sys[SYS_BUFFER_HEADS] += 1
    set_bits(state, pfn, bits.PG_DIRTY | bits.PG_PRIVATE)
    mod_node_page_state(state, node, NR_DIRTY, 1)
    mod_zone_page_state(state, page.zone, NR_ZONE_WRITE_PENDING, 1)
    mod_node_page_state(state, node, NR_DIRTIED, 1)
    if state.file[file, tables.FILE_NR_DIRTY] == 0:
        set_file(state, file, tables.FILE_DIRTIED_NS, state.sys[SYS_NOW_NS])
    set_file(state, file, tables.FILE_NR_DIRTY, state.file[file, tables.FILE_NR_DIRTY] + 1)
    task = state.sys[SYS_CURRENT_TASK]
    if task >= 0:
        set_task(state, task, tables.TASK_NR_DIRTIED, state.task[task, tables.TASK_NR_DIRTIED] + 1)


@room
def folio_clear_dirty(state, pfn):
    """The page is clean from now on, because it is being written or thrown away."""
    clear_bits(state, pfn, bits.PG_DIRTY)
    file, node = file_of(state, pfn), page_node(state, pfn)
    if state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM:
        return
    mod_node_page_state(state, node, NR_DIRTY, -1)
    mod_zone_page_state(state, state.page[pfn].zone, NR_ZONE_WRITE_PENDING, -1)
    set_file(state, file, tables.FILE_NR_DIRTY, state.file[file, tables.FILE_NR_DIRTY] - 1)


@room
def write_file_page(state, pfn):
    """Start writing a dirty file page to its device."""
    file = file_of(state, pfn)
    if folio_mkclean(state, pfn):
        set_bits(state, pfn, bits.PG_DIRTY)
    folio_clear_dirty(state, pfn)
    folio_start_writeback(state, pfn)
    cell = cell_of(state, file, state.page[pfn].index)
    submit_bio(state, state.file[file, tables.FILE_DEVICE], pfn, WRITE, cell)


@room
def write_cache_pages(state, file, start, budget):
    """Write up to `budget` dirty pages of a file from index `start` on; return the index to go on at, -1 at the end."""
    pages = state.file[file, tables.FILE_PAGES]
    for index in range(start, pages):
        if state.file[file, tables.FILE_NR_DIRTY] == 0:
            return -1
        entry = state.cell[cell_of(state, file, index)]
        if entry <= 0:
            continue
        flags = state.page[entry - 1].bits
        if flags & bits.PG_DIRTY and flags & (bits.PG_WRITEBACK | bits.PG_LOCKED) == 0:
            write_file_page(state, entry - 1)
            budget -= 1
            if budget == 0:
                return index + 1
    return -1
