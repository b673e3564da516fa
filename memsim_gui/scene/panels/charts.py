"""Charts: counters over the seconds of the presentation, in bins about as wide as two pixels."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.timeline.history import POINTS, History
from memsim_gui.scene.timeline.sampler import COUNTED, LANE_KINDS

Times = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_POINTS = 2 * POINTS


class Line(NamedTuple):
    """One curve: its name beside the title, the theme's colour, and the /proc/vmstat counters it adds up."""

    name: str
    color: str
    counters: tuple[str, ...]


class Row(NamedTuple):
    """One small chart. `level` = its counters go up and down: they are shown as they stand, never as a rate."""

    key: str
    title: str
    unit: str
    lines: tuple[Line, ...]
    level: bool = False


ROWS = (
    Row("scan", "Scanned", "pages", (
        Line("kswapd", "kswapd", ("pgscan_kswapd",)), Line("direct", "direct_reclaim", ("pgscan_direct",)),
    )),
    Row("steal", "Reclaimed", "pages", (
        Line("kswapd", "kswapd", ("pgsteal_kswapd",)), Line("direct", "direct_reclaim", ("pgsteal_direct",)),
    )),
    Row("refault", "Refaults", "pages", (
        Line("anon", "swap", ("workingset_refault_anon",)), Line("file", "disk", ("workingset_refault_file",)),
    )),
    Row("swap", "Swap", "pages", (Line("in", "swap", ("pswpin",)), Line("out", "kswapd", ("pswpout",)))),
    Row("fault", "Faults", "faults", (Line("all", "disk", ("pgfault",)), Line("major", "danger", ("pgmajfault",)))),
    Row("dirty", "To be written", "pages", (
        Line("dirty", "warning", ("nr_dirty",)), Line("writeback", "flusher", ("nr_writeback",)),
    ), level=True),
    Row("stall", "Stalls", "allocations", (
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


def stretch_of(pacing: Pacing, span: tuple[float, float]) -> tuple[int, int]:
    """Return the positions between which all that is shown in a span of seconds happens."""
    low, high = (pacing.position_at(second)[0] for second in span)
    return (low if span[0] > 0 else 0), min(high + 1, len(pacing.trace))


def list_sizes(history: History, pacing: Pacing, span: tuple[float, float]) -> tuple[Times, Ints]:
    """Return seconds [n] and the pages of all nodes on each kind of list [n, LANE_KINDS], until the next second.

    They reach from the last sample at or before the span to the first at or after it.
    """
    seconds, values = _chosen(history, pacing, span)
    sizes = values[:, : history.nodes * LANE_KINDS].reshape(len(values), history.nodes, LANE_KINDS)
    return seconds, np.asarray(sizes.sum(axis=1))


def _chosen(history: History, pacing: Pacing, span: tuple[float, float]) -> tuple[Times, Ints]:
    """Seconds and values of the samples of a span, or of POINTS of them where there are far too many to be seen."""
    positions, values = history.stretch(*stretch_of(pacing, span))
    if len(positions) > MOST_POINTS:
        chosen = np.linspace(0, len(positions) - 1, POINTS).astype(np.int64)
        positions, values = positions[chosen], values[chosen]
    return pacing.seconds_each(positions), values


def curves(history: History, pacing: Pacing, span: tuple[float, float], bins: int, *, per_second: bool) -> Curves:
    """Return the curves of all ROWS between two seconds: totals since the trace's start, or rates a second."""
    low, high = max(0.0, span[0]), min(pacing.total, span[1])
    if high <= low or bins < 1:
        return nothing(low)
    edges = np.linspace(low, high, bins + 1)
    seconds, values = _chosen(history, pacing, (low, high))
    sampled = values[:, history.nodes * LANE_KINDS :]
    grown = rates(seconds, sampled, edges) if per_second else None
    stood = highest(seconds, sampled, edges)
    return Curves(edges, {row.key: _heights(row, stood if row.level or grown is None else grown) for row in ROWS})


def _heights(row: Row, table: npt.NDArray[np.generic]) -> Times:
    columns = [[COUNTED.index(name) for name in line.counters] for line in row.lines]
    return np.array([table[:, column].sum(axis=1) for column in columns], np.float64)
