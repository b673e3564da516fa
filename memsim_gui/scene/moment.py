"""A moment of a trace, and the events of the short while before it that are still seen."""

from collections.abc import Container
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.pacing import Pacing
from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

FLIGHT_SECONDS = 0.45  # shortest time a motion is seen, at speed 1
MOST_EVENTS = 4_096  # looked at for one picture; of more, the last ones stand for all
LOOK_BACK_EVENTS = 256  # always looked at, so that a slow scan is seen from its isolation to its end

Ints = npt.NDArray[np.int64]


class Manner(NamedTuple):
    """How a moment is told: `still` = nothing moves, `plain` = in plain words instead of the kernel's names."""

    still: bool = False
    plain: bool = False


AS_USUAL = Manner()


class Moment(NamedTuple):
    """The view at `position`, how much of event `position` has been played, the second, the speed of the pictures."""

    view: ViewState
    position: int
    fraction: float
    seconds: float
    speed: float
    selection: frozenset[int]
    manner: Manner = AS_USUAL


class Window(NamedTuple):
    """Events from position `low` up to and with the one being played; those before `since` are over and done."""

    low: int
    since: int
    events: npt.NDArray[np.void]
    scale: float  # how many events each one stands for

    @property
    def fresh(self) -> npt.NDArray[np.void]:
        """Events from `since` on."""
        return self.events[self.since - self.low :]

    @property
    def current(self) -> np.void | None:
        """The event being played (None at the end of a trace)."""
        return self.events[-1] if len(self.events) else None


class Moves(NamedTuple):
    """Moves in flight, of each page the latest only: columns of equal length."""

    position: Ints
    frame: Ints  # -1: a flow of many
    src: Ints
    dst: Ints
    cause: Ints
    pages: Ints
    progress: npt.NDArray[np.float64]
    tail: npt.NDArray[np.bool_]


def window(trace: Trace, pacing: Pacing, moment: Moment) -> Window:
    """Return the events that a picture of this moment is about."""
    visible = pacing.position_at(max(0.0, moment.seconds - FLIGHT_SECONDS * moment.speed))[0]
    visible = min(visible, moment.position)
    since = max(visible, moment.position - MOST_EVENTS)
    low = max(0, min(since, moment.position - LOOK_BACK_EVENTS))
    scale = (moment.position - visible + 1) / (moment.position - since + 1)
    return Window(low, since, trace.events(low, moment.position + 1), scale)


def stilled(moment: Moment, seen: Window) -> Moment:
    """Return the moment with nothing on its way: pages stand where they are, those that came lately are marked."""
    over = seen.fresh[: max(0, moment.position - seen.since)]
    moved = over[(over["kind"] == kinds.MOVE) & _visible(over["src"], over["dst"])]
    here = frozenset(moved["ident"].tolist())
    return moment._replace(fraction=0.0, selection=moment.selection | here)


def moves_in(seen: Window, pacing: Pacing, moment: Moment) -> Moves:
    """Visible moves of a window and how far each has come; of a page moved twice, the later move.

    At rest, between two events, nothing is on its way.
    """
    events, start = seen.fresh if moment.fraction > 0 else seen.events[:0], seen.since
    kind = events["kind"]
    at = np.flatnonzero((kind == kinds.MOVE) | (kind == kinds.FLOW))
    at = at[_visible(events["src"][at], events["dst"][at])]
    at = at[_latest(np.where(kind[at] == kinds.MOVE, events["ident"][at], -1))]
    flow = kind[at] == kinds.FLOW
    progress, alive = _progress(at + start, flow, pacing, moment)
    at, flow, value = at[alive], flow[alive], events["value"][at[alive]]
    return Moves(
        at + start,
        np.where(flow, -1, events["ident"][at]).astype(np.int64),
        events["src"][at].astype(np.int64),
        events["dst"][at].astype(np.int64),
        events["cause"][at].astype(np.int64),
        np.where(flow, value, 1).astype(np.int64),
        progress[alive],
        ~flow & (value != 0),
    )


def moves_on(moves: Moves, nodes: Container[int]) -> Moves:
    """Return the moves to lanes of these nodes."""
    numbers = np.arange(lanes.MAX_NODES)
    shown = np.array([number in nodes for number in numbers.tolist()])
    keep = shown[moves.dst // lanes.LANES_PER_NODE]
    return moves if keep.all() else Moves(*(column[keep] for column in moves))


def _visible(src: npt.NDArray[np.uint8], dst: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Leave out moves between the free lists and the kernel's own pages, which are told by numbers only."""
    return np.asarray(~(_OUTSIDE[src] & _OUTSIDE[dst]) & (dst % lanes.LANES_PER_NODE != lanes.KERNEL))


_OUTSIDE = np.isin(np.arange(256) % lanes.LANES_PER_NODE, (lanes.FREE, lanes.PCP, lanes.KERNEL))


def _latest(ident: Ints) -> npt.NDArray[np.bool_]:
    """Mark the last occurrence of each number; negative ones all count."""
    last = ident < 0
    known = np.flatnonzero(~last)
    if len(known):
        place = np.empty(int(ident[known].max()) + 1, np.int32)  # only what is written is read
        place[ident[known]] = known
        last[known] = place[ident[known]] == known
    return last


def _progress(
    positions: Ints, flow: npt.NDArray[np.bool_], pacing: Pacing, moment: Moment
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """How far each move has come, and which are still on their way."""
    shortest = FLIGHT_SECONDS * moment.speed
    begin = pacing.seconds_many(positions)
    length = pacing.lengths_many(positions)
    progress = (moment.seconds - begin) / np.maximum(np.maximum(length, shortest), 1e-9)
    return np.clip(progress, 0.0, 1.0), (progress < 1) & ((length > 0) | flow)
