"""The swap map: every slot of the swap area, who refers to it, and whether its page is in the swap cache too."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import naming
from memsim_gui.scene.panels.mosaic import Key
from memsim_gui.scene.words import byte_size, grouped
from memsim_gui.trace import bits, kinds
from memsim_gui.trace.store import Trace
from memsim_gui.trace.tally import count_where
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

FREE, USED, CACHED, RESERVED, BAD = range(5)
KEYS = (
    Key("free", "free_ground"),
    Key("used", "swapped"),
    Key("and in swap cache", "swapped", 0.5),
    Key("reserved", "fresh"),
    Key("header, bad", "asleep"),
)
HEADER_SLOTS = 1
MOST_USERS_NAMED = 4


class Figures(NamedTuple):
    """Slots of a swap area by state."""

    total: int
    free: int
    used: int  # the cached ones included
    cached: int
    reserved: int
    bad: int

    def words(self, page_bytes: int) -> str:
        """Return the header of the map."""
        if not self.total:
            return "This machine has no swap area."
        parts = [f"{grouped(self.used)} of {grouped(self.total)} slots used ({byte_size(self.used * page_bytes)})"]
        parts += [f"{grouped(self.cached)} of them in the swap cache", f"{grouped(self.free)} free"]
        parts += [f"{grouped(self.reserved)} reserved"] * bool(self.reserved) + [f"{grouped(self.bad)} bad"]
        return " · ".join(parts)


def states(view: ViewState, slots: Ints) -> Bytes:
    """States of slots; they index KEYS. The header's slot is bad, as in swap_map[0] = SWAP_MAP_BAD."""
    found = _STATE_OF_BYTE[view.swap_map[slots]]
    found[view.swap_cell[slots] > 0] = CACHED
    found[slots < HEADER_SLOTS] = BAD
    return found


_STATE_OF_BYTE = np.full(256, USED, np.uint8)
_STATE_OF_BYTE[[0, bits.SWAP_HAS_CACHE]] = FREE, RESERVED


def figures(view: ViewState) -> Figures:
    """Count the slots by state."""
    held, cells = view.swap_map[HEADER_SLOTS:], view.swap_cell[HEADER_SLOTS:]
    free, in_cache = count_where(lambda slot: slot == 0, held), count_where(lambda cell: cell > 0, cells)
    reserved = count_where(lambda slot, cell: (slot == bits.SWAP_HAS_CACHE) & (cell <= 0), held, cells)
    bad = min(HEADER_SLOTS, len(view.swap_map))
    return Figures(len(held), free, len(held) - free - reserved, in_cache, reserved, bad)


def words(view: ViewState, trace: Trace, first: int, count: int) -> str:
    """Say what a slot holds and for whom, or what a block of slots holds."""
    if count > 1:
        found = np.bincount(states(view, np.arange(first, first + count)), minlength=len(KEYS))
        parts = [f"{grouped(int(found[i]))} {KEYS[i].words}" for i in np.flatnonzero(found).tolist()]
        return f"slots {grouped(first)} to {grouped(first + count - 1)}\n" + ", ".join(parts)
    if first < HEADER_SLOTS:
        return f"slot {first}: the header of the swap area"
    held = int(view.swap_map[first])
    if not held:
        return f"slot {grouped(first)}: free"
    users, cell = held & ~bits.SWAP_HAS_CACHE, int(view.swap_cell[first])
    lines = [f"slot {grouped(first)}: swap_map {held:#04x}, {users} user{'s' * (users != 1)}"]
    if cell > 0:
        lines.append(f"in the swap cache: PFN 0x{cell - 1 + trace.meta.first_pfn:X}")
    elif not users:
        lines.append("reserved: in the slot cache, or about to be used")
    return "\n".join(lines + owners(view, trace, first))


def owners(view: ViewState, trace: Trace, slot: int) -> list[str]:
    """Name the virtual pages and the pages of shared memory whose contents are in a slot; of many, the first few."""
    rows = np.flatnonzero(((view.pte_bits & bits.PTE_SWAP) != 0) & (view.pte_pfn == slot))
    named = [naming.virtual_page(view, trace, row) for row in rows[:MOST_USERS_NAMED].tolist()]
    cells = np.flatnonzero(view.cell == kinds.CELL_SWAPPED - slot)
    named += [naming.cell(view, trace, cell) for cell in cells[:MOST_USERS_NAMED].tolist()]
    more = max(0, len(rows) - MOST_USERS_NAMED)
    return named + [f"and {more} more"] * bool(more)
