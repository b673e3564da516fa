"""Where a step ends: positions in a trace at which an event, a decision, a command or a scenario step begins.

Position p lies before event p. A decision is a stretch that starts at a narrated event (a scan, a fault, a read, a
watermark ...) and takes in the state changes that follow it.
"""

from enum import Enum

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import kinds, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

WINDOW_EVENTS = 8192  # searched at a time: long stretches without a boundary are rare


def step_at(trace: Trace, view: ViewState, position: int, fraction: float) -> int:
    """Return the number of the step under way, from 1; 0 before the first. It begins with its announcement.

    `view` is the trace's state at `position`; the event there has been played to `fraction`.
    """
    coming = trace.events(position, position + 1)
    if fraction > 0 and coming["kind"][0] == kinds.STEP:
        return int(coming["ident"][0]) + 1
    return int(view.clock[0, tables.CLOCK_STEP])


class Unit(Enum):
    """What one press of a step key moves over."""

    EVENT = "event"
    DECISION = "decision"
    COMMAND = "command"
    STEP = "step"
    MARK = "mark"  # moments of scene.event_marks; known to the player


_DECIDES = np.zeros(256, np.bool_)  # by event kind
_DECIDES[
    [kind for kind in kinds.KIND_NAMES if kind >= kinds.NARRATION and kind not in {kinds.LOST, kinds.IO_BEGIN}]
] = 1
_KINDS = {Unit.COMMAND: kinds.COMMAND, Unit.STEP: kinds.STEP}


def following(trace: Trace, position: int, unit: Unit) -> int:
    """Return the next boundary after `position`, or the end of the trace."""
    end = len(trace)
    if unit is Unit.EVENT:
        return min(position + 1, end)
    if unit in _KINDS:
        begins = trace.positions_of(_KINDS[unit])
        at = int(np.searchsorted(begins, position, side="right"))
        return int(begins[at]) if at < len(begins) else end
    start = position + 1
    while start < end:
        stop = min(start + WINDOW_EVENTS, end)
        found = _decisions(trace, start, stop)
        if len(found):
            return start + int(found[0])
        start = stop
    return end


def preceding(trace: Trace, position: int, unit: Unit) -> int:
    """Return the last boundary before `position`, or 0."""
    if unit is Unit.EVENT:
        return max(position - 1, 0)
    if unit in _KINDS:
        begins = trace.positions_of(_KINDS[unit])
        at = int(np.searchsorted(begins, position)) - 1
        return int(begins[at]) if at >= 0 else 0
    stop = min(position, len(trace))
    while stop > 0:
        start = max(stop - WINDOW_EVENTS, 0)
        found = _decisions(trace, start, stop)
        if len(found):
            return start + int(found[-1])
        stop = start
    return 0


def _decisions(trace: Trace, start: int, stop: int) -> npt.NDArray[np.intp]:
    return np.flatnonzero(_DECIDES[trace.events(start, stop)["kind"]])
