"""What must hold in any state of a machine, computed the slow and obvious way."""

from collections import Counter

import numpy as np

from memsim_gui.mm.mm_types import SYS_CGROUP, SYS_SWAP_FREE, SYS_SWAP_TOTAL, VMA_ANON_HEAD, VMA_NEXT_ANON
from memsim_gui.mm.project import project
from memsim_gui.trace import bits, counters, kinds, lanes, tables
from memsim_gui.trace.view_state import head

LISTS = {
    "nr_inactive_anon": lanes.INACTIVE_ANON,
    "nr_active_anon": lanes.ACTIVE_ANON,
    "nr_inactive_file": lanes.INACTIVE_FILE,
    "nr_active_file": lanes.ACTIVE_FILE,
    "nr_unevictable": lanes.UNEVICTABLE,
}


def walk(view, lane):
    """Frames on an ordered lane, head to tail, checking the links both ways."""
    out, at = [], head(view, lane)
    while (after := int(view.lru_next[at])) != head(view, lane):
        assert view.lru_prev[after] == at
        out.append(after)
        at = after
    assert view.lru_prev[head(view, lane)] == at
    return out


def list_of(flags):
    if flags & bits.PG_UNEVICTABLE:
        return lanes.UNEVICTABLE
    return (0 if flags & bits.PG_SWAPBACKED else 2) + bool(flags & bits.PG_ACTIVE)


def rmap_rows(state, frame):
    """Entries that map a frame, found as reclaim does: from the page's mapping through the chains of VMAs."""
    mapping, rows = int(state.page.mapping[frame]), []
    anon = mapping & bits.PAGE_MAPPING_ANON
    first = state.vma[mapping >> 1, VMA_ANON_HEAD] if anon else state.file[(mapping >> 1) - 1, tables.FILE_I_MMAP]
    vma = int(first)
    while vma >= 0:
        area = state.vma[vma]
        offset = int(state.page["index"][frame] - area[tables.VMA_PGOFF])
        row = int(area[tables.VMA_FIRST_PTE]) + offset
        inside = 0 <= offset < area[tables.VMA_PAGES] and state.pte.pfn[row] == frame
        if inside and state.pte.bits[row] & (bits.PTE_PRESENT | bits.PTE_ZERO) == bits.PTE_PRESENT:
            rows.append(row)
        in_file_chain = not anon or area[tables.VMA_FILE] < 0
        vma = int(area[tables.VMA_NEXT_SHARE] if in_file_chain else area[VMA_NEXT_ANON])
    return sorted(rows)


def check(state):
    view = project(state)
    _check_lanes(view)
    _check_flags(view)
    _check_page_tables(state, view)
    _check_caches(view)
    _check_swap(state, view)
    _check_dirty(view)
    _check_reclaim(view, of_cgroup=bool(state.sys[SYS_CGROUP]))


def _check_lanes(view):
    in_lane = Counter(view.lane.tolist())
    assert {lane: n for lane, n in enumerate(view.lane_pages.tolist()) if n} == dict(in_lane)
    for kind in lanes.ORDERED:
        assert sorted(walk(view, kind)) == np.flatnonzero(view.lane == kind).tolist()
    stat = counters.vmstat(view.counter, 1)
    for name, kind in LISTS.items():
        assert stat[name] == stat[name.replace("nr_", "nr_zone_")] == in_lane[kind], name
    assert stat["nr_free_pages"] == in_lane[lanes.FREE]
    assert in_lane[lanes.ISOLATED] == in_lane[lanes.IN_HAND] == 0


def _check_flags(view):
    for frame, (lane, flags) in enumerate(zip(view.lane.tolist(), view.bits.tolist(), strict=True)):
        on_list = lane in lanes.LRU_LISTS
        assert on_list == bool(flags & bits.PG_LRU), frame
        if on_list:
            assert list_of(flags) == lane, frame
        if lane in {lanes.FREE, lanes.PCP}:
            assert flags == view.mapping[frame] == 0
        assert not (flags & bits.PG_ACTIVE and flags & bits.PG_UNEVICTABLE)
        if flags & bits.PG_SWAPCACHE:
            assert flags & bits.PG_SWAPBACKED


def _check_page_tables(state, view):
    present = [(row, int(view.pte_pfn[row])) for row in np.flatnonzero(view.pte_bits & bits.PTE_PRESENT)
               if not view.pte_bits[row] & bits.PTE_ZERO]  # fmt: skip
    mapped = Counter(frame for _, frame in present)
    frames = len(view.lane)
    assert {f: int(n) + 1 for f, n in enumerate(state.page.mapcount[:frames]) if n >= 0} == dict(mapped)
    anon = [f for f in mapped if view.mapping[f] & bits.PAGE_MAPPING_ANON]
    for frame in mapped:
        assert rmap_rows(state, frame) == sorted(row for row, f in present if f == frame), frame
    stat = counters.vmstat(view.counter, 1)
    assert stat["nr_anon_pages"] == len(anon)
    assert stat["nr_mapped"] == len(mapped) - len(anon)
    tasks = view.task
    assert tasks[:, tables.TASK_ANON].sum() == sum(n for f, n in mapped.items() if f in set(anon))
    swapped = int((view.pte_bits & bits.PTE_SWAP).astype(bool).sum())
    assert tasks[:, tables.TASK_SWAPENTS].sum() == swapped


def _check_caches(view):
    stat = counters.vmstat(view.counter, 1)
    cached = view.cell[view.cell > 0] - 1
    in_swap_cache = view.swap_cell[view.swap_cell > 0] - 1
    assert len(set(cached)) == len(cached)
    assert stat["nr_file_pages"] == len(cached) + len(in_swap_cache)
    assert stat["nr_swapcached"] == len(in_swap_cache) == int(((view.bits & bits.PG_SWAPCACHE) != 0).sum())
    assert int(view.file[:, tables.FILE_NRPAGES].sum()) == len(cached)
    shared = [file for file, row in enumerate(view.file) if row[tables.FILE_KIND] == tables.FILE_SHMEM]
    assert stat["nr_shmem"] == int(view.file[shared, tables.FILE_NRPAGES].sum())


def _check_swap(state, view):
    entries = view.pte_pfn[(view.pte_bits & bits.PTE_SWAP) != 0]
    in_cells = kinds.CELL_SWAPPED - view.cell[view.cell <= kinds.CELL_SWAPPED]
    users = Counter([*entries.tolist(), *in_cells.tolist()])
    for slot, entry in enumerate(view.swap_map.tolist()):
        assert entry & ~bits.SWAP_HAS_CACHE == users.get(slot, 0), slot
        if view.swap_cell[slot] > 0:
            assert entry & bits.SWAP_HAS_CACHE
    used = int((view.swap_map != 0).sum())
    assert state.sys[SYS_SWAP_TOTAL] - state.sys[SYS_SWAP_FREE] == used


def _check_dirty(view):
    stat = counters.vmstat(view.counter, 1)
    file = (view.bits & bits.PG_SWAPBACKED) == 0
    assert stat["nr_dirty"] == int(((view.bits & bits.PG_DIRTY) != 0)[file].sum())
    assert stat["nr_writeback"] == int(((view.bits & bits.PG_WRITEBACK) != 0).sum())
    assert stat["nr_mlock"] == int(((view.bits & bits.PG_MLOCKED) != 0).sum())


def _check_reclaim(view, *, of_cgroup):
    stat = counters.vmstat(view.counter, 1)
    for name in ("pgscan", "pgsteal"):
        by_whom = stat[f"{name}_kswapd"] + stat[f"{name}_direct"]
        of_what = stat[f"{name}_anon"] + stat[f"{name}_file"]
        assert by_whom <= of_what if of_cgroup else by_whom == of_what
    assert stat["pgsteal_anon"] + stat["pgsteal_file"] <= stat["pgscan_anon"] + stat["pgscan_file"]
    assert stat["nr_vmscan_write"] >= stat["pswpout"]
