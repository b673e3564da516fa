"""Previews say what the worked examples say."""

import pytest

from memsim_gui.session.previews import file_range, locked_range
from memsim_gui.trace import tables
from memsim_gui.trace.view_state import Sizes, new_view

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
        (5000, 4096, "→ index 1 to 2, offset 904: 2 hit, 0 miss"),
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
        (0x7F0000001234, 100_000, "→ 25 pages, 102 400 B (+2 400)"),
        (0x7F0000001C00, 100_000, "→ 26 pages, 106 496 B (+6 496)"),
        (0x7F0000001000, 4096, "→ 1 page, 4 096 B"),
        (0x7F0000001010, 4096, "→ 2 pages, 8 192 B (+4 096)"),
    ],
)
def test_a_lock_covers_whole_pages(address, length, text):
    assert locked_range(address, length).replace(THIN, " ").replace("\u202f", " ") == text
