"""Direct reclaim as what it is: the process that allocates stops and pays, with its own time."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import causes, counters, kinds, tables
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

LOOK_BACK = 16_384  # events in which the beginning of a run is sought
LOOK_AHEAD = 4_096  # events in which its end is sought, which says whose time it was
_SCANNED = counters.EVENT_NAMES.index("pgscan_direct")
_FREED = counters.EVENT_NAMES.index("pgsteal_direct")


class Payer(NamedTuple):
    """A run of direct reclaim so far: who pays, for how long already, what it looked at and what it got."""

    task: str  # empty where the trace does not say
    stalled_ns: int
    priority: int
    scanned: int
    freed: int


def payer_of(view: ViewState, trace: Trace, position: int) -> Payer | None:
    """Return the run of direct reclaim that is going on at a position, None if none is."""
    row = view.actor[tables.ACTOR_DIRECT]
    if not row[tables.ACTOR_AWAKE]:
        return None
    low = max(0, position - LOOK_BACK)
    events = trace.events(low, position)
    begun = np.flatnonzero((events["kind"] == kinds.RECLAIM_BEGIN) & (events["value"] == tables.ACTOR_DIRECT))
    start = int(begun[-1]) if len(begun) else 0
    now = int(view.clock[0, tables.CLOCK_NOW_NS])
    scanned, freed = (_grown(events[start:], counter) for counter in (_SCANNED, _FREED))
    stalled = now - _clock_before(events[:start], now)
    return Payer(_task(trace, events, position), stalled, int(row[tables.ACTOR_PRIORITY]), scanned, freed)


def _grown(events: npt.NDArray[np.void], counter: int) -> int:
    return int(events["value"][(events["kind"] == kinds.COUNT) & (events["ident"] == counter)].sum())


def _clock_before(events: npt.NDArray[np.void], otherwise: int) -> int:
    """Simulated time in ns after these events, if they tell it."""
    clock = (events["kind"] == kinds.SET) & (events["dst"] == tables.TABLE_CLOCK)
    told = events["value"][clock & (events["src"] == tables.CLOCK_NOW_NS)]
    return int(told[-1]) if len(told) else otherwise


def _task(trace: Trace, before: npt.NDArray[np.void], position: int) -> str:
    """Name the process whose wait this becomes; while its end is not known, the only one there is."""
    after = trace.events(position, min(len(trace), position + LOOK_AHEAD))
    for events in (after, before[::-1]):
        stalls = (events["kind"] == kinds.STALL) & (events["cause"] == causes.STALL_DIRECT)
        if stalls.any():
            return label(trace.labels.tasks, int(events["ident"][np.argmax(stalls)]), "task")
    return trace.labels.tasks[0] if len(trace.labels.tasks) == 1 else ""
