"""Painter of mosaics: blocks as the mixture of their colours, large single cells as page tokens."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from memsim_gui.paint.atlas import Atlas
from memsim_gui.paint.cells import mosaic
from memsim_gui.paint.shapes import dashed
from memsim_gui.paint.tokens import Theme, mixed
from memsim_gui.scene.geometry import GAP_SHARE, Grid, place, places
from memsim_gui.scene.marks import ROLE_NAMES
from memsim_gui.scene.panels.mosaic import Key, Shares, Shot
from memsim_gui.scene.stage.tokens import Tokens

TOKENS_FROM = 9.0  # pixels of a cell from which it is drawn as a token
INSET_SHARE = 0.25  # of a cell's side, at both ends of a stroke
GAP_FROM = 5  # pixels of a cell from which there is room for a gap
MARK_SHARE = 0.1  # of a cell's side that the marks of a token may stand out
LINE_SHARE = 0.09  # of a cell's side is the frame around the one selected

Ints = npt.NDArray[np.int64]
NONE = np.zeros(0, np.int64)


class Pages(NamedTuple):
    """Cells that are page tokens: which cells, and the role and marks of each."""

    cells: Ints
    role: npt.NDArray[np.uint8]
    marks: npt.NDArray[np.uint8]


def color_of(theme: Theme, key: Key) -> QColor:
    """Colour that a theme gives to a state."""
    full = theme.roles[ROLE_NAMES.index(key.color)].fill if key.color in ROLE_NAMES else theme.color[key.color]
    return mixed(full, theme.color["card"], key.share)


def mixtures(theme: Theme, shown: Shares, keys: tuple[Key, ...]) -> npt.NDArray[np.uint32]:
    """Red, green and blue of the mixture of states in each cell, [cells, 3]."""
    colors = [color_of(theme, key) for key in keys]
    parts = np.array([(color.red(), color.green(), color.blue()) for color in colors], np.float32)
    return (shown @ parts + 0.5).astype(np.uint32)


class MosaicPainter:
    """Draws mosaics in one theme and pixel ratio."""

    def __init__(self, theme: Theme, dpr: float) -> None:
        """Keep the token atlas."""
        self.theme, self.dpr = theme, dpr
        self._atlas: Atlas | None = None

    @staticmethod
    def grid(seen: Shot) -> Grid:
        """Where the cells are; the mosaic begins at the upper left corner."""
        size = float(int(seen.pitch * (1 - GAP_SHARE))) if seen.pitch >= GAP_FROM else float(seen.pitch)
        return Grid(0.0, 0.0, float(seen.pitch), size, seen.columns)

    def cells(self, painter: QPainter, seen: Shot, shown: Shares, keys: tuple[Key, ...], left: Ints = NONE) -> None:
        """Draw each cell in the mixture of its states' colours, but for those that are `left` to be drawn otherwise."""
        mixture = mixtures(self.theme, shown, keys)
        pixels = 0xFF << 24 | mixture[:, 0] << 16 | mixture[:, 1] << 8 | mixture[:, 2]
        pixels[left] = 0
        pitch = max(1, int(seen.pitch * self.dpr))
        gap = pitch - int(self.grid(seen).size * self.dpr)
        picture = mosaic(pixels.astype(np.uint32), seen.columns, pitch, gap)
        scale = seen.pitch / pitch
        painter.drawImage(QRectF(0, 0, picture.width() * scale, picture.height() * scale), picture)

    def tokens(self, painter: QPainter, seen: Shot, pages: Pages) -> None:
        """Draw page tokens in some cells; their marks, which stand out, are inside the cell too."""
        grid = self.grid(seen)
        inset = MARK_SHARE * grid.size
        side = grid.size - 2 * inset
        if self._atlas is None or self._atlas.size != side:
            self._atlas = Atlas(self.theme, side, self.dpr, blocks=False)
        x, y = (corners + np.float32(inset) for corners in places(grid, pages.cells))
        self._atlas.paint(painter, Tokens(x, y, side, pages.role, pages.marks, pages.cells.astype(np.int32)))

    def strokes(self, painter: QPainter, seen: Shot, cells: Ints) -> None:
        """Draw a stroke through cells that are large enough for one: what was there is gone."""
        grid = self.grid(seen)
        if grid.size < TOKENS_FROM:
            return
        inset = INSET_SHARE * grid.size
        painter.setPen(QPen(self.theme.color["text"], max(1.0, LINE_SHARE * grid.size)))
        for cell in cells.tolist():
            x, y = place(grid, cell)
            painter.drawLine(QPointF(x + inset, y + grid.size - inset), QPointF(x + grid.size - inset, y + inset))

    def rings(self, painter: QPainter, seen: Shot, cells: Ints, color: str, *, dashes: bool) -> None:
        """Draw frames inside cells."""
        grid = self.grid(seen)
        line = max(1.0, LINE_SHARE * grid.size)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(dashed(self.theme.color[color], line) if dashes else QPen(self.theme.color[color], line))
        for cell in cells.tolist():
            x, y = place(grid, cell)
            painter.drawRoundedRect(QRectF(x, y, grid.size, grid.size), 0.2 * grid.size, 0.2 * grid.size)

    def underline(self, painter: QPainter, seen: Shot, start: float, stop: float, role: int) -> None:
        """Draw a line below single things from `start` to `stop`, counted in things: a line to the byte."""
        grid = self.grid(seen)
        painter.setPen(QPen(self.theme.roles[role].heading, max(2.0, 0.14 * grid.size)))
        low, high = max(start, seen.first), min(stop, seen.first + seen.cells)
        for thing in range(int(low), -int(-high // 1)):
            x, y = place(grid, thing - seen.first)
            left, right = max(0.0, start - thing), min(1.0, stop - thing)
            below = y + grid.size + 0.5 * (grid.pitch - grid.size)
            painter.drawLine(QPointF(x + left * grid.size, below), QPointF(x + right * grid.size, below))

    def frame(self, painter: QPainter, seen: Shot, cell: int, color: str) -> None:
        """Draw a frame around a cell, never thinner than it can be seen."""
        grid = self.grid(seen)
        x, y = place(grid, cell)
        line = max(2.0, LINE_SHARE * grid.size)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.theme.color[color], line))
        out = line / 2
        painter.drawRect(QRectF(x - out, y - out, grid.size + 2 * out, grid.size + 2 * out))
