"""What must hold in a trace read from a file before anything replays it.

Replay and pictures index arrays with the numbers that events carry, partly in compiled code without bounds checks. A
file may come from anywhere, so each number is compared with the machine's sizes once, when it is read.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import bits, counters, kinds, lanes, tables
from memsim_gui.trace.store import Events
from memsim_gui.trace.view_state import Sizes, ViewState, sizes_of

Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[np.signedinteger | np.unsignedinteger]
LIMITS = Sizes(
    nodes=lanes.MAX_NODES,
    frames=1 << 24,
    ptes=1 << 28,
    cells=1 << 27,
    slots=1 << 26,
    vmas=1 << 15,
    files=1 << 20,
    tasks=1 << 20,
    devices=64,
)
MAX_GROWTHS = 1 << 16
_SIZE_OF_TABLE = {
    tables.TABLE_VMA: "vmas",
    tables.TABLE_FILE: "files",
    tables.TABLE_TASK: "tasks",
    tables.TABLE_DEVICE: "devices",
    tables.TABLE_PTE: "ptes",
    tables.TABLE_CELL: "cells",
    tables.TABLE_SWAP: "slots",
}
_COLUMNS_OF_TABLE = {
    tables.TABLE_VMA: tables.VMA_COLUMNS,
    tables.TABLE_FILE: tables.FILE_COLUMNS,
    tables.TABLE_TASK: tables.TASK_COLUMNS,
    tables.TABLE_ZONE: tables.ZONE_COLUMNS,
    tables.TABLE_ACTOR: tables.ACTOR_COLUMNS,
    tables.TABLE_DEVICE: tables.DEVICE_COLUMNS,
    tables.TABLE_CLOCK: tables.CLOCK_COLUMNS,
    tables.TABLE_NODE: tables.NODE_COLUMNS,
}
# What `ident` counts, by kind; the kinds that are missing here carry a plain number.
_IDENT = {
    kinds.MOVE: "frames", kinds.BITS: "frames", kinds.OWNER: "frames", kinds.PTE: "ptes", kinds.CELL: "cells",
    kinds.SWAP_MAP: "slots", kinds.SWAP_CELL: "slots", kinds.COUNT: "counters", kinds.SCAN: "frames",
    kinds.FAULT: "ptes", kinds.READ: "cells", kinds.WRITE: "cells", kinds.IO_BEGIN: "frames", kinds.IO_END: "frames",
    kinds.OOM_KILL: "tasks", kinds.WATERMARK: "zones",
}  # fmt: skip
_INT32, _UINT8 = (1 << 31) - 1, 255
# Bounds of `value` in the kinds that do not put a row number there.
_VALUE = {
    kinds.BITS: (0, _INT32),
    kinds.PTE: (0, _UINT8 << 32 | _INT32),
    kinds.SWAP_MAP: (0, _UINT8),
    kinds.FLOW: (0, LIMITS.frames),
}
# Columns that hold a row of something else (-1 = none), and what they count.
_ROW_COLUMNS = {
    (tables.TABLE_VMA, tables.VMA_TASK): "tasks",
    (tables.TABLE_VMA, tables.VMA_FILE): "files",
    (tables.TABLE_VMA, tables.VMA_NEXT_SHARE): "vmas",
    (tables.TABLE_FILE, tables.FILE_DEVICE): "devices",
    (tables.TABLE_FILE, tables.FILE_I_MMAP): "vmas",
    (tables.TABLE_ACTOR, tables.ACTOR_PFN): "frames",
    (tables.TABLE_ACTOR, tables.ACTOR_LANE): "lanes",
}


def check_view(view: ViewState) -> None:
    """Raise ValueError if a view state refers to anything that its machine does not have."""
    size = _all_sizes(sizes_of(view))
    if not np.array_equal(view.lane_pages, np.bincount(view.lane, minlength=size["lanes"])):
        raise ValueError("the lengths of its lists are not the numbers of frames on them")
    _check_ptes(view.pte_bits, view.pte_pfn, size)
    _within("a file page", view.cell, _least_cell(size), size["frames"])
    _within("a swap cache page", view.swap_cell, -2, size["frames"])
    _check_owners(view.mapping, size)
    for (table, column), what in _ROW_COLUMNS.items():
        rows = {tables.TABLE_VMA: view.vma, tables.TABLE_FILE: view.file, tables.TABLE_ACTOR: view.actor}[table]
        # A row that was never used is all zero, also where there is no row 0 to refer to.
        _within("a table", rows[rows.any(axis=1), column], -1, size[what] - 1)


def _all_sizes(sizes: Sizes) -> dict[str, int]:
    return {
        **sizes._asdict(),
        "lanes": sizes.nodes * lanes.LANES_PER_NODE,
        "zones": sizes.nodes * counters.ZONES_PER_NODE,
        "counters": counters.counters_total(sizes.nodes),
    }


def _within(what: str, values: AnyInts, low: int, high: int | Ints) -> None:
    if len(values) and (int(values.min()) < low or np.any(values > high)):
        raise ValueError(f"{what} refers to something that the machine does not have")


def _least_cell(size: dict[str, int]) -> int:
    return kinds.CELL_SWAPPED - max(0, size["slots"] - 1)


def _check_ptes(pte_bits: AnyInts, pfn: AnyInts, size: dict[str, int]) -> None:
    present = (pte_bits & bits.PTE_PRESENT != 0) & (pte_bits & bits.PTE_ZERO == 0)
    _within("a page table entry", pfn[present], 0, size["frames"] - 1)
    _within("a swap entry", pfn[pte_bits & bits.PTE_SWAP != 0], 0, size["slots"] - 1)


def _check_owners(mapping: AnyInts, size: dict[str, int]) -> None:
    of_file = mapping[(mapping & bits.PAGE_MAPPING_ANON == 0) & (mapping != 0)]
    _within("a page's mapping", of_file >> 1, 1, size["files"])


class Checker:
    """Follows the events of a trace from its start state; each chunk is checked once, in order."""

    def __init__(self, start: ViewState) -> None:
        """Begin at the start keyframe, which has been checked."""
        self._size = _all_sizes(sizes_of(start))
        self._lane = start.lane.copy()
        self._growths = 0
        self._lost = False  # events that did not fit the ring since the last keyframe

    def keyframe(self, view: ViewState, *, whole: bool) -> None:
        """Check a keyframe that stands here; where every move was recorded (`whole`), it must be where they lead."""
        check_view(view)
        size = _all_sizes(sizes_of(view))
        same = size == self._size and (not whole or np.array_equal(view.lane, self._lane))
        if not same and not self._lost:
            raise ValueError("a keyframe does not continue what was before it")
        self._lost = False
        self.restart(view)

    @property
    def sizes(self) -> Sizes:
        """Sizes of the machine at this place."""
        return Sizes(*(self._size[name] for name in Sizes._fields))

    def restart(self, view: ViewState) -> None:
        """Go on from a keyframe that has been checked, whatever was before it."""
        self._size, self._lane = _all_sizes(sizes_of(view)), view.lane.copy()

    def events(self, events: Events) -> None:
        """Raise ValueError if an event does not fit the machine or the moves before it."""
        kind = events["kind"]
        unknown = set(np.unique(kind).tolist()) - set(kinds.KIND_NAMES)
        if unknown:
            raise ValueError(f"it has events of kind {min(unknown)}, which this version does not know")
        self._lost |= bool(np.any(kind == kinds.LOST))
        sizes = self._sizes_at(events)
        for number, what in _IDENT.items():
            at = np.flatnonzero(kind == number)
            low = -1 if number >= kinds.NARRATION else 0
            _within(f"a {kinds.KIND_NAMES[number]} event", events["ident"][at], low, sizes.at(what, at) - 1)
        self._check_values(events, sizes)
        self._check_sets(events, sizes)
        self._follow(events)

    def _sizes_at(self, events: Events) -> "_SizesAt":
        growths = np.flatnonzero(events["kind"] == kinds.GROW)
        self._growths += len(growths)
        if self._growths > MAX_GROWTHS:
            raise ValueError(f"its tables grow more than {MAX_GROWTHS} times")
        steps: dict[str, tuple[list[int], list[int]]] = {}
        for at in growths.tolist():
            name, rows = _SIZE_OF_TABLE.get(int(events["dst"][at]), ""), int(events["value"][at])
            if not name or not self._size[name] <= rows <= getattr(LIMITS, name):
                raise ValueError(f"a table grows to {rows} rows, which is not possible")
            positions, sizes = steps.setdefault(name, ([-1], [self._size[name]]))
            positions.append(at)
            sizes.append(rows)
            self._size[name] = rows
        return _SizesAt(self._size, {name: (np.array(p), np.array(s)) for name, (p, s) in steps.items()})

    def _check_values(self, events: Events, sizes: "_SizesAt") -> None:
        value, kind = events["value"], events["kind"]
        for number, (low, high) in _VALUE.items():
            _within(f"a {kinds.KIND_NAMES[number]} event", value[kind == number], low, high)
        ptes, owners = value[kind == kinds.PTE], value[kind == kinds.OWNER]
        for lower_half in (ptes & 0xFFFFFFFF, owners & 0xFFFFFFFF):
            _within("a page", lower_half, 0, _INT32)
        _check_ptes(ptes >> 32, ptes & 0xFFFFFFFF, self._size)
        _within("a file page", value[kind == kinds.CELL], _least_cell(self._size), self._size["frames"])
        _within("a swap cache page", value[kind == kinds.SWAP_CELL], -2, self._size["frames"])
        _check_owners(owners >> 32, self._size)
        for number in (kinds.MOVE, kinds.FLOW):
            at = np.flatnonzero(kind == number)
            for column in ("src", "dst"):
                _within("a move", events[column][at], 0, sizes.at("lanes", at) - 1)

    def _check_sets(self, events: Events, sizes: "_SizesAt") -> None:
        sets = np.flatnonzero(events["kind"] == kinds.SET)
        table, column, row, value = (events[name][sets] for name in ("dst", "src", "ident", "value"))
        fixed = {
            tables.TABLE_ZONE: self._size["zones"],
            tables.TABLE_ACTOR: tables.ACTORS,
            tables.TABLE_CLOCK: 1,
            tables.TABLE_NODE: self._size["nodes"],
        }
        for number in np.unique(table).tolist():
            here = table == number
            _within("a table", np.array([number]), 0, tables.TABLE_NODE)
            rows = fixed[number] if number in fixed else sizes.at(_SIZE_OF_TABLE[number], sets[here])
            _within("a table", row[here], 0, rows - 1)
            _within("a table", column[here], 0, _COLUMNS_OF_TABLE[number] - 1)
        for (number, field), what in _ROW_COLUMNS.items():
            _within("a table", value[(table == number) & (column == field)], -1, self._size[what] - 1)

    def _follow(self, events: Events) -> None:
        """Each move must take the frame from where it is; flows are sums of a slice, in no order to be checked."""
        moves = events[events["kind"] == kinds.MOVE]
        order = np.argsort(moves["ident"], kind="stable")
        frame, src, dst = (moves[name][order] for name in ("ident", "src", "dst"))
        first = np.ones(len(frame), bool)
        first[1:] = frame[1:] != frame[:-1]
        came_from = np.empty_like(src)
        came_from[1:] = dst[:-1]
        came_from[first] = self._lane[frame[first]]
        if np.any(src != came_from):
            raise ValueError("a page is moved from a list that it is not on")
        last = np.roll(first, -1)
        self._lane[frame[last]] = dst[last]


class _SizesAt:
    """The machine's sizes at each event of a chunk: tables may grow within it."""

    def __init__(self, size: dict[str, int], steps: dict[str, tuple[Ints, Ints]]) -> None:
        self._size, self._steps = size, steps

    def at(self, what: str, positions: Ints) -> Ints:
        """Rows of `what` at each of the positions in the chunk."""
        if what not in self._steps:
            return np.full(len(positions), self._size[what])
        starts, rows = self._steps[what]
        return np.asarray(rows[np.searchsorted(starts, positions, side="right") - 1], np.int64)
