"""Painter of the words around a stage: title line, caption with its delta strip, legend of marks, footer."""

from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from memsim_gui.paint import text
from memsim_gui.paint.kept import Kept, Part
from memsim_gui.paint.shapes import round_rect
from memsim_gui.paint.text import Style
from memsim_gui.paint.token_art import SMALL, draw_token
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene import marks
from memsim_gui.scene.frame import SceneFrame
from memsim_gui.scene.geometry import Metrics, Rect
from memsim_gui.scene.overlays import LEGEND_SHARE

LEAST_SAMPLE = SMALL + 1  # a sample shows its mark in full
HEADING_SHARES = (0.8, 0.74, 0.68, 0.62)  # of the title's type size: the largest that fits


def step_heading(frame: SceneFrame) -> str:
    """Return what a picture is called: its step and the step's title, or the scenario's title."""
    caption = frame.caption
    title = f"Step {caption.step} of {caption.steps}" if caption.steps else frame.title
    return f"{title} — {caption.title}" if caption.title else title


class CaptionPainter:
    """Draws the words of a picture in one theme and size."""

    def __init__(self, theme: Theme, metrics: Metrics) -> None:
        """Choose the type sizes."""
        self.theme, self.m = theme, metrics

    def still(self, painter: QPainter, frame: SceneFrame) -> None:
        """Draw the empty caption bar and the legend."""
        color = self.theme.color
        bar = frame.composition.caption
        round_rect(painter, bar, self.m.radius * 1.4, color["caption"], color["caption_edge"], self.m.line)
        footer = frame.composition.footer
        self._legend(painter, footer.cut(left=footer.w * (1 - LEGEND_SHARE)), frame)

    def paint(self, painter: QPainter, frame: SceneFrame, kept: Kept | None = None) -> None:
        """Draw all of them, from kept pictures where there are some."""
        c, told = frame.composition, frame.caption
        parts = [
            Part("caption", c.caption, (told, frame.title), partial(self._caption, frame=frame)),
            Part("footer", c.footer, frame.footer, partial(self._footer, frame=frame)),
        ]
        if c.title.h:
            key = (told.title, told.step, told.steps, frame.title)
            parts.append(Part("title", c.title, key, partial(self._title, frame=frame)))
        if kept is not None:
            kept.paint(painter, parts)
        else:
            for part in parts:
                part.draw(painter)
        if frame.alert:
            self._alert(painter, frame)

    def _alert(self, painter: QPainter, frame: SceneFrame) -> None:
        """Draw what must not be missed over the top of the stage."""
        color, m, area = self.theme.color, self.m, frame.composition.stage
        style = Style(1.1 * m.body, bold=True)
        wide = min(text.width(frame.alert, style) + 8 * m.unit, area.w - 12 * m.unit)
        spot = Rect(area.cx - wide / 2, area.y + m.unit, wide, 2.2 * style.size)
        ground, ink = color["direct_reclaim_ground"], color["direct_reclaim"]
        round_rect(painter, spot, m.radius, ground, ink, 2 * m.line)
        text.line(painter, spot.inset(4 * m.unit, 0), frame.alert, style, ink, text.CENTRE)

    def _title(self, painter: QPainter, frame: SceneFrame) -> None:
        """Draw the step and its title; the scenario's on the right where there is room for it."""
        rect, color, heading = frame.composition.title, self.theme.color, step_heading(frame)
        if not frame.caption.steps:
            text.line(painter, rect, heading, Style(self.m.title, bold=True), color["text"])
            return
        styles = [Style(share * self.m.title, bold=True) for share in HEADING_SHARES]
        style = next((style for style in styles if text.width(heading, style) <= rect.w), styles[-1])
        taken = text.line(painter, rect, heading, style, color["text"])
        room, soft = rect.cut(left=taken + 8 * self.m.unit), Style(HEADING_SHARES[-1] * self.m.title)
        if text.width(frame.title, soft) <= room.w:
            text.line(painter, room, frame.title, soft, color["text_soft"], text.RIGHT)

    def _caption(self, painter: QPainter, frame: SceneFrame) -> None:
        color, m, caption = self.theme.color, self.m, frame.caption
        room = frame.composition.caption.inset(5 * m.unit, 2.5 * m.unit)
        strip = 1.6 * m.mono
        if m.lecture:
            words = room.cut(bottom=strip)
            text.paragraph(
                painter, words, caption.text, Style(frame.composition.caption_size, bold=True), color["caption_text"]
            )
        else:
            head = room._replace(h=1.4 * m.caption)
            style = Style(1.1 * m.caption, bold=True)
            taken = text.line(painter, head, step_heading(frame), style, color["caption_text"])
            if frame.composition.caption_size:
                why = Rect(room.x, room.bottom - strip - 1.5 * m.body, room.w, 1.5 * m.body)
                words = room.cut(top=1.55 * m.caption, bottom=strip + why.h)
                style = Style(frame.composition.caption_size)
                text.paragraph(painter, words, caption.text, style, color["caption_soft"])
            else:
                why = head.cut(left=taken + 4 * m.unit)
            text.line(painter, why, caption.why, Style(m.body), color["caption_text"])
        self._strip(painter, Rect(room.x, room.bottom - strip, room.w, strip), frame)

    def _strip(self, painter: QPainter, rect: Rect, frame: SceneFrame) -> None:
        """Draw the delta strip: as many changes as fit, and how many more there are."""
        color, style = self.theme.color, Style(self.m.mono, mono=True)
        x, gap = rect.x, 1.7 * self.m.mono
        entries = frame.caption.changes
        for i, change in enumerate(entries):
            entry = f"{change.name} {change.text}"
            wide = text.width(entry, style)
            more = f"+{len(entries) - i} more"
            rest = text.width(more, style) + gap if i + 1 < len(entries) else 0.0
            if x + wide + rest > rect.right:
                text.line(painter, Rect(x, rect.y, rect.right - x, rect.h), more, style, color["caption_soft"])
                return
            taken = text.line(painter, Rect(x, rect.y, wide + 1, rect.h), change.name, style, color["caption_mono"])
            tail = Rect(x + taken + text.width(" ", style), rect.y, wide, rect.h)
            text.line(painter, tail, change.text, style._replace(bold=True), color["caption_text"])
            x += wide + gap

    def _footer(self, painter: QPainter, frame: SceneFrame) -> None:
        rect = frame.composition.footer
        room = rect._replace(w=rect.w * (1 - LEGEND_SHARE))
        text.line(painter, room, frame.footer, self._small(), self.theme.color["text_soft"])

    def _small(self) -> Style:
        return Style(self.m.small if self.m.lecture else 0.95 * self.m.small)

    def _legend(self, painter: QPainter, rect: Rect, frame: SceneFrame) -> None:
        """Draw a sample of each mark with its name, right-aligned; leave out what does not fit."""
        style = self._small()
        side, gap = max(LEAST_SAMPLE, 1.15 * style.size), 0.55 * style.size
        entries = []
        room = rect.w
        for mark, name in frame.legend:
            needed = side + gap + text.width(name, style) + 2.2 * style.size
            if needed > room:
                break
            room -= needed
            entries.append((mark, name, needed))
        x = rect.right - sum(needed for _, _, needed in entries) + 2.2 * style.size
        for mark, name, needed in entries:
            spot = QRectF(x, rect.cy - side / 2, side, side)
            draw_token(painter, spot, self.theme, marks.INACTIVE_ANON, mark)
            words = Rect(x + side + gap, rect.y, needed - side - gap, rect.h)
            text.line(painter, words, name, style, self.theme.color["text_soft"])
            x += needed
