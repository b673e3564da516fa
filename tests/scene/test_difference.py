"""What differs between two machines: counters by name, pages by their owner, whatever frames they are in."""

import numpy as np

from memsim_gui.scene.comparing.difference import Row, counter_rows, page_rows, same_page, summary
from memsim_gui.scene.selection import Selection
from memsim_gui.trace import bits, counters, lanes, tables
from memsim_gui.trace.view_state import copy_view
from tests.scene.synthetic import Builder, counter


def place(view, pte, frame, lane):
    """Let an anonymous page of the heap stand in a frame."""
    view.pte_bits[pte], view.pte_pfn[pte] = bits.PTE_PRESENT, frame
    view.mapping[frame], view.lane[frame] = 3, lane


def cache(view, cell, frame, lane):
    """Let a page of the file stand in a frame."""
    view.cell[cell] = frame + 1
    view.mapping[frame], view.pgoff[frame], view.lane[frame] = 2, cell, lane


def two():
    """Two machines: pages 0 and 1 are alike but in other frames; 2 is in swap in one; file page 5 was evicted."""
    builder = Builder()
    first, second = copy_view(builder.view), copy_view(builder.view)
    place(first, 0, 0, lanes.INACTIVE_ANON)
    place(second, 0, 7, lanes.INACTIVE_ANON)
    place(first, 1, 1, lanes.ACTIVE_ANON)
    place(second, 1, 8, lanes.INACTIVE_ANON)
    place(first, 2, 2, lanes.INACTIVE_ANON)
    second.pte_bits[2], second.pte_pfn[2] = bits.PTE_SWAP, 4
    cache(first, 5, 3, lanes.INACTIVE_FILE)
    second.cell[5] = -1
    cache(first, 6, 4, lanes.ACTIVE_FILE)
    cache(second, 6, 9, lanes.ACTIVE_FILE)
    return builder.build(), first, second


def test_pages_are_the_same_page_in_any_frame():
    trace, first, second = two()
    found = page_rows([first, second], trace)
    assert found.total == 3
    assert [(row.name, row.places) for row in found.rows] == [
        ("heap of editor, 0x7f0000002000", ("Active anon", "Inactive anon")),
        ("heap of editor, 0x7f0000003000", ("Inactive anon", "in swap")),
        ("/data/log page 5", ("Inactive file", "evicted")),
    ]
    assert [(row.pte, row.cell) for row in found.rows] == [(1, -1), (2, -1), (-1, 5)]


def test_a_long_list_is_cut_and_its_length_told():
    trace, first, second = two()
    found = page_rows([first, second], trace, most=1)
    assert (len(found.rows), found.total) == (1, 3)


def test_a_region_that_only_one_machine_has_counts_as_absent_in_the_other():
    trace, first, second = two()
    second = second._replace(pte_bits=second.pte_bits[:2], pte_pfn=second.pte_pfn[:2])
    rows = page_rows([first, second], trace).rows
    assert ("Inactive anon", "not in memory") in [row.places for row in rows]


def test_only_counters_that_differ_are_told_and_no_doubles():
    _, first, second = two()
    second.counter[counter("pgactivate")] = 4
    second.counter[counter("nr_active_anon")] = 2
    second.counter[counter("nr_zone_active_anon")] = 2
    assert counter_rows([first, second, first]) == [
        Row("nr_active_anon", (0, 2, 0)),
        Row("pgactivate", (0, 4, 0)),
    ]


def test_what_reclaim_had_to_look_at_counts_the_active_lists_too():
    _, first, second = two()
    for name, value in (("pgscan_kswapd", 30), ("pgscan_direct", 10), ("pgrefill", 20), ("pgsteal_kswapd", 24)):
        first.counter[counter(name)] = value
    first.clock[0, [tables.CLOCK_OP, tables.CLOCK_HITS]] = (200, 50)
    rows = {row.name: row for row in summary([first, second])}
    assert rows["pages examined"].values == (60, 0)
    assert rows["examined per page reclaimed"] == Row("examined per page reclaimed", (2.5, None))
    assert rows["accesses without the kernel, %"].values == (25.0, None)
    assert rows["pages examined"].ratio(1) == 0
    assert rows["examined per page reclaimed"].ratio(1) is None
    assert Row("x", (0, 3)).ratio(1) is None


def test_a_selected_frame_means_its_page():
    _, first, second = two()
    picked = same_page(Selection(frame=1), first)
    assert picked == Selection(pte=1)
    assert picked.located(second).frame == 8
    assert same_page(Selection(frame=4), first) == Selection(cell=6)
    assert same_page(Selection(frame=20), first) == Selection(frame=20)
    assert same_page(Selection(slot=4), first) == Selection(slot=4)


def test_all_counters_of_a_comparison_have_the_names_of_vmstat():
    _, first, _ = two()
    named = counters.vmstat(np.arange(len(first.counter)), 1)
    other = first._replace(counter=np.arange(len(first.counter)))
    assert {row.name for row in counter_rows([first, other])} <= set(named)
