"""Painter of the stage: lists with page tokens, pages on their way, flows, the scan cursor and its verdict."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QRadialGradient

from memsim_gui.paint import text
from memsim_gui.paint.atlas import Atlas
from memsim_gui.paint.card_painter import CardPainter
from memsim_gui.paint.shapes import accent_edge, arrow_head, path_of, pill, round_rect
from memsim_gui.paint.text import Style, to_qrect
from memsim_gui.paint.token_art import draw_token
from memsim_gui.paint.tokens import HAIRLINE, Theme, with_alpha
from memsim_gui.scene.flights import Flight, Flow
from memsim_gui.scene.geometry import MONO_ADVANCE, Metrics, Rect
from memsim_gui.scene.layout import ACCENT_UNITS, LaneBox
from memsim_gui.scene.stage import LaneCard, StageFrame
from memsim_gui.scene.tokens import Tokens
from memsim_gui.scene.words import grouped

LABEL_FROM = 24.0  # side of a token that can carry its page frame number
MOST_LABELS = 400
MOST_ATLASES = 8


class StagePainter:
    """Draws StageFrames in one theme, size and pixel ratio; keeps the token atlas."""

    def __init__(self, theme: Theme, metrics: Metrics, dpr: float, *, vector: bool = False) -> None:
        """`vector`: draw tokens as shapes, not as copied pixels (for SVG and PDF)."""
        self.theme, self.dpr, self.vector = theme, dpr, vector
        self.use(metrics)
        self._atlases: dict[float, Atlas] = {}

    def use(self, metrics: Metrics) -> None:
        """Take other sizes (a stage with several nodes is drawn smaller)."""
        self.m = metrics
        self.cards = CardPainter(self.theme, metrics)
        self.small = Style(metrics.small)
        self.heading = Style(metrics.heading, bold=True)
        self.count = Style(metrics.heading, mono=True, bold=True)

    def paint(self, painter: QPainter, frame: StageFrame) -> None:
        """Draw a stage."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if frame.layout.metrics != self.m:
            self.use(frame.layout.metrics)
        self._panels(painter, frame)
        for lane in frame.lanes:
            self._lane(painter, lane)
        self._cards(painter, frame)
        for flow in frame.flows:
            self._flow(painter, flow)
        for flight in frame.flights:
            self._trail(painter, flight)
        for tokens in frame.tokens:
            self._tokens(painter, tokens, frame.first_pfn)
        for pulse in frame.pulses:
            self._pulse(painter, pulse.rect, pulse.strength)
        for lane in frame.lanes:
            if lane.verdict:
                self._verdict(painter, lane)
        if frame.cursor is not None:
            self._cursor(painter, frame.cursor)
        for flow in frame.flows:
            pill(painter, flow.label_rect, flow.label, Style(self.m.small, mono=True), self.theme,
                 self.theme.roles[flow.role].heading)
        for flight in frame.flights:
            self._flight(painter, flight, frame)

    # --- what stands

    def _panels(self, painter: QPainter, frame: StageFrame) -> None:
        color = self.theme.color
        for box, (title, size) in zip(frame.layout.nodes, frame.headers, strict=True):
            if not box.header.h:
                continue
            round_rect(painter, box.panel, self.theme.radius * 1.4, color["panel"], color["panel_edge"])
            taken = text.line(painter, box.header, title, Style(self.m.title, bold=True), color["text"])
            text.line(painter, box.header.cut(left=taken + 3 * self.m.unit), size, self.small, color["text_soft"])

    def _lane(self, painter: QPainter, lane: LaneCard) -> None:
        color, role, m = self.theme.color, self.theme.roles[lane.role], self.m
        box = lane.box
        round_rect(painter, box.card, self.theme.radius, color["card"], color["card_edge"])
        accent_edge(painter, box.card, self.theme.radius, ACCENT_UNITS * m.unit, role.heading)
        first = box.head._replace(h=1.35 * m.heading)
        taken = text.line(painter, first, grouped(lane.pages), self.count, color["text"], text.RIGHT)
        text.line(painter, first.cut(right=taken + m.unit), lane.title, self.heading, role.heading)
        if lane.subtitle:
            second = box.head.cut(top=1.35 * m.heading)
            text.line(painter, second, lane.subtitle, self.small, color["text_soft"])
        if box.bay.w:
            self._bay(painter, box)
        if box.verdict.h and not lane.verdict:
            soft = with_alpha(color["text_soft"], 0.85)
            style = self.small._replace(size=0.92 * m.small)
            text.line(painter, box.verdict, "head", style, soft)
            line_y = box.verdict.cy
            start = box.verdict.x + text.width("head", style) + 2 * m.unit
            stop = box.tokens.right - text.width("tail", style) - 2 * m.unit
            painter.setPen(QPen(with_alpha(color["text_soft"], 0.45), HAIRLINE))
            painter.drawLine(QPointF(start, line_y), QPointF(stop - m.unit, line_y))
            painter.drawPolyline(
                [QPointF(stop - 2 * m.unit, line_y - m.unit * 0.7), QPointF(stop - m.unit, line_y),
                 QPointF(stop - 2 * m.unit, line_y + m.unit * 0.7)]
            )
            text.line(painter, box.verdict.cut(right=box.verdict.right - box.tokens.right), "tail", style, soft,
                      text.RIGHT)

    def _bay(self, painter: QPainter, box: LaneBox) -> None:
        """Draw the dashed tray at the tail where reclaim puts the pages it has isolated."""
        pen = QPen(with_alpha(self.theme.color["text_soft"], 0.5), HAIRLINE, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(with_alpha(self.theme.color["card_deep"], 0.6))
        painter.drawRoundedRect(to_qrect(box.bay), self.theme.radius * 0.8, self.theme.radius * 0.8)

    def _cards(self, painter: QPainter, frame: StageFrame) -> None:
        for gauge in frame.gauges:
            self.cards.gauge(painter, gauge)
        for swap in frame.swaps:
            self.cards.swap(painter, swap)
        for device in frame.devices:
            self.cards.devices(painter, device)
        for rect, waiting in frame.batches:
            self.cards.batch(painter, rect, waiting)
        for actors in frame.actors:
            self.cards.actors(painter, actors)
        for stats in frame.stats:
            self.cards.stats(painter, stats)

    # --- pages

    def _tokens(self, painter: QPainter, tokens: Tokens, first_pfn: int) -> None:
        if self.vector:
            for x, y, role, mark in zip(tokens.x.tolist(), tokens.y.tolist(), tokens.role.tolist(),
                                        tokens.marks.tolist(), strict=True):
                draw_token(painter, QRectF(x, y, tokens.size, tokens.size), self.theme, role, mark)
        else:
            self._atlas(tokens.size).paint(painter, tokens)
        if tokens.size < LABEL_FROM or len(tokens.frame) > MOST_LABELS:
            return
        for x, y, role, frame in zip(tokens.x.tolist(), tokens.y.tolist(), tokens.role.tolist(),
                                     tokens.frame.tolist(), strict=True):
            if frame >= 0:
                self._label(painter, Rect(x, y, tokens.size, tokens.size), role, frame + first_pfn)

    def _atlas(self, size: float) -> Atlas:
        if size not in self._atlases:
            if len(self._atlases) >= MOST_ATLASES:
                self._atlases.pop(next(iter(self._atlases)))
            self._atlases[size] = Atlas(self.theme, size, self.dpr)
        return self._atlases[size]

    def _label(self, painter: QPainter, rect: Rect, role: int, pfn: int) -> None:
        name = f"{pfn:X}"
        size = min(0.33 * rect.w, 0.8 * rect.w / (MONO_ADVANCE * len(name)))
        style = Style(round(size, 1), mono=True, bold=True)
        text.line(painter, rect, name, style, self.theme.roles[role].ink, text.CENTRE)

    def _pulse(self, painter: QPainter, rect: Rect, strength: float) -> None:
        """Draw a ring that swells around a page to which something happened."""
        grow = rect.w * (0.1 + 0.16 * strength)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(with_alpha(self.theme.color["cursor"], 0.85 * strength), max(HAIRLINE, rect.w * 0.06)))
        painter.drawRoundedRect(to_qrect(rect.inset(-grow)), rect.w * 0.3, rect.w * 0.3)

    def _cursor(self, painter: QPainter, rect: Rect) -> None:
        """Draw the bracket around the page that reclaim is looking at."""
        grow, arm = max(self.m.unit * 0.6, rect.w * 0.1), max(self.m.unit, rect.w * 0.3)
        r = rect.inset(-grow)
        painter.setPen(QPen(self.theme.color["cursor"], max(1.5 * HAIRLINE, 0.5 * self.m.unit)))
        for x, dx in ((r.x, arm), (r.right, -arm)):
            for y, dy in ((r.y, arm), (r.bottom, -arm)):
                painter.drawPolyline([QPointF(x + dx, y), QPointF(x, y), QPointF(x, y + dy)])

    def _verdict(self, painter: QPainter, lane: LaneCard) -> None:
        color, m, box = self.theme.color, self.m, lane.box
        style, bold = Style(m.small), Style(m.small, bold=True)
        rect = box.verdict
        role = "kswapd" if lane.actor.startswith("kswapd") else "direct_reclaim"
        wide = text.width(lane.actor, bold) + text.width(lane.verdict, style) + 6 * m.unit
        spot = Rect(max(rect.x, rect.right - wide), rect.y, min(wide, rect.w), rect.h)
        round_rect(painter, spot, spot.h / 2, color[f"{role}_ground"], color[role])
        inner = spot.inset(2 * m.unit, 0)
        taken = text.line(painter, inner, lane.actor, bold, color[role])
        text.line(painter, inner.cut(left=taken + 2 * m.unit), lane.verdict, style, color["text"])

    # --- pages on their way

    def _trail(self, painter: QPainter, flight: Flight) -> None:
        color = self.theme.roles[flight.role].heading
        pen = QPen(with_alpha(color, 0.75), max(HAIRLINE, 0.55 * self.m.unit), Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([2.2, 2.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path_of(flight.route))

    def _flight(self, painter: QPainter, flight: Flight, frame: StageFrame) -> None:
        size = flight.size
        rect = Rect(flight.x - size / 2, flight.y - size / 2, size, size)
        glow = QRadialGradient(QPointF(flight.x, flight.y + 0.1 * size), size)
        glow.setColorAt(0.45, with_alpha(self.theme.color["shadow"], 0.4))
        glow.setColorAt(1.0, with_alpha(self.theme.color["shadow"], 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(QPointF(flight.x, flight.y + 0.1 * size), size, size)
        if flight.copy:
            painter.setOpacity(0.8)
        draw_token(painter, to_qrect(rect), self.theme, flight.role, flight.marks)
        if size >= LABEL_FROM:
            self._label(painter, rect, flight.role, flight.frame + frame.first_pfn)
        painter.setOpacity(1.0)
        if len(frame.flights) <= MOST_FLIGHT_LABELS:
            self._flight_label(painter, flight, frame)

    def _flight_label(self, painter: QPainter, flight: Flight, frame: StageFrame) -> None:
        style = Style(self.m.small, bold=True)
        wide, high = text.width(flight.label, style) + 4 * self.m.unit, 1.7 * self.m.small
        area = frame.layout.area
        x = min(max(area.x + self.m.unit, flight.x - wide / 2), area.right - wide - self.m.unit)
        y = flight.y - flight.size / 2 - high - 1.5 * self.m.unit
        if y < area.y:
            y = flight.y + flight.size / 2 + 1.5 * self.m.unit
        pill(painter, Rect(x, y, wide, high), flight.label, style, self.theme,
             self.theme.roles[flight.role].heading)

    def _flow(self, painter: QPainter, flow: Flow) -> None:
        color = self.theme.roles[flow.role].heading
        pen = QPen(with_alpha(color, 0.7), flow.thickness, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path_of(flow.route))
        arrow_head(painter, flow.route, 2.2 * flow.thickness + 1.5 * self.m.unit, color)


MOST_FLIGHT_LABELS = 6
