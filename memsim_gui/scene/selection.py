"""What a person has picked, shared by all panels, and where it is at a moment."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import bits, kinds
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]
MOST_MARKED = 4096  # frames of a block that are marked one by one


@dataclass(frozen=True, slots=True)
class Selection:
    """A frame (or a block of them), a virtual page, a page of a file, or a swap slot; -1 = not that.

    A virtual page or a page of a file is followed: `located` adds the frame and the slot where its contents are.

    Attributes:
        frame: first page frame of `count`.
        pte: row of the page table.
        cell: page-cache cell.
        slot: swap slot.
    """

    frame: int = -1
    count: int = 1
    pte: int = -1
    cell: int = -1
    slot: int = -1

    @property
    def frames(self) -> frozenset[int]:
        """The frames picked."""
        return frozenset(range(self.frame, self.frame + min(self.count, MOST_MARKED)) if self.frame >= 0 else ())

    def located(self, view: ViewState) -> "Selection":
        """Return the selection with the frame and the swap slot that it is in at a moment."""
        frame, slot = self.frame, self.slot
        if 0 <= self.pte < len(view.pte_bits):
            held, target = int(view.pte_bits[self.pte]), int(view.pte_pfn[self.pte])
            slot = target if held & bits.PTE_SWAP else -1
            frame = target if held & bits.PTE_PRESENT and not held & bits.PTE_ZERO else -1
        elif 0 <= self.cell < len(view.cell):
            value = int(view.cell[self.cell])
            frame, slot = max(-1, value - 1), kinds.CELL_SWAPPED - value if value <= kinds.CELL_SWAPPED else -1
        if frame < 0 <= slot < len(view.swap_cell):
            frame = max(-1, int(view.swap_cell[slot]) - 1)
        elif 0 <= frame < len(view.bits) and self.count == 1 and view.bits[frame] & bits.PG_SWAPCACHE:
            slot = int(np.flatnonzero(view.swap_cell == frame + 1)[:1].max(initial=-1))
        return replace(self, frame=frame, slot=slot)

    def among(self, frames: npt.NDArray[np.int32], slots: npt.NDArray[np.int32], own: int) -> Ints:
        """Cells of a grid that show what is selected, by the frame and the slot of each (-1 none); `own` is picked."""
        hit = np.arange(len(frames)) == own
        if self.frame >= 0:
            hit |= (frames >= self.frame) & (frames < self.frame + self.count)
        if self.slot >= 0:
            hit |= slots == self.slot
        return np.flatnonzero(hit)
