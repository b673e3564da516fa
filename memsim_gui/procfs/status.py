"""/proc/PID/status, /proc/PID/smaps_rollup and /proc/swaps.

Kernel: fs/proc/array.c proc_pid_status, fs/proc/task_mmu.c task_mem, show_smaps_rollup, mm/swapfile.c swap_show; 6.1.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui.procfs.snapshot import KB, Snapshot
from memsim_gui.trace import bits, tables

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
    firsts, counts = ranges[:, tables.VMA_FIRST_PTE], ranges[:, tables.VMA_PAGES]
    rows = np.concatenate([np.arange(first, first + pages) for first, pages in zip(firsts, counts, strict=True)])
    pte, number = view.pte_bits[rows], view.pte_pfn[rows]
    here = (pte & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
    frames = number[here]
    flags = view.bits[frames]
    users = _users(snapshot)[frames]
    shared = users > 1
    dirty = (flags & bits.PG_DIRTY != 0) | (pte[here] & bits.PTE_DIRTY != 0)
    anon = view.mapping[frames] & bits.PAGE_MAPPING_ANON != 0
    shmem = ~anon & (flags & bits.PG_SWAPBACKED != 0)
    slots = number[pte & bits.PTE_SWAP != 0]
    pss = 1.0 / users
    return {
        "Rss": len(frames),
        "Pss": pss.sum(),
        "Pss_Dirty": pss[dirty].sum(),
        "Pss_Anon": pss[anon].sum(),
        "Pss_File": pss[~anon & ~shmem].sum(),
        "Pss_Shmem": pss[shmem].sum(),
        "Shared_Clean": (shared & ~dirty).sum(),
        "Shared_Dirty": (shared & dirty).sum(),
        "Private_Clean": (~shared & ~dirty).sum(),
        "Private_Dirty": (~shared & dirty).sum(),
        "Referenced": ((flags & bits.PG_REFERENCED != 0) | (pte[here] & bits.PTE_YOUNG != 0)).sum(),
        "Anonymous": anon.sum(),
        "LazyFree": (anon & (flags & bits.PG_SWAPBACKED == 0) & ~dirty).sum(),
        **dict.fromkeys(HUGE, 0),
        "Swap": len(slots),
        "SwapPss": (1.0 / np.maximum(view.swap_map[slots] % bits.SWAP_HAS_CACHE, 1)).sum(),
        "Locked": pss[np.repeat(ranges[:, tables.VMA_BITS] & bits.VM_LOCKED != 0, counts)[here]].sum(),
    }


def _users(snapshot: Snapshot) -> npt.NDArray[np.int64]:
    """Return how many PTEs map each frame."""
    view = snapshot.view
    here = (view.pte_bits & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
    return np.bincount(view.pte_pfn[here], minlength=len(view.lane))


def swaps(snapshot: Snapshot) -> str:
    """Return /proc/swaps: the header alone without swap."""
    head = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    if not snapshot.swap_total:
        return head
    size, used = KB * snapshot.swap_total, KB * (snapshot.swap_total - snapshot.swap_free)
    numbers = "\t".join(f"{kb}" + "\t" * (kb < WIDE_KB) for kb in (size, used))
    return f"{head}{SWAP_FILE:<{NAME_COLUMN}}partition\t{numbers}\t{FIRST_PRIORITY}\n"
