"""Small objects that grow with the caches: nodes of XArrays, and buffer heads. page_alloc.py takes slabs for them.

Kernel: lib/xarray.c (xas_create), mm/swap_state.c (swap_address_space), fs/ext4/extents.c, fs/buffer.c, 6.1.

A node has 64 slots. Each entry of `xa_node` stands for one node at the bottom; its upper bits tell of those above.
Simplified: nodes are never freed; a stretch of 64 cells is taken for a node whether or not a file begins at its start.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import SYS_BUFFER_HEADS, SYS_XA_NODES, XA_CHUNK_SIZE
from memsim_gui.mm.page_flags import clear_bits
from memsim_gui.trace import bits, tables

LEAF = 1
ABOVE = 2  # the node above, which covers 64 of these, marked at the first of them
TOP = 4  # the node above those, marked at the first of the array
SWAP_ADDRESS_SPACE_NODES = 16384 // XA_CHUNK_SIZE  # slots that share an XArray
EXTENTS_IN_INODE = 4
EXTENT_PAGES = 32768
EXTENT_TREE_NODES = 3  # a file with more extents reads a block: a leaf far out in the block device's array


@room
def xa_create_cell(state, file, cell):
    """Make the nodes for a page of a file."""
    leaf, first = cell // XA_CHUNK_SIZE, state.file[file, tables.FILE_FIRST_CELL] // XA_CHUNK_SIZE
    if state.xa_node[leaf] & LEAF:
        return
    above = first + (leaf - first) // XA_CHUNK_SIZE * XA_CHUNK_SIZE
    added = 1
    if state.xa_node[above] & ABOVE == 0:
        added += 1
    if above != first and state.xa_node[first] & TOP == 0:
        state.xa_node[first] |= TOP
        added += 1
    if state.xa_node[first] == 0 and state.file[file, tables.FILE_PAGES] >= EXTENTS_IN_INODE * EXTENT_PAGES:
        added += EXTENT_TREE_NODES
    state.xa_node[above] |= ABOVE
    state.xa_node[leaf] |= LEAF
    state.sys[SYS_XA_NODES] += added


@inline
def xa_create_slot(state, slot):
    """Make the nodes for a swap slot."""
    leaf = slot // XA_CHUNK_SIZE
    if state.xa_swap[leaf] & LEAF == 0:
        above, top = leaf // XA_CHUNK_SIZE * XA_CHUNK_SIZE, leaf // SWAP_ADDRESS_SPACE_NODES * SWAP_ADDRESS_SPACE_NODES
        added = 1 + (state.xa_swap[above] & ABOVE == 0) + (state.xa_swap[top] & TOP == 0)
        state.xa_swap[top] |= TOP
        state.xa_swap[above] |= ABOVE
        state.xa_swap[leaf] |= LEAF
        state.sys[SYS_XA_NODES] += added


@inline
def try_to_free_buffers(state, pfn):
    """Free the buffer head of a page that has one."""
    if state.page[pfn].bits & bits.PG_PRIVATE:
        clear_bits(state, pfn, bits.PG_PRIVATE)
        state.sys[SYS_BUFFER_HEADS] -= 1
