"""Painter of a comparison with a real kernel: a small chart for each counter, both curves laid over each other."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from memsim_gui.fidelity.compare import Comparison
from memsim_gui.fidelity.recordings import Floats
from memsim_gui.paint import text
from memsim_gui.paint.fonts import load_fonts
from memsim_gui.paint.shapes import path_of, round_rect
from memsim_gui.paint.text import Style
from memsim_gui.paint.tokens import Theme, mixed
from memsim_gui.scene import marks
from memsim_gui.scene.comparing.comparison_charts import Chart, along_of, charts, compact, heading_size
from memsim_gui.scene.geometry import Rect

MARGIN = 8  # around the picture, in spacing units
GRID_SHARE = 0.5
REAL_SHARE = 0.38  # how much of the role's colour the real kernel's band has
REAL_WIDTH, SIMULATED_WIDTH = 7.0, 1.8  # in hairlines
OK, MISS = "✓", "✕"


class ComparisonPainter:
    """Paints a workload's charts in one theme and size. Needs a QGuiApplication."""

    def __init__(self, theme: Theme, size: tuple[float, float]) -> None:
        """Choose the type sizes of a picture of `size` pixels, to be read from afar."""
        load_fonts()
        self.theme, self.size = theme, size
        self.m = theme.metrics(size, "lab")

    def paint(self, painter: QPainter, comparison: Comparison) -> None:
        """Paint a workload."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        page = Rect(0, 0, *self.size)
        painter.fillRect(text.to_qrect(page), self.theme.color["ground"])
        inner = page.inset(MARGIN * self.m.unit, (MARGIN - 2) * self.m.unit)
        title = Rect(inner.x, inner.y, inner.w, 3.6 * self.m.title)
        footer = Rect(inner.x, inner.bottom - 2 * self.m.body, inner.w, 2 * self.m.body)
        self._title(painter, title, comparison)
        self._legend(painter, footer, comparison)
        area = Rect(inner.x, title.bottom, inner.w, footer.y - title.bottom - 2 * self.m.unit)
        drawn = charts(comparison, area, self.m)
        for chart in drawn:
            self._chart(painter, chart, comparison)
        if not drawn:
            said = "Nothing moved enough to tell a simulator from a machine that stands still."
            text.line(painter, area, said, Style(self.m.title), self.theme.color["text_soft"], text.CENTRE)

    def _title(self, painter: QPainter, rect: Rect, comparison: Comparison) -> None:
        color, m, found = self.theme.color, self.m, comparison.tally
        upper, lower = rect._replace(h=2 * m.title), rect.cut(top=1.9 * m.title)._replace(h=1.5 * m.body)
        text.line(painter, upper, comparison.name, Style(1.7 * m.title, bold=True), color["text"])
        runs = f"{comparison.runs} run{'s' * (comparison.runs > 1)}"
        kernel = f"Linux {comparison.kernel}" if comparison.kernel else "a real kernel"
        said = f"the same script on {kernel} ({runs}) and on MemSim"
        text.line(painter, lower, said, Style(1.15 * m.body), color["text_soft"])
        share = f"{found.informative_ok} of {found.informative}"
        whole = found.informative_ok == found.informative
        ink = color["good" if whole else "text"]
        text.line(painter, upper, share, Style(1.7 * m.title, bold=True), ink, text.RIGHT)
        rest = f"informative counters within tolerance · {found.quiet_ok} of {found.quiet} quiet ones"
        text.line(painter, lower, rest, Style(1.15 * m.body), color["text_soft"], text.RIGHT)

    def _legend(self, painter: QPainter, rect: Rect, comparison: Comparison) -> None:
        color, m = self.theme.color, self.m
        style, at, wide = Style(1.1 * m.body), rect.x, 9 * m.unit
        several = comparison.runs > 1
        for label, width, ink in (
            (f"real kernel{': all its runs' * several}", REAL_WIDTH, self._real(marks.FRESH)),
            ("simulated", SIMULATED_WIDTH, color["text"]),
        ):
            painter.setPen(_pen(ink, width * m.line))
            cap = width * m.line / 2
            painter.drawLine(QLineF(at + cap, rect.cy, at + wide - cap, rect.cy))
            at += wide + 2 * m.unit
            at += text.line(painter, rect._replace(x=at), label, style, color["text"]) + 6 * m.unit
        along, name = along_of(comparison)
        said = f"across: {name}, to {compact(float(along[-1]))} · up: pages, or events since the start"
        text.line(painter, rect, said, style, color["text_soft"], text.RIGHT)

    def _chart(self, painter: QPainter, chart: Chart, comparison: Comparison) -> None:
        color, m, pair = self.theme.color, self.m, chart.pair
        ink = color["good" if pair.ok else "danger"]
        edge = color["card_edge"] if pair.ok else ink
        round_rect(painter, chart.card, m.radius, color["card"], edge, (1 if pair.ok else 2.5) * m.line)
        name = Style(heading_size(chart.card, m), mono=True, bold=True)
        text.line(painter, chart.heading, pair.counter, name, color["text"])
        mark = Style(1.2 * name.size, bold=True)
        text.line(painter, chart.heading, OK if pair.ok else MISS, mark, ink, text.RIGHT)
        said = f"error {100 * pair.error:.2f} % of {100 * pair.tolerance:.2f} % allowed"
        text.line(painter, chart.verdict, said, Style(m.small), color["text_soft"] if pair.ok else ink)
        self._axes(painter, chart)
        self._curves(painter, chart, along_of(comparison)[0])

    def _axes(self, painter: QPainter, chart: Chart) -> None:
        color, m, plot = self.theme.color, self.m, chart.plot
        style = Style(m.small)
        painter.setPen(QPen(mixed(color["card_edge"], color["card"], GRID_SHARE), m.line))
        painter.drawLines([QLineF(plot.x, tick.at, plot.right, tick.at) for tick in chart.y_ticks])
        painter.setPen(QPen(color["card_edge"], m.line))
        painter.drawLine(QLineF(plot.x, plot.bottom, plot.right, plot.bottom))
        for tick in chart.y_ticks:
            label = Rect(chart.card.x, tick.at - m.small, plot.x - chart.card.x - 1.5 * m.unit, 2 * m.small)
            text.line(painter, label, tick.label, style, color["text_soft"], text.RIGHT)
        for tick in chart.x_ticks:
            half = min(2.5 * m.small, tick.at - chart.card.x, chart.card.right - m.unit - tick.at)
            label = Rect(tick.at - half, plot.bottom + 0.5 * m.unit, 2 * half, 1.4 * m.small)
            text.line(painter, label, tick.label, style, color["text_soft"], text.CENTRE)

    def _curves(self, painter: QPainter, chart: Chart, along: Floats) -> None:
        """Draw what lies between the real runs, wide enough to be seen around the simulated line."""
        curves, m = chart.pair.curves, self.m
        mean, low, high = (_places(chart, along, values) for values in (curves.mean, curves.low, curves.high))
        band = QPainterPath()
        band.addPolygon(QPolygonF([QPointF(x, y) for x, y in np.concatenate([low, high[::-1]]).tolist()]))
        real = self._real(chart.role)
        painter.save()
        painter.setClipRect(text.to_qrect(chart.plot.inset(-2 * m.unit)))
        painter.fillPath(band, real)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(real, REAL_WIDTH * m.line))
        painter.drawPath(path_of(mean))
        if not np.isnan(curves.simulated).any():
            painter.setPen(_pen(self._ink(chart.role), SIMULATED_WIDTH * m.line))
            painter.drawPath(path_of(_places(chart, along, curves.simulated)))
        painter.restore()

    def _ink(self, role: int) -> QColor:
        return self.theme.color["text"] if role == marks.FRESH else self.theme.roles[role].heading

    def _real(self, role: int) -> QColor:
        return mixed(self._ink(role), self.theme.color["card"], REAL_SHARE)


def _pen(color: QColor, width: float) -> QPen:
    return QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _places(chart: Chart, along: Floats, values: Floats) -> Floats:
    """Return the places of a curve in the picture, [points, 2]."""
    plot, (left, right), (bottom, top) = chart.plot, chart.x_range, chart.y_range
    x = plot.x + plot.w * (along - left) / (right - left)
    y = plot.bottom - plot.h * (values - bottom) / (top - bottom)
    return np.stack([x, y], axis=1)
