"""The stage at one moment of a trace: lanes with tokens, pages on their way, gauge, devices, actors, scan cursor."""

from memsim_gui.scene import marks, plain_words, words
from memsim_gui.scene.geometry import Metrics, Rect
from memsim_gui.scene.moment import Moment, moves_in, stilled, window
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.stage.cards import actor_card, device_card, stats_card, swap_card
from memsim_gui.scene.stage.density import Density
from memsim_gui.scene.stage.frame import LaneCard, NodeChip, StageFrame
from memsim_gui.scene.stage.gauge import gauge
from memsim_gui.scene.stage.layout import NodeBox, grown, has_subtitle, stage_layout
from memsim_gui.scene.stage.pages import Pages, Places
from memsim_gui.scene.stage.payer import Payer, payer_of
from memsim_gui.scene.stage.scan import add_verdict
from memsim_gui.scene.stage.streams import flows_of
from memsim_gui.scene.stage.tokens import (
    BATCHES,
    CLASSROOM_PLACES,
    KERNEL_PLACES,
    LISTS,
    NodeTokens,
    batch_grid,
    waiting_tokens,
)
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

MOST_SINGLE_FRAMES = 16_384  # above, a token is a block of pages
MOST_SINGLE_CLOSER = 131_072  # the same under a lens, where one waits a little
FEW_FRAMES = 128  # per node: a machine made to watch single pages
SMALLEST_TOKEN_UNITS, SMALLEST_TOKEN = 0.9, 2.5  # narrower single tokens become blocks; pixels


class StageScene:
    """Makes StageFrames of a trace for one area; keeps what does not change from frame to frame."""

    def __init__(self, trace: Trace, pacing: Pacing, area: Rect, metrics: Metrics, history: History) -> None:
        """Lay the stage out, with the first node chosen where there are too many to show each."""
        self.trace, self.pacing, self.history = trace, pacing, history
        if history.frames <= FEW_FRAMES * history.nodes:
            metrics = grown(metrics)
        self._area, self._metrics = area, metrics
        self._pages = Pages(pacing)
        self.choose(0)

    def choose(self, node: int) -> None:
        """Show this node where there are too many to show each."""
        self.chosen = max(0, min(node, self.history.nodes - 1))
        self.layout = stage_layout(self._area, self.history.nodes, self._metrics, self.chosen)
        self._places = Places(self.layout, self.history)
        self._density = Density(self.trace, self.layout, self.history)
        self.look_closer(1)

    def look_closer(self, detail: int) -> None:
        """Show so much detail as a picture that is looked at `detail` times as large has room for."""
        self.detail = self._places.detail = self._density.detail = detail

    def frame(self, moment: Moment, span: tuple[int, int], grown: dict[str, int], waited_ns: int) -> StageFrame:
        """Return the stage at a moment.

        `span` is the stretch of positions whose tokens share one size, a step; `grown` and `waited_ns` are what it
        has cost so far.
        """
        view = moment.view
        out = StageFrame(self.layout, self.trace.meta.first_pfn)
        out.batch_places = CLASSROOM_PLACES if self.trace.meta.detail == "classroom" else KERNEL_PLACES
        payer = payer_of(view, self.trace, moment.position)
        for box in self.layout.nodes:
            self._cards(out, moment, box, payer)
            out.stats.append(stats_card(grown, view, box.stats, waited_ns))
        seen = window(self.trace, self.pacing, moment)
        nodes: dict[int, NodeTokens] = {}
        least = max(SMALLEST_TOKEN, SMALLEST_TOKEN_UNITS * self.layout.metrics.unit)
        most = MOST_SINGLE_FRAMES if self.detail == 1 else MOST_SINGLE_CLOSER
        if len(view.lane) <= most and self.trace.level_at(moment.position) == kinds.LEVEL_FULL:
            nodes = self._places.at(view, out, seen, span)
        if nodes and min(node.size for node in nodes.values()) * self.detail >= least:
            self._pages.draw(out, stilled(moment, seen) if moment.manner.still else moment, seen, nodes)
        else:
            nodes = {}
            self._density.draw(out, view, moment.position, span)
            out.waiting += [
                waiting_tokens(view, box, self.layout.metrics, out.batch_places) for box in self.layout.nodes
            ]
            out.flows = flows_of(out, moment, seen, moves_in(seen, self.pacing, moment), None)
        out.chips = [self._chip(view, node, rect) for node, rect in enumerate(self.layout.chips)]
        self._headers(out, moment.position)
        add_verdict(out, moment, seen, self.pacing, nodes)
        return out

    def _cards(self, out: StageFrame, moment: Moment, box: NodeBox, payer: Payer | None) -> None:
        m, view = self.layout.metrics, moment.view
        named = plain_words if moment.manner.plain else words
        out.gauges.append(gauge(view, box.node, box.free, m))
        known = out.swaps[0] if out.swaps else swap_card(view, self.trace, box.swap, m.unit)
        out.swaps.append(known._replace(rect=box.swap))
        out.devices.append(device_card(view, self.trace, box.disk))
        out.actors.append(actor_card(view, payer, box.node, box.actors))
        waiting = sum(int(view.lane_pages[lanes.lane(box.node, kind)]) for kind in BATCHES)
        out.batches.append((batch_grid(box, m, max(waiting, out.batch_places)), waiting))
        for kind in LISTS:
            lane = box.lanes[kind]
            pages = int(view.lane_pages[lanes.lane(box.node, kind)])
            subtitle = named.LANE_SUBTITLES[kind] if has_subtitle(lane.card, m) else ""
            out.lanes.append(LaneCard(lane, named.LANE_TITLES[kind], subtitle, pages, marks.list_role(kind), "", ""))

    def _chip(self, view: ViewState, node: int, rect: Rect) -> NodeChip:
        free = int(view.lane_pages[lanes.lane(node, lanes.FREE)])
        awake = bool(view.actor[node, tables.ACTOR_AWAKE])
        detail = f"{words.grouped(free)} free"
        return NodeChip(rect, f"Node {node}", detail, node == self.chosen, awake)

    def _headers(self, out: StageFrame, position: int) -> None:
        meta = self.trace.meta
        for g, box in zip(out.gauges, self.layout.nodes, strict=True):
            parts = [words.byte_size(g.managed * meta.page_bytes), f"{words.grouped(g.managed)} pages"]
            if out.block_pages > 1:
                parts.append(words.block(out.block_pages))
            if self.trace.level_at(position) < kinds.LEVEL_FULL:
                parts.append("flows only, no single pages")
            out.headers.append((f"Node {box.node}", " · ".join(parts)))
