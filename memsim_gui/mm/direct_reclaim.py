"""Direct reclaim: a task that finds no page above the reserves frees some itself, and waits for it.

Kernel: mm/vmscan.c (try_to_free_pages, do_try_to_free_pages, throttle_direct_reclaim), 6.1.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.free_area import MANAGED, MIN, zone_of
from memsim_gui.mm.kswapd import DEF_PRIORITY, MAX_RECLAIM_RETRIES, wakeup_kswapd
from memsim_gui.mm.mm_types import (
    NODE_FLAGS,
    PGDAT_CONGESTED,
    SC_ACTOR,
    SC_COLUMNS,
    SC_FORCE_DEACTIVATE,
    SC_KEEP_GOING,
    SC_KIND,
    SC_MAY_SWAP,
    SC_MAY_UNMAP,
    SC_MEMCG,
    SC_NR_RECLAIMED,
    SC_NR_TO_RECLAIM,
    SC_PRIORITY,
    SC_RECLAIM_IDX,
    SC_SKIPPED_DEACTIVATE,
    SYS_NOW_NS,
    SYS_RECLAIMING,
    SYS_SWAP_FREE,
)
from memsim_gui.mm.sched import resched, sleep_until, stall
from memsim_gui.mm.tracepoint import publish_clock, set_actor, trace
from memsim_gui.mm.vmscan import (
    SWAP_CLUSTER_MAX,
    lruvec_work_left,
    shrink_lruvec_begin,
    shrink_lruvec_end,
    shrink_lruvec_turn,
    snapshot_refaults,
)
from memsim_gui.mm.vmstat import (
    ALLOCSTALL_MOVABLE,
    NR_FREE_PAGES,
    NR_ZONE_ACTIVE_ANON,
    NR_ZONE_ACTIVE_FILE,
    NR_ZONE_INACTIVE_ANON,
    NR_ZONE_INACTIVE_FILE,
    NR_ZONE_WRITE_PENDING,
    PGSCAN_DIRECT_THROTTLE,
    ZONES_PER_NODE,
    count_vm_event,
    zone_page_state,
)
from memsim_gui.trace import causes, kinds, tables

JIFFY_NS = 4_000_000
DIRECT = tables.ACTOR_DIRECT
REQUEST = tables.ACTOR_REQUEST


@inline
def zone_reclaimable_pages(state, zone):
    """Pages of a zone that reclaim could free; the free ones if there are none. [Alloc-3]"""
    pages = zone_page_state(state, zone, NR_ZONE_INACTIVE_FILE) + zone_page_state(state, zone, NR_ZONE_ACTIVE_FILE)
    if state.sys[SYS_SWAP_FREE] > 0:
        pages += zone_page_state(state, zone, NR_ZONE_INACTIVE_ANON) + zone_page_state(state, zone, NR_ZONE_ACTIVE_ANON)
    return pages or zone_page_state(state, zone, NR_FREE_PAGES)


@inline
def _allow_direct_reclaim(state, node):
    """Whether the node has at least half of its MIN free. [Dr-1]"""
    if state.node[node, tables.NODE_KSWAPD_FAILURES] >= MAX_RECLAIM_RETRIES:
        return True
    free, reserve = 0, 0
    for kind in range(ZONES_PER_NODE):
        zone = zone_of(node, kind)
        if state.zone[zone, MANAGED] and zone_reclaimable_pages(state, zone):
            free += zone_page_state(state, zone, NR_FREE_PAGES)
            reserve += state.zone[zone, MIN]
    return reserve == 0 or free > reserve // 2


@room
def _throttle(state, task, node):
    """Wait for kswapd when the reserves themselves run out."""
    if _allow_direct_reclaim(state, node):
        return
    count_vm_event(state, PGSCAN_DIRECT_THROTTLE)
    since = state.sys[SYS_NOW_NS]
    for _ in range(250):
        wakeup_kswapd(state, node, ZONES_PER_NODE - 1)
        sleep_until(state, state.sys[SYS_NOW_NS] + JIFFY_NS)
        if _allow_direct_reclaim(state, node):
            break
    stall(state, task, causes.STALL_THROTTLE, since)


@inline
def _writes_pending(state, node):
    """Whether enough writes are in flight that waiting for them beats scanning harder. [Thr-1]"""
    pending, reclaimable = 0, 0
    for kind in range(ZONES_PER_NODE):
        zone = zone_of(node, kind)
        pending += zone_page_state(state, zone, NR_ZONE_WRITE_PENDING)
        reclaimable += zone_reclaimable_pages(state, zone)
    return 2 * pending > reclaimable


@room
def begin_direct(sc, kind, actor, goal):
    """Prepare the scan control of a reclaimer that works at once, from the first priority."""
    for column in range(SC_COLUMNS):
        sc[column] = 0
    sc[SC_KIND] = kind
    sc[SC_ACTOR] = actor
    sc[SC_NR_TO_RECLAIM] = goal
    sc[SC_MAY_UNMAP] = 1
    sc[SC_MAY_SWAP] = 1
    sc[SC_RECLAIM_IDX] = ZONES_PER_NODE - 1
    sc[SC_PRIORITY] = DEF_PRIORITY


@room
def _shrink_node(state, sc, node):
    """A pass over a node at the present priority; between two turns somebody else may get the processor."""
    shrink_lruvec_begin(state, sc, node)
    while lruvec_work_left(sc):
        shrink_lruvec_turn(state, sc, node)
        resched(state)
    shrink_lruvec_end(state, sc, node)


@room
def _reclaim_round(state, sc, first_node):
    """Priorities 12 to 0 over every node, until the goal is met. [Dr-2] A cgroup's round is no stall. [Cg-2]"""
    of_all = sc[SC_KIND] != SC_MEMCG
    if of_all:
        count_vm_event(state, ALLOCSTALL_MOVABLE)
    nodes = len(state.node)
    while sc[SC_PRIORITY] >= 0:
        set_actor(state, sc[SC_ACTOR], tables.ACTOR_PRIORITY, sc[SC_PRIORITY])
        sc[SC_KEEP_GOING] = 1 if of_all and sc[SC_PRIORITY] == DEF_PRIORITY else 0
        for step in range(nodes):
            node = (first_node + step) % nodes
            _shrink_node(state, sc, node)
            congested = state.node[node, NODE_FLAGS] & PGDAT_CONGESTED
            hopeless = of_all and sc[SC_PRIORITY] == 1 and sc[SC_NR_RECLAIMED] == 0
            if (congested or hopeless) and _writes_pending(state, node):
                sleep_until(state, state.sys[SYS_NOW_NS] + JIFFY_NS)
        if sc[SC_NR_RECLAIMED] >= sc[SC_NR_TO_RECLAIM]:
            break
        sc[SC_PRIORITY] -= 1
    for node in range(nodes):
        snapshot_refaults(state, node)


@room
def do_try_to_free_pages(state, sc, first_node):
    """A round, and a second one that may age the active lists if the first was in vain. Returns the pages freed."""
    _reclaim_round(state, sc, first_node)
    if sc[SC_NR_RECLAIMED] == 0 and sc[SC_SKIPPED_DEACTIVATE]:
        sc[SC_FORCE_DEACTIVATE] = 1
        sc[SC_SKIPPED_DEACTIVATE] = 0
        sc[SC_PRIORITY] = DEF_PRIORITY
        _reclaim_round(state, sc, first_node)
    return sc[SC_NR_RECLAIMED]


@room
def begin_request(state, goal):
    """A person asks for a pass: tell the trace."""
    trace(state, kinds.RECLAIM_BEGIN, causes.ON_REQUEST, 0, 0, goal, REQUEST)
    set_actor(state, REQUEST, tables.ACTOR_AWAKE, 1)


@room
def end_request(state, freed):
    """A pass that a person asked for has ended."""
    trace(state, kinds.RECLAIM_END, causes.ON_REQUEST, 0, 0, freed, REQUEST)
    set_actor(state, REQUEST, tables.ACTOR_AWAKE, 0)
    set_actor(state, REQUEST, tables.ACTOR_PFN, -1)
    set_actor(state, REQUEST, tables.ACTOR_LANE, -1)


@room
def try_to_free_pages(state, task, first_node, sc, kind):
    """Free at least 32 pages for the task, or try everything. Returns the pages freed. [Dr-1]"""
    _throttle(state, task, first_node)
    publish_clock(state)
    since = state.sys[SYS_NOW_NS]
    state.sys[SYS_RECLAIMING] = 1
    set_actor(state, DIRECT, tables.ACTOR_AWAKE, 1)
    trace(state, kinds.RECLAIM_BEGIN, causes.STALL_DIRECT, 0, 0, SWAP_CLUSTER_MAX, DIRECT)
    begin_direct(sc, kind, DIRECT, SWAP_CLUSTER_MAX)
    do_try_to_free_pages(state, sc, first_node)
    trace(state, kinds.RECLAIM_END, 0, 0, 0, sc[SC_NR_RECLAIMED], DIRECT)
    set_actor(state, DIRECT, tables.ACTOR_AWAKE, 0)
    set_actor(state, DIRECT, tables.ACTOR_PFN, -1)
    set_actor(state, DIRECT, tables.ACTOR_LANE, -1)
    state.sys[SYS_RECLAIMING] = 0
    stall(state, task, causes.STALL_DIRECT, since)
    return sc[SC_NR_RECLAIMED]
