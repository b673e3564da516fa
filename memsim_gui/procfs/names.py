"""Every line of /proc/vmstat in the order of Linux 6.1, and why a simulated machine leaves some of them at zero.

Kernel: mm/vmstat.c vmstat_text, as configured by Debian for amd64.
"""

ZONE = (
    "nr_free_pages nr_zone_inactive_anon nr_zone_active_anon nr_zone_inactive_file nr_zone_active_file "
    "nr_zone_unevictable nr_zone_write_pending nr_mlock nr_bounce nr_zspages nr_free_cma"
).split()
NUMA = "numa_hit numa_miss numa_foreign numa_interleave numa_local numa_other".split()
NODE = (
    "nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_slab_reclaimable "
    "nr_slab_unreclaimable nr_isolated_anon nr_isolated_file workingset_nodes workingset_refault_anon "
    "workingset_refault_file workingset_activate_anon workingset_activate_file workingset_restore_anon "
    "workingset_restore_file workingset_nodereclaim nr_anon_pages nr_mapped nr_file_pages nr_dirty nr_writeback "
    "nr_writeback_temp nr_shmem nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages nr_file_pmdmapped "
    "nr_anon_transparent_hugepages nr_vmscan_write nr_vmscan_immediate_reclaim nr_dirtied nr_written "
    "nr_throttled_written nr_kernel_misc_reclaimable nr_foll_pin_acquired nr_foll_pin_released nr_kernel_stack "
    "nr_page_table_pages nr_sec_page_table_pages nr_swapcached pgpromote_success pgpromote_candidate"
).split()
THRESHOLDS = "nr_dirty_threshold nr_dirty_background_threshold".split()
EVENTS = (
    "pgpgin pgpgout pswpin pswpout pgalloc_dma pgalloc_dma32 pgalloc_normal pgalloc_movable pgalloc_device "
    "allocstall_dma allocstall_dma32 allocstall_normal allocstall_movable allocstall_device pgskip_dma pgskip_dma32 "
    "pgskip_normal pgskip_movable pgskip_device pgfree pgactivate pgdeactivate pglazyfree pgfault pgmajfault "
    "pglazyfreed pgrefill pgreuse pgsteal_kswapd pgsteal_direct pgdemote_kswapd pgdemote_direct pgscan_kswapd "
    "pgscan_direct pgscan_direct_throttle pgscan_anon pgscan_file pgsteal_anon pgsteal_file zone_reclaim_failed "
    "pginodesteal slabs_scanned kswapd_inodesteal kswapd_low_wmark_hit_quickly kswapd_high_wmark_hit_quickly "
    "pageoutrun pgrotated drop_pagecache drop_slab oom_kill numa_pte_updates numa_huge_pte_updates numa_hint_faults "
    "numa_hint_faults_local numa_pages_migrated pgmigrate_success pgmigrate_fail thp_migration_success "
    "thp_migration_fail thp_migration_split compact_migrate_scanned compact_free_scanned compact_isolated "
    "compact_stall compact_fail compact_success compact_daemon_wake compact_daemon_migrate_scanned "
    "compact_daemon_free_scanned htlb_buddy_alloc_success htlb_buddy_alloc_fail unevictable_pgs_culled "
    "unevictable_pgs_scanned unevictable_pgs_rescued unevictable_pgs_mlocked unevictable_pgs_munlocked "
    "unevictable_pgs_cleared unevictable_pgs_stranded thp_fault_alloc thp_fault_fallback thp_fault_fallback_charge "
    "thp_collapse_alloc thp_collapse_alloc_failed thp_file_alloc thp_file_fallback thp_file_fallback_charge "
    "thp_file_mapped thp_split_page thp_split_page_failed thp_deferred_split_page thp_split_pmd "
    "thp_scan_exceed_none_pte thp_scan_exceed_swap_pte thp_scan_exceed_share_pte thp_split_pud thp_zero_page_alloc "
    "thp_zero_page_alloc_failed thp_swpout thp_swpout_fallback balloon_inflate balloon_deflate balloon_migrate "
    "swap_ra swap_ra_hit ksm_swpin_copy cow_ksm zswpin zswpout direct_map_level2_splits direct_map_level3_splits"
).split()
VMSTAT = (*ZONE, *NUMA, *NODE, *THRESHOLDS, *EVENTS, "nr_unstable")

_REASONS = {
    "every page is 4 KiB: no huge pages": "nr_shmem_hugepages nr_shmem_pmdmapped nr_file_hugepages nr_file_pmdmapped "
    "nr_anon_transparent_hugepages thp_migration_success thp_migration_fail thp_migration_split "
    "htlb_buddy_alloc_success htlb_buddy_alloc_fail "
    + " ".join(name for name in EVENTS if name.startswith("thp_") and not name.startswith("thp_migration")),
    "pages keep their frame: no migration, no compaction": " ".join(
        name for name in EVENTS if name.startswith(("pgmigrate_", "compact_"))
    ),
    "no automatic NUMA balancing": "numa_pte_updates numa_huge_pte_updates numa_hint_faults numa_hint_faults_local "
    "numa_pages_migrated",
    "no memory tiers": "pgpromote_success pgpromote_candidate pgdemote_kswapd pgdemote_direct",
    "memory is taken from the own node first, never interleaved": "numa_interleave",
    "vm.zone_reclaim_mode is 0": "zone_reclaim_failed",
    "slab keeps its size: no shrinkers, no inode reclaim": "slabs_scanned pginodesteal kswapd_inodesteal",
    "nodes of the page cache's trees take no memory of their own": "workingset_nodes workingset_nodereclaim",
    "zones Movable and Device are empty": "pgalloc_movable pgalloc_device allocstall_device pgskip_movable "
    "pgskip_device",
    "only allocations that may use every zone are modelled": "allocstall_dma allocstall_dma32 allocstall_normal "
    "pgskip_dma pgskip_dma32 pgskip_normal",
    "no device needs bounce buffers": "nr_bounce",
    "no compressed swap": "nr_zspages zswpin zswpout",
    "Debian builds its kernel without CMA": "nr_free_cma",
    "no FUSE": "nr_writeback_temp",
    "no direct I/O, so nothing pins pages": "nr_foll_pin_acquired nr_foll_pin_released",
    "no virtual machines inside": "nr_sec_page_table_pages balloon_inflate balloon_deflate balloon_migrate",
    "writeback does not lift the throttling of reclaimers": "nr_throttled_written",
    "counted only where SHM_UNLOCK or a driver gives pages back": "unevictable_pgs_scanned",
    "no page merging (KSM)": "ksm_swpin_copy cow_ksm",
    "the kernel's own mapping of memory is not modelled": "direct_map_level2_splits direct_map_level3_splits",
    "always 0 since Linux 5.8": "nr_unstable",
}
NOT_MODELLED = {name: reason for reason, names in _REASONS.items() for name in names.split()}
# Counters that keep the value they have at the start.
CONSTANT = "nr_slab_reclaimable nr_slab_unreclaimable nr_kernel_misc_reclaimable nr_kernel_stack".split()
