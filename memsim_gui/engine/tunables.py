"""Tunables: sysctls and the few knobs of the model itself, with kernel defaults, ranges and units.

Two sets of values make the two details: `kernel` is Linux 6.1 as Debian ships it; `classroom` has batches of one page,
no readahead, no fault-around, no swap-slot cache and no frames for page tables, so that every step can be followed.
"""

import re
from typing import NamedTuple

from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.mm import mm_types

NS_PER_CENTISECOND = 10_000_000
SECTOR_KB_PER_PAGE = 4
_WHOLE = re.compile(r"-?[0-9]{1,19}")
MOST = (1 << 62) // NS_PER_CENTISECOND


class Tunable(NamedTuple):
    """One knob: `place` is its TUN_* index; stored value = value * times // divided, perhaps a power of two."""

    name: str
    place: int
    default: int
    low: int
    high: int
    unit: str
    times: int = 1
    divided: int = 1
    power_of_two: bool = False  # rounded down to one

    def stored(self, value: int) -> int:
        """Return the value as the core keeps it."""
        stored = value * self.times // self.divided
        return 1 << stored.bit_length() - 1 if self.power_of_two else stored


_ROWS = (
    Tunable("vm.swappiness", mm_types.TUN_SWAPPINESS, 60, 0, 200, "weight"),
    Tunable("vm.page-cluster", mm_types.TUN_PAGE_CLUSTER, 3, 0, 10, "log2 pages"),
    Tunable("vm.watermark_boost_factor", mm_types.TUN_WATERMARK_BOOST_FACTOR, 15000, 0, 1_000_000, "1/10000"),
    Tunable("vm.dirty_ratio", mm_types.TUN_DIRTY_RATIO, 20, 0, 100, "percent"),
    Tunable("vm.dirty_background_ratio", mm_types.TUN_DIRTY_BACKGROUND_RATIO, 10, 0, 100, "percent"),
    Tunable("vm.dirty_bytes", mm_types.TUN_DIRTY_BYTES, 0, 0, MOST, "bytes"),
    Tunable("vm.dirty_background_bytes", mm_types.TUN_DIRTY_BACKGROUND_BYTES, 0, 0, MOST, "bytes"),
    Tunable(
        "vm.dirty_expire_centisecs", mm_types.TUN_DIRTY_EXPIRE_NS, 3000, 0, MOST, "1/100 s", times=NS_PER_CENTISECOND
    ),
    Tunable(
        "vm.dirty_writeback_centisecs",
        mm_types.TUN_DIRTY_WRITEBACK_NS, 500, 0, MOST, "1/100 s", times=NS_PER_CENTISECOND,
    ),
    Tunable("vm.oom_kill_allocating_task", mm_types.TUN_OOM_KILL_ALLOCATING_TASK, 0, 0, 1, "switch"),
    Tunable("block.read_ahead_kb", mm_types.TUN_RA_PAGES, 128, 0, 65536, "kB", divided=SECTOR_KB_PER_PAGE),
    Tunable("block.max_sectors_kb", mm_types.TUN_IO_PAGES, 1280, 4, 65536, "kB", divided=SECTOR_KB_PER_PAGE),
    Tunable(
        "debug.fault_around_bytes",
        mm_types.TUN_FAULT_AROUND_PAGES, 65536, 4096, 2097152, "bytes", divided=4096, power_of_two=True,
    ),
    Tunable("memsim.batch_pages", mm_types.TUN_PAGEVEC, 15, 1, mm_types.PAGEVEC_SIZE, "pages"),
    Tunable("memsim.swap_slot_cache", mm_types.TUN_SWAP_SLOT_CACHE, 1, 0, 1, "switch"),
    Tunable("memsim.page_tables", mm_types.TUN_PAGE_TABLES, 1, 0, 1, "switch"),
    Tunable("memsim.stat_batch", mm_types.TUN_STAT_BATCH, 64, 0, 4096, "changes"),
    Tunable("memsim.sched_slice_ns", mm_types.TUN_SCHED_SLICE_NS, 4_000_000, 1000, 10**9, "ns"),
    Tunable("memsim.hit_ns", mm_types.TUN_HIT_NS, 100, 0, 10**9, "ns"),
    Tunable("memsim.fault_ns", mm_types.TUN_FAULT_NS, 1000, 0, 10**9, "ns"),
    Tunable("memsim.syscall_ns", mm_types.TUN_SYSCALL_NS, 1000, 0, 10**9, "ns"),
    Tunable("memsim.scan_ns", mm_types.TUN_SCAN_NS, 200, 0, 10**9, "ns"),
    Tunable("memsim.pageout_ns", mm_types.TUN_PAGEOUT_NS, 1000, 0, 10**9, "ns"),
    Tunable("memsim.instant_io", mm_types.TUN_LATENCY_FREE, 0, 0, 1, "switch"),
)  # fmt: skip
TUNABLES = {row.name: row for row in _ROWS}

KERNEL = {row.name: row.default for row in _ROWS}
CLASSROOM = KERNEL | {
    "memsim.batch_pages": 1,
    "block.read_ahead_kb": 0,
    "debug.fault_around_bytes": 4096,
    "memsim.swap_slot_cache": 0,
    "memsim.page_tables": 0,
    "memsim.stat_batch": 0,
    "vm.page-cluster": 0,
    "memsim.sched_slice_ns": 100_000,
}
DETAILS = {"kernel": KERNEL, "classroom": CLASSROOM}
# A guest in an emulator: the processor is slow, the disk is the host's memory.
# The times lie between the tracepoints of recorded reclaim: kept 1.2 us a page, freed 1.7, swapped out 7.5.
EMULATED = {
    "memsim.fault_ns": 9000,
    "memsim.syscall_ns": 20000,
    "memsim.scan_ns": 1500,
    "memsim.pageout_ns": 6000,
}

# They change watermarks and reserves, which the machine's description computes.
WATERMARK_SYSCTLS = {
    "vm.min_free_kbytes": (0, 1 << 24),
    "vm.watermark_scale_factor": (1, 3000),
}
# Nothing that they steer is in the model; a script or a recording may still name them.
WITHOUT_EFFECT = {
    "kernel.numa_balancing",
    "vm.compaction_proactiveness",
    "vm.laptop_mode",
    "vm.lowmem_reserve_ratio",
    "vm.overcommit_memory",
    "vm.stat_interval",
    "vm.vfs_cache_pressure",
    "vm.zone_reclaim_mode",
}
ALL_NAMES = (*TUNABLES, *WATERMARK_SYSCTLS)


def sysctl_name(text: str) -> str:
    """Return the dotted name of a sysctl given as a path or with dots; a bare name means vm."""
    name = text.strip().removeprefix("/proc/sys/").replace("/", ".")
    return name if "." in name else f"vm.{name}"


def range_of(name: str) -> tuple[int, int, str]:
    """Return the lowest and the highest value of a sysctl of ALL_NAMES, and its unit."""
    row = TUNABLES.get(name)
    if row:
        return row.low, row.high, row.unit
    return *WATERMARK_SYSCTLS[name], "kB" if name.endswith("kbytes") else "1/10000"


def checked(name: str, value: object, where: str) -> int:
    """Return a sysctl's value after checking name, type and range. Raises InputError."""
    if name not in ALL_NAMES:
        raise unknown(where, "sysctl", name, ALL_NAMES)
    low, high, unit = range_of(name)
    number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value.strip()) else value
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise InputError(where, f"{name} = {quoted(value)}", f"{low} to {high} ({unit})")
    return number
