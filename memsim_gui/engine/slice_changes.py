"""What a slice changed, told in one go: counters and small tables at the levels that record no single events."""

import numpy as np
import numpy.typing as npt

from memsim_gui.mm.mm_types import State
from memsim_gui.trace import kinds, tables

Ints = npt.NDArray[np.int64]

TABLES = {
    tables.TABLE_VMA: ("vma", tables.VMA_COLUMNS),
    tables.TABLE_FILE: ("file", tables.FILE_COLUMNS),
    tables.TABLE_TASK: ("task", tables.TASK_COLUMNS),
    tables.TABLE_ZONE: ("zone", tables.ZONE_COLUMNS),
    tables.TABLE_ACTOR: ("actor", tables.ACTOR_COLUMNS),
    tables.TABLE_DEVICE: ("device", tables.DEVICE_COLUMNS),
    tables.TABLE_CLOCK: ("clock", tables.CLOCK_COLUMNS),
    tables.TABLE_NODE: ("node", tables.NODE_COLUMNS),
}


class SliceChanges:
    """Remembers what the trace was told last, and tells the difference."""

    def __init__(self, state: State) -> None:
        """Begin with what a machine is now."""
        self._counter = state.counter.copy()
        self._rows = {table: _columns(state, table).copy() for table in TABLES}

    def events(self, state: State) -> npt.NDArray[np.void]:
        """Return events (dtype kinds.EVENT) that lead from what was told last to the state as it is."""
        parts = [self._counted(state), *(self._set(state, table) for table in TABLES)]
        return np.concatenate(parts)

    def _counted(self, state: State) -> npt.NDArray[np.void]:
        changed = np.flatnonzero(state.counter != self._counter)
        out = np.zeros(len(changed), kinds.EVENT)
        out["kind"] = kinds.COUNT
        out["ident"] = changed
        out["value"] = (state.counter - self._counter)[changed]
        self._counter = state.counter.copy()
        return out

    def _set(self, state: State, table: int) -> npt.NDArray[np.void]:
        now, told = _columns(state, table), self._rows[table]
        before = np.zeros_like(now)
        before[: len(told)] = told
        rows, columns = np.nonzero(now != before)
        out = np.zeros(len(rows), kinds.EVENT)
        out["kind"], out["dst"] = kinds.SET, table
        out["ident"], out["src"], out["value"] = rows, columns, now[rows, columns]
        self._rows[table] = now.copy()
        return out


def _columns(state: State, table: int) -> Ints:
    """Return the rows of a table, with the columns that views know."""
    name, columns = TABLES[table]
    rows: Ints = getattr(state, name)[:, :columns]
    return rows
