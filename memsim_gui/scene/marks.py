"""What a token shows about its page: its role (colour) and its marks."""

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import bits, lanes
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]

# roles: which colour a token has
ACTIVE_ANON = 0
INACTIVE_ANON = 1
ACTIVE_FILE = 2
INACTIVE_FILE = 3
UNEVICTABLE = 4
FRESH = 5  # allocated, belongs to nothing yet
FREE = 6
ROLE_NAMES = ("active_anon", "inactive_anon", "active_file", "inactive_file", "unevictable", "fresh", "free")

# marks, as bits of one byte
YOUNG = 1
REFERENCED = 2
DIRTY = 4
WRITEBACK = 8
LOCKED = 16
WORKINGSET = 32
SELECTED = 64
MARK_NAMES = {
    YOUNG: "young",
    REFERENCED: "referenced",
    DIRTY: "dirty",
    WRITEBACK: "writeback",
    LOCKED: "mlocked",
    WORKINGSET: "workingset",
}
_FLAG_MARKS = (
    (bits.PG_REFERENCED, REFERENCED),
    (bits.PG_DIRTY, DIRTY),
    (bits.PG_WRITEBACK, WRITEBACK),
    (bits.PG_MLOCKED, LOCKED),
    (bits.PG_WORKINGSET, WORKINGSET),
)
_LIST_ROLES = {
    lanes.ACTIVE_ANON: ACTIVE_ANON,
    lanes.INACTIVE_ANON: INACTIVE_ANON,
    lanes.ACTIVE_FILE: ACTIVE_FILE,
    lanes.INACTIVE_FILE: INACTIVE_FILE,
    lanes.UNEVICTABLE: UNEVICTABLE,
    lanes.FREE: FREE,
    lanes.PCP: FREE,
}


def young_frames(view: ViewState) -> npt.NDArray[np.bool_]:
    """Which frames some PTE says were accessed since its bit was last cleared, [frames]."""
    wanted = bits.PTE_PRESENT | bits.PTE_YOUNG
    found = view.pte_pfn[np.flatnonzero((view.pte_bits & (wanted | bits.PTE_ZERO)) == wanted)]
    young = np.zeros(len(view.lane), np.bool_)
    young[found] = True
    return young


def marks_of(view: ViewState, frames: npt.NDArray[np.int32], young: npt.NDArray[np.bool_]) -> Bytes:
    """Marks of some frames as bits, [len(frames)]."""
    flags = view.bits[frames]
    marks = np.where(young[frames], YOUNG, 0).astype(np.uint8)
    for flag, mark in _FLAG_MARKS:
        marks |= np.where(flags & flag, mark, 0).astype(np.uint8)
    return marks


def list_role(kind: int) -> int:
    """Role of tokens on a kind of list."""
    return _LIST_ROLES.get(kind, FRESH)


def roles_of(view: ViewState, frames: npt.NDArray[np.int32]) -> Bytes:
    """Roles of frames that stand on no list, by the flags that will decide on which one they go."""
    flags = view.bits[frames]
    active = (flags & bits.PG_ACTIVE) != 0
    anon = (flags & bits.PG_SWAPBACKED) != 0
    role = np.where(anon, np.where(active, ACTIVE_ANON, INACTIVE_ANON), np.where(active, ACTIVE_FILE, INACTIVE_FILE))
    role = np.where(flags & bits.PG_UNEVICTABLE, UNEVICTABLE, role)
    return np.where((view.mapping[frames] == 0) & (flags == 0), FRESH, role).astype(np.uint8)


def role_in(view: ViewState, frame: int, kind: int) -> int:
    """Role of one frame on a kind of lane."""
    if kind in _LIST_ROLES:
        return _LIST_ROLES[kind]
    return int(roles_of(view, np.array([frame], np.int32))[0])
