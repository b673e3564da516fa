"""Growing tables: the core's arrays keep their size while it runs; the engine puts larger ones in their place."""

from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.mm.mm_types import State
from memsim_gui.trace import kinds, tables

FIELDS = {
    tables.TABLE_VMA: "vma",
    tables.TABLE_FILE: "file",
    tables.TABLE_TASK: "task",
    tables.TABLE_PTE: "pte",
    tables.TABLE_CELL: "cell",
}


def rows_of(state: State, table: int) -> int:
    """Return how many rows a table has."""
    return len(getattr(state, FIELDS[table]))


def grown(state: State, table: int, rows: int) -> tuple[State, npt.NDArray[np.void]]:
    """Return the state with a table of at least `rows` rows, and the events that tell a view so.

    Tables double, so that growing costs little altogether.
    """
    name = FIELDS[table]
    old = getattr(state, name)
    size = max(rows, 2 * len(old))
    new = np.zeros((size, *old.shape[1:]), old.dtype)
    new[: len(old)] = old
    told = [(kinds.GROW, 0, 0, table, 0, size)]
    if table == tables.TABLE_PTE:
        new["vma"][len(old) :] = -1
        new = new.view(np.recarray)
    elif table == tables.TABLE_VMA:
        new[len(old) :, tables.VMA_NEXT_SHARE] = -1
        told += [(kinds.SET, 0, tables.VMA_NEXT_SHARE, table, row, -1) for row in range(len(old), size)]
    fields: dict[str, Any] = {name: new}
    return state._replace(**fields), np.array(told, kinds.EVENT)
