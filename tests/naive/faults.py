"""Accesses and page faults. Sections 3 and 4.4 of the rules."""

from tests.naive import readahead, swapping, workingset
from tests.naive.allocator import alloc
from tests.naive.devices import mark_dirty, submit, wait_for
from tests.naive.lists import folio_add_lru, lru_add_drain, mlock_page, munlock_page, put
from tests.naive.memory import Entry, Kernel, Page, Task, references

LOTS_OF_MISSES = 100


class BadAddressError(Exception):
    """EFAULT: the address or the access is not allowed."""


def access(k: Kernel, task: Task, vpn: int, *, write: bool) -> None:
    """The processor reads or writes a page. What is mapped needs no kernel: only bits change. [Anon-6]"""
    entry = task.table.get(vpn)
    if entry and entry.state in {"present", "zero"} and (entry.writable or not write):
        entry.young = True
        entry.dirty |= write
    else:
        fault(k, entry, write=write)


def fault(k: Kernel, entry: Entry | None, *, write: bool) -> None:
    if entry is None or ("write" if write else "read") not in entry.vm:
        raise BadAddressError
    k.events["pgfault"] += 1
    if entry.state == "swap":
        swap_fault(k, entry, write=write)
    elif entry.state in {"present", "zero"}:
        write_protect_fault(k, entry)
    elif entry.file:
        file_fault(k, entry, write=write)
    elif write:
        map_new_anon(k, entry)
    else:
        entry.state, entry.young = "zero", True  # [Anon-1]


def map_page(entry: Entry, page: Page, *, write: bool) -> None:
    entry.state, entry.page, entry.young = "present", page, True
    entry.writable = entry.dirty = write
    page.entries.append(entry)


def map_new_anon(k: Kernel, entry: Entry) -> None:
    """[Anon-2, Anon-3]"""
    page = alloc(k)
    page.mapping, page.index = "anon", entry.vpn
    page.flags |= {"uptodate", "swapbacked", "anon_exclusive"}
    map_page(entry, page, write="write" in entry.vm)
    entry.dirty = True
    if "locked" in entry.vm:
        mlock_page(k, page, "new")
    else:
        folio_add_lru(k, page)
    page.holders -= 1


def unmap_entry(k: Kernel, entry: Entry) -> Page:
    """One entry less maps a page, which the caller still has to let go. [Ml-11]"""
    page = entry.page
    entry.clear()
    page.entries.remove(entry)
    page.holders += 1
    if "locked" in entry.vm:
        munlock_page(k, page)
    return page


def let_go(k: Kernel, page: Page) -> None:
    page.holders -= 1
    put(k, page)


# --- writes to read-only entries


def write_protect_fault(k: Kernel, entry: Entry) -> None:
    """[Anon-4, Anon-5]"""
    page = entry.page
    if entry.state == "zero":
        entry.clear()
        map_new_anon(k, entry)
    elif not page.anon and "shared" in entry.vm:
        mark_dirty(k, page)
        make_writable(entry)
    elif page.anon and sole_user(k, page):
        page.flags.add("anon_exclusive")
        k.events["pgreuse"] += 1
        make_writable(entry)
    else:
        old = unmap_entry(k, entry)
        map_new_anon(k, entry)
        let_go(k, old)


def make_writable(entry: Entry) -> None:
    entry.writable = entry.dirty = entry.young = True


def sole_user(k: Kernel, page: Page) -> bool:
    if "anon_exclusive" in page.flags:
        return True
    if "lru" not in page.flags:
        lru_add_drain(k)
    if references(page) > 1 + ("swapcache" in page.flags):
        return False
    swapping.try_to_free_swap(k, page)
    return references(page) == 1


# --- swapped pages


def swap_fault(k: Kernel, entry: Entry, *, write: bool) -> None:
    """[Anon-7]"""
    slot, exclusive = entry.slot, entry.exclusive
    page = swapping.cached(k, slot)
    if page:
        if "readahead" in page.flags:
            page.flags.discard("readahead")
            k.events["swap_ra_hit"] += 1
            k.swap_hits += 1
    else:
        k.events["pgmajfault"] += 1
        page = read_swap(k, slot)
    page.holders += 1
    if write and "lru" not in page.flags:
        lru_add_drain(k)
    swapping.drop_user(k, slot)
    only_cache = write and references(page) == 2
    if k.swap_full or "locked" in entry.vm or "mlocked" in page.flags or only_cache:
        swapping.try_to_free_swap(k, page)
    page.mapping, page.index = "anon", entry.vpn
    alone = exclusive or references(page) == 1
    if alone:
        page.flags.add("anon_exclusive")
    entry.clear()
    map_page(entry, page, write=write and alone)
    page.holders -= 1
    if "locked" in entry.vm:
        mlock_page(k, page)
    if write and not alone:
        write_protect_fault(k, entry)


def swap_window(k: Kernel, slot: int) -> int:
    """How many slots to read at once. [Swap-9]"""
    hits, k.swap_hits = k.swap_hits, 0
    most = 1 << k.settings.page_cluster
    if most == 1:
        return 1
    if hits == 0:
        pages = 2 if abs(slot - k.prev_slot) == 1 else 1
        k.prev_slot = slot
    else:
        pages = max(4, 1 << (hits + 1).bit_length())
    k.prev_window = max(min(pages, most), k.prev_window // 2)
    return k.prev_window


def read_swap(k: Kernel, slot: int) -> Page:
    """Read a slot and its neighbours. One page alone is waited for on the spot; else the fault is entered again."""
    window = swap_window(k, slot)
    first = slot // window * window
    for number in range(max(1, first), min(first + window, len(k.slots))):
        if k.slots[number].users and not k.slots[number].has_cache:
            page = read_slot(k, number)
            if number != slot:
                page.flags.add("readahead")
                k.events["swap_ra"] += 1
    if window > 1:
        lru_add_drain(k)
    page = swapping.cached(k, slot)
    if "locked" in page.flags:
        wait_for(k, "swap")
        k.events["pgfault"] += window > 1
    return page


def read_slot(k: Kernel, number: int) -> Page:
    """[Anon-8]"""
    page = alloc(k)
    page.flags |= {"locked", "swapbacked"}
    shadow = swapping.enter_cache(k, page, number)
    if shadow:
        workingset.refault(k, page, shadow)
    folio_add_lru(k, page)
    k.events["pswpin"] += 1
    submit(k, "swap", page, "read")
    page.holders -= 1
    return page


# --- mapped files


def file_fault(k: Kernel, entry: Entry, *, write: bool) -> None:
    """[Mmap-1..5]"""
    if entry.index >= entry.file.pages:
        raise BadAddressError
    page = None
    while not page:
        if not write and k.settings.fault_around > 1:
            fault_around(k, entry)
            if entry.state == "present":
                return
        page = find_or_read(k, entry)
        k.events["pgfault"] += page is None
    if write and "shared" not in entry.vm:
        map_new_anon(k, entry)
        return
    map_file_page(k, entry, page, write=write)
    if write:
        mark_dirty(k, page)


def map_file_page(k: Kernel, entry: Entry, page: Page, *, write: bool) -> None:
    map_page(entry, page, write=write)
    if "locked" in entry.vm:
        mlock_page(k, page)


def find_or_read(k: Kernel, entry: Entry) -> Page | None:
    """The cached page, or None: it was read, and the fault is entered again. [Flt-1]"""
    file, index = entry.file, entry.index
    page = file.get(index)
    if page:
        file.mmap_miss = max(0, file.mmap_miss - 1)
        if "readahead" in page.flags:
            page.holders += 1  # the fault found it, so reclaim on behalf of the readahead must leave it alone
            readahead.marker_hit(k, file, page, max(k.settings.ra_pages, 0))
            page.holders -= 1
        if "locked" in page.flags:
            wait_for(k, "disk")
            return None
        return page
    k.events["pgmajfault"] += 1
    read_around(k, entry)
    if not file.get(index):
        readahead.read_page(k, file, index)
    wait_for(k, "disk")
    return None


def read_around(k: Kernel, entry: Entry) -> None:
    """[Mmap-2]"""
    file, size = entry.file, readahead.most_pages(k, entry.file)
    if size == 0 or "rand_read" in entry.vm:
        return
    if "seq_read" in entry.vm:
        readahead.on_demand(k, file, entry.index, size, marker=False)
        return
    file.mmap_miss = min(file.mmap_miss + 1, 10 * LOTS_OF_MISSES)
    if file.mmap_miss > LOTS_OF_MISSES:
        return
    file.start, file.size, file.async_size = max(0, entry.index - size // 2), size, size // 4
    readahead.read_window(k, file, file.start, size, file.start + size - size // 4)


def fault_around(k: Kernel, entry: Entry) -> None:
    """Map what is cached in a window that begins at an aligned address, or where the mapping begins. [Mmap-1]"""
    table, window = entry.task.table, k.settings.fault_around
    start = entry.vpn // window * window
    while start not in table or table[start].area is not entry.area:
        start += 1
    for other in [table[vpn] for vpn in range(start, start + window) if vpn in table]:
        page = other.file and other.file.get(other.index)
        if not page or other.area is not entry.area or other.state != "none":
            continue
        if "uptodate" in page.flags and not page.flags & {"locked", "readahead"}:
            map_file_page(k, other, page, write=False)
            entry.file.mmap_miss = max(0, entry.file.mmap_miss - 1)


def private_write(entry: Entry) -> bool:
    return "write" in entry.vm and "shared" not in entry.vm
