"""Swap slots, the swap cache, and writing pages to swap. Section 9 of the rules."""

from tests.naive.devices import submit
from tests.naive.lists import put
from tests.naive.memory import Kernel, Page, Shadow

CLUSTER = 512


def take_slot(k: Kernel) -> int:
    """Slots are taken in order from a cursor; 0 if there is none left. [Swap-4]"""
    free = [number for number, slot in enumerate(k.slots) if number and not slot.users and not slot.has_cache]
    if not free:
        return 0
    if k.cluster_left == 0:
        k.cluster_left = CLUSTER
        if len(free) >= CLUSTER:
            runs = [number for number in free if set(range(number, number + CLUSTER)) <= set(free)]
            k.cursor = (runs or free)[0]
    k.cluster_left -= 1
    number = next((number for number in free if number >= k.cursor), free[0])
    k.cursor = number + 1 if number + 1 < len(k.slots) else 1
    k.slots[number].has_cache = True
    return number


def release_if_unused(k: Kernel, number: int) -> None:
    """A slot that nobody uses is free, and forgets its shadow. [Swap-6]"""
    slot = k.slots[number]
    if not slot.users and not slot.has_cache:
        slot.entry = None


def drop_user(k: Kernel, number: int) -> None:
    k.slots[number].users -= 1
    release_if_unused(k, number)


def cached(k: Kernel, number: int) -> Page | None:
    entry = k.slots[number].entry
    return entry if isinstance(entry, Page) else None


def enter_cache(k: Kernel, page: Page, number: int) -> Shadow | None:
    """Enter a page under its slot; returns the shadow that stood there."""
    slot = k.slots[number]
    before = slot.entry
    slot.entry, slot.has_cache = page, True
    page.slot = number
    page.flags.add("swapcache")
    return before if isinstance(before, Shadow) else None


def leave_cache(k: Kernel, page: Page, shadow: Shadow | None) -> None:
    slot = k.slots[page.slot]
    slot.entry, slot.has_cache = shadow, False
    page.flags.discard("swapcache")
    release_if_unused(k, page.slot)


def try_to_free_swap(k: Kernel, page: Page) -> bool:
    """Drop the copy in swap if no entry refers to it; the page is dirty from then on. [Swap-7]"""
    if "swapcache" not in page.flags or "writeback" in page.flags or k.slots[page.slot].users:
        return False
    leave_cache(k, page, None)
    page.flags.add("dirty")
    return True


def add_to_swap(k: Kernel, page: Page) -> bool:
    """[Shr-8]"""
    number = take_slot(k)
    if number == 0:
        return False
    enter_cache(k, page, number)
    page.flags.add("dirty")
    return True


def swap_writepage(k: Kernel, page: Page) -> None:
    """If no entry refers to the slot any more nothing is written. [Swap-5]"""
    if try_to_free_swap(k, page):
        page.flags.discard("reclaim")
        return
    k.events["pswpout"] += 1
    page.flags.add("writeback")
    submit(k, "swap", page, "write")


def free_swap_and_cache(k: Kernel, number: int) -> None:
    """An entry lets a slot go; a copy of no more use goes too. [Anon-9]"""
    page = cached(k, number)
    drop_user(k, number)
    if page and not k.slots[number].users and (not page.entries or k.swap_full):
        page.holders += 1
        try_to_free_swap(k, page)
        page.holders -= 1
        put(k, page)
