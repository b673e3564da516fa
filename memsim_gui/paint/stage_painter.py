"""Painter of the stage: lists with page tokens, pages on their way, flows, the scan cursor and its verdict."""

from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QRadialGradient

from memsim_gui.paint import text
from memsim_gui.paint.atlas import Atlas
from memsim_gui.paint.card_painter import CardPainter
from memsim_gui.paint.kept import Kept, Part
from memsim_gui.paint.shapes import accent_edge, arrow_head, dashed, path_of, pill, round_rect
from memsim_gui.paint.text import Style, to_qrect
from memsim_gui.paint.token_art import draw_block, draw_token
from memsim_gui.paint.tokens import Theme, mixed, with_alpha
from memsim_gui.scene.geometry import MONO_ADVANCE, Metrics, Rect
from memsim_gui.scene.stage.flights import Flight, Flow
from memsim_gui.scene.stage.frame import LaneCard, NodeChip, StageFrame
from memsim_gui.scene.stage.layout import ACCENT_UNITS, LaneBox
from memsim_gui.scene.stage.tokens import Tokens
from memsim_gui.scene.words import grouped

LABEL_FROM = 24.0  # side of a token that can carry its page frame number
MOST_LABELS = 1000
MOST_ATLASES = 12
MOST_FLIGHT_LABELS = 6
COPY_OPACITY = 0.8  # of data on its way to or from a device
LINE_STRENGTH = 0.8  # of a way's colour on its ground
PART = " · "  # between the parts of a verdict, of which the last are left out where it is too long
SOFT = 0.5  # opacity of lines that only guide the eye


def _wide(actor: str, style: Style, m: Metrics) -> float:
    """Width that a verdict needs besides its own words."""
    return text.width(actor, style) + (6 if actor else 4) * m.unit


class StagePainter:
    """Draws StageFrames in one theme, size and pixel ratio; keeps the token atlases."""

    def __init__(self, theme: Theme, dpr: float, *, vector: bool, zoom: float = 1.0) -> None:
        """`vector`: draw tokens as shapes, not as copied pixels (for SVG and PDF); `zoom`: of the lens over them."""
        self.theme, self.dpr, self.vector, self.zoom = theme, dpr, vector, zoom
        self._atlases: dict[tuple[float, bool], Atlas] = {}
        self._metrics: Metrics | None = None
        self.kept: Kept | None = None  # pictures of cards, where pixels are drawn as large as they are

    def use(self, metrics: Metrics) -> None:
        """Take the type sizes of a stage (one with several nodes is drawn smaller)."""
        if metrics == self._metrics:
            return
        self._metrics = self.m = metrics
        self.cards = CardPainter(self.theme, metrics)
        self.small = Style(metrics.small)
        self.heading = Style(metrics.heading, bold=True)
        self.count = Style(metrics.heading, mono=True, bold=True)

    # --- what looks alike in every picture of a stage

    def still(self, painter: QPainter, frame: StageFrame) -> None:
        """Draw panels and empty cards."""
        self.use(frame.layout.metrics)
        color = self.theme.color
        for box in frame.layout.nodes:
            if box.header.h:
                round_rect(painter, box.panel, self.m.radius * 1.4, color["panel"], color["panel_edge"], self.m.line)
        most = {box.node: gauge.managed for box, gauge in zip(frame.layout.nodes, frame.gauges, strict=True)}
        for lane in frame.lanes:
            self._card(painter, lane, most[lane.box.node], blocks=frame.blocks)
        for box, gauge, (places, _) in zip(frame.layout.nodes, frame.gauges, frame.batches, strict=True):
            self.cards.still(painter, box, gauge, places, frame.batch_places)

    def _header(self, painter: QPainter, *, room: Rect, told: tuple[str, str]) -> None:
        """Draw a node's name, its size, and how many pages a token stands for just now."""
        color, (title, size) = self.theme.color, told
        taken = text.line(painter, room, title, Style(self.m.title, bold=True), color["text"])
        text.line(painter, room.cut(left=taken + 3 * self.m.unit), size, self.small, color["text_soft"])

    def _chip(self, painter: QPainter, chip: NodeChip) -> None:
        """Draw a node that can be chosen: how much it has free, and whether its kswapd is awake."""
        color, m = self.theme.color, self.m
        edge = color["accent"] if chip.shown else color["panel_edge"]
        ground = color["card"] if chip.shown else color["panel"]
        round_rect(painter, chip.rect, m.radius, ground, edge, 2 * m.line if chip.shown else m.line)
        inner = chip.rect.inset(2.5 * m.unit, m.unit)
        first = inner._replace(h=1.5 * m.body)
        taken = text.line(painter, first, chip.title, Style(m.body, bold=chip.shown), color["text"])
        text.line(painter, inner.cut(top=first.h), chip.detail, self.small, color["text_soft"])
        if chip.reclaiming:
            self._awake(painter, first.cut(left=taken + m.unit))

    def _awake(self, painter: QPainter, room: Rect) -> None:
        """Say that a node's kswapd is awake: by its name, or where that has no room by the dot of its card."""
        color, dot = self.theme.color["kswapd"], 1.1 * self.m.unit
        if text.width("kswapd", self.small) <= room.w:
            text.line(painter, room, "kswapd", self.small, color, text.RIGHT)
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(room.right - dot, room.cy), dot, dot)

    def _card(self, painter: QPainter, lane: LaneCard, most: int, *, blocks: bool) -> None:
        """Draw an empty list; `most` pages can be on it: their number has room beside the title."""
        color, role, m, box = self.theme.color, self.theme.roles[lane.role], self.m, lane.box
        round_rect(painter, box.card, self.m.radius, color["card"], color["card_edge"], self.m.line)
        accent_edge(painter, box.card, self.m.radius, ACCENT_UNITS * m.unit, role.heading)
        first = box.head._replace(h=1.35 * m.heading)
        number = text.width(grouped(most), self.count) + m.unit
        if self._counts_below(lane):
            text.line(painter, first, lane.title, self.heading, role.heading)
        else:
            text.line(painter, first.cut(right=min(number, 0.5 * first.w)), lane.title, self.heading, role.heading)
        if lane.subtitle and not self._counts_below(lane):
            second = box.head.cut(top=1.35 * m.heading)
            text.line(painter, second, lane.subtitle, self.small, color["text_soft"])
        if box.verdict.h:
            self._direction(painter, box)
        if box.bay.w and not blocks:
            painter.setPen(dashed(with_alpha(color["text_soft"], SOFT), self.m.line))
            painter.setBrush(with_alpha(color["card_deep"], SOFT))
            painter.drawRoundedRect(to_qrect(box.bay), self.m.radius * 0.8, self.m.radius * 0.8)

    def _counts_below(self, lane: LaneCard) -> bool:
        """Whether a list's pages are counted on the second line: in a narrow card the title fills the first."""
        title = text.width(lane.title, self.heading) + text.width("99 999", self.count)
        return bool(lane.subtitle) and title > lane.box.head.w

    # --- what changes

    def moving(self, painter: QPainter, frame: StageFrame) -> None:
        """Draw everything else over `still`."""
        self.use(frame.layout.metrics)
        for lane in frame.lanes:
            line = lane.box.head._replace(h=1.35 * self.m.heading)
            if self._counts_below(lane):
                line = line._replace(y=line.bottom, h=1.3 * self.m.small)
            text.line(painter, line, grouped(lane.pages), self.count, self.theme.color["text"], text.RIGHT)
        self._cards(painter, frame)
        self._ways(painter, frame)
        for tokens in frame.tokens:
            self._tokens(painter, tokens, frame.first_pfn, blocks=frame.blocks)
        for tokens in frame.waiting:
            self._tokens(painter, tokens, frame.first_pfn, blocks=False)
        self._attention(painter, frame)
        self._travellers(painter, frame)

    def _ways(self, painter: QPainter, frame: StageFrame) -> None:
        for flow in frame.flows:
            self._band(painter, flow)
        for flight in frame.flights:
            self._trail(painter, flight)

    def _attention(self, painter: QPainter, frame: StageFrame) -> None:
        """Draw what just happened to a page and what reclaim looks at."""
        for pulse in frame.pulses:
            self._pulse(painter, pulse.rect, pulse.strength)
        for lane in frame.lanes:
            if lane.verdict:
                self._verdict(painter, lane)
        if frame.cursor is not None:
            self._cursor(painter, frame.cursor)

    def _travellers(self, painter: QPainter, frame: StageFrame) -> None:
        """Draw pages on their way, and the names of what moves them."""
        for flow in frame.flows:
            if flow.tokens is not None:
                self._tokens(painter, flow.tokens, frame.first_pfn, blocks=False)
        for flow in frame.flows:
            edge = self.theme.roles[flow.role].heading
            pill(painter, flow.label_rect, flow.label, Style(self.m.small, mono=True), self.theme, edge)
        labels = [flow.label_rect for flow in frame.flows]
        for flight in frame.flights:
            self._flight(painter, flight, frame)
            if len(frame.flights) <= MOST_FLIGHT_LABELS:
                self._flight_label(painter, flight, frame, labels)

    def _cards(self, painter: QPainter, frame: StageFrame) -> None:
        parts = self._parts(frame)
        if self.kept is not None:
            self.kept.paint(painter, parts)
            return
        for part in parts:
            if part.place.h > 0:
                part.draw(painter)

    def _parts(self, frame: StageFrame) -> list[Part]:
        """Return the cards that are read; their pictures can be kept as long as what they show is the same."""
        cards, reach = self.cards, 2 * self.m.unit
        parts = []
        for i, box in enumerate(frame.layout.nodes):
            g, swap, disk = frame.gauges[i], frame.swaps[i], frame.devices[i]
            actors, stats, waiting = frame.actors[i], frame.stats[i], frame.batches[i][1]
            header = frame.headers[i]
            told = (swap.device, swap.used, swap.total, swap.cells.tobytes())
            parts += [
                Part(f"header {i}", box.header, header, partial(self._header, room=box.header, told=header)),
                Part(f"gauge {i}", g.rect.inset(-reach), g, partial(cards.gauge, g=g)),
                Part(f"swap {i}", swap.rect, told, partial(cards.swap, card=swap)),
                Part(f"disk {i}", disk.rect, disk, partial(cards.devices, card=disk)),
                Part(f"batch {i}", box.batch, waiting, partial(cards.batch, box=box, waiting=waiting)),
                Part(f"actors {i}", actors.rect, actors, partial(cards.actors, card=actors)),
                Part(f"stats {i}", stats.rect, stats, partial(cards.stats, card=stats)),
            ]
        chips = enumerate(frame.chips)
        return parts + [Part(f"node {i}", chip.rect, chip, partial(self._chip, chip=chip)) for i, chip in chips]

    def _direction(self, painter: QPainter, box: LaneBox) -> None:
        """Draw which end of a list is its head."""
        m, soft = self.m, self.theme.color["text_soft"]
        rect = box.verdict._replace(w=box.tokens.right - box.verdict.x)
        style = self.small._replace(size=0.92 * m.small)
        start = rect.x + text.line(painter, rect, "head", style, soft) + 2 * m.unit
        stop = rect.right - text.line(painter, rect, "tail", style, soft, text.RIGHT) - 3 * m.unit
        painter.setPen(QPen(with_alpha(soft, SOFT), self.m.line))
        painter.drawLine(QPointF(start, rect.cy), QPointF(stop, rect.cy))
        wing = 0.8 * m.unit
        painter.drawPolyline(
            [QPointF(stop - wing, rect.cy - wing), QPointF(stop, rect.cy), QPointF(stop - wing, rect.cy + wing)]
        )

    # --- pages

    def _tokens(self, painter: QPainter, tokens: Tokens, first_pfn: int, *, blocks: bool) -> None:
        if self.vector:
            self._vector_tokens(painter, tokens, blocks=blocks)
        else:
            self._atlas(tokens.size, blocks=blocks).paint(painter, tokens)
        if tokens.size * self.zoom < LABEL_FROM or len(tokens.frame) > MOST_LABELS:
            return
        columns = (tokens.x, tokens.y, tokens.role, tokens.frame)
        for x, y, role, frame in zip(*(column.tolist() for column in columns), strict=True):
            if frame >= 0:
                self._label(painter, Rect(x, y, tokens.size, tokens.size), role, frame + first_pfn)

    def _vector_tokens(self, painter: QPainter, tokens: Tokens, *, blocks: bool) -> None:
        draw = draw_block if blocks else draw_token
        zoom, side = self.zoom, self.zoom * tokens.size
        painter.save()
        painter.scale(1 / zoom, 1 / zoom)
        columns = (tokens.x, tokens.y, tokens.role, tokens.marks)
        for x, y, role, mark in zip(*(column.tolist() for column in columns), strict=True):
            draw(painter, QRectF(zoom * x, zoom * y, side, side), self.theme, role, mark)
        painter.restore()

    def _atlas(self, size: float, *, blocks: bool) -> Atlas:
        if (size, blocks) not in self._atlases:
            if len(self._atlases) >= MOST_ATLASES:
                self._atlases.pop(next(iter(self._atlases)))
            self._atlases[size, blocks] = Atlas(self.theme, size, self.dpr, blocks=blocks, zoom=self.zoom)
        return self._atlases[size, blocks]

    def _label(self, painter: QPainter, rect: Rect, role: int, pfn: int) -> None:
        name = f"{pfn:X}"
        painter.save()
        painter.scale(1 / self.zoom, 1 / self.zoom)
        rect = Rect(*(self.zoom * side for side in rect))
        size = min(0.37 * rect.w, 0.8 * rect.w / (MONO_ADVANCE * len(name)))
        style = Style(round(size, 1), mono=True, bold=True)
        text.line(painter, rect, name, style, self.theme.roles[role].ink, text.CENTRE)
        painter.restore()

    def _pulse(self, painter: QPainter, rect: Rect, strength: float) -> None:
        """Draw a ring that swells around a page to which something happened."""
        grow = rect.w * (0.1 + 0.16 * strength)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(with_alpha(self.theme.color["cursor"], 0.85 * strength), max(self.m.line, rect.w * 0.06)))
        painter.drawRoundedRect(to_qrect(rect.inset(-grow)), rect.w * 0.3, rect.w * 0.3)

    def _cursor(self, painter: QPainter, rect: Rect) -> None:
        """Draw the bracket around the page that reclaim is looking at."""
        grow, arm = max(self.m.unit * 0.7, rect.w * 0.13), max(self.m.unit, rect.w * 0.3)
        r = rect.inset(-grow)
        painter.setPen(QPen(self.theme.color["cursor"], max(1.5 * self.m.line, 0.5 * self.m.unit)))
        for x, dx in ((r.x, arm), (r.right, -arm)):
            for y, dy in ((r.y, arm), (r.bottom, -arm)):
                painter.drawPolyline([QPointF(x + dx, y), QPointF(x, y), QPointF(x, y + dy)])

    def _verdict(self, painter: QPainter, lane: LaneCard) -> None:
        """Draw who scans, why the page is treated so, and what follows."""
        color, m, rect = self.theme.color, self.m, lane.box.verdict
        painter.fillRect(to_qrect(rect), color["card"])  # which end is the head is told when nothing happens
        style, bold = Style(m.small), Style(m.small, bold=True)
        role = "direct_reclaim" if lane.actor.startswith("direct") else "kswapd"
        actor, verdict = lane.actor, lane.verdict
        while _wide(actor, bold, m) + text.width(verdict, style) > rect.w and PART in verdict:
            verdict = verdict.rpartition(PART)[0]
        if _wide(actor, bold, m) + text.width(verdict, style) > rect.w:
            actor = ""  # the colour says it, and the actor's own card
        wide = _wide(actor, bold, m) + text.width(verdict, style)
        spot = Rect(max(rect.x, rect.right - wide), rect.y, min(wide, rect.w), rect.h)
        round_rect(painter, spot, spot.h / 2, color[f"{role}_ground"], color[role], self.m.line)
        inner = spot.inset(2 * m.unit, 0)
        taken = text.line(painter, inner, actor, bold, color[role])
        text.line(painter, inner.cut(left=taken + 2 * m.unit if actor else 0), verdict, style, color["text"])

    # --- pages on their way

    def _trail(self, painter: QPainter, flight: Flight) -> None:
        color = mixed(self.theme.roles[flight.role].heading, self.theme.color["panel"], LINE_STRENGTH)
        painter.setPen(dashed(color, max(self.m.line, 0.55 * self.m.unit)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path_of(flight.route))
        arrow_head(painter, flight.route, 2 * self.m.unit, color)

    def _flight(self, painter: QPainter, flight: Flight, frame: StageFrame) -> None:
        size = flight.size
        rect = Rect(flight.x - size / 2, flight.y - size / 2, size, size)
        centre = QPointF(flight.x, flight.y + 0.1 * size)
        glow = QRadialGradient(centre, size)
        glow.setColorAt(0.45, with_alpha(self.theme.color["shadow"], 0.4))
        glow.setColorAt(1.0, with_alpha(self.theme.color["shadow"], 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(centre, size, size)
        painter.setOpacity(COPY_OPACITY if flight.copy else 1.0)
        draw_token(painter, to_qrect(rect), self.theme, flight.role, flight.marks)
        if size >= LABEL_FROM:
            self._label(painter, rect, flight.role, flight.frame + frame.first_pfn)
        painter.setOpacity(1.0)

    def _flight_label(self, painter: QPainter, flight: Flight, frame: StageFrame, labels: list[Rect]) -> None:
        """Draw the action's name beside a page: over no title and no verdict if it can be, and over no other label."""
        style = Style(self.m.small, bold=True)
        wide, high = text.width(flight.label, style) + 4 * self.m.unit, 1.7 * self.m.small
        reach = flight.size / 2 + 1.5 * self.m.unit
        spots = (
            Rect(flight.x - wide / 2, flight.y - reach - high, wide, high),
            Rect(flight.x - wide / 2, flight.y + reach, wide, high),
            Rect(flight.x + reach, flight.y - high / 2, wide, high),
            Rect(flight.x - reach - wide, flight.y - high / 2, wide, high),
        )
        kept = [lane.box.head for lane in frame.lanes] + [lane.box.verdict for lane in frame.lanes if lane.verdict]
        kept += [gauge.rect._replace(h=gauge.bar.y - gauge.rect.y) for gauge in frame.gauges]
        kept += [box.batch._replace(h=1.5 * self.m.unit + 1.5 * self.m.body) for box in frame.layout.nodes]
        apart = [s for s in spots if not any(s.overlaps(t) for t in labels)]
        free = (s for s in apart if frame.layout.area.contains(s) and not any(s.overlaps(t) for t in kept))
        spot = next(free, apart[0] if apart else None)
        if spot is not None:
            labels.append(spot)
            pill(painter, spot, flight.label, style, self.theme, self.theme.roles[flight.role].heading)

    def _band(self, painter: QPainter, flow: Flow) -> None:
        """Draw the way of a stream, thin, or of a flow, as thick as it is strong."""
        color = mixed(self.theme.roles[flow.role].heading, self.theme.color["panel"], LINE_STRENGTH)
        thick = flow.thickness or 0.35 * self.m.unit
        painter.setPen(QPen(color, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path_of(flow.route))
        arrow_head(painter, flow.route, thick + 1.4 * self.m.unit, color)
