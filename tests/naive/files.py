"""read(2), write(2), sync, and throwing cached pages away. Sections 4.2, 4.5 and 12 of the rules."""

from tests.naive import readahead
from tests.naive.allocator import alloc
from tests.naive.devices import mark_dirty, wait_for, write_file
from tests.naive.lists import lru_add_drain, mark_accessed, put, queue
from tests.naive.memory import File, Kernel, Page, Shadow, references

PAGE = 4096
GROUP = 15


def collect(file: File, index: int, last: int) -> list[Page]:
    """Cached pages in a row, to the first that is still being read or is a marker. [Rd-1]"""
    run: list[Page] = []
    while len(run) < GROUP and index + len(run) < last and (page := file.get(index + len(run))):
        run.append(page)
        if "uptodate" not in page.flags or "readahead" in page.flags:
            break
    return run


def read(k: Kernel, file: File, pos: int, length: int) -> None:
    end = min(pos + length, file.pages * PAGE)
    while pos < end:
        index, last = pos // PAGE, -(-end // PAGE)
        run = collect(file, index, last)
        if not run:
            readahead.missed(k, file, index, last - index)
            run = collect(file, index, last) or [readahead.read_page(k, file, index)]
        for page in run:
            page.holders += 1
        if "readahead" in run[-1].flags:
            readahead.marker_hit(k, file, run[-1], last - run[-1].index)
        if "locked" in run[-1].flags:
            wait_for(k, "disk")
        for number, page in enumerate(run):
            same = file.prev_pos > 0 and (file.prev_pos - 1) // PAGE == pos // PAGE
            if number or not same:  # [Rd-2]
                mark_accessed(k, page)
            pos = file.prev_pos = min(end, (page.index + 1) * PAGE)
        for page in run:
            page.holders -= 1
            put(k, page)


def write(k: Kernel, file: File, pos: int, length: int) -> None:
    """Pages become dirty, but not accessed. [Wr-1]"""
    for index in range(pos // PAGE, -(-(pos + length) // PAGE)):
        file.pages = max(file.pages, index + 1)
        page = file.get(index)
        if page is None:
            page = alloc(k)
            readahead.add_to_cache(k, page, file, index, for_write=True)
            page.flags.add("uptodate")
            page.flags.discard("locked")
            page.holders -= 1
        elif "locked" in page.flags:
            wait_for(k, "disk")
        page.flags.discard("readahead")
        mark_dirty(k, page)


def sync(k: Kernel) -> None:
    for file in k.files.values():
        write_file(k, file)
    wait_for(k, "swap")


# --- invalidation


def drop_caches(k: Kernel, what: int) -> None:
    """[Drop-1]"""
    if what & 1:
        for file in k.files.values():
            invalidate(k, file)
        k.events["drop_pagecache"] += 1
    if what & 2:
        k.events["drop_slab"] += 1


def invalidate(k: Kernel, file: File) -> bool:
    """Remove what nobody uses, without shadows, and move the rest towards the tail. Says whether anything stayed.

    Entries are looked at 15 at a time, shadows included; letting the first pages go drains the batches, once.
    """
    stayed = drained = False
    indices = [index for index in sorted(file.cache) if not (file.get(index) and "locked" in file.get(index).flags)]
    for group in [indices[at : at + GROUP] for at in range(0, len(indices), GROUP)]:
        for index in group:
            if isinstance(file.cache[index], Shadow):
                del file.cache[index]
        pages = [file.get(index) for index in group if file.get(index)]
        for page in pages:
            stayed |= not invalidate_page(k, page)
        if pages and not drained:
            drained = True
            lru_add_drain(k)
    return stayed


def invalidate_page(k: Kernel, page: Page) -> bool:
    """Says whether the page went."""
    if page.flags & {"dirty", "writeback"} or references(page) > 1:
        if "unevictable" not in page.flags:
            queue(k, "deactivate_file", page)
        return False
    del page.mapping.cache[page.index]
    put(k, page)
    return True


def fadvise_dontneed(k: Kernel, file: File) -> None:
    """[Fadv-1]"""
    write_file(k, file)
    lru_add_drain(k)
    if invalidate(k, file):
        lru_add_drain(k)
        invalidate(k, file)
