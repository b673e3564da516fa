"""Address spaces: each mapping of a process page by page, and the bytes mlock was asked for over the pages it locks."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
from memsim_gui.scene.words import grouped
from memsim_gui.trace import bits, tables
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]

ABSENT = 0
ZERO = 1  # maps the shared page of zeros
SWAPPED = 2
PRESENT = 3  # + role of scene.marks
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
    states: Bytes  # [pages]
    marks: Bytes  # [pages] YOUNG and DIRTY by the PTE, LOCKED by the page
    frames: npt.NDArray[np.int32]  # [pages] frame, -1 = none
    slots: npt.NDArray[np.int32]  # [pages] swap slot, -1 = none
    first_pte: int
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
    pte, target = view.pte_bits[first : first + pages], view.pte_pfn[first : first + pages]
    present = (pte & bits.PTE_PRESENT) != 0
    zero, swapped = (pte & bits.PTE_ZERO) != 0, (pte & bits.PTE_SWAP) != 0
    frames = np.where(present & ~zero, target, -1).astype(np.int32)
    held = np.flatnonzero(frames >= 0)
    states = np.select([zero, swapped], [ZERO, SWAPPED], ABSENT).astype(np.uint8)
    states[held] = PRESENT + marks.roles_of(view, frames[held])
    shown = np.where(present & ((pte & bits.PTE_YOUNG) != 0), marks.YOUNG, 0).astype(np.uint8)
    shown |= np.where(present & ((pte & bits.PTE_DIRTY) != 0), marks.DIRTY, 0).astype(np.uint8)
    shown[held] |= np.where(view.bits[frames[held]] & bits.PG_MLOCKED, marks.LOCKED, 0).astype(np.uint8)
    return Mapping(
        row,
        vma[tables.VMA_TASK],
        label(trace.labels.vmas, row, "vma"),
        vma[tables.VMA_START_VPN] * trace.meta.page_bytes,
        flag_words(vma[tables.VMA_BITS]),
        f"{grouped(len(held))} of {grouped(pages)} pages present, {grouped(int(np.count_nonzero(swapped)))} in swap",
        states,
        shown,
        frames,
        np.where(swapped, target, -1).astype(np.int32),
        first,
        asked(vma, trace.meta.page_bytes),
    )


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
