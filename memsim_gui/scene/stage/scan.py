"""What reclaim is looking at: the cursor, and beside it why it decides as it does."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import words
from memsim_gui.scene.moment import FLIGHT_SECONDS, Moment, Window
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.stage.cards import verdict_text
from memsim_gui.scene.stage.frame import StageFrame
from memsim_gui.scene.stage.pages import cursor_rect
from memsim_gui.scene.stage.streams import list_of, origins
from memsim_gui.scene.stage.tokens import NodeTokens
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.view_state import ViewState

MANY_SCANS = 6  # in the time of one motion: then their sum is told, not each
LANES = lanes.LANES_PER_NODE


class Look(NamedTuple):
    """The last thing that reclaim did to a page: took it off its list to look at it, or decided."""

    row: int  # among the events of the window
    frame: int
    lane: int
    actor: int
    words: str


def add_verdict(out: StageFrame, moment: Moment, seen: Window, pacing: Pacing, nodes: dict[int, NodeTokens]) -> None:
    """Add the cursor and the verdict of the scan that is going on, if one is."""
    look = _last_look(moment.view, seen, out.first_pfn)
    if look is None:
        return
    fast = pacing.length_of(seen.low + look.row) * MANY_SCANS < FLIGHT_SECONDS * moment.speed
    told = _summary(seen.fresh[seen.fresh["kind"] == kinds.SCAN], seen.scale) if fast else look.words
    actor = words.actor_name(look.actor)
    node, kind = divmod(look.lane, LANES)
    if kind == lanes.ISOLATED:
        known = origins(moment.view, seen)
        kind = known[look.frame] if look.frame in known else list_of(moment.view, look.frame)
    out.lanes = [
        card._replace(verdict=told, actor=actor) if (card.box.node, card.box.kind) == (node, kind) else card
        for card in out.lanes
    ]
    if nodes and not fast and not any(flight.frame == look.frame for flight in out.flights):
        out.cursor = cursor_rect(nodes, moment.view, look.frame, lanes.lane(node, kind))
    if out.cursor is not None:
        out.pulses = []


def _last_look(view: ViewState, seen: Window, first_pfn: int) -> Look | None:
    """The last look of the pass that is going on, if there was one."""
    events = seen.events
    kind = events["kind"]
    ends = np.flatnonzero((kind == kinds.RECLAIM_END) | (kind == kinds.STEP) | (kind == kinds.COMMAND))
    since = int(ends[-1]) + 1 if len(ends) else 0
    taken = (kind == kinds.MOVE) & (events["dst"] % LANES == lanes.ISOLATED)
    looks = np.flatnonzero(((kind == kinds.SCAN) | taken)[since:]) + since
    if not len(looks):
        return None
    row = int(looks[-1])
    event = events[row]
    frame, lane = int(event["ident"]), int(event["src"])
    if event["kind"] == kinds.SCAN:
        return Look(row, frame, lane, int(event["value"]), verdict_text(int(event["cause"])))
    begun = np.flatnonzero(kind[: row + 1] == kinds.RECLAIM_BEGIN)
    actor = int(events["value"][begun[-1]]) if len(begun) else _awake(view, lane // LANES)
    return Look(row, frame, lane, actor, f"looks at {frame + first_pfn:X}")


def _awake(view: ViewState, node: int) -> int:
    """Who is reclaiming on a node, going by who is awake."""
    for actor in (tables.ACTOR_REQUEST, tables.ACTOR_DIRECT):
        if view.actor[actor, tables.ACTOR_AWAKE]:
            return actor
    return node


def _summary(scans: npt.NDArray[np.void], scale: float) -> str:
    """Sum up many scans: how many, and what became of most of them."""
    found, counts = np.unique(scans["cause"], return_counts=True)
    parts = [f"{words.grouped(round(len(scans) * scale))} scanned"]
    for i in np.argsort(-counts, kind="stable")[:2].tolist():
        verdict = words.VERDICTS.get(int(found[i]))
        if verdict:
            parts.append(f"{words.grouped(round(int(counts[i]) * scale))} {verdict.then}")
    return " · ".join(parts)
