"""Replay: move a ViewState forward over events. Compiled when compiling is possible, plain Python otherwise.

Python only walks the rare GROW events, where arrays are replaced; everything else happens in `_apply`.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui import jit
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.view_state import ViewState, grow

LANES_PER_NODE = lanes.LANES_PER_NODE
ORDERED_MASK = sum(1 << kind for kind in lanes.ORDERED)


@jit.inline
def _unlink(view, frame):  # type: ignore[no-untyped-def]
    before, after = view.lru_prev[frame], view.lru_next[frame]
    view.lru_next[before] = after
    view.lru_prev[after] = before
    view.lru_next[frame] = -1
    view.lru_prev[frame] = -1


@jit.inline
def _link(view, frame, lane, at_tail):  # type: ignore[no-untyped-def]
    head = len(view.lane) + lane
    before = view.lru_prev[head] if at_tail else head
    after = view.lru_next[before]
    view.lru_next[frame] = after
    view.lru_prev[frame] = before
    view.lru_next[before] = frame
    view.lru_prev[after] = frame


@jit.inline
def _move(view, frame, src, dst, at_tail):  # type: ignore[no-untyped-def]
    if ORDERED_MASK >> (src % LANES_PER_NODE) & 1:
        _unlink(view, frame)
    if ORDERED_MASK >> (dst % LANES_PER_NODE) & 1:
        _link(view, frame, dst, at_tail)
    view.lane[frame] = dst
    view.lane_pages[src] -= 1
    view.lane_pages[dst] += 1


@jit.inline
def _set(view, table, row, column, value):  # type: ignore[no-untyped-def]
    if table == tables.TABLE_VMA:
        view.vma[row, column] = value
    elif table == tables.TABLE_FILE:
        view.file[row, column] = value
    elif table == tables.TABLE_TASK:
        view.task[row, column] = value
    elif table == tables.TABLE_ZONE:
        view.zone[row, column] = value
    elif table == tables.TABLE_ACTOR:
        view.actor[row, column] = value
    elif table == tables.TABLE_DEVICE:
        view.device[row, column] = value
    elif table == tables.TABLE_CLOCK:
        view.clock[row, column] = value
    elif table == tables.TABLE_NODE:
        view.node[row, column] = value


@jit.room
def _apply(view, kind, src, dst, ident, value):  # type: ignore[no-untyped-def]
    """Apply events (columns of one stretch without GROW) to the view in place."""
    for i in range(len(kind)):
        what, who, n = kind[i], ident[i], value[i]
        if what == kinds.COUNT:
            view.counter[who] += n
        elif what == kinds.MOVE:
            _move(view, who, src[i], dst[i], n)
        elif what == kinds.BITS:
            view.bits[who] = n
        elif what == kinds.PTE:
            view.pte_bits[who] = n >> 32
            view.pte_pfn[who] = n & 0xFFFFFFFF
        elif what == kinds.SET:
            _set(view, dst[i], who, src[i], n)
        elif what == kinds.OWNER:
            view.mapping[who] = n >> 32
            view.index[who] = n & 0xFFFFFFFF
        elif what == kinds.CELL:
            view.cell[who] = n
        elif what == kinds.SWAP_MAP:
            view.swap_map[who] = n
        elif what == kinds.SWAP_CELL:
            view.swap_cell[who] = n
        elif what == kinds.FLOW:
            view.lane_pages[src[i]] -= n
            view.lane_pages[dst[i]] += n


COMPILED_ABOVE_EVENTS = 20_000


def apply(view: ViewState, events: npt.NDArray[np.void]) -> ViewState:
    """Return the view after `events`; arrays are changed in place except where a table grows.

    Short stretches run as plain Python as long as nothing is compiled, so that a recording plays at once on a first start.
    """
    run = _apply if jit.is_compiled() or len(events) > COMPILED_ABOVE_EVENTS else jit.plain(_apply)
    start = 0
    for at in [*np.flatnonzero(events["kind"] == kinds.GROW).tolist(), len(events)]:
        part = events[start:at]
        if len(part):
            run(view, part["kind"], part["src"], part["dst"], part["ident"], part["value"])
        if at < len(events):
            view = grow(view, int(events["dst"][at]), int(events["value"][at]))
        start = at + 1
    return view
