"""Address spaces: mapping, unmapping, splitting, copying.

Kernel: mm/mmap.c, kernel/fork.c (dup_mmap), mm/memory.c (copy_present_page), 6.1.

Simplified: neighbouring VMAs are never merged again, and a mapping is removed whole.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.calls import EINVAL, ENOMEM
from memsim_gui.mm.mm_types import VMA_ANON_HEAD
from memsim_gui.mm.mmu_gather import link_vma, unmap_vma
from memsim_gui.mm.page_flags import clear_bits, folio_test_anon, set_pte
from memsim_gui.mm.rmap import add_rss, page_add_rmap
from memsim_gui.mm.swapfile import swap_duplicate
from memsim_gui.mm.tracepoint import set_task, set_vma
from memsim_gui.trace import bits, tables

OK = 0


@inline
def free_vma_row(state):
    """An unused VMA row, -1 none."""
    for vma in range(len(state.vma)):
        if state.vma[vma, tables.VMA_PAGES] == 0:
            return vma
    return -1


@room
def find_vma(state, task, vpn):
    """VMA of a task that holds a virtual page, -1 none."""
    for vma in range(len(state.vma)):
        row = state.vma[vma]
        if row[tables.VMA_PAGES] and row[tables.VMA_TASK] == task:
            if row[tables.VMA_START_VPN] <= vpn < row[tables.VMA_START_VPN] + row[tables.VMA_PAGES]:
                return vma
    return -1


@room
def _new_anon_vma(state, vma):
    """An anon_vma number without VMAs of its own: this row's, or that of another unused one."""
    if state.vma[vma, VMA_ANON_HEAD] < 0:
        return vma
    for other in range(len(state.vma)):
        if state.vma[other, VMA_ANON_HEAD] < 0:
            return other
    return -1


@room
def _fill_vma(state, vma, task, start_vpn, pages, first_pte):
    set_vma(state, vma, tables.VMA_TASK, task)
    set_vma(state, vma, tables.VMA_START_VPN, start_vpn)
    set_vma(state, vma, tables.VMA_FIRST_PTE, first_pte)
    set_vma(state, vma, tables.VMA_LOCK_ADDR, 0)
    set_vma(state, vma, tables.VMA_LOCK_LEN, 0)
    set_vma(state, vma, tables.VMA_PAGES, pages)
    for row in range(first_pte, first_pte + pages):
        state.pte[row].vma = vma


@room
def do_mmap(state, call):
    """Map a range: nothing is present yet. Arguments: calls.CALL_MMAP. Returns an errno."""
    task, vma, start_vpn, pages, first_pte = call[1], call[2], call[3], call[4], call[5]
    vm_bits, file, pgoff = call[6], call[7], call[8]
    if pages <= 0 or state.vma[vma, tables.VMA_PAGES]:
        return EINVAL
    anon_vma = _new_anon_vma(state, vma)
    if anon_vma < 0:
        return ENOMEM
    set_vma(state, vma, tables.VMA_BITS, vm_bits)
    set_vma(state, vma, tables.VMA_FILE, file)
    set_vma(state, vma, tables.VMA_PGOFF, pgoff)
    set_vma(state, vma, tables.VMA_ANON_VMA, anon_vma)
    _fill_vma(state, vma, task, start_vpn, pages, first_pte)
    link_vma(state, vma)
    set_task(state, task, tables.TASK_TOTAL_VM, state.task[task, tables.TASK_TOTAL_VM] + pages)
    return OK


@room
def split_vma(state, vma, vpn):
    """Split a VMA so that a new one begins at `vpn`. Returns the new one, -1 if no row is free."""
    new = free_vma_row(state)
    if new < 0:
        return -1
    offset = vpn - state.vma[vma, tables.VMA_START_VPN]
    for column in (tables.VMA_BITS, tables.VMA_FILE, tables.VMA_ANON_VMA):
        set_vma(state, new, column, state.vma[vma, column])
    set_vma(state, new, tables.VMA_PGOFF, state.vma[vma, tables.VMA_PGOFF] + offset)
    pages = state.vma[vma, tables.VMA_PAGES] - offset
    _fill_vma(state, new, state.vma[vma, tables.VMA_TASK], vpn, pages, state.vma[vma, tables.VMA_FIRST_PTE] + offset)
    set_vma(state, vma, tables.VMA_PAGES, offset)
    link_vma(state, new)
    return new


@room
def do_munmap(state, task, start_vpn, pages):
    """Unmap a range, splitting at its ends. Unmapped holes are no error, as in the kernel. Returns an errno."""
    if pages <= 0:
        return EINVAL
    vpn = start_vpn
    while vpn < start_vpn + pages:
        vma = find_vma(state, task, vpn)
        if vma < 0:
            vpn += 1
            continue
        if state.vma[vma, tables.VMA_START_VPN] < vpn:
            vma = split_vma(state, vma, vpn)
        if vma < 0:
            return ENOMEM
        end = state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES]
        if end > start_vpn + pages and split_vma(state, vma, start_vpn + pages) < 0:
            return ENOMEM
        vpn += state.vma[vma, tables.VMA_PAGES]
        unmap_vma(state, vma)
    return OK


@room
def _copy_pte(state, child_vma, from_row, to_row):
    """Share one entry with a child: writable private ones become read-only in both. [Anon-5]"""
    pte = state.pte[from_row]
    if pte.bits & bits.PTE_SWAP:
        swap_duplicate(state, pte.pfn)
        add_rss(state, state.vma[child_vma, tables.VMA_TASK], tables.TASK_SWAPENTS, 1)
        if pte.bits & bits.PTE_EXCLUSIVE:
            set_pte(state, from_row, pte.pfn, pte.bits & ~bits.PTE_EXCLUSIVE)
        set_pte(state, to_row, pte.pfn, pte.bits)
    elif pte.bits & bits.PTE_ZERO:
        set_pte(state, to_row, 0, pte.bits & ~bits.PTE_YOUNG)
    elif pte.bits & bits.PTE_PRESENT:
        if state.vma[child_vma, tables.VMA_BITS] & bits.VM_SHARED == 0 and pte.bits & bits.PTE_WRITE:
            set_pte(state, from_row, pte.pfn, pte.bits & ~bits.PTE_WRITE)
        clear_bits(state, pte.pfn, bits.PG_ANON_EXCLUSIVE)
        set_pte(state, to_row, pte.pfn, pte.bits & ~bits.PTE_YOUNG)
        state.page[pte.pfn].refcount += 1
        page_add_rmap(state, pte.pfn, child_vma)


@room
def _needs_copy(state, vma):
    """Whether a child needs its parent's entries: faults fill those of a file where no page was copied on write."""
    if state.vma[vma, tables.VMA_FILE] < 0:
        return True
    first = state.vma[vma, tables.VMA_FIRST_PTE]
    for row in range(first, first + state.vma[vma, tables.VMA_PAGES]):
        pte = state.pte[row]
        if pte.bits & bits.PTE_SWAP or (pte.bits & bits.PTE_PRESENT and folio_test_anon(state, pte.pfn)):
            return True
    return False


@room
def dup_mmap(state, parent, child, first_pte):
    """Copy an address space for a child, without locks; entries start at row `first_pte`. Returns an errno."""
    for vma in range(len(state.vma)):
        pages = state.vma[vma, tables.VMA_PAGES]
        if pages == 0 or state.vma[vma, tables.VMA_TASK] != parent:
            continue
        new = free_vma_row(state)
        if new < 0:
            return ENOMEM
        locks = bits.VM_LOCKED | bits.VM_LOCKONFAULT
        set_vma(state, new, tables.VMA_BITS, state.vma[vma, tables.VMA_BITS] & ~locks)
        for column in (tables.VMA_FILE, tables.VMA_PGOFF, tables.VMA_ANON_VMA):
            set_vma(state, new, column, state.vma[vma, column])
        _fill_vma(state, new, child, state.vma[vma, tables.VMA_START_VPN], pages, first_pte)
        link_vma(state, new)
        set_task(state, child, tables.TASK_TOTAL_VM, state.task[child, tables.TASK_TOTAL_VM] + pages)
        if _needs_copy(state, vma):
            for offset in range(pages):
                _copy_pte(state, new, state.vma[vma, tables.VMA_FIRST_PTE] + offset, first_pte + offset)
        first_pte += pages
    return OK


@room
def check_range(state, task, start_vpn, end_vpn):
    """EFAULT-free check that a range is mapped without holes: 0, or ENOMEM as mlock and madvise report it."""
    vpn = start_vpn
    while vpn < end_vpn:
        vma = find_vma(state, task, vpn)
        if vma < 0:
            return ENOMEM
        vpn = state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES]
    return OK
