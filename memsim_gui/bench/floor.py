"""The least that simulating an access can cost: mark the page table entry and the page record, nothing else."""

from memsim_gui.jit import entry
from memsim_gui.trace.bits import PG_REFERENCED, PTE_YOUNG


@entry
def touch(pte, page, rows):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201 - numba infers the types
    """Set a bit in each page table entry `rows` names, and one in the page it maps."""
    for row in rows:
        entry = pte[row]
        entry.bits |= PTE_YOUNG
        page[entry.pfn].bits |= PG_REFERENCED
