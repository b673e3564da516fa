"""The worked vectors of the rules (section 18), every row."""

import pytest

from memsim_gui import jit
from memsim_gui.engine import watermarks
from memsim_gui.mm import calls, mm_types, page_writeback, swapin, vmscan, workingset
from memsim_gui.trace import bits, counters, kinds, lanes, tables
from tests.mm.machines import BASE_VPN, TASK, Bench

plain_only = pytest.mark.skipif(jit.JIT_ENABLED, reason="calls rooms that only compiled code can call")
MIB = 256


def put(bench, name, value):
    """Write a node's counter."""
    bench.state.counter[counters.node_base(0) + counters.NODE_NAMES.index(name)] = value


# --- readahead


def windows(bench, pages, read_pages):
    """(trigger, start, size, async, marker) of each window that reading a file from its start asks for."""
    index, window, trigger, found = {}, {}, 0, []
    bench.call(calls.CALL_READ, TASK, 0, read_pages * 4096, items=range(0, pages * 4096, read_pages * 4096))
    for event in bench.trace.events(0, len(bench.trace)):
        kind, ident, value = int(event["kind"]), int(event["ident"]), int(event["value"])
        if kind == kinds.OWNER:
            index[ident] = value & 0xFFFFFFFF
        elif kind == kinds.SET and event["dst"] == tables.TABLE_FILE:
            window[int(event["src"])] = value
        elif kind == kinds.BITS and value & bits.PG_READAHEAD and (not found or found[-1][4] != index[ident]):
            row = [
                window.get(column, 0) for column in (tables.FILE_RA_START, tables.FILE_RA_SIZE, tables.FILE_RA_ASYNC)
            ]
            found.append((trigger, *row, index[ident]))
            trigger = index[ident]
    return found


@pytest.mark.parametrize(
    ("read_pages", "expected"),
    [
        (1, [(0, 0, 4, 3, 1), (1, 4, 8, 8, 4), (4, 12, 16, 16, 12), (12, 28, 32, 32, 28), (28, 60, 32, 32, 60)]),
        (4, [(0, 0, 8, 4, 4), (4, 8, 16, 16, 8), (8, 24, 32, 32, 24), (24, 56, 32, 32, 56)]),
        (32, [(0, 0, 32, 16, 16), (16, 32, 32, 32, 32), (32, 64, 32, 32, 64)]),
        (256, [(0, 0, 256, 128, 128), (128, 256, 256, 256, 256)]),
    ],
)
def test_readahead_of_a_cold_file(read_pages, expected):
    bench = Bench(frames=900, kernel=True, cells=768)
    bench.file(768)
    assert windows(bench, 256, read_pages)[: len(expected)] == expected


# --- scan targets


@pytest.mark.parametrize(
    ("costs", "priority", "expected"),
    [
        ((0, 0), 12, [1, 2, 2, 1]),
        ((0, 0), 10, [5, 8, 9, 6]),
        ((900, 100), 8, [15, 23, 46, 31]),
        ((100, 900), 8, [33, 49, 33, 22]),
    ],
)
@pytest.mark.plain
@plain_only
def test_scan_targets(costs, priority, expected):
    bench = Bench()
    sizes = {"inactive_anon": 20000, "active_anon": 30000, "inactive_file": 15000, "active_file": 10000}
    for name, pages in sizes.items():
        put(bench, f"nr_{name}", pages)
    control = bench.state.sc[0]
    control[mm_types.SC_PRIORITY], control[mm_types.SC_MAY_SWAP] = priority, 1
    control[mm_types.SC_RECLAIM_IDX] = counters.ZONES_PER_NODE - 1
    control[[mm_types.SC_ANON_COST, mm_types.SC_FILE_COST]] = costs
    vmscan.get_scan_count(bench.state, control, 0)
    assert control[mm_types.SC_TARGET : mm_types.SC_TARGET + 4].tolist() == expected


@pytest.mark.parametrize(
    ("mib", "ratio"), [(100, 1), (1023, 1), (1024, 3), (2048, 4), (4096, 6), (10 * 1024, 10), (100 * 1024, 31)]
)
@pytest.mark.plain
@plain_only
def test_inactive_ratio(mib, ratio):
    bench, total = Bench(), mib * MIB
    lowest = -(-total // (ratio + 1))  # the shortest inactive list that is not low
    for inactive, low in ((lowest, False), (lowest - 1, True)):
        put(bench, "nr_inactive_anon", inactive)
        put(bench, "nr_active_anon", total - inactive)
        assert bool(vmscan.inactive_is_low(bench.state, 0, lanes.INACTIVE_ANON)) is low


# --- swap readahead, dirty thresholds, refault


@pytest.mark.parametrize(
    ("hits", "step", "previous", "pages"),
    [(0, 9, 0, 1), (0, 1, 0, 2), (1, 9, 0, 4), (2, 9, 0, 4), (3, 9, 0, 8), (9, 9, 0, 8), (0, 9, 8, 4), (4, 9, 0, 8)],
)
@pytest.mark.plain
@plain_only
def test_swap_readahead_window(hits, step, previous, pages):
    bench = Bench()
    bench.state.sys[mm_types.SYS_SWAP_HITS] = hits
    bench.state.sys[mm_types.SYS_SWAP_PREV_SLOT] = 20
    bench.state.sys[mm_types.SYS_SWAP_PREV_WINDOW] = previous
    assert swapin._swapin_window(bench.state, 20 + step) == pages  # noqa: SLF001 - the rule under test


@pytest.mark.plain
@plain_only
def test_dirty_thresholds_of_100000_dirtyable_pages():
    bench = Bench()
    put(bench, "nr_inactive_file", 100_000 - 1 - bench.vmstat("nr_free_pages"))
    background, dirty = page_writeback.global_dirty_limits(bench.state)
    assert (background, dirty, (background + dirty) // 2) == (9985, 19995, 14990)


@pytest.mark.parametrize(("slots", "activated"), [(65, 1), (1, 0)])
@pytest.mark.plain
@plain_only
def test_refault_distance_4000(slots, activated):
    bench = Bench(slots=slots)
    age = bench.state.node[0]
    age[tables.NODE_NONRESIDENT_AGE] = 5000
    shadow = workingset.workingset_eviction(bench.state, 0)
    assert age[tables.NODE_NONRESIDENT_AGE] == 5001
    age[tables.NODE_NONRESIDENT_AGE] = 9000
    for name, pages in {"active_file": 3000, "active_anon": 500, "inactive_anon": 600}.items():
        put(bench, f"nr_{name}", pages)
    workingset.workingset_refault(bench.state, 0, shadow)
    assert bench.vmstat("workingset_refault_file") == 1
    assert bench.vmstat("workingset_activate_file") == activated
    assert bool(bench.state.page.bits[0] & bits.PG_ACTIVE) == bool(activated)


# --- per-CPU lists; the table of watermarks is tested beside the machines it describes


@pytest.mark.parametrize(("managed", "batch"), [(3840, 1), (24576, 7), (54000, 15), (113000, 31)])
def test_per_cpu_batches(managed, batch):
    assert watermarks.pcp_batch(managed) == batch


@pytest.mark.parametrize(
    ("managed", "low", "cpus", "batch", "high"),
    [(16132, 255, 1, 3, 255), (48340, 512, 1, 15, 512), (112694, 815, 2, 31, 407)],
)
def test_per_cpu_lists_of_measured_guests(managed, low, cpus, batch, high):
    assert watermarks.pcp_batch(managed) == batch
    assert watermarks.pcp_high(low, batch, cpus) == high


# --- the reference rule


@pytest.mark.parametrize(
    ("young", "referenced", "active", "referenced_after", "written"),
    [(1, 0, 0, 1, 0), (1, 1, 1, 1, 0), (0, 1, 0, 0, 1), (0, 0, 0, 0, 1)],
)
def test_reference_rule_of_an_inactive_page(young, referenced, active, referenced_after, written):
    bench = Bench()
    bench.anon(1)
    bench.touch([0])
    bench.state.pte.bits[0] &= ~(0 if young else bits.PTE_YOUNG)
    bench.state.page.bits[0] |= bits.PG_REFERENCED if referenced else 0
    bench.call(calls.CALL_SCAN, 0, lanes.INACTIVE_ANON, 1)
    flags = int(bench.state.page.bits[0])
    assert bench.vmstat("pgactivate") == bool(flags & bits.PG_ACTIVE) == active
    assert bool(flags & bits.PG_REFERENCED) == referenced_after
    assert bench.vmstat("pswpout") == written
    assert not bench.view.pte_bits[0] & bits.PTE_YOUNG


@pytest.mark.parametrize("young", [True, False])
def test_reference_rule_of_an_active_page(young):
    bench = Bench()
    bench.anon(1)
    for _ in range(2):
        bench.touch([0])
        bench.call(calls.CALL_SCAN, 0, lanes.INACTIVE_ANON, 1)
    if young:
        bench.touch([0])
    bench.call(calls.CALL_SCAN, 0, lanes.ACTIVE_ANON, 1)
    flags = int(bench.state.page.bits[0])
    assert flags & (bits.PG_ACTIVE | bits.PG_WORKINGSET | bits.PG_REFERENCED) == bits.PG_WORKINGSET | bits.PG_REFERENCED
    assert bench.vmstat("pgdeactivate") == 1
    if young:
        bench.touch([0])
    bench.call(calls.CALL_SCAN, 0, lanes.INACTIVE_ANON, 1)
    assert bench.vmstat("pgactivate") == 1 + young
    assert bench.vmstat("pswpout") == (not young)


# --- mlock


def test_counters_of_mlocking_20_untouched_pages():
    bench = Bench(kernel=True, frames=128)
    bench.anon(40)
    bench.call(calls.CALL_MLOCK, TASK, BASE_VPN * 4096, 20 * 4096, 0)
    mlocked = bench.trace.positions_of(kinds.COUNT)
    steps = [counters.vmstat(bench.trace.view_at(int(at) + 1).counter, 1) for at in mlocked]
    assert max(step["nr_unevictable"] for step in steps if step["nr_mlock"] < 20) == 15, "a batch waits meanwhile"
    expected = {"pgfault": 20, "nr_mlock": 20, "nr_unevictable": 20}
    expected |= {"unevictable_pgs_mlocked": 20, "unevictable_pgs_culled": 20}
    assert {name: bench.vmstat(name) for name in expected} == expected
    bench.call(calls.CALL_MUNLOCK, TASK, BASE_VPN * 4096, 20 * 4096)
    expected = {"nr_mlock": 0, "unevictable_pgs_munlocked": 20, "unevictable_pgs_rescued": 20, "nr_inactive_anon": 20}
    assert {name: bench.vmstat(name) for name in expected} == expected
