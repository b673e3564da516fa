"""Mapping, unmapping, fork and exit; madvise; mlock. Sections 3.1, 3.4, 8 and 12 of the rules."""

from itertools import groupby

from tests.naive import shrinking, swapping
from tests.naive.devices import mark_dirty
from tests.naive.faults import fault, let_go, private_write, unmap_entry
from tests.naive.lists import folio_add_lru, lru_add_drain, mark_accessed, mlock_page, munlock_page, queue, unlink
from tests.naive.memory import Entry, File, Kernel, Task

EPERM, ENOMEM, EINVAL = 1, 12, 22


def mmap(task: Task, start: int, pages: int, vm: set[str], file: File | None = None) -> None:
    area = object()
    for index in range(pages):
        task.table[start + index] = Entry(task, start + index, set(vm), area, file, index)


def zap(k: Kernel, entries: list[Entry]) -> None:
    """Empty page table entries. [Anon-9, Mmap-6]"""
    lru_add_drain(k)
    for entry in entries:
        if entry.state == "swap":
            slot = entry.slot
            entry.clear()
            swapping.free_swap_and_cache(k, slot)
        elif entry.state == "present":
            zap_present(k, entry)
        else:
            entry.clear()
    lru_add_drain(k)


def zap_present(k: Kernel, entry: Entry) -> None:
    dirty, young = entry.dirty, entry.young
    if not entry.page.anon:
        if dirty:
            mark_dirty(k, entry.page)
        if young and "seq_read" not in entry.vm:
            mark_accessed(k, entry.page)
    page = unmap_entry(k, entry)
    if not page.entries:
        swapping.try_to_free_swap(k, page)
    let_go(k, page)


def munmap(k: Kernel, task: Task, start: int, pages: int) -> None:
    zap(k, [task.table[vpn] for vpn in range(start, start + pages) if vpn in task.table])
    for vpn in range(start, start + pages):
        task.table.pop(vpn, None)


def exit_task(k: Kernel, name: str) -> None:
    task = k.tasks.pop(name)
    zap(k, list(task.table.values()))


def is_anon(entry: Entry) -> bool:
    return entry.state == "present" and entry.page.anon


def fork(k: Kernel, parent: Task, name: str) -> None:
    """[Anon-5] Locks are not inherited. [Ml-11]"""
    child = k.tasks[name] = Task(name, memlock=parent.memlock)
    areas: dict[object, object] = {}
    with_copies = {entry.area for entry in parent.table.values() if entry.state == "swap" or is_anon(entry)}
    for vpn, entry in parent.table.items():
        area = areas.setdefault(entry.area, object())
        copy = Entry(child, vpn, entry.vm - {"locked", "onfault"}, area, entry.file, entry.index, entry.state)
        child.table[vpn] = copy
        if entry.file and entry.area not in with_copies:
            copy.state = "none"  # faults will fill it
        elif entry.state == "swap":
            copy.slot = entry.slot
            k.slots[entry.slot].users += 1
            entry.exclusive = False
        elif entry.state == "present":
            if "shared" not in entry.vm:
                entry.writable = False
            copy.writable, copy.dirty, copy.page = entry.writable, entry.dirty, entry.page
            entry.page.entries.append(copy)
            entry.page.flags.discard("anon_exclusive")


# --- madvise


def madvise(k: Kernel, task: Task, start: int, pages: int, advice: str) -> int:
    """Mapping by mapping. [Madv-1]"""
    entries = [task.table.get(vpn) for vpn in range(start, start + pages)]
    if None in entries:
        return ENOMEM
    lru_add_drain(k)
    for _, group in groupby(entries, key=lambda entry: id(entry.area)):
        mapping = list(group)
        if "locked" in mapping[0].vm or (advice == "free" and mapping[0].file):
            return EINVAL
        if advice == "dontneed":
            zap(k, mapping)
        elif advice == "free":
            for entry in mapping:
                lazyfree(k, entry)
        else:
            alone = [entry for entry in mapping if entry.state == "present" and len(entry.page.entries) == 1]
            (cold if advice == "cold" else pageout)(k, alone)
    return 0


def forget_use(entry: Entry) -> None:
    entry.young = False
    entry.page.flags.discard("referenced")


def cold(k: Kernel, entries: list[Entry]) -> None:
    for entry in entries:
        forget_use(entry)
        if {"active", "lru"} <= entry.page.flags:
            queue(k, "deactivate", entry.page)


def pageout(k: Kernel, entries: list[Entry]) -> None:
    """Reclaim pages at once, all together; whatever comes of it, they are not active any more."""
    taken = []
    for entry in entries:
        page = entry.page
        forget_use(entry)
        if page.evictable and "lru" in page.flags:
            unlink(k, page)
            page.flags.discard("active")
            page.holders += 1
            taken.append(page)
    kept = shrinking.decide_all(k, shrinking.Control("madvise"), taken)
    for page in kept:
        folio_add_lru(k, page)
        let_go(k, page)


def lazyfree(k: Kernel, entry: Entry) -> None:
    """The contents are of no use any more: no copy in swap, nothing dirty."""
    if entry.state == "swap":
        slot = entry.slot
        entry.clear()
        swapping.free_swap_and_cache(k, slot)
        return
    if entry.state != "present":
        return
    page = entry.page
    if page.flags & {"swapcache", "dirty"}:
        if len(page.entries) > 1 or ("swapcache" in page.flags and not swapping.try_to_free_swap(k, page)):
            return
        page.flags.discard("dirty")
    entry.young = entry.dirty = False
    if {"lru", "swapbacked"} <= page.flags and not page.flags & {"swapcache", "unevictable"}:
        queue(k, "lazyfree", page)


# --- mlock


def lock_range(k: Kernel, task: Task, first: int, end: int, *, onfault: bool) -> int:
    wanted = sum("locked" not in task.table[vpn].vm for vpn in range(first, end) if vpn in task.table)
    if task.memlock == 0:
        return EPERM
    if 0 < task.memlock < task.locked_vm + wanted:
        return ENOMEM
    result = change_locks(k, task, first, end, {"locked", "onfault"} if onfault else {"locked"})
    if not result and not onfault:
        populate(k, [task.table[vpn] for vpn in range(first, end)])
    return result


def change_locks(k: Kernel, task: Task, first: int, end: int, locks: set[str]) -> int:
    """Mapping by mapping; at a hole ENOMEM, and what lies before it stays changed."""
    vpn = first
    while vpn < end:
        if vpn not in task.table:
            return ENOMEM
        area = task.table[vpn].area
        last = vpn
        while last < end and last in task.table and task.table[last].area is area:
            last += 1
        entries = [task.table[page] for page in range(vpn, last)]
        before = entries[0].vm & {"locked", "onfault"}
        if before != locks:
            split(task, last)
            split(task, vpn)
            for entry in entries:
                entry.vm = (entry.vm - before) | locks
            if ("locked" in before) != ("locked" in locks):
                move_pages(k, entries, mlock_page if locks else munlock_page)
        vpn = last
    return 0


def split(task: Task, vpn: int) -> None:
    """Let a mapping of its own begin at a page."""
    here, before = task.table.get(vpn), task.table.get(vpn - 1)
    if here and before and here.area is before.area:
        old, new = here.area, object()
        while vpn in task.table and task.table[vpn].area is old:
            task.table[vpn].area = new
            vpn += 1


def move_pages(k: Kernel, entries: list[Entry], queue_page) -> None:
    lru_add_drain(k)
    for entry in entries:
        if entry.state == "present":
            queue_page(k, entry.page)
    lru_add_drain(k)


def populate(k: Kernel, entries: list[Entry]) -> None:
    """Fault every page in, for writing where the mapping is private and writable, and mark it accessed."""
    for entry in entries:
        write = private_write(entry)
        while entry.state not in {"present", "zero"} or (write and not entry.writable):
            fault(k, entry, write=write)
        if entry.state == "present":
            mark_accessed(k, entry.page)
    lru_add_drain(k)
