"""Shared memory: page cache on the anon lists, swapped through the cells of its file."""

import pytest

from memsim_gui.mm import calls
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from tests.mm.invariants import check
from tests.mm.machines import BASE_VPN, TASK, Bench

PAGES, CHILD, CHILD_AT = 80, 2, 512


@pytest.fixture
def bench():
    bench = Bench(frames=96)
    share(bench)
    return bench


def share(bench):
    bench.call(calls.CALL_OPEN, 0, PAGES, 0, 0, tables.FILE_SHMEM, PAGES * 4096)
    bench.call(calls.CALL_MMAP, TASK, 0, BASE_VPN, PAGES, 0, 3 | bits.VM_SHARED, 0, 0)


def flags(bench, row):
    return set(bits.page_flag_names(int(bench.view.bits[bench.view.pte_pfn[row]])))


def swap_out(bench, scans=3):
    for _ in range(scans):
        bench.call(calls.CALL_SCAN, 0, lanes.INACTIVE_ANON, PAGES)
        bench.call(calls.CALL_WAIT_IO)


def test_a_write_makes_a_page_that_is_page_cache_on_an_anon_list(bench):
    bench.touch(range(5))
    assert flags(bench, 0) == {"PG_uptodate", "PG_dirty", "PG_lru", "PG_swapbacked"}
    for name in ("nr_shmem", "nr_file_pages", "nr_mapped", "nr_inactive_anon"):
        assert bench.vmstat(name) == 5, name
    assert bench.vmstat("nr_anon_pages") == bench.vmstat("nr_dirty") == bench.vmstat("pgmajfault") == 0
    assert bench.view.task[TASK, tables.TASK_SHMEM] == 5


def test_its_faults_have_reasons_of_their_own(bench):
    bench.touch([3], write=False)
    swap_out(bench)
    bench.touch([3])
    swap_out(bench)
    bench.touch([3])
    events = bench.trace.events(0, len(bench.trace))
    assert events["cause"][events["kind"] == kinds.FAULT].tolist() == [
        causes.FAULT_SHMEM,
        causes.FAULT_SHMEM,
        causes.FAULT_SWAP_MAJOR,
    ], "a page that was only read is zero, and may be dropped"


def test_a_first_read_takes_a_frame_too_and_needs_no_second_fault_to_write(bench):
    bench.touch([3], write=False)
    assert "PG_dirty" not in flags(bench, 3)
    assert bench.vmstat("nr_shmem") == 1
    bench.touch([3])
    assert bench.vmstat("pgfault") == 1


def test_its_swap_entries_stand_in_the_file(bench):
    bench.touch(range(5))
    swap_out(bench)
    assert bench.vmstat("pswpout") == 5
    assert bench.vmstat("nr_shmem") == bench.vmstat("nr_file_pages") == bench.vmstat("nr_swapcached") == 0
    assert (bench.view.pte_bits[:5] == 0).all()
    slots = kinds.CELL_SWAPPED - bench.view.cell[:5]
    assert sorted(bench.view.swap_map[slots].tolist()) == [1] * 5
    assert bench.view.task[TASK, tables.TASK_SWAPENTS] == 0
    check(bench.state)


def test_a_page_that_comes_back_leaves_swap_and_is_dirty(bench):
    bench.touch(range(5))
    swap_out(bench)
    bench.touch([2], write=False)
    assert "PG_dirty" in flags(bench, 2)
    assert "PG_swapcache" not in flags(bench, 2)
    slot = kinds.CELL_SWAPPED - int(bench.view.cell[0])
    assert bench.view.cell[2] > 0
    assert int(bench.view.swap_map[slot]) & ~bits.SWAP_HAS_CACHE == 1
    assert bench.vmstat("pgmajfault") == 1
    assert bench.vmstat("pgfault") == 6, "the wait for the read is no second fault"
    check(bench.state)


def test_without_swap_it_stays():
    bench = Bench(slots=1)
    share(bench)
    bench.touch(range(5))
    swap_out(bench)
    assert bench.vmstat("nr_shmem") == 5
    assert bench.vmstat("nr_active_anon") == 5


def test_a_child_shares_it_and_the_last_one_frees_it(bench):
    bench.touch(range(5))
    swap_out(bench)
    bench.touch([0, 1])
    bench.call(calls.CALL_FORK, TASK, CHILD, CHILD_AT)
    assert (bench.view.pte_bits[CHILD_AT : CHILD_AT + 5] == 0).all(), "its faults find the pages"
    bench.call(calls.CALL_TOUCH, CHILD, 1, items=[CHILD_AT, CHILD_AT + 7])
    assert bench.view.pte_pfn[CHILD_AT] == bench.view.pte_pfn[0]
    assert bench.vmstat("nr_shmem") == 3
    bench.call(calls.CALL_EXIT, TASK)
    assert bench.vmstat("nr_shmem") == 3
    bench.call(calls.CALL_EXIT, CHILD)
    assert bench.vmstat("nr_shmem") == 0
    assert bench.vmstat("nr_free_pages") == 96
    assert (bench.view.swap_map == 0).all()
    check(bench.state)


def test_more_than_memory_fits_in_swap():
    bench = Bench(frames=48)
    share(bench)
    assert bench.touch(range(PAGES))[calls.RESULT] == 0
    assert bench.vmstat("pswpout") >= PAGES - 48
    bench.touch(range(PAGES), write=False)
    check(bench.state)


def test_lazy_freeing_is_for_private_memory_only(bench):
    bench.touch(range(5))
    assert bench.call(calls.CALL_MADVISE, TASK, BASE_VPN * 4096, 4096, calls.MADV_FREE)[calls.ERRNO] == calls.EINVAL
