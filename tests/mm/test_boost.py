"""Zone DMA: free blocks by size and kind, boosts of its watermarks, and reclaim that skips the pages of other zones."""

import numpy as np

from memsim_gui.mm import boot, calls
from memsim_gui.mm import mm_types as mm
from memsim_gui.mm.project import project
from memsim_gui.trace import counters, kinds, tables
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.trace.view_state import Sizes
from tests.mm.invariants import check
from tests.mm.machines import TASK, Bench, tunables

DMA, DMA32 = 3840, 1024
USED = 32  # of zone DMA at the start, as after boot


def booted(*, factor=15000):
    """A machine with zone DMA as it is after boot, and a small zone DMA32."""
    bench = Bench(kernel=True)
    sizes = Sizes(nodes=1, frames=DMA + DMA32, ptes=512, cells=8192, slots=65, vmas=48, files=4, tasks=4, devices=2)
    zone = np.zeros((3, tables.ZONE_COLUMNS), np.int64)
    columns = [tables.ZONE_MANAGED, tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH]
    columns += [tables.ZONE_PROTECTION, tables.ZONE_PCP_BATCH, tables.ZONE_PCP_HIGH]
    zone[0, columns] = (DMA, 32, 40, 48, 4, 1, 40)
    zone[1, columns] = (DMA32, 16, 20, 24, 0, 3, 20)
    tun = tunables(kernel=True, policy=mm.POLICY_TWO_LIST)
    tun[mm.TUN_WATERMARK_BOOST_FACTOR] = factor
    device = np.array([[tables.DEVICE_SSD, 100_000, 8192, 0, 1]] * 2)
    start = np.zeros(counters.counters_total(1), np.int64)
    bench.state = boot.new_state(mm.Layout(sizes, zone, np.array([DMA - USED, DMA32, 0]), device, tun, start))
    bench.trace = Trace(project(bench.state), Meta())
    bench.call(calls.CALL_TASK, TASK, 0, 0, -1)
    return bench


def free_blocks(bench, kind):
    """Sizes of the free blocks of a kind in zone DMA, largest first."""
    sizes = []
    for order in range(mm.ORDERS - 1, -1, -1):
        block = int(bench.state.free_area[0, kind, order])
        while block >= 0:
            sizes.append(1 << order)
            block = int(bench.state.page[block].lru_next)
    return sizes


def boosts(bench):
    """Boosts of zone DMA in the order in which they were set."""
    events = bench.trace.events(0, len(bench.trace))
    mine = (events["kind"] == kinds.SET) & (events["dst"] == tables.TABLE_ZONE) & (events["src"] == tables.ZONE_BOOST)
    return [int(value) for value in events["value"][mine & (events["ident"] == 0)]]


def test_free_blocks_of_zone_dma_after_boot():
    bench = booted()
    assert free_blocks(bench, mm.MIGRATE_MOVABLE) == [1024, 1024, 1024, 512]
    assert free_blocks(bench, mm.MIGRATE_UNMOVABLE) == [128, 64, 32]
    assert free_blocks(bench, mm.MIGRATE_RECLAIMABLE) == []


def test_movable_pages_that_run_out_take_the_kernels_and_boost_the_watermarks():
    bench = booted()
    bench.file(8192)
    bench.read(range(3000))
    assert boosts(bench) == []
    bench.read(range(3000, 5200))
    assert boosts(bench)[0] == 512, "a page block, since 15000/10000 of the high mark are less"
    assert bench.vmstat("pgskip_dma32") > 0, "kswapd ran for zone DMA alone"
    assert boosts(bench)[-1] == 0, "its run takes the boost away"
    check(bench.state)


def test_without_the_factor_nothing_is_boosted_or_skipped():
    bench = booted(factor=0)
    bench.file(8192)
    bench.read(range(5200))
    assert boosts(bench) == []
    assert bench.vmstat("pgskip_dma32") == 0


def test_free_pages_merge_with_their_buddies():
    bench = booted()
    bench.file(8192)
    bench.read(range(3000))
    bench.call(calls.CALL_DROP_CACHES, 1)
    merged = free_blocks(bench, mm.MIGRATE_MOVABLE)
    assert sum(merged) > 2500, "but for a block of 1024 that slabs were taken from"
    assert merged[0] == 1024


def test_slabs_grow_with_the_nodes_of_the_page_cache():
    bench = booted()
    bench.file(8192)
    bench.read(range(640))  # ten nodes and the one above, with room for nine at the start
    assert bench.vmstat("nr_slab_reclaimable") == 2
    bench.read(range(640, 640 + 13 * 64))
    assert bench.vmstat("nr_slab_reclaimable") == 4


def test_the_flusher_looks_at_the_thresholds_after_each_chunk():
    bench = booted()
    bench.file(8192)
    dirty = []
    for page in range(1200):
        bench.write([page])
        dirty.append(bench.vmstat("nr_dirty"))
    assert max(dirty) > 300
    assert min(dirty[dirty.index(max(dirty)) :]) == 0, "a chunk is 1024 pages, more than there are"
