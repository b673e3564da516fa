"""Causes: why a page moved, what a scan decided, which fault it was.

Numbers are part of the trace format: add, never renumber.
"""

NO_CAUSE = 0
ALLOC = 1
ADD = 2  # folio_add_lru
DRAIN = 3  # the batch is emptied to its list
ISOLATE = 4
KEEP_REFERENCED = 5  # young, first time: second chance
ACTIVATE = 6  # young and referenced
KEEP_WRITEBACK = 7  # its write was just started
ACTIVATE_WRITEBACK = 8  # met while its write is in flight
ACTIVATE_DIRTY = 9  # dirty file page: marked for reclaim, flusher woken
RECLAIM = 10  # freed
DEACTIVATE = 11
ROTATE_EXEC = 12  # young executable file page stays active
ROTATE = 13  # its write ended: to the tail
MARK_ACCESSED = 14
REFAULT = 15  # the shadow's distance fits the working set: active at once
CULL = 16
RESCUE = 17
UNMAP_FREE = 18  # freed because its last user went away
DROP = 19  # removed from the page cache by drop_caches, fadvise or truncation
KEEP = 20  # kept for another reason (busy, extra reference)
SWAP_OUT = 21  # slot, unmap, write
ACTIVATE_SWAP_FULL = 22
ACTIVATE_MLOCKED = 23
REFILL = 24  # per-CPU free list takes from or returns to the buddy allocator
RESERVE = 25  # taken by the kernel itself
LAZYFREE = 26
ACTIVATE_EXEC = 27
ACTIVATE_REFERENCED = 28  # lesson policy: PG_referenced alone promotes
ROTATE_REFERENCED = 29  # lesson policy: a referenced page at the active tail stays
SKIP_ZONE = 30
KEEP_CLEAN_ONLY = 31
KEEP_SECOND_CHANCE = 32  # single list: used since the last look
ACTIVATE_BUFFERS = 33  # the file system uses its buffers
FAULT_ZERO = 40
FAULT_ANON = 41
FAULT_COW = 42
FAULT_SWAP_MAJOR = 43
FAULT_SWAP_MINOR = 44
FAULT_FILE_MAJOR = 45
FAULT_FILE_MINOR = 46
FAULT_SHMEM = 47  # shared memory that was never touched
HIT = 50
MISS = 51
IO_READ = 52
IO_WRITE = 53
MARK_MIN = 60
MARK_LOW = 61
MARK_HIGH = 62
BALANCE_FRACT = 70
BALANCE_EQUAL = 71
BALANCE_FILE = 72
BALANCE_ANON = 73
STALL_DIRECT = 80
STALL_IO = 81
STALL_DIRTY = 82
STALL_THROTTLE = 83
WAKE_LOW = 90
NAP = 91
ON_REQUEST = 92

CAUSE_NAMES = {value: name.lower() for name, value in dict(globals()).items() if isinstance(value, int)}
