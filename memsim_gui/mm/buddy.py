"""Free blocks of zone DMA by size and by what may be allocated from them, and what a zone does when one kind runs out.

Kernel: mm/page_alloc.c (__rmqueue, __rmqueue_fallback, steal_suitable_fallback, __free_one_page), 6.1. [Wm-7]

    own list: smallest block that is large enough, split
    else    : the largest block of another kind; 512 pages and more change hands, smaller ones boost the watermarks

Simplified: only zone DMA has such lists, since its free blocks after boot are the same on every PC and known; other
zones keep their free frames on one stack and never run out of one kind. A block is named by its first frame, which
holds its order + 1 in `private` and its links in `lru_next` and `lru_prev`.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import (
    MIGRATE_MOVABLE,
    MIGRATE_RECLAIMABLE,
    MIGRATE_TYPES,
    MIGRATE_UNMOVABLE,
    ORDERS,
    PAGEBLOCK_ORDER,
    TUN_WATERMARK_BOOST_FACTOR,
    ZONE_BOOSTED_WATERMARK,
)
from memsim_gui.mm.tracepoint import set_zone
from memsim_gui.trace import lanes, tables

PAGEBLOCK_PAGES = 1 << PAGEBLOCK_ORDER
LEAST_BLOCKS = 4  # a zone of fewer page blocks is not worth a boost


@inline
def _block(state, zone, pfn):
    return (pfn - state.zone[zone, tables.ZONE_START]) >> PAGEBLOCK_ORDER


@inline
def _put(state, zone, kind, order, pfn):
    """Put a free block at the head of a list."""
    head = state.free_area[zone, kind, order]
    page = state.page[pfn]
    page.private = order + 1
    page.lru_next = head
    page.lru_prev = -1
    if head >= 0:
        state.page[head].lru_prev = pfn
    state.free_area[zone, kind, order] = pfn


@inline
def _remove(state, zone, order, pfn):
    """Take a free block off the list it is on."""
    page = state.page[pfn]
    after, before = page.lru_next, page.lru_prev
    if after >= 0:
        state.page[after].lru_prev = before
    if before >= 0:
        state.page[before].lru_next = after
    else:
        for kind in range(MIGRATE_TYPES):
            if state.free_area[zone, kind, order] == pfn:
                state.free_area[zone, kind, order] = after
    page.private = 0
    page.lru_next = -1
    page.lru_prev = -1


@room
def _rmqueue_smallest(state, zone, order, kind):
    """Split off the smallest block of a kind that is large enough; -1 if there is none."""
    for size in range(order, ORDERS):
        pfn = state.free_area[zone, kind, size]
        if pfn >= 0:
            _remove(state, zone, size, pfn)
            for half in range(size - 1, order - 1, -1):
                _put(state, zone, kind, half, pfn + (1 << half))
            return pfn
    return -1


@inline
def _fallback_kind(state, zone, order, kind):
    """Kind whose block of an order `kind` may take, in the kernel's order of preference; -1 if there is none."""
    first = MIGRATE_UNMOVABLE if kind == MIGRATE_RECLAIMABLE else MIGRATE_RECLAIMABLE
    second = MIGRATE_UNMOVABLE if kind == MIGRATE_MOVABLE else MIGRATE_MOVABLE
    if state.free_area[zone, first, order] >= 0:
        return first
    return second if state.free_area[zone, second, order] >= 0 else -1


@room
def _boost_watermark(state, zone):
    """Raise the zone's watermarks by a page block, to have kswapd free whole blocks. [Wm-7]"""
    managed, factor = state.zone[zone, tables.ZONE_MANAGED], state.tun[TUN_WATERMARK_BOOST_FACTOR]
    if factor == 0 or managed < LEAST_BLOCKS * PAGEBLOCK_PAGES:
        return
    most = max(PAGEBLOCK_PAGES, state.zone[zone, tables.ZONE_HIGH] * factor // 10000)
    set_zone(state, zone, tables.ZONE_BOOST, min(state.zone[zone, tables.ZONE_BOOST] + PAGEBLOCK_PAGES, most))
    state.zone[zone, ZONE_BOOSTED_WATERMARK] = 1


@room
def _move_freepages_block(state, zone, block, kind):
    """Give the free blocks inside a page block to a kind. Returns free pages << 32 | movable pages in use."""
    pfn = state.zone[zone, tables.ZONE_START] + (block << PAGEBLOCK_ORDER)
    end = min(pfn + PAGEBLOCK_PAGES, state.zone[zone, tables.ZONE_START] + state.zone[zone, tables.ZONE_MANAGED])
    free, movable = 0, 0
    while pfn < end:
        lane = state.page[pfn].lane & lanes.KIND_MASK
        if lane == lanes.FREE and state.page[pfn].private:
            order = state.page[pfn].private - 1
            _remove(state, zone, order, pfn)
            _put(state, zone, kind, order, pfn)
            free += 1 << order
            pfn += 1 << order
        else:
            movable += lane <= lanes.UNEVICTABLE
            pfn += 1
    return free << 32 | movable


@room
def _steal(state, zone, pfn, order, kind, whole_block):
    """Let `kind` have a block of another kind, and its whole page block if most of that suits."""
    block = _block(state, zone, pfn)
    if order >= PAGEBLOCK_ORDER:
        for other in range(block, block + (1 << order - PAGEBLOCK_ORDER)):
            state.pageblock[zone, other] = kind
    else:
        _boost_watermark(state, zone)
        if whole_block:
            was = state.pageblock[zone, block]
            counts = _move_freepages_block(state, zone, block, kind)
            free, movable = counts >> 32, counts & 0xFFFFFFFF
            alike = movable
            if kind != MIGRATE_MOVABLE:
                alike = PAGEBLOCK_PAGES - free - movable if was == MIGRATE_MOVABLE else 0
            if free + alike >= PAGEBLOCK_PAGES // 2:
                state.pageblock[zone, block] = kind
            return
    _remove(state, zone, order, pfn)
    _put(state, zone, kind, order, pfn)


@inline
def _smallest_fallback(state, zone, order, kind):
    """Order of the smallest block of another kind, which is known to exist."""
    size = order
    while _fallback_kind(state, zone, size, kind) < 0:
        size += 1
    return size


@room
def _rmqueue_fallback(state, zone, order, kind):
    """Take over free pages of another kind; False if there are none.

    The largest block goes, except to a movable page that would get only part of a page block: it takes the smallest.
    """
    largest = ORDERS - 1
    while largest >= order and _fallback_kind(state, zone, largest, kind) < 0:
        largest -= 1
    if largest < order:
        return False
    whole = largest >= PAGEBLOCK_ORDER // 2 or kind != MIGRATE_MOVABLE
    size = largest if whole else _smallest_fallback(state, zone, order, kind)
    other = _fallback_kind(state, zone, size, kind)
    _steal(state, zone, state.free_area[zone, other, size], size, kind, whole)
    return True


@room
def rmqueue_buddy(state, zone, order, kind):
    """First frame of a free block of 2^order pages for a kind of page; -1 if the zone has none."""
    pfn = _rmqueue_smallest(state, zone, order, kind)
    if pfn < 0 and _rmqueue_fallback(state, zone, order, kind):
        pfn = _rmqueue_smallest(state, zone, order, kind)
    return pfn


@inline
def pageblock_kind(state, zone, pfn):
    """Kind of page that the page block around a frame is for."""
    return state.pageblock[zone, _block(state, zone, pfn)]


@room
def free_one_page(state, zone, pfn):
    """Give a frame back, merged with its free buddies."""
    start, managed = state.zone[zone, tables.ZONE_START], state.zone[zone, tables.ZONE_MANAGED]
    order = 0
    while order < ORDERS - 1:
        buddy = start + ((pfn - start) ^ 1 << order)
        if buddy - start + (1 << order) > managed or state.page[buddy].private != order + 1:
            break
        if state.page[buddy].lane & lanes.KIND_MASK != lanes.FREE:
            break
        _remove(state, zone, order, buddy)
        pfn = min(pfn, buddy)
        order += 1
    _put(state, zone, pageblock_kind(state, zone, pfn), order, pfn)
