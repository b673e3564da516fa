"""Settled: positions between two operations, where all that is told of a machine in several places agrees."""

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import kinds, tables
from memsim_gui.trace.store import Events, Trace

WINDOW_EVENTS = 8192  # searched at a time


def settled_before(trace: Trace, position: int, earliest: int = 0) -> int:
    """Return the last position, at most `position`, at which no operation is under way; -1 if `earliest` is above it.

    At level full an operation begins when it is counted; below it only commands, steps and keyframes are told apart.
    """
    stop = min(position + 1, len(trace))
    if trace.level_at(position - 1) < kinds.LEVEL_FULL:
        found = [
            int(places[places <= position][-1:].sum())
            for places in map(trace.positions_of, (kinds.COMMAND, kinds.STEP))
        ]
        kept = max((at for at, _ in trace.keyframes() if at <= position), default=0)
        last = max(kept, *found)
        return last if last >= earliest else -1
    while stop > earliest:
        start = max(earliest, stop - WINDOW_EVENTS)
        begins = np.flatnonzero(_settled(trace.events(start, stop)))
        if len(begins):
            return start + int(begins[-1])
        stop = start
    return 0 if earliest == 0 else -1


def _settled(events: Events) -> npt.NDArray[np.bool_]:
    kind = events["kind"]
    counted = (events["dst"] == tables.TABLE_CLOCK) & (events["src"] == tables.CLOCK_OP)
    out: npt.NDArray[np.bool_] = (kind == kinds.COMMAND) | (kind == kinds.STEP) | (kind == kinds.SET) & counted
    return out
