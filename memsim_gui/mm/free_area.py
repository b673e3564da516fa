"""Free frames: the buddy allocator's count, per-CPU free lists, and the watermark test.

Kernel: mm/page_alloc.c (rmqueue, free_unref_page, zone_watermark_ok), 6.1.

Simplified: free frames of a zone other than DMA (buddy.py) form one stack, since next to no order above 0 exists here;
a per-CPU list gives back the frames it took last. Simplified: no caller may dip into the reserves but one that is
killed ([Wm-6]).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.buddy import free_one_page, pageblock_kind, rmqueue_buddy
from memsim_gui.mm.mm_inline import TAIL, move_folio
from memsim_gui.mm.mm_types import (
    MIGRATE_MOVABLE,
    MIGRATE_RECLAIMABLE,
    SYS_MIGRATE_TYPE,
    ZONE_FREE_FACTOR,
    ZONE_FREE_HEAD,
    ZONE_PCP_COUNT,
    ZONE_PCP_HEAD,
    ZONE_TYPED,
)
from memsim_gui.mm.page_flags import set_owner
from memsim_gui.mm.tracepoint import trace
from memsim_gui.mm.vmstat import (
    NR_FREE_PAGES,
    PGALLOC_DMA,
    PGFREE,
    ZONES_PER_NODE,
    count_vm_event,
    count_vm_events,
    mod_zone_page_state,
    zone_page_state,
)
from memsim_gui.trace import causes, kinds, lanes, tables

MIN = tables.ZONE_MIN
LOW = tables.ZONE_LOW
HIGH = tables.ZONE_HIGH
MANAGED = tables.ZONE_MANAGED
PCP_BATCH_SCALE_MAX = 5


@inline
def zone_of(node, kind):
    """Zone number of a kind of zone on a node."""
    return node * ZONES_PER_NODE + kind


@inline
def mark_of(state, zone, mark):
    """Watermark of a zone, boost included."""
    return state.zone[zone, mark] + state.zone[zone, tables.ZONE_BOOST]


@inline
def zone_watermark_ok(state, zone, mark_pages, highest):
    """Order-0 watermark test of an allocation that may use zones up to the kind `highest`: strict. [Wm-6]"""
    free = zone_page_state(state, zone, NR_FREE_PAGES)
    reserve = state.zone[zone, tables.ZONE_PROTECTION] if highest > zone % ZONES_PER_NODE else 0
    return free > mark_pages + reserve


@inline
def pgdat_balanced(state, node, highest):
    """Whether at least one managed zone up to the kind `highest` passes HIGH. [Ks-3]"""
    for kind in range(highest + 1):
        zone = zone_of(node, kind)
        if state.zone[zone, MANAGED] and zone_watermark_ok(state, zone, mark_of(state, zone, HIGH), highest):
            return True
    return False


@inline
def _crossed(before, after, mark):
    return (before > mark) != (after > mark)


@room
def _trace_marks(state, zone, before, after):
    for mark in range(MIN, HIGH + 1):
        if _crossed(before, after, mark_of(state, zone, mark)):
            trace(state, kinds.WATERMARK, causes.MARK_MIN + mark - MIN, 0, 0, zone, after)


@inline
def _mod_free(state, zone, delta):
    before = zone_page_state(state, zone, NR_FREE_PAGES)
    mod_zone_page_state(state, zone, NR_FREE_PAGES, delta)
    if before + delta <= mark_of(state, zone, HIGH) or before <= mark_of(state, zone, HIGH):
        _trace_marks(state, zone, before, before + delta)


@inline
def _push(state, zone, head_column, pfn):
    state.page[pfn].lru_next = state.zone[zone, head_column]
    state.zone[zone, head_column] = pfn


@inline
def _pop(state, zone, head_column):
    pfn = state.zone[zone, head_column]
    state.zone[zone, head_column] = state.page[pfn].lru_next
    state.page[pfn].lru_next = -1
    return pfn


@room
def _refill_pcp(state, zone):
    """Take a batch from the buddy allocator at once. [Pcp-1]"""
    taken = 0
    for _ in range(state.zone[zone, tables.ZONE_PCP_BATCH]):
        if state.zone[zone, ZONE_FREE_HEAD] < 0:
            break
        pfn = _pop(state, zone, ZONE_FREE_HEAD)
        _push(state, zone, ZONE_PCP_HEAD, pfn)
        move_folio(state, pfn, lanes.PCP, TAIL, causes.REFILL)
        taken += 1
    state.zone[zone, ZONE_PCP_COUNT] += taken
    _mod_free(state, zone, -taken)


@inline
def _rmqueue_typed(state, zone):
    """Take one frame of a zone with lists by kind. Simplified: only movable pages rest on its per-CPU list."""
    if state.sys[SYS_MIGRATE_TYPE] == MIGRATE_MOVABLE and state.zone[zone, ZONE_PCP_COUNT]:
        state.zone[zone, ZONE_PCP_COUNT] -= 1
        return _pop(state, zone, ZONE_PCP_HEAD)
    pfn = rmqueue_buddy(state, zone, 0, state.sys[SYS_MIGRATE_TYPE])
    if pfn >= 0:
        _mod_free(state, zone, -1)
    return pfn


@room
def rmqueue(state, zone):
    """Take one frame of a zone, reference 1, in hand; -1 if the zone has none left."""
    if state.zone[zone, ZONE_TYPED]:
        state.zone[zone, ZONE_FREE_FACTOR] = 0
        pfn = _rmqueue_typed(state, zone)
        if pfn < 0:
            return -1
    elif state.zone[zone, tables.ZONE_PCP_HIGH]:
        state.zone[zone, ZONE_FREE_FACTOR] = 0
        if state.zone[zone, ZONE_PCP_COUNT] == 0:
            _refill_pcp(state, zone)
        if state.zone[zone, ZONE_PCP_COUNT] == 0:
            return -1
        pfn = _pop(state, zone, ZONE_PCP_HEAD)
        state.zone[zone, ZONE_PCP_COUNT] -= 1
    elif state.zone[zone, ZONE_FREE_HEAD] < 0:
        return -1
    else:
        pfn = _pop(state, zone, ZONE_FREE_HEAD)
    move_folio(state, pfn, lanes.IN_HAND, TAIL, causes.ALLOC)
    if state.zone[zone, tables.ZONE_PCP_HIGH] == 0:
        _mod_free(state, zone, -1)
    count_vm_event(state, PGALLOC_DMA + zone % ZONES_PER_NODE)
    state.page[pfn].refcount = 1
    state.page[pfn].mapcount = -1
    return pfn


@room
def rmqueue_slab(state, zone, order):
    """Give 2^order frames of a zone to a slab of reclaimable objects. Returns how many it got."""
    pages = 1 << order
    if state.zone[zone, ZONE_TYPED]:
        first = rmqueue_buddy(state, zone, order, MIGRATE_RECLAIMABLE)
        if first < 0:
            return 0
        _mod_free(state, zone, -pages)
        count_vm_events(state, PGALLOC_DMA + zone % ZONES_PER_NODE, pages)
        for pfn in range(first, first + pages):
            move_folio(state, pfn, lanes.KERNEL, TAIL, causes.RESERVE)
        return pages
    got = 0
    for _ in range(pages):
        pfn = rmqueue(state, zone)
        if pfn >= 0:
            move_folio(state, pfn, lanes.KERNEL, TAIL, causes.RESERVE)
            got += 1
    return got


@inline
def _give_back(state, zone, pfn):
    if state.zone[zone, ZONE_TYPED]:
        free_one_page(state, zone, pfn)
    else:
        _push(state, zone, ZONE_FREE_HEAD, pfn)


@inline
def _return_pcp(state, zone, count):
    """Give frames of the per-CPU list back to the buddy allocator."""
    for _ in range(count):
        pfn = _pop(state, zone, ZONE_PCP_HEAD)
        move_folio(state, pfn, lanes.FREE, TAIL, causes.REFILL)
        _give_back(state, zone, pfn)
    state.zone[zone, ZONE_PCP_COUNT] -= count
    _mod_free(state, zone, count)


@inline
def _pcp_free_count(state, zone, high):
    """How many frames go back at once: the batch, doubled for each free without an allocation between. [Pcp-2]"""
    batch = state.zone[zone, tables.ZONE_PCP_BATCH]
    factor = state.zone[zone, ZONE_FREE_FACTOR]
    if factor < PCP_BATCH_SCALE_MAX:
        state.zone[zone, ZONE_FREE_FACTOR] = factor + 1
    count = max(batch, min(batch << factor, high - batch))
    return min(count, state.zone[zone, ZONE_PCP_COUNT])


@room
def free_unref_page(state, pfn, cause):
    """Free a frame whose last reference is gone; its flags and owner are wiped."""
    page = state.page[pfn]
    zone = page.zone
    if page.bits:
        _wipe_bits(state, pfn)
    if page.mapping or page.index:
        set_owner(state, pfn, 0, 0)
    page.refcount = 0
    page.private = 0
    count_vm_event(state, PGFREE)
    high = state.zone[zone, tables.ZONE_PCP_HIGH]
    if high == 0 or (state.zone[zone, ZONE_TYPED] and pageblock_kind(state, zone, pfn) != MIGRATE_MOVABLE):
        _push_free(state, zone, pfn, cause)
        return
    move_folio(state, pfn, lanes.PCP, TAIL, cause)
    _push(state, zone, ZONE_PCP_HEAD, pfn)
    state.zone[zone, ZONE_PCP_COUNT] += 1
    if state.actor[zone // ZONES_PER_NODE, tables.ACTOR_AWAKE]:
        high = min(high, 4 * state.zone[zone, tables.ZONE_PCP_BATCH])
    if state.zone[zone, ZONE_PCP_COUNT] >= high:
        _return_pcp(state, zone, _pcp_free_count(state, zone, high))


@inline
def _wipe_bits(state, pfn):
    state.page[pfn].bits = 0
    trace(state, kinds.BITS, 0, 0, 0, pfn, 0)


@inline
def _push_free(state, zone, pfn, cause):
    move_folio(state, pfn, lanes.FREE, TAIL, cause)
    _give_back(state, zone, pfn)
    _mod_free(state, zone, 1)


@room
def drain_all_pages(state):
    """Return every per-CPU free list to the buddy allocator. [Pcp-4]"""
    for zone in range(len(state.zone)):
        if state.zone[zone, ZONE_PCP_COUNT]:
            _return_pcp(state, zone, state.zone[zone, ZONE_PCP_COUNT])
