"""The one entry from Python: one slice of a call.

Kernel: stands in for the system call table (arch/x86/entry/syscalls), 6.1. Codes and arguments: calls.py.

A call is resumed with the same arguments until it is DONE; it stops early when its budget of operations is used up or
when the trace's ring is half full, so that no event is lost.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui.jit import JIT_ENABLED, entry, inline, prefetch, room
from memsim_gui.mm import calls
from memsim_gui.mm.bio import blk_flush_plugs
from memsim_gui.mm.calls import DONE, ERRNO, FAILED, MORE, PROGRESS, RESULT
from memsim_gui.mm.decisions import access_marks_entry, on_access
from memsim_gui.mm.direct_reclaim import begin_direct, begin_request, end_request, try_to_free_pages
from memsim_gui.mm.filemap import PAGE_SIZE
from memsim_gui.mm.filemap_read import filemap_read, generic_perform_write
from memsim_gui.mm.kswapd import begin_priority
from memsim_gui.mm.madvise import do_madvise
from memsim_gui.mm.memcontrol import memory_reclaim
from memsim_gui.mm.memory import handle_mm_fault, prefetch_fault
from memsim_gui.mm.mm_types import (
    SC_DIRECT,
    SC_KSWAPD,
    SC_MAY_DEACTIVATE,
    SC_NR_RECLAIMED,
    SC_PRIORITY,
    SC_ROW_DIRECT,
    SC_ROW_REQUEST,
    STRUCTURE,
    SYS_CGROUP,
    SYS_CURRENT_TASK,
    SYS_HITS,
    SYS_NEXT_NS,
    SYS_NOW_NS,
    SYS_OOM_VICTIM,
    SYS_OP,
    TUN_FAULT_NS,
    TUN_HIT_NS,
    TUN_SYSCALL_NS,
    State,
    state_view,
)
from memsim_gui.mm.mmap import do_mmap, do_munmap, dup_mmap
from memsim_gui.mm.mmu_gather import exit_mmap
from memsim_gui.mm.sched import charge, resched, sleep_until
from memsim_gui.mm.tracepoint import CAUSE_BITS, emit, publish_clock, set_file, set_task, set_zone, trace
from memsim_gui.mm.truncate import do_fadvise, drop_caches, fsync, sync, wait_for_devices
from memsim_gui.mm.vma_lock import do_mlock, do_munlock
from memsim_gui.mm.vmscan import (
    SWAP_CLUSTER_MAX,
    lruvec_work_left,
    shrink_active_list,
    shrink_inactive_list,
    shrink_lruvec_end,
    shrink_lruvec_turn,
    snapshot_refaults,
)
from memsim_gui.trace import bits, kinds, lanes, tables
from memsim_gui.trace.ring import RING_HEAD, RING_LEVEL

FULL = kinds.LEVEL_FULL
FLOW = kinds.LEVEL_FLOW
LANES_PER_NODE = lanes.LANES_PER_NODE
KILLED = -9
PREFETCH_ITEMS = 16
PREFETCH_FAULTS = 3


@inline
def _ring_filling(state):
    return state.cursor[RING_LEVEL] == FULL and state.cursor[RING_HEAD] * 2 > len(state.ring)


@room
def _end_if_killed(state, task):
    """A task the OOM killer chose gives everything back."""
    if state.task[task, tables.TASK_STATE] == tables.TASK_KILLED:
        exit_mmap(state, task)
        state.sys[SYS_OOM_VICTIM] = -1
        return True
    return state.task[task, tables.TASK_STATE] == tables.TASK_FREE


@inline
def _touch_hits(state, call, items, start, end):
    """Accesses that need no kernel code, up to the first that does or to the end of the task's time. [M3]

    Returns how many there were; none where an access marks the page itself. At level full a new mark ends it too.
    """
    cost = state.tun[TUN_HIT_NS]
    left = state.sys[SYS_NEXT_NS] - state.sys[SYS_NOW_NS]
    if not access_marks_entry(state) or left <= 0 or cost <= 0:
        return 0
    traced = state.cursor[RING_LEVEL] == FULL
    allowed = bits.PTE_PRESENT | (bits.PTE_WRITE if call[2] else 0)
    marks = bits.PTE_YOUNG | (bits.PTE_DIRTY if call[2] else 0)
    end = min(end, start + (left + cost - 1) // cost)
    at = start
    while at < end:
        prefetch(state.pte, items[min(at + PREFETCH_ITEMS, len(items) - 1)])
        entry = state.pte[items[at]]
        if entry.bits & allowed != allowed:
            break
        if entry.bits & marks != marks:
            if traced:
                break
            entry.bits |= marks
        at += 1
    state.sys[SYS_OP] += at - start
    state.sys[SYS_HITS] += at - start
    charge(state, (at - start) * cost)
    return at - start


@inline
def _prefetch_faults(state, items, at):
    """Bring near what the faults of the next accesses will read."""
    for ahead in range(at + PREFETCH_FAULTS, min(at + 2 * PREFETCH_FAULTS, len(items))):
        entry = state.pte[items[ahead]]
        if entry.bits & bits.PTE_PRESENT == 0 and entry.vma >= 0:
            prefetch_fault(state, entry.vma, items[ahead])


@inline
def _touch(state, task, row, write):
    """One access of the processor. Returns an errno."""
    state.sys[SYS_OP] += 1
    pte_bits = state.pte[row].bits
    if pte_bits & bits.PTE_PRESENT and (not write or pte_bits & bits.PTE_WRITE):
        on_access(state, row, write)
        state.sys[SYS_HITS] += 1
        charge(state, state.tun[TUN_HIT_NS])
        result = 0
    else:
        result = handle_mm_fault(state, task, row, write)
        charge(state, state.tun[TUN_FAULT_NS])
    resched(state)
    return result


@inline
def _read(state, file, pos, length):
    state.sys[SYS_OP] += (length + PAGE_SIZE - 1) // PAGE_SIZE
    publish_clock(state)
    charge(state, state.tun[TUN_SYSCALL_NS])
    result = filemap_read(state, file, pos, length)
    resched(state)
    return result


@inline
def _write(state, file, pos, length):
    state.sys[SYS_OP] += (length + PAGE_SIZE - 1) // PAGE_SIZE
    publish_clock(state)
    charge(state, state.tun[TUN_SYSCALL_NS])
    result = generic_perform_write(state, file, pos, length)
    resched(state)
    return result


@inline
def _look(state, task, row):
    """A read access that is not the workload's: it takes its time, but counts as no operation. Returns an errno."""
    if state.pte[row].bits & bits.PTE_PRESENT:
        return 0
    charge(state, state.tun[TUN_FAULT_NS])
    return handle_mm_fault(state, task, row, 0)


@inline
def _item(state, call, item, at):
    """Do one item of a batch. Returns an errno."""
    code = call[0]
    if code == calls.CALL_LOOK:
        return _look(state, call[1], item)
    if code == calls.CALL_TOUCH:
        return _touch(state, call[1], item, call[2])
    if code == calls.CALL_READ:
        return _read(state, call[2], item, call[3])
    if code == calls.CALL_WRITE:
        return _write(state, call[2], item, call[3])
    if at % (call[4] + 1) == 0:
        return _read(state, call[2], item * PAGE_SIZE, PAGE_SIZE)
    return _touch(state, call[1], item, call[3])


@room
def _batch(state, call, items, budget_ops):
    """Items from where the call stopped, until the batch, the budget or the ring is used up."""
    at = call[PROGRESS]
    end = min(len(items), at + budget_ops)
    while at < end and not _ring_filling(state):
        if call[0] == calls.CALL_TOUCH:
            hits = _touch_hits(state, call, items, at, end)
            if hits:
                at += hits
                resched(state)
                continue
        result = _item(state, call, items[at], at)
        at += 1
        if call[0] == calls.CALL_TOUCH:
            _prefetch_faults(state, items, at)
        if _end_if_killed(state, call[1]):
            call[RESULT] = KILLED
            at = len(items)
        elif result > 0:
            call[PROGRESS], call[ERRNO] = at, result
            return FAILED
    call[PROGRESS] = at
    return DONE if at >= len(items) else MORE


@room
def _scan_on_request(state, call):
    """Scan the tail of one list as kswapd would."""
    sc = state.sc[SC_ROW_REQUEST]
    begin_direct(sc, SC_KSWAPD, tables.ACTOR_REQUEST, call[3])
    sc[SC_MAY_DEACTIVATE] = 3
    left = call[3]
    begin_request(state, left)
    freed = 0
    while left > 0:
        goal = min(left, SWAP_CLUSTER_MAX)
        if call[2] & 1:
            shrink_active_list(state, sc, call[1], call[2], goal)
        else:
            freed += shrink_inactive_list(state, sc, call[1], call[2], goal)
        left -= goal
    call[RESULT] = freed
    end_request(state, freed)


@room
def _kswapd_on_request(state, call):
    """One run of kswapd's loop whatever the watermarks say: from priority 12 until it has freed 32 pages."""
    sc, node = state.sc[SC_ROW_REQUEST], call[1]
    begin_direct(sc, SC_KSWAPD, tables.ACTOR_REQUEST, SWAP_CLUSTER_MAX)
    begin_request(state, SWAP_CLUSTER_MAX)
    while sc[SC_PRIORITY] >= 1 and sc[SC_NR_RECLAIMED] < SWAP_CLUSTER_MAX:
        begin_priority(state, sc, node, SWAP_CLUSTER_MAX)
        while lruvec_work_left(sc):
            shrink_lruvec_turn(state, sc, node)
        shrink_lruvec_end(state, sc, node)
        sc[SC_PRIORITY] -= 1
    snapshot_refaults(state, node)
    call[RESULT] = sc[SC_NR_RECLAIMED]
    end_request(state, sc[SC_NR_RECLAIMED])


@room
def _direct_reclaim_on_request(state, task, node, goal):
    """Direct reclaims as of one allocation after the other, until they have freed `goal` pages or one frees nothing."""
    freed, got = 0, 1
    while got and (freed == 0 or freed < goal):
        got = try_to_free_pages(state, task, node, state.sc[SC_ROW_DIRECT], SC_DIRECT)
        freed += got
    return freed


@room
def _new_task(state, call):
    task = call[1]
    for column in range(tables.TASK_COLUMNS):
        set_task(state, task, column, 0)
    set_task(state, task, tables.TASK_OOM_ADJ, call[3])
    set_task(state, task, tables.TASK_MEMLOCK_LIMIT, call[4])
    set_task(state, task, tables.TASK_NODE, call[2])
    set_task(state, task, tables.TASK_STATE, tables.TASK_ALIVE)
    state.sys[SYS_CURRENT_TASK] = task


@room
def _open(state, call):
    file = call[1]
    set_file(state, file, tables.FILE_PAGES, call[2])
    set_file(state, file, tables.FILE_FIRST_CELL, call[3])
    set_file(state, file, tables.FILE_DEVICE, call[4])
    set_file(state, file, tables.FILE_KIND, call[5])
    set_file(state, file, tables.FILE_SIZE_BYTES, call[6])
    set_file(state, file, tables.FILE_PREV_POS, -1)
    set_file(state, file, tables.FILE_I_MMAP, -1)


@room
def _fork(state, call):
    parent, child = call[1], call[2]
    for column in (tables.TASK_OOM_ADJ, tables.TASK_MEMLOCK_LIMIT, tables.TASK_NODE):
        set_task(state, child, column, state.task[parent, column])
    set_task(state, child, tables.TASK_STATE, tables.TASK_ALIVE)
    return dup_mmap(state, parent, child, call[3])


@room
def _memory_call(state, call):
    """Calls about address spaces. Returns an errno."""
    code = call[0]
    if code == calls.CALL_MMAP:
        return do_mmap(state, call)
    if code == calls.CALL_MUNMAP:
        return do_munmap(state, call[1], call[2], call[3])
    if code == calls.CALL_MLOCK:
        return do_mlock(state, call[1], call[2], call[3], call[4])
    if code == calls.CALL_MUNLOCK:
        return do_munlock(state, call[1], call[2], call[3])
    if code == calls.CALL_MADVISE:
        return do_madvise(state, call[1], call[2], call[3], call[4])
    if code == calls.CALL_FORK:
        return _fork(state, call)
    return calls.EINVAL


@room
def _file_call(state, call):
    """Calls about files and devices. Returns an errno."""
    code = call[0]
    if code == calls.CALL_FADVISE:
        return do_fadvise(state, call[1], call[2])
    if code == calls.CALL_DROP_CACHES:
        return drop_caches(state, call[1])
    if code == calls.CALL_OPEN:
        _open(state, call)
    elif code == calls.CALL_SYNC:
        sync(state)
    elif code == calls.CALL_FSYNC:
        fsync(state, call[1])
    else:
        wait_for_devices(state)
    return 0


@room
def _machine_call(state, call):
    """Calls about the machine. Returns an errno."""
    code = call[0]
    if code == calls.CALL_TASK:
        _new_task(state, call)
    elif code == calls.CALL_EXIT:
        exit_mmap(state, call[1])
    elif code == calls.CALL_SLEEP:
        sleep_until(state, state.sys[SYS_NOW_NS] + call[1])
    elif code == calls.CALL_SCAN:
        _scan_on_request(state, call)
    elif code == calls.CALL_KSWAPD:
        _kswapd_on_request(state, call)
    elif code == calls.CALL_DIRECT_RECLAIM:
        task = state.sys[SYS_CURRENT_TASK]
        call[RESULT] = _direct_reclaim_on_request(state, task, call[1], call[2])
    elif code == calls.CALL_CGROUP:
        state.sys[SYS_CGROUP] = 1
    elif code == calls.CALL_SYSCTL:
        state.tun[call[1]] = call[2]
    elif code == calls.CALL_WATERMARKS:
        for mark in range(3):
            set_zone(state, call[1], tables.ZONE_MIN + mark, call[2 + mark])
    return 0


@inline
def _is_batch(code):
    return calls.CALL_TOUCH <= code <= calls.CALL_MIX or code == calls.CALL_LOOK


@room
def _dispatch(state, call, items, budget_ops):
    code = call[0]
    if _is_batch(code):
        state.sys[SYS_CURRENT_TASK] = call[1]
        return _batch(state, call, items, budget_ops)
    if code == calls.CALL_MEMORY_RECLAIM:
        return memory_reclaim(state, call)
    if calls.CALL_MMAP <= code <= calls.CALL_MUNMAP or calls.CALL_MLOCK <= code <= calls.CALL_MADVISE:
        state.sys[SYS_CURRENT_TASK] = call[1]
        result = _memory_call(state, call)
        if _end_if_killed(state, call[1]):
            call[RESULT], result = KILLED, 0
    elif code == calls.CALL_FORK:
        result = _memory_call(state, call)
    elif code == calls.CALL_OPEN or calls.CALL_FADVISE <= code <= calls.CALL_DROP_CACHES or code == calls.CALL_WAIT_IO:
        result = _file_call(state, call)
    else:
        result = _machine_call(state, call)
    call[ERRNO] = result
    return FAILED if result else DONE


@room
def _publish_flow(state):
    """Level flow: pages moved in this slice, lane by lane."""
    if state.cursor[RING_LEVEL] != FLOW:
        return
    for src in range(len(state.lane_pages)):
        for kind in range(LANES_PER_NODE):
            flow = state.flow[src, kind]
            if flow:
                dst = src // LANES_PER_NODE * LANES_PER_NODE + kind
                cause, pages = flow & (1 << CAUSE_BITS) - 1, flow >> CAUSE_BITS
                emit(state, kinds.FLOW, cause, src, dst, 0, pages)
                state.flow[src, kind] = 0


@room
def _run(state, call, items, budget_ops):
    batch = _is_batch(call[0])
    if not batch or call[PROGRESS] == 0:
        state.sys[SYS_NEXT_NS] = 0
        resched(state)
    status = _dispatch(state, call, items, budget_ops)
    # Where a batch is cut into slices must not show: neither in what happens nor in what is told of it one by one.
    if not batch or status != MORE:
        blk_flush_plugs(state)
        resched(state)
    if not batch or status != MORE or state.cursor[RING_LEVEL] != FULL:
        publish_clock(state)
    if status == FAILED:
        trace(state, kinds.ERRNO, 0, 0, 0, 0, call[ERRNO])
    _publish_flow(state)
    return status


@entry
def run_compiled(table, call, items, budget_ops):
    """The compiled entry: `table` holds the addresses of a State's arrays."""
    return _run(state_view(table), call, items, budget_ops)


def run(state: State, call: npt.NDArray[np.int64], items: npt.NDArray[np.int64], budget_ops: int) -> int:
    """Do one slice of a call. Returns DONE, MORE (call again with the same arguments) or FAILED (errno in the call)."""
    if JIT_ENABLED:
        return int(run_compiled(STRUCTURE.table(state), call, items, budget_ops))
    return int(_run(state, call, items, budget_ops))
