"""Columns of the small tables of the view state: what a SET event addresses."""

TABLE_VMA = 0
TABLE_FILE = 1
TABLE_TASK = 2
TABLE_ZONE = 3
TABLE_ACTOR = 4
TABLE_DEVICE = 5
TABLE_CLOCK = 6
TABLE_NODE = 7
# tables that only grow, without SET
TABLE_PTE = 8
TABLE_CELL = 9
TABLE_SWAP = 10

# VMA: a range of an address space (vm_area_struct)
VMA_TASK = 0
VMA_START_VPN = 1  # first virtual page number
VMA_PAGES = 2  # 0 = unmapped, row free
VMA_FIRST_PTE = 3  # row of its first page in the pte table
VMA_BITS = 4  # VM_*
VMA_FILE = 5  # file number, -1 anonymous
VMA_PGOFF = 6
VMA_ANON_VMA = 7  # number of the anon_vma its anonymous pages carry
VMA_NEXT_SHARE = 8  # next VMA that may map the same pages (same anon_vma or file), -1 last
VMA_LOCK_ADDR = 9  # last mlock request as asked, in bytes: drawn over the locked pages
VMA_LOCK_LEN = 10
VMA_COLUMNS = 11

# A file (inode) with its address_space and one open file description
FILE_PAGES = 0  # size in pages
FILE_FIRST_CELL = 1
FILE_DEVICE = 2
FILE_KIND = 3  # FILE_REGULAR or FILE_SHMEM
FILE_NRPAGES = 4  # pages in the cache
FILE_RA_START = 5
FILE_RA_SIZE = 6
FILE_RA_ASYNC = 7
FILE_PREV_POS = 8  # byte after the last one read, -1 after open
FILE_MMAP_MISS = 9
FILE_MODE = 10  # FADV_* of the open file
FILE_NR_DIRTY = 11
FILE_DIRTIED_NS = 12  # when its first page became dirty
FILE_I_MMAP = 13  # first VMA that maps it, -1 none
FILE_SIZE_BYTES = 14
FILE_COLUMNS = 15
FILE_REGULAR = 0
FILE_SHMEM = 1

# TASK: a process (task_struct and its mm)
TASK_STATE = 0
TASK_ANON = 1  # MM_ANONPAGES, pages
TASK_FILE = 2  # MM_FILEPAGES
TASK_SHMEM = 3  # MM_SHMEMPAGES
TASK_SWAPENTS = 4  # MM_SWAPENTS
TASK_LOCKED_VM = 5  # pages
TASK_TOTAL_VM = 6
TASK_PGTABLES = 7  # page-table pages
TASK_OOM_ADJ = 8
TASK_STALL_NS = 9
TASK_NR_DIRTIED = 10
TASK_DIRTIED_PAUSE = 11
TASK_MEMLOCK_LIMIT = 12  # RLIMIT_MEMLOCK in pages, -1 unlimited
TASK_NODE = 13  # node of the CPU it runs on
TASK_COLUMNS = 14
TASK_FREE = 0
TASK_ALIVE = 1
TASK_KILLED = 2

# ZONE: its row is the node's number times ZONES_PER_NODE, plus the kind of zone
ZONE_START = 0  # first frame
ZONE_MANAGED = 1  # frames; 0 = zone empty
ZONE_MIN = 2
ZONE_LOW = 3
ZONE_HIGH = 4
ZONE_BOOST = 5
ZONE_PCP_BATCH = 6
ZONE_PCP_HIGH = 7
ZONE_PROTECTION = 8  # lowmem_reserve against allocations that may use any higher zone
ZONE_COLUMNS = 9

# ACTOR: kswapd of node 0..7 in rows 0..7, then the others
ACTOR_DIRECT = 8
ACTOR_FLUSHER = 9
ACTOR_REQUEST = 10  # a reclaim pass asked for by the person
ACTORS = 11
ACTOR_AWAKE = 0
ACTOR_PRIORITY = 1
ACTOR_PFN = 2  # frame under the scan cursor, -1 none
ACTOR_VERDICT = 3  # cause of its last decision
ACTOR_LANE = 4  # lane being scanned, -1 none
ACTOR_RECLAIMED = 5  # pages in this run
ACTOR_GOAL = 6
ACTOR_COLUMNS = 7

# DEVICE
DEVICE_KIND = 0
DEVICE_READS = 1  # pages queued
DEVICE_WRITES = 2
DEVICE_BUSY_UNTIL = 3  # ns
DEVICE_COLUMNS = 4
DEVICE_IDEAL = 0
DEVICE_SSD = 1
DEVICE_HDD = 2

# CLOCK: one row
CLOCK_NOW_NS = 0
CLOCK_OP = 1  # pages touched, read or written so far
CLOCK_COMMAND = 2  # commands begun
CLOCK_STEP = 3
CLOCK_HITS = 4  # accesses that needed no kernel code
CLOCK_LOST = 5
CLOCK_COLUMNS = 6

# NODE: reclaim state of a node (pglist_data, lruvec)
NODE_ANON_COST = 0
NODE_FILE_COST = 1
NODE_NONRESIDENT_AGE = 2
NODE_KSWAPD_FAILURES = 3
NODE_COLUMNS = 4
