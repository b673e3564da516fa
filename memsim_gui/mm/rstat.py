"""Statistics of memory cgroups, the root's among them, which lag behind the pages themselves.

Kernel: mm/memcontrol.c (memcg_rstat_updated, mem_cgroup_flush_stats), include/linux/memcontrol.h, 6.1. [Cg-6]

Reclaim reads list sizes and refault activations as they were at the last flush, and flushes only when enough has
changed since: batches of 64 changes, one more than there are CPUs. With batches of 0 they are always fresh.

Simplified: they are fresh when a request begins; a page that comes counts four changes, reclaim counts its own, nothing
else counts; the flush every two seconds is left out.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import NODE_STAT, SYS_STAT_UPDATES, TUN_CPUS, TUN_STAT_BATCH
from memsim_gui.mm.vmstat import NR_INACTIVE_ANON, WORKINGSET_ACTIVATE_ANON, node_page_state

CHANGES_OF_A_NEW_PAGE = 4  # charged, mapped or cached, on a list, and the fault or read that brought it
LISTS = 4
KINDS = 2


@inline
def memcg_rstat_updated(state, updates):
    """So many changes of the cgroup's counters wait to be flushed."""
    state.sys[SYS_STAT_UPDATES] += updates


@room
def flush_stats(state):
    """Make the statistics fresh."""
    state.sys[SYS_STAT_UPDATES] = 0
    for node in range(len(state.node)):
        for lru in range(LISTS):
            state.node[node, NODE_STAT + lru] = node_page_state(state, node, NR_INACTIVE_ANON + lru)
        for kind in range(KINDS):
            activations = node_page_state(state, node, WORKINGSET_ACTIVATE_ANON + kind)
            state.node[node, NODE_STAT + LISTS + kind] = activations


@inline
def mem_cgroup_flush_stats(state):
    """Make the statistics fresh if enough changes wait, as reclaim does before each pass."""
    if state.sys[SYS_STAT_UPDATES] > state.tun[TUN_STAT_BATCH] * (state.tun[TUN_CPUS] + 1):
        flush_stats(state)


@inline
def lru_pages(state, node, lru):
    """Pages on a list as reclaim knows it."""
    if state.tun[TUN_STAT_BATCH]:
        return state.node[node, NODE_STAT + lru]
    return node_page_state(state, node, NR_INACTIVE_ANON + lru)


@inline
def activations(state, node, kind):
    """Refault activations of anon (0) or file (1) as reclaim knows them."""
    if state.tun[TUN_STAT_BATCH]:
        return state.node[node, NODE_STAT + LISTS + kind]
    return node_page_state(state, node, WORKINGSET_ACTIVATE_ANON + kind)
