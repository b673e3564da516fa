"""A trace as a table: the clock and all counters by their /proc/vmstat names, along the positions (.csv, .parquet).

A row before each command and step, one at the end, and others evenly between; each tells the state at its position.
"""

import csv
from importlib import import_module
from pathlib import Path

import numpy as np
import numpy.typing as npt

from memsim_gui.engine.errors import InputError
from memsim_gui.export.frames import Stretch
from memsim_gui.trace import counters, kinds, tables
from memsim_gui.trace.store import Cursor, Trace
from memsim_gui.trace.view_state import ViewState

Columns = dict[str, npt.NDArray[np.int64]]

ROWS_BETWEEN = 1000
MOST_MARKS = 10_000
CLOCK = {
    "now_ns": tables.CLOCK_NOW_NS,
    "op": tables.CLOCK_OP,
    "command": tables.CLOCK_COMMAND,
    "step": tables.CLOCK_STEP,
    "hits": tables.CLOCK_HITS,
}


def rows_of(trace: Trace, stretch: Stretch) -> npt.NDArray[np.int64]:
    """Positions of the rows, ascending."""
    marks = np.concatenate([trace.positions_of(kinds.COMMAND), trace.positions_of(kinds.STEP)])
    inside = np.sort(marks[(marks >= stretch.start) & (marks < stretch.stop)])
    some = inside[:: max(1, -(-len(inside) // MOST_MARKS))]
    between = np.linspace(stretch.start, stretch.stop, ROWS_BETWEEN + 1).astype(np.int64)
    return np.unique(np.concatenate([some, between]))


def columns_of(trace: Trace, stretch: Stretch) -> Columns:
    """Columns by name, all of one length: `position`, the clock, the counters and `swap_used` in pages."""
    positions = rows_of(trace, stretch)
    cursor = Cursor(trace, int(positions[0]))
    rows = [_row(cursor.seek(position)) for position in positions.tolist()]
    values = np.array([list(row.values()) for row in rows], np.int64)
    return {"position": positions} | {name: values[:, i] for i, name in enumerate(rows[0])}


def _row(view: ViewState) -> dict[str, int]:
    clock = {name: int(view.clock[0, column]) for name, column in CLOCK.items()}
    used = {"swap_used": int(np.count_nonzero(view.swap_map))}
    return clock | counters.vmstat(view.counter, len(view.node)) | used


def write_csv(columns: Columns, path: Path) -> None:
    """Write the table as CSV with a header. OSError if that fails."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))


def write_parquet(columns: Columns, path: Path) -> None:
    """Write the table as Parquet. OSError if that fails, InputError if pyarrow is not installed."""
    try:
        arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise InputError("", ".parquet needs pyarrow", ".csv, or memsim-gui installed as memsim-gui[parquet]") from None
    parquet.write_table(arrow.table(columns), str(path))
