"""Text on pictures: laid out once and kept, cut with an ellipsis where a place is too narrow, never outside it."""

from functools import lru_cache
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPaintEngine,
    QPainter,
    QPainterPath,
    QStaticText,
    QTextLayout,
    QTextOption,
)

from memsim_gui.paint import fonts
from memsim_gui.scene.geometry import Rect

LEFT, CENTRE, RIGHT = 0.0, 0.5, 1.0
ROUNDING = 0.5  # pixels that a text may be wider than its place
UNBOUNDED = float(1 << 20)
# Said in fewer letters where a place is too narrow for the words.
SHORTER = {
    "On no list": "No list",
    "reclaims until free": "until free",
    "wakes when free": "if free",
    " per CPU": " pcp",
    "reclaimed": "freed",
    "pays: direct reclaim": "pays (direct)",
    "awake · priority": "priority",
    ": aged, never reclaimed directly": "",
}
TIGHT = (0.9, 0.8, 0.72)  # of its size is type where even fewer letters do not fit


class Style(NamedTuple):
    """How a text looks, apart from its colour."""

    size: float
    mono: bool = False
    bold: bool = False

    @property
    def font(self) -> QFont:
        """Qt's font."""
        weight = QFont.Weight.Bold if self.bold and self.mono else QFont.Weight.DemiBold
        return fonts.font(self.size, mono=self.mono, weight=weight if self.bold else QFont.Weight.Normal)


@lru_cache(maxsize=512)
def measures(style: Style) -> QFontMetricsF:
    """Font metrics of a style."""
    return QFontMetricsF(style.font)


@lru_cache(maxsize=4096)
def width(text: str, style: Style) -> float:
    """Width of one line of text."""
    return measures(style).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def _line(text: str, style: Style, most: float) -> tuple[QStaticText, float, float]:
    """One line cut to a width: laid out text, its width and height."""
    if most < UNBOUNDED:
        text = measures(style).elidedText(text, Qt.TextElideMode.ElideRight, most)
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(font=style.font)
    return laid, width(text, style), measures(style).height()


@lru_cache(maxsize=256)
def shorter(text: str) -> str:
    """Return the same in fewer letters, as far as there are other words for it."""
    for words, fewer in SHORTER.items():
        text = text.replace(words, fewer)
    return text


@lru_cache(maxsize=2048)
def fitting(text: str, style: Style, wide: float) -> tuple[str, Style, bool]:
    """Return words and type of a line for a width, in fewer letters or smaller type, and whether that fits."""
    if width(text, style) <= wide:
        return text, style, True
    text = shorter(text)
    for share in (1.0, *TIGHT):
        smaller = style._replace(size=share * style.size)
        if width(text, smaller) <= wide:
            return text, smaller, True
    return text, style, False


def line(painter: QPainter, rect: Rect, text: str, style: Style, color: QColor, align: float = LEFT) -> float:
    """Draw one line, centred up and down in the rectangle; return the width it took."""
    if not text or rect.w < 1:
        return 0.0
    text, style, fits = fitting(text, style, rect.w + ROUNDING)
    laid, wide, high = _line(text, style, UNBOUNDED if fits else rect.w)
    _draw(painter, QPointF(rect.x + align * (rect.w - wide), rect.cy - high / 2), laid, style, color)
    return wide


@lru_cache(maxsize=256)
def _lines(text: str, style: Style, wide: float) -> tuple[QStaticText, float]:
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    laid.setTextOption(option)
    laid.setTextWidth(wide)
    laid.prepare(font=style.font)
    return laid, laid.size().height()


def paragraph(painter: QPainter, rect: Rect, text: str, style: Style, color: QColor) -> float:
    """Draw text in as many lines as it needs, smaller where it would not fit the rectangle; return its height."""
    if not text:
        return 0.0
    laid, high = _lines(text, style, rect.w)
    while high > rect.h and style.size > SMALLEST_TEXT:
        style = style._replace(size=style.size * SHRINK)
        laid, high = _lines(text, style, rect.w)
    _draw(painter, QPointF(rect.x, rect.y), laid, style, color)
    return high


def _draw(painter: QPainter, at: QPointF, laid: QStaticText, style: Style, color: QColor) -> None:
    """Draw laid out text; into an SVG as outlines, since whoever opens it need not have the faces."""
    engine = painter.paintEngine()
    if engine is not None and engine.type() == QPaintEngine.Type.SVG:
        painter.fillPath(_outlines(laid, style).translated(at), color)
        return
    painter.setFont(style.font)
    painter.setPen(color)
    painter.drawStaticText(at, laid)


def _outlines(laid: QStaticText, style: Style) -> QPainterPath:
    """Shapes of all letters, from the top left corner of the text."""
    layout = QTextLayout(laid.text(), style.font)
    layout.setTextOption(laid.textOption())
    layout.beginLayout()
    top = 0.0
    while (row := layout.createLine()).isValid():
        row.setLineWidth(laid.textWidth() if laid.textWidth() > 0 else UNBOUNDED)
        row.setPosition(QPointF(0, top))
        top += row.height()
    layout.endLayout()
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for run in layout.glyphRuns():
        face = run.rawFont()
        for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True):
            path.addPath(face.pathForGlyph(glyph).translated(place))
    return path


SMALLEST_TEXT = 9.0
SHRINK = 0.94


def to_qrect(rect: Rect) -> QRectF:
    """Qt's rectangle."""
    return QRectF(rect.x, rect.y, rect.w, rect.h)
