"""Painter of grids: the page cache of a file, a mapping of an address space.

Large cells are tokens with all their marks; small ones are plain squares whose colour is their state, in one image.
"""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from memsim_gui.paint.atlas import Atlas
from memsim_gui.paint.cells import image, palette
from memsim_gui.paint.shapes import dashed, round_rect
from memsim_gui.paint.tokens import Theme, mixed
from memsim_gui.scene import address_space, marks, page_cache
from memsim_gui.scene.geometry import Grid, Metrics, Rect, cells, place, places
from memsim_gui.scene.page_cache import FileGrid
from memsim_gui.scene.tokens import Tokens

LARGEST_CELL_UNITS = 6.5
TOKENS_FROM = 9.0  # pixels of a cell from which it is drawn as a token
MOST_TOKENS = 6000
GAP_SHARE = 8  # a small cell's pitch in gaps
DARK_SHARE = 0.62  # of a colour where its page is dirty or in swap, in small cells


class GridPainter:
    """Draws grids in one theme, size and pixel ratio; each method returns the grid, for finding the cell at a point."""

    def __init__(self, theme: Theme, metrics: Metrics, dpr: float) -> None:
        """Keep the token atlases."""
        self.theme, self.m, self.dpr = theme, metrics, dpr
        self._atlases: dict[float, Atlas] = {}

    def file(self, painter: QPainter, area: Rect, shown: FileGrid) -> Grid:
        """Draw the page cache of a file; pages just read are framed, missed ones with dashes."""
        g = cells(area, len(shown.states), LARGEST_CELL_UNITS * self.m.unit)
        cached = shown.states >= page_cache.CACHED
        if self._as_tokens(g, shown.states):
            self._empty(painter, g, np.flatnonzero(~cached), shown.states == page_cache.SHADOW)
            self._small(painter, g, np.flatnonzero(shown.states == page_cache.SWAPPED), "swap")
            at = np.flatnonzero(cached)
            self._tokens(painter, g, at, shown.states[at] - page_cache.CACHED, shown.marks[at], shown.frames[at])
        else:
            dirty = cached & ((shown.marks & (marks.DIRTY | marks.WRITEBACK)) != 0)
            self._plain(painter, g, shown.states, self._file_colors(), dirty)
        self._touched(painter, g, shown)
        return g

    def mapping(self, painter: QPainter, area: Rect, shown: address_space.Mapping) -> Grid:
        """Draw a mapping page by page, with the bytes that mlock was asked for."""
        g = cells(area, len(shown.states), LARGEST_CELL_UNITS * self.m.unit)
        present = shown.states >= address_space.PRESENT
        if self._as_tokens(g, shown.states):
            self._empty(painter, g, np.flatnonzero(~present), np.zeros(len(present), np.bool_))
            self._small(painter, g, np.flatnonzero(shown.states == address_space.ZERO), "zero")
            self._small(painter, g, np.flatnonzero(shown.states == address_space.SWAPPED), "swap")
            at = np.flatnonzero(present)
            self._tokens(painter, g, at, shown.states[at] - address_space.PRESENT, shown.marks[at], shown.frames[at])
        else:
            old = present & ((shown.marks & marks.YOUNG) == 0)
            self._plain(painter, g, shown.states, self._space_colors(), old)
        if shown.asked is not None:
            self._asked(painter, g, shown)
        return g

    # --- cells

    def _as_tokens(self, g: Grid, states: npt.NDArray[np.uint8]) -> bool:
        return g.size >= TOKENS_FROM and len(states) <= MOST_TOKENS

    def _file_colors(self) -> list[QColor]:
        color = self.theme.color
        swapped = mixed(color["swap"], color["card"], DARK_SHARE)
        return [color["absent"], mixed(color["text_soft"], color["absent"], 0.4), swapped]

    def _space_colors(self) -> list[QColor]:
        color = self.theme.color
        return [color["absent"], color["zero"], mixed(color["swap"], color["card"], DARK_SHARE)]

    def _plain(
        self,
        painter: QPainter,
        g: Grid,
        states: npt.NDArray[np.uint8],
        colors: list[QColor],
        darker: npt.NDArray[np.bool_],
    ) -> None:
        """Draw cells as one image; states after those with a colour are roles, `darker` ones less bright."""
        shades = colors + [role.fill for role in self.theme.roles]
        dark = [mixed(shade, self.theme.color["card"], DARK_SHARE) for shade in shades]
        pitch = max(1, int(g.pitch * self.dpr))
        table = palette([*shades, *dark])
        picture = image((states + darker * np.uint8(len(shades))), g.columns, pitch, pitch // GAP_SHARE, table)
        painter.drawImage(
            QRectF(g.x, g.y, picture.width() * g.pitch / pitch, picture.height() * g.pitch / pitch), picture
        )

    def _tokens(
        self,
        painter: QPainter,
        g: Grid,
        at: npt.NDArray[np.int64],
        role: npt.NDArray[np.uint8],
        mark: npt.NDArray[np.uint8],
        frames: npt.NDArray[np.int32],
    ) -> None:
        if g.size not in self._atlases:
            self._atlases = {g.size: Atlas(self.theme, g.size, self.dpr, blocks=False)}
        x, y = places(g, at)
        self._atlases[g.size].paint(painter, Tokens(x, y, g.size, role, mark, frames))

    def _empty(self, painter: QPainter, g: Grid, at: npt.NDArray[np.int64], shadow: npt.NDArray[np.bool_]) -> None:
        """Draw cells without a page; a shadow has a stroke through it."""
        color = self.theme.color
        for number in at.tolist():
            x, y = place(g, number)
            round_rect(painter, Rect(x, y, g.size, g.size), 0.2 * g.size, color["absent"])
            if shadow[number]:
                painter.setPen(QPen(color["text_soft"], max(1.0, 0.09 * g.size)))
                inset = 0.25 * g.size
                painter.drawLine(QPointF(x + inset, y + g.size - inset), QPointF(x + g.size - inset, y + inset))

    def _small(self, painter: QPainter, g: Grid, at: npt.NDArray[np.int64], color: str) -> None:
        """Draw a small square inside cells: something stands for the page."""
        for number in at.tolist():
            x, y = place(g, number)
            inset = 0.28 * g.size
            round_rect(painter, Rect(x, y, g.size, g.size).inset(inset), 0.1 * g.size, self.theme.color[color])

    def _touched(self, painter: QPainter, g: Grid, shown: FileGrid) -> None:
        line = max(self.m.line, 0.09 * g.size)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for numbers, pen in (
            (shown.hits, QPen(self.theme.color["cursor"], line)),
            (shown.misses, dashed(self.theme.color["danger"], line)),
        ):
            painter.setPen(pen)
            for number in numbers.tolist():
                x, y = place(g, number)
                painter.drawRoundedRect(QRectF(x, y, g.size, g.size), 0.2 * g.size, 0.2 * g.size)

    def _asked(self, painter: QPainter, g: Grid, shown: address_space.Mapping) -> None:
        """Underline the bytes asked for, to the byte, under the pages that hold them."""
        request = shown.asked
        if request is None or not request.pages:
            return
        painter.setPen(QPen(self.theme.roles[marks.UNEVICTABLE].heading, max(self.m.line, 0.14 * g.size)))
        page_bytes = PAGE_BYTES
        for page in range(request.first_page, request.first_page + request.pages):
            x, y = place(g, page)
            base = shown.start + page * page_bytes
            start = max(0, request.start - base) / page_bytes
            stop = min(page_bytes, request.start + request.length - base) / page_bytes
            if stop > start:
                below = y + g.size + 0.5 * (g.pitch - g.size)
                painter.drawLine(QPointF(x + start * g.size, below), QPointF(x + stop * g.size, below))


PAGE_BYTES = 4096
