"""Charts: counters over the seconds of the presentation, in bins about as wide as two pixels."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.history import COUNTED, LANE_KINDS, History
from memsim_gui.scene.pacing import Pacing

Times = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_SAMPLES = 1200  # that a picture is made of


class Line(NamedTuple):
    """One curve: its name beside the title, the theme's colour, and the /proc/vmstat counters it adds up."""

    name: str
    color: str
    counters: tuple[str, ...]


class Row(NamedTuple):
    """One small chart. `level` = its counters go up and down: they are shown as they stand, never as a rate."""

    key: str
    title: str
    lines: tuple[Line, ...]
    level: bool = False


ROWS = (
    Row("scan", "Scanned", (
        Line("kswapd", "kswapd", ("pgscan_kswapd",)), Line("direct", "direct_reclaim", ("pgscan_direct",)),
    )),
    Row("steal", "Reclaimed", (
        Line("kswapd", "kswapd", ("pgsteal_kswapd",)), Line("direct", "direct_reclaim", ("pgsteal_direct",)),
    )),
    Row("refault", "Refaults", (
        Line("anon", "swap", ("workingset_refault_anon",)), Line("file", "disk", ("workingset_refault_file",)),
    )),
    Row("swap", "Swap", (Line("in", "swap", ("pswpin",)), Line("out", "warning", ("pswpout",)))),
    Row("fault", "Faults", (Line("all", "accent", ("pgfault",)), Line("major", "danger", ("pgmajfault",)))),
    Row("dirty", "To be written", (
        Line("dirty", "warning", ("nr_dirty",)), Line("writeback", "flusher", ("nr_writeback",)),
    ), level=True),
    Row("stall", "Stalls", (
        Line("direct reclaim", "direct_reclaim", (
            "allocstall_dma", "allocstall_dma32", "allocstall_normal", "allocstall_movable",
        )),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Curves:
    """What charts show.

    Attributes:
        edges: second at which each bin begins, and the end of the last one, [bins + 1]; a single one where there is
            nothing to show.
        heights: by the key of each row, what its lines are in each bin, [lines, bins].
    """

    edges: Times
    heights: dict[str, Times]

    def bin_at(self, second: float) -> int:
        """Return the bin that a second lies in, -1 outside of all."""
        if not self.edges[0] <= second <= self.edges[-1]:
            return -1
        return min(int(np.searchsorted(self.edges, second, side="right")), len(self.edges) - 1) - 1


def nothing(second: float) -> Curves:
    """Return curves without a bin."""
    return Curves(np.array([second]), {row.key: np.empty((len(row.lines), 0)) for row in ROWS})


def highest(seconds: Times, values: Ints, edges: Times) -> Ints:
    """Most that each column of `values` [samples, columns] was in each bin; a sample holds until the next one.

    seconds: when the samples were taken, ascending; the first also stands for what was before.
    """
    at = _last_until(seconds, edges)
    most = np.maximum.reduceat(values, at[:-1], axis=0)
    return np.asarray(np.maximum(most, values[at[1:]]))


def rates(seconds: Times, values: Ints, edges: Times) -> Times:
    """How much a second each column of `values` [samples, columns] grew in each bin."""
    at = _last_until(seconds, edges)
    if edges[0] <= seconds[0]:
        at[0] = 0  # what happens before any time has passed belongs to the first bin
    return np.asarray(np.diff(values[at], axis=0) / np.diff(edges)[:, None])


def _last_until(seconds: Times, edges: Times) -> Ints:
    return np.maximum(np.searchsorted(seconds, edges, side="right") - 1, 0)


def curves(history: History, pacing: Pacing, span: tuple[float, float], bins: int, *, per_second: bool) -> Curves:
    """Return the curves of all ROWS between two seconds: totals since the trace's start, or rates a second."""
    low, high = max(0.0, span[0]), min(pacing.total, span[1])
    if high <= low or bins < 1:
        return nothing(low)
    edges = np.linspace(low, high, bins + 1)
    positions, values = history.samples()
    first, last = (pacing.position_at(second)[0] // history.stride for second in (low, high))
    last = min(last + 2, len(positions))
    chosen = np.unique(np.linspace(min(first, last - 1), last - 1, MOST_SAMPLES).astype(np.int64))
    if low == 0:
        chosen[0] = 0
    seconds = pacing.seconds_each(positions[chosen])
    sampled = values[chosen, history.nodes * LANE_KINDS :]
    grown = rates(seconds, sampled, edges) if per_second else None
    stood = highest(seconds, sampled, edges)
    return Curves(edges, {row.key: _heights(row, stood if row.level or grown is None else grown) for row in ROWS})


def _heights(row: Row, table: npt.NDArray[np.generic]) -> Times:
    columns = [[COUNTED.index(name) for name in line.counters] for line in row.lines]
    return np.array([table[:, column].sum(axis=1) for column in columns], np.float64)
