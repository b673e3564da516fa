"""Workingset detection: shadows of evicted pages, and what a refault tells.

Kernel: mm/workingset.c, 6.1.

Each node keeps an age that ticks once for every page that leaves or climbs the lists. Eviction writes the age into a
shadow
in the page's empty slot; when the page comes back the distance says how many more pages the inactive list would have
needed to hold it:

    age at refault - age at eviction  <=  pages of the lists that could make room     ->  active at once

A shadow is  eviction << 12 | node << 1 | workingset bit  and is stored as -1 - shadow; bits of the node and of the
age stand where they fit an int64. Simplified: nodes of the XArray that hold only shadows are never shrunk ([Ws-7]).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.decisions import has_active_lists
from memsim_gui.mm.mm_inline import page_node
from memsim_gui.mm.mm_types import SYS_SWAP_FREE
from memsim_gui.mm.page_flags import folio_is_file_lru, set_bits
from memsim_gui.mm.tracepoint import set_node
from memsim_gui.mm.vmstat import (
    NR_INACTIVE_ANON,
    WORKINGSET_ACTIVATE_ANON,
    WORKINGSET_REFAULT_ANON,
    WORKINGSET_RESTORE_ANON,
    mod_node_page_state,
    node_page_state,
)
from memsim_gui.trace import bits, lanes, tables

EVICTION_SHIFT = 12
NODE_MASK = 0x3FF
EVICTION_MASK = (1 << 36) - 1


@inline
def workingset_age_nonresident(state, node, pages):
    """Advance the node's age. [Ws-1]"""
    if pages:
        set_node(state, node, tables.NODE_NONRESIDENT_AGE, state.node[node, tables.NODE_NONRESIDENT_AGE] + pages)


@inline
def workingset_eviction(state, pfn):
    """Shadow entry (negative) for a page that reclaim evicts; the age advances. [Ws-2]"""
    node = page_node(state, pfn)
    age = state.node[node, tables.NODE_NONRESIDENT_AGE] & EVICTION_MASK
    restored = 1 if state.page[pfn].bits & bits.PG_WORKINGSET else 0
    workingset_age_nonresident(state, node, 1)
    return -1 - (age << EVICTION_SHIFT | node << 1 | restored)


@inline
def workingset_size(state, node, is_file):
    """Pages that could make room for a refaulting page. [Ws-5]"""
    size = node_page_state(state, node, NR_INACTIVE_ANON + lanes.ACTIVE_FILE)
    if not is_file:
        size += node_page_state(state, node, NR_INACTIVE_ANON + lanes.INACTIVE_FILE)
    if state.sys[SYS_SWAP_FREE] > 0:
        size += node_page_state(state, node, NR_INACTIVE_ANON + lanes.ACTIVE_ANON)
        if is_file:
            size += node_page_state(state, node, NR_INACTIVE_ANON)
    return size


@inline
def lru_note_cost(state, node, kind, pages):
    """Charge reclaim cost to anon (0) or file (1); both are halved when they outgrow the lists. [Cost-1]"""
    if pages == 0:
        return
    column = tables.NODE_ANON_COST + kind
    set_node(state, node, column, state.node[node, column] + pages)
    lru_pages = 0
    for lru in range(4):
        lru_pages += node_page_state(state, node, NR_INACTIVE_ANON + lru)
    anon, file = state.node[node, tables.NODE_ANON_COST], state.node[node, tables.NODE_FILE_COST]
    if anon + file > lru_pages // 4:
        set_node(state, node, tables.NODE_ANON_COST, anon // 2)
        set_node(state, node, tables.NODE_FILE_COST, file // 2)


@room
def workingset_refault(state, pfn, entry):
    """Judge a page that comes back over its shadow `entry` (negative). [Ws-5]"""
    shadow = -1 - entry
    evicted_on = shadow >> 1 & NODE_MASK
    is_file = folio_is_file_lru(state, pfn)
    kind = 1 if is_file else 0
    node = page_node(state, pfn)
    mod_node_page_state(state, evicted_on, WORKINGSET_REFAULT_ANON + kind, 1)
    age = state.node[evicted_on, tables.NODE_NONRESIDENT_AGE]
    distance = (age - (shadow >> EVICTION_SHIFT)) & EVICTION_MASK
    if distance > workingset_size(state, evicted_on, is_file) or not has_active_lists(state):
        return
    set_bits(state, pfn, bits.PG_ACTIVE)
    workingset_age_nonresident(state, node, 1)
    mod_node_page_state(state, node, WORKINGSET_ACTIVATE_ANON + kind, 1)
    if shadow & 1:
        set_bits(state, pfn, bits.PG_WORKINGSET)
        lru_note_cost(state, node, kind, 1)
        mod_node_page_state(state, node, WORKINGSET_RESTORE_ANON + kind, 1)
