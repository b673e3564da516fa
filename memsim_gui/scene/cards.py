"""The cards beside the lists: swap, devices, actors, and what the current step has cost so far."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.words import ACTOR_NAMES, DEVICE_KINDS, VERDICTS, actor_name, duration, grouped
from memsim_gui.trace import bits, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

MOST_DRAWN_SLOTS = 4096
SLOT_FREE, SLOT_USED, SLOT_CACHED = 0, 1, 2


class SwapCard(NamedTuple):
    """Swap area: used of total slots (the header slot not counted), and each slot's state when there are few enough."""

    rect: Rect
    device: str
    used: int
    total: int
    slots: npt.NDArray[np.uint8]


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


def swap_card(view: ViewState, trace: Trace, rect: Rect) -> SwapCard:
    """Return the swap card of a machine."""
    users = view.swap_map[1:]
    used, shown = int(np.count_nonzero(users)), users[: len(users) * (len(users) <= MOST_DRAWN_SLOTS)]
    states = np.where(shown & ~np.uint8(bits.SWAP_HAS_CACHE), SLOT_USED, SLOT_FREE).astype(np.uint8)
    states[(shown & bits.SWAP_HAS_CACHE) != 0] = SLOT_CACHED
    device = next((name.removesuffix(SWAP_SUFFIX).strip() for name in trace.labels.devices if _is_swap(name)), "")
    return SwapCard(rect, device, used, len(users), states)


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
    return DeviceCard(rect, tuple(rows))


def _kswapd(view: ViewState, node: int) -> Actor:
    row = view.actor[node]
    awake = bool(row[tables.ACTOR_AWAKE])
    state = f"awake · priority {int(row[tables.ACTOR_PRIORITY])}" if awake else "asleep"
    rule = "reclaims until free > high" if awake else "wakes when free ≤ low"
    return Actor(actor_name(node), state, rule, awake, "kswapd")


def actor_card(view: ViewState, trace: Trace, node: int, rect: Rect) -> ActorCard:
    """Return a node's actors: its kswapd always; direct reclaim, a pass on request and the flusher while they run."""
    actors = [_kswapd(view, node)]
    for number in (tables.ACTOR_DIRECT, tables.ACTOR_REQUEST):
        row = view.actor[number]
        if row[tables.ACTOR_AWAKE]:
            goal, got = int(row[tables.ACTOR_GOAL]), int(row[tables.ACTOR_RECLAIMED])
            state = f"goal {grouped(goal)} · got {grouped(got)}" if goal else f"reclaimed {grouped(got)}"
            role = "direct_reclaim" if number == tables.ACTOR_DIRECT else "kswapd"
            rule = "the allocating process pays" if number == tables.ACTOR_DIRECT else "asked for by you"
            actors.append(Actor(_payer(trace, number), state, rule, awake=True, role=role))
    if view.actor[tables.ACTOR_FLUSHER, tables.ACTOR_AWAKE]:
        actors.append(Actor("flusher", "writing back", "cleans dirty pages", awake=True, role="flusher"))
    return ActorCard(rect, tuple(actors))


def _payer(trace: Trace, number: int) -> str:
    """Direct reclaim is done by the process that allocates: say so."""
    if number != tables.ACTOR_DIRECT:
        return ACTOR_NAMES[number]
    tasks = trace.labels.tasks
    return f"{tasks[0]}: direct reclaim" if len(tasks) == 1 else "process: direct reclaim"


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
    return StatsCard(rect, figures, f"took {duration(waited_ns)} · {grouped(hits)} hits so far")


def verdict_text(cause: int) -> str:
    """Why, and what follows, on one line."""
    verdict = VERDICTS.get(cause)
    return f"{verdict.why} → {verdict.then}" if verdict else ""
