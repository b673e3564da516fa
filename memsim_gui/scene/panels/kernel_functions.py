"""Functions of Linux 6.1 by name: the file each stands in, and what it does, in one line of our own words."""

from typing import NamedTuple


class Function(NamedTuple):
    """A function of the kernel."""

    name: str
    file: str
    words: str


_BY_FILE = {
    "arch/x86/mm/fault.c": {
        "exc_page_fault": "the processor found no usable page table entry and calls the kernel",
    },
    "mm/memory.c": {
        "handle_mm_fault": "counts pgfault and walks the page tables to the entry",
        "handle_pte_fault": "asks what the entry holds: nothing, a swap slot, or a page that may not be written",
        "do_anonymous_page": "first touch: maps the zero page for a read, a zeroed page of its own for a write",
        "do_wp_page": "a write to a read-only page: reuse it if nobody else has it, else copy",
        "wp_page_copy": "allocates a page and copies the old one into it",
        "do_swap_page": "the entry names a swap slot: find the page in the swap cache, or read it",
        "do_fault": "the entry is empty and the mapping is of a file",
        "do_fault_around": "maps the cached pages around as well: no faults for them later",
        "__do_fault": "asks the file for the page",
        "zap_pte_range": "takes page table entries away and lets go of what they held",
        "set_pte_at": "writes the page table entry",
    },
    "mm/filemap.c": {
        "filemap_fault": "looks in the page cache; on a miss counts pgmajfault and reads",
        "filemap_map_pages": "maps pages that are cached and up to date",
        "filemap_read": "read(2): page by page, copies from the page cache",
        "filemap_get_pages": "finds the cached pages of the range; starts readahead on a miss",
        "copy_folio_to_iter": "copies the bytes to the reader",
        "filemap_add_folio": "puts the page into its slot; a shadow found there is judged",
        "generic_perform_write": "write(2): page by page, copies into the page cache",
        "folio_end_writeback": "clears PG_writeback; a page that reclaim waits for goes to the inactive tail",
        "folio_wait_bit_common": "sleeps until the page's flag changes",
        "filemap_release_folio": "asks the file system to let go of its buffers",
    },
    "mm/readahead.c": {
        "page_cache_sync_ra": "a page is missing: how much should be read?",
        "ondemand_readahead": "sizes the window by how the file was read before",
        "page_cache_ra_unbounded": "allocates the window's pages and adds them to the cache",
        "read_pages": "hands the pages to the file system to read",
    },
    "fs/read_write.c": {
        "vfs_read": "read(2) arrives at the file",
        "vfs_write": "write(2) arrives at the file",
    },
    "fs/drop_caches.c": {
        "drop_pagecache_sb": "goes through all files of a file system",
    },
    "mm/truncate.c": {
        "invalidate_mapping_pagevec": "tries to drop each page of a range of the cache",
        "mapping_evict_folio": "drops a page that is clean, unmapped and not in use",
    },
    "mm/shmem.c": {
        "shmem_fault": "a page of shared memory is touched",
        "shmem_get_folio_gfp": "finds it in the cache or in swap, or allocates it",
    },
    "mm/page_alloc.c": {
        "__alloc_pages": "the allocator: fast path first",
        "get_page_from_freelist": "takes a page from the first zone that keeps its watermark",
        "zone_watermark_fast": "compares the zone's free pages with the mark plus its reserve",
        "rmqueue": "takes the page off a free list",
        "rmqueue_pcplist": "the list of this processor first: no lock",
        "rmqueue_bulk": "refills that list from the buddy allocator",
        "free_unref_page": "puts the page on this processor's free list",
        "free_unref_page_list": "the same for many pages",
        "free_pcppages_bulk": "gives pages of a full list back to the buddy allocator",
        "__alloc_pages_slowpath": "no zone is above low: wake kswapd, then try min, then reclaim",
        "wake_all_kswapds": "wakes the kswapd of every node of the list",
        "__alloc_pages_direct_reclaim": "the task reclaims itself before it may go on",
        "__alloc_pages_may_oom": "nothing helped: one last look above high, then the OOM killer",
    },
    "mm/vmscan.c": {
        "wakeup_kswapd": "wakes kswapd unless it runs, or the node is balanced",
        "kswapd": "the node's reclaim thread",
        "balance_pgdat": "reclaims with rising effort until a zone is above its high watermark",
        "pgdat_balanced": "asks whether some zone passes its high watermark",
        "kswapd_try_to_sleep": "balanced: a nap of 100 ms, then sleep",
        "try_to_free_pages": "direct reclaim: 32 pages wanted",
        "throttle_direct_reclaim": "reserves half used up: the task waits for kswapd",
        "do_try_to_free_pages": "from priority 12 down: more and more of each list",
        "try_to_free_mem_cgroup_pages": "reclaim for a cgroup, at its request",
        "shrink_node": "one pass over a node",
        "shrink_lruvec": "at most 32 pages of each list in turn",
        "get_scan_count": "how many pages of each list: swappiness, cost, priority",
        "shrink_list": "active lists only while their inactive list is short",
        "shrink_active_list": "ages the tail of an active list: its pages go inactive, young or not",
        "shrink_inactive_list": "takes pages off the inactive tail to decide about them",
        "isolate_lru_folios": "takes pages off the tail: PG_lru 0",
        "shrink_folio_list": "decides about each isolated page",
        "folio_check_references": "young bits and PG_referenced: keep, activate or reclaim",
        "pageout": "clears PG_dirty, sets PG_reclaim, and has the page written",
        "__remove_mapping": "takes the page out of its cache and leaves a shadow",
        "move_folios_to_lru": "puts the survivors back at the head of the list that their flags say",
        "folio_putback_lru": "puts a page back that has become unevictable",
    },
    "mm/rmap.c": {
        "folio_referenced": "reads and clears the young bit in every entry that maps the page",
        "try_to_unmap": "takes every entry away; an anonymous page leaves its slot there",
        "page_add_new_anon_rmap": "the page's mapping and index say whose it is",
    },
    "mm/swap.c": {
        "folio_add_lru": "into this processor's batch: on a list only when 15 are there",
        "lru_add_drain_cpu": "empties the batches of a processor",
        "folio_batch_move_lru": "does the batch's work page by page, under the list's lock",
        "lru_add_fn": "a new page: onto the list that its flags say",
        "lru_deactivate_fn": "to the inactive head",
        "lru_lazyfree_fn": "MADV_FREE: to the inactive file list, PG_swapbacked 0",
        "lru_move_tail_fn": "to the inactive tail: next to be freed",
        "folio_activate_fn": "to the active head, and counts pgactivate",
        "folio_rotate_reclaimable": "queues a page whose write has ended",
        "folio_mark_accessed": "first use sets PG_referenced, the second activates",
        "folio_activate": "queues the page for the active list",
        "release_pages": "lets go of many pages: the last reference frees them",
    },
    "include/linux/mm_inline.h": {
        "lruvec_add_folio": "links the page in at the head and counts it",
    },
    "mm/workingset.c": {
        "workingset_refault": "compares the refault distance with the working set: active at once if it fits",
    },
    "mm/mlock.c": {
        "do_mlock": "rounds the range to whole pages, checks the limit, sets VM_LOCKED",
        "mlock_pagevec": "empties the batch of mlocked pages",
        "__mlock_page": "off its list and into the unevictable set",
        "__mlock_new_page": "a new page goes straight into the unevictable set",
        "__munlock_page": "the last lock is gone: back to an inactive list",
        "mlock_new_page": "a new page of a locked range: PG_mlocked, and into the mlock batch",
    },
    "mm/madvise.c": {
        "madvise_free_pte_range": "MADV_FREE: these pages may be dropped without a write",
    },
    "mm/swap_state.c": {
        "add_to_swap": "a slot, and into the swap cache",
        "swapin_readahead": "reads the page and its neighbours in swap",
        "swap_cluster_readahead": "the slots around, as many as paid off before",
        "lookup_swap_cache": "the page may still be, or again be, in memory",
        "free_pages_and_swap_cache": "lets go of unmapped pages and their swap cache copies",
    },
    "mm/swap_slots.c": {
        "folio_alloc_swap": "a free slot from this processor's cache",
    },
    "mm/page_io.c": {
        "swap_writepage": "writes the page to its slot",
        "end_swap_bio_write": "the slot has been written",
    },
    "block/blk-core.c": {
        "submit_bio": "hands the request to the device's queue",
    },
    "block/bio.c": {
        "bio_endio": "the device is done: whoever asked is called back",
    },
    "mm/page-writeback.c": {
        "filemap_dirty_folio": "marks the page dirty in its file",
        "balance_dirty_pages_ratelimited": "after so many pages: is too much dirty?",
        "balance_dirty_pages": "too much is: wakes the flusher, and the writer waits",
    },
    "mm/memcontrol.c": {
        "memory_reclaim": "somebody wrote to memory.reclaim",
    },
    "mm/oom_kill.c": {
        "out_of_memory": "somebody has to go",
        "select_bad_process": "looks at every process",
        "oom_badness": "pages in memory and swap, and page tables, plus oom_score_adj",
        "oom_kill_process": "kills it; it may use the reserves to die",
    },
    "arch/x86/mm/pgtable.c": {
        "pte_alloc_one": "a page for a page table: the kernel's own",
    },
    "kernel/sched/core.c": {
        "io_schedule": "sleeps until the device is done",
    },
}
FUNCTIONS = {name: Function(name, file, words) for file, named in _BY_FILE.items() for name, words in named.items()}
