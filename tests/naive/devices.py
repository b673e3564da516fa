"""Disks, write-out and waiting. Section 10 of the rules.

Time passes only while somebody waits. The disk of the files is fast: a nap is enough for all it has to do. The swap
disk is so slow that nothing on it ends unless it is waited for; whoever does has waited for the other one too.
"""

from tests.naive.lists import put, rotate_reclaimable
from tests.naive.memory import KIB_PER_PAGE, File, Kernel, Page


def submit(k: Kernel, disk: str, page: Page, direction: str) -> None:
    k.events["pgpgin" if direction == "read" else "pgpgout"] += KIB_PER_PAGE
    page.holders += 1
    if k.settings.instant:
        finish(k, page, direction)
    else:
        k.queues[disk].append((page, direction))


def finish(k: Kernel, page: Page, direction: str) -> None:
    if direction == "read":
        page.flags.add("uptodate")
        page.flags.discard("locked")
    else:
        end_writeback(k, page)
    page.holders -= 1
    put(k, page)


def end_writeback(k: Kernel, page: Page) -> None:
    """A page that reclaim waits for is rotated before PG_writeback is cleared. [Wb-3]"""
    if "reclaim" in page.flags:
        page.flags.discard("reclaim")
        rotate_reclaimable(k, page)
    page.flags.discard("writeback")
    k.events["nr_written"] += 1


def wait_for(k: Kernel, disk: str) -> None:
    """Wait until a disk has nothing to do."""
    run_flusher(k)
    for name in ("disk", "swap") if disk == "swap" else ("disk",):
        while k.queues[name]:
            finish(k, *k.queues[name].pop(0))


# --- dirty pages of files


def mark_dirty(k: Kernel, page: Page) -> None:
    """Only the first time changes anything. [Wr-2]"""
    if "dirty" not in page.flags:
        page.flags |= {"dirty", "private"}
        k.events["nr_dirtied"] += 1


def start_write(k: Kernel, page: Page) -> None:
    """Write a page of a file: its entries become read-only and clean first. [Mmap-4]"""
    for entry in page.entries:
        entry.writable = entry.dirty = False
    page.flags.discard("dirty")
    page.flags.add("writeback")
    submit(k, "disk", page, "write")


def write_file(k: Kernel, file: File) -> None:
    for index in sorted(file.cache):
        page = file.get(index)
        if page and "dirty" in page.flags and not page.flags & {"writeback", "locked"}:
            start_write(k, page)


def run_flusher(k: Kernel) -> None:
    """The flusher writes everything when reclaim has asked for it. [Dirty-5, Shr-15]"""
    if k.flush_all:
        k.flush_all = False
        for file in k.files.values():
            write_file(k, file)
