"""How much of each list is scanned, by kswapd and by tasks in need. Sections 5.4 to 6.4 of the rules."""

from math import isqrt

from tests.naive import devices
from tests.naive.memory import LISTS, Kernel
from tests.naive.shrinking import CLUSTER_MAX, Control, shrink_active_list, shrink_inactive_list

GIB_SHIFT = 18
RETRIES = 16


def ratio(pages: int) -> int:
    """How many times longer than its inactive list an active list may be. [Scan-3]"""
    gib = pages >> GIB_SHIFT
    return isqrt(10 * gib) if gib else 1


def inactive_is_low(k: Kernel, kind: str) -> bool:
    inactive, active = k.size(f"inactive_{kind}"), k.size(f"active_{kind}")
    return inactive * ratio(inactive + active) < active


def prepare(k: Kernel, control: Control) -> None:
    """[Scan-2..6]"""
    control.cost = dict(k.cost)
    control.may_deactivate = {
        kind
        for kind in ("anon", "file")
        if control.force_deactivate
        or k.events[f"workingset_activate_{kind}"] != k.snapshot[kind]
        or inactive_is_low(k, kind)
    }
    control.trim_mode = k.size("inactive_file") >> control.priority > 0 and "file" not in control.may_deactivate
    file = k.size("active_file") + k.size("inactive_file")
    control.file_is_tiny = (
        file + k.free <= k.settings.marks[2]
        and "anon" not in control.may_deactivate
        and k.size("inactive_anon") >> control.priority > 0
    )


def shares(swappiness: int, anon_cost: int, file_cost: int) -> tuple[int, int]:
    """Pressure on anon and file. [Scan-8]"""
    total = anon_cost + file_cost
    anon, file = total + anon_cost, total + file_cost
    both = anon + file
    return swappiness * (both + 1) // (anon + 1), (200 - swappiness) * (both + 1) // (file + 1)


def balance(k: Kernel, control: Control) -> str:
    """[Scan-7]"""
    if not k.free_slots:
        return "file"
    if control.priority == 0 and k.settings.swappiness:
        return "equal"
    if control.file_is_tiny:
        return "anon"
    return "file" if control.trim_mode else "fract"


def targets(sizes: list[int], priority: int, how: str, pressure: tuple[int, int]) -> list[int]:
    """Pages to scan of the four lists. [Scan-9]"""
    out = []
    for name, size in zip(LISTS, sizes, strict=True):
        kind = name.split("_")[1]
        scan = size >> priority
        if how == "fract":
            scan = scan * pressure[kind == "file"] // sum(pressure)
        elif how not in {kind, "equal"}:
            scan = 0
        out.append(scan)
    return out


def shrink_node(k: Kernel, control: Control) -> None:
    """One pass over the node at a priority. [Scan-10, Shr-15]"""
    prepare(k, control)
    for name in ("dirty", "unqueued_dirty", "congested", "writeback", "taken", "file_taken"):
        setattr(control, name, 0)
    got = shrink_lruvec(k, control)
    control.reclaimed += got
    if len(k.slots) > 1 and inactive_is_low(k, "anon"):
        shrink_active_list(k, CLUSTER_MAX, "active_anon")
    if control.who == "kswapd":
        if control.writeback and control.writeback == control.taken:
            k.node_flags.add("writeback")
        if control.unqueued_dirty == control.file_taken:
            k.node_flags.add("dirty")
        if control.dirty and control.dirty == control.congested:
            k.node_flags.add("congested")
    if got:
        k.kswapd_failures = 0


def shrink_lruvec(k: Kernel, control: Control) -> int:
    sizes = [k.size(name) for name in LISTS]
    pressure = shares(k.settings.swappiness, control.cost["anon"], control.cost["file"])
    target = dict(zip(LISTS, targets(sizes, control.priority, balance(k, control), pressure), strict=True))
    left, got, adjusted = dict(target), 0, control.who == "direct" and control.priority == 12
    while left["inactive_anon"] or left["active_file"] or left["inactive_file"]:
        for name in LISTS:
            goal = min(left[name], CLUSTER_MAX)
            left[name] -= goal
            if goal:
                got += shrink_list(k, control, goal, name)
        if got >= control.goal and not adjusted:
            adjusted = True
            adjust(target, left)
        if control.who == "direct":
            resched(k)
    return got


def shrink_list(k: Kernel, control: Control, goal: int, name: str) -> int:
    """[Scan-11]"""
    if name.startswith("inactive"):
        return shrink_inactive_list(k, control, goal, name)
    if name.split("_")[1] in control.may_deactivate:
        shrink_active_list(k, goal, name)
    else:
        control.skipped_deactivate = True
    return 0


def adjust(target: dict[str, int], left: dict[str, int]) -> None:
    """The goal is reached: stop the smaller type, cut the larger one to the share the smaller has had. [Scan-10]"""
    rest = {kind: left[f"inactive_{kind}"] + left[f"active_{kind}"] for kind in ("anon", "file")}
    if not rest["anon"] or not rest["file"]:
        left.update(dict.fromkeys(left, 0))
        return
    small, large = ("anon", "file") if rest["file"] > rest["anon"] else ("file", "anon")
    percent = rest[small] * 100 // (target[f"inactive_{small}"] + target[f"active_{small}"] + 1)
    for state in ("inactive", "active"):
        left[f"{state}_{small}"] = 0
        name = f"{state}_{large}"
        cut = target[name] * (100 - percent) // 100
        left[name] = cut - min(cut, target[name] - left[name])


def snapshot_refaults(k: Kernel) -> None:
    """[Scan-4]"""
    k.snapshot = {kind: k.events[f"workingset_activate_{kind}"] for kind in k.snapshot}


# --- tasks in need


def reclaimable(k: Kernel) -> int:
    """[Alloc-3]"""
    pages = k.size("inactive_file") + k.size("active_file")
    if k.free_slots:
        pages += k.size("inactive_anon") + k.size("active_anon")
    return pages or k.free


def try_to_free_pages(k: Kernel) -> int:
    """Direct reclaim: priorities 12 to 0 until 32 pages are freed; a second round may age active lists. [Dr-1, Dr-2]"""
    control = Control("direct")
    reclaim_round(k, control)
    if not control.reclaimed and control.skipped_deactivate:
        control = Control("direct", force_deactivate=True)
        reclaim_round(k, control)
    return control.reclaimed


def reclaim_round(k: Kernel, control: Control) -> None:
    k.events["allocstall_movable"] += 1
    while control.priority >= 0:
        shrink_node(k, control)
        pending = sum("writeback" in page.flags or ("dirty" in page.flags and not page.anon) for page in k.pages)
        waits = "congested" in k.node_flags or (control.priority == 1 and not control.reclaimed)
        if waits and 2 * pending > reclaimable(k) and k.kswapd_failures < RETRIES:
            sleep(k, long=False)  # [Thr-1]
        if control.reclaimed >= control.goal:
            break
        control.priority -= 1
    snapshot_refaults(k)


# --- kswapd


def above(k: Kernel, mark: int) -> bool:
    """The watermark test is strict. [Wm-6]"""
    return k.free > k.settings.marks[mark]


def age_anon(k: Kernel) -> None:
    if len(k.slots) > 1 and inactive_is_low(k, "anon"):
        shrink_active_list(k, CLUSTER_MAX, "active_anon")


def pass_on_request(k: Kernel) -> None:
    """The command 'kswapd pass': from priority 12 until it has freed 32 pages, whatever the watermarks say."""
    control = Control("kswapd")
    while control.priority >= 1 and control.reclaimed < CLUSTER_MAX:
        age_anon(k)
        shrink_node(k, control)
        control.priority -= 1
    snapshot_refaults(k)


def wakeup_kswapd(k: Kernel) -> None:
    """[Ks-2]"""
    if k.kswapd != "awake" and k.kswapd_failures < RETRIES and not above(k, 2):
        k.events["kswapd_low_wmark_hit_quickly"] += k.kswapd == "napping"
        k.kswapd = "awake"
        k.soon = True


def resched(k: Kernel) -> None:
    """A point where others may run, when somebody was woken. kswapd has to wait: no processor time passes here."""
    if k.soon:
        k.soon = False
        devices.run_flusher(k)


def balance_pgdat(k: Kernel) -> None:
    """[Ks-4]"""
    k.events["pageoutrun"] += 1
    control = Control("kswapd", goal=max(k.settings.marks[2], CLUSTER_MAX))
    while not above(k, 2):
        age_anon(k)
        before, control.scanned = control.reclaimed, 0
        shrink_node(k, control)
        if control.scanned < control.goal or control.reclaimed == before:
            control.priority -= 1
        if control.priority < 1:
            if not control.reclaimed:
                k.kswapd_failures += 1
            break
    snapshot_refaults(k)


def sleep(k: Kernel, *, long: bool) -> None:
    """A task sleeps, for an instant or for long, and the others run: kswapd until it sleeps too. [Ks-6]"""
    devices.wait_for(k, "disk")
    while k.kswapd == "awake" or (long and k.kswapd == "napping"):
        if k.kswapd == "awake":
            balance_pgdat(k)
        rests = above(k, 2) or k.kswapd_failures >= RETRIES
        if not rests:
            k.events["kswapd_high_wmark_hit_quickly"] += 1
            k.kswapd = "awake"
        elif k.kswapd == "awake":
            k.node_flags.clear()
            k.kswapd = "napping"
        else:
            k.kswapd = "asleep"
    devices.wait_for(k, "disk")
    k.soon = True
