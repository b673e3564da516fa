"""Counters by their /proc/vmstat names, and where each stands in the flat array of counters.

Layout of the array: all event counters first (system wide), then the node items of each node, then the zone items of
each zone. A global `nr_*` value is the sum over nodes or zones, as in /proc/vmstat.
"""

import numpy as np
import numpy.typing as npt

EVENT_NAMES = (
    "pgpgin pgpgout pswpin pswpout "
    "pgalloc_dma pgalloc_dma32 pgalloc_normal pgalloc_movable pgalloc_device "
    "allocstall_dma allocstall_dma32 allocstall_normal allocstall_movable allocstall_device "
    "pgskip_dma pgskip_dma32 pgskip_normal pgskip_movable pgskip_device "
    "pgfree pgactivate pgdeactivate pglazyfree pgfault pgmajfault pglazyfreed pgrefill pgreuse "
    "pgsteal_kswapd pgsteal_direct pgscan_kswapd pgscan_direct pgscan_direct_throttle "
    "pgscan_anon pgscan_file pgsteal_anon pgsteal_file "
    "slabs_scanned kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly pageoutrun pgrotated "
    "drop_pagecache drop_slab oom_kill "
    "unevictable_pgs_culled unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked "
    "unevictable_pgs_munlocked unevictable_pgs_cleared unevictable_pgs_stranded "
    "swap_ra swap_ra_hit"
).split()
NODE_NAMES = (
    "nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable "
    "nr_slab_reclaimable nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes "
    "workingset_refault_anon workingset_refault_file workingset_activate_anon workingset_activate_file "
    "workingset_restore_anon workingset_restore_file workingset_nodereclaim "
    "nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback nr_shmem "
    "nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written nr_throttled_written "
    "nr_kernel_misc_reclaimable nr_kernel_stack nr_page_table_pages nr_swapcached"
).split()
ZONE_NAMES = (
    "nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file nr_zone_active_file "
    "nr_zone_unevictable nr_zone_write_pending nr_mlock "
    "numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other"
).split()

ZONES_PER_NODE = 3  # DMA, DMA32, Normal; Movable and Device are empty on every machine modelled
ZONE_TITLES = ("DMA", "DMA32", "Normal")
EVENT_COUNTERS = len(EVENT_NAMES)
NODE_ITEMS = len(NODE_NAMES)
ZONE_ITEMS = len(ZONE_NAMES)
NODE_STRIDE = NODE_ITEMS + ZONES_PER_NODE * ZONE_ITEMS


def counters_total(nodes: int) -> int:
    """Length of the flat array of a machine with `nodes` nodes."""
    return EVENT_COUNTERS + nodes * NODE_STRIDE


def node_base(node: int) -> int:
    """Index of the first node item of `node`."""
    return EVENT_COUNTERS + node * NODE_STRIDE


def zone_base(zone: int) -> int:
    """Index of the first zone item of zone number `zone` = node * ZONES_PER_NODE + kind of zone."""
    return node_base(zone // ZONES_PER_NODE) + NODE_ITEMS + zone % ZONES_PER_NODE * ZONE_ITEMS


def counter_name(index: int) -> str:
    """Name of the counter at `index` of the flat array, without its node or zone."""
    if index < EVENT_COUNTERS:
        return EVENT_NAMES[index]
    offset = (index - EVENT_COUNTERS) % NODE_STRIDE
    return NODE_NAMES[offset] if offset < NODE_ITEMS else ZONE_NAMES[(offset - NODE_ITEMS) % ZONE_ITEMS]


def vmstat(counters: npt.NDArray[np.int64], nodes: int) -> dict[str, int]:
    """Return the counters of the whole system by their /proc/vmstat names, in that file's order."""
    per_node = counters[EVENT_COUNTERS:].reshape(nodes, NODE_STRIDE)
    zones = per_node[:, NODE_ITEMS:].reshape(nodes * ZONES_PER_NODE, ZONE_ITEMS).sum(axis=0)
    node_sums = per_node[:, :NODE_ITEMS].sum(axis=0)
    out = dict(zip(ZONE_NAMES, zones.tolist(), strict=True))
    out.update(zip(NODE_NAMES, node_sums.tolist(), strict=True))
    out.update(zip(EVENT_NAMES, counters[:EVENT_COUNTERS].tolist(), strict=True))
    return out
