"""Page flags as /proc/kpageflags shows them, for comparing pages one by one with a real kernel's.

Kernel: fs/proc/page.c stable_page_flags, include/uapi/linux/kernel-page-flags.h.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np

from memsim_gui.engine.book import File, Region
from memsim_gui.engine.errors import unknown
from memsim_gui.engine.machine import Machine
from memsim_gui.mm.page_flags import SWAPPED
from memsim_gui.trace import bits, lanes, tables

KPF = {
    "LOCKED": 0,
    "REFERENCED": 2,
    "UPTODATE": 3,
    "DIRTY": 4,
    "LRU": 5,
    "ACTIVE": 6,
    "WRITEBACK": 8,
    "RECLAIM": 9,
    "BUDDY": 10,
    "MMAP": 11,
    "ANON": 12,
    "SWAPCACHE": 13,
    "SWAPBACKED": 14,
    "UNEVICTABLE": 18,
    "ZERO_PAGE": 24,
    "MLOCKED": 33,
    "MAPPEDTODISK/ANONEXCL": 34,
    "PRIVATE": 35,
    "OWNER_PRIVATE": 37,
}
_BY_PAGE_FLAG = {
    bits.PG_LOCKED: ("LOCKED",),
    bits.PG_REFERENCED: ("REFERENCED",),
    bits.PG_UPTODATE: ("UPTODATE",),
    bits.PG_DIRTY: ("DIRTY",),
    bits.PG_LRU: ("LRU",),
    bits.PG_ACTIVE: ("ACTIVE",),
    bits.PG_WRITEBACK: ("WRITEBACK",),
    bits.PG_RECLAIM: ("RECLAIM",),
    bits.PG_READAHEAD: ("RECLAIM",),  # one bit in the kernel
    bits.PG_SWAPCACHE: ("SWAPCACHE", "OWNER_PRIVATE"),  # one bit, shown twice
    bits.PG_SWAPBACKED: ("SWAPBACKED",),
    bits.PG_UNEVICTABLE: ("UNEVICTABLE",),
    bits.PG_MLOCKED: ("MLOCKED",),
    bits.PG_PRIVATE: ("PRIVATE",),
    bits.PG_ANON_EXCLUSIVE: ("MAPPEDTODISK/ANONEXCL",),
}


class PageState(NamedTuple):
    """Where a page of a region or file is.

    `state`: P mapped, C only in the page cache, X not cached, S swapped out, N never there. `number`: page frame number
    or swap slot, -1 none. `flags`: names in the order of their bits.
    """

    state: str
    number: int = -1
    flags: tuple[str, ...] = ()

    @property
    def flags_hex(self) -> str:
        """Flags as the hexadecimal number of /proc/kpageflags."""
        return format(sum(1 << KPF[name] for name in self.flags), "x")


def frame_flags(machine: Machine, frame: int) -> tuple[str, ...]:
    """Return the flags of a page frame."""
    page = machine.state.page[frame]
    lane = int(page["lane"]) % lanes.LANES_PER_NODE
    if lane == lanes.FREE:
        return ("BUDDY",)
    if lane in (lanes.KERNEL, lanes.PCP):
        return ()
    mapping = int(page["mapping"])
    names = {name for bit, found in _BY_PAGE_FLAG.items() if int(page["bits"]) & bit for name in found}
    if int(page["mapcount"]) >= 0:
        names.add("MMAP")
    if mapping & bits.PAGE_MAPPING_ANON:
        names.add("ANON")
    elif mapping and "UPTODATE" in names:
        names.add("MAPPEDTODISK/ANONEXCL")
    return tuple(sorted(names, key=KPF.__getitem__))


def page_state(machine: Machine, name: str, page: int) -> PageState:
    """Return where page `page` of a region or file is. Raises InputError for an unknown name."""
    where = machine.book.regions.get(name) or machine.book.files.get(name)
    if where is None:
        raise unknown("", "region or file", name, {**machine.book.regions, **machine.book.files})
    if isinstance(where, File):
        return _cached(machine, where.row, page)
    return _mapped(machine, where, page)


def _mapped(machine: Machine, region: Region, page: int) -> PageState:
    pte = machine.state.pte[region.first_pte + page]
    pte_bits, number = int(pte["bits"]), int(pte["pfn"])
    if pte_bits & bits.PTE_ZERO:
        return PageState("P", -1, ("ZERO_PAGE",))
    if pte_bits & bits.PTE_PRESENT:
        return PageState("P", number + machine.spec.first_pfn, frame_flags(machine, number))
    if pte_bits & bits.PTE_SWAP:
        return PageState("S", number)
    return _cached(machine, region.file, page) if region.file >= 0 else PageState("N")


def _cached(machine: Machine, file_row: int, page: int) -> PageState:
    first = int(machine.state.file[file_row, tables.FILE_FIRST_CELL])
    cell = int(machine.state.cell[first + page])
    if cell < -SWAPPED:
        return PageState("S", -SWAPPED - cell)
    if cell <= 0:
        return PageState("X")
    return PageState("C", cell - 1 + machine.spec.first_pfn, frame_flags(machine, cell - 1))


def page_count(machine: Machine, name: str) -> int:
    """Return how many pages a region or file has. Raises InputError for an unknown name."""
    where = machine.book.regions.get(name) or machine.book.files.get(name)
    if where is None:
        raise unknown("", "region or file", name, {**machine.book.regions, **machine.book.files})
    return where.pages


def histogram(machine: Machine) -> dict[tuple[str, ...], int]:
    """Return how many page frames carry which flags; the kernel's own pages are left out."""
    page = machine.state.page[: machine.spec.managed]
    keys = np.stack([page["bits"], page["lane"], page["mapcount"] >= 0, page["mapping"] & 1, page["mapping"] != 0])
    _, first, counts = np.unique(keys, axis=1, return_index=True, return_counts=True)
    found: Counter[tuple[str, ...]] = Counter()
    for frame, pages in zip(first.tolist(), counts.tolist(), strict=True):
        found[frame_flags(machine, frame)] += pages
    found.pop((), None)
    return dict(found)


def resident(machine: Machine, name: str) -> list[tuple[int, int]]:
    """Return runs of (1 in memory or 0, pages) of a region or file. Raises InputError for an unknown name."""
    runs: list[tuple[int, int]] = []
    for page in range(page_count(machine, name)):
        here = int(page_state(machine, name, page).state in "PC")
        if runs and runs[-1][0] == here:
            runs[-1] = (here, runs[-1][1] + 1)
        else:
            runs.append((here, 1))
    return runs
