"""Mosaics, the physical map, the swap map, and what is selected in them, as literal states."""

import numpy as np
import pytest

from memsim_gui.scene import marks
from memsim_gui.scene.panels import mosaic, page_inspector, physical_map, swap_map
from memsim_gui.scene.panels.mosaic import Room
from memsim_gui.scene.panels.physical_map import FIRST, FREE, KERNEL, OTHER, TAKEN, Ages
from memsim_gui.scene.selection import Selection
from memsim_gui.trace import bits, kinds, lanes, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view
from tests.scene import synthetic

ROOM = Room(300, 400, 4)


@pytest.fixture
def small():
    """Eight frames, five swap slots: frame 4 is page 3 of the heap and slot 2; heap page 1 is in slot 3."""
    view = new_view(Sizes(1, 8, 6, 4, 6, 1, 1, 1, 1))
    view.lane[:] = lanes.FREE
    view.lane[[0, 2, 4, 5, 7]] = (
        lanes.INACTIVE_FILE, lanes.ACTIVE_FILE, lanes.INACTIVE_ANON, lanes.UNEVICTABLE, lanes.KERNEL,
    )  # fmt: skip
    view.mapping[[0, 2, 4, 5]] = (2, 2, 3, 5)
    view.pgoff[[0, 2, 4]] = (0, 2, 3)
    view.bits[4] = bits.PG_LRU | bits.PG_SWAPBACKED | bits.PG_SWAPCACHE
    view.vma[0, [tables.VMA_START_VPN, tables.VMA_PAGES, tables.VMA_FILE, tables.VMA_ANON_VMA]] = (0x7F, 6, -1, 1)
    view.file[0, tables.FILE_PAGES] = 4
    view.cell[:] = (1, kinds.CELL_SWAPPED - 4, 3, 0)
    view.pte_bits[[1, 3]] = (bits.PTE_SWAP, bits.PTE_PRESENT)
    view.pte_pfn[[1, 3]] = (3, 4)
    view.swap_map[[2, 3, 4, 5]] = (bits.SWAP_HAS_CACHE, 2, 1, bits.SWAP_HAS_CACHE)
    view.swap_cell[2] = 5
    return view, Trace(view, Meta(first_pfn=0xAB0), Labels(files=["log"], vmas=["heap"], tasks=["editor"]))


def test_a_small_machine_is_seen_at_once_and_large():
    seen = mosaic.shot(ROOM, 64, mosaic.furthest(ROOM, 64), 0)
    assert (seen.each, seen.columns, seen.cells, seen.pitch) == (1, 8, 64, 32)


@pytest.mark.parametrize("total", [1, 64, 1000, 1 << 20, (1 << 24) + 5])
def test_everything_is_in_sight_at_the_furthest_zoom(total):
    seen = mosaic.shot(ROOM, total, mosaic.furthest(ROOM, total), 0)
    assert seen.first == 0
    assert seen.cells * seen.each >= total > (seen.cells - 1) * seen.each
    assert seen.columns * seen.pitch <= ROOM.width
    assert seen.rows * seen.pitch <= ROOM.height
    first, count = seen.things_of(seen.cells - 1)
    assert first + count == total


def test_zooming_in_comes_to_single_things_whose_rows_begin_at_round_numbers():
    total = 1 << 24
    seen = mosaic.shot(ROOM, total, 0, 1 << 17)
    assert (seen.each, seen.columns, seen.first) == (1, 8, 1 << 20)
    assert seen.cell_of((1 << 20) + 9) == 9
    assert seen.cell_of(5) == -1
    assert mosaic.shot(ROOM, total, 0, 1 << 30).first == total - 8 * (400 // 32)


def test_samples_lie_in_their_cells_and_few_things_are_all_looked_at():
    seen = mosaic.shot(ROOM, 1 << 20, mosaic.furthest(ROOM, 1 << 20), 0)
    found = mosaic.sample(seen)
    assert found.shape == (seen.cells, mosaic.SAMPLES)
    assert np.array_equal(found // seen.each, np.repeat(np.arange(seen.cells)[:, None], mosaic.SAMPLES, axis=1))
    near = mosaic.sample(mosaic.Shot(6, 0, 4, 2, 2, 8, 1, 1))
    assert sorted(near[0].tolist()) == [0, 1, 2, 3]
    assert set(near[1].tolist()) == {4, 5}


def test_a_block_shows_the_mixture_of_its_things():
    states = np.array([[0, 0, 1, 2], [2, 2, 2, 2]], np.uint8)
    assert mosaic.shares(states, 3).tolist() == [[0.5, 0.25, 0.25], [0, 0, 1]]


def test_frames_by_list(small):
    free, anon = marks.FREE, marks.INACTIVE_ANON
    assert physical_map.by_list(small[0], np.arange(8)).tolist() == [
        marks.INACTIVE_FILE, free, marks.ACTIVE_FILE, free, anon, marks.UNEVICTABLE, free, KERNEL,
    ]  # fmt: skip
    assert [key.words for key in physical_map.LIST_KEYS][marks.FREE :] == ["free", "kernel"]


def test_frames_by_owner_processes_before_files(small):
    known = physical_map.owners(*small)
    assert [key.words for key in known.keys] == ["free", "kernel", "others", "editor", "log"]
    assert physical_map.by_owner(small[0], np.arange(8), known).tolist() == [
        FIRST + 1, FREE, FIRST + 1, FREE, FIRST, OTHER, FREE, TAKEN,
    ]  # fmt: skip


def test_frames_by_last_use(small):
    view, trace = small
    events = np.zeros(64, kinds.EVENT)
    events["kind"] = kinds.COUNT
    for at, frame in ((2, 0), (50, 2), (62, 4)):
        events[at] = (kinds.READ, 0, 0, 0, 0, frame)
    events[63] = (kinds.PTE, 0, 0, 0, 3, (bits.PTE_PRESENT | bits.PTE_YOUNG) << 32 | 5)
    trace.append(events)
    ages = Ages(trace)
    ages.follow(64, 8)
    assert ages.states(view, np.arange(8)).tolist() == [OTHER, FREE, FIRST + 2, FREE, FIRST + 1, FIRST, FREE, TAKEN]
    ages.follow(3, 8)
    assert ages.states(view, np.arange(3)).tolist() == [FIRST, FREE, OTHER]


def test_words_of_a_frame_and_of_a_block(small):
    assert physical_map.words(*small, 4, 1) == (
        "PFN 0xAB4 · Inactive anon · node 0\nPG_lru PG_swapbacked PG_swapcache\nheap of editor, 0x82000"
    )
    assert physical_map.words(*small, 2, 1).endswith("log page 2")
    assert physical_map.words(*small, 5, 1).endswith("anonymous, of anon_vma 2")
    assert physical_map.words(*small, 0, 4) == ("PFN 0xAB0 to 0xAB3, 4 frames\n2 free, 1 active file, 1 inactive file")


def test_slots_of_the_swap_area(small):
    view, trace = small
    assert swap_map.states(view, np.arange(6)).tolist() == [
        swap_map.BAD, swap_map.FREE, swap_map.CACHED, swap_map.USED, swap_map.USED, swap_map.RESERVED,
    ]  # fmt: skip
    assert swap_map.figures(view) == (5, 1, 3, 1, 1, 1)
    assert swap_map.figures(view).words(4096) == (
        "3 of 5 slots used (12 KiB) · 1 of them in the swap cache · 1 free · 1 reserved · 1 bad"
    )
    assert swap_map.words(view, trace, 3, 1) == "slot 3: swap_map 0x02, 2 users\nheap of editor, 0x80000"
    assert swap_map.words(view, trace, 4, 1) == "slot 4: swap_map 0x01, 1 user\nlog page 1"
    assert "PFN 0xAB4" in swap_map.words(view, trace, 2, 1)
    assert swap_map.words(view, trace, 0, 6) == (
        "slots 0 to 5\n1 free, 2 used, 1 and in swap cache, 1 reserved, 1 header, bad"
    )


def test_what_is_picked_is_found_in_memory_and_in_swap(small):
    view = small[0]
    assert Selection(pte=3).located(view) == Selection(frame=4, pte=3, slot=2)
    assert Selection(pte=1).located(view) == Selection(pte=1, slot=3)
    assert Selection(pte=0).located(view) == Selection(pte=0)
    assert Selection(cell=2).located(view) == Selection(cell=2, frame=2)
    assert Selection(cell=1).located(view) == Selection(cell=1, slot=4)
    assert Selection(frame=4).located(view) == Selection(frame=4, slot=2)
    assert Selection(slot=2).located(view) == Selection(frame=4, slot=2)
    assert Selection().located(view) == Selection()


def test_pages_that_show_what_is_selected(small):
    view = small[0]
    assert Selection(frame=4).in_vma(view, 0).tolist() == [3]
    assert Selection(frame=4, slot=3).in_vma(view, 0).tolist() == [1, 3]
    assert Selection(pte=5).in_vma(view, 0).tolist() == [5]
    assert Selection(pte=9).in_vma(view, 0).tolist() == []
    assert Selection(frame=0, count=8).in_file(view, 0).tolist() == [0, 2]
    assert Selection(cell=3).in_file(view, 0).tolist() == [3]
    assert Selection(slot=4).in_file(view, 0).tolist() == []
    view.file[0, tables.FILE_KIND] = tables.FILE_SHMEM
    assert Selection(slot=4).in_file(view, 0).tolist() == [1]
    assert Selection().in_file(view, 0).tolist() == Selection().in_vma(view, 0).tolist() == []


@pytest.mark.parametrize(
    ("picked", "told"),
    [
        (Selection(pte=0), "heap of editor, 0x7f000: no page frame. The first access will fault."),
        (Selection(pte=1), "heap of editor, 0x80000: no page frame. Its contents are in swap slot 3."),
        (Selection(cell=3), "log page 3: no page frame. It is not in the page cache."),
        (Selection(cell=1), "log page 1: no page frame. Its contents are in swap slot 4."),
        (Selection(slot=1), "Swap slot 1: no page frame. Its page is not in memory."),
        (Selection(), ""),
    ],
)
def test_pages_without_a_frame_are_told_about_too(small, picked, told):
    assert page_inspector.without_frame(*small, picked.located(small[0])) == told


def test_a_grid_takes_the_height_of_its_things():
    assert mosaic.height(ROOM, 27, 4) == 2 * 18
    few = Room(300, 20, 4)
    seen = mosaic.shot(few, 2, mosaic.furthest(few, 2), 0)
    assert (seen.cells, seen.full_rows) == (2, 1)
    none = Room(300, 0, 4)
    assert mosaic.shot(none, 2, mosaic.furthest(none, 2), 0).cells == 2


def test_a_large_machine_is_sampled_fairly():
    view = synthetic.large(1 << 16, 100).view_at(0)
    seen = mosaic.shot(ROOM, 1 << 16, mosaic.furthest(ROOM, 1 << 16), 0)
    shares = mosaic.shares(physical_map.by_list(view, mosaic.sample(seen)), len(physical_map.LIST_KEYS))
    exact = np.bincount(physical_map.by_list(view, np.arange(1 << 16)), minlength=len(physical_map.LIST_KEYS))
    assert np.allclose(shares.mean(axis=0), exact / (1 << 16), atol=0.02)
