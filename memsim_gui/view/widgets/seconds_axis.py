"""An axis of the seconds of the presentation, for all that is drawn over them."""

import math
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from memsim_gui.view.clock import clock, decimals
from memsim_gui.view.style import UNIT

AXIS_HEIGHT = 4 * UNIT
TICK_WIDTH = 20 * UNIT  # least that is between two ticks
TICKS_S = (*(part / 10**power for power in range(5, 0, -1) for part in (1, 2, 5)), 1, 2, 5, 10, 15, 30, 60, 120, 300,
           600, 1800, 3600)  # fmt: skip


class SecondsAxis(NamedTuple):
    """The seconds from `low` to `high`, drawn from the pixel `left` on over `width` pixels."""

    low: float
    high: float
    left: float
    width: float

    def x_of(self, second: float) -> float:
        """Return where a second lies, in pixels."""
        return self.left + (second - self.low) / (self.high - self.low) * self.width

    def second_at(self, x: float) -> float:
        """Return the second that lies at a pixel."""
        return self.low + (x - self.left) / self.width * (self.high - self.low)

    @property
    def step(self) -> float:
        """Seconds between two ticks."""
        room = (self.high - self.low) * TICK_WIDTH / self.width
        return next((tick for tick in TICKS_S if tick >= room), room)

    @property
    def ticks(self) -> list[tuple[float, float]]:
        """Where the ticks are, in pixels, and their seconds; the presentation begins at 0."""
        step = self.step
        numbers = range(max(0, math.ceil(self.low / step)), math.floor(self.high / step) + 1)
        return [(self.x_of(number * step), number * step) for number in numbers]

    def paint(self, painter: QPainter, band: QRectF) -> None:
        """Write the seconds at the ticks into a band, in the painter's colour and face, where they have room."""
        digits, metrics = decimals(self.step), painter.fontMetrics()
        for x, second in self.ticks:
            text = clock(second, digits)
            wide = metrics.horizontalAdvance(text)
            if band.left() <= x - wide / 2 and x + wide / 2 <= band.right():
                place = QRectF(x - wide / 2, band.top(), wide, band.height())
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)
