"""The code path: which functions of Linux 6.1 an event goes through, outermost first.

A path is a line of function names; `@` stands for whoever reclaims. Moves and narrated events have paths: flags, table
entries and counters change on the way. What stands in no kernel (a step begins, an event was lost) has none.
"""

from typing import NamedTuple

import numpy as np

from memsim_gui.scene.panels.kernel_functions import FUNCTIONS, Function
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

LOOK_BACK_EVENTS = 4096
PAGES_MOVE = (kinds.MOVE, kinds.FLOW)
UNTOLD = (kinds.COMMAND, kinds.STEP, kinds.LOST, kinds.ERRNO)  # narration without kernel code of its own

NODE = "shrink_node shrink_lruvec"
KSWAPD = f"kswapd balance_pgdat {NODE}"
DIRECT = "__alloc_pages_slowpath __alloc_pages_direct_reclaim try_to_free_pages do_try_to_free_pages"
REQUEST = "memory_reclaim try_to_free_mem_cgroup_pages do_try_to_free_pages"
RECLAIMERS = {
    tables.ACTOR_DIRECT: f"{DIRECT} {NODE}",
    tables.ACTOR_REQUEST: f"{REQUEST} {NODE}",
    tables.ACTOR_FLUSHER: "",
}
INACTIVE, ACTIVE = "@ shrink_list shrink_inactive_list", "@ shrink_list shrink_active_list"
DECIDE = f"{INACTIVE} shrink_folio_list"
REFERENCES = f"{DECIDE} folio_check_references folio_referenced"
PUT_BACK = f"{INACTIVE} move_folios_to_lru lruvec_add_folio"
AGED = f"{ACTIVE} move_folios_to_lru lruvec_add_folio"
BATCH = "lru_add_drain_cpu folio_batch_move_lru"
ADDED = f"{BATCH} lru_add_fn lruvec_add_folio"
FAULT = "exc_page_fault handle_mm_fault handle_pte_fault"
UNMAP = "zap_pte_range free_pages_and_swap_cache release_pages free_unref_page_list"
WRITE_ENDED = "bio_endio end_swap_bio_write folio_end_writeback folio_rotate_reclaimable"

SCANS = {
    causes.KEEP_REFERENCED: REFERENCES,
    causes.KEEP_SECOND_CHANCE: REFERENCES,
    causes.KEEP_CLEAN_ONLY: REFERENCES,
    causes.KEEP: DECIDE,
    causes.ACTIVATE: REFERENCES,
    causes.ACTIVATE_EXEC: REFERENCES,
    causes.ACTIVATE_REFERENCED: REFERENCES,
    causes.ACTIVATE_MLOCKED: REFERENCES,
    causes.ACTIVATE_WRITEBACK: DECIDE,
    causes.ACTIVATE_DIRTY: DECIDE,
    causes.ACTIVATE_SWAP_FULL: f"{DECIDE} add_to_swap folio_alloc_swap",
    causes.ACTIVATE_BUFFERS: f"{DECIDE} filemap_release_folio",
    causes.KEEP_WRITEBACK: f"{DECIDE} add_to_swap try_to_unmap pageout swap_writepage",
    causes.SWAP_OUT: f"{DECIDE} add_to_swap try_to_unmap pageout swap_writepage",
    causes.RECLAIM: f"{DECIDE} __remove_mapping",
    causes.LAZYFREE: f"{DECIDE} try_to_unmap",
    causes.DEACTIVATE: f"{ACTIVE} folio_referenced",
    causes.ROTATE_EXEC: f"{ACTIVE} folio_referenced",
    causes.ROTATE_REFERENCED: f"{ACTIVE} folio_referenced",
    causes.SKIP_ZONE: f"{INACTIVE} isolate_lru_folios",
    causes.CULL: f"{INACTIVE} move_folios_to_lru folio_putback_lru",
}
MOVES = {
    **dict.fromkeys((cause for cause in SCANS if cause not in (causes.RECLAIM, causes.LAZYFREE)), PUT_BACK),
    causes.ALLOC: "__alloc_pages get_page_from_freelist rmqueue rmqueue_pcplist",
    causes.ADD: "folio_add_lru",
    causes.DRAIN: ADDED,
    causes.ISOLATE: f"{INACTIVE} isolate_lru_folios",
    causes.RECLAIM: f"{DECIDE} __remove_mapping free_unref_page_list",
    causes.DEACTIVATE: AGED,
    causes.ROTATE_EXEC: AGED,
    causes.ROTATE_REFERENCED: AGED,
    causes.ROTATE: f"{WRITE_ENDED} lru_move_tail_fn",
    causes.MARK_ACCESSED: "folio_mark_accessed folio_activate folio_batch_move_lru folio_activate_fn",
    causes.REFAULT: f"filemap_add_folio workingset_refault folio_add_lru {ADDED}",
    causes.CULL: "do_mlock mlock_pagevec __mlock_page",
    causes.RESCUE: "do_mlock mlock_pagevec __munlock_page lruvec_add_folio",
    causes.UNMAP_FREE: UNMAP,
    causes.DROP: "drop_pagecache_sb invalidate_mapping_pagevec mapping_evict_folio release_pages free_unref_page_list",
    causes.REFILL: "get_page_from_freelist rmqueue rmqueue_pcplist rmqueue_bulk",
    causes.RESERVE: "pte_alloc_one __alloc_pages get_page_from_freelist rmqueue",
    causes.LAZYFREE: f"madvise_free_pte_range {BATCH} lru_lazyfree_fn",
}
# Where the lanes tell more than the cause: (cause, from, to), None = any.
LANE_MOVES = {
    (causes.ADD, None, lanes.MLOCK_BATCH): "mlock_new_page",
    (causes.ISOLATE, lanes.ACTIVE_ANON, None): f"{ACTIVE} isolate_lru_folios",
    (causes.ISOLATE, lanes.ACTIVE_FILE, None): f"{ACTIVE} isolate_lru_folios",
    (causes.DEACTIVATE, lanes.ACTIVE_ANON, None): f"{BATCH} lru_deactivate_fn",
    (causes.DEACTIVATE, lanes.ACTIVE_FILE, None): f"{BATCH} lru_deactivate_fn",
    (causes.CULL, lanes.LRU_ADD, None): ADDED,
    (causes.CULL, lanes.MLOCK_BATCH, None): "mlock_pagevec __mlock_new_page",
    (causes.CULL, lanes.ISOLATED, None): SCANS[causes.CULL],
    (causes.REFILL, None, lanes.FREE): "free_unref_page free_pcppages_bulk",
}
SWAP_FAULT = f"{FAULT} do_swap_page"
FILE_FAULT = f"{FAULT} do_fault"
READ = "vfs_read filemap_read filemap_get_pages"
READAHEAD = "page_cache_sync_ra ondemand_readahead page_cache_ra_unbounded filemap_add_folio"
WRITE = "vfs_write generic_perform_write"
OOM = "__alloc_pages_slowpath __alloc_pages_may_oom out_of_memory select_bad_process oom_badness oom_kill_process"
NARRATED = {
    (kinds.FAULT, causes.FAULT_ZERO): f"{FAULT} do_anonymous_page set_pte_at",
    (kinds.FAULT, causes.FAULT_ANON): f"{FAULT} do_anonymous_page __alloc_pages page_add_new_anon_rmap",
    (kinds.FAULT, causes.FAULT_COW): f"{FAULT} do_wp_page wp_page_copy",
    (kinds.FAULT, causes.FAULT_SWAP_MAJOR): f"{SWAP_FAULT} swapin_readahead swap_cluster_readahead",
    (kinds.FAULT, causes.FAULT_SWAP_MINOR): f"{SWAP_FAULT} lookup_swap_cache",
    (kinds.FAULT, causes.FAULT_FILE_MAJOR): f"{FILE_FAULT} __do_fault filemap_fault page_cache_sync_ra",
    (kinds.FAULT, causes.FAULT_FILE_MINOR): f"{FILE_FAULT} do_fault_around filemap_map_pages",
    (kinds.FAULT, causes.FAULT_SHMEM): f"{FILE_FAULT} __do_fault shmem_fault shmem_get_folio_gfp",
    (kinds.READ, causes.HIT): f"{READ} copy_folio_to_iter folio_mark_accessed",
    (
        kinds.READ,
        causes.MISS,
    ): f"{READ} {READAHEAD}",
    (
        kinds.RECLAIM_BEGIN,
        causes.WAKE_LOW,
    ): "wake_all_kswapds wakeup_kswapd kswapd balance_pgdat",
    (kinds.RECLAIM_BEGIN, causes.STALL_DIRECT): DIRECT,
    (kinds.RECLAIM_BEGIN, causes.ON_REQUEST): REQUEST,
    (kinds.IO_BEGIN, causes.IO_READ): "read_pages submit_bio",
    (kinds.IO_BEGIN, causes.IO_WRITE): "submit_bio",
    (kinds.IO_END, causes.IO_READ): "bio_endio",
    (kinds.IO_END, causes.IO_WRITE): "bio_endio folio_end_writeback",
    (kinds.STALL, causes.STALL_DIRECT): DIRECT,
    (kinds.STALL, causes.STALL_IO): "folio_wait_bit_common io_schedule",
    (
        kinds.STALL,
        causes.STALL_DIRTY,
    ): f"{WRITE} balance_dirty_pages_ratelimited balance_dirty_pages",
    (kinds.STALL, causes.STALL_THROTTLE): "__alloc_pages_direct_reclaim try_to_free_pages throttle_direct_reclaim",
}
# Kinds whose path does not depend on the cause.
ALWAYS = {
    kinds.WRITE: f"{WRITE} filemap_dirty_folio balance_dirty_pages_ratelimited",
    kinds.RECLAIM_END: "@",
    kinds.BALANCE: "@ get_scan_count",
    kinds.WATERMARK: "get_page_from_freelist zone_watermark_fast",
    kinds.OOM_KILL: OOM,
}
KSWAPD_SLEEPS = "kswapd balance_pgdat pgdat_balanced kswapd_try_to_sleep"


class CodePath(NamedTuple):
    """The event that a path belongs to, and its functions, outermost first."""

    position: int
    functions: tuple[Function, ...]


def path(event: np.void, actor: int) -> tuple[Function, ...]:
    """Functions behind an event; `actor` is the row of whoever reclaims, if anybody does. Empty without kernel code."""
    return tuple(FUNCTIONS[name] for name in _names(event).replace("@", _reclaimer(event, actor)).split())


def _reclaimer(event: np.void, actor: int) -> str:
    kind = int(event["kind"])
    if kind in (kinds.SCAN, kinds.RECLAIM_BEGIN, kinds.RECLAIM_END):
        actor = int(event["value"])
    if kind == kinds.RECLAIM_END and actor not in RECLAIMERS:
        return KSWAPD_SLEEPS
    return RECLAIMERS.get(actor, KSWAPD)


def _names(event: np.void) -> str:
    kind, cause = int(event["kind"]), int(event["cause"])
    if kind == kinds.SCAN:
        return SCANS.get(cause, "")
    if kind in PAGES_MOVE:
        src, dst = int(event["src"]) % lanes.LANES_PER_NODE, int(event["dst"]) % lanes.LANES_PER_NODE
        for key in ((cause, src, None), (cause, None, dst)):
            if key in LANE_MOVES:
                return LANE_MOVES[key]
        return MOVES.get(cause, "")
    return NARRATED.get((kind, cause)) or ALWAYS.get(kind, "")


def latest(trace: Trace, position: int, view: ViewState) -> CodePath | None:
    """Path of the last move or narrated event before a position; None if there was none lately."""
    start = max(0, position - LOOK_BACK_EVENTS)
    events = trace.events(start, position)
    kind = events["kind"]
    told = np.flatnonzero(((kind >= kinds.NARRATION) | np.isin(kind, PAGES_MOVE)) & ~np.isin(kind, UNTOLD))
    if not len(told):
        return None
    at = int(told[-1])
    reclaiming = np.flatnonzero(np.isin(kind[: at + 1], (kinds.SCAN, kinds.RECLAIM_BEGIN)))
    actor = int(events["value"][reclaiming[-1]]) if len(reclaiming) else -1
    found = path(events[at], actor)
    if kind[at] == kinds.IO_BEGIN and view.bits[events["ident"][at]] & bits.PG_SWAPBACKED:
        outer = "swap_cluster_readahead" if events["cause"][at] == causes.IO_READ else "swap_writepage"
        found = (FUNCTIONS[outer], found[-1])
    return CodePath(start + at, found)
