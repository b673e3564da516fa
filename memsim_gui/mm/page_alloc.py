"""The page allocator: the fast path, and what a task goes through when memory is short.

Kernel: mm/page_alloc.c, 6.1. [Alloc-1..3]

    free > low + reserve   : take a page
    else                   : wake kswapd, take a page while free > min + reserve
    else                   : direct reclaim, again and again
    no progress 16 times   : the OOM killer

Simplified: every allocation may use every zone and wait; all nodes are equally far from each other ([Numa-1]).
Simplified: no reclaim of the own node before others are used, vm.zone_reclaim_mode ([Numa-4]).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.direct_reclaim import try_to_free_pages, zone_reclaimable_pages
from memsim_gui.mm.free_area import (
    HIGH,
    LOW,
    MANAGED,
    MIN,
    drain_all_pages,
    mark_of,
    rmqueue,
    rmqueue_slab,
    zone_of,
    zone_watermark_ok,
)
from memsim_gui.mm.kswapd import MAX_RECLAIM_RETRIES, wakeup_kswapd
from memsim_gui.mm.mm_inline import TAIL, move_folio, page_node
from memsim_gui.mm.mm_types import (
    MIGRATE_MOVABLE,
    MIGRATE_UNMOVABLE,
    PMD_SHIFT,
    SC_DIRECT,
    SC_ROW_DIRECT,
    SYS_BUFFER_HEADS,
    SYS_BUFFER_ROOM,
    SYS_CURRENT_TASK,
    SYS_MIGRATE_TYPE,
    SYS_PGTABLE_HEAD,
    SYS_XA_NODES,
    SYS_XA_ROOM,
    TUN_PAGE_TABLES,
    ZONE_BOOSTED_WATERMARK,
)
from memsim_gui.mm.oom_kill import out_of_memory
from memsim_gui.mm.page_writeback import node_dirty_ok
from memsim_gui.mm.sched import resched
from memsim_gui.mm.tracepoint import set_task
from memsim_gui.mm.vmstat import (
    NR_FREE_PAGES,
    NR_PAGE_TABLE_PAGES,
    NR_SLAB_RECLAIMABLE,
    NUMA_FOREIGN,
    NUMA_HIT,
    NUMA_LOCAL,
    NUMA_MISS,
    NUMA_OTHER,
    ZONES_PER_NODE,
    mod_node_page_state,
    mod_zone_page_state,
    zone_page_state,
)
from memsim_gui.trace import causes, lanes, tables

NO_PAGE = -1
HIGHEST_ZONE = ZONES_PER_NODE - 1
XA_SLAB_ORDER = 1
XA_SLAB_NODES = 14  # of 576 bytes
BUFFER_SLAB_HEADS = 39  # of 104 bytes


@inline
def local_node(state):
    """Node of the processor that the current task runs on."""
    task = state.sys[SYS_CURRENT_TASK]
    return state.task[task, tables.TASK_NODE] if task >= 0 else 0


@inline
def fallback_node(local, step, nodes):
    """The step-th node of a node's zonelist: itself, the later ones, then the earlier ones. [Numa-1]"""
    return (local + step) % nodes


@inline
def _count_numa(state, zone, local):
    """Hit or miss, seen from the node preferred and the node used. [Numa-3]"""
    node = zone // ZONES_PER_NODE
    if node == local:
        mod_zone_page_state(state, zone, NUMA_HIT, 1)
        mod_zone_page_state(state, zone, NUMA_LOCAL, 1)
    else:
        mod_zone_page_state(state, zone, NUMA_MISS, 1)
        mod_zone_page_state(state, zone, NUMA_OTHER, 1)
        mod_zone_page_state(state, zone_of(local, zone % ZONES_PER_NODE), NUMA_FOREIGN, 1)


@inline
def _wake_for_boost(state, zone):
    """Wake kswapd for the zones up to one whose watermarks were boosted. [Wm-7]"""
    if state.zone[zone, ZONE_BOOSTED_WATERMARK]:
        state.zone[zone, ZONE_BOOSTED_WATERMARK] = 0
        wakeup_kswapd(state, zone // ZONES_PER_NODE, zone % ZONES_PER_NODE)


@room
def _new_slab(state, local, mark, order):
    """A slab of 2^order pages from the first zone above a mark. Returns whether there was one."""
    for kind in range(ZONES_PER_NODE - 1, -1, -1):
        zone = zone_of(local, kind)
        if state.zone[zone, MANAGED] and zone_watermark_ok(state, zone, mark_of(state, zone, mark), HIGHEST_ZONE):
            pages = rmqueue_slab(state, zone, order)
            _wake_for_boost(state, zone)
            if pages:
                mod_node_page_state(state, local, NR_SLAB_RECLAIMABLE, pages)
                return True
    return False


@inline
def _grow_slab(state, local, objects, room, order, more):
    """Take slabs until there is room for the objects in use, or memory is short."""
    while state.sys[objects] > state.sys[room]:
        if not _new_slab(state, local, LOW, order) and not _new_slab(state, local, MIN, order):
            return
        state.sys[room] += more


@room
def _grow_slabs(state, local):
    """Take slabs for the XArray nodes and buffer heads that the caches have grown by since.

    Simplified: they are taken with the next page instead of with the object, from the local node alone, and never given
    back. Then whoever was woken for it may run, as before any allocation that may wait (might_alloc).
    """
    if state.tun[TUN_PAGE_TABLES]:
        _grow_slab(state, local, SYS_XA_NODES, SYS_XA_ROOM, XA_SLAB_ORDER, XA_SLAB_NODES)
        _grow_slab(state, local, SYS_BUFFER_HEADS, SYS_BUFFER_ROOM, 0, BUFFER_SLAB_HEADS)
    resched(state)


@room
def _get_page_from_freelist(state, local, mark, spread_dirty):
    """First zone of the zonelist that is above `mark` (MIN, LOW, HIGH; -1 = no mark); -1 if none is. [Alloc-1]"""
    nodes = len(state.node)
    for step in range(nodes):
        node = fallback_node(local, step, nodes)
        if spread_dirty and not node_dirty_ok(state, node):
            continue
        for kind in range(ZONES_PER_NODE - 1, -1, -1):
            zone = zone_of(node, kind)
            if state.zone[zone, MANAGED] == 0:
                continue
            if mark < 0 or zone_watermark_ok(state, zone, mark_of(state, zone, mark), HIGHEST_ZONE):
                pfn = rmqueue(state, zone)
                _wake_for_boost(state, zone)
                if pfn >= 0:
                    _count_numa(state, zone, local)
                    return pfn
    return NO_PAGE


@room
def _wake_all_kswapds(state):
    for node in range(len(state.node)):
        wakeup_kswapd(state, node, HIGHEST_ZONE)


@room
def _should_reclaim_retry(state, no_progress):
    """Whether another round can help: not 16 in vain, and some zone could pass MIN if all went well. [Alloc-3]"""
    if no_progress > MAX_RECLAIM_RETRIES:
        return False
    for zone in range(len(state.zone)):
        if state.zone[zone, MANAGED] == 0:
            continue
        could = zone_page_state(state, zone, NR_FREE_PAGES) + zone_reclaimable_pages(state, zone)
        if could > state.zone[zone, MIN] + state.zone[zone, tables.ZONE_PROTECTION]:
            return True
    return False


@inline
def _killed(state, task):
    return task >= 0 and state.task[task, tables.TASK_STATE] == tables.TASK_KILLED


@room
def _reclaim_and_retry(state, local, task):
    """One direct reclaim, then the free lists again. Returns (page or -1, pages freed)."""
    progress = try_to_free_pages(state, task, local, state.sc[SC_ROW_DIRECT], SC_DIRECT)
    pfn = NO_PAGE
    if progress:
        pfn = _get_page_from_freelist(state, local, MIN, False)
        if pfn < 0:
            drain_all_pages(state)
            pfn = _get_page_from_freelist(state, local, MIN, False)
    return pfn, progress


@room
def _alloc_pages_slowpath(state, local, task):
    """Wake kswapd, reclaim, kill. [Alloc-2] -1 only if the task itself is killed or nobody can be."""
    _wake_all_kswapds(state)
    pfn = _get_page_from_freelist(state, local, MIN, False)
    no_progress = 0
    while pfn < 0:
        if _killed(state, task):
            return _get_page_from_freelist(state, local, -1, False)
        _wake_all_kswapds(state)
        pfn, progress = _reclaim_and_retry(state, local, task)
        if pfn >= 0:
            break
        resched(state)
        no_progress = 0 if progress else no_progress + 1
        if not _should_reclaim_retry(state, no_progress):
            pfn = _get_page_from_freelist(state, local, HIGH, False)
            if pfn < 0 and not out_of_memory(state, task):
                return NO_PAGE
            no_progress = 0
    return pfn


@room
def alloc_page(state, for_write):
    """One frame for the current task, in hand with one reference; -1 if the task is killed for want of memory.

    Pages for buffered writes avoid nodes over their dirty limit on the fast path. [Wr-3] Each allocation that may wait
    is a point where a woken kswapd takes over (might_alloc).
    """
    local = local_node(state)
    _grow_slabs(state, local)
    pfn = _get_page_from_freelist(state, local, LOW, for_write)
    if pfn < 0:
        pfn = _alloc_pages_slowpath(state, local, state.sys[SYS_CURRENT_TASK])
    return pfn


@room
def try_alloc_page(state):
    """One frame for readahead (__GFP_NORETRY): reclaims once at most, never kills; -1 if memory is short."""
    local = local_node(state)
    _grow_slabs(state, local)
    pfn = _get_page_from_freelist(state, local, LOW, False)
    if pfn < 0:
        _wake_all_kswapds(state)
        pfn = _get_page_from_freelist(state, local, MIN, False)
    if pfn < 0:
        pfn, _ = _reclaim_and_retry(state, local, state.sys[SYS_CURRENT_TASK])
    return pfn


@room
def alloc_page_table(state, task, row):
    """See that the page table of a virtual page exists; -1 if the task is killed. Classroom machines have none."""
    if state.tun[TUN_PAGE_TABLES] == 0 or state.pmd[row >> PMD_SHIFT]:
        return 0
    state.sys[SYS_MIGRATE_TYPE] = MIGRATE_UNMOVABLE
    pfn = alloc_page(state, False)
    state.sys[SYS_MIGRATE_TYPE] = MIGRATE_MOVABLE
    if pfn < 0:
        return -1
    state.pmd[row >> PMD_SHIFT] = 1
    move_folio(state, pfn, lanes.KERNEL, TAIL, causes.RESERVE)
    state.page[pfn].lru_next = state.sys[SYS_PGTABLE_HEAD]
    state.sys[SYS_PGTABLE_HEAD] = pfn
    mod_node_page_state(state, page_node(state, pfn), NR_PAGE_TABLE_PAGES, 1)
    set_task(state, task, tables.TASK_PGTABLES, state.task[task, tables.TASK_PGTABLES] + 1)
    return 0
