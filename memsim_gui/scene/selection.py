"""What a person has picked, shared by all panels, and where it is at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import bits, kinds, tables
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]
MOST_MARKED = 4096  # frames of a block that are marked one by one


@dataclass(frozen=True, slots=True)
class Selection:
    """A frame (or a block or a region of them), a virtual page, a page of a file, or a swap slot; -1 = not that.

    A virtual page or a page of a file is followed: `located` adds the frame and the slot where its contents are.

    Attributes:
        frame: first page frame of `count`.
        pte: row of the page table.
        cell: page-cache cell.
        slot: swap slot.
        region: page frames picked together, of which `frame` is the first.
    """

    frame: int = -1
    count: int = 1
    pte: int = -1
    cell: int = -1
    slot: int = -1
    region: frozenset[int] = frozenset()

    @property
    def frames(self) -> frozenset[int]:
        """The frames picked."""
        if self.region:
            return self.region
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

    def in_file(self, view: ViewState, file: int) -> Ints:
        """Pages of a file that show what is selected: the one picked, those in its frames, those in its slot."""
        first, pages = view.file[file, [tables.FILE_FIRST_CELL, tables.FILE_PAGES]].tolist()
        frames = self._frames(view)
        found = [view.pgoff[frames[view.mapping[frames] == (file + 1) << 1]], [self.cell - first] * (self.cell >= 0)]
        if self.slot >= 0 and view.file[file, tables.FILE_KIND] == tables.FILE_SHMEM:
            found.append(np.flatnonzero(view.cell[first : first + pages] == kinds.CELL_SWAPPED - self.slot))
        return _within(found, pages)

    def in_vma(self, view: ViewState, vma: int) -> Ints:
        """Pages of a mapping that show what is selected: the one picked, those that map its frames or hold its slot."""
        row = view.vma[vma].tolist()
        first, pages = row[tables.VMA_FIRST_PTE], row[tables.VMA_PAGES]
        frames = self._frames(view)
        # As rmap does it: a page's index says where in the mapping it would be, and the entry there whether it is.
        at = view.pgoff[frames].astype(np.int64) - row[tables.VMA_PGOFF]
        inside = (at >= 0) & (at < pages)
        at, frames = at[inside], frames[inside]
        held = (view.pte_bits[first + at] & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
        found = [at[held & (view.pte_pfn[first + at] == frames)], [self.pte - first] * (self.pte >= 0)]
        if self.slot >= 0:
            stretch = slice(first, first + pages)
            swapped = (view.pte_bits[stretch] & bits.PTE_SWAP) != 0
            found.append(np.flatnonzero(swapped & (view.pte_pfn[stretch] == self.slot)))
        return _within(found, pages)

    def _frames(self, view: ViewState) -> Ints:
        """The frames picked that exist."""
        if self.region:
            return np.array(sorted(frame for frame in self.region if frame < len(view.lane)), np.int64)
        if self.frame < 0:
            return np.zeros(0, np.int64)
        return np.arange(self.frame, min(self.frame + self.count, len(view.lane)))


def _within(found: Sequence[npt.ArrayLike], pages: int) -> Ints:
    pages_found = np.unique(np.concatenate([np.asarray(part, np.int64) for part in found]))
    return pages_found[(pages_found >= 0) & (pages_found < pages)]
