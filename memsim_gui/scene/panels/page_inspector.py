"""The page inspector: a page's flags, fields as the kernel has them, the list that follows, and its whole life."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import naming
from memsim_gui.scene.selection import Selection
from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

MOST_PTES = 4


class Flag(NamedTuple):
    """A page flag."""

    name: str
    is_set: bool


class Field(NamedTuple):
    """A field as the kernel has it, its value, and the kernel's name for where it stands."""

    name: str
    value: str
    source: str


class Inspection(NamedTuple):
    """Everything about one page frame."""

    frame: int
    title: str
    place: str
    flags: tuple[Flag, ...]
    fields: tuple[Field, ...]
    because: tuple[str, ...]  # how its list follows from its flags


def without_frame(view: ViewState, trace: Trace, selection: Selection) -> str:
    """Say where the contents of a selected page are that no frame holds; empty if none is selected."""
    if selection.pte >= 0:
        what, empty = naming.virtual_page(view, trace, selection.pte), "The first access will fault."
    elif selection.cell >= 0:
        what, empty = naming.cell(view, trace, selection.cell), "It is not in the page cache."
    elif selection.slot >= 0:
        what, empty = f"Swap slot {selection.slot}", "Its page is not in memory."
    else:
        return ""
    where = f"Its contents are in swap slot {selection.slot}." if selection.slot >= 0 else empty
    return f"{what}: no page frame. {where if selection.pte >= 0 or selection.cell >= 0 else empty}"


def inspect(view: ViewState, trace: Trace, frame: int) -> Inspection:
    """Return what is known about a frame."""
    flags = int(view.bits[frame])
    kind = int(view.lane[frame]) % lanes.LANES_PER_NODE
    table = {row.ident: row.title for row in lanes.lane_table(len(view.node))}
    return Inspection(
        frame,
        f"PFN {frame + trace.meta.first_pfn:#x}",
        table.get(int(view.lane[frame]), "?") + (f" · node {int(view.lane[frame]) // lanes.LANES_PER_NODE}"),
        tuple(Flag(name, bool(flags & bit)) for bit, name in bits.PAGE_FLAG_NAMES.items()),
        (
            *_counts(view, frame, kind),
            *_mapping(view, trace, frame),
            *_ptes(view, trace, frame),
            *_links(view, trace, frame),
        ),
        list_from_flags(flags),
    )


def _mapped_by(view: ViewState, frame: int) -> npt.NDArray[np.int64]:
    """Rows of the PTEs that map a frame."""
    mapped = (view.pte_pfn == frame) & ((view.pte_bits & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT)
    return np.flatnonzero(mapped)


def _counts(view: ViewState, frame: int, kind: int) -> list[Field]:
    flags, mapping = int(view.bits[frame]), int(view.mapping[frame])
    maps = len(_mapped_by(view, frame))
    parts = [f"{maps} PTE{'s' * (maps != 1)}"] if maps else []
    cached = bool(flags & bits.PG_SWAPCACHE) or (mapping != 0 and not mapping & bits.PAGE_MAPPING_ANON)
    parts += ["cache"] * cached + ["private"] * bool(flags & bits.PG_PRIVATE)
    parts += ["isolated"] * (kind == lanes.ISOLATED) + ["batch"] * (kind in (lanes.LRU_ADD, lanes.MLOCK_BATCH))
    total = maps + len(parts) - bool(maps)
    words = " + ".join(parts) if parts else "free" if kind in (lanes.FREE, lanes.PCP) else "none"
    mapped = "not mapped" if not maps else "mapped once" if maps == 1 else f"mapped {maps} times"
    return [
        Field("_refcount", f"{total}  ({words}; lists hold none)", "struct page"),
        Field("_mapcount", f"{maps - 1}  ({mapped}; −1 = not mapped)".replace("-1  ", "−1  "), "struct page"),
    ]


def _mapping(view: ViewState, trace: Trace, frame: int) -> list[Field]:
    mapping = int(view.mapping[frame])
    if not mapping:
        return [Field("mapping", "none", "page->mapping")]
    if mapping & bits.PAGE_MAPPING_ANON:
        words = f"anon_vma {mapping >> 1} | PAGE_MAPPING_ANON"
    else:
        words = f"address_space of {label(trace.labels.files, (mapping >> 1) - 1, 'file')}"
    return [
        Field("mapping", words, "page->mapping"),
        Field("index", f"{int(view.pgoff[frame]) & 0xFFFFFFFF:#x}", "page->index"),
    ]


def _ptes(view: ViewState, trace: Trace, frame: int) -> list[Field]:
    """The PTEs that map it: address, owner and bits; of many, the first few."""
    out = []
    rows = _mapped_by(view, frame)
    for row in rows[:MOST_PTES].tolist():
        held = int(view.pte_bits[row])
        names = " ".join(name for bit, name in bits.PTE_BIT_NAMES.items() if held & bit)
        out.append(Field("pte", f"{_address(view, trace, row)}  {names}", "pte_t"))
    if len(rows) > MOST_PTES:
        out.append(Field("pte", f"and {len(rows) - MOST_PTES} more", "pte_t"))
    return out


def _address(view: ViewState, trace: Trace, row: int) -> str:
    vma = naming.vma_of(view, row)
    if vma < 0:
        return f"virtual page {row}"
    task = int(view.vma[vma, tables.VMA_TASK])
    address = naming.address_of(view, trace, vma, row - int(view.vma[vma, tables.VMA_FIRST_PTE]))
    return f"{label(trace.labels.tasks, task, 'task')} {address:#x}"


def _links(view: ViewState, trace: Trace, frame: int) -> list[Field]:
    """Neighbours on its list."""
    if view.lru_next[frame] < 0:
        return []

    def name(other: int) -> str:
        return f"{other + trace.meta.first_pfn:#x}" if other < len(view.lane) else "list head"

    words = f"prev {name(int(view.lru_prev[frame]))} · next {name(int(view.lru_next[frame]))}"
    return [Field("lru", words, "page->lru")]


def list_from_flags(flags: int) -> tuple[str, ...]:
    """Derive the list of a page from its flags, question by question, as folio_lru_list() does."""
    if not flags & bits.PG_LRU:
        return ("PG_lru = 0: on no list",)
    if flags & bits.PG_UNEVICTABLE:
        return ("PG_unevictable = 1: unevictable",)
    anon = bool(flags & bits.PG_SWAPBACKED)
    active = bool(flags & bits.PG_ACTIVE)
    return (
        "PG_unevictable = 0: evictable",
        f"PG_swapbacked = {int(anon)}: {'anon' if anon else 'file'}",
        f"PG_active = {int(active)}: {'active' if active else 'inactive'} {'anon' if anon else 'file'}",
    )
