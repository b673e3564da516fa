"""The story of one page, told wrongly: for each rule of trust, events (or a keyframe) that break it."""

import numpy as np

from memsim_gui.engine import sources
from memsim_gui.trace import bits, counters, kinds, lanes
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import copy_view

FREE_OF_ZONE = counters.zone_base(2) + counters.ZONE_NAMES.index("nr_free_pages")


def whole_story():
    """Return the trace of S1, run to its end."""
    run = sources.open_source("S1")
    run.finish()
    return run.machine.trace


def a_place(trace):
    """Position of the last command but two: lists, page tables, cache and swap are all in use there."""
    return int(trace.positions_of(kinds.COMMAND)[-3])


def node_item(name):
    return counters.node_base(0) + counters.NODE_NAMES.index(name)


def event_item(name):
    return counters.EVENT_NAMES.index(name)


def _count(item, by=1):
    return (kinds.COUNT, 0, 0, 0, item, by)


def _a_free_frame(view):
    return int(np.flatnonzero(view.lane == lanes.FREE)[0])


def _a_cached_frame(view):
    return int(view.cell[view.cell > 0][0]) - 1


def _an_anon_row(view):
    asked = bits.PTE_PRESENT | bits.PTE_ZERO
    return int(np.flatnonzero(view.pte_bits & asked == bits.PTE_PRESENT)[0])


def _to_lane(view, kind):
    return (kinds.MOVE, 0, lanes.FREE, kind, _a_free_frame(view), 0)


def _elsewhere(view):
    frame = int(view.pte_pfn[_an_anon_row(view)])
    return (kinds.OWNER, 0, 0, 0, frame, int(view.mapping[frame]) << 32 | int(view.pgoff[frame]) + 1)


def _dirty(view):
    frame = _a_cached_frame(view)
    return (kinds.BITS, 0, 0, 0, frame, int(view.bits[frame]) ^ bits.PG_DIRTY)


WRONG = {
    "frames": lambda _: [(kinds.FLOW, 0, lanes.MLOCK_BATCH, lanes.PCP, 0, 1)],
    "lists": lambda _: [_count(node_item("nr_active_file"))],
    "free": lambda _: [_count(FREE_OF_ZONE)],
    "hands": lambda view: [_to_lane(view, lanes.IN_HAND), _count(FREE_OF_ZONE, -1)],
    "scans": lambda _: [_count(event_item("pgsteal_anon"), 1000)],
    "files": lambda _: [_count(node_item("nr_shmem"))],
    "lanes": lambda _: [(kinds.FLOW, 0, lanes.FREE, lanes.PCP, 0, 1), _count(FREE_OF_ZONE, -1)],
    "flags": lambda view: [(kinds.BITS, 0, 0, 0, _a_free_frame(view), bits.PG_UPTODATE)],
    "marks": lambda view: [_dirty(view)],
    "page tables": lambda view: [_elsewhere(view)],
    "mapped": lambda _: [_count(node_item("nr_mapped"))],
    "page cache": lambda view: [(kinds.CELL, 0, 0, 0, int(np.flatnonzero(view.cell > 0)[0]), 0)],
    "swap": lambda _: [(kinds.SWAP_MAP, 0, 0, 0, 3, 7)],
}  # fmt: skip
ALSO = {"frames": {"lanes", "links"}}  # what the same mistake breaks beside


def told_wrongly(trace, rule, at):
    """Return the trace with a mistake at a position, and what the mistake is made of."""
    view = copy_view(trace.view_at(at))
    wrong = Trace(trace.start, trace.meta, trace.labels)
    wrong.append(trace.events(0, at))
    if rule == "links":
        frame = int(np.flatnonzero(view.lru_next[: len(view.lane)] >= 0)[0])
        view.lru_next[frame] = frame
        wrong.add_keyframe(view)
        mistake = np.empty(0, kinds.EVENT)
    else:
        mistake = np.array(WRONG[rule](view), kinds.EVENT)
    wrong.append(mistake)
    wrong.append(trace.events(at, len(trace)))
    return wrong, mistake
