"""What can be done to page frames that were picked, from literal tables."""

import pytest

from memsim_gui.engine.commands import Fadvise, Madvise, Mlock, Read, Touch, Write
from memsim_gui.session.region import MOST_RUNS, Holdings, Run, deeds, holdings
from memsim_gui.trace import bits
from tests.scene import synthetic

HEAP, LOG = Run("heap", 4, 3, anon=True), Run("/data/log", 2, 2)


def machine():
    """Frames 1, 2, 3 hold pages 4, 5, 6 of the heap, frame 7 its page 9, frames 10 and 11 pages 2 and 3 of the log."""
    b = synthetic.Builder()
    for frame, page in ((1, 4), (2, 5), (3, 6), (7, 9)):
        b.view.pte_bits[page] = bits.PTE_PRESENT
        b.view.pte_pfn[page] = frame
        b.view.mapping[frame] = 1 << 1 | bits.PAGE_MAPPING_ANON
    for frame, page in ((10, 2), (11, 3)):
        b.view.mapping[frame], b.view.pgoff[frame] = 1 << 1, page
    b.view.pte_bits[20], b.view.pte_pfn[20] = bits.PTE_SWAP, 12  # slot 12, not frame 12
    return b.view, b.trace


def deed(held, name):
    return next(deed for deed in deeds(held) if deed.name == name)


@pytest.mark.parametrize(
    ("frames", "mapped", "cached", "others"),
    [
        ({1, 2, 3}, (HEAP,), (), 0),
        ({1, 3, 7}, (Run("heap", 4, 1, True), Run("heap", 6, 1, True), Run("heap", 9, 1, True)), (), 0),
        ({10, 11}, (), (LOG,), 0),
        ({12, 13, 10}, (), (LOG._replace(pages=1),), 2),
    ],
)
def test_pages_are_put_together_by_their_owners(frames, mapped, cached, others):
    assert holdings(*machine(), frames) == Holdings(mapped, cached, others)


def test_commands_cover_just_the_pages_picked():
    held = Holdings((HEAP,), (), 0)
    assert deed(held, "Write").commands == (Touch("heap", 4, 3, write=True),)
    assert deed(held, "mlock").commands == (Mlock("heap", 4 * 4096, 3 * 4096),)
    assert deed(held, "Evict (madvise pageout)").commands == (Madvise("heap", "pageout", 4, 3),)
    assert all(not d.why for d in deeds(held) if d.commands)


def test_file_pages_that_nobody_maps_are_read_written_and_dropped():
    held = Holdings((), (LOG,), 0)
    assert deed(held, "Read").commands == (Read("/data/log", 2 * 4096, 2 * 4096),)
    assert deed(held, "Write").commands == (Write("/data/log", 2 * 4096, 2 * 4096),)
    assert deed(held, "fadvise dontneed").commands == (Fadvise("/data/log", "dontneed"),)
    refused = deed(held, "mlock")
    assert refused.commands == ()
    assert "no process maps" in refused.why


def test_what_cannot_be_done_says_why():
    assert "only anonymous" in deed(Holdings((LOG,), (), 0), "madvise free").why
    assert "belong to no region" in deed(Holdings((), (), 2), "Read").why
    scattered = Holdings(tuple(Run("heap", 2 * i, 1, anon=True) for i in range(MOST_RUNS + 1)), (), 0)
    assert deed(scattered, "Read").commands == ()
    assert f"{MOST_RUNS + 1} pieces" in deed(scattered, "Read").why
