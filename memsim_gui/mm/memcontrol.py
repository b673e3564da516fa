"""Memory cgroups: reclaim on request through memory.reclaim.

Kernel: mm/memcontrol.c (memory_reclaim), mm/vmscan.c (try_to_free_mem_cgroup_pages), 6.1. [Cg-1..7]

Simplified: there is one cgroup, /w, and once it exists every page is charged to it, so that one lruvec a node serves
the cgroup and the node alike; it has no limits and no protection.
"""

from memsim_gui.jit import room
from memsim_gui.mm.calls import DONE, EAGAIN, ENOENT, ERRNO, FAILED, MORE, PROGRESS, RESULT
from memsim_gui.mm.direct_reclaim import begin_direct, begin_request, do_try_to_free_pages, end_request
from memsim_gui.mm.kswapd import MAX_RECLAIM_RETRIES
from memsim_gui.mm.mm_types import NODE_FLAGS, PGDAT_CONGESTED, SC_MEMCG, SC_ROW_REQUEST, SYS_CGROUP
from memsim_gui.mm.page_alloc import local_node
from memsim_gui.mm.rstat import flush_stats
from memsim_gui.mm.swap import lru_add_drain
from memsim_gui.mm.vmscan import SWAP_CLUSTER_MAX
from memsim_gui.trace import tables


@room
def try_to_free_mem_cgroup_pages(state, pages):
    """Reclaim at least 32 pages of the cgroup, or try everything; only its own counters tell. [Cg-2]"""
    sc = state.sc[SC_ROW_REQUEST]
    begin_direct(sc, SC_MEMCG, tables.ACTOR_REQUEST, max(pages, SWAP_CLUSTER_MAX))
    freed = do_try_to_free_pages(state, sc, local_node(state))
    for node in range(len(state.node)):
        state.node[node, NODE_FLAGS] &= ~PGDAT_CONGESTED
    return freed


@room
def memory_reclaim(state, call):
    """Write to memory.reclaim: free `call[1]` pages, with 16 attempts that may free nothing. Returns a status. [Cg-7]

    One attempt a slice. EAGAIN if less was freed; the result is the number of pages freed.
    """
    if not state.sys[SYS_CGROUP]:
        call[ERRNO] = ENOENT
        return FAILED
    if call[PROGRESS] == 0:
        begin_request(state, call[1])
        flush_stats(state)
        call[PROGRESS] = MAX_RECLAIM_RETRIES + 1
    wanted = call[1] - call[RESULT]
    if wanted > 0:
        if call[PROGRESS] == 1:
            lru_add_drain(state)
        freed = try_to_free_mem_cgroup_pages(state, wanted)
        call[RESULT] += freed
        call[PROGRESS] -= freed == 0
    if call[RESULT] < call[1] and call[PROGRESS]:
        return MORE
    end_request(state, call[RESULT])
    call[ERRNO] = EAGAIN if call[RESULT] < call[1] else 0
    return FAILED if call[ERRNO] else DONE
