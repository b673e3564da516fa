"""Rules of the kernel model, one test each, by their labels."""

import pytest

from memsim_gui import jit
from memsim_gui.mm import calls, mm_types, readahead
from memsim_gui.trace import bits, kinds, lanes, tables
from memsim_gui.trace.view_state import lane_frames
from tests.mm.invariants import check
from tests.mm.machines import BASE_VPN, TASK, Bench

plain_only = pytest.mark.skipif(jit.JIT_ENABLED, reason="calls rooms that only compiled code can call")


def flags(bench, frame):
    return bits.page_flag_names(int(bench.view.bits[frame]))


def scan(bench, kind, pages=1):
    bench.call(calls.CALL_SCAN, 0, kind, pages)


def test_life_of_one_page_l1_to_l6():
    bench = Bench()
    bench.anon(4)
    bench.touch([0])
    assert flags(bench, 0) == ["PG_uptodate", "PG_lru", "PG_swapbacked", "PG_anon_exclusive"]
    assert bench.view.pte_bits[0] & bits.PTE_YOUNG  # L1: the faulting access
    before = len(bench.trace)
    bench.touch([0])
    kinds_seen = set(bench.trace.events(before, len(bench.trace))["kind"].tolist())
    assert kinds_seen <= {kinds.SET}, "L2: to the kernel nothing happens but time"
    scan(bench, lanes.INACTIVE_ANON)  # L3
    assert "PG_referenced" in flags(bench, 0)
    assert not bench.view.pte_bits[0] & bits.PTE_YOUNG
    bench.touch([0])  # L4
    assert bench.view.pte_bits[0] & bits.PTE_YOUNG
    scan(bench, lanes.INACTIVE_ANON)  # L5
    assert {"PG_active", "PG_referenced"} <= set(flags(bench, 0))
    assert bench.vmstat("nr_active_anon") == bench.vmstat("pgactivate") == 1
    scan(bench, lanes.ACTIVE_ANON)  # L6a
    assert {"PG_workingset", "PG_referenced"} <= set(flags(bench, 0))
    assert "PG_active" not in flags(bench, 0)
    scan(bench, lanes.INACTIVE_ANON)  # L6b
    assert {"PG_swapcache", "PG_writeback", "PG_reclaim"} <= set(flags(bench, 0))
    assert "PG_referenced" not in flags(bench, 0)
    bench.call(calls.CALL_WAIT_IO)  # L6c
    assert "PG_writeback" not in flags(bench, 0)
    assert bench.vmstat("pgrotated") == 1
    scan(bench, lanes.INACTIVE_ANON)  # L6d
    assert bench.view.lane[0] == lanes.FREE
    assert bench.view.swap_cell[1] == -2, "the shadow carries the workingset bit"


def test_a_page_not_used_again_goes_on_its_second_scan():
    bench = Bench()
    bench.anon(1)
    bench.touch([0])
    scan(bench, lanes.INACTIVE_ANON)
    assert "PG_anon_exclusive" in flags(bench, 0)
    scan(bench, lanes.INACTIVE_ANON)
    assert {"PG_swapcache", "PG_writeback"} <= set(flags(bench, 0))
    assert "PG_anon_exclusive" not in flags(bench, 0)
    assert bench.vmstat("pswpout") == 1


def test_lesson_policy_t1_to_t5():
    bench = Bench(policy=mm_types.POLICY_LESSON)
    bench.anon(1)
    bench.touch([0])
    assert "PG_referenced" not in flags(bench, 0)
    bench.touch([0])
    assert "PG_referenced" in flags(bench, 0)
    scan(bench, lanes.INACTIVE_ANON)
    assert "PG_active" in flags(bench, 0)
    assert "PG_referenced" not in flags(bench, 0)
    scan(bench, lanes.ACTIVE_ANON)
    assert "PG_active" not in flags(bench, 0)
    scan(bench, lanes.INACTIVE_ANON)
    assert bench.view.lane[0] == lanes.FREE, "evicted in one step"


def test_a_first_read_maps_the_zero_page():
    bench = Bench()
    bench.anon(1)
    bench.touch([0], write=False)
    assert bench.view.pte_bits[0] & bits.PTE_ZERO
    assert bench.vmstat("nr_free_pages") == 64
    bench.touch([0])
    assert bench.vmstat("nr_anon_pages") == 1
    assert bench.vmstat("pgfault") == 2


def test_reading_a_file_page_again_with_another_in_between_activates_it():
    bench = Bench()
    bench.file(4)
    bench.read([0, 0, 0])
    assert bench.vmstat("pgactivate") == 0
    bench.read([1, 0, 1])
    assert bench.vmstat("pgactivate") == 2


def test_writes_do_not_mark_pages_accessed():
    bench = Bench()
    bench.file(4)
    bench.write([0, 0, 1, 0])
    assert flags(bench, 0) == ["PG_uptodate", "PG_dirty", "PG_lru", "PG_private"]
    assert bench.vmstat("nr_dirtied") == 2


def test_a_dirty_file_page_is_activated_and_marked_and_left_to_the_flusher():
    bench = Bench()
    bench.file(2)
    bench.write([0])
    scan(bench, lanes.INACTIVE_FILE)
    assert {"PG_active", "PG_reclaim", "PG_writeback"} <= set(flags(bench, 0))
    assert bench.vmstat("nr_vmscan_immediate_reclaim") == 1
    assert bench.vmstat("nr_vmscan_write") == 0


def test_an_evicted_page_that_comes_back_soon_is_active_at_once():
    bench = Bench()
    bench.file(8)
    bench.read([0, 1, 2])
    bench.read([0, 1, 2])
    bench.read([3])
    scan(bench, lanes.INACTIVE_FILE, 1)
    assert bench.vmstat("pgsteal_file") == 1
    bench.read([3])
    assert bench.vmstat("workingset_activate_file") == 1
    assert bench.vmstat("nr_active_file") == 4


@pytest.mark.parametrize(
    ("addr", "length", "locked"),
    [(0x234, 100_000, 25), (0xC00, 100_000, 26), (0, 4096, 1), (1, 4096, 2)],
)
def test_mlock_rounds_to_whole_pages(addr, length, locked):
    bench = Bench(slots=1)
    bench.anon(40)
    result = bench.call(calls.CALL_MLOCK, TASK, BASE_VPN * 4096 + addr, length, 0)
    assert result[calls.ERRNO] == 0
    assert bench.view.task[TASK, tables.TASK_LOCKED_VM] == locked
    assert bench.vmstat("nr_mlock") == bench.vmstat("nr_unevictable") == locked
    bench.call(calls.CALL_MUNLOCK, TASK, BASE_VPN * 4096 + addr, length)
    assert bench.vmstat("nr_mlock") == 0
    assert bench.vmstat("unevictable_pgs_rescued") == bench.vmstat("nr_inactive_anon") == locked


def test_mlock_over_the_limit_changes_nothing():
    bench = Bench()
    bench.anon(40)
    bench.state.task[TASK, tables.TASK_MEMLOCK_LIMIT] = 10
    result = bench.call(calls.CALL_MLOCK, TASK, BASE_VPN * 4096, 11 * 4096, 0)
    assert result[calls.ERRNO] == calls.ENOMEM
    assert bench.vmstat("nr_mlock") == 0
    assert bench.view.vma[0, tables.VMA_PAGES] == 40
    check(bench.state)


def test_pressure_leaves_the_unevictable_pages_alone():
    bench = Bench(frames=48, slots=257)
    bench.anon(90)
    bench.call(calls.CALL_MLOCK, TASK, BASE_VPN * 4096, 10 * 4096, 0)
    bench.touch(range(10, 80))
    assert bench.vmstat("nr_unevictable") == 10
    assert bench.vmstat("pswpout") > 20
    assert all(bench.view.pte_bits[:10] & bits.PTE_PRESENT)


def test_memory_and_swap_used_up_kills_the_task():
    bench = Bench(frames=40, slots=9)
    bench.anon(90)
    assert bench.touch(range(90))[calls.RESULT] == -9
    assert bench.vmstat("oom_kill") == 1
    assert bench.vmstat("nr_free_pages") == 40
    assert len(bench.trace.positions_of(kinds.OOM_KILL)) == 1


def test_drop_caches_keeps_dirty_mapped_and_mlocked_pages():
    bench = Bench()
    bench.file(8)
    bench.call(calls.CALL_MMAP, TASK, 1, BASE_VPN + 200, 8, 128, 3 | bits.VM_SHARED, 0, 0)
    bench.read(range(8))
    bench.touch([128, 129], write=False)
    bench.write([5])
    bench.call(calls.CALL_DROP_CACHES, 1)
    cells = bench.view.cell[:8]
    assert [i for i, cell in enumerate(cells) if cell > 0] == [0, 1, 5]
    bench.call(calls.CALL_SYNC)
    bench.call(calls.CALL_DROP_CACHES, 1)
    assert [i for i, cell in enumerate(bench.view.cell[:8]) if cell > 0] == [0, 1]


def test_fork_shares_pages_until_a_write():
    bench = Bench()
    bench.anon(4)
    bench.touch(range(4))
    bench.call(calls.CALL_FORK, TASK, 2, 256)
    assert bench.state.page.mapcount[0] == 1
    bench.touch([0])
    assert bench.vmstat("nr_anon_pages") == 5
    assert bench.state.page.mapcount[0] == 0
    bench.call(calls.CALL_EXIT, 2)
    check(bench.state)


def test_pages_in_a_batch_are_on_no_list():
    bench = Bench(kernel=True)
    bench.anon(40)
    bench.touch(range(14))
    assert bench.vmstat("nr_inactive_anon") == 0
    assert bench.vmstat("nr_anon_pages") == 14
    bench.touch([14])
    assert bench.vmstat("nr_inactive_anon") == 15
    assert lane_frames(bench.view, lanes.INACTIVE_ANON)[0] == bench.view.pte_pfn[14]


@pytest.mark.parametrize(
    ("req", "limit", "first"), [(1, 32, 4), (4, 32, 8), (32, 32, 32), (256, 256, 256), (2, 32, 4), (3, 32, 8)]
)
@pytest.mark.plain
@plain_only
def test_initial_window(req, limit, first):
    assert readahead.initial_window(req, limit) == first


@pytest.mark.parametrize(
    ("read_pages", "markers"),
    [(1, [1, 4, 12, 28]), (4, [4, 8, 24, 56]), (32, [16, 32, 64])],
)
def test_readahead_windows_of_sequential_reads(read_pages, markers):
    bench = Bench(frames=400, kernel=True, cells=96)
    bench.file(96)
    seen = []
    for page in range(0, 64, read_pages):
        before = len(bench.trace)
        bench.call(calls.CALL_READ, TASK, 0, read_pages * 4096, items=[page * 4096])
        events = bench.trace.events(before, len(bench.trace))
        marked = events[(events["kind"] == kinds.BITS) & (events["value"] & bits.PG_READAHEAD != 0)]
        view = bench.view
        seen += [int(view.pgoff[frame]) for frame in dict.fromkeys(marked["ident"].tolist())]
    assert list(dict.fromkeys(seen))[: len(markers)] == markers


def private_file(pages=8):
    bench = Bench(frames=96)
    bench.file(pages)
    bench.call(calls.CALL_MMAP, TASK, 0, BASE_VPN, pages, 0, 3, 0, 0)
    return bench


def test_a_write_to_a_private_file_mapping_copies_the_page_and_the_copy_is_swapped():
    bench = private_file()
    bench.touch([0, 1], write=False)
    bench.touch([1, 2])
    assert bench.vmstat("nr_anon_pages") == 2
    assert bench.vmstat("nr_mapped") == 1
    assert bench.vmstat("nr_dirty") == 0
    for _ in range(3):
        scan(bench, lanes.INACTIVE_ANON, 4)
        bench.call(calls.CALL_WAIT_IO)
    assert bench.vmstat("nr_anon_pages") == 0
    assert (bench.view.pte_bits[1:3] & bits.PTE_SWAP).all()
    bench.touch([1, 2], write=False)
    check(bench.state)
    bench.call(calls.CALL_EXIT, TASK)
    check(bench.state)


def test_a_child_gets_entries_of_a_file_only_where_pages_were_copied():
    bench = private_file()
    bench.touch([0, 1], write=False)
    bench.call(calls.CALL_FORK, TASK, 2, 512)
    assert bench.state.page.mapcount[bench.view.pte_pfn[0]] == 0
    bench.call(calls.CALL_EXIT, 2)
    bench.touch([1])
    bench.call(calls.CALL_FORK, TASK, 3, 512)
    assert bench.state.page.mapcount[bench.view.pte_pfn[1]] == 1
    check(bench.state)


def test_lazily_freed_pages_are_dropped_unless_written_again():
    bench = Bench()
    bench.anon(4)
    bench.touch(range(4))
    bench.call(calls.CALL_MADVISE, TASK, BASE_VPN * 4096, 4 * 4096, calls.MADV_FREE)
    assert bench.vmstat("nr_inactive_file") == bench.vmstat("pglazyfree") == 4
    bench.touch([0])
    scan(bench, lanes.INACTIVE_FILE, 4)
    assert bench.vmstat("pglazyfreed") == 3
    scan(bench, lanes.INACTIVE_FILE, 4)
    assert bench.vmstat("pswpout") == 0
    assert bench.vmstat("nr_anon_pages") == bench.vmstat("nr_active_anon") == 1
    assert "PG_swapbacked" in flags(bench, int(bench.view.pte_pfn[0]))
    check(bench.state)


def test_lazy_freeing_gives_swap_slots_back():
    bench = Bench()
    bench.anon(4)
    bench.touch(range(4))
    for _ in range(3):
        scan(bench, lanes.INACTIVE_ANON, 4)
        bench.call(calls.CALL_WAIT_IO)
    bench.touch([0], write=False)
    bench.call(calls.CALL_MADVISE, TASK, BASE_VPN * 4096, 4 * 4096, calls.MADV_FREE)
    assert (bench.view.pte_bits[1:4] == 0).all()
    assert (bench.view.swap_map == 0).all()
    assert bench.vmstat("nr_inactive_file") == 1
    check(bench.state)


def advise(bench, advice, pages, first=0):
    return bench.call(calls.CALL_MADVISE, TASK, (BASE_VPN + first) * 4096, pages * 4096, advice)


def test_paging_out_takes_the_pages_of_a_page_table_together():
    bench = Bench(frames=128, slots=257)
    bench.anon(100)
    bench.touch(range(100))
    before = len(bench.trace)
    advise(bench, calls.MADV_PAGEOUT, 60)
    events = bench.trace.events(before, len(bench.trace))
    moves = events[events["kind"] == kinds.MOVE]
    isolated = moves["dst"] == lanes.ISOLATED
    assert isolated[:60].all(), "all are isolated before the first is put back"
    assert isolated.sum() == bench.vmstat("pswpout") == 60
    assert bench.vmstat("pgscan_anon") == bench.vmstat("pgsteal_anon") == 0
    assert (bench.view.pte_bits[:60] & bits.PTE_SWAP).all()
    check(bench.state)


def test_pages_that_others_use_too_are_not_made_cold():
    bench = Bench()
    bench.anon(4)
    bench.touch(range(4))
    bench.call(calls.CALL_FORK, TASK, 2, 512)
    for advice in (calls.MADV_COLD, calls.MADV_PAGEOUT):
        advise(bench, advice, 4)
        assert (bench.view.pte_bits[:4] & bits.PTE_YOUNG != 0).all()
        assert bench.vmstat("nr_inactive_anon") == 4
    bench.call(calls.CALL_EXIT, 2)
    advise(bench, calls.MADV_COLD, 4)
    assert (bench.view.pte_bits[:4] & bits.PTE_YOUNG == 0).all()


def test_advice_about_cold_pages_waits_in_a_batch():
    bench = Bench(kernel=True)
    bench.anon(20)
    bench.touch(range(20))
    advise(bench, calls.MADV_FREE, 20)
    assert bench.vmstat("pglazyfree") == 15
    bench.call(calls.CALL_SCAN, 0, lanes.ACTIVE_FILE, 1)
    assert bench.vmstat("pglazyfree") == 20


@pytest.mark.parametrize(
    ("advice", "cached", "marker"), [(0, 32, [24]), (bits.VM_SEQ_READ, 32, [16]), (bits.VM_RAND_READ, 1, [])]
)
def test_a_fault_of_a_mapped_file_reads_around_ahead_or_nothing_else(advice, cached, marker):
    bench = Bench(frames=400, kernel=True)
    bench.file(96)
    bench.call(calls.CALL_MMAP, TASK, 0, BASE_VPN, 96, 0, 1 | bits.VM_SHARED | advice, 0, 0)
    bench.touch([0], write=False)
    frames = bench.view.cell[:96][bench.view.cell[:96] > 0] - 1
    assert len(frames) == cached
    marked = bench.view.bits[frames] & bits.PG_READAHEAD != 0
    assert bench.view.pgoff[frames][marked].tolist() == marker
