"""Rules that the naive kernel showed to be broken once, each by the few calls that show it."""

from memsim_gui.mm import calls, mm_types
from memsim_gui.trace import bits, lanes, tables
from tests.mm.machines import BASE_VPN, TASK, Bench

CHILD, CHILD_PTE = 2, 256


def scan(bench, kind, pages=8):
    return bench.call(calls.CALL_SCAN, 0, kind, pages)


def swap_out(bench):
    for _ in range(3):
        scan(bench, lanes.INACTIVE_ANON)
        bench.call(calls.CALL_WAIT_IO)


def test_entries_of_the_zero_page_are_not_taken_for_those_of_frame_0():
    bench = Bench()
    bench.anon(2)
    bench.touch([0], write=False)
    bench.call(calls.CALL_FORK, TASK, CHILD, CHILD_PTE)
    bench.touch([0])
    assert bench.view.pte_pfn[0] == 0, "the first frame handed out"
    swap_out(bench)
    assert bench.view.pte_bits[0] & bits.PTE_SWAP
    assert bench.view.pte_bits[CHILD_PTE] & bits.PTE_ZERO


def test_after_a_fork_a_page_swapped_out_before_belongs_to_both():
    bench = Bench()
    bench.anon(1)
    bench.touch([0])
    scan(bench, lanes.INACTIVE_ANON)
    scan(bench, lanes.INACTIVE_ANON)
    assert bench.view.pte_bits[0] == bits.PTE_SWAP | bits.PTE_EXCLUSIVE
    bench.call(calls.CALL_FORK, TASK, CHILD, CHILD_PTE)
    assert bench.view.pte_bits[0] == bench.view.pte_bits[CHILD_PTE] == bits.PTE_SWAP
    bench.call(calls.CALL_WAIT_IO)
    bench.touch([0], write=False)
    bench.touch([0])
    assert bench.vmstat("nr_anon_pages") == 1
    assert bench.vmstat("nr_swapcached") == 1, "the child's page; the parent wrote to a copy"
    assert bench.vmstat("pgreuse") == 0


def test_one_page_read_from_swap_is_waited_for_within_its_fault():
    bench = Bench()
    bench.state.tun[mm_types.TUN_PAGE_CLUSTER] = 0
    bench.anon(1)
    bench.touch([0])
    swap_out(bench)
    before = bench.vmstat("pgfault")
    bench.touch([0])
    assert bench.vmstat("pgfault") - before == bench.vmstat("pgmajfault") == 1


def test_kswapd_writes_dirty_file_pages_that_it_meets_again():
    bench = Bench()
    bench.file(10)
    bench.write(range(8))
    bench.state.node[0, mm_types.NODE_FLAGS] = mm_types.PGDAT_DIRTY
    # A clean page among the dirty ones, or reclaim would leave them all to the flusher.
    bench.read([8])
    scan(bench, lanes.INACTIVE_FILE, 9)
    scan(bench, lanes.ACTIVE_FILE)
    bench.read([9])
    scan(bench, lanes.INACTIVE_FILE, 9)
    assert bench.vmstat("nr_vmscan_write") == bench.vmstat("nr_writeback") == 8


def test_mlock_over_a_hole_locks_what_lies_before_it():
    bench = Bench()
    bench.anon(4)
    bench.touch(range(4))
    result = bench.call(calls.CALL_MLOCK, TASK, BASE_VPN * 4096, 5 * 4096, 0)
    assert result[calls.ERRNO] == calls.ENOMEM
    assert bench.view.task[TASK, tables.TASK_LOCKED_VM] == bench.vmstat("nr_mlock") == 4


def test_a_direct_reclaim_on_request_frees_what_was_asked_for():
    bench = Bench(frames=256, slots=1, cells=128)
    bench.file(128)
    bench.read(range(128))
    assert bench.call(calls.CALL_DIRECT_RECLAIM, 0, 100)[calls.RESULT] >= 100


def test_a_pass_on_request_forgets_refaults_like_a_run_of_kswapd():
    bench = Bench()
    bench.file(8)
    bench.read([0, 1, 2, 0, 1, 2, 3])
    scan(bench, lanes.INACTIVE_FILE, 1)
    bench.read([3])
    assert bench.vmstat("workingset_activate_file") == 1
    bench.call(calls.CALL_KSWAPD, 0)
    refaults = bench.state.node[0, mm_types.NODE_REFAULTS_ANON : mm_types.NODE_REFAULTS_ANON + 2]
    assert refaults.tolist() == [0, 1]
