"""Painter of many comparisons with a real kernel at a glance: a row for each workload, a column for each counter."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from memsim_gui.fidelity.compare import Comparison
from memsim_gui.fidelity.report import total
from memsim_gui.fidelity.score import COUNTERS, INFORMATIVE, NOISY_CLASS, Pair
from memsim_gui.paint import text
from memsim_gui.paint.fonts import load_fonts
from memsim_gui.paint.shapes import round_rect
from memsim_gui.paint.text import Style
from memsim_gui.paint.tokens import Theme, contrast, mixed
from memsim_gui.scene.geometry import MONO_ADVANCE, Rect, text_width

MARGIN = 8  # around the picture, in spacing units
CELL_GAP = 0.06  # of a cell
QUIET_SHARE = 0.22  # how much of its colour a counter has that says little
LARGEST_ROW = 3.2  # of the type size of a row
LINE_HEIGHT = 1.3
FIGURES = 18  # letters beside a row


class OverviewPainter:
    """Paints a table of verdicts in one theme and size. Needs a QGuiApplication."""

    def __init__(self, theme: Theme, size: tuple[float, float]) -> None:
        """Choose the type sizes of a picture of `size` pixels."""
        load_fonts()
        self.theme, self.size = theme, size
        self.m = theme.metrics(size, "lab")

    def paint(self, painter: QPainter, compared: Sequence[Comparison]) -> None:
        """Paint the table of at least one workload."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        page, m = Rect(0, 0, *self.size), self.m
        painter.fillRect(text.to_qrect(page), self.theme.color["ground"])
        inner = page.inset(MARGIN * m.unit, (MARGIN - 2) * m.unit)
        title = Rect(inner.x, inner.y, inner.w, 3.6 * m.title)
        footer = Rect(inner.x, inner.bottom - 2 * m.body, inner.w, 2 * m.body)
        self._title(painter, title, compared)
        self._legend(painter, footer)
        self._table(painter, Rect(inner.x, title.bottom, inner.w, footer.y - title.bottom - m.unit), compared)

    def _title(self, painter: QPainter, rect: Rect, compared: Sequence[Comparison]) -> None:
        color, m, found = self.theme.color, self.m, total(list(compared))
        upper, lower = rect._replace(h=2 * m.title), rect.cut(top=1.9 * m.title)._replace(h=1.5 * m.body)
        large, soft = Style(1.7 * m.title, bold=True), Style(1.15 * m.body)
        text.line(painter, upper, "MemSim beside a real kernel", large, color["text"])
        kernels = sorted({f"Linux {result.kernel}" for result in compared if result.kernel})
        said = f"{len(compared)} workloads · {', '.join(kernels)}"
        text.line(painter, lower, said, soft, color["text_soft"])
        text.line(painter, upper, f"{100 * found.score:.1f} %", large, color["good"], text.RIGHT)
        rest = f"{found.informative_ok} of {found.informative} informative counters within tolerance · "
        rest += f"{found.quiet_ok} of {found.quiet} quiet ones"
        text.line(painter, lower, rest, soft, color["text_soft"], text.RIGHT)

    def _legend(self, painter: QPainter, rect: Rect) -> None:
        m, at = self.m, rect.x
        style = Style(1.1 * m.body)
        for kind, ok, said in (
            (INFORMATIVE, True, "within tolerance"),
            (INFORMATIVE, False, "beyond: error ÷ tolerance"),
            ("quiet", True, "quiet: hardly moves"),
            (NOISY_CLASS, True, "noisy: the real runs differ"),
        ):
            cell = Rect(at, rect.cy - m.body * 0.7, 2.4 * m.body, 1.4 * m.body)
            self._cell(painter, cell, kind, "" if ok else "1.5", ok=ok)
            at = cell.right + 2 * m.unit
            at += text.line(painter, rect._replace(x=at), said, style, self.theme.color["text"]) + 6 * m.unit

    def _table(self, painter: QPainter, rect: Rect, compared: Sequence[Comparison]) -> None:
        m, color = self.m, self.theme.color
        names = [name for name in COUNTERS if any(pair.counter == name for row in compared for pair in row.pairs)]
        small = Style(m.small, mono=True)
        head = text_width(max(names, key=len), small.size) + m.unit
        row = min((rect.h - head) / len(compared), LARGEST_ROW * m.body)
        words = Style(min(1.1 * m.body, row / LINE_HEIGHT))
        left = max(text.width(result.name, words) for result in compared) + 3 * m.unit
        right = FIGURES * MONO_ADVANCE * words.size
        column = (rect.w - left - right) / len(names)
        for i, name in enumerate(names):
            self._heading(painter, Rect(rect.x + left + i * column, rect.y, column, head), name, small)
        for i, result in enumerate(compared):
            line = Rect(rect.x, rect.y + head + i * row, rect.w, row)
            text.line(painter, line, result.name, words, color["text"])
            found = result.tally
            said = f"{found.informative_ok}/{found.informative}  {100 * found.score:5.1f} %"
            text.line(painter, line, said, words._replace(mono=True, size=0.9 * words.size), color["text"], text.RIGHT)
            for pair in result.pairs:
                x = rect.x + left + names.index(pair.counter) * column
                self._pair(painter, Rect(x, line.y, column, row).inset(CELL_GAP * column, CELL_GAP * row), pair)

    def _heading(self, painter: QPainter, rect: Rect, name: str, style: Style) -> None:
        """Write a counter's name upwards above its column."""
        painter.save()
        painter.translate(rect.cx, rect.bottom - self.m.unit)
        painter.rotate(-90)
        place = Rect(0, -style.size, rect.h, 2 * style.size)
        text.line(painter, place, name, style, self.theme.color["text_soft"])
        painter.restore()

    def _pair(self, painter: QPainter, cell: Rect, pair: Pair) -> None:
        ratio = pair.error / pair.tolerance
        self._cell(painter, cell, pair.kind, "" if pair.ok else f"{ratio:.1f}", ok=pair.ok)

    def _cell(self, painter: QPainter, cell: Rect, kind: str, label: str, *, ok: bool) -> None:
        color, m = self.theme.color, self.m
        ink = color["good" if ok else "danger"]
        loud = kind == INFORMATIVE or (kind != NOISY_CLASS and not ok)
        fill = ink if loud else mixed(ink, color["ground"], QUIET_SHARE)
        if kind == NOISY_CLASS:
            round_rect(painter, cell, m.radius / 2, None, fill, 2 * m.line)
            painter.setPen(QPen(fill, m.line, Qt.PenStyle.DotLine))
        else:
            round_rect(painter, cell, m.radius / 2, fill)
        written = max((color["ground"], color["text"]), key=lambda ink: contrast(ink, fill))
        text.line(painter, cell, label, Style(min(m.small, cell.h / LINE_HEIGHT), bold=True), written, text.CENTRE)
