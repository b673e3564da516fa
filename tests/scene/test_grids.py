"""Grids of files, mappings and frames, as literal states."""

import numpy as np
import pytest

from memsim_gui import Machine
from memsim_gui.engine.commands import Mmap, Touch
from memsim_gui.scene import marks
from memsim_gui.scene.panels import address_space, page_cache, page_inspector
from memsim_gui.scene.panels.page_life import PageLife
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view
from tests.scene import synthetic


@pytest.fixture
def small():
    """Eight frames; a file of six pages of which 0 and 2 are cached and 1 was evicted; a mapping of 27 pages."""
    view = new_view(Sizes(1, 8, 27, 6, 5, 1, 1, 1, 1))
    view.file[0, [tables.FILE_PAGES, tables.FILE_SIZE_BYTES]] = (6, 5 * 4096 + 1)
    view.cell[:] = [1, -1, 3, 0, 0, 0]
    view.lane[:] = lanes.FREE
    view.lane[[0, 2, 4, 5]] = (lanes.INACTIVE_FILE, lanes.ACTIVE_FILE, lanes.INACTIVE_ANON, lanes.UNEVICTABLE)
    view.mapping[[0, 2, 4, 5]] = (2, 2, 3, 3)
    view.bits[[0, 2]] = (bits.PG_LRU | bits.PG_DIRTY, bits.PG_LRU | bits.PG_ACTIVE)
    view.bits[[4, 5]] = bits.PG_LRU | bits.PG_SWAPBACKED
    view.bits[5] |= bits.PG_UNEVICTABLE | bits.PG_MLOCKED
    view.vma[0, [tables.VMA_START_VPN, tables.VMA_PAGES, tables.VMA_FILE]] = (0x7F0000001, 27, -1)
    view.vma[0, [tables.VMA_LOCK_ADDR, tables.VMA_LOCK_LEN]] = (0x7F0000001234, 100_000)
    view.vma[0, tables.VMA_BITS] = bits.VM_READ | bits.VM_WRITE | bits.VM_LOCKED
    present = bits.PTE_PRESENT
    view.pte_bits[:5] = (0, present | bits.PTE_ZERO, bits.PTE_SWAP, present | bits.PTE_YOUNG, present | bits.PTE_DIRTY)
    view.pte_pfn[:5] = (0, 0, 2, 4, 5)
    labels = Labels(files=["/data/log"], vmas=["heap"], tasks=["editor"])
    return view, Trace(view, Meta(), labels)


def grid_of(small, events=()):
    view, trace = small
    trace.append(np.array(list(events), kinds.EVENT))
    return page_cache.file_grid(view, trace, len(trace), 0)


def test_cells_of_a_file(small):
    grid = grid_of(small)
    cached = page_cache.CACHED
    assert page_cache.states(small[0], grid, np.arange(6)).tolist() == [
        cached + marks.INACTIVE_FILE,
        page_cache.SHADOW,
        cached + marks.ACTIVE_FILE,
        0,
        0,
        0,
    ]
    assert (grid.first_cell, grid.pages) == (0, 6)
    assert grid.summary == "2 of 6 pages · 33.33 % · 20.0 KiB · 1 shadow"


def test_figures_of_files(small):
    view, trace = small
    view.cell[4] = kinds.CELL_SWAPPED - 2
    view.file[0, tables.FILE_NR_DIRTY] = 1
    assert page_cache.overview(view, trace, [0]) == [(0, "/data/log", 2, 6, 1, 1)]
    assert page_cache.states(view, grid_of(small), np.array([4])).tolist() == [page_cache.SWAPPED]


def test_pages_that_the_last_read_touched(small):
    command, read = (kinds.COMMAND, 0, 0, 0, 0, 0), kinds.READ
    events = [
        command,
        (read, causes.HIT, 0, 0, 5, 0),
        command,
        (read, causes.HIT, 0, 0, 0, 0),
        (read, causes.MISS, 0, 0, 3, 1),
    ]
    grid = grid_of(small, events)
    assert grid.hits.tolist() == [0]
    assert grid.misses.tolist() == [3]


def test_words_for_a_cell(small):
    grid = grid_of(small)
    assert page_cache.cell_words(*small, grid, 1, 1).endswith("evicted, a shadow remembers when")
    assert page_cache.cell_words(*small, grid, 2, 1).replace("\u2009", " ") == (
        "/data/log page 2, bytes 8 192 to 12 287: cached in PFN 0x2, active file"
    )
    assert page_cache.cell_words(*small, grid, 0, 6) == (
        "/data/log pages 0 to 5\n3 absent, 1 shadow, 1 active file, 1 inactive file"
    )


def test_pages_of_a_mapping(small):
    shown = address_space.mappings(*small)[0]
    present = address_space.PRESENT
    assert address_space.states(small[0], shown, np.arange(6)).tolist() == [
        address_space.ABSENT,
        address_space.ZERO,
        address_space.SWAPPED,
        present + marks.INACTIVE_ANON,
        present + marks.UNEVICTABLE,
        address_space.ABSENT,
    ]
    held = address_space.marks_of(small[0], shown, np.array([3, 4]))
    assert held.tolist() == [marks.YOUNG, marks.DIRTY | marks.LOCKED]
    assert (shown.name, shown.flags, shown.pages) == ("heap", "r w VM_LOCKED", 27)
    assert shown.start == 0x7F0000001000
    assert shown.summary == "2 of 27 pages present, 1 in swap"


@pytest.mark.parametrize(
    ("page", "told"), [(0, "the first access faults"), (1, "zeros"), (2, "swap slot 2"), (3, "present in PFN 0x4")]
)
def test_words_for_a_page_of_a_mapping(small, page, told):
    shown = address_space.mappings(*small)[0]
    assert told in address_space.words(*small, shown, page, 1)
    assert "22 absent" not in address_space.words(*small, shown, 0, 5)
    assert address_space.words(*small, shown, 0, 27).startswith("heap from 0x7f0000001000, 27 pages")


def test_bytes_asked_for_over_the_pages_that_hold_them(small):
    asked = address_space.mappings(*small)[0].asked
    assert (asked.first_page, asked.pages) == (0, 25)
    assert asked.words.replace("\u2009", " ") == (
        "mlock(0x7f0000001234, 100000): 25 pages, 102 400 B, 2 400 B more than asked"
    )


def test_a_request_that_starts_later_in_its_page_covers_one_page_more(small):
    view, trace = small
    view.vma[0, tables.VMA_LOCK_ADDR] = 0x7F0000001C00
    assert address_space.mappings(view, trace)[0].asked.pages == 26


def test_a_removed_mapping_is_not_shown(small):
    view, trace = small
    view.vma[0, tables.VMA_PAGES] = 0
    assert address_space.mappings(view, trace) == []


def test_the_inspector_has_the_kernels_fields(small):
    view, trace = small
    inspection = page_inspector.inspect(view, trace, 5)
    fields = {field.name: field.value for field in inspection.fields}
    assert inspection.title == "PFN 0x5"
    assert inspection.place == "Unevictable · node 0"
    assert [flag.name for flag in inspection.flags if flag.is_set] == [
        "PG_lru", "PG_unevictable", "PG_mlocked", "PG_swapbacked",
    ]  # fmt: skip
    assert fields["_refcount"] == "1  (1 PTE; lists hold none)"
    assert fields["_mapcount"] == "0  (mapped once; −1 = not mapped)"
    assert fields["mapping"] == "anon_vma 1 | PAGE_MAPPING_ANON"
    assert fields["pte"] == "editor 0x7f0000005000  present dirty"
    assert inspection.because == ("PG_unevictable = 1: unevictable",)


def test_a_cached_page_that_nobody_maps(small):
    fields = {field.name: field.value for field in page_inspector.inspect(*small, 0).fields}
    assert fields["_refcount"] == "1  (cache; lists hold none)"
    assert fields["_mapcount"] == "−1  (not mapped; −1 = not mapped)"
    assert fields["mapping"] == "address_space of /data/log"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (0, "PG_lru = 0: on no list"),
        (bits.PG_LRU, "PG_active = 0: inactive file"),
        (bits.PG_LRU | bits.PG_ACTIVE, "PG_active = 1: active file"),
        (bits.PG_LRU | bits.PG_SWAPBACKED, "PG_active = 0: inactive anon"),
        (bits.PG_LRU | bits.PG_UNEVICTABLE | bits.PG_ACTIVE, "PG_unevictable = 1: unevictable"),
    ],
)
def test_the_list_follows_from_the_flags(flags, expected):
    assert page_inspector.list_from_flags(flags)[-1] == expected


def test_the_life_of_a_page_is_told_in_order():
    trace = synthetic.life_of_one_page()
    told = PageLife(trace, 12).read()
    positions = [moment.position for moment in told]
    assert positions == sorted(positions)
    moves = [p for p in positions if trace.events(p, p + 1)["kind"][0] == kinds.MOVE]
    lists = [int(trace.events(p, p + 1)["dst"][0]) for p in moves]
    assert lists[:3] == [lanes.IN_HAND, lanes.LRU_ADD, lanes.INACTIVE_ANON]
    assert lists[-1] == lanes.FREE
    assert all(moment.words for moment in told)


def test_of_a_long_life_the_last_moments_are_told_a_little_at_a_time(monkeypatch):
    trace = synthetic.life_of_one_page()
    whole = PageLife(trace, 12).read()
    monkeypatch.setattr("memsim_gui.scene.panels.page_life.CHUNK_EVENTS", 7)
    monkeypatch.setattr("memsim_gui.scene.panels.page_life.MOST_MOMENTS", 5)
    life = PageLife(trace, 12)
    pauses = sum(1 for _ in life.reading)
    assert pauses > len(life.moments) == 5
    assert (life.moments, life.earlier) == (whole[-5:], True)
    assert not life.outdated()
    trace.truncate(len(trace) - 1)
    assert life.outdated()


def test_mapping_the_zero_page_is_no_moment_in_the_life_of_frame_0():
    machine = Machine.build(detail="classroom", memory=32, watermarks={"min": 2, "low": 3, "high": 4})
    machine.apply(Mmap("heap", 4))
    machine.apply(Touch("heap", 0, 4, write=False))
    assert PageLife(machine.trace, 0).read() == []
