"""Reclaim of a memory cgroup on request: what it counts, when it gives up, and how stale its statistics are."""

import numpy as np
import pytest

from memsim_gui.mm import calls, tick
from memsim_gui.mm import mm_types as mm
from memsim_gui.trace import lanes
from tests.mm.invariants import check
from tests.mm.machines import Bench


def reclaim(bench, pages):
    return bench.call(calls.CALL_MEMORY_RECLAIM, pages)


@pytest.fixture
def bench():
    bench = Bench(frames=400, cells=300)
    bench.call(calls.CALL_CGROUP)
    bench.file(300)
    bench.read(range(300))
    return bench


def test_without_a_cgroup_there_is_nothing_to_write_to():
    bench = Bench()
    assert reclaim(bench, 1)[calls.ERRNO] == calls.ENOENT


def test_only_the_counters_by_list_tell_of_it(bench):
    result = reclaim(bench, 50)
    assert result[calls.ERRNO] == 0
    assert result[calls.RESULT] >= 50
    assert bench.vmstat("pgscan_file") == bench.vmstat("pgsteal_file") == result[calls.RESULT]
    for name in ("pgscan_direct", "pgsteal_direct", "pgscan_kswapd", "allocstall_movable", "pgrefill"):
        assert bench.vmstat(name) == 0, name
    check(bench.state)


def test_it_frees_at_least_a_cluster(bench):
    assert reclaim(bench, 1)[calls.RESULT] >= 32


def test_it_gives_up_after_attempts_in_vain(bench):
    result = reclaim(bench, 301)
    assert (result[calls.ERRNO], result[calls.RESULT]) == (calls.EAGAIN, 300)
    assert bench.vmstat("nr_file_pages") == 0
    assert reclaim(bench, 1)[calls.ERRNO] == calls.EAGAIN


def test_each_attempt_is_a_slice_so_that_the_trace_can_be_drained():
    bench = Bench(slots=1)
    bench.call(calls.CALL_CGROUP)
    bench.anon(20)
    bench.touch(range(20))
    record = np.zeros(calls.CALL_COLUMNS, np.int64)
    record[:2] = calls.CALL_MEMORY_RECLAIM, 1
    statuses = [tick.run(bench.state, record, np.empty(0, np.int64), 1 << 40)]
    while statuses[-1] == calls.MORE:
        statuses.append(tick.run(bench.state, record, np.empty(0, np.int64), 1 << 40))
    assert (len(statuses), statuses[-1], record[calls.ERRNO]) == (17, calls.FAILED, calls.EAGAIN)


def test_pages_in_a_batch_are_found_by_the_last_attempt():
    bench = Bench(kernel=True)
    bench.call(calls.CALL_CGROUP)
    bench.file(4)
    bench.read([0, 2])
    assert bench.vmstat("nr_inactive_file") == 0
    assert reclaim(bench, 1)[calls.ERRNO] == 0


def test_the_statistics_are_those_of_the_last_flush(bench):
    bench.state.tun[mm.TUN_STAT_BATCH] = 64
    bench.state.sys[mm.SYS_STAT_UPDATES] = 0
    reclaim(bench, 1)
    stale = bench.state.node[0, mm.NODE_STAT + lanes.INACTIVE_FILE]
    assert stale > bench.vmstat("nr_inactive_file")
    assert bench.state.sys[mm.SYS_STAT_UPDATES] > 0
    reclaim(bench, 200)
    assert bench.state.node[0, mm.NODE_STAT + lanes.INACTIVE_FILE] < stale


def test_blocks_of_the_file_system_are_activated_and_never_freed():
    bench = Bench(metadata=8)
    check(bench.state)
    assert bench.vmstat("nr_inactive_file") == 8
    bench.call(calls.CALL_SCAN, 0, lanes.INACTIVE_FILE, 8)
    assert bench.vmstat("nr_active_file") == bench.vmstat("pgactivate") == 8
    bench.call(calls.CALL_DROP_CACHES, 3)
    assert bench.vmstat("nr_active_file") == 8
