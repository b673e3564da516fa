"""The row of event marks at the foot of the timeline: marks closer than a symbol's width stand as one, with a count."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap, QTransform

from memsim_gui.paint import Theme, fonts
from memsim_gui.paint.tokens import HAIRLINE
from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.timeline import event_marks as em
from memsim_gui.scene.timeline.event_marks import EventMarks, Mark
from memsim_gui.scene.words import grouped
from memsim_gui.view.style import UNIT, pixels

MARK_SIZE, PITCH, HEIGHT = 2 * UNIT, 9 * UNIT, 4 * UNIT
MOST_LINES = 6  # of a tooltip
THOUSAND, MOST_THOUSANDS = 1000, 99
# from the one that hides all others to the least
STRENGTH = (em.OOM, em.LOST, em.DIRECT, em.REFAULT, em.SWAP_OUT, em.SWAP_IN, em.KSWAPD, em.FIRST_FAULT)
LOOKS = {
    em.OOM: ("danger", "x"),
    em.LOST: ("danger", "s"),
    em.DIRECT: ("direct_reclaim", "t1"),
    em.REFAULT: ("warning", "d"),
    em.SWAP_OUT: ("swap", "t2"),
    em.SWAP_IN: ("swap", "t3"),
    em.KSWAPD: ("kswapd", "o"),
    em.FIRST_FAULT: ("text", "star"),
}


class Group(NamedTuple):
    """Marks that stand as one: `mark` is the first of the strongest of them; `x` in pixels."""

    x: float
    mark: Mark
    marks: list[Mark]


def group_marks(x: npt.NDArray[np.float64], marks: list[Mark], pitch: float) -> list[Group]:
    """Put marks at ascending `x` into groups that begin at least `pitch` apart."""
    out = []
    start = 0
    while start < len(marks):
        stop = int(np.searchsorted(x, x[start] + pitch))
        members = marks[start:stop]
        out.append(Group(float(x[start]), min(members, key=lambda mark: STRENGTH.index(mark.kind)), members))
        start = stop
    return out


class MarkBand:
    """Event marks of a trace over the seconds of its presentation."""

    def __init__(self, to_x: Callable[[float], float]) -> None:
        """`to_x` tells where a second lies, in pixels."""
        self._to_x = to_x
        self._marks: EventMarks | None = None
        self._seconds = np.empty(0)
        self._groups: list[Group] = []
        self._grouped_for: tuple[float, ...] = ()
        self._picture: QPixmap | None = None
        self._area = QRectF()
        self._theme: Theme | None = None

    def set_theme(self, theme: Theme) -> None:
        """Take in colours and faces."""
        self._theme, self._picture = theme, None

    def show_marks(self, marks: EventMarks, pacing: Pacing) -> None:
        """Show the marks as they are now."""
        self._marks, self._grouped_for = marks, ()
        self._seconds = pacing.seconds_each(np.array([mark.position for mark in marks.all], np.int64))

    def _group(self, area: QRectF) -> None:
        """Group the marks anew if the trace, the zoom or the size has changed."""
        origin, scale = self._to_x(0.0), self._to_x(1.0) - self._to_x(0.0)
        key = (area.x(), area.width(), origin, scale)
        if self._marks is None or key == self._grouped_for:
            return
        x = origin + scale * self._seconds
        first, last = (int(i) for i in np.searchsorted(x, [area.left(), area.right()]))
        self._groups = group_marks(x[first:last], self._marks.all[first:last], PITCH)
        self._grouped_for, self._area, self._picture = key, area, None

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the row at the foot of `area`, from a picture of it that is kept."""
        self._group(area)
        if self._theme is None or not self._groups:
            return
        corner = QPointF(area.left(), area.bottom() - HEIGHT)
        if self._picture is None:
            ratio = painter.device().devicePixelRatioF()
            self._picture = QPixmap((QSizeF(area.width(), HEIGHT) * ratio).toSize())
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            with QPainter(self._picture) as brush:
                brush.translate(-corner)
                self._paint_groups(brush, area, self._theme)
        painter.setClipping(False)
        painter.drawPixmap(corner, self._picture)

    def _paint_groups(self, painter: QPainter, area: QRectF, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.font(pixels(theme, "small"), mono=True))
        metrics = QFontMetricsF(painter.font())
        for group in self._groups:
            text = _count(len(group.marks))
            place = QRectF(group.x - MARK_SIZE, area.bottom() - HEIGHT, 2 * MARK_SIZE, HEIGHT - HAIRLINE)
            place.setWidth(place.width() + (metrics.horizontalAdvance(text) if text else 0.0))
            painter.setPen(QPen(theme.color["panel_edge"], HAIRLINE))
            painter.setBrush(theme.color["panel"])
            painter.drawRoundedRect(place, UNIT, UNIT)
            self._paint_symbol(painter, QPointF(group.x, place.center().y()), group.mark.kind, theme)
            painter.setPen(theme.color["text"])
            right = place.adjusted(2 * MARK_SIZE - UNIT, 0, 0, 0)
            painter.drawText(right, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _paint_symbol(painter: QPainter, center: QPointF, kind: int, theme: Theme) -> None:
        color: QColor = theme.color[LOOKS[kind][0]]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        shape = QTransform.fromTranslate(center.x(), center.y()).scale(MARK_SIZE, MARK_SIZE)
        painter.drawPath(shape.map(Symbols[LOOKS[kind][1]]))

    def at(self, place: QPointF) -> Group | None:
        """Return the group under a place; None if there is none."""
        if not self._area.bottom() - HEIGHT <= place.y() <= self._area.bottom():
            return None
        near = [group for group in self._groups if -MARK_SIZE <= place.x() - group.x < PITCH - MARK_SIZE]
        return near[-1] if near else None

    def words(self, group: Group) -> str:
        """Say what stands under a mark: each mark in a sentence, or, of many, how many of which kind."""
        if self._marks is None:
            return ""
        if len(group.marks) <= MOST_LINES:
            lines = [self._marks.sentence(mark) for mark in group.marks]
        else:
            kinds = [mark.kind for mark in group.marks]
            lines = [f"{em.TITLES[kind]}: {grouped(kinds.count(kind))}×" for kind in STRENGTH if kind in kinds]
        return "\n".join([*lines, *filter(None, [self._marks.unknown]), "Click to go there"])


def _count(number: int) -> str:
    """How many marks stand as one, in at most three letters; empty for one."""
    if number == 1:
        return ""
    return str(number) if number < THOUSAND else f"{min(MOST_THOUSANDS, number // THOUSAND)}k"
