"""Totals: counters and clock along a trace, for the rows that any SQL tool can read."""

import numpy as np

from memsim_gui.trace import counters, kinds, tables
from memsim_gui.trace.store import Events
from memsim_gui.trace.view_state import ViewState

CLOCK_COLUMNS = (tables.CLOCK_NOW_NS, tables.CLOCK_OP, tables.CLOCK_COMMAND, tables.CLOCK_STEP)


class Totals:
    """What the counters have come to; follows the events in order."""

    def __init__(self, view: ViewState) -> None:
        """Begin at a view state."""
        self._counter = view.counter.copy()
        self._clock = view.clock[0].copy()
        self._nodes = len(view.node)

    def after(self, events: Events) -> tuple[int, ...]:
        """Return clock (schema.CLOCK_NAMES) and counters (trace.counters.vmstat, in its order) after more events."""
        counts = events[events["kind"] == kinds.COUNT]
        np.add.at(self._counter, counts["ident"], counts["value"])
        ticks = events[(events["kind"] == kinds.SET) & (events["dst"] == tables.TABLE_CLOCK)]
        self._clock[ticks["src"]] = ticks["value"]  # of several in one column, the last one counts
        clock = (int(self._clock[column]) for column in CLOCK_COLUMNS)
        return (*clock, *counters.vmstat(self._counter, self._nodes).values())
