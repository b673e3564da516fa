"""What changed since a step or command began: counters by name, flags of the few pages it was about."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import plain_words
from memsim_gui.scene.words import signed
from memsim_gui.trace import bits, counters, kinds, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]

MOST_PAGES_NAMED = 2
REPEATED = ("nr_zone_", "numa_")  # what others count too
SMALL_FRAMES = 1 << 17  # machines up to this size keep the flags a step began with
# What a lesson asks about comes first; clocks of the allocator last.
_FIRST = (
    "nr_inactive_anon nr_active_anon nr_inactive_file nr_active_file nr_unevictable nr_free_pages nr_mlock pgactivate "
    "pgdeactivate pgfault pgmajfault nr_dirty nr_writeback nr_swapcached pgscan_kswapd pgscan_direct pgsteal_kswapd "
    "pgsteal_direct pswpout pswpin workingset_refault_anon workingset_refault_file workingset_activate_anon "
    "workingset_activate_file workingset_restore_anon workingset_restore_file pgrotated allocstall_normal oom_kill "
    "unevictable_pgs_culled unevictable_pgs_rescued"
).split()
_LISTS = frozenset(_FIRST[:9])  # told before flags; the rest after them
_ORDER = {name: i for i, name in enumerate(_FIRST)}


class Change(NamedTuple):
    """One entry of the delta strip."""

    name: str
    text: str  # "+1" or "0→1"
    page: bool  # about a page's flag, not a counter


def begin_of(played: int, begins: Ints) -> int:
    """Position of the last of the ascending `begins` among the first `played` events; the first (or 0) if none is."""
    row = int(np.searchsorted(begins, played)) - 1
    return int(begins[max(0, row)]) if len(begins) and (row >= 0 or begins[0] <= played) else 0


def counters_at(trace: Trace, position: int) -> tuple[Ints, int]:
    """Counters and simulated time (ns) at a position, without the rest of the view."""
    near, view, _ = trace.nearest(position)
    counter, now_ns = view.counter.copy(), int(view.clock[0, tables.CLOCK_NOW_NS])
    for events in trace.pieces(near, position):
        counts = events[events["kind"] == kinds.COUNT]
        counter += np.bincount(counts["ident"], weights=counts["value"], minlength=len(counter)).astype(np.int64)
        sets = events[events["kind"] == kinds.SET]
        clocks = sets[(sets["dst"] == tables.TABLE_CLOCK) & (sets["src"] == tables.CLOCK_NOW_NS)]
        now_ns = int(clocks["value"][-1]) if len(clocks) else now_ns
    return counter, now_ns


class Baseline:
    """Counters, and on small machines flags, as they were where the current step began; follows the position."""

    def __init__(self, trace: Trace) -> None:
        """Begin at the start of the trace."""
        self.trace = trace
        self.start = -1
        self.now_ns = 0  # simulated time
        self.counter: Ints = np.empty(0, np.int64)
        self.bits: npt.NDArray[np.int32] | None = None

    def follow(self, start: int, view: ViewState) -> None:
        """Move the baseline to `start`, given a later view."""
        if start == self.start:
            return
        self.start = start
        if len(view.lane) <= SMALL_FRAMES:
            before = self.trace.view_at(start)
            self.counter, self.bits = before.counter, before.bits
            self.now_ns = int(before.clock[0, tables.CLOCK_NOW_NS])
            return
        self.counter, self.now_ns = counters_at(self.trace, start)
        self.bits = None

    def since(self, view: ViewState) -> dict[str, int]:
        """Growth of each counter that changed, by name, summed over nodes and zones."""
        out: dict[str, int] = {}
        growth = view.counter - self.counter
        for i in np.flatnonzero(growth).tolist():
            name = counters.counter_name(i)
            out[name] = out.get(name, 0) + int(growth[i])
        return {name: value for name, value in out.items() if value}

    def flag_changes(self, view: ViewState, first_pfn: int) -> list[Change]:
        """Changed page flags, if at most MOST_PAGES_NAMED pages that are in use had any."""
        if self.bits is None:
            return []
        frames = np.flatnonzero((view.bits != self.bits) & (view.bits != 0))
        if not 0 < len(frames) <= MOST_PAGES_NAMED:
            return []
        out = []
        for frame in frames.tolist():
            changed = int(view.bits[frame] ^ self.bits[frame])
            for flag in bits.PAGE_FLAG_NAMES:
                if changed & flag:
                    after = int(bool(view.bits[frame] & flag))
                    out.append(Change(_flag_title(frame + first_pfn, flag), f"{1 - after}→{after}", page=True))
        return out


def _flag_title(pfn: int, flag: int) -> str:
    return f"{pfn:X} {bits.PAGE_FLAG_NAMES[flag]}"


def ranked(names: Iterable[str]) -> list[str]:
    """Return counters in the order in which lessons ask for them."""
    return sorted(names, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))


def changes(baseline: Baseline, view: ViewState, first_pfn: int, *, plain: bool = False) -> list[Change]:
    """Return the delta strip's entries: list sizes, then flags, then other counters as a lesson asks for them."""
    grown = baseline.since(view)
    names = [name for name in ranked(grown) if not name.startswith(REPEATED)]
    told = [Change(plain_words.counter(name, plain=plain), signed(grown[name]), page=False) for name in names]
    lists = sum(name in _LISTS for name in names)
    return [*told[:lists], *baseline.flag_changes(view, first_pfn), *told[lists:]]
