"""LRU lists, per-CPU batches, and marking pages accessed. Sections 2 and 8 of the rules."""

from tests.naive.memory import Kernel, Page, references


def list_of(page: Page) -> str:
    """The list a page belongs on follows from its flags. [Lru-1]"""
    return ("active_" if "active" in page.flags else "inactive_") + page.kind


def link(k: Kernel, page: Page, *, tail: bool = False) -> None:
    """Put a page on its list; the unevictable set has no order. [Lru-2]"""
    page.flags.add("lru")
    if "unevictable" in page.flags:
        k.unevictable.add(page)
    elif tail:
        k.lists[list_of(page)].append(page)
    else:
        k.lists[list_of(page)].insert(0, page)


def unlink(k: Kernel, page: Page) -> None:
    page.flags.discard("lru")
    if "unevictable" in page.flags:
        k.unevictable.remove(page)
    else:
        k.lists[list_of(page)].remove(page)


def put(k: Kernel, page: Page) -> None:
    """Somebody has let a page go: it is freed if nobody holds it any more. [Ml-10]"""
    if references(page):
        return
    if "lru" in page.flags:
        unlink(k, page)
    if "mlocked" in page.flags:
        k.events["unevictable_pgs_cleared"] += 1
    free(k, page)


def free(k: Kernel, page: Page) -> None:
    k.pages.remove(page)
    page.flags.clear()
    page.mapping = None
    k.events["pgfree"] += 1


# --- batches


def queue(k: Kernel, name: str, page: Page, what: str = "") -> None:
    """Add a page to a batch, which holds a reference and is drained as soon as it is full. [Batch-2]"""
    page.in_batches += 1
    k.batches[name].append((page, what))
    if len(k.batches[name]) >= k.settings.batch:
        drain(k, name)


def drain(k: Kernel, name: str) -> None:
    """Empty a batch in the order in which it was filled. [Batch-3]"""
    entries, k.batches[name] = k.batches[name], []
    for page, what in entries:
        if name == "lru_add":
            drain_lru_add(k, page)
        elif name == "mlock":
            drain_mlock(k, page, what)
        elif "lru" in page.flags and "unevictable" not in page.flags:  # [Batch-4]
            MOVES[name](k, page)
        page.in_batches -= 1
        put(k, page)


def lru_add_drain(k: Kernel) -> None:
    """Empty all batches of this processor. [Batch-7]"""
    for name in ("lru_add", "rotate", "deactivate_file", "deactivate", "lazyfree", "activate", "mlock"):
        drain(k, name)


def drain_lru_add(k: Kernel, page: Page) -> None:
    if page.evictable:
        if "unevictable" in page.flags:
            page.flags.discard("unevictable")
            k.events["unevictable_pgs_rescued"] += 1
    else:
        page.flags.discard("active")
        if "unevictable" not in page.flags:
            page.flags.add("unevictable")
            k.events["unevictable_pgs_culled"] += 1
        page.mlock_count = 0
    link(k, page)


def move(
    k: Kernel, page: Page, *, add: set[str] = frozenset(), drop: set[str] = frozenset(), tail: bool = False
) -> None:
    """Move a page to the list that its changed flags name."""
    unlink(k, page)
    page.flags |= add
    page.flags -= drop
    link(k, page, tail=tail)


def do_activate(k: Kernel, page: Page) -> None:
    if "active" not in page.flags:
        move(k, page, add={"active"})
        k.events["pgactivate"] += 1


def do_rotate(k: Kernel, page: Page) -> None:
    move(k, page, drop={"active"}, tail=True)
    k.events["pgrotated"] += 1


def do_deactivate_file(k: Kernel, page: Page) -> None:
    if page.entries:
        return
    if "active" in page.flags:
        k.events["pgdeactivate"] += 1
    if page.flags & {"dirty", "writeback"}:
        move(k, page, add={"reclaim"}, drop={"active", "referenced"})
    else:
        move(k, page, drop={"active", "referenced"}, tail=True)
        k.events["pgrotated"] += 1


def do_deactivate(k: Kernel, page: Page) -> None:
    if "active" in page.flags:
        move(k, page, drop={"active", "referenced"})
        k.events["pgdeactivate"] += 1


def do_lazyfree(k: Kernel, page: Page) -> None:
    if page.anon and "swapbacked" in page.flags and "swapcache" not in page.flags:
        move(k, page, drop={"active", "referenced", "swapbacked"})
        k.events["pglazyfree"] += 1


MOVES = {
    "activate": do_activate,
    "rotate": do_rotate,
    "deactivate_file": do_deactivate_file,
    "deactivate": do_deactivate,
    "lazyfree": do_lazyfree,
}


def folio_add_lru(k: Kernel, page: Page) -> None:
    queue(k, "lru_add", page)


def mark_accessed(k: Kernel, page: Page) -> None:
    """A page was used by read(2) or the like: inactive, referenced, active, active and referenced. [Acc-1]"""
    if "referenced" not in page.flags:
        page.flags.add("referenced")
    elif "unevictable" not in page.flags and "active" not in page.flags:
        if "lru" in page.flags:
            queue(k, "activate", page)
        elif any(waiting is page for waiting, _ in k.batches["lru_add"]):
            page.flags.add("active")
        page.flags.discard("referenced")
        k.age += 1


def rotate_reclaimable(k: Kernel, page: Page) -> None:
    """The write that reclaim waited for has ended. [Batch-5]"""
    if "lru" in page.flags and not page.flags & {"locked", "dirty", "unevictable"}:
        queue(k, "rotate", page)


# --- mlocked pages [Ml-5, Ml-6]


def mlock_page(k: Kernel, page: Page, what: str = "mlock") -> None:
    if "mlocked" not in page.flags:
        page.flags.add("mlocked")
        k.events["unevictable_pgs_mlocked"] += 1
    queue(k, "mlock", page, what)


def munlock_page(k: Kernel, page: Page) -> None:
    queue(k, "mlock", page, "munlock")


def drain_mlock(k: Kernel, page: Page, what: str) -> None:
    if what == "new":
        page.flags.add("unevictable")
        page.mlock_count = 1
        k.events["unevictable_pgs_culled"] += 1
        link(k, page)
    elif what == "mlock":
        _drain_mlock(k, page)
    else:
        _drain_munlock(k, page)


def _drain_mlock(k: Kernel, page: Page) -> None:
    if "lru" not in page.flags:
        return
    if page.evictable:
        if "unevictable" in page.flags:
            rescue(k, page)
    elif "unevictable" in page.flags:
        page.mlock_count += 1
    else:
        move(k, page, add={"unevictable"}, drop={"active"})
        page.mlock_count = 1
        k.events["unevictable_pgs_culled"] += 1


def _drain_munlock(k: Kernel, page: Page) -> None:
    on_list, unevictable = "lru" in page.flags, "unevictable" in page.flags
    if on_list and unevictable:
        page.mlock_count = max(0, page.mlock_count - 1)
        if page.mlock_count:
            return
    if "mlocked" in page.flags:
        page.flags.discard("mlocked")
        k.events["unevictable_pgs_" + ("munlocked" if on_list or not unevictable else "stranded")] += 1
    if on_list and unevictable:
        rescue(k, page)


def rescue(k: Kernel, page: Page) -> None:
    move(k, page, drop={"unevictable"})
    k.events["unevictable_pgs_rescued"] += 1
