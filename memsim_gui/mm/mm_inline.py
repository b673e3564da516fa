"""Lists of pages, and the counters that follow a page onto and off an LRU list.

Kernel: include/linux/mm_inline.h, include/linux/list.h, 6.1.

    list head  <->  newest  <->  ...  <->  oldest  <->  list head
               lru_next ->                      (reclaim takes from here: lru_prev of the head)

A lane's list head is the record behind the frames at `frames + lane`. `move_folio` is the only place where a frame
changes lanes.
"""

from memsim_gui.jit import inline
from memsim_gui.mm.tracepoint import trace_move
from memsim_gui.mm.vmstat import (
    NR_INACTIVE_ANON,
    NR_ZONE_INACTIVE_ANON,
    mod_node_page_state,
    mod_zone_page_state,
)
from memsim_gui.trace import bits, lanes

KIND_MASK = lanes.KIND_MASK
ORDERED_MASK = sum(1 << kind for kind in lanes.ORDERED)
UNEVICTABLE = lanes.UNEVICTABLE
HEAD = 0
TAIL = 1


@inline
def list_head(state, lane):
    """Record number of a lane's list head."""
    return len(state.page) - len(state.lane_pages) + lane


@inline
def node_lane(state, pfn, kind):
    """Lane of a kind on the node of a frame."""
    return state.page[pfn].lane & ~KIND_MASK | kind


@inline
def page_node(state, pfn):
    """Node of a frame."""
    return state.page[pfn].lane >> lanes.NODE_SHIFT


@inline
def lru_tail(state, lane):
    """Oldest frame on a lane, or the list head (>= frames) if it is empty."""
    return state.page[list_head(state, lane)].lru_prev


@inline
def lru_first(state, lane):
    """Newest frame on a lane, or the list head if it is empty."""
    return state.page[list_head(state, lane)].lru_next


@inline
def _unlink(state, pfn):
    page = state.page[pfn]
    before, after = page.lru_prev, page.lru_next
    state.page[before].lru_next = after
    state.page[after].lru_prev = before
    page.lru_next = -1
    page.lru_prev = -1


@inline
def _link_after(state, pfn, before):
    after = state.page[before].lru_next
    page = state.page[pfn]
    page.lru_next = after
    page.lru_prev = before
    state.page[before].lru_next = pfn
    state.page[after].lru_prev = pfn


@inline
def move_folio(state, pfn, kind, at_tail, cause):
    """Move a frame to a kind of lane on its node, at the head or the tail of its list."""
    src = state.page[pfn].lane
    dst = node_lane(state, pfn, kind)
    if ORDERED_MASK >> (src & KIND_MASK) & 1:
        _unlink(state, pfn)
    if ORDERED_MASK >> kind & 1:
        head = list_head(state, dst)
        _link_after(state, pfn, state.page[head].lru_prev if at_tail else head)
    state.page[pfn].lane = dst
    state.lane_pages[src] -= 1
    state.lane_pages[dst] += 1
    trace_move(state, pfn, src, dst, at_tail, cause)


@inline
def folio_lru_list(state, pfn):
    """List a page belongs on: a function of its flags alone. [Lru-1]"""
    flags = state.page[pfn].bits
    if flags & bits.PG_UNEVICTABLE:
        return UNEVICTABLE
    base = 0 if flags & bits.PG_SWAPBACKED else 2
    return base + (1 if flags & bits.PG_ACTIVE else 0)


@inline
def update_lru_size(state, pfn, kind, delta):
    """Count a page onto or off a list, per node and per zone. [Lru-3]"""
    mod_node_page_state(state, page_node(state, pfn), NR_INACTIVE_ANON + kind, delta)
    mod_zone_page_state(state, state.page[pfn].zone, NR_ZONE_INACTIVE_ANON + kind, delta)


@inline
def lruvec_add_folio(state, pfn, at_tail, cause):
    """Put a page on the list its flags name."""
    kind = folio_lru_list(state, pfn)
    move_folio(state, pfn, kind, at_tail, cause)
    update_lru_size(state, pfn, kind, 1)


@inline
def lruvec_del_folio(state, pfn, kind_to, cause):
    """Take a page off its list to a lane that is none (ISOLATED, IN_HAND)."""
    kind = state.page[pfn].lane & KIND_MASK
    move_folio(state, pfn, kind_to, TAIL, cause)
    update_lru_size(state, pfn, kind, -1)


@inline
def lruvec_move_folio(state, pfn, from_kind, at_tail, cause):
    """Move a page whose flags have just changed from list `from_kind` to the one its flags name now."""
    to_kind = folio_lru_list(state, pfn)
    move_folio(state, pfn, to_kind, at_tail, cause)
    if from_kind != to_kind:
        update_lru_size(state, pfn, from_kind, -1)
        update_lru_size(state, pfn, to_kind, 1)


@inline
def folio_evictable(state, pfn):
    """Whether reclaim may consider the page. Simplified: no mapping is marked unevictable (SHM_LOCK, ramfs)."""
    return state.page[pfn].bits & bits.PG_MLOCKED == 0


@inline
def folio_mapped(state, pfn):
    """Whether any page table maps the page."""
    return state.page[pfn].mapcount >= 0
