"""Single pages on the stage: tokens where they stand, flights, streams, pulses."""

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import marks, plain_words, words
from memsim_gui.scene.ease import bump, in_out
from memsim_gui.scene.geometry import Rect, centred_grid, fine_pitch, places
from memsim_gui.scene.moment import FLIGHT_SECONDS, Moment, Moves, Window, moves_in, moves_on
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.stage import flights as fl
from memsim_gui.scene.stage import routes
from memsim_gui.scene.stage.frame import Pulse, StageFrame
from memsim_gui.scene.stage.layout import NodeBox, StageLayout
from memsim_gui.scene.stage.streams import flows_of, origins
from memsim_gui.scene.stage.tokens import (
    LISTS,
    PASSING,
    NodeTokens,
    Tokens,
    chosen,
    joined,
    lane_tokens,
    loose_tokens,
    orders,
)
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace import bits, causes, kinds, lanes
from memsim_gui.trace.view_state import ViewState

MOST_SHIFTED = 600  # tokens that make room smoothly for one that comes
COPY_SHARE = 0.72  # of a token's side, for data on its way to or from a device
LANES = lanes.LANES_PER_NODE


class Places:
    """Grids and orders of all nodes at one moment."""

    def __init__(self, layout: StageLayout, history: History) -> None:
        """Keep pitches from moment to moment."""
        self.layout, self.history = layout, history
        self.detail = 1  # how many times as large the picture is looked at
        self._pitches: dict[tuple[int, ...], float] = {}

    def at(self, view: ViewState, out: StageFrame, seen: Window, span: tuple[int, int]) -> dict[int, NodeTokens]:
        """Return the places of all pages by node; tokens are as large as the stretch `span` has room for."""
        kinds_wanted = (*LISTS, *PASSING, lanes.ISOLATED)
        order = orders(view, [lanes.lane(box.node, kind) for box in self.layout.nodes for kind in kinds_wanted])
        came_from = origins(view, seen)
        found = {}
        for box, g in zip(self.layout.nodes, out.gauges, strict=True):
            node = NodeTokens(box, self.layout.metrics, isolated_from=came_from, batch_places=out.batch_places)
            node.order = {kind: order[lanes.lane(box.node, kind)] for kind in kinds_wanted}
            pitch = self._pitch(box, node, self.history.peaks(*span)[box.node])
            node.grids = {kind: centred_grid(box.lanes[kind].tokens, pitch, self.detail) for kind in LISTS}
            node.free_point = (box.free.cx, min(g.fill_y + node.size / 2, g.bar.bottom - node.size / 2))
            found[box.node] = node
        return found

    def _pitch(self, box: NodeBox, node: NodeTokens, peaks: npt.NDArray[np.int64]) -> float:
        """One pitch for all lists of a node, at which the most pages that each holds in the stretch fit."""
        counts = tuple(roomy(max(len(node.order[kind]), int(peaks[kind]))) for kind in LISTS)
        key = (self.detail, box.node, *counts)
        if key not in self._pitches:
            largest = self.layout.metrics.token * 1.12
            areas = [box.lanes[kind].tokens for kind in LISTS]
            self._pitches[key] = min(
                (
                    fine_pitch(area, count, largest, self.detail)
                    for area, count in zip(areas, counts, strict=True)
                    if count
                ),
                default=largest,
            )
        return self._pitches[key]


def roomy(count: int) -> int:
    """Round a number of places up to one of few: a list that grows must not make tokens smaller at every page."""
    if count <= FEW_PLACES:
        return count
    step = 1 << (count.bit_length() - 2)
    return -(-count // step) * step


FEW_PLACES = 6


class Pages:
    """Draws single pages into StageFrames."""

    def __init__(self, pacing: Pacing) -> None:
        """Remember the pacing that motions follow."""
        self.pacing = pacing

    def draw(self, out: StageFrame, moment: Moment, seen: Window, nodes: dict[int, NodeTokens]) -> None:
        """Add tokens and what is on its way."""
        young = marks.young_frames(moment.view)
        moves = moves_on(moves_in(seen, self.pacing, moment), nodes)
        few = len(moves.frame) <= fl.FEW_FLIGHTS and bool(np.all(moves.frame >= 0))
        hidden = moves.frame if few else moves.frame[moves.position == moment.position]
        for node in nodes.values():
            parts = [lane_tokens(node, moment.view, kind, young) for kind in LISTS]
            parts = _shifted(parts, node, moment, seen)
            for tokens in [joined(parts, node.size), *loose_tokens(node, moment.view, young)]:
                out.tokens.append(_shown(tokens, hidden, moment.selection))
        if few:
            out.flights += [self._flight(nodes, moment, moves, i, young) for i in range(len(moves.frame))]
            self._copies(out, nodes, moment, seen, young)
        else:
            out.flows = flows_of(out, moment, seen, moves, nodes)
        self._pulse(out, nodes, moment, seen)

    def _flight(
        self, nodes: dict[int, NodeTokens], moment: Moment, moves: Moves, i: int, young: npt.NDArray[np.bool_]
    ) -> fl.Flight:
        frame, current = int(moves.frame[i]), int(moves.position[i]) == moment.position
        a, b = int(moves.src[i]) % LANES, int(moves.dst[i]) % LANES
        node = nodes[int(moves.dst[i]) // LANES]
        start = node.rect_of(a, frame, None if current else _tail(node, a))
        stop = node.rect_of(b, frame, _landing(node, a, b, at_tail=bool(moves.tail[i])) if current else None)
        eased = in_out(float(moves.progress[i]))
        way = routes.route(node.box, node.stop(a, frame, start), node.stop(b, frame, stop))
        x, y = routes.along(way, eased)
        role = marks.role_in(moment.view, frame, b if eased > HALF and b != lanes.FREE else a)
        mark = _marks(moment, frame, young)
        size = start.w + (stop.w - start.w) * eased
        label = plain_words.action(words.action(int(moves.cause[i]), a, b), plain=moment.manner.plain)
        return fl.Flight(frame, x, y, size, role, mark, label, way, eased, copy=False)

    def _copies(
        self, out: StageFrame, nodes: dict[int, NodeTokens], moment: Moment, seen: Window, young: npt.NDArray[np.bool_]
    ) -> None:
        """Add data on its way between a page and a device."""
        events = seen.fresh if moment.fraction > 0 else seen.events[:0]
        begun = np.flatnonzero(events["kind"] == kinds.IO_BEGIN)[-fl.FEW_FLIGHTS :]
        shortest = FLIGHT_SECONDS * moment.speed
        for at in begun.tolist():
            start = self.pacing.seconds_at(seen.since + at)
            progress = (moment.seconds - start) / max(self.pacing.length_of(seen.since + at), shortest, 1e-9)
            shown = int(moment.view.lane[int(events[at]["ident"])]) // LANES in nodes
            if shown and 0 <= progress < 1:
                out.flights.append(_copy(nodes, moment, events[at], progress, young))

    def _pulse(self, out: StageFrame, nodes: dict[int, NodeTokens], moment: Moment, seen: Window) -> None:
        """Mark the page that something has just happened to."""
        now = seen.current
        if now is None or moment.fraction <= 0:
            return
        frame = _frame_of(now)
        if not 0 <= frame < len(moment.view.lane):
            return
        node, kind = divmod(int(moment.view.lane[frame]), LANES)
        if node in nodes and kind in (*LISTS, *PASSING, lanes.ISOLATED):
            out.pulses.append(Pulse(nodes[node].rect_of(kind, frame), bump(moment.fraction)))


def _marks(moment: Moment, frame: int, young: npt.NDArray[np.bool_]) -> int:
    found = int(marks.marks_of(moment.view, np.array([frame], np.int32), young)[0])
    return found | marks.SELECTED if frame in moment.selection else found


def _copy(
    nodes: dict[int, NodeTokens], moment: Moment, event: np.void, progress: float, young: npt.NDArray[np.bool_]
) -> fl.Flight:
    frame = int(event["ident"])
    number, kind = divmod(int(moment.view.lane[frame]), LANES)
    node = nodes[number]
    swap = bool(moment.view.bits[frame] & bits.PG_SWAPBACKED)
    page = node.stop(kind, frame, node.rect_of(kind, frame))
    device = device_stop(node.box, swap=swap)
    writing = int(event["cause"]) == causes.IO_WRITE
    way = routes.route(node.box, page, device) if writing else routes.route(node.box, device, page)
    eased = in_out(progress)
    x, y = routes.along(way, eased)
    role = marks.role_in(moment.view, frame, kind)
    size = COPY_SHARE * node.size
    label = plain_words.action(words.transfer(writing=writing, swap=swap), plain=moment.manner.plain)
    return fl.Flight(frame, x, y, size, role, _marks(moment, frame, young), label, way, eased, copy=True)


def device_stop(box: NodeBox, *, swap: bool) -> routes.Stop:
    """Where data enters and leaves the swap area or the disk."""
    card = box.swap if swap else box.disk
    return routes.Stop(card.cx, card.y + DEVICE_PORT_SHARE * card.h, card, routes.SWAP if swap else routes.DISK)


DEVICE_PORT_SHARE = 0.8  # of a device card's height, below its words


def _shifted(parts: list[Tokens], node: NodeTokens, moment: Moment, seen: Window) -> list[Tokens]:
    """Let the tokens of a list make room, or close up, while one comes or goes."""
    now = seen.current
    if now is None or now["kind"] != kinds.MOVE or moment.fraction <= 0:
        return parts
    eased = in_out(moment.fraction)
    src, dst, frame = int(now["src"]), int(now["dst"]), int(now["ident"])
    out = []
    for kind, tokens in zip(LISTS, parts, strict=True):
        lane = lanes.lane(node.box.node, kind)
        if lane not in (src, dst) or len(tokens.frame) > MOST_SHIFTED:
            out.append(tokens)
            continue
        slots = np.arange(len(tokens.frame))
        after = slots - (slots > node.slot(kind, frame) if lane == src else 0)
        after += int(lane == dst and not now["value"])
        x, y = places(node.grids[kind], after)
        # A token that goes on to the next row appears there half way.
        late = (y == tokens.y) * tokens.x + (y != tokens.y) * (x if eased > HALF else tokens.x)
        x = np.where(y == tokens.y, tokens.x + (x - tokens.x) * eased, late).astype(np.float32)
        out.append(tokens._replace(x=x, y=y if eased > HALF else tokens.y))
    return out


HALF = 0.5


def _tail(node: NodeTokens, kind: int) -> int | None:
    """Slot from which a page left a list: its tail."""
    return max(0, len(node.order[kind]) - 1) if kind in LISTS else None


def _landing(node: NodeTokens, src: int, dst: int, *, at_tail: bool) -> int | None:
    """Slot at which a page will stand on a list."""
    if dst not in LISTS and dst not in PASSING:
        return None
    return len(node.order[dst]) - (src == dst) if at_tail or dst in PASSING else 0


def _shown(tokens: Tokens, hidden: npt.NDArray[np.int64], selection: frozenset[int]) -> Tokens:
    """Leave out tokens that are in flight and mark the selected ones."""
    if len(hidden):
        tokens = chosen(tokens, ~np.isin(tokens.frame, hidden))
    if selection:
        picked = np.isin(tokens.frame, list(selection))
        tokens = tokens._replace(marks=np.where(picked, tokens.marks | marks.SELECTED, tokens.marks).astype(np.uint8))
    return tokens


def _frame_of(event: np.void) -> int:
    """Frame that an event without motion is about, -1 if none."""
    kind, ident, value = int(event["kind"]), int(event["ident"]), int(event["value"])
    if kind in (kinds.BITS, kinds.IO_END):
        return ident
    if kind in (kinds.FAULT, kinds.READ, kinds.WRITE):
        return value
    if kind == kinds.PTE and value >> 32 & bits.PTE_PRESENT and not value >> 32 & bits.PTE_ZERO:
        return value & 0xFFFFFFFF
    return -1


def cursor_rect(nodes: dict[int, NodeTokens], view: ViewState, frame: int, lane: int) -> Rect | None:
    """Where the scan cursor is: at the page, as long as it is isolated or still on the list."""
    now = int(view.lane[frame])
    number, kind = divmod(now, LANES)
    seen = number in nodes and (kind == lanes.ISOLATED or now == lane)
    return nodes[number].rect_of(kind, frame) if seen else None
