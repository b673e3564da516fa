"""The cards beside the lists: swap, devices, actors, and what the current step has cost so far."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.payer import Payer
from memsim_gui.scene.words import (
    ACTOR_NAMES,
    DEVICE_KINDS,
    VERDICTS,
    actor_name,
    byte_size,
    counted,
    duration,
    grouped,
)
from memsim_gui.trace import bits, counters, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

MOST_CELLS = 2048  # of a map of swap slots
CELL_UNITS = 1.6  # least side of such a cell
MAP_SHARE = 0.5  # of the swap card is its map
SLOT_FREE, SLOT_USED, SLOT_CACHED, SLOT_SOME = 0, 1, 2, 3
PGPGIN, PGPGOUT = counters.EVENT_NAMES.index("pgpgin"), counters.EVENT_NAMES.index("pgpgout")
KIB = 1024  # what the kernel counts transfers in


class SwapCard(NamedTuple):
    """Swap area: used of total slots (the header slot not counted), and a map: each slot, or cells of several."""

    rect: Rect
    device: str
    used: int
    total: int
    cells: npt.NDArray[np.uint8]  # SLOT_FREE: none is used, SLOT_SOME: a part, SLOT_USED: all


class Device(NamedTuple):
    """A device's queue."""

    name: str
    kind: str
    reads: int
    writes: int
    busy: bool


class DeviceCard(NamedTuple):
    """The devices of a machine that files are on."""

    rect: Rect
    devices: tuple[Device, ...]
    moved: tuple[str, str]  # read and written so far


class Actor(NamedTuple):
    """One that reclaims or writes back: what it is doing, in words."""

    name: str
    state: str
    rule: str
    awake: bool
    role: str  # "kswapd", "direct_reclaim" or "flusher"


class ActorCard(NamedTuple):
    """The actors of a node."""

    rect: Rect
    actors: tuple[Actor, ...]


class Figure(NamedTuple):
    """A number with its name; `role` says whether it is good or bad news."""

    name: str
    value: str
    role: str


class StatsCard(NamedTuple):
    """What the current step has cost so far."""

    rect: Rect
    figures: tuple[Figure, ...]
    note: str


def _is_swap(name: str) -> bool:
    return name.endswith(SWAP_SUFFIX)


SWAP_SUFFIX = "(swap)"  # of the name that the engine gives to the swap device


def swap_card(view: ViewState, trace: Trace, rect: Rect, unit: float) -> SwapCard:
    """Return the swap card of a machine; its map has as many cells as the card has room for."""
    users = view.swap_map[1:]
    room = min(MOST_CELLS, int(MAP_SHARE * rect.w * rect.h / (CELL_UNITS * unit) ** 2))
    per_cell = -(-len(users) // max(1, room))
    states = _slot_states(users) if per_cell <= 1 else _slots_together(users, per_cell)
    devices = [name.removesuffix(SWAP_SUFFIX).strip() for name in trace.labels.devices if _is_swap(name)]
    device = devices[0] if devices and len(users) else ""
    return SwapCard(rect, device, int(np.count_nonzero(users)), len(users), states)


def _slot_states(users: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    states = np.where(users & ~np.uint8(bits.SWAP_HAS_CACHE), SLOT_USED, SLOT_FREE).astype(np.uint8)
    states[(users & bits.SWAP_HAS_CACHE) != 0] = SLOT_CACHED
    return states


def _slots_together(users: npt.NDArray[np.uint8], per_cell: int) -> npt.NDArray[np.uint8]:
    """Tell of each so many slots whether none, some or all are used."""
    whole = len(users) // per_cell * per_cell
    rows = users[:whole].reshape(-1, per_cell)
    least, most = rows.min(axis=1), rows.max(axis=1)
    if whole < len(users):
        least, most = np.append(least, users[whole:].min()), np.append(most, users[whole:].max())
    return np.where(least > 0, SLOT_USED, np.where(most > 0, SLOT_SOME, SLOT_FREE)).astype(np.uint8)


def device_card(view: ViewState, trace: Trace, rect: Rect) -> DeviceCard:
    """Return the card of all devices that files are on."""
    names = trace.labels.devices
    now = int(view.clock[0, tables.CLOCK_NOW_NS])
    rows = []
    for i, row in enumerate(view.device.tolist()):
        kind = DEVICE_KINDS.get(row[tables.DEVICE_KIND], "device")
        name = names[i] if i < len(names) and names[i] else f"device {i}"
        if _is_swap(name):
            continue
        busy = bool(row[tables.DEVICE_READS] or row[tables.DEVICE_WRITES] or row[tables.DEVICE_BUSY_UNTIL] > now)
        rows.append(Device(name, kind, row[tables.DEVICE_READS], row[tables.DEVICE_WRITES], busy))
    read, written = (int(view.counter[counter]) * KIB for counter in (PGPGIN, PGPGOUT))
    return DeviceCard(rect, tuple(rows), (f"in {byte_size(read)}", f"out {byte_size(written)}"))


DIRECT = "direct_reclaim"


def _kswapd(view: ViewState, node: int) -> Actor:
    row = view.actor[node]
    awake = bool(row[tables.ACTOR_AWAKE])
    state = f"awake · priority {int(row[tables.ACTOR_PRIORITY])}" if awake else "asleep"
    rule = "reclaims until free > high" if awake else "wakes when free ≤ low"
    return Actor(actor_name(node), state, rule, awake, "kswapd")


def actor_card(view: ViewState, payer: Payer | None, node: int, rect: Rect) -> ActorCard:
    """Return a node's actors: its kswapd always; direct reclaim, a pass on request and the flusher while they run."""
    actors = [_kswapd(view, node)]
    if payer:
        waited = f"stalled {duration(payer.stalled_ns)}" if payer.stalled_ns else "stalled"  # the clock may lag behind
        state = f"{waited} · priority {payer.priority}"
        got = f"scanned {grouped(payer.scanned)} · freed {grouped(payer.freed)}"
        actors.append(Actor(f"{payer.task or 'process'} pays: direct reclaim", state, got, awake=True, role=DIRECT))
    row = view.actor[tables.ACTOR_REQUEST]
    if row[tables.ACTOR_AWAKE]:
        goal, got = int(row[tables.ACTOR_GOAL]), f"{grouped(int(row[tables.ACTOR_RECLAIMED]))}"
        state = f"goal {grouped(goal)} · got {got}" if goal else f"reclaimed {got}"
        actors.append(Actor(ACTOR_NAMES[tables.ACTOR_REQUEST], state, "asked for by you", awake=True, role="kswapd"))
    if view.actor[tables.ACTOR_FLUSHER, tables.ACTOR_AWAKE]:
        actors.append(Actor("flusher", "writing back", "cleans dirty pages", awake=True, role="flusher"))
    return ActorCard(rect, tuple(actors))


def stats_card(grown: dict[str, int], view: ViewState, rect: Rect, waited_ns: int) -> StatsCard:
    """Return the figures of the current step from its counters' growth."""

    def total(*names: str) -> int:
        return sum(grown.get(name, 0) for name in names)

    scanned, stolen = total("pgscan_kswapd", "pgscan_direct"), total("pgsteal_kswapd", "pgsteal_direct")
    refaults = total("workingset_refault_anon", "workingset_refault_file")
    stalls = sum(value for name, value in grown.items() if name.startswith("allocstall_"))
    efficiency = f"{100 * stolen / scanned:.0f} %" if scanned else "–"
    judged = "" if not scanned else "good" if 2 * stolen >= scanned else "warning"
    figures = (
        Figure("scanned", grouped(scanned), ""),
        Figure("reclaimed", grouped(stolen), ""),
        Figure("efficiency", efficiency, judged),
        Figure("refaults", grouped(refaults), "warning" if refaults else ""),
        Figure("alloc stalls", grouped(stalls), "danger" if stalls else ""),
    )
    hits = int(view.clock[0, tables.CLOCK_HITS])
    # Accesses of mapped memory: where there are none, reads may have hit all the same.
    so_far = f" · {counted(hits, 'hit')} so far" if hits else ""
    return StatsCard(rect, figures, f"took {duration(waited_ns)}{so_far}")


def verdict_text(cause: int) -> str:
    """Why, and what follows, on one line."""
    verdict = VERDICTS.get(cause)
    return f"{verdict.why} → {verdict.then}" if verdict else ""
