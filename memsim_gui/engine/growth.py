"""Growing tables: the core's arrays keep their size while it runs; the engine puts larger ones in their place."""

from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine_spec import available_bytes
from memsim_gui.engine.sizes import shown
from memsim_gui.mm import boot, mm_types
from memsim_gui.mm.mm_types import State
from memsim_gui.trace import kinds, tables

FIELDS = {
    tables.TABLE_VMA: "vma",
    tables.TABLE_FILE: "file",
    tables.TABLE_TASK: "task",
    tables.TABLE_PTE: "pte",
    tables.TABLE_CELL: "cell",
}
# What a recording may hold at most; a row of the core, its copy while the table grows, and that of a keyframe.
MOST_ROWS = {tables.TABLE_PTE: 1 << 28, tables.TABLE_CELL: 1 << 27}
BYTES_PER_ROW = 32


def rows_of(state: State, table: int) -> int:
    """Return how many rows a table has."""
    return len(getattr(state, FIELDS[table]))


def grown(state: State, table: int, rows: int) -> tuple[State, npt.NDArray[np.void]]:
    """Return the state with a table of at least `rows` rows, and the events that tell a view so.

    Tables double, so that growing costs little altogether. Raises InputError if there is no room for so many rows.
    """
    name = FIELDS[table]
    old = getattr(state, name)
    _check_room(table, rows)
    size = max(rows, min(2 * len(old), MOST_ROWS.get(table, 2 * len(old))))
    new = _longer(old, size)
    fields: dict[str, Any] = {name: new}
    unset = {tables.TABLE_VMA: tables.VMA_NEXT_SHARE, tables.TABLE_FILE: tables.FILE_I_MMAP}.get(table)
    if table == tables.TABLE_PTE:
        new["vma"][len(old) :] = -1
        fields = {name: new.view(np.recarray), "pmd": _longer(state.pmd, size // mm_types.PTRS_PER_PTE + 1)}
    elif table == tables.TABLE_CELL:
        fields["xa_node"] = _longer(state.xa_node, size // mm_types.XA_CHUNK_SIZE + 1)
    elif table == tables.TABLE_VMA:
        boot.empty_vmas(new[len(old) :])
    elif table == tables.TABLE_FILE:
        new[len(old) :, tables.FILE_I_MMAP] = -1
    told = [(kinds.GROW, 0, 0, table, 0, size)]
    if unset is not None:
        told += [(kinds.SET, 0, unset, table, row, -1) for row in range(len(old), size)]
    return state._replace(**fields), np.array(told, kinds.EVENT)


def _check_room(table: int, rows: int) -> None:
    """Page tables and files grow with what a person maps: say so before this computer runs out of memory."""
    if table not in MOST_ROWS:
        return
    available = available_bytes()
    most = MOST_ROWS[table] if available is None else min(MOST_ROWS[table], available // BYTES_PER_ROW)
    if rows > most:
        raise InputError("", f"{shown(rows)} mapped or in files", f"about {shown(most)} in all on this computer")


def _longer(old: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    new = np.zeros((size, *old.shape[1:]), old.dtype)
    new[: len(old)] = old
    return new
