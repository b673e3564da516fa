"""/proc/zoneinfo.

Kernel: mm/vmstat.c zoneinfo_show_print, 6.1; KM 13.4. Simplified: what a zone spans and has present is what it manages,
and the first CPU's list holds the pages of all.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from memsim_gui.engine import watermarks
from memsim_gui.mm.kswapd import MAX_RECLAIM_RETRIES
from memsim_gui.procfs import names
from memsim_gui.procfs.snapshot import Snapshot
from memsim_gui.trace import counters, lanes, tables

TITLES = (*counters.ZONE_TITLES, "Movable", "Device")
LARGEST_THRESHOLD = 125
THRESHOLD_PAGES = 1 << 15  # 128 MiB


def zoneinfo(snapshot: Snapshot) -> str:
    """Return /proc/zoneinfo: every kind of zone of every node, also the empty ones."""
    return "".join(line for node in range(snapshot.nodes) for line in _node(snapshot, node))


def _node(snapshot: Snapshot, node: int) -> Iterable[str]:
    rows = snapshot.zones_of(node)
    managed = [snapshot.zone(row, tables.ZONE_MANAGED) for row in rows]
    first = next((kind for kind, pages in enumerate(managed) if pages), -1)
    for kind, title in enumerate(TITLES):
        yield f"Node {node}, zone {title:>8}\n"
        if kind == first:
            yield "  per-node stats\n"
            yield from _items(names.NODE, snapshot.node_counters(node))
        if kind < len(managed) and managed[kind]:
            yield from _zone(snapshot, rows[kind], managed)
        else:
            yield from _pages([0] * 9, [0] * len(TITLES))


def _pages(sizes: list[int], reserve: list[int]) -> Iterable[str]:
    labels = ("boost", "min", "low", "high", "spanned", "present", "managed", "cma")
    yield f"  pages free     {sizes[0]}\n"
    yield from (f"        {label:<8} {size}\n" for label, size in zip(labels, sizes[1:], strict=True))
    yield f"        protection: ({', '.join(map(str, reserve))})\n"


def _zone(snapshot: Snapshot, row: int, managed: list[int]) -> Iterable[str]:
    values, node = snapshot.zone_counters(row), row // counters.ZONES_PER_NODE
    boost, pages, start = (
        snapshot.zone(row, column) for column in (tables.ZONE_BOOST, tables.ZONE_MANAGED, tables.ZONE_START)
    )
    marks = [snapshot.zone(row, column) + boost for column in (tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH)]
    yield from _pages(
        [values["nr_free_pages"], boost, *marks, pages, pages, pages, 0], protection(snapshot, row, managed)
    )
    yield from _items((*names.ZONE, *names.NUMA), values)
    yield "  pagesets\n"
    waiting = int(np.count_nonzero(snapshot.view.lane[start : start + pages] == lanes.lane(node, lanes.PCP)))
    for cpu in range(snapshot.cpus):
        yield f"    cpu: {cpu}\n"
        yield f"              count: {waiting if cpu == 0 else 0}\n"
        yield f"              high:  {snapshot.zone(row, tables.ZONE_PCP_HIGH)}\n"
        yield f"              batch: {snapshot.zone(row, tables.ZONE_PCP_BATCH)}\n"
        yield f"  vm stats threshold: {stat_threshold(pages, snapshot.cpus)}\n"
    failures = int(snapshot.view.node[node, tables.NODE_KSWAPD_FAILURES])
    yield f"  node_unreclaimable:  {int(failures >= MAX_RECLAIM_RETRIES)}\n"
    yield f"  start_pfn:           {snapshot.first_pfn + start}\n"


def _items(order: Iterable[str], values: Mapping[str, int]) -> Iterable[str]:
    return (f"      {name:<12} {values.get(name, 0)}\n" for name in order)


def protection(snapshot: Snapshot, row: int, managed: list[int]) -> list[int]:
    """Return lowmem_reserve of a zone against allocations that may use each kind of zone; `managed` of its node.

    Kernel: mm/page_alloc.c setup_per_zone_lowmem_reserve; [Wm-4]. A recorded machine keeps what it was booted with.
    """
    kind = row % counters.ZONES_PER_NODE
    highest = max(i for i, pages in enumerate(managed) if pages)
    out = []
    for other in range(len(TITLES)):
        below = watermarks.protection(managed[: other + 1], kind) if kind < other else 0
        out.append(snapshot.zone(row, tables.ZONE_PROTECTION) if kind < highest <= other else below)
    return out


def stat_threshold(managed: int, cpus: int) -> int:
    """Return how far a CPU's own count of a zone may run ahead of the common one.

    Kernel: mm/vmstat.c calculate_normal_threshold; KM 13.1.
    """
    return min(LARGEST_THRESHOLD, 2 * cpus.bit_length() * (1 + (managed // THRESHOLD_PAGES).bit_length()))
