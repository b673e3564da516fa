"""Places in a trace, by the steps of its story, and the same place in another trace of that story."""

import numpy as np

from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace


def step_start(trace: Trace, step: int) -> int:
    """Return the position at which a step (from 1) begins; the first begins with the trace."""
    starts = trace.positions_of(kinds.STEP)
    return int(starts[step - 1]) if 1 < step <= len(starts) else 0


def steps_begun(trace: Trace, position: int) -> int:
    """Return how many steps have begun at a position."""
    return int((trace.positions_of(kinds.STEP) < max(1, position)).sum())


def same_place(shown: Trace, here: int, other: Trace) -> int:
    """Return where in another trace of the same story that is what `shown` shows at `here`."""
    if np.array_equal(shown.events(0, here), other.events(0, here)):
        return here
    starts = other.positions_of(kinds.STEP)
    step = steps_begun(shown, here)
    return int(starts[step - 1]) if 0 < step <= len(starts) else 0
