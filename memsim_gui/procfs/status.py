"""/proc/PID/status, /proc/PID/smaps_rollup and /proc/swaps.

Kernel: fs/proc/array.c proc_pid_status, fs/proc/task_mmu.c task_mem, show_smaps_rollup, mm/swapfile.c swap_show; 6.1.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.procfs.snapshot import KB, Snapshot
from memsim_gui.trace import bits, tables
from memsim_gui.trace.view_state import ViewState

SWAP_FILE = "/dev/vdb"
FIRST_PRIORITY = -2
NAME_COLUMN = 40
WIDE_KB = 10_000_000
LONGEST_NAME = 15  # TASK_COMM_LEN without its zero
PAGE_BYTES = 4096
ROLLUP_COLUMN = 73
HUGE = ("AnonHugePages", "ShmemPmdMapped", "FilePmdMapped", "Shared_Hugetlb", "Private_Hugetlb")


def status(snapshot: Snapshot, task: int) -> str:
    """Return the lines of /proc/PID/status that tell of memory, behind those that say whose they are.

    Simplified: a process is what it maps, without text, stack and libraries; its peaks are not kept.
    """
    pid = snapshot.pid(task)
    row = snapshot.view.task[task].tolist()
    anon, file, shmem = (row[column] for column in (tables.TASK_ANON, tables.TASK_FILE, tables.TASK_SHMEM))
    rss = anon + file + shmem
    pages = {
        "VmPeak": row[tables.TASK_TOTAL_VM],
        "VmSize": row[tables.TASK_TOTAL_VM],
        "VmLck": row[tables.TASK_LOCKED_VM],
        "VmPin": 0,
        "VmHWM": rss,
        "VmRSS": rss,
        "RssAnon": anon,
        "RssFile": file,
        "RssShmem": shmem,
        "VmData": _data_pages(snapshot, task),
        "VmStk": 0,
        "VmExe": 0,
        "VmLib": 0,
        "VmPTE": row[tables.TASK_PGTABLES],
        "VmSwap": row[tables.TASK_SWAPENTS],
        "HugetlbPages": 0,
    }
    name = snapshot.task_names[task] if task < len(snapshot.task_names) else ""
    who = f"Name:\t{name[:LONGEST_NAME]}\nUmask:\t0022\nState:\tR (running)\n"
    who += f"Tgid:\t{pid}\nNgid:\t0\nPid:\t{pid}\nPPid:\t1\n"
    return who + "".join(f"{label}:\t{KB * value:>8} kB\n" for label, value in pages.items()) + "Threads:\t1\n"


def _data_pages(snapshot: Snapshot, task: int) -> int:
    """Return data_vm: private writable mappings.

    Kernel: mm/mmap.c vm_stat_account, is_data_mapping.
    """
    vma = snapshot.view.vma
    private = (vma[:, tables.VMA_BITS] & (bits.VM_WRITE | bits.VM_SHARED)) == bits.VM_WRITE
    return int(vma[_own(snapshot, task) & private, tables.VMA_PAGES].sum())


def _own(snapshot: Snapshot, task: int) -> npt.NDArray[np.bool_]:
    vma = snapshot.view.vma
    mine: npt.NDArray[np.bool_] = (vma[:, tables.VMA_TASK] == task) & (vma[:, tables.VMA_PAGES] > 0)
    return mine


def smaps_rollup(snapshot: Snapshot, task: int) -> str:
    """Return /proc/PID/smaps_rollup: what a process has in memory, what of it is shared, and what was used lately."""
    ranges = snapshot.view.vma[_own(snapshot, task)]
    if not len(ranges):
        return ""
    starts = ranges[:, tables.VMA_START_VPN]
    start, end = int(starts.min()), int((starts + ranges[:, tables.VMA_PAGES]).max())
    head = f"{start * PAGE_BYTES:08x}-{end * PAGE_BYTES:08x} ---p 00000000 00:00 0 "
    lines = [f"{label + ':':<16}{int(KB * value):>8} kB\n" for label, value in _smaps(snapshot, ranges).items()]
    return f"{head:<{ROLLUP_COLUMN}}[rollup]\n" + "".join(lines)


def _smaps(snapshot: Snapshot, ranges: npt.NDArray[np.int64]) -> dict[str, float]:
    """Count the pages of VMAs by what they are, in pages; a page's share of Pss is one over its users."""
    view = snapshot.view
    here, slots, locked = _entries(view, ranges)
    frames = here.number
    users = _users(view)[frames]
    # All that tells a page from another in one small number: pages are counted once, and sums made of the counts.
    kind = (
        _frame_kinds(view)[frames] | (here.bits & (bits.PTE_YOUNG | bits.PTE_DIRTY)) | (users > 1) * np.uint8(_SHARED)
    )
    kind |= locked * np.uint8(_LOCKED)
    pages = np.bincount(kind, minlength=_KINDS)
    pss = np.bincount(kind, weights=1.0 / users, minlength=_KINDS)
    return {
        "Rss": len(frames),
        "Pss": pss.sum(),
        "Pss_Dirty": pss[_is_dirty].sum(),
        "Pss_Anon": pss[_is_anon].sum(),
        "Pss_File": pss[~_is_anon & ~_is_shmem].sum(),
        "Pss_Shmem": pss[_is_shmem].sum(),
        "Shared_Clean": pages[_is_shared & ~_is_dirty].sum(),
        "Shared_Dirty": pages[_is_shared & _is_dirty].sum(),
        "Private_Clean": pages[~_is_shared & ~_is_dirty].sum(),
        "Private_Dirty": pages[~_is_shared & _is_dirty].sum(),
        "Referenced": pages[_is(_REFERENCED) | _is(bits.PTE_YOUNG)].sum(),
        "Anonymous": pages[_is_anon].sum(),
        "LazyFree": pages[_is_anon & ~_is(_SWAPBACKED) & ~_is_dirty].sum(),
        **dict.fromkeys(HUGE, 0),
        "Swap": len(slots),
        "SwapPss": (1.0 / np.maximum(view.swap_map[slots] % bits.SWAP_HAS_CACHE, 1)).sum(),
        "Locked": pss[_is(_LOCKED)].sum(),
    }


class _Entries(NamedTuple):
    """Page table entries: their bits, and the frames they point to."""

    bits: npt.NDArray[np.uint8]
    number: npt.NDArray[np.int32]


# What is known of a page, one bit each; PTE_YOUNG and PTE_DIRTY are those of its entry.
_ANON, _SWAPBACKED, _REFERENCED, _PAGE_DIRTY = 1, 2, 4, 32
_SHARED, _LOCKED, _KINDS = 64, 128, 256


def _is(what: int) -> npt.NDArray[np.bool_]:
    return np.arange(_KINDS) & what > 0


_is_anon = _is(_ANON)
_is_shmem = ~_is_anon & _is(_SWAPBACKED)
_is_dirty = _is(_PAGE_DIRTY) | _is(bits.PTE_DIRTY)
_is_shared = _is(_SHARED)


def _entries(
    view: ViewState, ranges: npt.NDArray[np.int64]
) -> tuple[_Entries, npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Return the entries of VMAs that map a frame, the swap slots that others hold, and which frames are mlocked."""
    parts = []
    for row in ranges:
        first, stop = int(row[tables.VMA_FIRST_PTE]), int(row[tables.VMA_FIRST_PTE] + row[tables.VMA_PAGES])
        pte, number = view.pte_bits[first:stop], view.pte_pfn[first:stop]
        here, swapped = _map_frames(pte), np.flatnonzero(pte & bits.PTE_SWAP)
        locked = np.full(len(here), row[tables.VMA_BITS] & bits.VM_LOCKED != 0)
        parts.append((pte[here], number[here], number[swapped], locked))
    found, frames, slots, locked = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Entries(found, frames), slots, locked


def _map_frames(pte: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    """Rows of entries that map a frame; taking rows by number is ten times as fast as by a mask."""
    return np.flatnonzero(pte & (bits.PTE_PRESENT | bits.PTE_ZERO) == bits.PTE_PRESENT)


def _frame_kinds(view: ViewState) -> npt.NDArray[np.uint8]:
    """Return what is known of each frame, [frames]."""
    kind = np.zeros(len(view.bits), np.uint8)
    for what, found in (
        (_ANON, view.mapping & bits.PAGE_MAPPING_ANON),
        (_SWAPBACKED, view.bits & bits.PG_SWAPBACKED),
        (_REFERENCED, view.bits & bits.PG_REFERENCED),
        (_PAGE_DIRTY, view.bits & bits.PG_DIRTY),
    ):
        kind |= (found != 0).view(np.uint8) * np.uint8(what)
    return kind


def _users(view: ViewState) -> npt.NDArray[np.int64]:
    """Return how many PTEs map each frame."""
    return np.bincount(view.pte_pfn[_map_frames(view.pte_bits)], minlength=len(view.lane))


def swaps(snapshot: Snapshot) -> str:
    """Return /proc/swaps: the header alone without swap."""
    head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    if not snapshot.swap_total:
        return head
    size, used = KB * snapshot.swap_total, KB * (snapshot.swap_total - snapshot.swap_free)
    numbers = "\t".join(f"{kb}" + "\t" * (kb < WIDE_KB) for kb in (size, used))
    return f"{head}{SWAP_FILE:<{NAME_COLUMN}}partition\t{numbers}\t{FIRST_PRIORITY}\n"
