"""How one page token looks: a rounded square in its role's colours and a mark for each thing that is true of the page.

Marks differ in shape and place, not in colour: dot upper right = young, diamond upper left = PG_referenced, corner
lower left = dirty, ring = under writeback, padlock lower right = mlocked, bar below = workingset. A small token keeps
the dot, the corner and the ring, which still can be told apart.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from memsim_gui.paint.tokens import Theme
from memsim_gui.scene import marks
from memsim_gui.scene.stage.density import DIRTY_SHIFT, REFERENCED_SHIFT, WRITEBACK_SHIFT, YOUNG_SHIFT

SMALL = 13.0  # narrower tokens show simple marks
TINY = 5.0  # narrower ones are plain squares
MARGIN_SHARE = 0.22  # of a token's side that marks may stand out on each side


def draw_token(painter: QPainter, rect: QRectF, theme: Theme, role: int, mark: int) -> None:
    """Draw a token; `mark` holds bits of scene.marks."""
    side = rect.width()
    colors = theme.roles[role]
    if side < TINY:
        painter.fillRect(rect, colors.fill)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mark & marks.SELECTED:
        _halo(painter, rect, theme)
    line = max(1.0, side * 0.045)
    radius = side * 0.2
    body = rect.adjusted(line / 2, line / 2, -line / 2, -line / 2)
    painter.setPen(QPen(colors.edge, line))
    painter.setBrush(colors.fill)
    painter.drawRoundedRect(body, radius, radius)
    if mark & marks.DIRTY:
        _corner(painter, body, radius, colors.ink)
    if mark & marks.WRITEBACK:
        _ring(painter, rect, colors.ink)
    if side < SMALL:
        _simple_marks(painter, rect, theme, mark)
    else:
        _full_marks(painter, rect, theme, role, mark)


def draw_block(painter: QPainter, rect: QRectF, theme: Theme, role: int, mark: int) -> None:
    """Draw a block of pages; `mark` holds levels 0..3 of how many are young, referenced and dirty (scene.density)."""
    side, colors = rect.width(), theme.roles[role]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = max(1.0, side * 0.09)
    body = rect.adjusted(line / 2, line / 2, -line / 2, -line / 2)
    painter.setPen(QPen(colors.edge, line))
    painter.setBrush(colors.fill)
    painter.drawRoundedRect(body, side * 0.2, side * 0.2)
    levels = [mark >> shift & 3 for shift in (YOUNG_SHIFT, REFERENCED_SHIFT, DIRTY_SHIFT)]
    if levels[2]:
        _corner(painter, body, side * 0.2, colors.ink, LEVEL_SHARES[levels[2]])
    if mark >> WRITEBACK_SHIFT & 1:
        _ring(painter, rect, colors.ink)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color["dot"] if side < SMALL else colors.ink)
    if levels[1]:
        wide = side * LEVEL_SHARES[levels[1]]
        painter.drawRect(QRectF(rect.center().x() - wide / 2, rect.top() + side * 0.14, wide, side * 0.12))
    if levels[0]:
        reach = side * 0.42 * LEVEL_SHARES[levels[0]]
        painter.setBrush(theme.color["dot"])
        painter.setPen(QPen(theme.color["dot_edge"], side * 0.06))
        painter.drawEllipse(rect.center(), reach, reach)


LEVEL_SHARES = (0.0, 0.35, 0.52, 0.72)


def _corner(painter: QPainter, body: QRectF, radius: float, ink: QColor, share: float = 0.42) -> None:
    leg = body.width() * share
    path = QPainterPath(QPointF(body.left(), body.bottom() - leg))
    path.lineTo(body.left(), body.bottom() - radius)
    path.quadTo(body.left(), body.bottom(), body.left() + radius, body.bottom())
    path.lineTo(body.left() + leg, body.bottom())
    painter.fillPath(path, ink)


def _ring(painter: QPainter, rect: QRectF, ink: QColor) -> None:
    side = rect.width()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    line, inset = max(1.0, side * 0.055), side * 0.1
    painter.setPen(QPen(ink, line))
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), side * 0.26, side * 0.26)


def _simple_marks(painter: QPainter, rect: QRectF, theme: Theme, mark: int) -> None:
    side = rect.width()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color["dot"])
    if mark & marks.YOUNG:
        painter.setPen(QPen(theme.color["dot_edge"], side * 0.08))
        painter.drawEllipse(rect.center(), side * 0.2, side * 0.2)
    elif mark & marks.REFERENCED:
        painter.setPen(QPen(theme.color["dot_edge"], side * 0.08))
        painter.drawPolygon(_diamond(rect.center(), side * 0.2))


def _full_marks(painter: QPainter, rect: QRectF, theme: Theme, role: int, mark: int) -> None:
    side = rect.width()
    ink = theme.roles[role].ink
    if mark & marks.WORKINGSET:
        bar = QRectF(rect.center().x() - side * 0.2, rect.bottom() - side * 0.16, side * 0.4, side * 0.07)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
    painter.setPen(QPen(theme.color["dot_edge"], max(1.0, side * 0.045)))
    painter.setBrush(theme.color["dot"])
    if mark & marks.YOUNG:
        painter.drawEllipse(QPointF(rect.right() - side * 0.06, rect.top() + side * 0.06), side * 0.135, side * 0.135)
    if mark & marks.REFERENCED:
        painter.drawPolygon(_diamond(QPointF(rect.left() + side * 0.06, rect.top() + side * 0.06), side * 0.16))
    if mark & marks.LOCKED:
        _padlock(painter, rect, theme)


def _diamond(centre: QPointF, reach: float) -> QPolygonF:
    x, y = centre.x(), centre.y()
    return QPolygonF([QPointF(x, y - reach), QPointF(x + reach, y), QPointF(x, y + reach), QPointF(x - reach, y)])


def _padlock(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    side = rect.width()
    body = QRectF(rect.right() - side * 0.24, rect.bottom() - side * 0.2, side * 0.3, side * 0.24)
    shackle = QRectF(body.center().x() - side * 0.085, body.top() - side * 0.13, side * 0.17, side * 0.24)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color["dot_edge"], side * 0.12))
    painter.drawArc(shackle, 0, 180 * 16)
    painter.setPen(QPen(theme.color["dot"], side * 0.055))
    painter.drawArc(shackle, 0, 180 * 16)
    painter.setPen(QPen(theme.color["dot_edge"], side * 0.035))
    painter.setBrush(theme.color["dot"])
    painter.drawRoundedRect(body, side * 0.04, side * 0.04)


def _halo(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw a ring in the accent's colour, with an edge that stands out on every ground."""
    grow = rect.width() * 0.08
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, share in (("cursor", 0.15), ("accent", 0.09)):
        painter.setPen(QPen(theme.color[name], rect.width() * share))
        painter.drawRoundedRect(rect.adjusted(-grow, -grow, grow, grow), rect.width() * 0.24, rect.width() * 0.24)
