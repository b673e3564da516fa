"""Token atlas: each look a token can have is drawn once, and all tokens of a size are then copied in one call."""

from typing import cast

import numpy as np
import numpy.typing as npt
import shiboken6
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from memsim_gui.paint.token_art import MARGIN_SHARE, draw_block, draw_token
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene.stage.tokens import Tokens

# fields of QPainter.PixmapFragment, all qreal
X, Y, SOURCE_LEFT, SOURCE_TOP, WIDTH, HEIGHT, SCALE_X, SCALE_Y = range(8)
OPACITY = 9  # after the rotation, which stays 0
COLUMNS = 32
WIDEST = 8192  # pixels of a sheet: Qt's rasteriser knows none beyond 32767
LOOKS = 8 * 128  # roles x marks


class Atlas:
    """Looks of tokens of one size in one theme at one pixel ratio."""

    def __init__(self, theme: Theme, size: float, dpr: float, *, blocks: bool, zoom: float = 1.0) -> None:
        """Begin with no look drawn; `blocks`: tokens stand for blocks of pages; `zoom`: of the lens over them."""
        self._zoom = zoom
        self.theme, self.size, self.dpr = theme, size, dpr
        self._draw = draw_block if blocks else draw_token
        self.margin = max(1.0 / zoom, size * MARGIN_SHARE)
        self.cell = int(np.ceil((size + 2 * self.margin) * dpr)) + 1
        self._columns = max(1, min(COLUMNS, WIDEST // self.cell))
        self._place = np.full(LOOKS, -1, np.int32)
        self._used = 0
        self._pixmap = self._sheet(1)
        self._fragments = np.zeros((64, 10))

    def _sheet(self, rows: int) -> QPixmap:
        sheet = QPixmap(self._columns * self.cell, rows * self.cell)
        sheet.fill(Qt.GlobalColor.transparent)
        return sheet

    def _draw_missing(self, looks: npt.NDArray[np.int64]) -> None:
        missing = looks[self._place[looks] < 0]
        if not len(missing):
            return
        rows = -(-(self._used + len(missing)) // self._columns)
        if rows * self.cell > self._pixmap.height():
            sheet = self._sheet(max(rows, 2 * self._pixmap.height() // self.cell))
            painter = QPainter(sheet)
            painter.drawPixmap(0, 0, self._pixmap)
            painter.end()
            self._pixmap = sheet
        painter = QPainter(self._pixmap)
        for look in missing.tolist():
            self._place[look] = self._used
            painter.resetTransform()
            painter.translate(self._used % self._columns * self.cell, self._used // self._columns * self.cell)
            painter.scale(self.dpr / self._zoom, self.dpr / self._zoom)
            side, margin = self.size * self._zoom, self.margin * self._zoom
            rect = QRectF(margin, margin, side, side)
            self._draw(painter, rect, self.theme, look >> 7, look & 127)
            self._used += 1
        painter.end()

    def paint(self, painter: QPainter, tokens: Tokens) -> None:
        """Draw all tokens (of this atlas's size) in one call."""
        count = len(tokens.x)
        if not count:
            return
        look = tokens.role.astype(np.int64) << 7 | tokens.marks
        self._draw_missing(np.unique(look))
        if count > len(self._fragments):
            self._fragments = np.zeros((2 * count, 10))
        rows = self._fragments[:count]
        place = self._place[look]
        # A fragment is placed by its middle, and in pixels of the device, so that nothing is resampled.
        rows[:, X] = np.round((tokens.x - self.margin) * self.dpr) + self.cell / 2
        rows[:, Y] = np.round((tokens.y - self.margin) * self.dpr) + self.cell / 2
        rows[:, SOURCE_LEFT] = place % self._columns * self.cell
        rows[:, SOURCE_TOP] = place // self._columns * self.cell
        rows[:, WIDTH] = rows[:, HEIGHT] = self.cell
        rows[:, SCALE_X] = rows[:, SCALE_Y] = rows[:, OPACITY] = 1.0
        painter.save()
        painter.scale(1 / self.dpr, 1 / self.dpr)
        first = shiboken6.wrapInstance(self._fragments.ctypes.data, QPainter.PixmapFragment)
        painter.drawPixmapFragments(cast("QPainter.PixmapFragment", first), count, self._pixmap)
        painter.restore()
