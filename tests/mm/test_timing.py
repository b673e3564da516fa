"""When things happen: requests and their plug, devices of different kinds, and who gets the processor."""

from memsim_gui.mm import calls
from memsim_gui.mm import mm_types as mm
from memsim_gui.trace import lanes, tables
from tests.mm.machines import MICRO, Bench

SLICE_NS = 4_000_000


def scan(bench, kind, pages=1):
    bench.call(calls.CALL_SCAN, 0, kind, pages)


def written_pages(*, stalls, most=320, pages=64):
    """A machine that has just started writing cold anonymous pages to swap, by one pass."""
    bench = Bench(frames=128, slots=257, kernel=True)
    bench.state.tun[mm.TUN_IO_PAGES] = most
    bench.state.device[:, mm.DEVICE_STALLS] = stalls
    bench.anon(pages)
    bench.touch(range(pages))
    scan(bench, lanes.INACTIVE_ANON, pages)
    scan(bench, lanes.INACTIVE_ANON, pages)
    assert bench.vmstat("pswpout") == pages
    return bench


def rotated(bench):
    scan(bench, lanes.ACTIVE_ANON)  # drains the batch
    return bench.vmstat("pgrotated")


def test_a_device_of_the_emulator_is_done_before_the_guest_goes_on():
    assert written_pages(stalls=0).vmstat("nr_writeback") == 64
    bench = written_pages(stalls=1)
    assert bench.vmstat("nr_writeback") == 0
    assert rotated(bench) == 64, "the plug is flushed after the last batch was put back"


def test_pages_whose_write_ends_while_they_are_isolated_are_not_rotated():
    # Requests of 40 pages: page 41 begins the next one and flushes the plug, while pages 33 to 64 are isolated. [Wb-4]
    assert rotated(written_pages(stalls=1, most=40)) == 64 - 8


def test_a_throttled_device_lets_a_burst_through_and_then_its_speed():
    bench = Bench()
    row = bench.state.device[0]
    row[mm.DEVICE_LATENCY_NS], row[mm.DEVICE_PAGE_NS], row[mm.DEVICE_BURST_NS] = 0, 1000 * MICRO, 2000 * MICRO
    bench.file(32)
    took = []
    for page in range(0, 24, 4):
        before = bench.state.sys[mm.SYS_NOW_NS]
        bench.read([page])
        took.append(int(bench.state.sys[mm.SYS_NOW_NS] - before) // (900 * MICRO))
    assert took == [0, 0, 0, 1, 1, 1]


def pressed(processors):
    """A machine of 200 pages whose task has just read 400 pages of a file."""
    bench = Bench(frames=200, cells=400)
    bench.state.zone[1, tables.ZONE_MIN : tables.ZONE_HIGH + 1] = (8, 10, 16)
    bench.state.tun[mm.TUN_PROCESSORS] = processors
    bench.state.tun[mm.TUN_SCHED_SLICE_NS] = SLICE_NS
    bench.state.device[:, mm.DEVICE_STALLS] = 1
    bench.file(400)
    bench.read(range(400))
    return bench


def test_a_woken_kswapd_gets_the_processor_before_the_next_allocation():
    # Only two pages lie between the marks low and min, but a tick has room for 4000 reads.
    bench = pressed(processors=1)
    assert bench.vmstat("pgsteal_kswapd") > 0
    assert bench.vmstat("allocstall_movable") == bench.vmstat("pgsteal_direct") == 0


def test_kswapd_on_a_processor_of_its_own_takes_no_time_from_the_task():
    alone, beside = pressed(processors=1), pressed(processors=2)
    assert beside.vmstat("pgsteal_kswapd") > 0
    assert beside.state.sys[mm.SYS_NOW_NS] < alone.state.sys[mm.SYS_NOW_NS]
