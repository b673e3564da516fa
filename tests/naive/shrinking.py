"""What happens to pages at the tail of a list. Sections 6.5 to 6.9 of the rules."""

from dataclasses import dataclass, field

from tests.naive import swapping, workingset
from tests.naive.devices import start_write
from tests.naive.lists import folio_add_lru, free, link, lru_add_drain, mlock_page, unlink
from tests.naive.memory import File, Kernel, Page, references

CLUSTER_MAX = 32
KEEP, ACTIVATE, FREED = "keep", "activate", "freed"


@dataclass
class Control:
    """struct scan_control: who reclaims, how hard, and what came of it."""

    who: str  # kswapd, direct, madvise
    goal: int = CLUSTER_MAX
    priority: int = 12
    reclaimed: int = 0
    scanned: int = 0
    may_deactivate: set[str] = field(default_factory=set)
    force_deactivate: bool = False
    skipped_deactivate: bool = False
    trim_mode: bool = False
    file_is_tiny: bool = False
    cost: dict[str, int] = field(default_factory=dict)
    dirty: int = 0
    unqueued_dirty: int = 0
    congested: int = 0
    writeback: int = 0
    taken: int = 0
    file_taken: int = 0
    written: int = 0  # in the present batch
    activated: int = 0


def isolate(k: Kernel, name: str, goal: int) -> list[Page]:
    """Take pages off a tail, oldest first. [Iso-1]"""
    taken = k.lists[name][: -goal - 1 : -1]
    for page in taken:
        unlink(k, page)
        page.holders += 1
    return taken


def put_back(k: Kernel, page: Page) -> bool:
    """Return an isolated page; says whether it went to an active list. [Inact-3]"""
    page.holders -= 1
    if not page.evictable:
        folio_add_lru(k, page)
    elif references(page) == 0:
        free(k, page)
    else:
        link(k, page)
        return "active" in page.flags
    return False


def referenced(k: Kernel, page: Page) -> tuple[int, set[str]]:
    """Mappings used since the last look, and their flags; all young bits are cleared. [Ref-1, Ref-2]"""
    count, vm = 0, set()
    for entry in page.entries:
        if "locked" in entry.vm:
            mlock_page(k, page)
            return count, vm | {"locked"}
        if entry.young:
            entry.young = False
            if "seq_read" not in entry.vm:
                count += 1
                vm |= entry.vm
    return count, vm


# --- active lists


def shrink_active_list(k: Kernel, goal: int, name: str) -> None:
    """Everything at the tail is deactivated, but for executable file pages in use. [Act-1]"""
    lru_add_drain(k)
    taken = isolate(k, name, goal)
    k.events["pgrefill"] += len(taken)
    for page in taken:
        if not page.evictable:
            put_back(k, page)
            continue
        count, vm = referenced(k, page)
        if count and "exec" in vm and page.file_type:
            k.age += 1
        else:
            page.flags.discard("active")
            page.flags.add("workingset")
            k.events["pgdeactivate"] += 1
        put_back(k, page)


# --- inactive lists


def shrink_inactive_list(k: Kernel, control: Control, goal: int, name: str) -> int:
    """Scan an inactive tail; returns the pages freed. [Inact-1]"""
    kind = name.split("_")[1]
    lru_add_drain(k)
    taken = isolate(k, name, goal)
    k.events[f"pgscan_{control.who}"] += len(taken)
    k.events[f"pgscan_{kind}"] += len(taken)
    if not taken:
        return 0
    unqueued = control.unqueued_dirty
    freed = shrink_pages(k, control, taken)
    k.events[f"pgsteal_{control.who}"] += freed
    k.events[f"pgsteal_{kind}"] += freed
    workingset.note_cost(k, kind, control.written)
    if control.unqueued_dirty - unqueued == len(taken):
        k.flush_all = k.soon = True
    control.taken += len(taken)
    control.file_taken += len(taken) * (kind == "file")
    return freed


def shrink_pages(k: Kernel, control: Control, taken: list[Page]) -> int:
    """Decide about isolated pages, then put the others back in their order. [Iso-3] Returns the pages freed."""
    kept = decide_all(k, control, taken)
    k.age += sum([put_back(k, page) for page in kept])
    return len(taken) - len(kept)


def decide_all(k: Kernel, control: Control, taken: list[Page]) -> list[Page]:
    """Decide about isolated pages, oldest first. Returns those that stay."""
    control.written = 0
    kept = []
    for page in taken:
        outcome = decide(k, control, page)
        if outcome == FREED:
            page.holders -= 1
            free(k, page)
            continue
        if outcome == ACTIVATE:
            activate(k, page)
        kept.append(page)
    return kept


def activate(k: Kernel, page: Page) -> None:
    """[Shr-13]"""
    if k.swap_full or "mlocked" in page.flags:
        swapping.try_to_free_swap(k, page)
    if "mlocked" not in page.flags:
        page.flags.add("active")
        k.events["pgactivate"] += 1


def decide(k: Kernel, control: Control, page: Page) -> str:
    """The kernel's order of questions about one page. [Shr-1..12]"""
    if "locked" in page.flags:
        return KEEP
    control.scanned += 1
    if not page.evictable:
        return ACTIVATE
    note_dirty(control, page)
    if "writeback" in page.flags:
        return meet_writeback(k, control, page)
    outcome, clean_only = check_references(k, page)
    if outcome:
        return outcome
    if page.anon and "swapbacked" in page.flags and "swapcache" not in page.flags and not swapping.add_to_swap(k, page):
        return ACTIVATE
    if not unmap(k, page):
        return ACTIVATE
    if "dirty" in page.flags:
        outcome = write(k, control, page, clean_only=clean_only)
        if outcome:
            return outcome
    return remove(k, page)


def note_dirty(control: Control, page: Page) -> None:
    """[Shr-4]"""
    if page.file_type and not page.lazyfree:
        if page.flags & {"dirty", "writeback"}:
            control.dirty += 1
            control.unqueued_dirty += "writeback" not in page.flags
        control.congested += {"writeback", "reclaim"} <= page.flags


def meet_writeback(k: Kernel, control: Control, page: Page) -> str:
    """[Shr-5]"""
    if not (control.who == "kswapd" and "reclaim" in page.flags and "writeback" in k.node_flags):
        page.flags.add("reclaim")
        control.writeback += 1
    return ACTIVATE


def check_references(k: Kernel, page: Page) -> tuple[str, bool]:
    """The reference rule: an outcome, or '' to reclaim, and whether only if clean. [Shr-6]"""
    count, vm = referenced(k, page)
    before = "referenced" in page.flags
    page.flags.discard("referenced")
    if "locked" in vm:
        return ACTIVATE, False
    if count:
        page.flags.add("referenced")
        used = before or count > 1 or ("exec" in vm and page.file_type)
        return (ACTIVATE if used else KEEP), False
    return "", before and page.file_type


def unmap(k: Kernel, page: Page) -> bool:
    """Take a page out of every page table; says whether that worked. [Shr-9]"""
    for entry in list(page.entries):
        if entry.dirty:
            page.flags.add("dirty")
        if page.lazyfree:
            if "dirty" in page.flags or references(page) != len(page.entries) + page.holders:
                page.flags.add("swapbacked")
                return False
            entry.clear()
        elif page.anon:
            slot = page.slot
            entry.clear()
            entry.state, entry.slot, entry.exclusive = "swap", slot, "anon_exclusive" in page.flags
            k.slots[slot].users += 1
        else:
            entry.clear()
        page.entries.remove(entry)
    page.flags.discard("anon_exclusive")
    return True


def write(k: Kernel, control: Control, page: Page, *, clean_only: bool) -> str:
    """What becomes of a dirty page nobody maps: an outcome, or '' if it is clean already. [Shr-11]"""
    if page.file_type and not page.lazyfree:
        again = control.who == "kswapd" and "reclaim" in page.flags and "dirty" in k.node_flags
        if not again:
            k.events["nr_vmscan_immediate_reclaim"] += 1
            page.flags.add("reclaim")
            return ACTIVATE
    if clean_only or references(page) != 2:
        return KEEP
    page.flags.add("reclaim")
    if isinstance(page.mapping, File):
        start_write(k, page)
    else:
        page.flags.discard("dirty")
        swapping.swap_writepage(k, page)
    k.events["nr_vmscan_write"] += 1
    control.written += 1
    return KEEP if page.flags & {"writeback", "dirty"} else ""


def remove(k: Kernel, page: Page) -> str:
    """Free a clean page that nobody else holds; it leaves a shadow. [Shr-12]"""
    page.flags.discard("private")
    if page.lazyfree:
        if references(page) > page.holders:
            return KEEP
        k.events["pglazyfreed"] += 1
    elif references(page) != 2:
        return KEEP
    elif "swapcache" in page.flags:
        swapping.leave_cache(k, page, workingset.evict(k, page))
    else:
        page.mapping.cache[page.index] = workingset.evict(k, page)
        page.mapping = None
    return FREED
