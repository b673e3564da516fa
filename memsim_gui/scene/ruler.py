"""The ruler of a file: its pages by index, what is cached of them, and what the last read asked for.

It stands in the pictures of a machine that has files and no private memory: a story of the page cache. Which file it
shows, and which bytes were asked for, is told by the last command that names one.
"""

import json
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.engine import commands as c
from memsim_gui.engine import fields
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.scene import marks
from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.geometry import Metrics, Rect, fit_pitch
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.panels import mosaic, page_cache
from memsim_gui.scene.panels.mosaic import Shares, Shot
from memsim_gui.scene.panels.page_cache import CACHED, KEYS, FileGrid
from memsim_gui.scene.words import counted, duration, grouped
from memsim_gui.trace import causes, kinds
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

OPENING = {c.OpenFile.op, c.NewFile.op}
PRIVATE = {c.Mmap.op, c.Shm.op, c.Pressure.op}
READING = {c.Read.op, c.Write.op}
CELL_UNITS = 10.5  # side of a cell that shows one page
EDGE_UNITS = 5
TOP_UNITS, LOW_UNITS = 1.2, 2.2
HEAD_SHARE = 1.4  # height of the words, in sizes of a heading
LEAST_PITCH = 3  # pixels of a cell where a whole file is seen
MOST_PAGES = 1 << 20  # of a larger file it would take too long to count, picture by picture, what is cached
ALIGNED = 8  # a row that does not begin with page 0 begins with a multiple of it

Ints = npt.NDArray[np.int64]
NONE: Ints = np.zeros(0, np.int64)


class Asked(NamedTuple):
    """What a command does, the file it names (empty = none), and the bytes it asks for; length 0 = to the end."""

    op: str = ""
    file: str = ""
    offset: int = 0
    length: int = 0

    @property
    def span(self) -> tuple[float, float]:
        """The bytes asked for, counted in pages; alike = not told."""
        return self.offset / PAGE_BYTES, (self.offset + self.length) / PAGE_BYTES


class Cells(NamedTuple):
    """What the cells of a ruler show. `pages` are the cells of single cached pages, with the role and marks of each."""

    shot: Shot
    shares: Shares
    pages: Ints = NONE
    role: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
    marks: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
    shadows: Ints = NONE


class FileRuler(NamedTuple):
    """A file as a row of cells; its grid tells what the step's last read hit and missed."""

    rect: Rect
    head: Rect
    place: Rect  # of the cells
    grid: FileGrid
    cells: Cells
    told: tuple[tuple[str, str], ...]  # hits, misses and time of the step, each with the name of its colour
    said: str = ""  # what the step's last command asked for
    span: tuple[float, float] = (0.0, 0.0)  # bytes it asked for, counted in pages; alike = none


@lru_cache(maxsize=4096)
def asked(value: str) -> Asked:
    """Return what a command asked for, from its JSON; what a file holds instead of that asks for nothing."""
    try:
        table = json.loads(value)
    except (ValueError, RecursionError):
        return Asked()
    if not isinstance(table, dict):
        return Asked()
    op, file = str(table.get("op", "")), str(table.get("file", ""))
    places = [table.get(key, 0) for key in ("offset", "length")]
    if op not in READING or not all(isinstance(place, int) and 0 <= place <= fields.MOST for place in places):
        return Asked(op, file)
    return Asked(op, file, *places)


class Rulers:
    """Makes the rulers of a trace; keeps what its reads found."""

    def __init__(self, trace: Trace, pacing: Pacing) -> None:
        """Know nothing yet."""
        self.trace, self.pacing = trace, pacing
        self._cuts = Cuts(trace)
        self._forget()

    def _forget(self) -> None:
        self._known = self._commands = 0
        self._opened = self._private = False
        self._position, self._cell, self._hit = NONE, NONE, np.zeros(0, np.bool_)

    @property
    def wanted(self) -> bool:
        """Whether the trace tells single pages of a machine that has files and no private memory, as far as it goes."""
        self.extend()
        return self._opened and not self._private and self.trace.meta.level == kinds.LEVEL_FULL

    def extend(self) -> None:
        """Take in what the trace has gained (or lost by an undo)."""
        values = self.trace.labels.command_values
        if self._cuts.below(self._known) or len(values) < self._commands:
            self._forget()
        ops = {asked(value).op for value in values[self._commands :]}
        self._commands = len(values)
        self._opened |= bool(ops & OPENING)
        self._private |= bool(ops & PRIVATE)
        if self._opened and not self._private:
            self._read_on()

    def _read_on(self) -> None:
        positions, cells, hits = [self._position], [self._cell], [self._hit]
        for events in self.trace.pieces(self._known, len(self.trace)):
            at = np.flatnonzero(events["kind"] == kinds.READ)
            positions.append(at + self._known)
            cells.append(events["ident"][at].astype(np.int64))
            hits.append(events["cause"][at] == causes.HIT)
            self._known += len(events)
        if len(positions) > 1:
            self._position, self._cell = np.concatenate(positions), np.concatenate(cells)
            self._hit = np.concatenate(hits)

    def at(self, view: ViewState, played: int, step: tuple[int, int], rect: Rect, m: Metrics) -> FileRuler | None:
        """Return the ruler after the first `played` events; None without a file.

        `step` is where the step began, and how many ns of simulated time it has taken so far.
        """
        command, number = self._last_command(played)
        grid = self._grid(view, number)
        if grid is None or not 0 < grid.pages <= MOST_PAGES:
            return None
        hits, misses = self._touched(command, played, grid)
        head = rect.inset(EDGE_UNITS * m.unit, 0)._replace(y=rect.y + TOP_UNITS * m.unit, h=HEAD_SHARE * m.heading)
        place = head._replace(y=head.bottom, h=CELL_UNITS * m.unit)
        cells = _cells(view, grid, _shot(place, grid.pages, np.append(hits, misses)))
        ruler = FileRuler(rect, head, place, grid, cells, told=self._told(played, *step))
        if command < step[0]:  # of the step before: its pages stay in sight, but they are not what this one is about
            return ruler
        grid = grid._replace(hits=hits, misses=misses)
        return ruler._replace(grid=grid, span=self._asked(number).span, said=self._said(number))

    def _last_command(self, played: int) -> tuple[int, int]:
        """Position and number of the last command that has begun, -1 both where there is none."""
        begins = self.pacing.begins(kinds.COMMAND)
        row = int(np.searchsorted(begins, played)) - 1
        return (int(begins[row]), int(self.pacing.idents(kinds.COMMAND)[row])) if row >= 0 else (-1, -1)

    def _asked(self, number: int) -> Asked:
        values = self.trace.labels.command_values
        return asked(values[number]) if 0 <= number < len(values) else Asked()

    def _grid(self, view: ViewState, number: int) -> FileGrid | None:
        """Return the file that the last command up to `number` names, if one does."""
        named = (self._asked(at).file for at in range(number, -1, -1))
        name, names = next((file for file in named if file), ""), self.trace.labels.files
        file = names.index(name) if name in names else -1
        return page_cache.described(view, name, file) if 0 <= file < len(view.file) else None

    def _said(self, number: int) -> str:
        commands, offset = self.trace.labels.commands, self._asked(number).offset
        index, rest = divmod(offset, PAGE_BYTES)
        said = commands[number] if 0 <= number < len(commands) else ""
        return said + (f" = {index} × {PAGE_BYTES} + {rest}" if offset else "")

    def _touched(self, begin: int, stop: int, grid: FileGrid) -> tuple[Ints, Ints]:
        """Indices of a file's pages that the reads between two positions hit and missed."""
        low, high = np.searchsorted(self._position, (begin, stop))
        index, hit = self._cell[low:high] - grid.first_cell, self._hit[low:high]
        mine = (index >= 0) & (index < grid.pages)
        missed = np.unique(index[mine & ~hit])
        return np.setdiff1d(index[mine & hit], missed), missed

    def _told(self, played: int, begin: int, took_ns: int) -> tuple[tuple[str, str], ...]:
        """Say how many pages were hit and missed since a step began, and how long it has taken."""
        low, high = np.searchsorted(self._position, (begin, played))
        hits = int(np.count_nonzero(self._hit[low:high]))
        misses = int(high - low) - hits
        parts = [(counted(hits, "hit"), "good")] * bool(hits)
        parts += [(f"{grouped(misses)} miss{'es' * (misses != 1)}", "danger")] * bool(misses)
        return (*parts, (duration(took_ns), "text")) if took_ns else tuple(parts)


def height(m: Metrics) -> float:
    """Height of a ruler."""
    return HEAD_SHARE * m.heading + (TOP_UNITS + CELL_UNITS + LOW_UNITS) * m.unit


def _shot(place: Rect, pages: int, touched: Ints) -> Shot:
    """Return one row of single pages in which all pages touched are seen; if there are none, or not, the whole file."""
    pitch = int(place.h)
    columns = max(1, int(place.w // pitch))
    first, last = (int(touched.min()), int(touched.max())) if len(touched) else (0, pages - 1)
    start = 0 if last < columns else min(first // ALIGNED * ALIGNED, max(0, pages - columns))
    if last < start + columns:
        return Shot(pages, start, 1, columns, min(columns, pages - start), pitch, 1, 1)
    each = 1
    while True:
        count = -(-pages // each)
        fit = int(fit_pitch(place.w, place.h, count, pitch))
        columns, rows = int(place.w // fit), int(place.h // fit)
        if columns * rows >= count and fit >= LEAST_PITCH:
            return Shot(pages, 0, each, columns, count, fit, rows, rows)
        each *= 2


def _cells(view: ViewState, grid: FileGrid, shot: Shot) -> Cells:
    things = mosaic.sample(shot)
    states = page_cache.states(view, grid, things)
    shares = mosaic.shares(states, len(KEYS))
    if shot.each > 1:
        return Cells(shot, shares)
    cached = np.flatnonzero(states[:, 0] >= CACHED)
    frames = (view.cell[grid.first_cell + things[cached, 0]] - 1).astype(np.int32)
    found = marks.marks_of(view, frames, marks.young_frames(view))
    return Cells(
        shot, shares, cached, states[cached, 0] - CACHED, found, np.flatnonzero(states[:, 0] == page_cache.SHADOW)
    )
