"""The OOM killer: who is killed when reclaim makes no progress.

Kernel: mm/oom_kill.c, 6.1. [Oom-3..5]

Simplified: a victim other than the allocating task exits at once (the kernel lets it run to its end, with access to the
reserves); the reaper is therefore never needed.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import SYS_OOM_VICTIM, SYS_SWAP_TOTAL, TUN_OOM_KILL_ALLOCATING_TASK
from memsim_gui.mm.mmu_gather import exit_mmap
from memsim_gui.mm.tracepoint import publish_clock, set_task, trace
from memsim_gui.mm.vmstat import OOM_KILL, count_vm_event
from memsim_gui.trace import kinds, tables

OOM_SCORE_ADJ_MIN = -1000
NO_TASK = -1


@inline
def oom_badness(state, task, totalpages):
    """Points of a task, in pages; truncation in the kernel's order. [Oom-3]"""
    row = state.task[task]
    rss = row[tables.TASK_ANON] + row[tables.TASK_FILE] + row[tables.TASK_SHMEM]
    points = rss + row[tables.TASK_SWAPENTS] + row[tables.TASK_PGTABLES]
    return points + row[tables.TASK_OOM_ADJ] * (totalpages // 1000)


@inline
def oom_totalpages(state):
    """Pages of memory and swap."""
    total = state.sys[SYS_SWAP_TOTAL]
    for zone in range(len(state.zone)):
        total += state.zone[zone, tables.ZONE_MANAGED]
    return total


@room
def select_bad_process(state):
    """Task with the most points; of equals the later one. [Oom-4] -1 if there is none."""
    totalpages = oom_totalpages(state)
    chosen, most = NO_TASK, 0
    for task in range(len(state.task)):
        if state.task[task, tables.TASK_STATE] != tables.TASK_ALIVE:
            continue
        if state.task[task, tables.TASK_OOM_ADJ] == OOM_SCORE_ADJ_MIN:
            continue
        points = oom_badness(state, task, totalpages)
        if chosen == NO_TASK or points >= most:
            chosen, most = task, points
    return chosen


@room
def out_of_memory(state, current):
    """Kill a task. Returns whether somebody could be killed."""
    victim = current if state.tun[TUN_OOM_KILL_ALLOCATING_TASK] and current >= 0 else select_bad_process(state)
    if victim < 0:
        return False
    publish_clock(state)
    trace(state, kinds.OOM_KILL, 0, 0, 0, victim, oom_badness(state, victim, oom_totalpages(state)))
    count_vm_event(state, OOM_KILL)
    set_task(state, victim, tables.TASK_STATE, tables.TASK_KILLED)
    state.sys[SYS_OOM_VICTIM] = victim
    if victim != current:
        exit_mmap(state, victim)
    return True
