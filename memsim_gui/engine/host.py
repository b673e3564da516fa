"""What lowering a command to calls of the core needs of a machine: rows for names, and room in the tables."""

from collections.abc import Generator, Iterator
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from memsim_gui.engine.book import Book, Region
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.engine.memory_commands import DEFAULT_MEMLOCK_PAGES
from memsim_gui.mm import calls
from memsim_gui.trace import tables

NO_ITEMS = np.empty(0, np.int64)

Items = npt.NDArray[np.int64]


class Call(NamedTuple):
    """One call of the core: code, arguments and items as `mm.calls` describes them."""

    code: int
    args: tuple[int, ...] = ()
    items: Items = NO_ITEMS


Calls = Iterator[Call]


class Host(Protocol):
    """What the functions here need of a machine."""

    book: Book
    spec: MachineSpec

    def need_free_vmas(self, count: int) -> None:
        """Make sure that so many VMA rows are unused."""

    def vmas_of(self, task: int) -> int:
        """Return how many VMAs a task has."""

    def pieces_of(self, task: int) -> list[tuple[int, int, int]]:
        """Return the task's VMAs as (first virtual page number, pages, first page-table row), by address."""

    def set_oom_score_adj(self, task: int, value: int) -> None:
        """Write /proc/PID/oom_score_adj."""

    def file_bytes(self, row: int) -> int:
        """Return how long a file is now."""

    def cached(self, cells: Items) -> npt.NDArray[np.bool_]:
        """Return which of these file pages are in the page cache."""

    def need(self, table: int, rows: int) -> None:
        """Make sure that a table has so many rows."""

    def free_vma_row(self) -> int:
        """Return the row of a new VMA."""


def start_task(
    host: Host, name: str, node: int = 0, oom_score_adj: int = 0, memlock: int = DEFAULT_MEMLOCK_PAGES
) -> Generator[Call, None, None]:
    """Start a process; `memlock` is RLIMIT_MEMLOCK in pages, -1 = unlimited."""
    row = host.book.task_rows
    host.need(tables.TABLE_TASK, row + 1)
    yield Call(calls.CALL_TASK, (row, node, oom_score_adj, memlock))
    host.book.add_task(name)


def task_of(host: Host, name: str) -> Generator[Call, None, int]:
    """Return a process's row, starting it first if there is none of that name."""
    if name not in host.book.tasks:
        yield from start_task(host, name)
    return host.book.tasks[name]


def make_room(host: Host, pages: int) -> None:
    """See that the page table has rows for a new region. Raises InputError if it would grow too large."""
    host.need(tables.TABLE_PTE, host.book.pte_rows(pages) + pages)


def map_region(host: Host, region: Region, vm_bits: int) -> Calls:
    """Map a region that the book has placed, and enter it there."""
    row = host.free_vma_row()
    place = (region.task, row, region.start_vpn, region.pages, region.first_pte)
    yield Call(calls.CALL_MMAP, (*place, vm_bits, region.file, 0))
    host.book.add_region(region)
