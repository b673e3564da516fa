"""Swap slots: who uses them, handing them out and taking them back.

Kernel: mm/swapfile.c, mm/swap_slots.c, 6.1.

A slot's byte counts the page table entries that refer to it, plus SWAP_HAS_CACHE while the swap cache or the slot cache
holds it. Slot 0 is the header. Simplified: one swap device; slots are allocated as on a rotational device ([Swap-4]).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import (
    SLOT_CACHE_SIZE,
    SYS_SLOT_CACHE_COUNT,
    SYS_SLOT_RETURNS,
    SYS_SWAP_CLUSTER_LEFT,
    SYS_SWAP_CURSOR,
    SYS_SWAP_FREE,
    SYS_SWAP_TOTAL,
    TUN_SWAP_SLOT_CACHE,
)
from memsim_gui.mm.page_flags import set_swap_entry, set_swap_users
from memsim_gui.trace import bits

SWAPFILE_CLUSTER = 512
CACHE_ON_ABOVE = 320  # free slots above which the slot cache is used
CACHE_OFF_BELOW = 128
HAS_CACHE = bits.SWAP_HAS_CACHE


@inline
def vm_swap_full(state):
    """Whether more than half of the swap is used. [Swap-3]"""
    return state.sys[SYS_SWAP_FREE] * 2 < state.sys[SYS_SWAP_TOTAL]


@room
def _find_cluster(state):
    """First slot of the first run of 512 free slots, or of the lowest free slot. [Swap-4]"""
    run, lowest = 0, 0
    for slot in range(1, len(state.swap)):
        if state.swap[slot].users:
            run = 0
            continue
        if lowest == 0:
            lowest = slot
        run += 1
        if run == SWAPFILE_CLUSTER:
            return slot - SWAPFILE_CLUSTER + 1
    return lowest


@room
def _next_free_slot(state, start):
    slots = len(state.swap)
    for step in range(slots):
        slot = start + step
        if slot >= slots:
            slot = slot - slots + 1
        if slot and state.swap[slot].users == 0:
            return slot
    return 0


@room
def scan_swap_map_slot(state):
    """Take one slot out of the pool (marked HAS_CACHE); 0 if there is none."""
    if state.sys[SYS_SWAP_FREE] <= 0:
        return 0
    if state.sys[SYS_SWAP_CLUSTER_LEFT] == 0:
        state.sys[SYS_SWAP_CLUSTER_LEFT] = SWAPFILE_CLUSTER
        if state.sys[SYS_SWAP_FREE] >= SWAPFILE_CLUSTER:
            state.sys[SYS_SWAP_CURSOR] = max(1, _find_cluster(state))
    state.sys[SYS_SWAP_CLUSTER_LEFT] -= 1
    slot = _next_free_slot(state, state.sys[SYS_SWAP_CURSOR])
    if slot == 0:
        return 0
    set_swap_users(state, slot, HAS_CACHE)
    state.sys[SYS_SWAP_CURSOR] = slot + 1 if slot + 1 < len(state.swap) else 1
    state.sys[SYS_SWAP_FREE] -= 1
    return slot


@inline
def _slot_cache_enabled(state):
    if state.tun[TUN_SWAP_SLOT_CACHE] == 0:
        return False
    return state.sys[SYS_SWAP_FREE] > CACHE_ON_ABOVE or (
        state.sys[SYS_SLOT_CACHE_COUNT] > 0 and state.sys[SYS_SWAP_FREE] > CACHE_OFF_BELOW
    )


@room
def get_swap_page(state):
    """Slot for a page that is about to be swapped out; 0 if swap is full. [Swap-2]"""
    cached = state.sys[SYS_SLOT_CACHE_COUNT]
    if cached == 0 and not _slot_cache_enabled(state):
        return scan_swap_map_slot(state)
    if cached == 0:
        for i in range(SLOT_CACHE_SIZE - 1, -1, -1):
            slot = scan_swap_map_slot(state)
            if slot == 0:
                break
            state.slot_cache[0, i] = slot
            cached += 1
        if cached == 0:
            return 0
        _close_gap(state, cached)
    state.sys[SYS_SLOT_CACHE_COUNT] = cached - 1
    return state.slot_cache[0, cached - 1]


@inline
def _close_gap(state, count):
    """Slots were filled in from the top so that the first one found is handed out first; shift a short fill down."""
    for i in range(count):
        state.slot_cache[0, i] = state.slot_cache[0, SLOT_CACHE_SIZE - count + i]


@room
def _release_slot(state, slot):
    set_swap_users(state, slot, 0)
    state.sys[SYS_SWAP_FREE] += 1


@room
def free_swap_slot(state, slot):
    """Give a slot back that nobody uses: 64 at a time when the slot cache is on. Its shadow goes with it. [Swap-6]"""
    if state.swap[slot].entry:
        set_swap_entry(state, slot, 0)
    if state.tun[TUN_SWAP_SLOT_CACHE] == 0:
        _release_slot(state, slot)
        return
    if state.sys[SYS_SLOT_RETURNS] == SLOT_CACHE_SIZE:
        for i in range(SLOT_CACHE_SIZE):
            _release_slot(state, state.slot_cache[1, i])
        state.sys[SYS_SLOT_RETURNS] = 0
    set_swap_users(state, slot, HAS_CACHE)
    state.slot_cache[1, state.sys[SYS_SLOT_RETURNS]] = slot
    state.sys[SYS_SLOT_RETURNS] += 1


@inline
def swap_duplicate(state, slot):
    """One more page table entry refers to the slot."""
    set_swap_users(state, slot, state.swap[slot].users + 1)


@inline
def swap_users(state, slot):
    """Page table entries that refer to the slot."""
    return state.swap[slot].users & ~HAS_CACHE


@inline
def swap_free(state, slot):
    """One page table entry less; a slot without users or cache goes back."""
    users = state.swap[slot].users - 1
    set_swap_users(state, slot, users)
    if users == 0:
        free_swap_slot(state, slot)


@inline
def put_swap_cache(state, slot):
    """The swap cache lets the slot go."""
    users = state.swap[slot].users & ~HAS_CACHE
    set_swap_users(state, slot, users)
    if users == 0:
        free_swap_slot(state, slot)
