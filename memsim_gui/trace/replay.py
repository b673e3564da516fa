"""Replay: move a ViewState forward over events. Compiled when compiling is possible, plain Python otherwise.

Python only sees the rare GROW events, where arrays are replaced; everything else happens in `_apply`.
"""

import numpy as np
import numpy.typing as npt

from memsim_gui import jit
from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.view_state import Sizes, ViewState, grow, new_view

LANES_PER_NODE = lanes.LANES_PER_NODE
ORDERED_MASK = sum(1 << kind for kind in lanes.ORDERED)


@jit.entry
def _apply(view, columns, start):  # type: ignore[no-untyped-def]
    """Apply events (their COLUMNS) from number `start` on to the view in place; return where a GROW stops it.

    One function without helpers: it also runs uncompiled, where compiled helpers could not be called.
    """
    kind, src, dst, ident, value = columns
    rows = (view.vma, view.file, view.task, view.zone, view.actor, view.device, view.clock, view.node)
    lru_next, lru_prev, frames = view.lru_next, view.lru_prev, len(view.lane)
    for i in range(start, len(kind)):
        what, who, n = kind[i], ident[i], value[i]
        if what == kinds.COUNT:
            view.counter[who] += n
        elif what == kinds.MOVE:
            before, after = lru_prev[who], lru_next[who]
            if before >= 0:  # also of a page that, where events were lost, is on another list than src
                lru_next[before] = after
                lru_prev[after] = before
                lru_next[who] = -1
                lru_prev[who] = -1
            if ORDERED_MASK >> (dst[i] % LANES_PER_NODE) & 1:
                before = lru_prev[frames + dst[i]] if n else frames + dst[i]
                after = lru_next[before]
                lru_next[who] = after
                lru_prev[who] = before
                lru_next[before] = who
                lru_prev[after] = who
            view.lane[who] = dst[i]
            view.lane_pages[src[i]] -= 1
            view.lane_pages[dst[i]] += 1
        elif what == kinds.BITS:
            view.bits[who] = n
        elif what == kinds.PTE:
            view.pte_bits[who] = n >> 32
            view.pte_pfn[who] = n & 0xFFFFFFFF
        elif what == kinds.SET:
            rows[dst[i]][who, src[i]] = n
        elif what == kinds.OWNER:
            view.mapping[who] = n >> 32
            view.pgoff[who] = n & 0xFFFFFFFF
        elif what == kinds.CELL:
            view.cell[who] = n
        elif what == kinds.SWAP_MAP:
            view.swap_map[who] = n
        elif what == kinds.SWAP_CELL:
            view.swap_cell[who] = n
        elif what == kinds.FLOW:
            view.lane_pages[src[i]] -= n
            view.lane_pages[dst[i]] += n
        elif what == kinds.GROW:
            return i
    return len(kind)


COMPILED_ABOVE_EVENTS = 20_000
COLUMNS = ("kind", "src", "dst", "ident", "value")


def prepare() -> None:
    """Compile what moves a view, or load it if it has been compiled, so that no later call waits for that."""
    if not jit.JIT_ENABLED:
        return
    sizes = Sizes(nodes=1, frames=1, ptes=1, cells=1, slots=1, vmas=1, files=1, tasks=1, devices=1)
    events = np.zeros(2, kinds.EVENT)  # only the types of arguments matter
    _apply.compile(tuple(map(jit.typeof, (new_view(sizes), tuple(events[name] for name in COLUMNS), 0))))


def apply(view: ViewState, events: npt.NDArray[np.void]) -> ViewState:
    """Return the view after `events`; arrays are changed in place except where a table grows.

    Short stretches run as plain Python as long as compiled code is not at hand, so that a recording plays at once on a
    first start, and a window does not wait for numba.
    """
    columns, run = tuple(events[name] for name in COLUMNS), _apply
    # The columns of a single event are contiguous: another type, for which numba would compile anew.
    compiled = jit.JIT_ENABLED and len(events) > 1 and (jit.is_at_hand() or len(events) > COMPILED_ABOVE_EVENTS)
    if not compiled:
        # Python's own integers: NumPy's small ones would overflow where compiled code widens them.
        columns, run = tuple(column.tolist() for column in columns), jit.plain(_apply)
    at = run(view, columns, 0)
    while at < len(events):
        view = grow(view, int(events["dst"][at]), int(events["value"][at]))
        at = run(view, columns, at + 1)
    return view
