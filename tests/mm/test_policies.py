"""What sets the policies apart, by literal sequences; test_properties.py runs all of them at random."""

import pytest

from memsim_gui.mm import calls, mm_types
from memsim_gui.trace import bits, lanes
from tests.mm.machines import Bench

POLICIES = (mm_types.POLICY_TWO_LIST, mm_types.POLICY_LESSON, mm_types.POLICY_SINGLE_LIST)
HOT, COLD = range(10), range(10, 40)


def single(**sizes):
    return Bench(policy=mm_types.POLICY_SINGLE_LIST, **sizes)


def scan(bench, kind, pages):
    bench.call(calls.CALL_SCAN, 0, kind, pages)
    bench.call(calls.CALL_WAIT_IO)


def flags(bench, frame):
    return set(bits.page_flag_names(int(bench.view.bits[frame])))


def test_a_used_page_goes_round_and_never_to_an_active_list():
    bench = single()
    bench.anon(1)
    for _ in range(4):
        bench.touch([0])
        scan(bench, lanes.INACTIVE_ANON, 1)
        assert flags(bench, 0) == {"PG_uptodate", "PG_lru", "PG_swapbacked", "PG_anon_exclusive"}
        assert not bench.view.pte_bits[0] & bits.PTE_YOUNG
        assert bench.view.lane[0] == lanes.INACTIVE_ANON
    assert bench.vmstat("pgactivate") == 0


def test_a_page_not_used_since_the_last_look_goes():
    bench = single()
    bench.anon(1)
    bench.touch([0])
    scan(bench, lanes.INACTIVE_ANON, 1)
    scan(bench, lanes.INACTIVE_ANON, 1)
    assert bench.vmstat("pswpout") == 1
    scan(bench, lanes.INACTIVE_ANON, 1)
    assert bench.view.lane[0] == lanes.FREE


def test_reading_a_file_page_twice_gives_it_one_more_round():
    bench = single()
    bench.file(4)
    bench.read([0, 1, 0, 1])
    assert bench.vmstat("nr_inactive_file") == 2
    scan(bench, lanes.INACTIVE_FILE, 2)
    assert bench.vmstat("pgsteal_file") == 0
    scan(bench, lanes.INACTIVE_FILE, 2)
    assert bench.vmstat("pgsteal_file") == 2
    bench.read([0])
    assert bench.vmstat("workingset_refault_file") == 1
    assert bench.vmstat("nr_active_file") == bench.vmstat("workingset_activate_file") == 0


@pytest.mark.parametrize(("policy", "examined"), [(mm_types.POLICY_TWO_LIST, 60), (mm_types.POLICY_SINGLE_LIST, 80)])
def test_two_lists_find_30_cold_pages_of_40_with_a_quarter_fewer_looks(policy, examined):
    bench = Bench(policy=policy)
    bench.state.tun[[mm_types.TUN_HIT_NS, mm_types.TUN_SCAN_NS, mm_types.TUN_PAGEOUT_NS]] = 0
    bench.anon(40)
    for _ in range(2):
        bench.touch(HOT)
        scan(bench, lanes.INACTIVE_ANON, len(HOT))
    bench.touch(COLD)
    before = bench.vmstat("pgscan_anon")
    while bench.vmstat("pswpout") < len(COLD):
        bench.touch(HOT)
        bench.call(calls.CALL_SCAN, 0, lanes.INACTIVE_ANON, 1)
    assert bench.vmstat("pgscan_anon") - before == examined
    assert all(bench.view.pte_bits[page] & bits.PTE_PRESENT for page in HOT)


@pytest.mark.parametrize("policy", POLICIES)
def test_all_policies_agree_on_watermarks_swap_and_locks(policy):
    bench = Bench(frames=48, slots=257, policy=policy)
    bench.anon(90)
    bench.call(calls.CALL_MLOCK, 1, 0x7F0000000 * 4096, 10 * 4096, 0)
    bench.touch(range(90))
    assert bench.vmstat("nr_unevictable") == 10
    assert bench.vmstat("pswpout") >= 90 - 48
    assert bench.vmstat("oom_kill") == 0
