"""Shadows of evicted pages, refaults, and the cost of reclaiming each type. Sections 6.10 and 7 of the rules."""

from tests.naive.memory import LISTS, Kernel, Page, Shadow


def evict(k: Kernel, page: Page) -> Shadow:
    """What a page leaves behind; the age is noted before it advances for this page. [Ws-2]"""
    shadow = Shadow(k.age, "workingset" in page.flags)
    k.age += 1
    return shadow


def room_for(k: Kernel, page: Page) -> int:
    """Pages that could make room for one that comes back. [Ws-5]"""
    size = k.size("active_file")
    if not page.file_type:
        size += k.size("inactive_file")
    if k.free_slots:
        size += k.size("active_anon")
        if page.file_type:
            size += k.size("inactive_anon")
    return size


def refault(k: Kernel, page: Page, shadow: Shadow) -> None:
    k.events[f"workingset_refault_{page.kind}"] += 1
    if k.age - shadow.age > room_for(k, page):
        return
    page.flags.add("active")
    k.age += 1
    k.events[f"workingset_activate_{page.kind}"] += 1
    if shadow.workingset:
        page.flags.add("workingset")
        note_cost(k, page.kind, 1)
        k.events[f"workingset_restore_{page.kind}"] += 1


def note_cost(k: Kernel, kind: str, pages: int) -> None:
    """Costs are halved, both, when they outgrow a quarter of the lists. [Cost-1]"""
    if not pages:
        return
    k.cost[kind] += pages
    if sum(k.cost.values()) > sum(k.size(name) for name in LISTS) // 4:
        k.cost = {name: cost // 2 for name, cost in k.cost.items()}
