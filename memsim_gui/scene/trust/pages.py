"""The rules of trust about single pages, page table entries and slots; each returns what is wrong, empty if nothing is.

A `Part` of a view is the same share of each of its arrays, so that a large machine is checked piece by piece.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.words import grouped
from memsim_gui.trace import bits, counters, kinds, lanes, tables
from memsim_gui.trace.view_state import ViewState, head

Ints = npt.NDArray[np.int64]
Where = npt.NDArray[np.bool_]
WALKED_FRAMES = 4096  # on machines up to this size lists are walked from their heads
_ORDERED = np.isin(np.arange(lanes.LANES_PER_NODE), lanes.ORDERED)
_LRU = np.isin(np.arange(lanes.LANES_PER_NODE), lanes.LRU_LISTS)
_UNUSED = np.isin(np.arange(lanes.LANES_PER_NODE), (lanes.FREE, lanes.PCP))


class Part(NamedTuple):
    """Part `number` (from 0) of `parts` equal parts of every array."""

    number: int
    parts: int

    def of(self, length: int) -> slice:
        """The part's share of an array."""
        return slice(length * self.number // self.parts, length * (self.number + 1) // self.parts)


ALL = Part(0, 1)


class Look(NamedTuple):
    """A part of a view, the state in which its trace begins, and the number of its first page frame, for words."""

    view: ViewState
    start: ViewState
    part: Part = ALL
    first_pfn: int = 0

    def frame(self, frame: int) -> str:
        """Return what a frame is called."""
        return f"page {frame + self.first_pfn:X}"


def _first(wrong: Where, start: int = 0) -> int:
    """Index of the first that is wrong, -1 if none is."""
    at = int(wrong.argmax()) if len(wrong) else 0
    return start + at if len(wrong) and wrong[at] else -1


def _at(look: Look, wrong: Where, words: str) -> str:
    """Say that a frame of the part is wrong; empty if none is."""
    frame = _first(wrong, look.part.of(len(look.view.lane)).start)
    return f"{look.frame(frame)} {words}" if frame >= 0 else ""


def _item(view: ViewState, name: str) -> int:
    return counters.vmstat(view.counter, len(view.node))[name]


def _counted(look: Look, found: Callable[[ViewState], dict[str, int]]) -> str:
    """Compare counters with what is found, both as they have grown since the start."""
    now, before = found(look.view), found(look.start)
    for name, pages in now.items():
        told = _item(look.view, name) - _item(look.start, name)
        if told != pages - before[name]:
            return f"{name} has grown by {grouped(told)}, counted anew {grouped(pages - before[name])}"
    return ""


def lanes_counted(look: Look) -> str:
    """Lane by lane, as many frames say that they are there as are counted."""
    view = look.view
    found = np.bincount(view.lane, minlength=len(view.lane_pages))
    lane = _first(found[: len(view.lane_pages)] != view.lane_pages)
    if lane < 0:
        return ""
    return f"lane {lane} counts {grouped(int(view.lane_pages[lane]))} pages, {grouped(int(found[lane]))} are on it"


def links(look: Look) -> str:
    """Neighbours on a list name each other and stand on the same lane; a list comes back to its head."""
    view, frames = look.view, len(look.view.lane)
    span = look.part.of(frames)
    lane, after, before = view.lane[span].astype(np.int64), view.lru_next[span], view.lru_prev[span]
    ordered = _ORDERED[lane & lanes.KIND_MASK]
    stray = ~ordered & ((after != -1) | (before != -1))
    limit = len(view.lru_next)
    outside = ordered & ((after < 0) | (after >= limit) | (before < 0) | (before >= limit))
    told = _at(look, stray, "has neighbours, but its lane is no list") or _at(look, outside, "is on a list without it")
    if told:
        return told
    own = np.arange(span.start, span.stop)
    home = np.concatenate([view.lane.astype(np.int64), np.arange(len(view.lane_pages))])
    apart = ordered & ((view.lru_prev[after] != own) | (view.lru_next[before] != own))
    elsewhere = ordered & ((home[after] != lane) | (home[before] != lane))
    told = _at(look, apart, "and its neighbour do not name each other") or _at(
        look, elsewhere, "has a neighbour on another lane"
    )
    return told or ("" if frames > WALKED_FRAMES or look.part != ALL else _walked(look))


def _walked(look: Look) -> str:
    """Go along every list from its head."""
    view, frames = look.view, len(look.view.lane)
    for lane in np.flatnonzero(_ORDERED[np.arange(len(view.lane_pages)) & lanes.KIND_MASK]).tolist():
        at, left = int(view.lru_next[head(view, lane)]), int(view.lane_pages[lane])
        while at < frames and left > 0:
            at, left = int(view.lru_next[at]), left - 1
        if at != head(view, lane) or left:
            return (
                f"lane {lane} is not as long as it should be: {left} pages too few" if left else f"lane {lane} goes on"
            )
    return ""


def flags(look: Look) -> str:
    """Kernel: include/linux/mm_inline.h folio_lru_list [Lru-1]: a page's list is a function of its flags."""
    view = look.view
    span = look.part.of(len(view.lane))
    kind, flag, mapping = view.lane[span] & lanes.KIND_MASK, view.bits[span], view.mapping[span]
    on_list = _LRU[kind]
    named = np.where(flag & bits.PG_SWAPBACKED, 0, 2) + (flag & bits.PG_ACTIVE > 0)
    named = np.where(flag & bits.PG_UNEVICTABLE, lanes.UNEVICTABLE, named)
    for wrong, words in (
        (on_list != (flag & bits.PG_LRU > 0), "has PG_lru and is on no list, or is on one without it"),
        (on_list & (named != kind), "is not on the list that its flags name"),
        (_UNUSED[kind] & ((flag != 0) | (mapping != 0)), "is free, but has flags or a mapping"),
        ((flag & bits.PG_ACTIVE > 0) & (flag & bits.PG_UNEVICTABLE > 0), "is both active and unevictable"),
        ((flag & bits.PG_SWAPCACHE > 0) & (flag & bits.PG_SWAPBACKED == 0), "is in the swap cache, but not swapbacked"),
    ):
        told = _at(look, wrong, words)
        if told:
            return told
    return ""


def marks(look: Look) -> str:
    """The counters of flags are their numbers."""
    return _counted(look, _marked)


def _marked(view: ViewState) -> dict[str, int]:
    dirty_files = view.bits & (bits.PG_DIRTY | bits.PG_SWAPBACKED) == bits.PG_DIRTY
    counted = {"nr_writeback": bits.PG_WRITEBACK, "nr_mlock": bits.PG_MLOCKED, "nr_swapcached": bits.PG_SWAPCACHE}
    found = {name: int(np.count_nonzero(view.bits & flag)) for name, flag in counted.items()}
    return {"nr_dirty": int(np.count_nonzero(dirty_files)), **found}


def _present(view: ViewState, span: slice) -> npt.NDArray[np.intp]:
    """Rows of a part of the page tables that map a page of their own."""
    asked = bits.PTE_PRESENT | bits.PTE_ZERO
    rows: npt.NDArray[np.intp] = np.flatnonzero(view.pte_bits[span] & asked == bits.PTE_PRESENT) + span.start
    return rows


def _owner(rows: npt.NDArray[np.intp], first: Ints, length: Ints) -> npt.NDArray[np.intp]:
    """Which of the ranges each row is in, -1 for none."""
    used = np.flatnonzero(length > 0)
    order = used[np.argsort(first[used], kind="stable")]
    if not len(order):
        return np.full(len(rows), -1)
    found = order[np.maximum(np.searchsorted(first[order], rows, side="right") - 1, 0)]
    inside = (rows >= first[found]) & (rows < first[found] + length[found])
    out: npt.NDArray[np.intp] = np.where(inside, found, -1)
    return out


def page_tables(look: Look) -> str:
    """What is mapped is a page in use whose mapping and index lead back to the entry: reclaim finds it [Rmap-1]."""
    view = look.view
    rows = _present(view, look.part.of(len(view.pte_bits)))
    frame = view.pte_pfn[rows].astype(np.int64)
    at = _first((frame < 0) | (frame >= len(view.lane)))
    if at >= 0:
        return f"virtual page {int(rows[at])} maps frame {int(frame[at])}, which is not there"
    vma = _owner(rows, view.vma[:, tables.VMA_FIRST_PTE], view.vma[:, tables.VMA_PAGES])
    area, mapping = view.vma[vma], view.mapping[frame]
    index = area[:, tables.VMA_PGOFF] + rows - area[:, tables.VMA_FIRST_PTE]
    of_file = (mapping & bits.PAGE_MAPPING_ANON == 0) & (mapping != area[:, tables.VMA_FILE] + 1 << 1)
    for wrong, words in (
        (vma < 0, "is mapped outside of every mapping"),
        (_UNUSED[view.lane[frame] & lanes.KIND_MASK], "is free, but still mapped"),
        (mapping == 0, "is mapped, but belongs to nothing"),
        (of_file, "is mapped, but belongs to another file"),
        (view.pgoff[frame] != index, "is mapped where its index does not lead"),
    ):
        at = _first(wrong)
        if at >= 0:
            return f"{look.frame(int(frame[at]))} {words} (virtual page {int(rows[at])})"
    return ""


def mapped(look: Look) -> str:
    """nr_anon_pages and nr_mapped are the pages mapped; the processes' swap entries are all there are."""
    entries = int(np.count_nonzero(look.view.pte_bits & bits.PTE_SWAP))
    owned = int(look.view.task[:, tables.TASK_SWAPENTS].sum())
    if owned != entries:
        return f"processes count {grouped(owned)} swap entries, there are {grouped(entries)}"
    return _counted(look, _mapped)


def _mapped(view: ViewState) -> dict[str, int]:
    seen = np.zeros(len(view.lane), np.bool_)
    seen[view.pte_pfn[_present(view, slice(0, len(view.pte_bits)))]] = True
    anon = int(np.count_nonzero(seen & (view.mapping & bits.PAGE_MAPPING_ANON > 0)))
    return {"nr_anon_pages": anon, "nr_mapped": int(np.count_nonzero(seen)) - anon}


def page_cache(look: Look) -> str:
    """A page in a file's slot says which file and where; a page of a file is in its slot."""
    view = look.view
    first, length = view.file[:, tables.FILE_FIRST_CELL], view.file[:, tables.FILE_PAGES]
    span = look.part.of(len(view.cell))
    cells = np.flatnonzero(view.cell[span] > 0) + span.start
    frame = view.cell[cells].astype(np.int64) - 1
    at = _first(frame >= len(view.lane))
    if at >= 0:
        return f"a file's slot {int(cells[at])} holds frame {int(frame[at])}, which is not there"
    file = _owner(cells, first, length)
    wrong = (file < 0) | (view.mapping[frame] != file + 1 << 1) | (view.pgoff[frame] != cells - first[file])
    at = _first(wrong)
    if at >= 0:
        return f"{look.frame(int(frame[at]))} is in a slot of the page cache that is not its own"
    return _pages_of_files(look, first)


def _pages_of_files(look: Look, first: Ints) -> str:
    view = look.view
    span = look.part.of(len(view.lane))
    mapping = view.mapping[span]
    own = np.flatnonzero((mapping != 0) & (mapping & bits.PAGE_MAPPING_ANON == 0)) + span.start
    file = (view.mapping[own] >> 1) - 1
    place = np.where(file < len(first), first[np.minimum(file, len(first) - 1)] + view.pgoff[own], -1)
    inside = (place >= 0) & (place < len(view.cell))
    at = _first(~inside | (view.cell[np.where(inside, place, 0)] != own + 1))
    return f"{look.frame(int(own[at]))} belongs to a file, but is not in its slot" if at >= 0 else ""


def swap(look: Look) -> str:
    """Kernel: mm/swapfile.c: swap_map counts the page tables and the files of shared memory that refer to a slot."""
    view, slots = look.view, len(look.view.swap_map)
    entries = view.pte_pfn[view.pte_bits & bits.PTE_SWAP > 0].astype(np.int64)
    in_cells = kinds.CELL_SWAPPED - view.cell[view.cell <= kinds.CELL_SWAPPED].astype(np.int64)
    refer = np.concatenate([entries, in_cells])
    at = _first((refer < 0) | (refer >= slots))
    if at >= 0:
        return f"an entry refers to swap slot {int(refer[at])}, which is not there"
    users = view.swap_map & ~np.uint8(bits.SWAP_HAS_CACHE)
    found = np.bincount(refer, minlength=slots)
    slot = _first(found != users)
    if slot >= 0:
        return f"swap slot {slot} counts {int(users[slot])} users and has {int(found[slot])}"
    slot = _first((view.swap_cell > 0) & (view.swap_map & bits.SWAP_HAS_CACHE == 0))
    return f"swap slot {slot} is in the swap cache, but does not say so" if slot >= 0 else ""
