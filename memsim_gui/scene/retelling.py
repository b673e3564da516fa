"""The sentence of an event long past, without going back to the state before it.

Sentences of moves and of narrated events need little of that state: the clock, and the marks of a zone, which hardly
ever change. (Flags and table entries tell what changed; their sentences need the state itself.)
"""

import numpy as np

from memsim_gui.trace import kinds, tables
from memsim_gui.trace.explain import sentence
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

LOOK_BACK_EVENTS = 4096


def retold(trace: Trace, position: int, view: ViewState) -> str:
    """Sentence of the move or narrated event at a position; `view` is the state at any other position."""
    event = trace.events(position, position + 1)[0]
    if event["kind"] == kinds.IO_BEGIN:
        view = view._replace(clock=_clock(trace, position, view))
    return sentence(event, view, trace)


def _clock(trace: Trace, position: int, view: ViewState) -> np.ndarray:
    """Return the clock's row as it was; if it was set too long ago, as it is in `view`."""
    start = max(0, position - LOOK_BACK_EVENTS)
    events = trace.events(start, position)
    told = (events["kind"] == kinds.SET) & (events["dst"] == tables.TABLE_CLOCK)
    at = np.flatnonzero(told & (events["src"] == tables.CLOCK_NOW_NS))
    clock = (view if start else trace.keyframes()[0][1]).clock.copy()
    if len(at):
        clock[0, tables.CLOCK_NOW_NS] = events["value"][at[-1]]
    return clock
