"""Who gets the processor: the task, kswapd and the flusher, and what happens while the task waits.

Kernel: stands in for kernel/sched/, kernel/time/timer.c, 6.1.

Simplified: one processor. kswapd and the task take it in turn, a slice each; the flusher and the completion of I/O
cost no processor time. Order within a slice: due completions, kswapd of each node, flusher, timers.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.bio import blk_flush_plugs, complete_due, next_completion_ns
from memsim_gui.mm.flusher import flusher_runnable, flusher_step, periodic_due
from memsim_gui.mm.kswapd import SLEEP, kswapd_runnable, kswapd_step
from memsim_gui.mm.mm_types import (
    NODE_KSWAPD_CPU_NS,
    NODE_KSWAPD_STATE,
    NODE_KSWAPD_UNTIL_NS,
    SYS_FLUSH_NEXT_NS,
    SYS_NEXT_NS,
    SYS_NOW_NS,
    SYS_TASK_CPU_NS,
    TUN_SCHED_SLICE_NS,
)
from memsim_gui.mm.tracepoint import publish_clock, set_task, trace
from memsim_gui.trace import kinds, tables

FLUSHER_CHUNKS = 8  # chunks of 32 pages the flusher may start in one slice


@inline
def charge(state, cpu_ns):
    """The task used the processor."""
    state.sys[SYS_NOW_NS] += cpu_ns
    state.sys[SYS_TASK_CPU_NS] += cpu_ns


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
            when = min(when, max(now, state.node[node, NODE_KSWAPD_UNTIL_NS]))
    if flusher_runnable(state):
        when = now
    return max(when, now)


@room
def _run_others(state, until_ns, alone):
    """One slice of the others: kswapd up to the task's share of the processor, or freely if the task sleeps."""
    complete_due(state)
    for node in range(len(state.node)):
        share = state.sys[SYS_TASK_CPU_NS]
        if alone or state.node[node, NODE_KSWAPD_CPU_NS] < share:
            limit = share + state.tun[TUN_SCHED_SLICE_NS]
            while kswapd_runnable(state, node) and (alone or state.node[node, NODE_KSWAPD_CPU_NS] < limit):
                kswapd_step(state, node)
                complete_due(state)
                if alone and state.sys[SYS_NOW_NS] >= until_ns:
                    break
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
        state.sys[SYS_NOW_NS] = max(state.sys[SYS_NOW_NS], min(until_ns, ahead))
    complete_due(state)
    share = state.sys[SYS_TASK_CPU_NS]
    for node in range(len(state.node)):
        # A sleeper does not save up processor time: kswapd may not be starved for what it used meanwhile.
        share = max(share, min(state.node[node, NODE_KSWAPD_CPU_NS], share + state.tun[TUN_SCHED_SLICE_NS]))
        state.node[node, NODE_KSWAPD_CPU_NS] = min(state.node[node, NODE_KSWAPD_CPU_NS], share)
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
