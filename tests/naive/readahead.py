"""Which pages of a file are read ahead. Section 4.3 of the rules."""

from tests.naive import workingset
from tests.naive.allocator import alloc
from tests.naive.devices import submit
from tests.naive.lists import folio_add_lru
from tests.naive.memory import File, Kernel, Page, Shadow

READ_CALL = 4096


def most_pages(k: Kernel, file: File) -> int:
    return k.settings.ra_pages * (2 if file.advice == "sequential" else 1)


def first_window(req: int, most: int) -> int:
    """[Ra-3]"""
    size = 1 << (req - 1).bit_length()
    if size <= most // 32:
        return 4 * size
    return 2 * size if size <= most // 4 else most


def next_window(size: int, most: int) -> int:
    if size < most // 16:
        return 4 * size
    return 2 * size if size <= most // 2 else most


def read_page(k: Kernel, file: File, index: int) -> Page:
    page = alloc(k)
    add_to_cache(k, page, file, index, for_write=False)
    submit(k, "disk", page, "read")
    page.holders -= 1
    return page


def add_to_cache(k: Kernel, page: Page, file: File, index: int, *, for_write: bool) -> None:
    """[Pc-1]"""
    before = file.cache.get(index)
    file.cache[index] = page
    page.mapping, page.index = file, index
    page.flags.add("locked")
    if isinstance(before, Shadow) and not for_write:
        workingset.refault(k, page, before)
    folio_add_lru(k, page)


def read_window(k: Kernel, file: File, start: int, size: int, marker: int) -> None:
    """Read the holes of a window; a new page at the marker gets PG_readahead. [Ra-5]"""
    for index in range(start, min(start + size, file.pages)):
        if file.get(index) is None:
            page = read_page(k, file, index)
            if index == marker:
                page.flags.add("readahead")


def missed(k: Kernel, file: File, index: int, req: int) -> None:
    """A read missed the cache. [Ra-7]"""
    if k.settings.ra_pages == 0:
        read_window(k, file, index, 1, -1)
    elif file.advice == "random":
        read_window(k, file, index, req, -1)
    else:
        on_demand(k, file, index, req, marker=False)


def marker_hit(k: Kernel, file: File, page: Page, req: int) -> None:
    """[Ra-6]"""
    if k.settings.ra_pages and "writeback" not in page.flags:
        page.flags.discard("readahead")
        on_demand(k, file, page.index, req, marker=True)


def on_demand(k: Kernel, file: File, index: int, req: int, *, marker: bool) -> None:
    """Decide about a window and read it. [Ra-4]"""
    most = most_pages(k, file)
    if req > most and k.settings.io_pages > most:
        most = min(req, k.settings.io_pages)  # [Ra-2]
    window = choose(file, index, req, most, marker=marker)
    if window == "nothing":
        return
    if window == "random":
        read_window(k, file, index, req, -1)
        return
    start, size, ahead = window
    if index == start and size == ahead:
        more = next_window(size, most)
        size, ahead = (size + more, more) if size + more <= most else (most, most // 2)
    file.start, file.size, file.async_size = start, size, ahead
    read_window(k, file, start, size, start + size - ahead)


def choose(file: File, index: int, req: int, most: int, *, marker: bool):
    """The table of [Ra-4], first match wins: (start, size, async), 'nothing' or 'random'."""
    first = first_window(req, most)
    initial = (index, first, first - req if first > req else first)
    if index == 0:
        return initial
    if index in {file.start + file.size - file.async_size, file.start + file.size}:
        size = max(file.size, next_window(file.size, most))
        return file.start + file.size, size, size
    if marker:
        holes = [at for at in range(index + 1, index + 1 + most) if file.get(at) is None]
        if not holes:
            return "nothing"
        size = next_window(holes[0] - index + req, most)
        return holes[0], size, size
    if req > most or 0 <= index - file.prev_pos // READ_CALL <= 1:
        return initial
    before = 0
    while before < most and index - 1 - before >= 0 and file.get(index - 1 - before):
        before += 1
    if before > req:
        return index, min((2 * before if before >= index else before) + req, most), 1
    return "random"
