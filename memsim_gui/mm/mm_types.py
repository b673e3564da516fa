"""The records and tables of a machine: State, and how a new one is laid out.

Kernel: include/linux/mm_types.h, include/linux/mmzone.h, 6.1.

The big tables are arrays of records that read like the kernel's structs (`state.page[pfn].bits`). The small ones (VMAs,
files, tasks, zones, actors, devices) are integer tables whose leading columns are exactly those of the view state, so
that
projecting them is a copy; columns the view does not know stand behind them. Field names avoid those of numpy's records
(`flags`, `data`, `size`, `base`, `item`).
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.jit import JIT_ENABLED, Column, Structure, structure_view
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.ring import RING_COLUMNS
from memsim_gui.trace.view_state import Sizes

PAGE = np.dtype(
    [
        ("lru_next", "<i4"),  # neighbour towards the tail, or next free frame
        ("lru_prev", "<i4"),  # neighbour towards the head; mlock_count on the unevictable lane, which has no links
        ("bits", "<i4"),  # PG_*
        ("mapping", "<i4"),  # anon_vma << 1 | 1, (file + 1) << 1, or 0
        ("index", "<i4"),
        ("private", "<i4"),  # swap slot while PG_swapcache; order + 1 of a free block of zone DMA
        ("refcount", "<i2"),
        ("mapcount", "<i2"),  # -1 = unmapped, as in the kernel
        ("lane", "<i2"),
        ("zone", "<i2"),  # node * ZONES_PER_NODE + kind of zone
    ],
    align=True,
)
PTE = np.dtype([("pfn", "<i4"), ("vma", "<i2"), ("bits", "<i2")], align=True)
SWAP_SLOT = np.dtype([("entry", "<i8"), ("users", "<i4"), ("unused", "<i4")], align=True)
if not JIT_ENABLED:
    # Without compiling, small integers would wrap or overflow in NumPy's arithmetic where compiled code widens them.
    PAGE, PTE, SWAP_SLOT = (np.dtype([(name, "<i8") for name in d.names or ()]) for d in (PAGE, PTE, SWAP_SLOT))
for _dtype in (PAGE, PTE, SWAP_SLOT):
    if set(_dtype.names or ()) & set(dir(np.record)):
        msg = f"a field of {_dtype} hides an attribute of numpy's records"
        raise TypeError(msg)

# --- tunables: one row of integers
TUN_POLICY = 0
TUN_SWAPPINESS = 1
TUN_PAGE_CLUSTER = 2
TUN_PAGEVEC = 3  # per-CPU batch size: 15 in the kernel, 1 in a classroom machine
TUN_RA_PAGES = 4  # 0 = no readahead
TUN_IO_PAGES = 5
TUN_FAULT_AROUND_PAGES = 6
TUN_SWAP_SLOT_CACHE = 7  # 1 = slots are handed out 64 at a time
TUN_DIRTY_RATIO = 8
TUN_DIRTY_BACKGROUND_RATIO = 9
TUN_DIRTY_BYTES = 10
TUN_DIRTY_BACKGROUND_BYTES = 11
TUN_DIRTY_EXPIRE_NS = 12
TUN_DIRTY_WRITEBACK_NS = 13
TUN_OOM_KILL_ALLOCATING_TASK = 14
TUN_HIT_NS = 15  # an access that needs no kernel code
TUN_FAULT_NS = 16  # CPU time of a page fault
TUN_SYSCALL_NS = 17  # CPU time of one read(2) or write(2) of a page
TUN_SCAN_NS = 18  # CPU time of examining one page in reclaim
TUN_SWAP_DEVICE = 19
TUN_CPUS = 20
TUN_TOTALRESERVE_PAGES = 21
TUN_SWAP_ROTATIONAL = 22
TUN_LATENCY_FREE = 23  # 1 = I/O completes at once (benchmarks)
TUN_PAGE_TABLES = 24  # 1 = page tables take frames (0 in a classroom machine)
TUN_SCHED_SLICE_NS = 25  # processor time kswapd and a task take in turn: a tick
TUN_PAGEOUT_NS = 26  # CPU time of unmapping a page and queueing its write, beyond examining it
TUN_PROCESSORS = 27  # processors that run at once: on two, kswapd works beside the task
TUN_WATERMARK_BOOST_FACTOR = 28
TUN_STAT_BATCH = 29  # MEMCG_CHARGE_BATCH: how far statistics of cgroups may lag; 0 = not at all
TUNABLES = 30

POLICY_TWO_LIST = 0
POLICY_LESSON = 1
POLICY_SINGLE_LIST = 2

# --- columns of State tables that the view does not know, behind the view's own
ZONE_FREE_HEAD = tables.ZONE_COLUMNS  # first free frame, -1 none
ZONE_PCP_HEAD = tables.ZONE_COLUMNS + 1
ZONE_PCP_COUNT = tables.ZONE_COLUMNS + 2
ZONE_FREE_FACTOR = tables.ZONE_COLUMNS + 3  # doublings of the batch returned at once
ZONE_FIRST_COUNTER = tables.ZONE_COLUMNS + 4  # where its items begin in the flat array of counters
ZONE_TYPED = tables.ZONE_COLUMNS + 5  # 1 = free blocks are kept by size and by what may be allocated from them
ZONE_BOOSTED_WATERMARK = tables.ZONE_COLUMNS + 6  # 1 = kswapd is to be woken for a boost
ZONE_BOOST_TAKEN = tables.ZONE_COLUMNS + 7  # the boost that the present run of kswapd works off
ZONE_STATE_COLUMNS = tables.ZONE_COLUMNS + 8

VMA_ANON_HEAD = tables.VMA_COLUMNS  # first VMA whose anon_vma is this row's number, -1 none
VMA_NEXT_ANON = tables.VMA_COLUMNS + 1  # next VMA of its anon_vma where VMA_NEXT_SHARE is the file's chain, -1 last
VMA_STATE_COLUMNS = tables.VMA_COLUMNS + 2

DEVICE_LATENCY_NS = tables.DEVICE_COLUMNS  # per request that does not continue the last one
DEVICE_PAGE_NS = tables.DEVICE_COLUMNS + 1  # transfer of one page
DEVICE_LAST_BLOCK = tables.DEVICE_COLUMNS + 2  # where the last request ended, for sequential access
DEVICE_QUEUE_HEAD = tables.DEVICE_COLUMNS + 3
DEVICE_QUEUE_TAIL = tables.DEVICE_COLUMNS + 4
DEVICE_PLUGGED = tables.DEVICE_COLUMNS + 5  # pages at the end of the queue that wait to go in one request
DEVICE_PLUG_REQUESTS = tables.DEVICE_COLUMNS + 6  # requests that those pages make so far
DEVICE_PLUG_PAGES = tables.DEVICE_COLUMNS + 7  # pages of the last of them, and its runs of neighbouring frames
DEVICE_PLUG_SEGMENTS = tables.DEVICE_COLUMNS + 8
DEVICE_BURST_NS = tables.DEVICE_COLUMNS + 9  # work a throttled device takes on at once, in time at its speed
DEVICE_STALLS = tables.DEVICE_COLUMNS + 10  # 1 = the machine stands still while the device works
DEVICE_STATE_COLUMNS = tables.DEVICE_COLUMNS + 11

NODE_REFAULTS_ANON = tables.NODE_COLUMNS  # snapshot of workingset_activate_anon
NODE_FLAGS = tables.NODE_COLUMNS + 2  # PGDAT_* and LRUVEC_CONGESTED
NODE_KSWAPD_STATE = tables.NODE_COLUMNS + 3
NODE_KSWAPD_UNTIL_NS = tables.NODE_COLUMNS + 4  # end of its nap or throttle
NODE_KSWAPD_CPU_NS = tables.NODE_COLUMNS + 5  # its share of the processor so far
NODE_STAT = tables.NODE_COLUMNS + 6  # six: the cgroup's list sizes and refault activations at its last flush
NODE_KSWAPD_IDX = tables.NODE_COLUMNS + 12  # highest kind of zone that the present or last run of kswapd is for
NODE_KSWAPD_ASKED = tables.NODE_COLUMNS + 13  # the same + 1 of those who woke it since; 0 nobody
NODE_BOOST_LEFT = tables.NODE_COLUMNS + 14  # pages of the boost that this run of kswapd still has to free
NODE_STATE_COLUMNS = tables.NODE_COLUMNS + 15

PGDAT_CONGESTED = 1
PGDAT_DIRTY = 2
PGDAT_WRITEBACK = 4

# --- struct scan_control, one row a reclaimer: kswapd of each node, then direct reclaim, then a pass on request
SC_NR_TO_RECLAIM = 0
SC_NR_RECLAIMED = 1
SC_NR_SCANNED = 2
SC_PRIORITY = 3
SC_MAY_UNMAP = 4
SC_MAY_SWAP = 5
SC_RECLAIM_IDX = 6  # highest kind of zone whose pages may be taken
SC_MAY_DEACTIVATE = 7  # bit 0 anon, bit 1 file
SC_FORCE_DEACTIVATE = 8
SC_SKIPPED_DEACTIVATE = 9
SC_CACHE_TRIM_MODE = 10
SC_FILE_IS_TINY = 11
SC_ANON_COST = 12
SC_FILE_COST = 13
SC_TARGET = 14  # four: what get_scan_count asked for, by LRU list
SC_NR = 18  # four: what is still to scan
SC_SCAN_ADJUSTED = 22
SC_KEEP_GOING = 23  # global direct reclaim at the first priority does not stop early
SC_GOT = 24  # reclaimed in this shrink_lruvec
SC_NR_DIRTY = 25
SC_NR_UNQUEUED_DIRTY = 26
SC_NR_CONGESTED = 27
SC_NR_WRITEBACK = 28
SC_NR_IMMEDIATE = 29
SC_NR_TAKEN = 30
SC_FILE_TAKEN = 31
SC_KIND = 32  # SC_KSWAPD, SC_DIRECT, SC_MEMCG
SC_NR_PAGEOUT = 33  # handed to the writer so far
SC_ACTOR = 34
SC_ROUND_RECLAIMED = 35  # nr_reclaimed when this priority began
SC_COLUMNS = 36
SC_KSWAPD = 0
SC_DIRECT = 1
SC_MEMCG = 2
SC_ROW_DIRECT = lanes.MAX_NODES
SC_ROW_REQUEST = lanes.MAX_NODES + 1
SC_ROWS = lanes.MAX_NODES + 2

# --- per-CPU batches (mm/swap.c), without lru_add and mlock "new", which are lanes
IO_QUEUE = 8192  # requests in flight on a device; more must wait

BATCH_ACTIVATE = 0
BATCH_ROTATE = 1
BATCH_DEACTIVATE_FILE = 2
BATCH_DEACTIVATE = 3
BATCH_LAZYFREE = 4
BATCH_MLOCK = 5  # entries carry MLOCK_* in the upper half
BATCHES = 6
PAGEVEC_SIZE = 15
BATCH_COLUMNS = PAGEVEC_SIZE + 1  # column 0 = entries in use

# --- one row of odds and ends
SYS_NOW_NS = 0  # the clock as it runs; state.clock holds what the trace was told last
SYS_OP = 1
SYS_HITS = 2
SYS_NEXT_NS = 3  # nothing is due and nobody else wants the processor before this time
SYS_CURRENT_TASK = 4
SYS_SWAP_HITS = 6  # swapin_readahead_hits
SYS_SWAP_PREV_SLOT = 7
SYS_SWAP_PREV_WINDOW = 8
SYS_SWAP_CURSOR = 9  # next slot of the cluster in use
SYS_SWAP_CLUSTER_LEFT = 10
SYS_SWAP_FREE = 11  # nr_swap_pages: slots not handed out
SYS_SLOT_CACHE_COUNT = 12  # slots handed to the slot cache and not used yet
SYS_SLOT_RETURNS = 13  # slots freed and not given back to the pool yet
SYS_FLUSHER_WORK = 14  # FLUSH_* the flusher was asked for
SYS_OTHERS_NS = 16  # time in which the task did not have its processor
SYS_FLUSH_NEXT_NS = 17  # next periodic writeback
SYS_OOM_VICTIM = 18  # task being killed, -1 none
SYS_RECLAIMING = 19  # PF_MEMALLOC: the current task is reclaiming
SYS_NODES = 20
SYS_FLUSH_FILE = 21  # where the flusher goes on
SYS_FLUSH_INDEX = 22
SYS_LRU_ADD_COUNT = 23  # pages waiting in the lru_add batch
SYS_PGTABLE_HEAD = 24  # frames used as page tables, linked by lru_next; -1 none
SYS_SWAP_TOTAL = 26
SYS_CGROUP = 27  # 1 = the memory cgroup exists, with every page in it
SYS_STAT_UPDATES = 28  # changes of the cgroup's counters since its last flush
SYS_MIGRATE_TYPE = 25  # MIGRATE_* of the page that is being allocated
SYS_SLICE_BEGAN_NS = 29  # the task's processor time when it got the processor last
SYS_BUFFER_HEADS = 5  # in use, of pages that were written
SYS_BUFFER_ROOM = 15  # how many the slabs have room for
SYS_XA_NODES = 30  # nodes of the XArrays of page cache and swap cache
SYS_XA_ROOM = 31  # nodes that the slabs have room for
SYS_FLUSH_LEFT = 32  # pages that the flusher writes before it looks at the thresholds again
SYS_COLUMNS = 33
SLOT_CACHE_SIZE = 64
XA_CHUNK_SIZE = 64
XA_ROOM_AT_BOOT = 9  # nodes that fit into the last slab of a booted Debian guest, as slabs grow in recordings
EVENT_WORDS = kinds.EVENT.itemsize // 8
PTRS_PER_PTE = 512
PAGEBLOCK_ORDER = 9
ORDERS = 11  # of blocks in the buddy allocator
BLOCKS = 8  # page blocks of a zone that has free lists by kind
MIGRATE_MOVABLE = 0
MIGRATE_UNMOVABLE = 1
MIGRATE_RECLAIMABLE = 2
MIGRATE_TYPES = 3
PMD_SHIFT = 9  # row >> PMD_SHIFT = the page table it stands in


class State(NamedTuple):
    """A machine. Every array keeps its size while mm runs; the engine replaces larger ones between commands."""

    page: np.recarray  # [frames + lanes] PAGE; list heads behind the frames
    pte: np.recarray  # [virtual pages] PTE
    swap: np.recarray  # [slots] SWAP_SLOT
    slot_cache: npt.NDArray[np.int64]  # [2, SLOT_CACHE_SIZE] slots to hand out; slots to give back
    cell: npt.NDArray[np.int64]  # [file pages] XArray slots: 0 empty, frame + 1, or -1 - shadow
    xa_node: npt.NDArray[np.int8]  # [file pages / 64] 1 = the page cache has an XArray node for these
    xa_swap: npt.NDArray[np.int8]  # [slots / 64] the same of the swap cache
    free_area: npt.NDArray[np.int64]  # [zones, MIGRATE_TYPES, ORDERS] first free block; -1 none
    pageblock: npt.NDArray[np.int64]  # [zones, BLOCKS] MIGRATE_* of the page blocks of zones with such lists
    pmd: npt.NDArray[np.int8]  # [virtual pages / 512] 1 = this stretch has a page table
    vma: npt.NDArray[np.int64]
    file: npt.NDArray[np.int64]
    task: npt.NDArray[np.int64]
    zone: npt.NDArray[np.int64]
    actor: npt.NDArray[np.int64]
    device: npt.NDArray[np.int64]
    clock: npt.NDArray[np.int64]
    node: npt.NDArray[np.int64]
    counter: npt.NDArray[np.int64]
    lane_pages: npt.NDArray[np.int64]
    sc: npt.NDArray[np.int64]  # [SC_ROWS, SC_COLUMNS]
    batch: npt.NDArray[np.int64]  # [BATCHES, BATCH_COLUMNS]
    io: npt.NDArray[np.int64]  # [devices, queue, 2] frame and time due of requests in flight
    tun: npt.NDArray[np.int64]  # [TUNABLES]
    sys: npt.NDArray[np.int64]  # [SYS_COLUMNS]
    flow: npt.NDArray[np.int64]  # [lanes, LANES_PER_NODE] pages moved in this slice << CAUSE_BITS | cause, level flow
    ring: npt.NDArray[np.int64]  # [events, EVENT_WORDS] the bytes of kinds.EVENT
    cursor: npt.NDArray[np.int64]  # [RING_COLUMNS]


def _int64(*shape: int) -> Column:
    return Column(np.dtype(np.int64), shape)


STRUCTURE = Structure(
    "State",
    {
        "page": Column(PAGE, (-1,)),
        "pte": Column(PTE, (-1,)),
        "swap": Column(SWAP_SLOT, (-1,)),
        "slot_cache": _int64(2, SLOT_CACHE_SIZE),
        "cell": _int64(-1),
        "xa_node": Column(np.dtype(np.int8), (-1,)),
        "xa_swap": Column(np.dtype(np.int8), (-1,)),
        "free_area": _int64(-1, MIGRATE_TYPES, ORDERS),
        "pageblock": _int64(-1, BLOCKS),
        "pmd": Column(np.dtype(np.int8), (-1,)),
        "vma": _int64(-1, VMA_STATE_COLUMNS),
        "file": _int64(-1, tables.FILE_COLUMNS),
        "task": _int64(-1, tables.TASK_COLUMNS),
        "zone": _int64(-1, ZONE_STATE_COLUMNS),
        "actor": _int64(tables.ACTORS, tables.ACTOR_COLUMNS),
        "device": _int64(-1, DEVICE_STATE_COLUMNS),
        "clock": _int64(1, tables.CLOCK_COLUMNS),
        "node": _int64(-1, NODE_STATE_COLUMNS),
        "counter": _int64(-1),
        "lane_pages": _int64(-1),
        "sc": _int64(SC_ROWS, SC_COLUMNS),
        "batch": _int64(BATCHES, BATCH_COLUMNS),
        "io": _int64(-1, -1, 2),
        "tun": _int64(TUNABLES),
        "sys": _int64(SYS_COLUMNS),
        "flow": _int64(-1, lanes.LANES_PER_NODE),
        "ring": _int64(-1, EVENT_WORDS),
        "cursor": _int64(RING_COLUMNS),
    },
)
state_view = structure_view(STRUCTURE)


class Layout(NamedTuple):
    """What `boot.new_state` needs to know of a machine; made by the engine from a description."""

    sizes: Sizes
    zone: npt.NDArray[np.int64]  # [nodes * 3, ZONE_COLUMNS] the view's columns; START and frames follow from MANAGED
    zone_free: npt.NDArray[np.int64]  # [nodes * 3] pages free at the start; the rest belongs to the kernel
    device: npt.NDArray[np.int64]  # [devices, 5] kind, latency and transfer of a page in ns, burst in ns, stalls
    tunables: npt.NDArray[np.int64]
    counter: npt.NDArray[np.int64]  # flat counters at the start (slab, kernel stacks ...); free pages are set here
    metadata: int = 0  # pages of the file system's own blocks on node 0's inactive file list, in use and never freed
    level: int = kinds.LEVEL_FULL
    ring_events: int = 1 << 18
