"""Painters of the cards around the lists: gauge, swap, devices, actors, figures of the step, pages on no list yet."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPen

from memsim_gui.paint import text
from memsim_gui.paint.cells import image as cells_image
from memsim_gui.paint.cells import palette
from memsim_gui.paint.shapes import accent_edge, dashed, part_of_round_rect, round_rect
from memsim_gui.paint.text import Style, to_qrect
from memsim_gui.paint.tokens import Theme, with_alpha
from memsim_gui.scene.geometry import Grid, Metrics, Rect, fit_pitch, place
from memsim_gui.scene.stage.cards import DIRECT as PAYING
from memsim_gui.scene.stage.cards import Actor, ActorCard, Device, DeviceCard, StatsCard, SwapCard
from memsim_gui.scene.stage.gauge import Gauge
from memsim_gui.scene.stage.layout import ACCENT_UNITS, NodeBox
from memsim_gui.scene.words import grouped

SOFT = 0.5


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
        self._slot_key: tuple[bytes, int, int] | None = None
        self._slot_image = QImage()

    def still(self, painter: QPainter, box: NodeBox, g: Gauge, places: Grid, waiting_places: int) -> None:
        """Draw the empty cards of a node; `places` is where pages wait that are on no list yet."""
        faint = with_alpha(self.theme.color["text_soft"], FAINT)
        color, m = self.theme.color, self.m
        round_rect(painter, g.rect, self.m.radius, color["free_ground"], color["card_edge"], self.m.line)
        for rect, title, name in (
            (box.swap, "Swap", "swap"), (box.disk, "Disk", "disk"), (box.stats, "This step", "text")
        ):  # fmt: skip
            round_rect(painter, rect, self.m.radius, color["card"], color["card_edge"], self.m.line)
            style = Style(m.body, bold=True) if rect is box.stats else self.heading
            room = self._room(rect)
            text.line(painter, room._replace(h=1.4 * style.size), title, style, color[name])
        round_rect(painter, box.batch, self.m.radius, color["card_deep"], None)
        painter.setPen(dashed(with_alpha(color["text_soft"], 0.7), self.m.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(to_qrect(box.batch.inset(self.m.line / 2)), self.m.radius, self.m.radius)
        head = Rect(box.batch.x + 3 * m.unit, box.batch.y + 1.5 * m.unit, box.batch.w - 6 * m.unit, 1.5 * m.body)
        text.line(painter, head.cut(right=1.8 * m.body), "On no list", Style(m.body, bold=True), color["text_soft"])
        for slot in range(waiting_places):
            x, y = place(places, slot)
            round_rect(painter, Rect(x, y, places.size, places.size), 0.2 * places.size, faint)

    def _room(self, rect: Rect) -> Rect:
        return rect.inset(3 * self.m.unit, 2 * self.m.unit)

    def gauge(self, painter: QPainter, g: Gauge) -> None:
        """Draw the free frames of a node between the watermarks."""
        color, m = self.theme.color, self.m
        filled = to_qrect(Rect(g.rect.x, g.fill_y, g.rect.w, g.rect.bottom - g.fill_y))
        part_of_round_rect(painter, g.rect.inset(self.m.line), self.m.radius, filled, color["free"])
        top = g.rect.cut(top=1.5 * m.unit)
        title = Style(m.body, bold=True)
        text.line(painter, Rect(top.x, top.y, top.w, 1.5 * m.body), "Free", title, color["text_soft"], text.CENTRE)
        number = Rect(top.x, top.y + 1.45 * m.body, top.w, 1.4 * m.heading)
        text.line(painter, number, grouped(g.free), self.number, color["text"], text.CENTRE)
        if g.per_cpu:
            below = Rect(top.x, top.y + 1.45 * m.body + 1.35 * m.heading, top.w, 1.4 * m.small).inset(m.unit, 0)
            text.line(painter, below, f"+{grouped(g.per_cpu)} per CPU", self.small, color["text_soft"], text.CENTRE)
        if g.bend_y is not None:
            self._bend(painter, g)
        for mark in g.marks:
            self._watermark(painter, g, mark.name, mark.y)
        for mark in g.marks:
            self._watermark_name(painter, g, mark.name, mark.text_y)

    def _bend(self, painter: QPainter, g: Gauge) -> None:
        """Draw the place where the gauge's scale changes."""
        painter.setPen(QPen(self.theme.color["text_soft"], self.m.line))
        y, step = g.bend_y or 0.0, self.m.unit * 0.8
        for shift in (-0.5 * step, 0.5 * step):
            points = [
                QPointF(g.rect.x - step + i * (g.rect.w + 2 * step) / 8, y + shift + step * (0.5 if i % 2 else -0.5))
                for i in range(9)
            ]
            painter.drawPolyline(points)

    def _watermark(self, painter: QPainter, g: Gauge, name: str, y: float) -> None:
        color, m = self.theme.color[f"mark_{name}"], self.m
        left, right = QPointF(g.rect.x - m.unit, y), QPointF(g.rect.right + m.unit, y)
        thick = max(self.m.line, 0.4 * m.unit)
        painter.setPen(QPen(self.theme.color["card_deep"], 2 * thick))  # it is seen on what is free and on what is not
        painter.drawLine(left, right)
        painter.setPen(dashed(color, thick))
        painter.drawLine(left, right)

    def _watermark_name(self, painter: QPainter, g: Gauge, name: str, y: float) -> None:
        color, m = self.theme.color[f"mark_{name}"], self.m
        style = Style(m.small, bold=True)
        wide = text.width(name, style) + 2 * m.unit
        tag = Rect(g.rect.cx - wide / 2, y - 0.62 * m.small, wide, 1.24 * m.small)
        round_rect(painter, tag, tag.h / 2, self.theme.color["card_deep"], None)
        text.line(painter, tag, name, style, color, text.CENTRE)

    def swap(self, painter: QPainter, card: SwapCard) -> None:
        """Draw the swap area: how full it is, and each slot when there are few."""
        color, m = self.theme.color, self.m
        room = self._room(card.rect)
        first = room._replace(h=1.4 * m.heading).cut(left=text.width("Swap", self.heading) + m.unit)
        if text.width(card.device, self.small) <= first.w:
            text.line(painter, first, card.device, self.small, color["text_soft"], text.RIGHT)
        y = room.y + 1.5 * m.heading
        if not card.total:
            text.line(painter, Rect(room.x, y, room.w, 1.4 * m.small), "none", self.small, color["text_soft"])
            return
        text.line(painter, Rect(room.x, y, room.w, 1.4 * m.mono), grouped(card.used), self.mono, color["text"])
        text.line(
            painter,
            Rect(room.x, y + 1.4 * m.mono, room.w, 1.4 * m.small),
            f"of {grouped(card.total)} slots",
            self.small,
            color["text_soft"],
        )
        y += 1.5 * m.mono + 1.7 * m.small
        self._bar(painter, Rect(room.x, y, room.w, 1.6 * m.unit), card.used / card.total, "swap")
        left = Rect(room.x, y + 4 * m.unit, room.w, room.bottom - y - 4 * m.unit)
        if len(card.cells) and left.h > 2 * m.unit:
            self._slots(painter, left, card.cells)

    def _bar(self, painter: QPainter, rect: Rect, share: float, color: str) -> None:
        round_rect(painter, rect, rect.h / 2, self.theme.color["absent"], None)
        if share > 0:
            round_rect(
                painter,
                rect._replace(w=max(rect.h, rect.w * min(1.0, share))),
                rect.h / 2,
                self.theme.color[color],
                None,
            )

    def _slots(self, painter: QPainter, area: Rect, slots: np.ndarray) -> None:
        """Draw the map of swap slots: used = filled, in the swap cache = half bright."""
        pitch = fit_pitch(area.w, area.h, len(slots), 3.2 * self.m.unit)
        if int(area.w // pitch) * int(area.h // pitch) < len(slots):
            return
        ratio = painter.device().devicePixelRatioF()
        step = max(2, int(pitch * ratio))
        columns = int(area.w // pitch)
        key = (slots.tobytes(), columns, step)
        if key != self._slot_key:
            color = self.theme.color
            half = with_alpha(color["swap"], SOFT)
            shades = palette([color["absent"], color["swap"], half, half])
            self._slot_image = cells_image(slots, columns, step, max(1, step // 6), shades)
            self._slot_image.setDevicePixelRatio(ratio)
            self._slot_key = key
        painter.drawImage(QPointF(area.x, area.y), self._slot_image)

    def devices(self, painter: QPainter, card: DeviceCard) -> None:
        """Draw each device with its queue."""
        color, m = self.theme.color, self.m
        room = self._room(card.rect)
        y = room.y + 1.6 * m.heading
        for device in card.devices:
            if y + 2.9 * m.small > room.bottom:
                break
            if device.name.lower() != device.kind.lower():
                text.line(painter, Rect(room.x, y, room.w, 1.4 * m.small), device.name, self.small, color["text_soft"])
                y += 1.4 * m.small
            queue = [f"{what} {count}" for what, count in (("r", device.reads), ("w", device.writes)) if count]
            state = " ".join([device.kind, *(queue or ["busy" if device.busy else "idle"])])
            style = self.mono._replace(size=m.small)
            here = Rect(room.x, y, room.w, 1.4 * m.small)
            text.line(painter, here, state, style, color["text" if device.busy else "text_soft"])
            y += 1.7 * m.small
            if y + QUEUE_UNITS * m.unit < room.bottom - 1.4 * m.small:
                self._queue(painter, Rect(room.x, y, room.w, QUEUE_UNITS * m.unit), device)
                y += (QUEUE_UNITS + 1.5) * m.unit
        whole = " · ".join(card.moved)
        lines = [whole]
        if text.width(whole, self.small) > room.w:
            two = room.bottom - 2 * 1.4 * m.small >= y
            lines = (
                list(card.moved) if two else [whole if text.fitting(whole, self.small, room.w)[2] else card.moved[0]]
            )
        for i, line in enumerate(reversed(lines), 1):
            last = Rect(room.x, room.bottom - i * 1.4 * m.small, room.w, 1.4 * m.small)
            if last.y >= y:
                text.line(painter, last, line, self.small, color["text_soft"])

    def _queue(self, painter: QPainter, rect: Rect, device: Device) -> None:
        """Draw what waits for a device, next first: reads filled, writes hollow; a bar at the end stands for more."""
        color, pitch = self.theme.color, rect.h
        room = max(1, int(rect.w // pitch))
        side = 0.72 * pitch
        waiting = min(room, device.reads + device.writes)
        for i in range(room):
            spot = Rect(rect.x + i * pitch, rect.cy - side / 2, side, side)
            if i >= waiting:
                round_rect(painter, spot, 0.2 * side, color["absent"], None)
            elif i < device.reads:
                round_rect(painter, spot, 0.2 * side, color["disk"], None)
            else:
                round_rect(painter, spot, 0.2 * side, None, color["disk"], max(self.m.line, 0.18 * side))
        if device.reads + device.writes > room:
            painter.fillRect(to_qrect(Rect(rect.right - self.m.line, rect.y, 2 * self.m.line, rect.h)), color["text"])

    def actors(self, painter: QPainter, card: ActorCard) -> None:
        """Draw who is awake: kswapd, a process in direct reclaim, the flusher."""
        gap = 1.5 * self.m.unit
        high = (card.rect.h - gap * (len(card.actors) - 1)) / len(card.actors)
        for i, actor in enumerate(card.actors):
            rect = Rect(card.rect.x, card.rect.y + i * (high + gap), card.rect.w, high)
            self._actor(painter, rect, actor)

    def _actor(self, painter: QPainter, rect: Rect, actor: Actor) -> None:
        color, m = self.theme.color, self.m
        ink = color[actor.role if actor.awake else "text_soft"]
        round_rect(
            painter,
            rect,
            self.m.radius,
            color[f"{actor.role}_ground"] if actor.awake else color["card"],
            ink if actor.awake else color["card_edge"],
            self.m.line,
        )
        paying = actor.role == PAYING
        if paying:
            accent_edge(painter, rect, self.m.radius, ACCENT_UNITS * m.unit, ink)
        room = rect.inset(2.5 * m.unit, 1.0 * m.unit)
        dot = 1.1 * m.unit
        painter.setPen(QPen(ink, self.m.line * 1.5))
        painter.setBrush(ink if actor.awake else Qt.BrushStyle.NoBrush)
        name_line, line = 1.4 * m.body, 1.4 * m.small
        further = [actor.state, actor.rule][: max(0, int((room.h - name_line) / line))]
        used = name_line + line * len(further)
        first = Rect(room.x, room.cy - used / 2, room.w, name_line)
        middle = QPointF(room.x + dot, first.cy)
        if paying:
            painter.drawPolygon([middle + QPointF(-dot, dot), middle + QPointF(dot, dot), middle + QPointF(0, -dot)])
        else:
            painter.drawEllipse(middle, dot, dot)
        words = first.cut(left=4 * m.unit)
        taken = text.line(painter, words, actor.name, Style(m.body, bold=True), ink)
        rest = words.cut(left=taken + 2 * m.unit)
        if not further and text.width(actor.state, self.small) <= rest.w:
            text.line(painter, rest, actor.state, self.small, color["text_soft"], text.RIGHT)
        for i, detail in enumerate(further):
            below = Rect(words.x, first.bottom + i * line, words.w, line)
            text.line(painter, below, detail, self.small, color["text_soft"])

    def stats(self, painter: QPainter, card: StatsCard) -> None:
        """Draw what the step has cost so far."""
        color, m = self.theme.color, self.m
        room = self._room(card.rect)
        note = Rect(room.x, room.bottom - 1.4 * m.small, room.w, 1.4 * m.small)
        area = Rect(room.x, room.y + 1.75 * m.body, room.w, note.y - room.y - 1.75 * m.body)
        cell = 1.3 * m.small + 1.35 * m.heading
        if area.h < cell:
            self._figures_inline(painter, Rect(area.x, area.y, area.w, room.bottom - area.y), card)
            return
        rows = min(2, int(area.h / cell))
        columns = max(1, min(-(-len(card.figures) // rows), int(area.w / (6.6 * m.small))))
        for i, figure in enumerate(card.figures[: rows * columns]):
            wide = area.w / columns
            spot = Rect(area.x + i % columns * wide, area.y + i // columns * (area.h / rows), wide - m.unit, cell)
            text.line(painter, spot._replace(h=1.3 * m.small), figure.name, self.small, color["text_soft"])
            text.line(painter, spot.cut(top=1.3 * m.small), figure.value, self.number, color[figure.role or "text"])
        text.line(painter, note, card.note, self.small, color["text_soft"])

    def _figures_inline(self, painter: QPainter, area: Rect, card: StatsCard) -> None:
        """Draw as many figures as fit, name and value on one line, in two columns."""
        m, color, line = self.m, self.theme.color, 1.4 * self.m.small
        style = Style(m.small, mono=True, bold=True)
        wide = (area.w - 3 * m.unit) / 2
        for i, figure in enumerate(card.figures[: 2 * max(1, int(area.h / line))]):
            spot = Rect(area.x + i % 2 * (wide + 3 * m.unit), area.y + i // 2 * line, wide, line)
            taken = text.line(painter, spot, figure.value, style, color[figure.role or "text"], text.RIGHT)
            text.line(painter, spot.cut(right=taken + m.unit), figure.name, self.small, color["text_soft"])

    def batch(self, painter: QPainter, box: NodeBox, waiting: int) -> None:
        """Draw how many pages were allocated but are on no list yet."""
        color, m, rect = self.theme.color, self.m, box.batch
        head = Rect(rect.x + 3 * m.unit, rect.y + 1.5 * m.unit, rect.w - 6 * m.unit, 1.5 * m.body)
        text.line(painter, head, grouped(waiting), Style(m.body, mono=True, bold=True), color["text"], text.RIGHT)


FAINT = 0.14
QUEUE_UNITS = 2.6  # height of a device's queue
