"""Previews say what the worked examples say."""

import pytest

from memsim_gui.engine import commands as c
from memsim_gui.engine.errors import InputError
from memsim_gui.session import cached, previews
from memsim_gui.session.names import File, Names, Region, names_of
from memsim_gui.session.previews import file_range, locked_range
from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.view_state import Sizes, new_view
from tests.session.story import by_hand

THIN = "\u2009"


@pytest.fixture
def view():
    """One file of 1 MiB of which pages 0 to 4 and 24 are cached."""
    made = new_view(Sizes(nodes=1, frames=8, ptes=0, cells=256, slots=1, vmas=0, files=1, tasks=0, devices=1))
    made.file[0, tables.FILE_SIZE_BYTES] = 1 << 20
    made.cell[[0, 1, 2, 3, 4, 24]] = 1
    made.cell[5] = -1
    return made


@pytest.mark.parametrize(
    ("offset", "length", "text"),
    [
        (100_000, 4096 - 1696, "→ index 24, offset 1 696, hit"),
        (5000, 4096, "→ index 1 to 2, offset 904: 2 hits, 0 miss"),
        (20_000, 1, "→ index 4, offset 3 616, hit"),
        (20_000, 4096, "→ index 4 to 5, offset 3 616: 1 hit, 1 miss"),
        (1_044_480, 9999, "→ index 255, offset 0, miss"),
        (1 << 20, 1, "→ past the end of the file (1 048 576 B): nothing is read"),
    ],
)
def test_a_read_names_index_offset_and_hits(view, offset, length, text):
    assert file_range(view, 0, offset, length).replace(THIN, " ").replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("address", "length", "text"),
    [
        (0x7F0000001234, 100_000, "→ 25 pages, 102 400 B, 2 400 more than asked"),
        (0x7F0000001C00, 100_000, "→ 26 pages, 106 496 B, 6 496 more than asked"),
        (0x7F0000001000, 4096, "→ 1 page, 4 096 B"),
        (0x7F0000001010, 4096, "→ 2 pages, 8 192 B, 4 096 more than asked"),
    ],
)
def test_a_lock_covers_whole_pages(address, length, text):
    assert locked_range(address, length).replace(THIN, " ").replace("\u202f", " ") == text


def test_drop_caches_leaves_what_is_in_use(view):
    view.lane[:] = lanes.INACTIVE_FILE
    view.cell[:] = 0
    view.cell[:6] = [1, 2, 3, 4, 5, -1]
    view.file[0, tables.FILE_PAGES] = 256
    view.bits[0], view.bits[1] = bits.PG_DIRTY, bits.PG_WRITEBACK
    view.lane[2] = lanes.LRU_ADD
    found = cached.droppable(view)
    assert (found.cached, found.go) == (5, 2)
    assert found.stay == {"shared": 0, "dirty": 1, "in writeback": 1, "mapped": 0, "in use": 1}
    said = previews.of(c.DropCaches(), Names(), view, {})
    assert said == "→ 2 pages of 5 would go; 1 dirty, 1 in writeback, 1 in use stay"


def test_mapped_and_shared_pages_stay_too():
    made = new_view(Sizes(nodes=1, frames=4, ptes=2, cells=8, slots=1, vmas=0, files=2, tasks=0, devices=1))
    made.lane[:] = lanes.INACTIVE_FILE
    for row, first in ((0, 0), (1, 4)):
        made.file[row, tables.FILE_FIRST_CELL], made.file[row, tables.FILE_PAGES] = first, 4
    made.file[1, tables.FILE_KIND] = tables.FILE_SHMEM
    made.cell[:] = [1, 2, 0, 0, 3, 0, 0, 0]
    made.pte_pfn[:], made.pte_bits[:] = 1, [bits.PTE_PRESENT, bits.PTE_PRESENT | bits.PTE_ZERO]
    assert cached.droppable(made) == (3, 1, {"shared": 1, "dirty": 0, "in writeback": 0, "mapped": 1, "in use": 0})


def test_a_write_may_go_as_far_as_the_file_has_room(view):
    view.file[0, tables.FILE_PAGES] = 256
    names = Names(files=(File("log", 0),))
    assert previews.of(c.Write("log", 98304, 4096), names, view, {}) == "→ index 24, offset 0, hit"
    with pytest.raises(InputError, match="bytes 0 to 1048576"):
        previews.of(c.Write("log", 1 << 20, 1), names, view, {})
    with pytest.raises(InputError, match="did you mean log"):
        previews.of(c.Read("lag"), names, view, {})


def test_writes_fault_where_the_page_may_only_be_read():
    made = new_view(Sizes(nodes=1, frames=4, ptes=4, cells=1, slots=4, vmas=1, files=0, tasks=0, devices=1))
    present, written, swapped = bits.PTE_PRESENT, bits.PTE_PRESENT | bits.PTE_WRITE, bits.PTE_SWAP
    made.pte_bits[:] = [present, written, swapped, 0]
    names = Names(regions=(Region("heap", 0, 0, 0x1000, 4),))
    assert previews.of(c.Touch("heap"), names, made, {}) == "→ 4 pages: 2 hits, 2 faults, 1 of them from swap"
    assert (
        previews.of(c.Touch("heap", write=True), names, made, {}) == "→ 4 pages: 1 hit, 3 faults, 1 of them from swap"
    )


def test_a_region_cut_by_a_lock_is_one_region_still():
    trace = by_hand()
    view = trace.view_at(len(trace))
    view.vma[1] = view.vma[0]
    view.vma[0, tables.VMA_PAGES] = 4
    view.vma[1, [tables.VMA_START_VPN, tables.VMA_FIRST_PTE]] += 4
    view.vma[1, tables.VMA_PAGES] = 20
    trace.labels.vmas[:] = ["heap", "heap"]
    (region,) = names_of(view, trace).regions
    assert (region.name, region.pages, region.first_pte, region.start_bytes) == ("heap", 24, 0, 0x7F0000001000)
