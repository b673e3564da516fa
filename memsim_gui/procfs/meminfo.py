"""/proc/meminfo, and the file meminfo of a node.

Kernel: fs/proc/meminfo.c meminfo_proc_show, drivers/base/node.c node_read_meminfo, 6.1; KM 13.3, 13.5.
"""

from collections.abc import Mapping

import numpy as np

from memsim_gui.procfs.snapshot import KB, PERCENT, Snapshot
from memsim_gui.procfs.snapshot import reserve as totalreserve_pages
from memsim_gui.trace import bits, tables
from memsim_gui.trace.tally import count_where

OVERCOMMIT_RATIO = 50
VMALLOC_TOTAL_KB = 34_359_738_367  # the kernel's address range for it with four levels of page tables
HUGE_PAGE_KB = 2048
# Labels whose kernel format strings are a blank short of the others.
NARROW = ("FileHugePages", "FilePmdMapped")
COUNTS = ("HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp")
# Lines that are always 0 on these machines, with the reason.
NOT_MODELLED = {
    "Zswap": "no compressed swap",
    "Zswapped": "no compressed swap",
    "SecPageTables": "no virtual machines inside",
    "NFS_Unstable": "always 0 since Linux 5.8",
    "Bounce": "no device needs bounce buffers",
    "WritebackTmp": "no FUSE",
    "VmallocUsed": "the kernel's own allocations are taken from managed memory once, at the start",
    "VmallocChunk": "always 0 since Linux 4.4",
    "Percpu": "the kernel's own allocations are taken from managed memory once, at the start",
    **dict.fromkeys(
        (
            "AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", "FileHugePages", "FilePmdMapped", *COUNTS, "Hugetlb",
        ),
        "every page is 4 KiB: no huge pages",
    ),
    **dict.fromkeys(
        ("DirectMap4k", "DirectMap2M", "DirectMap1G"), "the kernel's own mapping of memory is not modelled"
    ),
}  # fmt: skip


def meminfo(snapshot: Snapshot) -> str:
    """Return /proc/meminfo."""
    return "".join(_line(name, value) for name, value in values(snapshot).items())


def values(snapshot: Snapshot) -> dict[str, int]:
    """Return the lines of /proc/meminfo in order, in kB where they are in kB."""
    c = snapshot.counters
    buffers = buffer_pages(snapshot)
    pages = {
        "MemTotal": snapshot.total(tables.ZONE_MANAGED),
        "MemFree": c["nr_free_pages"],
        "MemAvailable": available(snapshot),
        "Buffers": buffers,
        "Cached": max(0, c["nr_file_pages"] - c["nr_swapcached"] - buffers),
        "SwapCached": c["nr_swapcached"],
        **_lists(c),
        "SwapTotal": snapshot.swap_total,
        "SwapFree": snapshot.swap_free,
        "Zswap": 0,
        "Zswapped": 0,
        "Dirty": c["nr_dirty"],
        "Writeback": c["nr_writeback"],
        "AnonPages": c["nr_anon_pages"],
        "Mapped": c["nr_mapped"],
        "Shmem": c["nr_shmem"],
        **_slab(c),
        "PageTables": c["nr_page_table_pages"],
        "SecPageTables": 0,
        "NFS_Unstable": 0,
        "Bounce": 0,
        "WritebackTmp": 0,
        "CommitLimit": snapshot.total(tables.ZONE_MANAGED) * OVERCOMMIT_RATIO // PERCENT + snapshot.swap_total,
        "Committed_AS": committed(snapshot),
    }
    out: dict[str, int] = {}
    for name, value in pages.items():
        out[name] = KB * value
        if name == "SUnreclaim":
            out["KernelStack"] = c["nr_kernel_stack"]
    out |= {"VmallocTotal": VMALLOC_TOTAL_KB, "VmallocUsed": 0, "VmallocChunk": 0, "Percpu": 0}
    out |= dict.fromkeys(("AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", *NARROW, *COUNTS), 0)
    out |= {"Hugepagesize": HUGE_PAGE_KB, "Hugetlb": 0}
    return out | dict.fromkeys(("DirectMap4k", "DirectMap2M", "DirectMap1G"), 0)


def _lists(c: Mapping[str, int]) -> dict[str, int]:
    return {
        "Active": c["nr_active_anon"] + c["nr_active_file"],
        "Inactive": c["nr_inactive_anon"] + c["nr_inactive_file"],
        "Active(anon)": c["nr_active_anon"],
        "Inactive(anon)": c["nr_inactive_anon"],
        "Active(file)": c["nr_active_file"],
        "Inactive(file)": c["nr_inactive_file"],
        "Unevictable": c["nr_unevictable"],
        "Mlocked": c["nr_mlock"],
    }


def _slab(c: Mapping[str, int]) -> dict[str, int]:
    return {
        "KReclaimable": c["nr_slab_reclaimable"] + c["nr_kernel_misc_reclaimable"],
        "Slab": c["nr_slab_reclaimable"] + c["nr_slab_unreclaimable"],
        "SReclaimable": c["nr_slab_reclaimable"],
        "SUnreclaim": c["nr_slab_unreclaimable"],
    }


def buffer_pages(snapshot: Snapshot) -> int:
    """Return the pages that hold the file system's own blocks: with buffers, and of no file.

    Kernel: block/bdev.c nr_blockdev_pages.
    """
    view = snapshot.view
    return count_where(lambda held, of: (held & bits.PG_PRIVATE != 0) & (of == 0), view.bits, view.mapping)


def available(snapshot: Snapshot) -> int:
    """Return MemAvailable in pages: what could be had without swapping.

    Kernel: mm/page_alloc.c si_mem_available; KM 13.3.
    """
    c, low = snapshot.counters, snapshot.total(tables.ZONE_LOW) + snapshot.total(tables.ZONE_BOOST)
    found = c["nr_free_pages"] - totalreserve_pages(snapshot.view)
    for kept in (
        c["nr_active_file"] + c["nr_inactive_file"],
        c["nr_slab_reclaimable"] + c["nr_kernel_misc_reclaimable"],
    ):
        found += kept - min(kept // 2, low)
    return max(0, found)


def committed(snapshot: Snapshot) -> int:
    """Return Committed_AS in pages: private writable mappings and shared memory, touched or not.

    Kernel: mm/mmap.c accountable_mapping, mm/shmem.c shmem_acct_size.
    """
    vma, file = snapshot.view.vma, snapshot.view.file
    alive = np.isin(vma[:, tables.VMA_TASK], snapshot.tasks) & (vma[:, tables.VMA_PAGES] > 0)
    private = (vma[:, tables.VMA_BITS] & (bits.VM_WRITE | bits.VM_SHARED)) == bits.VM_WRITE
    shmem = file[:, tables.FILE_KIND] == tables.FILE_SHMEM
    return int(vma[alive & private, tables.VMA_PAGES].sum()) + int(file[shmem, tables.FILE_PAGES].sum())


def _line(name: str, value: int) -> str:
    if name in COUNTS:
        return f"{name + ':':<16}{value:>8}\n"
    return f"{name + ':':<16}{value:>8} kB\n"


def node_meminfo(snapshot: Snapshot, node: int) -> str:
    """Return a node's meminfo: FilePages counts the swap cache too; there is no swap and no MemAvailable."""
    c = snapshot.node_counters(node)
    managed = sum(snapshot.zone(row, tables.ZONE_MANAGED) for row in snapshot.zones_of(node))
    pages = {
        "MemTotal": managed,
        "MemFree": c["nr_free_pages"],
        "MemUsed": managed - c["nr_free_pages"],
        "SwapCached": c["nr_swapcached"],
        **_lists(c),
        "Dirty": c["nr_dirty"],
        "Writeback": c["nr_writeback"],
        "FilePages": c["nr_file_pages"],
        "Mapped": c["nr_mapped"],
        "AnonPages": c["nr_anon_pages"],
        "Shmem": c["nr_shmem"],
    }
    kb = {name: KB * value for name, value in pages.items()}
    kb |= {"KernelStack": c["nr_kernel_stack"], "PageTables": KB * c["nr_page_table_pages"]}
    kb |= dict.fromkeys(("SecPageTables", "NFS_Unstable", "Bounce", "WritebackTmp"), 0)
    kb |= {name: KB * value for name, value in _slab(c).items()}
    kb |= dict.fromkeys(("AnonHugePages", "ShmemHugePages", "ShmemPmdMapped", *NARROW), 0)
    lines = [f"Node {node} {name + ':':<{15 if name in NARROW else 16}}{value:>8} kB\n" for name, value in kb.items()]
    huge = [f"Node {node} {name + ':':<16} {0:>5}\n" for name in COUNTS if name != "HugePages_Rsvd"]
    return "".join(lines + huge)
