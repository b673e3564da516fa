"""mlock(2) and munlock(2): whole pages, faulted in.

Kernel: mm/mlock.c (do_mlock, apply_vma_lock_flags), mm/gup.c (populate_vma_page_range), 6.1. [Ml-1..4]
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.calls import EFAULT, EINVAL, ENOMEM, EPERM
from memsim_gui.mm.filemap import PAGE_SIZE
from memsim_gui.mm.memory import handle_mm_fault
from memsim_gui.mm.mm_types import TUN_FAULT_NS
from memsim_gui.mm.mmap import find_vma, split_vma
from memsim_gui.mm.sched import charge, resched
from memsim_gui.mm.swap import folio_mark_accessed, lru_add_drain, mlock_folio, munlock_page
from memsim_gui.mm.tracepoint import set_task, set_vma
from memsim_gui.trace import bits, tables

OK = 0
LOCK_BITS = bits.VM_LOCKED | bits.VM_LOCKONFAULT


@inline
def first_page(addr):
    """Page number of an address."""
    return addr // PAGE_SIZE


@inline
def end_page(addr, length):
    """Page number after the last byte of a range: the end is rounded up, not the length."""
    return (addr + length + PAGE_SIZE - 1) // PAGE_SIZE


@room
def _mlock_vma_pages_range(state, vma, locked):
    """Queue every present page of a VMA for, or from, the unevictable set. [Ml-4]"""
    lru_add_drain(state)
    first = state.vma[vma, tables.VMA_FIRST_PTE]
    for row in range(first, first + state.vma[vma, tables.VMA_PAGES]):
        pte = state.pte[row]
        if pte.bits & bits.PTE_PRESENT and pte.bits & bits.PTE_ZERO == 0:
            if locked:
                mlock_folio(state, pte.pfn)
            else:
                munlock_page(state, pte.pfn)
    lru_add_drain(state)


@room
def _mlock_fixup(state, task, vma, start, end, lock_bits):
    """Give the part of a VMA inside the range new lock bits, splitting it at the ends. Returns an errno."""
    old = state.vma[vma, tables.VMA_BITS]
    if old & LOCK_BITS == lock_bits:
        return OK
    if state.vma[vma, tables.VMA_START_VPN] < start:
        vma = split_vma(state, vma, start)
    if vma < 0:
        return ENOMEM
    vma_end = state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES]
    if vma_end > end and split_vma(state, vma, end) < 0:
        return ENOMEM
    set_vma(state, vma, tables.VMA_BITS, (old & ~LOCK_BITS) | lock_bits)
    pages = state.vma[vma, tables.VMA_PAGES]
    was, now = old & bits.VM_LOCKED, lock_bits & bits.VM_LOCKED
    if was != now:
        change = pages if now else -pages
        set_task(state, task, tables.TASK_LOCKED_VM, state.task[task, tables.TASK_LOCKED_VM] + change)
        _mlock_vma_pages_range(state, vma, now != 0)
    return OK


@room
def _apply_vma_lock_flags(state, task, start, end, lock_bits):
    vpn = start
    while vpn < end:
        vma = find_vma(state, task, vpn)
        if vma < 0:
            return ENOMEM
        after = min(end, state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES])
        result = _mlock_fixup(state, task, vma, max(vpn, start), end, lock_bits)
        if result:
            return result
        vpn = after
    return OK


@room
def _populate_page(state, task, vma, row):
    """Fault one page in as mlock does and mark it accessed. Returns an errno."""
    pte = state.pte[row]
    private_write = (
        state.vma[vma, tables.VMA_BITS] & bits.VM_WRITE and not state.vma[vma, tables.VMA_BITS] & bits.VM_SHARED
    )
    ready = pte.bits & bits.PTE_PRESENT and (not private_write or pte.bits & bits.PTE_WRITE)
    if not ready:
        result = handle_mm_fault(state, task, row, 1 if private_write else 0)
        charge(state, state.tun[TUN_FAULT_NS])
        resched(state)
        if result:
            return result
        if private_write and not state.pte[row].bits & bits.PTE_WRITE:
            result = handle_mm_fault(state, task, row, 1)
            if result:
                return result
    pte = state.pte[row]
    if pte.bits & bits.PTE_PRESENT and pte.bits & bits.PTE_ZERO == 0:
        folio_mark_accessed(state, pte.pfn)
    return OK


@room
def populate(state, task, start, end):
    """Fault in every page of a locked range. Returns an errno."""
    vpn = start
    while vpn < end:
        vma = find_vma(state, task, vpn)
        if vma < 0:
            return ENOMEM
        last = min(end, state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES])
        row = state.vma[vma, tables.VMA_FIRST_PTE] + vpn - state.vma[vma, tables.VMA_START_VPN]
        for _ in range(last - vpn):
            result = _populate_page(state, task, vma, row)
            if result:
                return ENOMEM if result == EFAULT else result
            row += 1
        vpn = last
    lru_add_drain(state)
    return OK


@room
def _locked_already(state, task, start, end):
    pages, vpn = 0, start
    while vpn < end:
        vma = find_vma(state, task, vpn)
        if vma < 0:
            return pages
        last = min(end, state.vma[vma, tables.VMA_START_VPN] + state.vma[vma, tables.VMA_PAGES])
        if state.vma[vma, tables.VMA_BITS] & bits.VM_LOCKED:
            pages += last - vpn
        vpn = last
    return pages


@room
def _check_limit(state, task, start, end):
    """RLIMIT_MEMLOCK: EPERM at 0, ENOMEM beyond it. [Ml-2]"""
    limit = state.task[task, tables.TASK_MEMLOCK_LIMIT]
    if limit < 0:
        return OK
    if limit == 0:
        return EPERM
    wanted = state.task[task, tables.TASK_LOCKED_VM] + end - start - _locked_already(state, task, start, end)
    return OK if wanted <= limit else ENOMEM


@room
def do_mlock(state, task, addr, length, on_fault):
    """Lock a byte range: rounded to whole pages and faulted in. Returns an errno.

    Beyond the limit nothing changes; at a hole ENOMEM, and what lies before it is locked, though not faulted in. [Ml-2]
    """
    if addr < 0 or length < 0:
        return EINVAL
    start, end = first_page(addr), end_page(addr, length)
    result = _check_limit(state, task, start, end)
    if result or length == 0:
        return result
    lock_bits = LOCK_BITS if on_fault else bits.VM_LOCKED
    result = _apply_vma_lock_flags(state, task, start, end, lock_bits)
    if result:
        return result
    vma = find_vma(state, task, start)
    set_vma(state, vma, tables.VMA_LOCK_ADDR, addr)
    set_vma(state, vma, tables.VMA_LOCK_LEN, length)
    return OK if on_fault else populate(state, task, start, end)


@room
def do_munlock(state, task, addr, length):
    """Unlock a byte range, rounded to whole pages. Returns an errno."""
    if addr < 0 or length < 0:
        return EINVAL
    start, end = first_page(addr), end_page(addr, length)
    vma = find_vma(state, task, start)
    if vma >= 0 and state.vma[vma, tables.VMA_LOCK_LEN]:
        set_vma(state, vma, tables.VMA_LOCK_LEN, 0)
    return _apply_vma_lock_flags(state, task, start, end, 0)
