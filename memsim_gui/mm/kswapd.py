"""kswapd: woken when no zone passes its low watermark, works until one passes high.

Kernel: mm/vmscan.c (wakeup_kswapd, balance_pgdat, kswapd_try_to_sleep), 6.1.

    SLEEP --wake--> START -> LOOP -> TURN ... TURN -> LOOP (priority 12, 11, ... 1) -> FINISH -> NAP 100 ms -> SLEEP
                              ^  balanced at the top of the loop: FINISH                |
                              +-------------------- woken during the nap ---------------+

It is a state machine because it shares the processor: one call does one turn of shrink_lruvec.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.free_area import HIGH, MANAGED, mark_of, pgdat_balanced, zone_of
from memsim_gui.mm.mm_types import (
    NODE_BOOST_LEFT,
    NODE_FLAGS,
    NODE_KSWAPD_ASKED,
    NODE_KSWAPD_CPU_NS,
    NODE_KSWAPD_IDX,
    NODE_KSWAPD_STATE,
    NODE_KSWAPD_UNTIL_NS,
    SC_ACTOR,
    SC_COLUMNS,
    SC_KIND,
    SC_KSWAPD,
    SC_MAY_SWAP,
    SC_MAY_UNMAP,
    SC_NR_IMMEDIATE,
    SC_NR_RECLAIMED,
    SC_NR_SCANNED,
    SC_NR_TO_RECLAIM,
    SC_PRIORITY,
    SC_RECLAIM_IDX,
    SC_ROUND_RECLAIMED,
    SYS_NEXT_NS,
    SYS_NOW_NS,
    SYS_OTHERS_NS,
    SYS_SWAP_TOTAL,
    TUN_PROCESSORS,
    TUN_SCHED_SLICE_NS,
    ZONE_BOOST_TAKEN,
)
from memsim_gui.mm.tracepoint import publish_clock, set_actor, set_zone, trace
from memsim_gui.mm.vmscan import (
    SWAP_CLUSTER_MAX,
    inactive_is_low,
    lruvec_work_left,
    set_kswapd_failures,
    shrink_active_list,
    shrink_lruvec_begin,
    shrink_lruvec_end,
    shrink_lruvec_turn,
    snapshot_refaults,
)
from memsim_gui.mm.vmstat import (
    KSWAPD_HIGH_WMARK_HIT_QUICKLY,
    KSWAPD_LOW_WMARK_HIT_QUICKLY,
    PAGEOUTRUN,
    count_vm_event,
)
from memsim_gui.trace import causes, kinds, lanes, tables

DEF_PRIORITY = 12
MAX_RECLAIM_RETRIES = 16
NAP_NS = 100_000_000
THROTTLE_NS = 100_000_000
LEAST_BOOST_PRIORITY = DEF_PRIORITY - 2  # reclaim for a boost does not get more urgent than this

SLEEP = 0
START = 1
LOOP = 2
TURN = 3
NAP = 4
FINISH = 5


@inline
def kswapd_runnable(state, node):
    """Whether kswapd wants the processor now."""
    phase = state.node[node, NODE_KSWAPD_STATE]
    return phase != SLEEP and state.node[node, NODE_KSWAPD_UNTIL_NS] <= state.sys[SYS_NOW_NS]


@inline
def task_cpu_ns(state):
    """Processor time of the tasks, the time in which a device stops the machine included."""
    return state.sys[SYS_NOW_NS] - state.sys[SYS_OTHERS_NS]


@inline
def sleeper_credit(state):
    """Processor time by which somebody who wakes may lag behind: half of sched_latency, three quarters of a tick.

    On a processor of its own kswapd has no lag to make up.
    """
    return state.tun[TUN_SCHED_SLICE_NS] * 3 // 4 if state.tun[TUN_PROCESSORS] <= 1 else 0


@inline
def _boosted(state, node, highest):
    """Pages by which watermarks are boosted in zones up to a kind."""
    pages = 0
    for kind in range(highest + 1):
        pages += state.zone[zone_of(node, kind), tables.ZONE_BOOST]
    return pages


@room
def wakeup_kswapd(state, node, highest):
    """Wake kswapd for zones up to the kind `highest`, unless they are balanced and not boosted, or hopeless. [Ks-2]"""
    state.node[node, NODE_KSWAPD_ASKED] = max(state.node[node, NODE_KSWAPD_ASKED], highest + 1)
    phase = state.node[node, NODE_KSWAPD_STATE]
    if phase != SLEEP and phase != NAP:
        return
    if state.node[node, tables.NODE_KSWAPD_FAILURES] >= MAX_RECLAIM_RETRIES:
        return
    if pgdat_balanced(state, node, highest) and _boosted(state, node, highest) == 0:
        return
    if phase == NAP:
        count_vm_event(state, KSWAPD_LOW_WMARK_HIT_QUICKLY)
    state.node[node, NODE_KSWAPD_STATE] = START
    state.node[node, NODE_KSWAPD_UNTIL_NS] = 0
    credit = task_cpu_ns(state) - sleeper_credit(state)
    state.node[node, NODE_KSWAPD_CPU_NS] = max(state.node[node, NODE_KSWAPD_CPU_NS], credit)
    state.sys[SYS_NEXT_NS] = 0
    set_actor(state, node, tables.ACTOR_AWAKE, 1)


@inline
def _nr_to_reclaim(state, node):
    goal = 0
    for kind in range(state.node[node, NODE_KSWAPD_IDX] + 1):
        zone = zone_of(node, kind)
        if state.zone[zone, MANAGED]:
            goal += max(mark_of(state, zone, HIGH), SWAP_CLUSTER_MAX)
    return goal


@room
def _start(state, sc, node):
    for column in range(SC_COLUMNS):
        sc[column] = 0
    sc[SC_KIND] = SC_KSWAPD
    sc[SC_ACTOR] = node
    sc[SC_PRIORITY] = DEF_PRIORITY
    sc[SC_MAY_UNMAP] = 1
    sc[SC_MAY_SWAP] = 1
    if state.node[node, NODE_KSWAPD_ASKED]:
        state.node[node, NODE_KSWAPD_IDX] = state.node[node, NODE_KSWAPD_ASKED] - 1
        state.node[node, NODE_KSWAPD_ASKED] = 0
    sc[SC_RECLAIM_IDX] = state.node[node, NODE_KSWAPD_IDX]
    state.node[node, NODE_BOOST_LEFT] = _boosted(state, node, sc[SC_RECLAIM_IDX])
    for kind in range(sc[SC_RECLAIM_IDX] + 1):
        zone = zone_of(node, kind)
        state.zone[zone, ZONE_BOOST_TAKEN] = state.zone[zone, tables.ZONE_BOOST]
    count_vm_event(state, PAGEOUTRUN)
    publish_clock(state)
    set_actor(state, node, tables.ACTOR_AWAKE, 1)
    set_actor(state, node, tables.ACTOR_RECLAIMED, 0)
    trace(state, kinds.RECLAIM_BEGIN, causes.WAKE_LOW, 0, 0, DEF_PRIORITY, node)
    state.node[node, NODE_KSWAPD_STATE] = LOOP


@room
def begin_priority(state, sc, node, goal):
    """Begin a pass at the present priority: age the active anon list, then fix the scan targets. [Ks-4]"""
    set_actor(state, sc[SC_ACTOR], tables.ACTOR_PRIORITY, sc[SC_PRIORITY])
    set_actor(state, sc[SC_ACTOR], tables.ACTOR_GOAL, goal)
    if state.sys[SYS_SWAP_TOTAL] and inactive_is_low(state, node, lanes.INACTIVE_ANON):
        shrink_active_list(state, sc, node, lanes.ACTIVE_ANON, SWAP_CLUSTER_MAX)
    sc[SC_NR_SCANNED] = 0
    sc[SC_NR_TO_RECLAIM] = goal
    sc[SC_ROUND_RECLAIMED] = sc[SC_NR_RECLAIMED]
    shrink_lruvec_begin(state, sc, node)


@room
def _end_priority(state, sc, node):
    shrink_lruvec_end(state, sc, node)
    if sc[SC_NR_IMMEDIATE]:
        state.node[node, NODE_KSWAPD_UNTIL_NS] = state.sys[SYS_NOW_NS] + THROTTLE_NS
    freed = sc[SC_NR_RECLAIMED] - sc[SC_ROUND_RECLAIMED]
    boost = state.node[node, NODE_BOOST_LEFT]
    raises = sc[SC_NR_SCANNED] < sc[SC_NR_TO_RECLAIM] and not (boost and sc[SC_PRIORITY] == LEAST_BOOST_PRIORITY)
    state.node[node, NODE_BOOST_LEFT] = max(0, boost - freed)
    in_vain = state.node[node, NODE_BOOST_LEFT] and freed == 0
    if not in_vain and (raises or freed == 0):
        sc[SC_PRIORITY] -= 1
    state.node[node, NODE_KSWAPD_STATE] = LOOP
    if sc[SC_PRIORITY] < 1 or in_vain:
        if sc[SC_NR_RECLAIMED] == 0:
            set_kswapd_failures(state, node, state.node[node, tables.NODE_KSWAPD_FAILURES] + 1)
        state.node[node, NODE_KSWAPD_STATE] = FINISH


@room
def _finish(state, sc, node):
    """Try to sleep: a nap first, to see whether the node stays balanced. [Ks-6]"""
    for kind in range(sc[SC_RECLAIM_IDX] + 1):
        zone = zone_of(node, kind)
        if state.zone[zone, ZONE_BOOST_TAKEN]:
            boost = max(0, state.zone[zone, tables.ZONE_BOOST] - state.zone[zone, ZONE_BOOST_TAKEN])
            set_zone(state, zone, tables.ZONE_BOOST, boost)
            state.zone[zone, ZONE_BOOST_TAKEN] = 0
    snapshot_refaults(state, node)
    publish_clock(state)
    trace(state, kinds.RECLAIM_END, 0, 0, 0, sc[SC_NR_RECLAIMED], node)
    set_actor(state, node, tables.ACTOR_PFN, -1)
    set_actor(state, node, tables.ACTOR_LANE, -1)
    hopeless = state.node[node, tables.NODE_KSWAPD_FAILURES] >= MAX_RECLAIM_RETRIES
    if hopeless or pgdat_balanced(state, node, state.node[node, NODE_KSWAPD_IDX]):
        state.node[node, NODE_FLAGS] = 0
        state.node[node, NODE_KSWAPD_STATE] = NAP
        state.node[node, NODE_KSWAPD_UNTIL_NS] = state.sys[SYS_NOW_NS] + NAP_NS
        set_actor(state, node, tables.ACTOR_AWAKE, 0)
    else:
        count_vm_event(state, KSWAPD_HIGH_WMARK_HIT_QUICKLY)
        state.node[node, NODE_KSWAPD_STATE] = START


@room
def _wake_from_nap(state, node):
    hopeless = state.node[node, tables.NODE_KSWAPD_FAILURES] >= MAX_RECLAIM_RETRIES
    if hopeless or pgdat_balanced(state, node, state.node[node, NODE_KSWAPD_IDX]):
        state.node[node, NODE_KSWAPD_STATE] = SLEEP
    else:
        count_vm_event(state, KSWAPD_HIGH_WMARK_HIT_QUICKLY)
        state.node[node, NODE_KSWAPD_STATE] = START


@room
def _nothing_to_do(state, sc, node):
    """Whether a run may end: balanced, and no boost left. A boost is forgotten while zones are not even balanced."""
    if pgdat_balanced(state, node, sc[SC_RECLAIM_IDX]):
        return state.node[node, NODE_BOOST_LEFT] == 0
    if state.node[node, NODE_BOOST_LEFT]:
        state.node[node, NODE_BOOST_LEFT] = 0
        sc[SC_PRIORITY] = DEF_PRIORITY
    return False


@room
def kswapd_step(state, node):
    """Let kswapd do one piece of work: one turn of 32 pages a list, or one change of phase."""
    sc = state.sc[node]
    began_ns = state.sys[SYS_NOW_NS]
    phase = state.node[node, NODE_KSWAPD_STATE]
    if phase == NAP:
        _wake_from_nap(state, node)
    elif phase == START:
        _start(state, sc, node)
    elif phase == LOOP and _nothing_to_do(state, sc, node):
        state.node[node, NODE_KSWAPD_STATE] = FINISH
    elif phase == LOOP:
        sc[SC_MAY_SWAP] = 0 if state.node[node, NODE_BOOST_LEFT] else 1
        begin_priority(state, sc, node, _nr_to_reclaim(state, node))
        state.node[node, NODE_KSWAPD_STATE] = TURN
    elif phase == TURN and lruvec_work_left(sc):
        shrink_lruvec_turn(state, sc, node)
    elif phase == TURN:
        _end_priority(state, sc, node)
    elif phase == FINISH:
        _finish(state, sc, node)
    state.node[node, NODE_KSWAPD_CPU_NS] += state.sys[SYS_NOW_NS] - began_ns
