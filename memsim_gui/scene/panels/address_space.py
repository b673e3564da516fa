"""Address spaces: each mapping of a process page by page, and the bytes mlock was asked for over the pages it locks."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
from memsim_gui.scene.panels.mosaic import Key
from memsim_gui.scene.words import counted, grouped
from memsim_gui.trace import bits, tables
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.tally import count_where
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

ABSENT = 0
ZERO = 1  # maps the shared page of zeros
SWAPPED = 2
PRESENT = 3  # + role of scene.marks
KEYS = (
    Key("absent", "absent"),
    Key("zero page", "zero"),
    Key("in swap", "swapped"),
    *(Key(name.replace("_", " "), name) for name in marks.ROLE_NAMES[: marks.FREE]),
)
_VM_NAMES = (
    (bits.VM_READ, "r"),
    (bits.VM_WRITE, "w"),
    (bits.VM_EXEC, "x"),
    (bits.VM_SHARED, "shared"),
    (bits.VM_LOCKED, "VM_LOCKED"),
    (bits.VM_LOCKONFAULT, "VM_LOCKONFAULT"),
    (bits.VM_SEQ_READ, "VM_SEQ_READ"),
    (bits.VM_RAND_READ, "VM_RAND_READ"),
)


class Asked(NamedTuple):
    """The last mlock request on a mapping: bytes asked for, and the whole pages that hold them."""

    start: int  # address, bytes
    length: int  # bytes
    first_page: int  # index in the mapping
    pages: int
    words: str


class Mapping(NamedTuple):
    """One VMA, page by page."""

    vma: int
    task: int
    name: str
    start: int  # address, bytes
    flags: str
    summary: str
    first_pte: int
    pages: int
    asked: Asked | None


def mappings(view: ViewState, trace: Trace, task: int = -1) -> list[Mapping]:
    """Return the mappings of a process (-1: of all), by address."""
    rows = np.flatnonzero(view.vma[:, tables.VMA_PAGES] > 0)
    if task >= 0:
        rows = rows[view.vma[rows, tables.VMA_TASK] == task]
    order = np.lexsort((view.vma[rows, tables.VMA_START_VPN], view.vma[rows, tables.VMA_TASK]))
    return [mapping(view, trace, int(row)) for row in rows[order]]


def mapping(view: ViewState, trace: Trace, row: int) -> Mapping:
    """Return one mapping."""
    vma = view.vma[row].tolist()
    first, pages = vma[tables.VMA_FIRST_PTE], vma[tables.VMA_PAGES]
    pte = view.pte_bits[first : first + pages]
    held = count_where(lambda entry: entry & (bits.PTE_PRESENT | bits.PTE_ZERO) == bits.PTE_PRESENT, pte)
    swapped = count_where(lambda entry: entry & bits.PTE_SWAP, pte)
    return Mapping(
        row,
        vma[tables.VMA_TASK],
        label(trace.labels.vmas, row, "vma"),
        vma[tables.VMA_START_VPN] * trace.meta.page_bytes,
        flag_words(vma[tables.VMA_BITS]),
        f"{grouped(held)} of {counted(pages)} present, {grouped(swapped)} in swap",
        first,
        pages,
        asked(vma, trace.meta.page_bytes),
    )


def states(view: ViewState, shown: Mapping, pages: Ints) -> Bytes:
    """States of some pages of a mapping; they index KEYS."""
    pte = view.pte_bits[shown.first_pte + pages]
    found = np.zeros(pages.shape, np.uint8)
    found[(pte & bits.PTE_SWAP) != 0] = SWAPPED
    found[(pte & bits.PTE_ZERO) != 0] = ZERO
    held = (pte & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
    found[held] = PRESENT + marks.roles_of(view, view.pte_pfn[shown.first_pte + pages[held]])
    return found


def marks_of(view: ViewState, shown: Mapping, pages: Ints) -> Bytes:
    """Marks of pages that are present: young and dirty by their table entry, locked by the page."""
    pte = view.pte_bits[shown.first_pte + pages]
    found = np.where((pte & bits.PTE_YOUNG) != 0, marks.YOUNG, 0)
    found |= np.where((pte & bits.PTE_DIRTY) != 0, marks.DIRTY, 0)
    locked = (view.bits[view.pte_pfn[shown.first_pte + pages]] & bits.PG_MLOCKED) != 0
    return (found | np.where(locked, marks.LOCKED, 0)).astype(np.uint8)


def words(view: ViewState, trace: Trace, shown: Mapping, first: int, count: int) -> str:
    """Say what a page of a mapping is, or what a block of pages holds."""
    address = shown.start + first * trace.meta.page_bytes
    if count > 1:
        found = np.bincount(states(view, shown, np.arange(first, first + count)), minlength=len(KEYS))
        parts = [f"{grouped(int(found[i]))} {KEYS[i].words}" for i in np.flatnonzero(found).tolist()]
        return f"{shown.name} from {address:#x}, {grouped(count)} pages\n" + ", ".join(parts)
    state, target = int(states(view, shown, np.array([first]))[0]), int(view.pte_pfn[shown.first_pte + first])
    what = {
        ABSENT: "not present: the first access faults",
        ZERO: "maps the shared page of zeros",
        SWAPPED: f"in swap slot {target}",
    }.get(state, f"present in PFN 0x{target + trace.meta.first_pfn:X}")
    return f"{shown.name} page {grouped(first)} at {address:#x}: {what}"


def flag_words(vm_bits: int) -> str:
    """Name the VM_ bits of a mapping."""
    return " ".join(name for bit, name in _VM_NAMES if vm_bits & bit)


def asked(vma: list[int], page_bytes: int) -> Asked | None:
    """Return the last mlock request, clipped to the mapping; None if there was none."""
    length = vma[tables.VMA_LOCK_LEN]
    if not length:
        return None
    base = vma[tables.VMA_START_VPN] * page_bytes
    start = vma[tables.VMA_LOCK_ADDR]
    first = max(0, (start - base) // page_bytes)
    stop = min(vma[tables.VMA_PAGES], -((base - start - length) // page_bytes))
    pages = max(0, stop - first)
    over = pages * page_bytes - length
    words = f"mlock({start:#x}, {length}): {grouped(pages)} page{'s' * (pages != 1)}, {grouped(pages * page_bytes)} B"
    if over > 0:
        words += f", {grouped(over)} B more than asked"
    return Asked(start, length, first, pages, words)
