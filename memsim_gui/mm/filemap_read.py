"""read(2) and write(2) through the page cache, and the writer's throttling.

Kernel: mm/filemap.c (filemap_read, generic_perform_write), mm/page-writeback.c (balance_dirty_pages), 6.1.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.filemap import PAGE_SIZE, filemap_add_folio, filemap_get
from memsim_gui.mm.flusher import FLUSH_BACKGROUND, wakeup_flusher
from memsim_gui.mm.mm_types import DEVICE_PAGE_NS, SYS_CURRENT_TASK, SYS_NOW_NS, TUN_LATENCY_FREE
from memsim_gui.mm.page_alloc import alloc_page
from memsim_gui.mm.page_flags import change_bits, clear_bits
from memsim_gui.mm.page_writeback import folio_mark_dirty, global_dirty_limits
from memsim_gui.mm.readahead import page_cache_async_ra, page_cache_sync_ra, start_read
from memsim_gui.mm.sched import io_wait, sleep_until, stall
from memsim_gui.mm.swap import folio_mark_accessed, folio_put
from memsim_gui.mm.tracepoint import set_file, set_task, trace
from memsim_gui.mm.vmstat import NR_DIRTY, NR_WRITEBACK, global_node_page_state
from memsim_gui.trace import bits, causes, kinds, tables

PAGEVEC_SIZE = 15
DIRTY_POLL_THRESH = 32
OVER_LIMIT_PAUSE_PAGES = 8
MAX_PAUSE_NS = 200_000_000
MIN_PAUSE_NS = 4_000_000
RATIO = 1 << 10


@room
def _collect(state, file, index, last):
    """Length of the run of cached pages from `index`: it ends after a page that is being read or is a marker. [Rd-1]"""
    count = 0
    while count < PAGEVEC_SIZE and index + count < last:
        pfn = filemap_get(state, file, index + count)
        if pfn < 0:
            break
        count += 1
        if state.page[pfn].bits & bits.PG_UPTODATE == 0 or state.page[pfn].bits & bits.PG_READAHEAD:
            break
    return count


@room
def _get_pages(state, file, index, last):
    """Cached run for a read, reading what is missing; 0 if the task was killed for want of memory."""
    count = _collect(state, file, index, last)
    if count == 0:
        page_cache_sync_ra(state, file, index, last - index)
        count = _collect(state, file, index, last)
    if count == 0:
        pfn = alloc_page(state, False)
        if pfn < 0:
            return 0
        start_read(state, pfn, file, index)
        count = 1
    return count


@inline
def _wait_uptodate(state, pfn):
    if state.page[pfn].bits & bits.PG_LOCKED:
        since = state.sys[SYS_NOW_NS]
        io_wait(state, pfn, bits.PG_LOCKED)
        stall(state, state.sys[SYS_CURRENT_TASK], causes.STALL_IO, since)


@inline
def _same_page_as_last(state, file, pos):
    """Whether the byte about to be read lies in the page the last read ended in. [Rd-2]"""
    prev_pos = state.file[file, tables.FILE_PREV_POS]
    return prev_pos > 0 and (prev_pos - 1) // PAGE_SIZE == pos // PAGE_SIZE


@room
def _read_run(state, file, pos, end, count):
    """Copy a run of cached pages to the reader, marking them accessed; return the new position."""
    for i in range(count):
        pfn = filemap_get(state, file, pos // PAGE_SIZE)
        if i or not _same_page_as_last(state, file, pos):
            folio_mark_accessed(state, pfn)
        pos = min(end, (pos // PAGE_SIZE + 1) * PAGE_SIZE)
        set_file(state, file, tables.FILE_PREV_POS, pos)
    return pos


@room
def filemap_read(state, file, pos, length):
    """One read(2). Returns 0, or -1 if the task was killed for want of memory."""
    end = min(pos + length, state.file[file, tables.FILE_SIZE_BYTES])
    while pos < end:
        index, last = pos // PAGE_SIZE, (end + PAGE_SIZE - 1) // PAGE_SIZE
        cached = filemap_get(state, file, index)
        hit = cached >= 0 and state.page[cached].bits & bits.PG_UPTODATE != 0
        count = _get_pages(state, file, index, last)
        if count == 0:
            return -1
        _hold_run(state, file, index, count, causes.HIT if hit else causes.MISS)
        tail = filemap_get(state, file, index + count - 1)
        if state.page[tail].bits & bits.PG_READAHEAD:
            page_cache_async_ra(state, file, tail, index + count - 1, last - (index + count - 1))
        _wait_uptodate(state, tail)
        pos = _read_run(state, file, pos, end, count)
        for i in range(count):
            folio_put(state, filemap_get(state, file, index + i), causes.DROP)
    return 0


@inline
def _hold_run(state, file, index, count, cause):
    """Take a reference on every page of a run, so that none goes while the reader waits."""
    first_cell = state.file[file, tables.FILE_FIRST_CELL]
    for i in range(index, index + count):
        pfn = filemap_get(state, file, i)
        state.page[pfn].refcount += 1
        trace(state, kinds.READ, cause, 0, 0, first_cell + i, pfn)


@room
def _grab_page_for_write(state, file, index):
    """Page of a file for writing, created without reading; -1 if the task was killed for want of memory."""
    pfn = filemap_get(state, file, index)
    if pfn >= 0:
        if state.page[pfn].bits & bits.PG_LOCKED:
            state.page[pfn].refcount += 1
            _wait_uptodate(state, pfn)
            folio_put(state, pfn, causes.DROP)
        return pfn
    pfn = alloc_page(state, True)
    if pfn < 0:
        return -1
    filemap_add_folio(state, pfn, file, index, True)
    change_bits(state, pfn, bits.PG_UPTODATE, bits.PG_LOCKED)
    folio_put(state, pfn, causes.DROP)
    return pfn


@room
def generic_perform_write(state, file, pos, length):
    """One write(2) of whole pages: pages become dirty, but not accessed. [Wr-1] 0, or -1 if the task was killed."""
    for index in range(pos // PAGE_SIZE, (pos + length + PAGE_SIZE - 1) // PAGE_SIZE):
        if index >= state.file[file, tables.FILE_PAGES]:
            set_file(state, file, tables.FILE_PAGES, index + 1)
        pfn = _grab_page_for_write(state, file, index)
        if pfn < 0:
            return -1
        trace(state, kinds.WRITE, 0, 0, 0, state.file[file, tables.FILE_FIRST_CELL] + index, pfn)
        clear_bits(state, pfn, bits.PG_READAHEAD)
        folio_mark_dirty(state, pfn)
        balance_dirty_pages_ratelimited(state, file)
    if pos + length > state.file[file, tables.FILE_SIZE_BYTES]:
        set_file(state, file, tables.FILE_SIZE_BYTES, pos + length)
    return 0


@inline
def _pause_pages(threshold, dirty):
    """Pages a task may dirty before it looks again: about the square root of what is left. [Dirty-4]"""
    left, log2 = threshold - dirty, 0
    while left > 1:
        left >>= 1
        log2 += 1
    return 1 << (log2 >> 1)


@inline
def _pos_ratio(dirty, setpoint, limit):
    """How fast tasks may dirty pages against the device's speed, times RATIO: 2 when free, 0 at the limit."""
    x = (setpoint - dirty) * RATIO // max(1, limit - setpoint)
    cube = x * x // RATIO * x // RATIO
    return max(0, min(2 * RATIO, RATIO + cube))


@room
def balance_dirty_pages_ratelimited(state, file):
    """After a page was dirtied: wake the flusher, and make the writer wait near the limit. [Dirty-4]

    Simplified: the device's speed is known instead of estimated, one writer a device, no per-device thresholds.
    """
    task = state.sys[SYS_CURRENT_TASK]
    if task < 0 or state.tun[TUN_LATENCY_FREE]:
        return
    pause_at = state.task[task, tables.TASK_DIRTIED_PAUSE]
    if state.task[task, tables.TASK_NR_DIRTIED] < (pause_at or DIRTY_POLL_THRESH):
        return
    dirtied = state.task[task, tables.TASK_NR_DIRTIED]
    set_task(state, task, tables.TASK_NR_DIRTIED, 0)
    background, threshold = global_dirty_limits(state)
    reclaimable = global_node_page_state(state, NR_DIRTY)
    dirty = reclaimable + global_node_page_state(state, NR_WRITEBACK)
    if reclaimable > background:
        wakeup_flusher(state, FLUSH_BACKGROUND)
    freerun = (background + threshold) // 2
    if dirty <= freerun:
        set_task(state, task, tables.TASK_DIRTIED_PAUSE, _pause_pages(threshold, dirty))
        return
    set_task(state, task, tables.TASK_DIRTIED_PAUSE, OVER_LIMIT_PAUSE_PAGES)
    wakeup_flusher(state, FLUSH_BACKGROUND)
    ratio = _pos_ratio(dirty, (freerun + threshold) // 2, threshold)
    page_ns = state.device[state.file[file, tables.FILE_DEVICE], DEVICE_PAGE_NS]
    pause = dirtied * page_ns * RATIO // max(1, ratio)
    since = state.sys[SYS_NOW_NS]
    sleep_until(state, since + max(MIN_PAUSE_NS, min(MAX_PAUSE_NS, pause)))
    stall(state, task, causes.STALL_DIRTY, since)
