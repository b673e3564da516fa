"""Who gets the processor: the task, kswapd and the flusher, and what happens while the task waits.

Kernel: stands in for kernel/sched/, kernel/time/timer.c, 6.1.

One processor is shared as the completely fair scheduler does it: who has had less of it goes first, and is relieved at
a tick, 4 ms with CONFIG_HZ=250. A kswapd that is woken is taken for behind by half of sched_latency, 3 ms, as sleepers
are, and so gets the processor at once unless it has had much lately. With several processors kswapd works beside the
task. Simplified: ticks are counted from when somebody got the processor; the flusher and the completion of I/O cost no
processor time. Order: due completions, kswapd of each node, timers, flusher.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import blk_flush_plugs, complete_due, next_completion_ns
from memsim_gui.mm.flusher import flusher_runnable, flusher_step, periodic_due
from memsim_gui.mm.kswapd import SLEEP, START, kswapd_runnable, kswapd_step, sleeper_credit, task_cpu_ns
from memsim_gui.mm.mm_types import (
    NODE_KSWAPD_CPU_NS,
    NODE_KSWAPD_STATE,
    NODE_KSWAPD_UNTIL_NS,
    SYS_FLUSH_NEXT_NS,
    SYS_NEXT_NS,
    SYS_NOW_NS,
    SYS_OTHERS_NS,
    SYS_SLICE_BEGAN_NS,
    TUN_PROCESSORS,
    TUN_SCHED_SLICE_NS,
)
from memsim_gui.mm.tracepoint import publish_clock, set_task, trace
from memsim_gui.trace import kinds, tables

FLUSHER_CHUNKS = 8  # chunks of 32 pages the flusher may start in one slice


@inline
def charge(state, cpu_ns):
    """The task used the processor."""
    state.sys[SYS_NOW_NS] += cpu_ns


@inline
def _wait_for_turn(state, node):
    """Processor time the task has left before kswapd may get the processor."""
    if state.tun[TUN_PROCESSORS] > 1:
        return 0
    task_ns, slice_ns = task_cpu_ns(state), state.tun[TUN_SCHED_SLICE_NS]
    behind = state.node[node, NODE_KSWAPD_CPU_NS] - task_ns
    left = max(behind + 1, state.sys[SYS_SLICE_BEGAN_NS] + slice_ns - task_ns)
    if state.node[node, NODE_KSWAPD_STATE] == START:
        left = min(left, behind + slice_ns // 4 + 1)
    return max(0, left)


@room
def _next_wakeup_ns(state):
    """Earliest time at which something other than the task happens; now if somebody is ready to run."""
    now = state.sys[SYS_NOW_NS]
    when = state.sys[SYS_FLUSH_NEXT_NS]
    for device in range(len(state.device)):
        due = next_completion_ns(state, device)
        if due >= 0:
            when = min(when, due)
    for node in range(len(state.node)):
        if state.node[node, NODE_KSWAPD_STATE] != SLEEP:
            when = min(when, max(now + _wait_for_turn(state, node), state.node[node, NODE_KSWAPD_UNTIL_NS]))
    if flusher_runnable(state):
        when = now
    return max(when, now)


@inline
def _kswapd_goes_first(state, node):
    """Whether kswapd gets the processor now: woken and behind by wakeup_granularity, 1 ms, or at the task's tick."""
    task_ns, slice_ns = task_cpu_ns(state), state.tun[TUN_SCHED_SLICE_NS]
    lag = task_ns - state.node[node, NODE_KSWAPD_CPU_NS]
    if state.node[node, NODE_KSWAPD_STATE] == START and lag > slice_ns // 4:
        return True
    return lag > 0 and task_ns - state.sys[SYS_SLICE_BEGAN_NS] >= slice_ns


@room
def _share_with_kswapd(state, node):
    """Let kswapd have the processor until its tick, or on a processor of its own work as long as the task did."""
    now, limit = state.sys[SYS_NOW_NS], task_cpu_ns(state)
    beside = state.tun[TUN_PROCESSORS] > 1
    if not beside:
        if not _kswapd_goes_first(state, node):
            return
        limit = max(limit, state.node[node, NODE_KSWAPD_CPU_NS] + state.tun[TUN_SCHED_SLICE_NS])
    while kswapd_runnable(state, node) and state.node[node, NODE_KSWAPD_CPU_NS] < limit:
        kswapd_step(state, node)
        if beside:
            state.sys[SYS_NOW_NS] = now
        complete_due(state)
    state.sys[SYS_OTHERS_NS] += state.sys[SYS_NOW_NS] - now
    state.sys[SYS_SLICE_BEGAN_NS] = task_cpu_ns(state)


@room
def _run_others(state, until_ns, alone):
    """One slice of the others: kswapd up to the task's share of the processor, or freely if the task sleeps."""
    complete_due(state)
    since = state.sys[SYS_NOW_NS]
    for node in range(len(state.node)):
        if alone:
            while kswapd_runnable(state, node) and state.sys[SYS_NOW_NS] < until_ns:
                kswapd_step(state, node)
                complete_due(state)
        elif kswapd_runnable(state, node):
            _share_with_kswapd(state, node)
    if alone:
        state.sys[SYS_OTHERS_NS] += state.sys[SYS_NOW_NS] - since
    periodic_due(state)
    for _ in range(FLUSHER_CHUNKS):
        if flusher_runnable(state):
            flusher_step(state)


@inline
def resched(state):
    """A point where the task may lose the processor: cheap unless something is due."""
    if state.sys[SYS_NOW_NS] >= state.sys[SYS_NEXT_NS]:
        _run_others(state, 0, False)
        state.sys[SYS_NEXT_NS] = _next_wakeup_ns(state)


@room
def sleep_until(state, until_ns):
    """The task sleeps: time passes, and everybody else runs."""
    blk_flush_plugs(state)
    while state.sys[SYS_NOW_NS] < until_ns:
        _run_others(state, until_ns, True)
        ahead = _next_wakeup_ns(state)
        if ahead <= state.sys[SYS_NOW_NS]:
            ahead = state.sys[SYS_NOW_NS] + state.tun[TUN_SCHED_SLICE_NS]
        idle = max(0, min(until_ns, ahead) - state.sys[SYS_NOW_NS])
        state.sys[SYS_NOW_NS] += idle
        state.sys[SYS_OTHERS_NS] += idle
    complete_due(state)
    limit = task_cpu_ns(state) + sleeper_credit(state)
    for node in range(len(state.node)):
        # A sleeper does not save up processor time: kswapd may not be starved for what it used meanwhile.
        state.node[node, NODE_KSWAPD_CPU_NS] = min(state.node[node, NODE_KSWAPD_CPU_NS], limit)
    state.sys[SYS_SLICE_BEGAN_NS] = task_cpu_ns(state)
    state.sys[SYS_NEXT_NS] = 0
    publish_clock(state)


@room
def io_wait(state, pfn, mask):
    """The task waits until none of the page's flags in `mask` is set (PG_locked: read, PG_writeback: write)."""
    blk_flush_plugs(state)
    while state.page[pfn].bits & mask:
        ahead = -1
        for device in range(len(state.device)):
            due = next_completion_ns(state, device)
            if due >= 0 and (ahead < 0 or due < ahead):
                ahead = due
        if ahead < 0:
            return
        sleep_until(state, max(ahead, state.sys[SYS_NOW_NS] + 1))


@room
def stall(state, task, cause, since_ns):
    """Note how long the task has waited since `since_ns`."""
    waited = state.sys[SYS_NOW_NS] - since_ns
    if waited > 0 and task >= 0:
        set_task(state, task, tables.TASK_STALL_NS, state.task[task, tables.TASK_STALL_NS] + waited)
        trace(state, kinds.STALL, cause, 0, 0, task, waited)
