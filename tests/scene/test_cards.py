"""Cards beside the lists, from literal tables."""

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.cards import (
    SLOT_CACHED,
    SLOT_FREE,
    SLOT_SOME,
    SLOT_USED,
    actor_card,
    device_card,
    stats_card,
    swap_card,
)
from memsim_gui.scene.stage.payer import payer_of
from memsim_gui.trace import bits, causes, counters, kinds, tables
from tests.scene import synthetic

UNIT = 4.0


def test_each_swap_slot_is_told_where_there_is_room():
    b = synthetic.Builder(slots=5)
    b.view.swap_map[:] = (0x3F, 1, 0, bits.SWAP_HAS_CACHE, 1 | bits.SWAP_HAS_CACHE)
    card = swap_card(b.view, b.trace, Rect(0, 0, 100, 100), UNIT)
    assert card.cells.tolist() == [SLOT_USED, SLOT_FREE, SLOT_CACHED, SLOT_CACHED]
    assert (card.used, card.total) == (3, 4)


def test_slots_are_put_together_where_they_are_many():
    b = synthetic.Builder(slots=1001)
    b.view.swap_map[1:351] = 1
    card = swap_card(b.view, b.trace, Rect(0, 0, 32, 26), UNIT)  # room for ten cells
    assert card.cells.tolist() == [SLOT_USED] * 3 + [SLOT_SOME] + [SLOT_FREE] * 6


def test_a_machine_without_swap_has_no_swap_device():
    for slots, device in ((1, ""), (5, "ssd")):
        b = synthetic.Builder(slots=slots)
        b.trace.labels.devices[:] = ["hdd", "ssd (swap)"]
        assert swap_card(b.view, b.trace, Rect(0, 0, 100, 100), UNIT).device == device


def test_a_disk_tells_its_queue_and_what_it_moved():
    b = synthetic.Builder()
    b.view.device[1, [tables.DEVICE_READS, tables.DEVICE_WRITES]] = (3, 2)
    b.view.counter[[counters.EVENT_NAMES.index(name) for name in ("pgpgin", "pgpgout")]] = (2048, 512)
    card = device_card(b.view, b.trace, Rect(0, 0, 100, 100))
    assert [(device.reads, device.writes) for device in card.devices][-1] == (3, 2)
    assert card.moved == ("in 2 MiB", "out 512 KiB")


def test_hits_of_mapped_memory_are_told_where_there_are_any():
    b = synthetic.Builder()
    assert stats_card({}, b.view, Rect(0, 0, 9, 9), 100).note == "took 100 ns"
    b.view.clock[0, tables.CLOCK_HITS] = 1
    assert stats_card({}, b.view, Rect(0, 0, 9, 9), 100).note == "took 100 ns · 1 hit so far"


def in_direct_reclaim():
    """A process stalls 5 µs into a run of direct reclaim that began after 20 looks by another one."""
    b = synthetic.Builder()
    scanned = synthetic.counter("pgscan_direct")
    b.emit(kinds.COUNT, ident=scanned, value=20)
    b.emit(kinds.SET, dst=tables.TABLE_CLOCK, src=tables.CLOCK_NOW_NS, value=1000)
    b.emit(kinds.SET, dst=tables.TABLE_ACTOR, src=tables.ACTOR_AWAKE, ident=tables.ACTOR_DIRECT, value=1)
    b.emit(kinds.RECLAIM_BEGIN, causes.STALL_DIRECT, ident=32, value=tables.ACTOR_DIRECT)
    b.emit(kinds.SET, dst=tables.TABLE_ACTOR, src=tables.ACTOR_PRIORITY, ident=tables.ACTOR_DIRECT, value=11)
    b.emit(kinds.COUNT, ident=scanned, value=7)
    b.emit(kinds.COUNT, ident=synthetic.counter("pgsteal_direct"), value=3)
    b.emit(kinds.SET, dst=tables.TABLE_CLOCK, src=tables.CLOCK_NOW_NS, value=6000)
    here = len(b.events)
    b.emit(kinds.SET, dst=tables.TABLE_ACTOR, src=tables.ACTOR_AWAKE, ident=tables.ACTOR_DIRECT, value=0)
    b.emit(kinds.STALL, causes.STALL_DIRECT, ident=1, value=5000)
    b.build()
    b.trace.labels.tasks.append("hog")
    return b.trace, here


def test_the_process_in_direct_reclaim_pays():
    trace, here = in_direct_reclaim()
    assert payer_of(trace.view_at(here), trace, here) == ("hog", 5000, 11, 7, 3)
    assert payer_of(trace.view_at(1), trace, 1) is None


def test_who_pays_is_an_actor_unlike_kswapd():
    trace, here = in_direct_reclaim()
    view = trace.view_at(here)
    kswapd, hog = actor_card(view, payer_of(view, trace, here), 0, Rect(0, 0, 100, 100)).actors
    assert hog.name == "hog pays: direct reclaim"
    assert hog.state == "stalled 5 µs · priority 11"
    assert hog.rule == "scanned 7 · freed 3"
    assert hog.role != kswapd.role
