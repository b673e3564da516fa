"""The physical map: every page frame by its number, as cells of a grid; several frames a cell where they are many."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks
from memsim_gui.trace import lanes
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]

KERNEL = len(marks.ROLE_NAMES)  # states: roles of scene.marks, then the kernel's own frames


class PhysicalMap(NamedTuple):
    """A stretch of frames: `states[i]` stands for `frames_per_cell` frames from `first + i * frames_per_cell`."""

    first: int
    frames_per_cell: int
    states: Bytes


_STATE_OF_LANE = np.full(256, marks.FRESH, np.uint8)
for _node in range(lanes.MAX_NODES):
    for _kind in range(lanes.LANES_PER_NODE):
        _STATE_OF_LANE[lanes.lane(_node, _kind)] = KERNEL if _kind == lanes.KERNEL else marks.list_role(_kind)


def physical_map(view: ViewState, first: int, frames: int, most_cells: int) -> PhysicalMap:
    """Return the map of `frames` frames from `first` in at most `most_cells` cells.

    A cell that stands for several frames shows one of them, the middle one: at sixteen million frames a picture must
    not look at each.
    """
    frames = max(0, min(frames, len(view.lane) - first))
    each = max(1, -(-frames // max(1, most_cells)))
    picked = view.lane[first + each // 2 : first + frames : each] if each > 1 else view.lane[first : first + frames]
    return PhysicalMap(first, each, _STATE_OF_LANE[picked])
