"""What a person can name in a command: the processes, regions and files that exist at a moment."""

from dataclasses import dataclass

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.sizes import PAGE_BYTES, shown
from memsim_gui.trace import tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState


@dataclass(frozen=True, slots=True)
class Region:
    """A mapped range: its name, its VMA's row, where it starts and how long it is."""

    name: str
    row: int
    task: int
    start_bytes: int
    pages: int

    def offset_of(self, place_bytes: int, where: str) -> int:
        """Return the offset in the region of an address, or of an offset itself. InputError if it lies outside."""
        offset = place_bytes - self.start_bytes if place_bytes >= self.start_bytes else place_bytes
        if offset >= self.pages * PAGE_BYTES:
            found = f"0x{place_bytes:X} is not in {self.name}"
            raise InputError(where, found, f"0x{self.start_bytes:X} and the {shown(self.pages)} from there")
        return offset


@dataclass(frozen=True, slots=True)
class File:
    """An open file."""

    name: str
    row: int


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that can be named, in the order in which it came."""

    tasks: tuple[str, ...] = ()
    regions: tuple[Region, ...] = ()
    files: tuple[File, ...] = ()


def names_of(view: ViewState, trace: Trace) -> Names:
    """Return what exists at a moment; rows whose name the trace does not know are left out."""
    labels = trace.labels
    tasks = tuple(
        name
        for name, row in zip(labels.tasks, view.task, strict=False)
        if name and row[tables.TASK_STATE] == tables.TASK_ALIVE
    )
    regions = tuple(
        Region(
            name, i, int(row[tables.VMA_TASK]), int(row[tables.VMA_START_VPN]) * PAGE_BYTES, int(row[tables.VMA_PAGES])
        )
        for i, (name, row) in enumerate(zip(labels.vmas, view.vma, strict=False))
        if name and row[tables.VMA_PAGES]
    )
    files = tuple(
        File(name, i)
        for i, (name, row) in enumerate(zip(labels.files, view.file, strict=False))
        if name and row[tables.FILE_PAGES]
    )
    return Names(tasks, regions, files)
