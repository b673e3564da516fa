"""Statistics of a memory cgroup, which lag behind the pages themselves.

Kernel: mm/memcontrol.c (memcg_rstat_updated, mem_cgroup_flush_stats), include/linux/memcontrol.h, 6.1. [Cg-6]

Reclaim of a cgroup reads list sizes and refault activations as they were at the last flush, and flushes only when
enough has changed since. Simplified: they are fresh when a request begins, and only what reclaim changes is counted.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import NODE_STAT, SC_KIND, SC_MEMCG, SYS_STAT_UPDATES, TUN_CPUS
from memsim_gui.mm.vmstat import NR_INACTIVE_ANON, WORKINGSET_ACTIVATE_ANON, node_page_state

MEMCG_CHARGE_BATCH = 64
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
    if state.sys[SYS_STAT_UPDATES] > MEMCG_CHARGE_BATCH * (state.tun[TUN_CPUS] + 1):
        flush_stats(state)


@inline
def lru_pages(state, sc, node, lru):
    """Pages on a list as this reclaimer knows it."""
    if sc[SC_KIND] == SC_MEMCG:
        return state.node[node, NODE_STAT + lru]
    return node_page_state(state, node, NR_INACTIVE_ANON + lru)


@inline
def activations(state, sc, node, kind):
    """Refault activations of anon (0) or file (1) as this reclaimer knows them."""
    if sc[SC_KIND] == SC_MEMCG:
        return state.node[node, NODE_STAT + LISTS + kind]
    return node_page_state(state, node, WORKINGSET_ACTIVATE_ANON + kind)
