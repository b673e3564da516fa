"""Reclaim of one node: how much to scan, isolating, ageing, and putting back.

Kernel: mm/vmscan.c, 6.1. kswapd.py and direct_reclaim.py drive it; shrink_folio_list.py decides about each page.

    active list                          inactive list
    head ... tail --deactivate--> head ......... tail --isolate--> decide --> free / keep at the head / activate
      ^                                                                |
      +----------------------------- activate -------------------------+

One turn of shrink_lruvec takes at most 32 pages of each list, so that kswapd can be suspended between turns.
Simplified: reclaimers do not wait for each other's isolated pages ([Iso-4]), and slab is never shrunk ([Slab-1]).
Simplified: pages are not demoted to slower nodes ([Numa-5]).
"""

from memsim_gui.jit import inline, prefetch, room
from memsim_gui.mm import decisions
from memsim_gui.mm.bio import blk_flush_plugs, complete_due
from memsim_gui.mm.flusher import FLUSH_ALL, wakeup_flusher
from memsim_gui.mm.free_area import HIGH, MANAGED, free_unref_page, mark_of, zone_of
from memsim_gui.mm.mm_inline import (
    HEAD,
    folio_evictable,
    lru_tail,
    lruvec_add_folio,
    lruvec_del_folio,
    move_folio,
)
from memsim_gui.mm.mm_types import (
    NODE_FLAGS,
    NODE_REFAULTS_ANON,
    PGDAT_CONGESTED,
    PGDAT_DIRTY,
    PGDAT_WRITEBACK,
    SC_ACTOR,
    SC_ANON_COST,
    SC_CACHE_TRIM_MODE,
    SC_DIRECT,
    SC_FILE_COST,
    SC_FILE_IS_TINY,
    SC_FILE_TAKEN,
    SC_FORCE_DEACTIVATE,
    SC_GOT,
    SC_KEEP_GOING,
    SC_KIND,
    SC_KSWAPD,
    SC_MAY_DEACTIVATE,
    SC_MAY_SWAP,
    SC_MEMCG,
    SC_NR,
    SC_NR_CONGESTED,
    SC_NR_DIRTY,
    SC_NR_PAGEOUT,
    SC_NR_RECLAIMED,
    SC_NR_TAKEN,
    SC_NR_TO_RECLAIM,
    SC_NR_UNQUEUED_DIRTY,
    SC_NR_WRITEBACK,
    SC_PRIORITY,
    SC_RECLAIM_IDX,
    SC_SCAN_ADJUSTED,
    SC_SKIPPED_DEACTIVATE,
    SC_TARGET,
    SYS_NOW_NS,
    SYS_SWAP_FREE,
    SYS_SWAP_TOTAL,
    TUN_SCAN_NS,
    TUN_SWAPPINESS,
)
from memsim_gui.mm.page_flags import change_bits, clear_bits, set_bits
from memsim_gui.mm.rmap import folio_referenced, prefetch_rmap
from memsim_gui.mm.rstat import activations, lru_pages, mem_cgroup_flush_stats, memcg_rstat_updated
from memsim_gui.mm.shrink_folio_list import show_verdict, shrink_one
from memsim_gui.mm.swap import folio_add_lru, lru_add_drain
from memsim_gui.mm.tracepoint import set_actor, trace
from memsim_gui.mm.vmstat import (
    NR_FREE_PAGES,
    NR_INACTIVE_ANON,
    NR_ISOLATED_ANON,
    NR_ZONE_INACTIVE_ANON,
    PGDEACTIVATE,
    PGREFILL,
    PGSCAN_ANON,
    PGSCAN_DIRECT,
    PGSCAN_KSWAPD,
    PGSKIP_DMA,
    PGSTEAL_ANON,
    PGSTEAL_DIRECT,
    PGSTEAL_KSWAPD,
    count_vm_events,
    mod_node_page_state,
    node_page_state,
    zone_page_state,
)
from memsim_gui.mm.workingset import lru_note_cost, workingset_age_nonresident
from memsim_gui.trace import bits, causes, counters, kinds, lanes, tables

SWAP_CLUSTER_MAX = 32
GIB_SHIFT = 18
ANON = 1  # bits of SC_MAY_DEACTIVATE
FILE = 2
LANES_PER_NODE = lanes.LANES_PER_NODE


@inline
def lruvec_lru_size(state, node, lru):
    """Pages on a list."""
    return node_page_state(state, node, NR_INACTIVE_ANON + lru)


@inline
def _lru_size_below(state, sc, node, lru):
    """Pages on a list in the zones whose pages may be taken."""
    if sc[SC_RECLAIM_IDX] == counters.ZONES_PER_NODE - 1:
        return lruvec_lru_size(state, node, lru)
    pages = 0
    for kind in range(sc[SC_RECLAIM_IDX] + 1):
        pages += zone_page_state(state, zone_of(node, kind), NR_ZONE_INACTIVE_ANON + lru)
    return pages


@inline
def isqrt(n):
    """Integer square root of a small number."""
    root = 0
    while (root + 1) * (root + 1) <= n:
        root += 1
    return root


@inline
def inactive_is_low(state, node, inactive):
    """Whether the inactive list of a type is too short beside its active list. [Scan-3]"""
    inactive_pages = lru_pages(state, node, inactive)
    active_pages = lru_pages(state, node, inactive + 1)
    gib = (inactive_pages + active_pages) >> GIB_SHIFT
    ratio = isqrt(10 * gib) if gib else 1
    return inactive_pages * ratio < active_pages


@room
def _may_deactivate(state, node):
    """Which types' active lists may be aged in this run. [Scan-4]"""
    out = 0
    for kind in range(2):
        refaulted = activations(state, node, kind) != state.node[node, NODE_REFAULTS_ANON + kind]
        if refaulted or inactive_is_low(state, node, 2 * kind):
            out |= ANON << kind
    return out


@room
def prepare_scan_count(state, sc, node):
    """Fix what a pass over the node depends on: costs, ageing, cheap cache, tiny cache. [Scan-2..6]"""
    mem_cgroup_flush_stats(state)
    sc[SC_ANON_COST] = state.node[node, tables.NODE_ANON_COST]
    sc[SC_FILE_COST] = state.node[node, tables.NODE_FILE_COST]
    sc[SC_MAY_DEACTIVATE] = ANON | FILE if sc[SC_FORCE_DEACTIVATE] else _may_deactivate(state, node)
    inactive_file = lru_pages(state, node, lanes.INACTIVE_FILE)
    trim = inactive_file >> sc[SC_PRIORITY] and not sc[SC_MAY_DEACTIVATE] & FILE
    sc[SC_CACHE_TRIM_MODE] = 1 if trim else 0
    if sc[SC_KIND] == SC_MEMCG:
        return
    free, high = 0, 0
    for kind in range(counters.ZONES_PER_NODE):
        zone = zone_of(node, kind)
        free += zone_page_state(state, zone, NR_FREE_PAGES)
        if state.zone[zone, MANAGED]:
            high += mark_of(state, zone, HIGH)
    file = inactive_file + lruvec_lru_size(state, node, lanes.ACTIVE_FILE)
    anon = lruvec_lru_size(state, node, lanes.INACTIVE_ANON)
    tiny = file + free <= high and not sc[SC_MAY_DEACTIVATE] & ANON and anon >> sc[SC_PRIORITY]
    sc[SC_FILE_IS_TINY] = 1 if tiny else 0


@inline
def _balance(state, sc):
    """Which types to scan; the first rule that matches wins. [Scan-7]"""
    if not sc[SC_MAY_SWAP] or state.sys[SYS_SWAP_FREE] <= 0:
        return causes.BALANCE_FILE
    if sc[SC_KIND] == SC_MEMCG and state.tun[TUN_SWAPPINESS] == 0:
        return causes.BALANCE_FILE
    if sc[SC_PRIORITY] == 0 and state.tun[TUN_SWAPPINESS]:
        return causes.BALANCE_EQUAL
    if sc[SC_FILE_IS_TINY]:
        return causes.BALANCE_ANON
    return causes.BALANCE_FILE if sc[SC_CACHE_TRIM_MODE] else causes.BALANCE_FRACT


@room
def get_scan_count(state, sc, node):
    """How many pages of each list this pass scans. [Scan-7..9]"""
    balance = _balance(state, sc)
    total = sc[SC_ANON_COST] + sc[SC_FILE_COST]
    anon_weight, file_weight = total + sc[SC_ANON_COST], total + sc[SC_FILE_COST]
    both = anon_weight + file_weight
    anon_share = state.tun[TUN_SWAPPINESS] * (both + 1) // (anon_weight + 1)
    file_share = (200 - state.tun[TUN_SWAPPINESS]) * (both + 1) // (file_weight + 1)
    for lru in range(4):
        scan = _lru_size_below(state, sc, node, lru) >> sc[SC_PRIORITY]
        is_file = lru >= lanes.INACTIVE_FILE
        if balance == causes.BALANCE_FRACT:
            scan = scan * (file_share if is_file else anon_share) // max(1, anon_share + file_share)
        elif (balance == causes.BALANCE_FILE and not is_file) or (balance == causes.BALANCE_ANON and is_file):
            scan = 0
        sc[SC_TARGET + lru] = scan
        sc[SC_NR + lru] = scan
        if scan:
            trace(state, kinds.BALANCE, balance, node, 0, lru, scan)


@room
def _isolate(state, sc, node, lru, goal):
    """Take up to `goal` pages off the tail of a list. [Iso-1] Returns pages scanned << 32 | pages taken.

    Pages of zones that this reclaim is not for count as scanned, and go to the head in the order they had.
    """
    lane = node * LANES_PER_NODE + lru
    scanned, taken = 0, 0
    pages = state.lane_pages[lane]
    while taken < goal and scanned < pages:
        pfn = lru_tail(state, lane)
        scanned += 1
        kind = state.page[pfn].zone % counters.ZONES_PER_NODE
        if kind > sc[SC_RECLAIM_IDX]:
            move_folio(state, pfn, lru, HEAD, causes.SKIP_ZONE)
            count_vm_events(state, PGSKIP_DMA + kind, 1)
            continue
        taken += 1
        prefetch(state.page, state.page[pfn].lru_prev)
        prefetch_rmap(state, pfn)
        clear_bits(state, pfn, bits.PG_LRU)
        state.page[pfn].refcount += 1
        lruvec_del_folio(state, pfn, lanes.ISOLATED, causes.ISOLATE)
    return scanned << 32 | taken


@inline
def _first_isolated(state, node):
    return state.page[len(state.page) - len(state.lane_pages) + node * LANES_PER_NODE + lanes.ISOLATED].lru_next


@room
def _put_back(state, pfn, cause):
    """Return an isolated page to the list its flags name. [Inact-3] Returns 1 if it went to an active list."""
    page = state.page[pfn]
    if not folio_evictable(state, pfn):
        page.refcount -= 1
        folio_add_lru(state, pfn)
        return 0
    if page.refcount == 1:
        free_unref_page(state, pfn, causes.UNMAP_FREE)
        return 0
    page.refcount -= 1
    set_bits(state, pfn, bits.PG_LRU)
    lruvec_add_folio(state, pfn, HEAD, cause)
    return 1 if page.bits & bits.PG_ACTIVE else 0


@room
def shrink_inactive_list(state, sc, node, lru, goal):
    """Scan up to `goal` pages at an inactive tail. [Inact-1..3] Returns the pages freed."""
    lru_add_drain(state)
    set_actor(state, sc[SC_ACTOR], tables.ACTOR_LANE, node * LANES_PER_NODE + lru)
    counts = _isolate(state, sc, node, lru, goal)
    scanned, taken = counts >> 32, counts & 0xFFFFFFFF
    kind = lru >> 1
    if sc[SC_KIND] != SC_MEMCG:
        count_vm_events(state, PGSCAN_KSWAPD if sc[SC_KIND] == SC_KSWAPD else PGSCAN_DIRECT, scanned)
    count_vm_events(state, PGSCAN_ANON + kind, scanned)
    if taken == 0:
        return 0
    mod_node_page_state(state, node, NR_ISOLATED_ANON + kind, taken)
    dirty_before = sc[SC_NR_UNQUEUED_DIRTY]
    pageouts_before = sc[SC_NR_PAGEOUT]
    freed, activated = shrink_isolated(state, sc, node, taken)
    written = sc[SC_NR_PAGEOUT] - pageouts_before
    mod_node_page_state(state, node, NR_ISOLATED_ANON + kind, -taken)
    workingset_age_nonresident(state, node, activated)
    if sc[SC_KIND] != SC_MEMCG:
        count_vm_events(state, PGSTEAL_KSWAPD if sc[SC_KIND] == SC_KSWAPD else PGSTEAL_DIRECT, freed)
    count_vm_events(state, PGSTEAL_ANON + kind, freed)
    lru_note_cost(state, node, kind, written)
    # Isolated, scanned and put back; a page that goes is unaccounted, uncharged and counted as stolen instead.
    memcg_rstat_updated(state, 3 * taken + activated + 2 * freed + 3 * written)
    if sc[SC_NR_UNQUEUED_DIRTY] - dirty_before == taken:
        wakeup_flusher(state, FLUSH_ALL)
    sc[SC_NR_TAKEN] += taken
    if kind:
        sc[SC_FILE_TAKEN] += taken
    state.sys[SYS_NOW_NS] += taken * state.tun[TUN_SCAN_NS]
    return freed


@room
def shrink_isolated(state, sc, node, taken):
    """Decide about every isolated page, oldest first, then put the survivors back in that order.

    Returns the pages freed, and those put back on an active list.
    """
    freed = 0
    pfn = _first_isolated(state, node)
    for _ in range(taken):
        after = state.page[pfn].lru_next
        freed += shrink_one(state, sc, pfn)
        pfn = after
    activated = 0
    for _ in range(taken - freed):
        pfn = _first_isolated(state, node)
        cause = causes.ACTIVATE if state.page[pfn].bits & bits.PG_ACTIVE else causes.KEEP
        activated += _put_back(state, pfn, cause)
    return freed, activated


@room
def shrink_active_list(state, sc, node, lru, goal):
    """Age up to `goal` pages at an active tail. [Act-1..3]"""
    lru_add_drain(state)
    set_actor(state, sc[SC_ACTOR], tables.ACTOR_LANE, node * LANES_PER_NODE + lru)
    counts = _isolate(state, sc, node, lru, goal)
    scanned, taken = counts >> 32, counts & 0xFFFFFFFF
    if sc[SC_KIND] != SC_MEMCG:
        count_vm_events(state, PGREFILL, scanned)
    if taken == 0:
        return
    kind = lru >> 1
    mod_node_page_state(state, node, NR_ISOLATED_ANON + kind, taken)
    active, inactive = 0, 0
    for _ in range(taken):
        pfn = _first_isolated(state, node)
        if not folio_evictable(state, pfn):
            _put_back(state, pfn, causes.CULL)
            continue
        referenced, vm_bits = folio_referenced(state, pfn)
        verdict = decisions.on_active_tail(state, pfn, referenced, vm_bits)
        show_verdict(state, sc, pfn, verdict)
        if verdict == causes.DEACTIVATE:
            change_bits(state, pfn, bits.PG_WORKINGSET, bits.PG_ACTIVE)
            inactive += 1
        else:
            active += 1
        _put_back(state, pfn, verdict)
    mod_node_page_state(state, node, NR_ISOLATED_ANON + kind, -taken)
    count_vm_events(state, PGDEACTIVATE, inactive)
    memcg_rstat_updated(state, 3 * taken + inactive)
    workingset_age_nonresident(state, node, active)
    state.sys[SYS_NOW_NS] += scanned * state.tun[TUN_SCAN_NS]


@inline
def shrink_list(state, sc, node, lru, goal):
    """Scan one list: inactive ones are reclaimed, active ones aged if that is allowed. [Scan-11]"""
    if lru & 1:
        if sc[SC_MAY_DEACTIVATE] & ANON << (lru >> 1):
            shrink_active_list(state, sc, node, lru, goal)
        else:
            sc[SC_SKIPPED_DEACTIVATE] = 1
        return 0
    return shrink_inactive_list(state, sc, node, lru, goal)


@inline
def lruvec_work_left(sc):
    """Whether shrink_lruvec goes on: the active anon list alone does not keep it going."""
    return sc[SC_NR + lanes.INACTIVE_ANON] or sc[SC_NR + lanes.INACTIVE_FILE] or sc[SC_NR + lanes.ACTIVE_FILE]


@room
def shrink_lruvec_begin(state, sc, node):
    """Begin a pass over a node at the present priority."""
    prepare_scan_count(state, sc, node)
    get_scan_count(state, sc, node)
    sc[SC_GOT] = 0
    sc[SC_SCAN_ADJUSTED] = 0
    for column in range(SC_NR_DIRTY, SC_FILE_TAKEN + 1):
        sc[column] = 0


@room
def shrink_lruvec_turn(state, sc, node):
    """One turn of the loop: up to 32 pages of each list, then the proportional cut. [Scan-10]"""
    for lru in range(4):
        if sc[SC_NR + lru]:
            goal = min(sc[SC_NR + lru], SWAP_CLUSTER_MAX)
            sc[SC_NR + lru] -= goal
            sc[SC_GOT] += shrink_list(state, sc, node, lru, goal)
            complete_due(state)
    if sc[SC_GOT] >= sc[SC_NR_TO_RECLAIM] and not sc[SC_KEEP_GOING] and not sc[SC_SCAN_ADJUSTED]:
        _adjust_scan(sc)


@room
def _adjust_scan(sc):
    """The goal is reached: stop the smaller type and cut the larger one to the same share, once."""
    anon = sc[SC_NR + lanes.INACTIVE_ANON] + sc[SC_NR + lanes.ACTIVE_ANON]
    file = sc[SC_NR + lanes.INACTIVE_FILE] + sc[SC_NR + lanes.ACTIVE_FILE]
    sc[SC_SCAN_ADJUSTED] = 1
    if anon == 0 or file == 0:
        for lru in range(4):
            sc[SC_NR + lru] = 0
        return
    small = lanes.INACTIVE_ANON if file > anon else lanes.INACTIVE_FILE
    large = lanes.INACTIVE_FILE - small
    left = anon if small == lanes.INACTIVE_ANON else file
    percent = left * 100 // (sc[SC_TARGET + small] + sc[SC_TARGET + small + 1] + 1)
    for lru in range(2):
        sc[SC_NR + small + lru] = 0
        target = sc[SC_TARGET + large + lru]
        done = target - sc[SC_NR + large + lru]
        cut = target * (100 - percent) // 100
        sc[SC_NR + large + lru] = cut - min(cut, done)


@room
def shrink_lruvec_end(state, sc, node):
    """End a pass: age the active anon list if it has grown too long, and judge how dirty the tail was. [Shr-15]"""
    blk_flush_plugs(state)
    sc[SC_NR_RECLAIMED] += sc[SC_GOT]
    if state.sys[SYS_SWAP_TOTAL] and inactive_is_low(state, node, lanes.INACTIVE_ANON):
        shrink_active_list(state, sc, node, lanes.ACTIVE_ANON, SWAP_CLUSTER_MAX)
    if sc[SC_KIND] == SC_KSWAPD:
        if sc[SC_NR_WRITEBACK] and sc[SC_NR_WRITEBACK] == sc[SC_NR_TAKEN]:
            state.node[node, NODE_FLAGS] |= PGDAT_WRITEBACK
        if sc[SC_NR_UNQUEUED_DIRTY] == sc[SC_FILE_TAKEN]:
            state.node[node, NODE_FLAGS] |= PGDAT_DIRTY
    all_congested = sc[SC_NR_DIRTY] and sc[SC_NR_DIRTY] == sc[SC_NR_CONGESTED]
    if sc[SC_KIND] != SC_DIRECT and all_congested:
        state.node[node, NODE_FLAGS] |= PGDAT_CONGESTED
    if sc[SC_GOT]:
        set_kswapd_failures(state, node, 0)
    set_actor(state, sc[SC_ACTOR], tables.ACTOR_RECLAIMED, sc[SC_NR_RECLAIMED])


@inline
def set_kswapd_failures(state, node, failures):
    """Count of kswapd runs in a row that freed nothing. [Ks-5]"""
    if state.node[node, tables.NODE_KSWAPD_FAILURES] != failures:
        state.node[node, tables.NODE_KSWAPD_FAILURES] = failures
        trace(state, kinds.SET, 0, tables.NODE_KSWAPD_FAILURES, tables.TABLE_NODE, node, failures)


@inline
def snapshot_refaults(state, node):
    """Remember the refault activations at the end of a run. [Scan-4]"""
    for kind in range(2):
        state.node[node, NODE_REFAULTS_ANON + kind] = activations(state, node, kind)
