"""The few decisions in which policies differ, and nothing else does.

Kernel: mm/vmscan.c (folio_check_references, shrink_active_list), mm/swap.c, mm/workingset.c, 6.1.

    decision            two-list (Linux 6.1)                               lesson (textbook)
    an access           the CPU sets the entry's young bit                  PG_referenced is set at once
    an inactive scan    young and (referenced or twice young): activate     referenced: activate, clear the flag
                        young: set PG_referenced, keep                      else: evict in one step
                        else: reclaim
    an active tail      deactivate, young or not (executable file: keep)    referenced: rotate; else deactivate
    a refault           active at once if it comes back soon                the same

    single-list: the classic second chance, one list a type. An access sets the young bit, read(2) PG_referenced. A scan
    that finds either clears both and moves the page to the head; else it reclaims. No page is ever active: all that a
    reclaimer meets in use it has to examine again and again.
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import POLICY_LESSON, POLICY_SINGLE_LIST, POLICY_TWO_LIST, TUN_POLICY
from memsim_gui.mm.page_flags import clear_bits, folio_is_file_lru, set_bits, set_pte
from memsim_gui.trace import bits, causes


@inline
def has_active_lists(state):
    """Whether pages in use move to lists of their own."""
    return state.tun[TUN_POLICY] != POLICY_SINGLE_LIST


@inline
def second_mark_activates(state):
    """Whether a page that read(2) uses again is activated: other policies know one flag, and an access sets it."""
    return state.tun[TUN_POLICY] == POLICY_TWO_LIST


@inline
def on_access(state, row, write):
    """A mapped page is read or written by the processor."""
    pte = state.pte[row]
    if state.tun[TUN_POLICY] == POLICY_LESSON:
        if pte.bits & bits.PTE_ZERO == 0:
            set_bits(state, pte.pfn, bits.PG_REFERENCED)
        after = pte.bits | (bits.PTE_DIRTY if write else 0)
    else:
        after = pte.bits | bits.PTE_YOUNG | (bits.PTE_DIRTY if write else 0)
    if after != pte.bits:
        set_pte(state, row, pte.pfn, after)


@inline
def access_marks_entry(state):
    """Whether all that an access leaves is the young bit of its entry."""
    return state.tun[TUN_POLICY] != POLICY_LESSON


@inline
def fault_young(state):
    """PTE bits a fault leaves: in the lesson's rule there is no young bit."""
    return 0 if state.tun[TUN_POLICY] == POLICY_LESSON else bits.PTE_YOUNG


@room
def on_inactive_scan(state, pfn, referenced, vm_bits):
    """What to do with a page at the inactive tail. [Shr-6] Returns the decision as a cause.

    `referenced` counts the mappings with a young entry, `vm_bits` is the union of their VM_*.
    """
    was_referenced = state.page[pfn].bits & bits.PG_REFERENCED != 0
    policy = state.tun[TUN_POLICY]
    if policy != POLICY_TWO_LIST or referenced == 0 or vm_bits & bits.VM_LOCKED:
        clear_bits(state, pfn, bits.PG_REFERENCED)
    if vm_bits & bits.VM_LOCKED:
        return causes.ACTIVATE_MLOCKED
    if policy == POLICY_SINGLE_LIST:
        return causes.KEEP_SECOND_CHANCE if referenced or was_referenced else causes.RECLAIM
    if policy == POLICY_LESSON:
        return causes.ACTIVATE_REFERENCED if was_referenced else causes.RECLAIM
    is_file = folio_is_file_lru(state, pfn)
    if referenced:
        set_bits(state, pfn, bits.PG_REFERENCED)
        if was_referenced or referenced > 1:
            return causes.ACTIVATE
        if vm_bits & bits.VM_EXEC and is_file:
            return causes.ACTIVATE_EXEC
        return causes.KEEP_REFERENCED
    if was_referenced and is_file:
        return causes.KEEP_CLEAN_ONLY
    return causes.RECLAIM


@room
def on_active_tail(state, pfn, referenced, vm_bits):
    """What to do with a page at the active tail. [Act-1] Returns DEACTIVATE or a reason to stay."""
    if state.tun[TUN_POLICY] == POLICY_LESSON:
        if state.page[pfn].bits & bits.PG_REFERENCED:
            clear_bits(state, pfn, bits.PG_REFERENCED)
            return causes.ROTATE_REFERENCED
        return causes.DEACTIVATE
    if referenced and vm_bits & bits.VM_EXEC and folio_is_file_lru(state, pfn):
        return causes.ROTATE_EXEC
    return causes.DEACTIVATE


@inline
def evicts_at_once(state):
    """Whether eviction waits for its write and frees in the same step."""
    return state.tun[TUN_POLICY] == POLICY_LESSON
