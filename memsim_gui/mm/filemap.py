"""The page cache: insertion and removal. Reading and writing stand in filemap_read.py.

Kernel: mm/filemap.c (filemap_add_folio, __filemap_remove_folio), 6.1.

A file's pages are found by index, never by byte offset: cell = first cell of the file + byte offset // 4096.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_inline import page_node
from memsim_gui.mm.page_flags import set_bits, set_cell, set_owner
from memsim_gui.mm.slab import xa_create_cell
from memsim_gui.mm.swap import folio_add_lru
from memsim_gui.mm.tracepoint import set_file
from memsim_gui.mm.vmstat import NR_FILE_PAGES, NR_SHMEM, mod_node_page_state
from memsim_gui.mm.workingset import workingset_refault
from memsim_gui.trace import bits, tables

PAGE_SIZE = 4096


@inline
def cell_of(state, file, index):
    """Cell of a page of a file."""
    return state.file[file, tables.FILE_FIRST_CELL] + index


@inline
def filemap_get(state, file, index):
    """Frame that caches a page of a file, -1 if none does."""
    entry = state.cell[cell_of(state, file, index)]
    return entry - 1 if entry > 0 else -1


@inline
def file_of(state, pfn):
    """File a page-cache page belongs to."""
    return (state.page[pfn].mapping >> 1) - 1


@room
def filemap_add_folio(state, pfn, file, index, for_write):
    """Put a page in hand, locked, into the cache and queue it for its list. [Pc-1]

    A page that comes back to be read is judged by its shadow; one that is created for writing never is.
    """
    cell = cell_of(state, file, index)
    shmem = state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM
    shadow = state.cell[cell]
    set_bits(state, pfn, bits.PG_LOCKED | (bits.PG_SWAPBACKED if shmem else 0))
    set_owner(state, pfn, (file + 1) << 1, index)
    state.page[pfn].refcount += 1
    set_cell(state, cell, pfn + 1)
    xa_create_cell(state, file, cell)
    set_file(state, file, tables.FILE_NRPAGES, state.file[file, tables.FILE_NRPAGES] + 1)
    node = page_node(state, pfn)
    mod_node_page_state(state, node, NR_FILE_PAGES, 1)
    if shmem:
        mod_node_page_state(state, node, NR_SHMEM, 1)
    if shadow < 0 and not for_write:
        workingset_refault(state, pfn, shadow)
    folio_add_lru(state, pfn)


@room
def filemap_remove_folio(state, pfn, shadow):
    """Take a page out of the cache, leaving a shadow (0 = none); its reference is the caller's now. [Pc-2]"""
    file = file_of(state, pfn)
    set_cell(state, cell_of(state, file, state.page[pfn].index), shadow)
    set_file(state, file, tables.FILE_NRPAGES, state.file[file, tables.FILE_NRPAGES] - 1)
    node = page_node(state, pfn)
    mod_node_page_state(state, node, NR_FILE_PAGES, -1)
    if state.file[file, tables.FILE_KIND] == tables.FILE_SHMEM:
        mod_node_page_state(state, node, NR_SHMEM, -1)
    set_owner(state, pfn, 0, 0)
