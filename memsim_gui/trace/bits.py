"""Bit names that events carry: page flags, PTE bits, VMA bits.

Page flags keep the names of include/linux/page-flags.h; their numbers are this format's own and never change.
"""

PG_LOCKED = 1 << 0
PG_REFERENCED = 1 << 1
PG_UPTODATE = 1 << 2
PG_DIRTY = 1 << 3
PG_LRU = 1 << 4
PG_ACTIVE = 1 << 5
PG_WORKINGSET = 1 << 6
PG_UNEVICTABLE = 1 << 7
PG_MLOCKED = 1 << 8
PG_SWAPBACKED = 1 << 9
PG_SWAPCACHE = 1 << 10
PG_WRITEBACK = 1 << 11
PG_RECLAIM = 1 << 12  # shares its bit with PG_readahead in the kernel: "reclaim" on a page being written
PG_READAHEAD = 1 << 13
PG_PRIVATE = 1 << 14
PG_ANON_EXCLUSIVE = 1 << 15

PAGE_FLAG_NAMES = {
    PG_LOCKED: "PG_locked",
    PG_REFERENCED: "PG_referenced",
    PG_UPTODATE: "PG_uptodate",
    PG_DIRTY: "PG_dirty",
    PG_LRU: "PG_lru",
    PG_ACTIVE: "PG_active",
    PG_WORKINGSET: "PG_workingset",
    PG_UNEVICTABLE: "PG_unevictable",
    PG_MLOCKED: "PG_mlocked",
    PG_SWAPBACKED: "PG_swapbacked",
    PG_SWAPCACHE: "PG_swapcache",
    PG_WRITEBACK: "PG_writeback",
    PG_RECLAIM: "PG_reclaim",
    PG_READAHEAD: "PG_readahead",
    PG_PRIVATE: "PG_private",
    PG_ANON_EXCLUSIVE: "PG_anon_exclusive",
}

PTE_PRESENT = 1
PTE_ZERO = 2  # maps the shared zero page: no frame of its own
PTE_SWAP = 4  # the pfn field holds a swap slot
PTE_YOUNG = 8
PTE_DIRTY = 16
PTE_WRITE = 32
PTE_EXCLUSIVE = 64  # of a swap entry: the page was mapped by this process alone

PTE_BIT_NAMES = {
    PTE_PRESENT: "present",
    PTE_ZERO: "zero page",
    PTE_SWAP: "swap",
    PTE_YOUNG: "young",
    PTE_DIRTY: "dirty",
    PTE_WRITE: "writable",
    PTE_EXCLUSIVE: "exclusive",
}

VM_READ = 0x1
VM_WRITE = 0x2
VM_EXEC = 0x4
VM_SHARED = 0x8
VM_LOCKED = 0x2000
VM_SEQ_READ = 0x8000
VM_RAND_READ = 0x10000
VM_LOCKONFAULT = 0x80000

PAGE_MAPPING_ANON = 1  # bit 0 of a page's mapping: the rest is an anon_vma, else an address_space

SWAP_HAS_CACHE = 0x40  # bit of a swap_map byte beside the count of users


def page_flag_names(bits: int) -> list[str]:
    """Names of the page flags set in `bits`, in bit order."""
    return [name for bit, name in PAGE_FLAG_NAMES.items() if bits & bit]
