"""The page cache of a file, one cell a page: absent, a shadow of an evicted page, in swap, or cached on some list."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
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
LOOK_BACK_EVENTS = 4096


class FileGrid(NamedTuple):
    """Cells of one file, by page index. `hits` and `misses` are the indices that the last read or write touched."""

    file: int
    name: str
    summary: str
    states: Bytes  # [pages] ABSENT, SHADOW, SWAPPED or CACHED + role
    marks: Bytes  # [pages] bits of scene.marks
    frames: npt.NDArray[np.int32]  # [pages] frame, -1 = not cached
    slots: npt.NDArray[np.int32]  # [pages] swap slot of shared memory, -1 = none
    first_cell: int
    hits: npt.NDArray[np.int64]
    misses: npt.NDArray[np.int64]


def file_grid(view: ViewState, trace: Trace, position: int, file: int, young: npt.NDArray[np.bool_]) -> FileGrid:
    """Return the grid of a file; `young` = marks.young_frames(view)."""
    row = view.file[file]
    first, pages = int(row[tables.FILE_FIRST_CELL]), int(row[tables.FILE_PAGES])
    cells = view.cell[first : first + pages]
    frames = np.where(cells > 0, cells - 1, -1).astype(np.int32)
    cached = np.flatnonzero(cells > 0)
    states = np.where(cells < 0, SHADOW, ABSENT).astype(np.uint8)
    states[cells <= kinds.CELL_SWAPPED] = SWAPPED
    states[cached] = CACHED + _roles(view, frames[cached])
    shown = np.zeros(pages, np.uint8)
    shown[cached] = marks.marks_of(view, frames[cached], young)
    hits, misses = touched(trace, position, first, pages)
    share = 100 * len(cached) / pages if pages else 0.0
    summary = f"{grouped(len(cached))} of {grouped(pages)} pages · {share:.4g} %"
    summary += f" · {byte_size(int(row[tables.FILE_SIZE_BYTES]))}"
    slots = np.where(cells <= kinds.CELL_SWAPPED, kinds.CELL_SWAPPED - cells, -1).astype(np.int32)
    return FileGrid(
        file, label(trace.labels.files, file, "file"), summary, states, shown, frames, slots, first, hits, misses
    )


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


def cell_words(grid: FileGrid, index: int) -> str:
    """Say what a cell is."""
    state = int(grid.states[index])
    where = f"{grid.name} page {grouped(index)}, bytes {grouped(index * 4096)} to {grouped(index * 4096 + 4095)}"
    if state == ABSENT:
        return f"{where}: not in memory"
    if state == SHADOW:
        return f"{where}: evicted, a shadow remembers when"
    if state == SWAPPED:
        return f"{where}: in swap"
    return f"{where}: cached, {marks.ROLE_NAMES[state - CACHED].replace('_', ' ')}"
