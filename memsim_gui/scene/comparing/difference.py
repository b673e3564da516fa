"""What differs between machines at one place: counters, and pages by where they are."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import naming
from memsim_gui.scene.delta import REPEATED, ranked
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import LANE_TITLES
from memsim_gui.trace import bits, counters, kinds, lanes, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Codes = npt.NDArray[np.int16]
MOST_PAGES = 300
ABSENT, SWAPPED, EVICTED, ZERO_PAGE = 32, 33, 34, 35  # beyond the kinds of lanes
PLACES = {
    **LANE_TITLES,
    lanes.ISOLATED: "being decided",
    lanes.LRU_ADD: "lru_add batch",
    lanes.MLOCK_BATCH: "mlock batch",
    lanes.IN_HAND: "just allocated",
    ABSENT: "not in memory",
    SWAPPED: "in swap",
    EVICTED: "evicted",
    ZERO_PAGE: "zero page",
}


class Row(NamedTuple):
    """A figure of each machine, the original's first; None where there is none (nothing reclaimed, say)."""

    name: str
    values: tuple[float | None, ...]

    @property
    def differs(self) -> bool:
        """Whether any is unlike the original's."""
        return any(value != self.values[0] for value in self.values)

    def ratio(self, side: int) -> float | None:
        """How many times the original's figure another one is; None where that says nothing."""
        first, other = self.values[0], self.values[side]
        return other / first if first and other is not None else None


class PageRow(NamedTuple):
    """A page and where it is in each machine; `pte` or `cell` is its row, the other -1."""

    name: str
    places: tuple[str, ...]
    pte: int
    cell: int


class Pages(NamedTuple):
    """The first pages that differ, and how many do."""

    rows: tuple[PageRow, ...]
    total: int


def summary(views: Sequence[ViewState]) -> list[Row]:
    """Return what a comparison of policies is about: what reclaim had to look at, and what it cost."""
    told = [_figures(view) for view in views]
    return [Row(name, tuple(figures[name] for figures in told)) for name in told[0]]


def _figures(view: ViewState) -> dict[str, float | None]:
    now = counters.vmstat(view.counter, len(view.node))
    examined = now["pgscan_kswapd"] + now["pgscan_direct"] + now["pgrefill"]
    reclaimed = now["pgsteal_kswapd"] + now["pgsteal_direct"]
    accesses, hits = (int(view.clock[0, column]) for column in (tables.CLOCK_OP, tables.CLOCK_HITS))
    return {
        "examined per page reclaimed": examined / reclaimed if reclaimed else None,
        "pages examined": examined,
        "pages reclaimed": reclaimed,
        "accesses without the kernel, %": 100 * hits / accesses if accesses else None,
        "faults that had to read": now["pgmajfault"],
        "refaults": now["workingset_refault_anon"] + now["workingset_refault_file"],
        "simulated time, ms": int(view.clock[0, tables.CLOCK_NOW_NS]) / 1e6,
    }


def counter_rows(views: Sequence[ViewState]) -> list[Row]:
    """Return the counters that differ, those first that a lesson asks about."""
    told = [counters.vmstat(view.counter, len(view.node)) for view in views]
    rows = (Row(name, tuple(values[name] for values in told)) for name in ranked(told[0]))
    return [row for row in rows if row.differs and not row.name.startswith(REPEATED)]


def page_rows(views: Sequence[ViewState], trace: Trace, most: int = MOST_PAGES) -> Pages:
    """Return the pages that are elsewhere in another machine than in the first, to which `trace` belongs.

    A page is known by its owner, a region's page or a file's: frames are given out as they come.
    """
    first = views[0]
    ptes, mapped = _differing([_pte_codes(view) for view in views])
    cells, cached = _differing([_cell_codes(view) for view in views])
    rows = [PageRow(naming.virtual_page(first, trace, at), _places(mapped, at), at, -1) for at in ptes[:most].tolist()]
    left = cells[: most - len(rows)].tolist()
    rows += [PageRow(naming.cell(first, trace, at), _places(cached, at), -1, at) for at in left]
    return Pages(tuple(rows), len(ptes) + len(cells))


def _differing(codes: Sequence[Codes]) -> tuple[npt.NDArray[np.intp], list[Codes]]:
    """Rows in which one of the arrays is unlike the first, and all arrays in full: what is not there is absent."""
    rows = max(map(len, codes))
    full = [np.concatenate([code, np.full(rows - len(code), ABSENT, np.int16)]) for code in codes]
    return np.flatnonzero(np.logical_or.reduce([code != full[0] for code in full])), full


def _places(codes: Sequence[Codes], row: int) -> tuple[str, ...]:
    return tuple(PLACES.get(int(code[row]), "free") for code in codes)


def _pte_codes(view: ViewState) -> Codes:
    """Where the anonymous page of each page table entry is; a file's counts as absent: its cell tells."""
    held, target = view.pte_bits, view.pte_pfn
    codes = np.full(len(held), ABSENT, np.int16)
    present = held & bits.PTE_PRESENT != 0
    zero = held & bits.PTE_ZERO != 0
    codes[held & bits.PTE_SWAP != 0] = SWAPPED
    codes[present & zero] = ZERO_PAGE
    frames = np.flatnonzero(present & ~zero)
    codes[frames] = view.lane[target[frames]] & lanes.KIND_MASK
    anon = view.mapping[target[frames]] & bits.PAGE_MAPPING_ANON != 0
    codes[frames[~anon]] = ABSENT
    return codes


def _cell_codes(view: ViewState) -> Codes:
    """Where each page of each file is."""
    cell = view.cell
    codes = np.full(len(cell), ABSENT, np.int16)
    codes[(cell == -1) | (cell == -2)] = EVICTED  # noqa: PLR2004 - the two kinds of shadow
    codes[cell <= kinds.CELL_SWAPPED] = SWAPPED
    held = np.flatnonzero(cell > 0)
    codes[held] = view.lane[cell[held] - 1] & lanes.KIND_MASK
    return codes


def same_page(selection: Selection, view: ViewState) -> Selection:
    """Return a selection that means the same page in another machine, whose frames are others.

    `view` is the state in which the frame was selected. A frame without an owner stays what it is: a frame.
    """
    frame = selection.frame
    if selection.pte >= 0 or selection.cell >= 0 or not 0 <= frame < len(view.lane) or selection.count > 1:
        return selection
    anon = view.mapping[frame] & bits.PAGE_MAPPING_ANON
    if anon:
        held = view.pte_bits & (bits.PTE_PRESENT | bits.PTE_ZERO) == bits.PTE_PRESENT
        pte = np.flatnonzero(held & (view.pte_pfn == frame))[:1]
        return replace(selection, frame=-1, pte=int(pte[0])) if len(pte) else selection
    cell = np.flatnonzero(view.cell == frame + 1)[:1]
    return replace(selection, frame=-1, cell=int(cell[0])) if len(cell) else selection
