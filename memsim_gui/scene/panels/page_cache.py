"""The page cache of a file, one cell a page: absent, a shadow of an evicted page, in swap, or cached on some list."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
from memsim_gui.scene.panels.mosaic import Key
from memsim_gui.scene.words import byte_size, grouped
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.causes import HIT
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]

# states of a cell; from CACHED on: CACHED + role of scene.marks
ABSENT = 0
SHADOW = 1
SWAPPED = 2  # shared memory
CACHED = 3
LOOK_BACK_EVENTS = 1 << 16  # a read of some two thousand pages
NOTHING = np.zeros(0, np.int64)
KEYS = (
    Key("absent", "absent"),
    Key("shadow", "text_soft", 0.5),
    Key("in swap", "swapped"),
    *(Key(name.replace("_", " "), name) for name in marks.ROLE_NAMES[: marks.FREE]),
)


class FileGrid(NamedTuple):
    """A file as cells, one a page. `hits` and `misses` are the indices that the last read or write touched."""

    file: int
    name: str
    summary: str
    first_cell: int
    pages: int
    hits: npt.NDArray[np.int64]
    misses: npt.NDArray[np.int64]


class FileRow(NamedTuple):
    """Figures of a file, in pages."""

    file: int
    name: str
    cached: int
    pages: int
    shadows: int
    dirty: int


def file_grid(view: ViewState, trace: Trace, position: int, file: int) -> FileGrid:
    """Return the grid of a file."""
    grid = described(view, label(trace.labels.files, file, "file"), file)
    hits, misses = touched(trace, position, grid.first_cell, grid.pages)
    return grid._replace(hits=hits, misses=misses)


def described(view: ViewState, name: str, file: int) -> FileGrid:
    """Return the grid of a file, with nothing touched."""
    row = _figures(view, name, file)
    share = 100 * row.cached / row.pages if row.pages else 0.0
    summary = f"{grouped(row.cached)} of {grouped(row.pages)} pages · {share:.4g} %"
    summary += f" · {byte_size(int(view.file[file, tables.FILE_SIZE_BYTES]))}"
    if row.shadows:
        summary += f" · {grouped(row.shadows)} shadow{'s' * (row.shadows != 1)}"
    return FileGrid(file, name, summary, int(view.file[file, tables.FILE_FIRST_CELL]), row.pages, NOTHING, NOTHING)


def overview(view: ViewState, trace: Trace, files: Sequence[int]) -> list[FileRow]:
    """Return the figures of some files."""
    return [_figures(view, label(trace.labels.files, file, "file"), file) for file in files]


def _figures(view: ViewState, name: str, file: int) -> FileRow:
    row = view.file[file]
    first, pages = int(row[tables.FILE_FIRST_CELL]), int(row[tables.FILE_PAGES])
    cells = view.cell[first : first + pages]
    cached = int(np.count_nonzero(cells > 0))
    shadows = int(np.count_nonzero(cells < 0)) - int(np.count_nonzero(cells <= kinds.CELL_SWAPPED))
    return FileRow(file, name, cached, pages, shadows, int(row[tables.FILE_NR_DIRTY]))


def states(view: ViewState, grid: FileGrid, pages: npt.NDArray[np.int64]) -> Bytes:
    """States of some pages of a file; they index KEYS."""
    cells = view.cell[grid.first_cell + pages]
    found = np.where(cells < 0, SHADOW, ABSENT).astype(np.uint8)
    found[cells <= kinds.CELL_SWAPPED] = SWAPPED
    cached = cells > 0
    found[cached] = CACHED + _roles(view, cells[cached] - 1)
    return found


def _roles(view: ViewState, frames: npt.NDArray[np.int32]) -> Bytes:
    """Roles of cached pages: by their list, or by their flags while they are on none."""
    roles = marks.roles_of(view, frames)
    kind = view.lane[frames] % lanes.LANES_PER_NODE
    for lane in lanes.LRU_LISTS:
        roles[kind == lane] = marks.list_role(lane)
    return roles


def touched(trace: Trace, position: int, first: int, pages: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Page indices hit and missed by the reads and writes of the last command before a position."""
    start = max(0, position - LOOK_BACK_EVENTS)
    events = trace.events(start, position)
    begun = np.flatnonzero(events["kind"] == kinds.COMMAND)
    if len(begun):
        events = events[begun[-1] :]
    kind = events["kind"]
    index = events["ident"].astype(np.int64) - first
    mine = ((kind == kinds.READ) | (kind == kinds.WRITE)) & (index >= 0) & (index < pages)
    hit = mine & ((events["cause"] == HIT) | (kind == kinds.WRITE))
    missed = np.unique(index[mine & ~hit])
    return np.setdiff1d(index[hit], missed), missed


def cell_words(view: ViewState, trace: Trace, grid: FileGrid, first: int, count: int) -> str:
    """Say what a page of a file is, or what a block of pages holds."""
    if count > 1:
        found = np.bincount(states(view, grid, np.arange(first, first + count)), minlength=len(KEYS))
        parts = [f"{grouped(int(found[i]))} {KEYS[i].words}" for i in np.flatnonzero(found).tolist()]
        return f"{grid.name} pages {grouped(first)} to {grouped(first + count - 1)}\n" + ", ".join(parts)
    state, cell = int(states(view, grid, np.array([first]))[0]), int(view.cell[grid.first_cell + first])
    where = f"{grid.name} page {grouped(first)}, bytes {grouped(first * 4096)} to {grouped(first * 4096 + 4095)}"
    if state == ABSENT:
        return f"{where}: not in memory"
    if state == SHADOW:
        return f"{where}: evicted, a shadow remembers when"
    if state == SWAPPED:
        return f"{where}: in swap slot {kinds.CELL_SWAPPED - cell}"
    return f"{where}: cached in PFN 0x{cell - 1 + trace.meta.first_pfn:X}, {KEYS[state].words}"
