"""Book: which rows of the core's tables the names of a machine stand for, and which rows are taken."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.sizes import PAGE_BYTES

FIRST_VPN = 0x7F0000000000 // PAGE_BYTES
# Each region begins at a page table of its own.
TABLE_PAGES = 512
Row = TypeVar("Row")


@dataclass(frozen=True)
class Region:
    """A mapped range: `pages` pages from virtual page number `start_vpn`, at rows `first_pte` on of the page table."""

    name: str
    process: str
    task: int
    start_vpn: int
    pages: int
    first_pte: int
    file: int = -1
    copied: bool = False  # by a fork, which took rows for all of them together

    @property
    def address(self) -> int:
        """Address of its first byte."""
        return self.start_vpn * PAGE_BYTES

    @property
    def end_vpn(self) -> int:
        """Virtual page number behind its last page."""
        return self.start_vpn + self.pages


@dataclass(frozen=True)
class File:
    """A file: row in the file table, room in pages, first of its cells, size in bytes."""

    name: str
    row: int
    pages: int
    first_cell: int
    size: int


class Pages(Protocol):
    """Something with a name and a number of pages."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def pages(self) -> int:
        """How many pages it has."""


def span(region: Pages, first: int, pages: int) -> tuple[int, int]:
    """Return a range of a region's pages with 0 pages = to its end. Raises InputError if it is not inside."""
    pages = pages or region.pages - first
    if first >= region.pages or first + pages > region.pages:
        found = f"pages {first} to {first + max(pages, 1) - 1} of {region.name}"
        raise InputError("", found, f"pages 0 to {region.pages - 1}")
    return first, pages


@dataclass
class Book:
    """Names in use and rows taken. Regions and files are separate name spaces; names are unique over processes."""

    tasks: dict[str, int] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    next_vpn: dict[int, int] = field(default_factory=dict)
    task_rows: int = 0
    file_rows: int = 0
    shared: dict[int, str] = field(default_factory=dict)  # rows of files that are shared memory, by the region's name
    vma_rows: int = 0  # rows that were ever in use
    ptes: int = 0
    cells: int = 0
    free_ptes: list[tuple[int, int]] = field(default_factory=list)
    copies: dict[int, tuple[int, int]] = field(default_factory=dict)  # rows that a forked task's copies took together
    sysctls: dict[str, int] = field(default_factory=dict)  # written since the start

    def copy(self) -> "Book":
        """Return an independent copy; the rows themselves never change."""
        return replace(
            self,
            tasks=dict(self.tasks),
            regions=dict(self.regions),
            files=dict(self.files),
            next_vpn=dict(self.next_vpn),
            free_ptes=list(self.free_ptes),
            copies=dict(self.copies),
            sysctls=dict(self.sysctls),
            shared=dict(self.shared),
        )

    def task(self, name: str) -> int:
        """Return a process's row. Raises InputError."""
        return _known(self.tasks, "process", name)

    def region(self, name: str) -> Region:
        """Return a region by name. Raises InputError."""
        return _known(self.regions, "region", name)

    def file(self, name: str) -> File:
        """Return a file by name. Raises InputError."""
        return _known(self.files, "file", name)

    def new(self, what: str, name: str) -> None:
        """Raise InputError if the name of a process, region or file is taken."""
        taken = {"process": set(self.tasks), "region": set(self.regions), "file": set(self.files)}
        if name in taken[what]:
            raise InputError("", f"{what} {quoted(name)} exists already", f"a new name for each {what}")

    def place(self, task: int, pages: int, address: int) -> int:
        """Return the first virtual page number of a new region. Raises InputError if the address cannot be had."""
        if not address:
            return self.next_vpn.get(task, FIRST_VPN)
        if address % PAGE_BYTES:
            raise InputError("address", f"{address:#x} is not the start of a page", "a multiple of 4096")
        start = address // PAGE_BYTES
        for region in self.regions.values():
            if region.task == task and start < region.end_vpn and region.start_vpn < start + pages:
                raise InputError("address", f"{address:#x} lies in {region.name}", "addresses that are free")
        return start

    def add_region(self, region: Region) -> None:
        """Enter a region; its page-table rows are those that `pte_rows` named."""
        self.regions[region.name] = region
        end = region.start_vpn + _whole_tables(region.pages)
        self.next_vpn[region.task] = max(self.next_vpn.get(region.task, FIRST_VPN), end)
        self._take_ptes(region.first_pte, _whole_tables(region.pages))

    def add_task(self, name: str) -> None:
        """Enter a process at the next row."""
        self.tasks[name] = self.task_rows
        self.task_rows += 1

    def add_file(self, file: File) -> None:
        """Enter a file at the next row and the next cells."""
        self.files[file.name] = file
        self.file_rows += 1
        self.cells = file.first_cell + file.pages

    def add_shared(self, region: str, end_cell: int) -> None:
        """Enter the file behind shared memory at the next row, with cells up to `end_cell`; it bears no name."""
        self.shared[self.file_rows] = region
        self.file_rows += 1
        self.cells = end_cell

    def add_copies(self, regions: list[Region], child: str, pieces: list[tuple[int, int, int]]) -> None:
        """Enter a child's copies of its parent's regions, called "A of CHILD".

        `pieces` are the child's VMAs as (first virtual page number, pages, first page-table row), by address; the rows
        are those that `pte_rows` named for all their pages. A region that was split has copies that do not lie in one
        stretch of the page table; each further one gets a number.
        """
        for region in regions:
            mine = [piece for piece in pieces if region.start_vpn <= piece[0] < region.end_vpn]
            for i, (start, pages, first) in enumerate(_joined(mine)):
                name = f"{region.name} of {child}" + (f" {i + 1}" if i else "")
                self.regions[name] = Region(
                    name, child, self.tasks[child], start, pages, first, region.file, copied=True
                )
        rows = _whole_tables(sum(region.pages for region in regions))
        first_pte = self.pte_rows(rows)
        self._take_ptes(first_pte, rows)
        self.copies[self.tasks[child]] = first_pte, rows
        ends = [_whole_tables(start + pages) for start, pages, _ in pieces]
        self.next_vpn[self.tasks[child]] = max(ends, default=FIRST_VPN)

    def pte_rows(self, pages: int) -> int:
        """Return the first of so many page-table rows, at the start of a page table; freed ones if they are enough."""
        fits = [first for first, count in self.free_ptes if count >= pages]
        return fits[0] if fits else self.ptes

    def _take_ptes(self, first: int, pages: int) -> None:
        if first == self.ptes:
            self.ptes += pages
            return
        at = next(i for i, (start, _) in enumerate(self.free_ptes) if start == first)
        start, count = self.free_ptes.pop(at)
        if count > pages:
            self.free_ptes.insert(at, (start + pages, count - pages))

    def drop_region(self, name: str) -> None:
        """Forget a region; its page-table rows can be used again."""
        region = self.regions.pop(name)
        if not region.copied:
            self.free_ptes.append((region.first_pte, _whole_tables(region.pages)))

    def drop_task(self, name: str) -> None:
        """Forget a process and its regions."""
        row = self.tasks.pop(name)
        for region in [region for region in self.regions.values() if region.task == row]:
            self.drop_region(region.name)
        if row in self.copies:
            self.free_ptes.append(self.copies.pop(row))


def _joined(pieces: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Join pieces that follow each other both in the address space and in the page table."""
    out: list[tuple[int, int, int]] = []
    for start, pages, first in pieces:
        if out and out[-1][0] + out[-1][1] == start and out[-1][2] + out[-1][1] == first:
            out[-1] = (out[-1][0], out[-1][1] + pages, out[-1][2])
        else:
            out.append((start, pages, first))
    return out


def _whole_tables(pages: int) -> int:
    return -(-pages // TABLE_PAGES) * TABLE_PAGES


def _known(table: Mapping[str, Row], what: str, name: str) -> Row:
    if name not in table:
        raise unknown("", what, name, table)
    return table[name]
