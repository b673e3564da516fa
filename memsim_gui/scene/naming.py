"""Names of pages as people know them: a region's address for a virtual page, a file's page for a page-cache cell."""

import numpy as np

from memsim_gui.scene.words import grouped
from memsim_gui.trace import bits, tables
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState


def vma_of(view: ViewState, pte: int) -> int:
    """Row of the VMA that a page table entry belongs to, -1 if it belongs to none any more."""
    first, pages = view.vma[:, tables.VMA_FIRST_PTE], view.vma[:, tables.VMA_PAGES]
    found = np.flatnonzero((first <= pte) & (pte < first + pages))
    return int(found[0]) if len(found) else -1


def address_of(view: ViewState, trace: Trace, vma: int, page: int) -> int:
    """Address of a page of a mapping in bytes."""
    return (int(view.vma[vma, tables.VMA_START_VPN]) + page) * trace.meta.page_bytes


def virtual_page(view: ViewState, trace: Trace, pte: int) -> str:
    """Region, process and address of a page table entry."""
    vma = vma_of(view, pte)
    if vma < 0:
        return f"virtual page {pte}"
    return _place(view, trace, vma, pte - int(view.vma[vma, tables.VMA_FIRST_PTE]))


def _place(view: ViewState, trace: Trace, vma: int, page: int) -> str:
    region, task = label(trace.labels.vmas, vma, "vma"), int(view.vma[vma, tables.VMA_TASK])
    return f"{region} of {label(trace.labels.tasks, task, 'task')}, {address_of(view, trace, vma, page):#x}"


def cell(view: ViewState, trace: Trace, number: int) -> str:
    """File and page of a page-cache cell."""
    first, pages = view.file[:, tables.FILE_FIRST_CELL], view.file[:, tables.FILE_PAGES]
    found = np.flatnonzero((first <= number) & (number < first + pages))
    if not len(found):
        return f"page cache cell {number}"
    return f"{label(trace.labels.files, int(found[0]), 'file')} page {grouped(number - int(first[found[0]]))}"


def owner(view: ViewState, trace: Trace, frame: int) -> str:
    """Who a page frame belongs to: a file's page, a region's address, or nobody."""
    mapping, index = int(view.mapping[frame]), int(view.pgoff[frame]) & 0xFFFFFFFF
    if not mapping:
        return "belongs to nobody"
    if not mapping & bits.PAGE_MAPPING_ANON:
        return f"{label(trace.labels.files, (mapping >> 1) - 1, 'file')} page {grouped(index)}"
    users = np.flatnonzero((view.vma[:, tables.VMA_PAGES] > 0) & (view.vma[:, tables.VMA_ANON_VMA] == mapping >> 1))
    if not len(users):
        return f"anonymous, of anon_vma {mapping >> 1}"
    vma = int(users[0])
    return _place(view, trace, vma, index - int(view.vma[vma, tables.VMA_PGOFF]))
