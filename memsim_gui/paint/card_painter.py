"""Painters of the cards around the lists: gauge, swap, devices, actors, figures of the step, pages on no list yet."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from memsim_gui.paint import text
from memsim_gui.paint.shapes import round_rect
from memsim_gui.paint.text import Style, to_qrect
from memsim_gui.paint.tokens import HAIRLINE, Theme, with_alpha
from memsim_gui.scene.cards import SLOT_CACHED, SLOT_USED, Actor, ActorCard, DeviceCard, StatsCard, SwapCard
from memsim_gui.scene.gauge import Gauge
from memsim_gui.scene.geometry import Metrics, Rect, fit_pitch, grid, places
from memsim_gui.scene.words import grouped


class CardPainter:
    """Draws cards in one theme and size."""

    def __init__(self, theme: Theme, metrics: Metrics) -> None:
        """Choose the type sizes."""
        self.theme, self.m = theme, metrics
        self.heading = Style(metrics.heading, bold=True)
        self.body = Style(metrics.body)
        self.small = Style(metrics.small)
        self.mono = Style(metrics.mono, mono=True)
        self.number = Style(metrics.heading, mono=True, bold=True)

    def card(self, painter: QPainter, rect: Rect) -> Rect:
        """Draw an empty card; return the room in it."""
        round_rect(painter, rect, self.theme.radius, self.theme.color["card"], self.theme.color["card_edge"])
        return rect.inset(3 * self.m.unit, 2 * self.m.unit)

    def gauge(self, painter: QPainter, g: Gauge) -> None:
        """Draw the free frames of a node between the watermarks."""
        color, m = self.theme.color, self.m
        round_rect(painter, g.rect, self.theme.radius, color["free_ground"], color["card_edge"])
        painter.save()
        painter.setClipRect(to_qrect(Rect(g.rect.x, g.fill_y, g.rect.w, g.rect.bottom - g.fill_y)))
        round_rect(painter, g.rect.inset(HAIRLINE), self.theme.radius, color["free"], None)
        painter.restore()
        top = g.rect.cut(top=1.5 * m.unit)
        text.line(painter, Rect(top.x, top.y, top.w, 1.5 * m.body), "Free", Style(m.body, bold=True),
                  color["text_soft"], text.CENTRE)
        text.line(painter, Rect(top.x, top.y + 1.45 * m.body, top.w, 1.4 * m.heading), grouped(g.free), self.number,
                  color["text"], text.CENTRE)
        if g.per_cpu:
            below = Rect(top.x, top.y + 1.45 * m.body + 1.35 * m.heading, top.w, 1.4 * m.small)
            text.line(painter, below, f"+{grouped(g.per_cpu)} per CPU", self.small, color["text_soft"], text.CENTRE)
        if g.bend_y is not None:
            self._bend(painter, g)
        for mark in g.marks:
            self._watermark(painter, g, mark.name, mark.y, mark.text_y)

    def _bend(self, painter: QPainter, g: Gauge) -> None:
        """Draw the place where the gauge's scale changes."""
        painter.setPen(QPen(self.theme.color["text_soft"], HAIRLINE))
        y, step = g.bend_y or 0.0, self.m.unit * 0.8
        for shift in (-0.5 * step, 0.5 * step):
            points = [
                QPointF(g.rect.x - step + i * (g.rect.w + 2 * step) / 8, y + shift + step * (0.5 if i % 2 else -0.5))
                for i in range(9)
            ]
            painter.drawPolyline(points)

    def _watermark(self, painter: QPainter, g: Gauge, name: str, y: float, text_y: float) -> None:
        color, m = self.theme.color[f"mark_{name}"], self.m
        pen = QPen(color, max(HAIRLINE, 0.4 * m.unit), Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 1.6])
        painter.setPen(pen)
        painter.drawLine(QPointF(g.rect.x - m.unit, y), QPointF(g.rect.right + m.unit, y))
        style = Style(m.small, bold=True)
        wide = text.width(name, style) + 2 * m.unit
        tag = Rect(g.rect.cx - wide / 2, text_y - 0.62 * m.small, wide, 1.24 * m.small)
        round_rect(painter, tag, tag.h / 2, self.theme.color["card_deep"], None)
        text.line(painter, tag, name, style, color, text.CENTRE)

    def swap(self, painter: QPainter, card: SwapCard) -> None:
        """Draw the swap area: how full it is, and each slot when there are few."""
        color, m = self.theme.color, self.m
        room = self.card(painter, card.rect)
        text.line(painter, Rect(room.x, room.y, room.w, 1.4 * m.heading), "Swap", self.heading, color["swap"])
        y = room.y + 1.5 * m.heading
        if not card.total:
            text.line(painter, Rect(room.x, y, room.w, 1.4 * m.small), "none", self.small, color["text_soft"])
            return
        text.line(painter, Rect(room.x, y, room.w, 1.4 * m.mono), grouped(card.used), self.mono, color["text"])
        text.line(painter, Rect(room.x, y + 1.4 * m.mono, room.w, 1.4 * m.small), f"of {grouped(card.total)} slots",
                  self.small, color["text_soft"])
        y += 1.5 * m.mono + 1.7 * m.small
        self._bar(painter, Rect(room.x, y, room.w, 1.6 * m.unit), card.used / card.total, "swap")
        left = Rect(room.x, y + 4 * m.unit, room.w, room.bottom - y - 4 * m.unit)
        if len(card.slots) and left.h > 2 * m.unit:
            self._slots(painter, left, card.slots)

    def _bar(self, painter: QPainter, rect: Rect, share: float, color: str) -> None:
        round_rect(painter, rect, rect.h / 2, self.theme.color["absent"], None)
        if share > 0:
            round_rect(painter, rect._replace(w=max(rect.h, rect.w * min(1.0, share))), rect.h / 2,
                       self.theme.color[color], None)

    def _slots(self, painter: QPainter, area: Rect, slots: np.ndarray) -> None:
        """Draw the map of swap slots: used = filled, in the swap cache = framed."""
        pitch = fit_pitch(area.w, area.h, len(slots), 3.2 * self.m.unit)
        if int(area.w // pitch) * int(area.h // pitch) < len(slots):
            return
        g = grid(area, pitch)
        xs, ys = places(g, np.arange(len(slots)))
        painter.setPen(Qt.PenStyle.NoPen)
        for x, y, state in zip(xs.tolist(), ys.tolist(), slots.tolist(), strict=True):
            rect = Rect(x, y, g.size, g.size)
            if state == SLOT_USED:
                painter.fillRect(to_qrect(rect), self.theme.color["swap"])
            else:
                painter.fillRect(to_qrect(rect), self.theme.color["absent"])
                if state == SLOT_CACHED:
                    painter.fillRect(to_qrect(rect.inset(0.22 * g.size)), self.theme.color["swap"])

    def devices(self, painter: QPainter, card: DeviceCard) -> None:
        """Draw each device with its queue."""
        color, m = self.theme.color, self.m
        room = self.card(painter, card.rect)
        text.line(painter, Rect(room.x, room.y, room.w, 1.4 * m.heading), "Disk", self.heading, color["disk"])
        y = room.y + 1.6 * m.heading
        for device in card.devices:
            if y + 2.9 * m.small > room.bottom:
                break
            name = device.name if device.kind in device.name else f"{device.name} · {device.kind}"
            text.line(painter, Rect(room.x, y, room.w, 1.4 * m.small), name, self.small, color["text_soft"])
            queue = " ".join(
                part
                for part in (f"r {device.reads}" if device.reads else "", f"w {device.writes}" if device.writes else "")
                if part
            )
            style = self.mono._replace(size=m.small)
            text.line(painter, Rect(room.x, y + 1.4 * m.small, room.w, 1.4 * m.small), queue or "idle", style,
                      color["text" if device.busy else "text_soft"])
            y += 3.3 * m.small

    def actors(self, painter: QPainter, card: ActorCard) -> None:
        """Draw who is awake: kswapd, a process in direct reclaim, the flusher."""
        gap = 1.5 * self.m.unit
        high = (card.rect.h - gap * (len(card.actors) - 1)) / len(card.actors)
        for i, actor in enumerate(card.actors):
            rect = Rect(card.rect.x, card.rect.y + i * (high + gap), card.rect.w, high)
            self._actor(painter, rect, actor)

    def _actor(self, painter: QPainter, rect: Rect, actor: Actor) -> None:
        color, m = self.theme.color, self.m
        ink = color[actor.role if actor.awake else "asleep"]
        round_rect(painter, rect, self.theme.radius, color[f"{actor.role}_ground"] if actor.awake else color["card"],
                   ink if actor.awake else color["card_edge"])
        room = rect.inset(2.5 * m.unit, 1.0 * m.unit)
        dot = 1.1 * m.unit
        painter.setPen(QPen(ink, HAIRLINE * 1.5))
        painter.setBrush(ink if actor.awake else Qt.BrushStyle.NoBrush)
        two_lines = room.h > 1.3 * m.body + 1.25 * m.small
        first = Rect(room.x, room.y, room.w, 1.3 * m.body) if two_lines else room
        painter.drawEllipse(QPointF(room.x + dot, first.cy), dot, dot)
        words = first.cut(left=4 * m.unit)
        taken = text.line(painter, words, actor.name, Style(m.body, bold=True), ink)
        if two_lines:
            second = Rect(words.x, first.bottom, words.w, 1.3 * m.small)
            text.line(painter, second, actor.state, self.small, color["text_soft"])
        else:
            rest = words.cut(left=taken + 2 * m.unit)
            text.line(painter, rest, actor.state, self.small, color["text_soft"], text.RIGHT)

    def stats(self, painter: QPainter, card: StatsCard) -> None:
        """Draw what the step has cost so far."""
        color, m = self.theme.color, self.m
        room = self.card(painter, card.rect)
        text.line(painter, Rect(room.x, room.y, room.w, 1.4 * m.body), "This step", Style(m.body, bold=True),
                  color["text"])
        names = self.small
        top = room.y + 1.7 * m.body
        note_height = 1.5 * m.small
        left = room.bottom - top
        line = 1.35 * m.small
        rows = max(1, int((left - note_height) / line)) if left > note_height + line else max(1, int(left / line))
        columns = 1 if rows >= len(card.figures) else 2
        rows = min(rows, -(-len(card.figures) // columns))
        wide = (room.w - (columns - 1) * 4 * m.unit) / columns
        for i, figure in enumerate(card.figures[: rows * columns]):
            x = room.x + i // rows * (wide + 4 * m.unit)
            rect = Rect(x, top + i % rows * line, wide, line)
            value = Style(m.small, mono=True, bold=True)
            text.line(painter, rect, figure.value, value, color[figure.role or "text"], text.RIGHT)
            text.line(painter, rect.cut(right=text.width(figure.value, value) + m.unit), figure.name, names,
                      color["text_soft"])
        if top + rows * line + note_height <= room.bottom + 1:
            text.line(painter, Rect(room.x, room.bottom - note_height, room.w, note_height), card.note, names,
                      color["text_soft"])

    def batch(self, painter: QPainter, rect: Rect, waiting: int) -> None:
        """Draw the card of pages that were allocated but are on no list yet."""
        color, m = self.theme.color, self.m
        round_rect(painter, rect, self.theme.radius, color["card_deep"], None)
        pen = QPen(with_alpha(color["text_soft"], 0.7), HAIRLINE, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(to_qrect(rect.inset(HAIRLINE / 2)), self.theme.radius, self.theme.radius)
        head = Rect(rect.x + 3 * m.unit, rect.y + 1.5 * m.unit, rect.w - 6 * m.unit, 1.5 * m.body)
        taken = text.line(painter, head, grouped(waiting), Style(m.body, mono=True, bold=True), color["text"], text.RIGHT)
        text.line(painter, head.cut(right=taken + m.unit), "On no list yet", Style(m.body, bold=True), color["text_soft"])
