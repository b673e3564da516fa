"""The figures that the texts are made of, taken from a machine or from a view of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from memsim_gui.engine.machine import Machine
from memsim_gui.mm import mm_types
from memsim_gui.procfs.names import THRESHOLDS
from memsim_gui.trace import counters, tables
from memsim_gui.trace.view_state import ViewState

DIRTY_RATIO, DIRTY_BACKGROUND_RATIO = 20, 10
PERCENT = 100
FIRST_PID = 1000
KB = 4  # of a page
NO_SWAP_HEADER = 1


@dataclass(frozen=True)
class Snapshot:
    """A machine at one moment. Sizes in pages; `counters` hold the whole system's by name, the thresholds included."""

    view: ViewState
    swap_free: int
    first_pfn: int = 0
    cpus: int = 1
    task_names: Sequence[str] = ()
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.view.node)

    @property
    def swap_total(self) -> int:
        """Pages of swap, without the header."""
        return max(0, len(self.view.swap_map) - NO_SWAP_HEADER)

    @property
    def tasks(self) -> list[int]:
        """Rows of the processes that live."""
        return np.flatnonzero(self.view.task[:, tables.TASK_STATE] == tables.TASK_ALIVE).tolist()

    def zone(self, row: int, column: int) -> int:
        """Return a column of the zone table."""
        return int(self.view.zone[row, column])

    def zones_of(self, node: int) -> range:
        """Return the zone rows of a node."""
        return range(node * counters.ZONES_PER_NODE, (node + 1) * counters.ZONES_PER_NODE)

    def zone_counters(self, row: int) -> dict[str, int]:
        """Return a zone's counters by name."""
        first = counters.zone_base(row)
        return dict(zip(counters.ZONE_NAMES, self.view.counter[first:].tolist(), strict=False))

    def node_counters(self, node: int) -> dict[str, int]:
        """Return a node's counters by name: its own, and the sums over its zones."""
        first = counters.node_base(node)
        out = dict(zip(counters.NODE_NAMES, self.view.counter[first:].tolist(), strict=False))
        zones = [self.zone_counters(row) for row in self.zones_of(node)]
        return {**out, **{name: sum(zone[name] for zone in zones) for name in counters.ZONE_NAMES}}

    def total(self, column: int) -> int:
        """Return a column of the zone table summed over all zones."""
        return int(self.view.zone[:, column].sum())

    def pid(self, task: int) -> int:
        """Return a process's number: rows count from FIRST_PID."""
        return FIRST_PID + task


def of_machine(machine: Machine) -> Snapshot:
    """Return a machine's figures."""
    labels, counted = machine.trace.labels, machine.counters()
    free = int(machine.state.sys[mm_types.SYS_SWAP_FREE])
    return Snapshot(machine.view(), free, machine.spec.first_pfn, machine.spec.cpus, labels.tasks, counted)


def of_view(view: ViewState, first_pfn: int = 0, task_names: Sequence[str] = ()) -> Snapshot:
    """Return the figures of a view.

    Simplified: a view knows neither sysctls nor CPUs. The dirty thresholds are those of the kernel's default ratios,
    and slots that wait in the swap slot cache count as free.
    """
    free = int(np.count_nonzero(view.swap_map[NO_SWAP_HEADER:] == 0))
    counted = counters.vmstat(view.counter, len(view.node))
    file_pages = counted["nr_inactive_file"] + counted["nr_active_file"]
    dirtyable = max(0, counted["nr_free_pages"] - reserve(view)) + file_pages + 1
    for name, ratio in zip(THRESHOLDS, (DIRTY_RATIO, DIRTY_BACKGROUND_RATIO), strict=True):
        counted[name] = dirtyable * ratio // PERCENT
    return Snapshot(view, free, first_pfn, 1, task_names, counted)


def reserve(view: ViewState) -> int:
    """Return totalreserve_pages.

    Kernel: mm/page_alloc.c calculate_totalreserve_pages; [Wm-5].
    """
    zone = view.zone
    wanted = zone[:, tables.ZONE_PROTECTION] + zone[:, tables.ZONE_HIGH]
    return int(np.minimum(zone[:, tables.ZONE_MANAGED], wanted).sum())
