"""The physical map: every page frame by its number, coloured by its list, by its owner, or by its last use."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks, naming
from memsim_gui.scene.panels.mosaic import Key
from memsim_gui.scene.words import grouped
from memsim_gui.trace import bits, kinds, lanes, tables
from memsim_gui.trace.explain import label
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

# states when coloured by list: roles of scene.marks, then the kernel's own frames
KERNEL = len(marks.ROLE_NAMES)
FRESH_WORDS = "allocated"
LIST_KEYS = (
    *(Key(FRESH_WORDS if name == "fresh" else name.replace("_", " "), name) for name in marks.ROLE_NAMES[: marks.FREE]),
    Key("free", "free_ground"),
    Key("kernel", "asleep"),
)
# states when coloured by owner or by age begin with these
FREE, TAKEN, OTHER, FIRST = range(4)
OWNER_COLORS = ("active_anon", "active_file", "unevictable", "swapped", "inactive_file", "inactive_anon")
AGES = (64, 16, 4)  # used in the last 64th, 16th, quarter of the story so far
AGE_KEYS = (
    Key("free", "free_ground"),
    Key("kernel", "asleep"),
    Key("longer ago", "active_anon", 0.3),
    *(Key(f"last 1/{part}", "active_anon", share) for part, share in zip(AGES, (1.0, 0.75, 0.5), strict=True)),
)
MOST_EVENTS_READ = 500_000  # back from a place that was jumped to

_ROLE_OF_LANE = np.full(256, marks.FRESH, np.uint8)
_STATE_OF_LANE = np.full(256, FIRST, np.uint8)
for _lane in range(lanes.MAX_NODES * lanes.LANES_PER_NODE):
    _kind = _lane % lanes.LANES_PER_NODE
    _ROLE_OF_LANE[_lane] = KERNEL if _kind == lanes.KERNEL else marks.list_role(_kind)
    if _ROLE_OF_LANE[_lane] in (marks.FREE, KERNEL):
        _STATE_OF_LANE[_lane] = FREE if _ROLE_OF_LANE[_lane] == marks.FREE else TAKEN


def by_list(view: ViewState, frames: Ints) -> Bytes:
    """States of frames by the list each is on; they index LIST_KEYS."""
    found: Bytes = _ROLE_OF_LANE[view.lane[frames]]
    return found


class Owners(NamedTuple):
    """Who can own a page: a state for each number that `page->mapping` can be, and what the states mean."""

    state: Bytes  # [mapping + 1]
    keys: tuple[Key, ...]


def owners(view: ViewState, trace: Trace) -> Owners:
    """Return processes, then files, in the order in which they came; as many as there are colours get one."""
    name_of: dict[int, str] = {}  # by mapping; pages shared after a fork count for the process that had them first
    for row in view.vma[(view.vma[:, tables.VMA_PAGES] > 0) & (view.vma[:, tables.VMA_ANON_VMA] > 0)].tolist():
        task = label(trace.labels.tasks, row[tables.VMA_TASK], "task")
        name_of.setdefault(row[tables.VMA_ANON_VMA] << 1 | bits.PAGE_MAPPING_ANON, task)
    for number in np.flatnonzero(view.file[:, tables.FILE_PAGES]).tolist():
        name_of[(number + 1) << 1] = label(trace.labels.files, number, "file")
    state = np.full(2 + max(name_of, default=0), OTHER, np.uint8)
    keys = [Key("free", "free_ground"), Key("kernel", "asleep"), Key("others", "fresh")]
    for name, color in zip(dict.fromkeys(name_of.values()), OWNER_COLORS, strict=False):
        state[[mapping for mapping, owner in name_of.items() if owner == name]] = len(keys)
        keys.append(Key(name, color))
    return Owners(state, tuple(keys))


def by_owner(view: ViewState, frames: Ints, known: Owners) -> Bytes:
    """States of frames by who owns them; they index `known.keys`."""
    place = _STATE_OF_LANE[view.lane[frames]]
    owner = known.state[np.minimum(view.mapping[frames], len(known.state) - 1)]
    return np.where(place == FIRST, owner, place).astype(np.uint8)


class Ages:
    """When each frame was last used, as far as the kernel can know; follows a trace."""

    def __init__(self, trace: Trace) -> None:
        """Begin without knowing any use."""
        self.trace = trace
        self._used = np.zeros(0, np.int32)  # [frames] events before the last use and itself; 0 = none known
        self._position = -1

    def follow(self, position: int, frames: int) -> None:
        """Take in what happened up to a position; backwards, or far away, it is read anew."""
        start = self._position
        if len(self._used) != frames or not 0 <= position - start <= MOST_EVENTS_READ:
            self._used = np.zeros(frames, np.int32)
            start = max(0, position - MOST_EVENTS_READ)
        events = self.trace.events(start, position)
        kind, value = events["kind"], events["value"]
        young = bits.PTE_PRESENT | bits.PTE_YOUNG
        set_young = (kind == kinds.PTE) & (value >> 32 & (young | bits.PTE_ZERO) == young)
        used = np.flatnonzero(set_young | (np.isin(kind, (kinds.FAULT, kinds.READ, kinds.WRITE)) & (value >= 0)))
        self._used[value[used] & 0xFFFFFFFF] = used + start + 1
        self._position = position

    def states(self, view: ViewState, frames: Ints) -> Bytes:
        """States of frames by the time since their last use; they index AGE_KEYS."""
        ago = self._position - self._used[frames]
        state = np.full(frames.shape, OTHER, np.uint8)
        for i, part in reversed(list(enumerate(AGES))):
            state[(ago * part < self._position) & (self._used[frames] > 0)] = FIRST + i
        place = _STATE_OF_LANE[view.lane[frames]]
        return np.where(place == FIRST, state, place).astype(np.uint8)


def words(view: ViewState, trace: Trace, first: int, count: int) -> str:
    """Say what a frame is, or what a block of frames holds."""
    pfn = first + trace.meta.first_pfn
    if count == 1:
        flags = " ".join(bits.page_flag_names(int(view.bits[first]))) or "no flags"
        return f"PFN 0x{pfn:X} · {_lane_title(view, first)}\n{flags}\n{naming.owner(view, trace, first)}"
    found = np.bincount(_ROLE_OF_LANE[view.lane[first : first + count]], minlength=len(LIST_KEYS))
    parts = [f"{grouped(int(found[i]))} {LIST_KEYS[i].words}" for i in np.argsort(-found, kind="stable") if found[i]]
    return f"PFN 0x{pfn:X} to 0x{pfn + count - 1:X}, {grouped(count)} frames\n" + ", ".join(parts)


def _lane_title(view: ViewState, frame: int) -> str:
    titles = {row.ident: row.title for row in lanes.lane_table(len(view.node))}
    return f"{titles.get(int(view.lane[frame]), '?')} · node {int(view.lane[frame]) // lanes.LANES_PER_NODE}"
