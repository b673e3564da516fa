"""Counters by their /proc/vmstat names, and the functions that change them.

Kernel: mm/vmstat.c, include/linux/vmstat.h, 6.1.

Simplified: counters are exact; the kernel folds what each CPU counted about once a second (13.1).
"""

from memsim_gui.jit import inline
from memsim_gui.mm.mm_types import ZONE_FIRST_COUNTER
from memsim_gui.mm.tracepoint import trace
from memsim_gui.trace import counters, kinds

EVENT_COUNTERS = counters.EVENT_COUNTERS
NODE_STRIDE = counters.NODE_STRIDE
ZONES_PER_NODE = counters.ZONES_PER_NODE

# --- event counters, system wide
PGPGIN = counters.EVENT_NAMES.index("pgpgin")
PSWPIN = counters.EVENT_NAMES.index("pswpin")
PSWPOUT = counters.EVENT_NAMES.index("pswpout")
PGALLOC_DMA = counters.EVENT_NAMES.index("pgalloc_dma")
ALLOCSTALL_MOVABLE = counters.EVENT_NAMES.index("allocstall_movable")
PGFREE = counters.EVENT_NAMES.index("pgfree")
PGACTIVATE = counters.EVENT_NAMES.index("pgactivate")
PGDEACTIVATE = counters.EVENT_NAMES.index("pgdeactivate")
PGLAZYFREE = counters.EVENT_NAMES.index("pglazyfree")
PGFAULT = counters.EVENT_NAMES.index("pgfault")
PGMAJFAULT = counters.EVENT_NAMES.index("pgmajfault")
PGLAZYFREED = counters.EVENT_NAMES.index("pglazyfreed")
PGREFILL = counters.EVENT_NAMES.index("pgrefill")
PGREUSE = counters.EVENT_NAMES.index("pgreuse")
PGSTEAL_KSWAPD = counters.EVENT_NAMES.index("pgsteal_kswapd")
PGSTEAL_DIRECT = counters.EVENT_NAMES.index("pgsteal_direct")
PGSCAN_KSWAPD = counters.EVENT_NAMES.index("pgscan_kswapd")
PGSCAN_DIRECT = counters.EVENT_NAMES.index("pgscan_direct")
PGSCAN_DIRECT_THROTTLE = counters.EVENT_NAMES.index("pgscan_direct_throttle")
PGSKIP_DMA = counters.EVENT_NAMES.index("pgskip_dma")
PGSCAN_ANON = counters.EVENT_NAMES.index("pgscan_anon")
PGSTEAL_ANON = counters.EVENT_NAMES.index("pgsteal_anon")
KSWAPD_LOW_WMARK_HIT_QUICKLY = counters.EVENT_NAMES.index("kswapd_low_wmark_hit_quickly")
KSWAPD_HIGH_WMARK_HIT_QUICKLY = counters.EVENT_NAMES.index("kswapd_high_wmark_hit_quickly")
PAGEOUTRUN = counters.EVENT_NAMES.index("pageoutrun")
PGROTATED = counters.EVENT_NAMES.index("pgrotated")
DROP_PAGECACHE = counters.EVENT_NAMES.index("drop_pagecache")
DROP_SLAB = counters.EVENT_NAMES.index("drop_slab")
OOM_KILL = counters.EVENT_NAMES.index("oom_kill")
UNEVICTABLE_PGS_CULLED = counters.EVENT_NAMES.index("unevictable_pgs_culled")
UNEVICTABLE_PGS_RESCUED = counters.EVENT_NAMES.index("unevictable_pgs_rescued")
UNEVICTABLE_PGS_MLOCKED = counters.EVENT_NAMES.index("unevictable_pgs_mlocked")
UNEVICTABLE_PGS_MUNLOCKED = counters.EVENT_NAMES.index("unevictable_pgs_munlocked")
UNEVICTABLE_PGS_CLEARED = counters.EVENT_NAMES.index("unevictable_pgs_cleared")
UNEVICTABLE_PGS_STRANDED = counters.EVENT_NAMES.index("unevictable_pgs_stranded")
SWAP_RA = counters.EVENT_NAMES.index("swap_ra")
SWAP_RA_HIT = counters.EVENT_NAMES.index("swap_ra_hit")

# --- node items
NR_INACTIVE_ANON = counters.NODE_NAMES.index("nr_inactive_anon")
NR_ISOLATED_ANON = counters.NODE_NAMES.index("nr_isolated_anon")
WORKINGSET_REFAULT_ANON = counters.NODE_NAMES.index("workingset_refault_anon")
WORKINGSET_ACTIVATE_ANON = counters.NODE_NAMES.index("workingset_activate_anon")
WORKINGSET_RESTORE_ANON = counters.NODE_NAMES.index("workingset_restore_anon")
NR_ANON_PAGES = counters.NODE_NAMES.index("nr_anon_pages")
NR_MAPPED = counters.NODE_NAMES.index("nr_mapped")
NR_FILE_PAGES = counters.NODE_NAMES.index("nr_file_pages")
NR_DIRTY = counters.NODE_NAMES.index("nr_dirty")
NR_WRITEBACK = counters.NODE_NAMES.index("nr_writeback")
NR_SHMEM = counters.NODE_NAMES.index("nr_shmem")
NR_VMSCAN_WRITE = counters.NODE_NAMES.index("nr_vmscan_write")
NR_VMSCAN_IMMEDIATE_RECLAIM = counters.NODE_NAMES.index("nr_vmscan_immediate_reclaim")
NR_DIRTIED = counters.NODE_NAMES.index("nr_dirtied")
NR_WRITTEN = counters.NODE_NAMES.index("nr_written")
NR_SLAB_RECLAIMABLE = counters.NODE_NAMES.index("nr_slab_reclaimable")
NR_PAGE_TABLE_PAGES = counters.NODE_NAMES.index("nr_page_table_pages")
NR_SWAPCACHED = counters.NODE_NAMES.index("nr_swapcached")
NR_INACTIVE_FILE = counters.NODE_NAMES.index("nr_inactive_file")
NR_ACTIVE_FILE = counters.NODE_NAMES.index("nr_active_file")

# --- zone items
NR_FREE_PAGES = counters.ZONE_NAMES.index("nr_free_pages")
NR_ZONE_INACTIVE_ANON = counters.ZONE_NAMES.index("nr_zone_inactive_anon")
NR_ZONE_INACTIVE_FILE = counters.ZONE_NAMES.index("nr_zone_inactive_file")
NR_ZONE_ACTIVE_FILE = counters.ZONE_NAMES.index("nr_zone_active_file")
NR_ZONE_ACTIVE_ANON = counters.ZONE_NAMES.index("nr_zone_active_anon")
NR_ZONE_WRITE_PENDING = counters.ZONE_NAMES.index("nr_zone_write_pending")
NR_MLOCK = counters.ZONE_NAMES.index("nr_mlock")
NUMA_HIT = counters.ZONE_NAMES.index("numa_hit")
NUMA_MISS = counters.ZONE_NAMES.index("numa_miss")
NUMA_FOREIGN = counters.ZONE_NAMES.index("numa_foreign")
NUMA_LOCAL = counters.ZONE_NAMES.index("numa_local")
NUMA_OTHER = counters.ZONE_NAMES.index("numa_other")


@inline
def node_index(node, item):
    """Index of a node item in the flat array of counters."""
    return EVENT_COUNTERS + node * NODE_STRIDE + item


@inline
def zone_index(state, zone, item):
    """Index of a zone item in the flat array of counters."""
    return state.zone[zone, ZONE_FIRST_COUNTER] + item


@inline
def _add(state, index, delta):
    state.counter[index] += delta
    trace(state, kinds.COUNT, 0, 0, 0, index, delta)


@inline
def count_vm_event(state, item):
    """Count one event."""
    _add(state, item, 1)


@inline
def count_vm_events(state, item, delta):
    """Count `delta` events."""
    if delta:
        _add(state, item, delta)


@inline
def mod_node_page_state(state, node, item, delta):
    """Change a node item."""
    if delta:
        _add(state, node_index(node, item), delta)


@inline
def mod_zone_page_state(state, zone, item, delta):
    """Change a zone item."""
    if delta:
        _add(state, zone_index(state, zone, item), delta)


@inline
def node_page_state(state, node, item):
    """Value of a node item."""
    return state.counter[node_index(node, item)]


@inline
def zone_page_state(state, zone, item):
    """Value of a zone item."""
    return state.counter[zone_index(state, zone, item)]


@inline
def global_node_page_state(state, item):
    """Value of a node item summed over the nodes."""
    out = 0
    for node in range(len(state.node)):
        out += state.counter[node_index(node, item)]
    return out


@inline
def global_zone_page_state(state, item):
    """Value of a zone item summed over the zones."""
    out = 0
    for zone in range(len(state.zone)):
        out += state.counter[zone_index(state, zone, item)]
    return out
