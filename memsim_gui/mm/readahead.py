"""Readahead: which pages of a file are read before anybody asked.

Kernel: mm/readahead.c, 6.1. [Ra-1..7]

    window:  start ......... start+size-async ......... start+size
                             marker (PG_readahead): hitting it starts the next window
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import READ, blk_flush_plug, submit_bio
from memsim_gui.mm.calls import FADV_RANDOM, FADV_SEQUENTIAL
from memsim_gui.mm.filemap import PAGE_SIZE, cell_of, filemap_add_folio, filemap_get
from memsim_gui.mm.mm_types import TUN_IO_PAGES, TUN_RA_PAGES
from memsim_gui.mm.page_alloc import try_alloc_page
from memsim_gui.mm.page_flags import clear_bits, set_bits
from memsim_gui.mm.swap import folio_put
from memsim_gui.mm.tracepoint import set_file
from memsim_gui.trace import bits, causes, tables


@inline
def ra_pages(state, file):
    """Largest ordinary window of an open file, in pages."""
    pages = state.tun[TUN_RA_PAGES]
    return 2 * pages if state.file[file, tables.FILE_MODE] == FADV_SEQUENTIAL else pages


@inline
def initial_window(req, limit):
    """First window of a stream that asks for `req` pages. [Ra-3]"""
    size = 1
    while size < req:
        size *= 2
    if size <= limit // 32:
        return size * 4
    return size * 2 if size <= limit // 4 else limit


@inline
def next_window(size, limit):
    """Window after one of `size` pages. [Ra-3]"""
    if size < limit // 16:
        return 4 * size
    return 2 * size if size <= limit // 2 else limit


@room
def read_page(state, file, index):
    """Allocate one page of a file, put it in the cache and start reading it; its frame, or -1 if memory is short."""
    pfn = try_alloc_page(state)
    if pfn < 0:
        return -1
    start_read(state, pfn, file, index)
    return pfn


@room
def start_read(state, pfn, file, index):
    """Put a page in hand into the cache and start reading it."""
    filemap_add_folio(state, pfn, file, index, False)
    submit_bio(state, state.file[file, tables.FILE_DEVICE], pfn, READ, cell_of(state, file, index))
    folio_put(state, pfn, causes.DROP)


@room
def page_cache_ra_unbounded(state, file, start, count, marker):
    """Read the holes of a window; the page numbered `marker` gets PG_readahead if it is new. [Ra-5]"""
    end = min(start + count, state.file[file, tables.FILE_PAGES])
    for index in range(start, end):
        if filemap_get(state, file, index) >= 0:
            continue
        pfn = read_page(state, file, index)
        if pfn < 0:
            break
        if index == marker:
            set_bits(state, pfn, bits.PG_READAHEAD)
    blk_flush_plug(state, state.file[file, tables.FILE_DEVICE])


@inline
def _set_window(state, file, start, size, async_size):
    row = state.file[file]
    if row[tables.FILE_RA_START] != start:
        set_file(state, file, tables.FILE_RA_START, start)
    if row[tables.FILE_RA_SIZE] != size:
        set_file(state, file, tables.FILE_RA_SIZE, size)
    if row[tables.FILE_RA_ASYNC] != async_size:
        set_file(state, file, tables.FILE_RA_ASYNC, async_size)


@room
def _next_hole(state, file, index, limit):
    """First page from `index` on that is not cached, at most `limit` away; -1 none."""
    pages = state.file[file, tables.FILE_PAGES]
    for at in range(index, index + limit):
        if at >= pages or filemap_get(state, file, at) < 0:
            return at
    return -1


@room
def _cached_before(state, file, index, limit):
    """Cached pages immediately before `index`, at most `limit`."""
    count = 0
    while count < limit and index - count > 0 and filemap_get(state, file, index - 1 - count) >= 0:
        count += 1
    return count


@inline
def _follows_last_read(state, file, index):
    prev_pos = state.file[file, tables.FILE_PREV_POS]
    if prev_pos < 0:
        return False
    step = index - prev_pos // PAGE_SIZE
    return step == 0 or step == 1


@room
def _choose_window(state, file, index, req, hit_marker, limit):
    """Window for a read at `index`: (start, size, async); size 0 = nothing, -1 = read just what is asked. [Ra-4]"""
    row = state.file[file]
    start, size, ahead = row[tables.FILE_RA_START], row[tables.FILE_RA_SIZE], row[tables.FILE_RA_ASYNC]
    first = initial_window(req, limit)
    if index and size and (index == start + size - ahead or index == start + size):
        return start + size, max(size, next_window(size, limit)), max(size, next_window(size, limit))
    if index and hit_marker:
        hole = _next_hole(state, file, index + 1, limit)
        if hole < 0 or hole - index > limit:
            return 0, 0, 0
        size = next_window(hole - index + req, limit)
        return hole, size, size
    if index == 0 or req > limit or _follows_last_read(state, file, index):
        return index, first, first - req if first > req else first
    before = _cached_before(state, file, index, limit)
    if before > req:
        size = min((2 * before if before >= index else before) + req, limit)
        return index, size, 1
    return index, -1, 0


@room
def ondemand_readahead(state, file, index, req, hit_marker):
    """Decide the window of a miss or of a marker that was hit, and read it."""
    limit = ra_pages(state, file)
    if req > limit and state.tun[TUN_IO_PAGES] > limit:
        limit = min(req, state.tun[TUN_IO_PAGES])
    start, size, ahead = _choose_window(state, file, index, req, hit_marker, limit)
    if size == 0:
        return
    if size < 0:
        page_cache_ra_unbounded(state, file, index, req, -1)
        return
    if start == index and size == ahead:
        more = next_window(size, limit)
        if size + more <= limit:
            size, ahead = size + more, more
        else:
            size, ahead = limit, limit // 2
    _set_window(state, file, start, size, ahead)
    page_cache_ra_unbounded(state, file, start, size, start + size - ahead)


@room
def page_cache_sync_ra(state, file, index, req):
    """A read missed the cache. [Ra-7]"""
    if state.tun[TUN_RA_PAGES] == 0:
        page_cache_ra_unbounded(state, file, index, 1, -1)
    elif state.file[file, tables.FILE_MODE] == FADV_RANDOM:
        page_cache_ra_unbounded(state, file, index, req, -1)
    else:
        ondemand_readahead(state, file, index, req, False)


@room
def page_cache_async_ra(state, file, pfn, index, req):
    """A read hit the marker. [Ra-6]"""
    if state.tun[TUN_RA_PAGES] == 0 or state.page[pfn].bits & bits.PG_WRITEBACK:
        return
    clear_bits(state, pfn, bits.PG_READAHEAD)
    ondemand_readahead(state, file, index, req, True)
