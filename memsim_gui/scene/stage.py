"""The stage at one moment of a trace: lanes with tokens, pages on their way, gauge, devices, actors, scan cursor."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from memsim_gui.scene import flights as fl
from memsim_gui.scene import marks, routes, words
from memsim_gui.scene.cards import (
    ActorCard,
    DeviceCard,
    StatsCard,
    SwapCard,
    actor_card,
    device_card,
    stats_card,
    swap_card,
    verdict_text,
)
from memsim_gui.scene.ease import bump, in_out
from memsim_gui.scene.gauge import Gauge, gauge
from memsim_gui.scene.geometry import Metrics, Rect, fit_pitch, grid, places
from memsim_gui.scene.history import History
from memsim_gui.scene.layout import LaneBox, StageLayout, has_subtitle, stage_layout
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.tokens import BATCHES, LISTS, NodeTokens, Tokens, joined, lane_tokens, loose_tokens, orders
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

MOST_SINGLE_FRAMES = 16_384  # above, a token is a block of pages
SMALLEST_TOKEN_UNITS = 1.5  # narrower single tokens become blocks
BLOCK_PITCH_UNITS = 2.6
LOOK_BACK_EVENTS = 256
MANY_SCANS = 6  # in the time of one motion: then their sum is told, not each
MOST_SHIFTED = 600  # tokens that make room smoothly for one that comes


class LaneCard(NamedTuple):
    """A list's card in words."""

    box: LaneBox
    title: str
    subtitle: str
    pages: int
    role: int
    verdict: str
    actor: str


class Pulse(NamedTuple):
    """A place where something just happened to a page; strength 0..1."""

    rect: Rect
    strength: float


class Moment(NamedTuple):
    """A moment of a trace: the view at `position`, how much of event `position` has been played, its second."""

    view: ViewState
    position: int
    fraction: float
    seconds: float
    speed: float
    selection: frozenset[int]


@dataclass
class StageFrame:
    """Everything the stage shows at one moment."""

    layout: StageLayout
    headers: list[tuple[str, str]] = field(default_factory=list)
    lanes: list[LaneCard] = field(default_factory=list)
    tokens: list[Tokens] = field(default_factory=list)
    flights: list[fl.Flight] = field(default_factory=list)
    flows: list[fl.Flow] = field(default_factory=list)
    gauges: list[Gauge] = field(default_factory=list)
    swaps: list[SwapCard] = field(default_factory=list)
    devices: list[DeviceCard] = field(default_factory=list)
    actors: list[ActorCard] = field(default_factory=list)
    stats: list[StatsCard] = field(default_factory=list)
    batches: list[tuple[Rect, int]] = field(default_factory=list)
    cursor: Rect | None = None
    pulses: list[Pulse] = field(default_factory=list)
    block_pages: int = 1
    first_pfn: int = 0
    note: str = ""


class StageScene:
    """Makes StageFrames of a trace for one area; keeps what does not change from frame to frame."""

    def __init__(self, trace: Trace, pacing: Pacing, area: Rect, metrics: Metrics, history: History | None = None) -> None:
        """Lay the stage out."""
        self.trace, self.pacing = trace, pacing
        self.history = history or History(trace)
        self.nodes = self.history.nodes
        self.layout = stage_layout(area, self.nodes, metrics)
        self._pitches: dict[tuple[int, ...], float] = {}

    def frame(self, moment: Moment, grown: dict[str, int], waited_ns: int = 0) -> StageFrame:
        """Return the stage at a moment; `grown` and `waited_ns` are what the current step has cost so far."""
        view = moment.view
        out = StageFrame(self.layout, first_pfn=self.trace.meta.first_pfn)
        singles = len(view.lane) <= MOST_SINGLE_FRAMES and self.trace.meta.level == kinds.LEVEL_FULL
        nodes = self._place(view, moment.position) if singles else []
        if nodes and min(node.size for node in nodes) < SMALLEST_TOKEN_UNITS * self.layout.metrics.unit:
            nodes = []
        for box in self.layout.nodes:
            self._fixed(out, view, box.node, grown, waited_ns)
        if nodes:
            self._single_pages(out, moment, nodes)
        else:
            self._blocks(out, moment)
        self._headers(out, view)
        self._verdicts(out, moment, nodes)
        return out

    # --- what stands still

    def _fixed(self, out: StageFrame, view: ViewState, node: int, grown: dict[str, int], waited_ns: int) -> None:
        box = self.layout.nodes[node]
        m = self.layout.metrics
        out.gauges.append(gauge(view, node, box.free, m))
        out.swaps.append(swap_card(view, box.swap))
        out.devices.append(device_card(view, self.trace, box.disk))
        out.actors.append(actor_card(view, self.trace, node, box.actors))
        out.stats.append(stats_card(grown, view, box.stats, waited_ns))
        waiting = sum(int(view.lane_pages[lanes.lane(node, kind)]) for kind in BATCHES)
        out.batches.append((box.batch, waiting))
        for kind in LISTS:
            lane_box = box.lanes[kind]
            pages = int(view.lane_pages[lanes.lane(node, kind)])
            subtitle = words.LANE_SUBTITLES[kind] if has_subtitle(lane_box.card, m) else ""
            out.lanes.append(
                LaneCard(lane_box, words.LANE_TITLES[kind], subtitle, pages, marks.list_role(kind), "", "")
            )

    def _headers(self, out: StageFrame, view: ViewState) -> None:
        meta = self.trace.meta
        for g, box in zip(out.gauges, self.layout.nodes, strict=True):
            size = f"{words.byte_size(g.managed * meta.page_bytes)} · {words.grouped(g.managed)} pages"
            if out.block_pages > 1:
                size += f" · one square = {words.grouped(out.block_pages)} pages"
            out.headers.append((f"Node {box.node}", size))
        if meta.level < kinds.LEVEL_FULL:
            out.note = "This trace tells flows, not single pages."

    # --- single pages

    def _place(self, view: ViewState, position: int) -> list[NodeTokens]:
        wanted = [lanes.lane(b.node, k) for b in self.layout.nodes for k in (*LISTS, *BATCHES, lanes.ISOLATED)]
        order = orders(view, wanted)
        came_from = self._isolated_from(view, position)
        out = []
        for box in self.layout.nodes:
            node = NodeTokens(box, self.layout.metrics, isolated_from=came_from)
            node.order = {k: order[lanes.lane(box.node, k)] for k in (*LISTS, *BATCHES, lanes.ISOLATED)}
            pitch = self._pitch(box.node, node)
            node.grids = {kind: grid(box.lanes[kind].tokens, pitch) for kind in LISTS}
            g = gauge(view, box.node, box.free, self.layout.metrics)
            node.free_point = (box.free.cx, min(g.fill_y + node.size / 2, g.bar.bottom - node.size / 2))
            out.append(node)
        return out

    def _pitch(self, number: int, node: NodeTokens) -> float:
        """One pitch for all lists of a node, at which the most that each ever holds fits."""
        counts = tuple(max(len(node.order[kind]), self.history.peak(number, kind)) for kind in LISTS)
        key = (number, *counts)
        if key not in self._pitches:
            areas = [node.box.lanes[kind].tokens for kind in LISTS]
            largest = node.metrics.token * 1.12
            self._pitches[key] = min(
                fit_pitch(area.w, area.h, count, largest) for area, count in zip(areas, counts, strict=True)
            )
        return self._pitches[key]

    def _isolated_from(self, view: ViewState, position: int) -> dict[int, int]:
        """List from which each isolated page was taken: as its last move says, else as its flags say."""
        frames = np.flatnonzero(view.lane % lanes.LANES_PER_NODE == lanes.ISOLATED)
        role_lists = {marks.ACTIVE_ANON: lanes.ACTIVE_ANON, marks.ACTIVE_FILE: lanes.ACTIVE_FILE}
        role_lists |= {marks.INACTIVE_ANON: lanes.INACTIVE_ANON, marks.INACTIVE_FILE: lanes.INACTIVE_FILE}
        roles = marks.roles_of(view, frames.astype(np.int32)).tolist()
        out = {f: role_lists.get(role, lanes.INACTIVE_ANON) for f, role in zip(frames.tolist(), roles, strict=True)}
        recent = self.trace.events(position - LOOK_BACK_EVENTS, position + 1)
        taken = recent[(recent["kind"] == kinds.MOVE) & (recent["dst"] % lanes.LANES_PER_NODE == lanes.ISOLATED)]
        for event in taken:
            src = int(event["src"]) % lanes.LANES_PER_NODE
            if src in LISTS[:4]:
                out[int(event["ident"])] = src
        return out

    def _single_pages(self, out: StageFrame, moment: Moment, nodes: list[NodeTokens]) -> None:
        young = marks.young_frames(moment.view)
        moves, progress = self._in_flight(moment)
        singles = len(moves.frame) <= fl.MOST_FLIGHTS and bool(np.all(moves.frame >= 0))
        hidden = set(moves.frame.tolist()) if singles else set()
        for node in nodes:
            parts = [lane_tokens(node, moment.view, kind, young) for kind in LISTS]
            parts = self._shifted(parts, node, moment)
            for tokens in [joined(parts, node.size), *loose_tokens(node, moment.view, young)]:
                out.tokens.append(_shown(tokens, hidden, moment.selection))
        if singles:
            for i in range(len(moves.frame)):
                out.flights.append(self._flight(nodes, moment, moves, i, float(progress[i]), young))
            self._copies(out, nodes, moment, young)
        else:
            self._flows(out, moves)
        self._pulses(out, nodes, moment)

    def _in_flight(self, moment: Moment) -> tuple[fl.Moves, np.ndarray]:
        """Moves in flight and how far each has come."""
        shortest = fl.FLIGHT_SECONDS * moment.speed
        low = self.pacing.position_at(max(0.0, moment.seconds - shortest))[0]
        low = min(low, moment.position)
        events = self.trace.events(low, moment.position + 1)
        moves = fl.moves_in(events, low)
        begin = self.pacing.seconds_many(moves.position)
        length = self.pacing.seconds_many(moves.position + 1) - begin
        progress = (moment.seconds - begin) / np.maximum(np.maximum(length, shortest), 1e-9)
        now = moves.position == moment.position
        progress = np.where(now & (length < shortest), moment.fraction * np.minimum(1, length / shortest), progress)
        keep = (progress < 1) & ((length > 0) | (moves.frame < 0))
        return fl.Moves(*(column[keep] for column in moves)), progress[keep]

    def _flight(
        self, nodes: list[NodeTokens], moment: Moment, moves: fl.Moves, i: int, progress: float, young: np.ndarray
    ) -> fl.Flight:
        frame, position = int(moves.frame[i]), int(moves.position[i])
        src, dst = int(moves.src[i]), int(moves.dst[i])
        node = nodes[dst // lanes.LANES_PER_NODE]
        a_kind, b_kind = src % lanes.LANES_PER_NODE, dst % lanes.LANES_PER_NODE
        current = position == moment.position
        at_tail = bool(self.trace.events(position, position + 1)["value"][0])
        start = node.rect_of(a_kind, frame, None if current else _tail(node, a_kind))
        stop = node.rect_of(b_kind, frame, _landing(node, a_kind, b_kind, at_tail=at_tail) if current else None)
        way = routes.route(node.box, _stop(node, a_kind, frame, start), _stop(node, b_kind, frame, stop))
        eased = in_out(min(1.0, max(0.0, progress)))
        x, y = routes.along(way, eased)
        role = marks.role_in(moment.view, frame, b_kind if eased > 0.5 and b_kind not in (lanes.FREE,) else a_kind)
        mark = int(marks.marks_of(moment.view, np.array([frame], np.int32), young)[0])
        if frame in moment.selection:
            mark |= marks.SELECTED
        size = start.w + (stop.w - start.w) * eased
        label = words.action(int(moves.cause[i]), a_kind, b_kind)
        return fl.Flight(frame, x, y, size, role, mark, label, way, eased, copy=False)

    def _shifted(self, parts: list[Tokens], node: NodeTokens, moment: Moment) -> list[Tokens]:
        """Let the tokens of a list make room, or close up, while one comes or goes."""
        now = self.trace.events(moment.position, moment.position + 1)
        if not len(now) or now["kind"][0] != kinds.MOVE or moment.fraction <= 0:
            return parts
        eased = in_out(moment.fraction)
        src, dst, frame = int(now["src"][0]), int(now["dst"][0]), int(now["ident"][0])
        out = []
        for kind, tokens in zip(LISTS, parts, strict=True):
            lane = lanes.lane(node.box.node, kind)
            slots = np.arange(len(tokens.frame))
            after = slots.copy()
            if lane == src:
                after -= slots > node.slot(kind, frame)
            if lane == dst and not now["value"][0]:
                after += 1
            if lane not in (src, dst) or len(slots) > MOST_SHIFTED:
                out.append(tokens)
                continue
            x1, y1 = places(node.grids[kind], after)
            wraps = y1 != tokens.y
            x = np.where(wraps, x1 if eased > 0.5 else tokens.x, tokens.x + (x1 - tokens.x) * eased)
            y = y1 if eased > 0.5 else tokens.y
            out.append(tokens._replace(x=x.astype(np.float32), y=y))
        return out

    def _copies(self, out: StageFrame, nodes: list[NodeTokens], moment: Moment, young: np.ndarray) -> None:
        """Data on its way between a page and a device."""
        low = self.pacing.position_at(max(0.0, moment.seconds - fl.FLIGHT_SECONDS * moment.speed))[0]
        low = min(low, moment.position)
        events = self.trace.events(low, moment.position + 1)
        begun = np.flatnonzero(events["kind"] == kinds.IO_BEGIN)[-fl.MOST_FLIGHTS // 4 :]
        for at in begun.tolist():
            start = self.pacing.seconds_at(low + at)
            length = max(self.pacing.length_of(low + at), fl.FLIGHT_SECONDS * moment.speed)
            progress = (moment.seconds - start) / max(length, 1e-9)
            if 0 <= progress < 1 and 0 <= events["ident"][at] < len(moment.view.lane):
                out.flights.append(self._copy(nodes, moment, events[at], progress, young))

    def _copy(
        self, nodes: list[NodeTokens], moment: Moment, event: np.void, progress: float, young: np.ndarray
    ) -> fl.Flight:
        frame = int(event["ident"])
        lane = int(moment.view.lane[frame])
        node, kind = nodes[lane // lanes.LANES_PER_NODE], lane % lanes.LANES_PER_NODE
        swap = bool(moment.view.bits[frame] & bits.PG_SWAPBACKED)
        card = node.box.swap if swap else node.box.disk
        page = _stop(node, kind, frame, node.rect_of(kind, frame))
        device = routes.Stop(card.cx, card.y + 0.72 * card.h, card, routes.SWAP if swap else routes.DISK)
        writing = int(event["cause"]) == causes.IO_WRITE
        way = routes.route(node.box, page, device) if writing else routes.route(node.box, device, page)
        eased = in_out(progress)
        x, y = routes.along(way, eased)
        mark = int(marks.marks_of(moment.view, np.array([frame], np.int32), young)[0])
        word = ("swap " if swap else "") + (("out" if writing else "in") if swap else ("write" if writing else "read"))
        role = marks.role_in(moment.view, frame, kind)
        return fl.Flight(frame, x, y, 0.72 * node.size, role, mark, word, way, eased, copy=True)

    def _pulses(self, out: StageFrame, nodes: list[NodeTokens], moment: Moment) -> None:
        now = self.trace.events(moment.position, moment.position + 1)
        frame = _frame_of(now[0], moment.view) if len(now) else -1
        if frame < 0 or frame >= len(moment.view.lane) or moment.fraction <= 0:
            return
        lane = int(moment.view.lane[frame])
        kind = lane % lanes.LANES_PER_NODE
        if kind in (*LISTS, *BATCHES, lanes.ISOLATED):
            rect = nodes[lane // lanes.LANES_PER_NODE].rect_of(kind, frame)
            out.pulses.append(Pulse(rect, bump(moment.fraction)))

    # --- blocks of pages

    def _blocks(self, out: StageFrame, moment: Moment) -> None:
        pitch = BLOCK_PITCH_UNITS * self.layout.metrics.unit
        grids = [[grid(box.lanes[kind].tokens, pitch) for kind in LISTS] for box in self.layout.nodes]
        out.block_pages = self._block_pages(moment.view, pitch)
        for box, row in zip(self.layout.nodes, grids, strict=True):
            for kind, g in zip(LISTS, row, strict=True):
                pages = int(moment.view.lane_pages[lanes.lane(box.node, kind)])
                count = -(-pages // out.block_pages)
                x, y = places(g, np.arange(count))
                role = np.full(count, marks.list_role(kind), np.uint8)
                none = np.full(count, -1, np.int32)
                out.tokens.append(Tokens(x, y, g.size, role, np.zeros(count, np.uint8), none))
        self._flows(out, self._in_flight(moment)[0])

    def _block_pages(self, view: ViewState, pitch: float) -> int:
        """Smallest power of two at which the node's whole memory fits into one list's area."""
        block = 1
        for box in self.layout.nodes:
            area = box.lanes[lanes.INACTIVE_FILE].tokens
            room = max(1, int(area.w // pitch) * int(area.h // pitch))
            zones = view.zone[box.node * 3 : box.node * 3 + 3, tables.ZONE_MANAGED].sum()
            while block * room < int(zones) * LARGEST_SHARE:
                block *= 2
        return block

    def _flows(self, out: StageFrame, moves: fl.Moves) -> None:
        taken: list[Rect] = []
        ways = [way for way in fl.grouped_flows(moves) if way[3] > 0][:MOST_FLOWS]
        most = max((way[3] for way in ways), default=1)
        m = self.layout.metrics
        for number, (src, dst, cause, pages) in enumerate(ways):
            box = self.layout.nodes[dst // lanes.LANES_PER_NODE]
            a, b = src % lanes.LANES_PER_NODE, dst % lanes.LANES_PER_NODE
            offset = ((number + 1) // 2 * (1 if number % 2 else -1)) * 1.6 * m.unit
            offset = max(-box.gutters.width / 2, min(box.gutters.width / 2, offset))
            way = routes.route(box, _edge(box, a, out), _edge(box, b, out), offset)
            word = f"{words.action(cause, a, b)} {words.grouped(pages)}"
            rect = fl.label_place(way, word, m.small, taken, box.panel)
            role = marks.list_role(b if b in LISTS else a)
            thickness = m.unit * (0.6 + 2.0 * (pages / most) ** 0.5)
            out.flows.append(fl.Flow(way, pages, thickness, role, word, rect))

    # --- what reclaim is looking at

    def _verdicts(self, out: StageFrame, moment: Moment, nodes: list[NodeTokens]) -> None:
        low = self.pacing.position_at(max(0.0, moment.seconds - fl.FLIGHT_SECONDS * moment.speed))[0]
        low = min(low, moment.position - LOOK_BACK_EVENTS // 4)
        events = self.trace.events(low, moment.position + 1)
        scans = np.flatnonzero(events["kind"] == kinds.SCAN)
        ends = np.flatnonzero((events["kind"] == kinds.RECLAIM_END) | (events["kind"] == kinds.STEP))
        if not len(scans) or (len(ends) and ends[-1] > scans[-1]):
            return
        last = events[scans[-1]]
        lane, frame = int(last["src"]), int(last["ident"])
        text = verdict_text(int(last["cause"]))
        if self._is_fast(moment, low + int(scans[-1])):
            text = _summary(events[scans])
        out.lanes = [
            card._replace(verdict=text, actor=words.actor_name(int(last["value"])))
            if (card.box.node, card.box.kind) == divmod(lane, lanes.LANES_PER_NODE)
            else card
            for card in out.lanes
        ]
        if nodes and not any(f.frame == frame for f in out.flights):
            now = int(moment.view.lane[frame])
            kind = now % lanes.LANES_PER_NODE
            if kind == lanes.ISOLATED or now == lane:
                out.cursor = nodes[now // lanes.LANES_PER_NODE].rect_of(kind, frame)

    def _is_fast(self, moment: Moment, position: int) -> bool:
        """Whether scans follow each other faster than they can be read."""
        return self.pacing.length_of(position) * MANY_SCANS < fl.FLIGHT_SECONDS * moment.speed


LARGEST_SHARE = 0.8  # of a node's memory that one list's area has room for
MOST_FLOWS = 8


def _edge(box: object, kind: int, out: StageFrame) -> routes.Stop:
    """End of a flow at a lane: its bay where reclaim takes from, the gauge's level, the batch card."""
    node = next(n for n in out.layout.nodes if n is box)
    if kind in node.lanes:
        lane = node.lanes[kind]
        return routes.Stop(lane.tokens.cx, lane.tokens.cy, lane.card, kind)
    if kind == lanes.ISOLATED:
        lane = node.lanes[lanes.INACTIVE_ANON]
        return routes.Stop(lane.bay.cx, lane.bay.cy, lane.card, lanes.INACTIVE_ANON)
    if kind in BATCHES:
        return routes.Stop(node.batch.cx, node.batch.cy, node.batch, kind)
    return routes.Stop(node.free.cx, node.free.cy, node.free, lanes.FREE)


def _stop(node: NodeTokens, kind: int, frame: int, rect: Rect) -> routes.Stop:
    box, place = node.kind_box(kind, frame)
    return routes.Stop(rect.cx, rect.cy, box, place)


def _tail(node: NodeTokens, kind: int) -> int | None:
    """Slot from which a page left a list: its tail."""
    return max(0, len(node.order[kind]) - 1) if kind in LISTS else None


def _landing(node: NodeTokens, src: int, dst: int, *, at_tail: bool) -> int | None:
    """Slot at which a page will stand on a list."""
    if dst not in LISTS and dst not in BATCHES:
        return None
    return len(node.order[dst]) - (src == dst) if at_tail or dst in BATCHES else 0


def _shown(tokens: Tokens, hidden: set[int], selection: frozenset[int]) -> Tokens:
    """Leave out tokens that are in flight and mark the selected ones."""
    if hidden:
        keep = ~np.isin(tokens.frame, list(hidden))
        x, y, role, mark, frame = (tokens[i][keep] for i in (0, 1, 3, 4, 5))
        tokens = Tokens(x, y, tokens.size, role, mark, frame)
    if selection:
        chosen = np.isin(tokens.frame, list(selection))
        tokens = tokens._replace(marks=np.where(chosen, tokens.marks | marks.SELECTED, tokens.marks).astype(np.uint8))
    return tokens


def _frame_of(event: np.void, view: ViewState) -> int:
    """Frame that an event without motion is about, -1 if none."""
    kind, ident, value = int(event["kind"]), int(event["ident"]), int(event["value"])
    if kind in (kinds.BITS, kinds.SCAN, kinds.IO_END):
        return ident
    if kind in (kinds.FAULT, kinds.READ, kinds.WRITE):
        return value
    if kind == kinds.PTE and value >> 32 & bits.PTE_PRESENT and not value >> 32 & bits.PTE_ZERO:
        return value & 0xFFFFFFFF
    return -1


def _summary(scans: np.ndarray) -> str:
    """Sum up many scans: how many, and what became of them."""
    found, counts = np.unique(scans["cause"], return_counts=True)
    parts = [f"{len(scans)} scanned"]
    for i in np.argsort(-counts)[:2].tolist():
        verdict = words.VERDICTS.get(int(found[i]))
        if verdict:
            parts.append(f"{counts[i]} {verdict.then}")
    return " · ".join(parts)
