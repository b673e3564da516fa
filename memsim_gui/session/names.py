"""What a person can name in a command: the processes, regions and files that exist at a moment."""

import re
from dataclasses import dataclass, replace

from memsim_gui.engine.errors import InputError, unknown
from memsim_gui.engine.sizes import PAGE_BYTES, shown
from memsim_gui.trace import tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState


@dataclass(frozen=True, slots=True)
class Region:
    """A mapped range: name, row of its first VMA, process, address, length, first page-table row, file (-1 = none)."""

    name: str
    row: int
    task: int
    start_bytes: int
    pages: int
    first_pte: int = 0
    file: int = -1

    def offset_of(self, place_bytes: int, where: str) -> int:
        """Return the offset in the region of an address, or of an offset itself. InputError if it lies outside."""
        offset = place_bytes - self.start_bytes if place_bytes >= self.start_bytes else place_bytes
        if offset >= self.pages * PAGE_BYTES:
            found = f"0x{place_bytes:X} is not in {self.name}"
            raise InputError(where, found, f"0x{self.start_bytes:X} and the {shown(self.pages)} from there")
        return offset


@dataclass(frozen=True, slots=True)
class File:
    """An open file; `shared` memory has one too, which no system call of files reaches."""

    name: str
    row: int
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that can be named, in the order in which it came; `task_rows` are the rows of `tasks`."""

    tasks: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    files: tuple[File, ...] = ()
    nodes: int = 1
    task_rows: tuple[int, ...] = ()

    def task(self, name: str) -> int:
        """Return a process's row. Raises InputError."""
        if name not in self.tasks:
            raise unknown("", "process", name, self.tasks)
        return self.task_rows[self.tasks.index(name)]

    def region(self, name: str) -> Region:
        """Return a region. Raises InputError."""
        for region in self.regions:
            if region.name == name:
                return region
        raise unknown("", "region", name, (region.name for region in self.regions))

    def file(self, name: str) -> File:
        """Return a file. Raises InputError."""
        for file in self.files:
            if file.name == name:
                return file
        raise unknown("", "file", name, (file.name for file in self.files))


def file_stem(title: str) -> str:
    """Return what a file about a story is called, without its ending: "the-life-of-one-page"."""
    return re.sub(r"\W+", "-", title.lower()).strip("-") or "memsim"


def names_of(view: ViewState, trace: Trace) -> Names:
    """Return what exists at a moment; rows whose name the trace does not know are left out."""
    labels = trace.labels
    alive = [
        (name, i)
        for i, (name, row) in enumerate(zip(labels.tasks, view.task, strict=False))
        if name and row[tables.TASK_STATE] == tables.TASK_ALIVE
    ]
    tasks, rows = tuple(name for name, _ in alive), tuple(i for _, i in alive)
    files = tuple(
        File(name, i, bool(row[tables.FILE_KIND] == tables.FILE_SHMEM))
        for i, (name, row) in enumerate(zip(labels.files, view.file, strict=False))
        if name and row[tables.FILE_PAGES]
    )
    return Names(tasks, _regions(view, trace), files, len(view.node), rows)


def _regions(view: ViewState, trace: Trace) -> tuple[Region, ...]:
    """Regions by first VMA; locking or unmapping a part splits a VMA, and its pieces are one region still."""
    found: dict[str, Region] = {}
    for i, (name, row) in enumerate(zip(trace.labels.vmas, view.vma, strict=False)):
        if not name or not row[tables.VMA_PAGES]:
            continue
        task, start_vpn, pages, first_pte = map(int, row[: tables.VMA_FIRST_PTE + 1])
        piece = Region(name, i, task, start_vpn * PAGE_BYTES, pages, first_pte, int(row[tables.VMA_FILE]))
        found[name] = _joined(found[name], piece) if name in found else piece
    return tuple(found.values())


def _joined(one: Region, other: Region) -> Region:
    first, last = sorted((one, other), key=lambda region: region.start_bytes)
    return replace(first, row=one.row, pages=(last.start_bytes - first.start_bytes) // PAGE_BYTES + last.pages)
