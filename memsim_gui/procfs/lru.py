"""The five lists of each node as a small kernel module would print them to the kernel's log, pages to be taken first.

Kernel: struct lruvec in include/linux/mmzone.h; the prefix is that of kernel/printk/printk.c print_time.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from memsim_gui.procfs.snapshot import Snapshot
from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.view_state import ViewState, head, lane_frames

LISTS = {
    lanes.INACTIVE_ANON: "inactive_anon",
    lanes.ACTIVE_ANON: "active_anon",
    lanes.INACTIVE_FILE: "inactive_file",
    lanes.ACTIVE_FILE: "active_file",
    lanes.UNEVICTABLE: "unevictable",
}
MOST_SHOWN = 16
NS_PER_US = 1000
US_PER_S = 1_000_000


def lru(snapshot: Snapshot, most: int = MOST_SHOWN) -> str:
    """Return the lists of all nodes, `most` pages of each from the tail; the unevictable ones have no order."""
    seconds, micros = divmod(int(snapshot.view.clock[0, tables.CLOCK_NOW_NS]) // NS_PER_US, US_PER_S)
    prefix = f"[{seconds:5}.{micros:06}] lru: "
    young = _young(snapshot)
    lines = (
        line
        for node in range(snapshot.nodes)
        for kind, title in LISTS.items()
        for line in _list(snapshot, lanes.lane(node, kind), f"Node {node} {title}", young, most)
    )
    return "".join(f"{prefix}{line}\n" for line in lines)


def _list(snapshot: Snapshot, lane: int, title: str, young: npt.NDArray[np.bool_], most: int) -> Iterable[str]:
    view = snapshot.view
    pages = int(view.lane_pages[lane])
    yield f"{title}: {pages} pages"
    for frame in _from_tail(view, lane, min(most, pages)):
        mapping, flags = int(view.mapping[frame]), bits.page_flag_names(int(view.bits[frame]))
        owner = "anon" if mapping & bits.PAGE_MAPPING_ANON else f"inode {mapping >> 1}" if mapping else "kernel"
        words = "|".join(name.removeprefix("PG_") for name in flags)
        used = " young" * bool(young[frame])
        yield f"  pfn {snapshot.first_pfn + frame:#x} {owner} index {int(view.pgoff[frame]):#x} flags({words}){used}"
    if pages > most:
        yield f"  and {pages - most} more"


def _from_tail(view: ViewState, lane: int, count: int) -> list[int]:
    """Return the last pages of a list without walking all of it."""
    if lane % lanes.LANES_PER_NODE not in lanes.ORDERED:
        return [int(frame) for frame in lane_frames(view, lane, count)]
    found, at = [], head(view, lane)
    for _ in range(count):
        at = int(view.lru_prev[at])
        if at >= len(view.lane):  # a trace of flows knows how many pages there are, but not which
            break
        found.append(at)
    return found


def _young(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """Mark the frames that were accessed since reclaim last looked."""
    view = snapshot.view
    wanted = bits.PTE_PRESENT | bits.PTE_YOUNG
    young = np.zeros(len(view.lane), np.bool_)
    young[view.pte_pfn[np.flatnonzero((view.pte_bits & (wanted | bits.PTE_ZERO)) == wanted)]] = True
    return young
