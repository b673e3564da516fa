"""What reclaim is looking at: the cursor, and beside it why it decides as it does."""

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import words
from memsim_gui.scene.cards import verdict_text
from memsim_gui.scene.moment import FLIGHT_SECONDS, Moment, Window
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.pages import cursor_rect
from memsim_gui.scene.stage_frame import StageFrame
from memsim_gui.scene.tokens import NodeTokens
from memsim_gui.trace import kinds, lanes

MANY_SCANS = 6  # in the time of one motion: then their sum is told, not each


def add_verdict(out: StageFrame, moment: Moment, seen: Window, pacing: Pacing, nodes: list[NodeTokens]) -> None:
    """Add the cursor and the verdict of the scan that is going on, if one is."""
    events = seen.events
    kind = events["kind"]
    scans = np.flatnonzero(kind == kinds.SCAN)
    ends = np.flatnonzero((kind == kinds.RECLAIM_END) | (kind == kinds.STEP) | (kind == kinds.COMMAND))
    if not len(scans) or (len(ends) and ends[-1] > scans[-1]):
        return
    last = events[scans[-1]]
    lane, frame = int(last["src"]), int(last["ident"])
    text = verdict_text(int(last["cause"]))
    fast = pacing.length_of(seen.low + int(scans[-1])) * MANY_SCANS < FLIGHT_SECONDS * moment.speed
    if fast:
        text = _summary(seen.fresh[seen.fresh["kind"] == kinds.SCAN], seen.scale)
    actor = words.actor_name(int(last["value"]))
    out.lanes = [
        card._replace(verdict=text, actor=actor)
        if (card.box.node, card.box.kind) == divmod(lane, lanes.LANES_PER_NODE)
        else card
        for card in out.lanes
    ]
    if nodes and not fast and not any(flight.frame == frame for flight in out.flights):
        out.cursor = cursor_rect(nodes, moment.view, frame, lane)
    if out.cursor is not None:
        out.pulses = []


def _summary(scans: npt.NDArray[np.void], scale: float) -> str:
    """Sum up many scans: how many, and what became of most of them."""
    found, counts = np.unique(scans["cause"], return_counts=True)
    parts = [f"{words.grouped(round(len(scans) * scale))} scanned"]
    for i in np.argsort(-counts, kind="stable")[:2].tolist():
        verdict = words.VERDICTS.get(int(found[i]))
        if verdict:
            parts.append(f"{words.grouped(round(int(counts[i]) * scale))} {verdict.then}")
    return " · ".join(parts)
