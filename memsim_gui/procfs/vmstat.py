"""/proc/vmstat, and the files vmstat and numastat of a node.

Kernel: mm/vmstat.c vmstat_show, drivers/base/node.c node_read_vmstat and node_read_numastat; KM 13.2, 13.5.
"""

from collections.abc import Iterable, Mapping

from memsim_gui.procfs import names
from memsim_gui.procfs.snapshot import Snapshot

NUMASTAT = {
    "numa_hit": "numa_hit",
    "numa_miss": "numa_miss",
    "numa_foreign": "numa_foreign",
    "interleave_hit": "numa_interleave",
    "local_node": "numa_local",
    "other_node": "numa_other",
}


def vmstat(snapshot: Snapshot) -> str:
    """Return /proc/vmstat; what is not modelled is 0, as for a feature that is not in use."""
    return _lines(names.VMSTAT, snapshot.counters)


def node_vmstat(snapshot: Snapshot, node: int) -> str:
    """Return a node's vmstat: no events, which the kernel counts for the whole system."""
    return _lines((*names.ZONE, *names.NUMA, *names.NODE), snapshot.node_counters(node))


def numastat(snapshot: Snapshot, node: int) -> str:
    """Return a node's numastat."""
    values = snapshot.node_counters(node)
    return _lines(NUMASTAT, {label: values[name] for label, name in NUMASTAT.items()})


def _lines(order: Iterable[str], values: Mapping[str, int]) -> str:
    return "".join(f"{name} {values.get(name, 0)}\n" for name in order)
