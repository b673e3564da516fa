"""Painter of a file's ruler: a line of words over the cells of its pages, the last read's hits and misses framed."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from memsim_gui.paint import text
from memsim_gui.paint.mosaic_painter import MARK_SHARE, TOKENS_FROM, MosaicPainter, Pages, mixtures
from memsim_gui.paint.shapes import round_rect
from memsim_gui.paint.text import Style
from memsim_gui.paint.token_art import draw_token
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene import marks
from memsim_gui.scene.geometry import Grid, Metrics, Rect, place, text_width
from memsim_gui.scene.panels.page_cache import KEYS
from memsim_gui.scene.ruler import FileRuler

LABEL_UNITS = 6.5  # side of a cell from which the page's index stands in it
RINGS_FROM = 16.0  # pixels of a cell from which a frame around it leaves something to see
MOST_RINGS = 32  # where more pages were touched, their number says more than as many frames
LABEL_SHARE = 0.37  # of a cell's side is the type of its index, as of a token's page frame number
GAP_UNITS = 4


class RulerPainter:
    """Draws rulers in one theme and size."""

    def __init__(self, theme: Theme, metrics: Metrics, dpr: float, *, vector: bool) -> None:
        """Choose the type sizes; `vector` for SVG and PDF."""
        self.theme, self.m = theme, metrics
        self._vector = vector
        self._mosaic = MosaicPainter(theme, dpr)

    def paint(self, painter: QPainter, ruler: FileRuler) -> None:
        """Draw a ruler where it stands."""
        color = self.theme.color
        round_rect(painter, ruler.rect, self.m.radius, color["card"], color["card_edge"], self.m.line)
        self._words(painter, ruler)
        grid = MosaicPainter.grid(ruler.cells.shot)
        painter.save()
        painter.translate(round(ruler.place.x), round(ruler.place.y))
        self._cells(painter, ruler, grid)
        self._frames(painter, ruler)
        painter.restore()

    def _words(self, painter: QPainter, ruler: FileRuler) -> None:
        """Write file, what is cached of it, what was asked for, and what was found: that is cut last."""
        color, m, left = self.theme.color, self.m, ruler.head
        plain, gap = Style(m.body), GAP_UNITS * m.unit
        for words, name in reversed(ruler.told):
            taken = text.line(painter, left, words, plain._replace(bold=True), color[name], text.RIGHT)
            left = left.cut(right=taken + gap)
        heading = Style(m.heading, bold=True), self.theme.roles[marks.INACTIVE_FILE].heading
        for words, (style, ink) in ((ruler.grid.name, heading), (ruler.grid.summary, (plain, color["text_soft"]))):
            left = left.cut(left=text.line(painter, left, words, style, ink) + gap)
        text.line(painter, left, ruler.said, plain, color["text"], text.RIGHT)

    def _cells(self, painter: QPainter, ruler: FileRuler, grid: Grid) -> None:
        cells, shot = ruler.cells, ruler.cells.shot
        most = len(cells.pages) if grid.size >= TOKENS_FROM else 0
        tokens = Pages(cells.pages[:most], cells.role[:most], cells.marks[:most])
        if self._vector:
            self._shapes(painter, ruler, grid, tokens)
        else:
            self._mosaic.cells(painter, shot, cells.shares, KEYS, tokens.cells)
            self._mosaic.tokens(painter, shot, tokens)
        if shot.each == 1 and grid.pitch >= LABEL_UNITS * self.m.unit:
            roles = dict(zip(tokens.cells.tolist(), tokens.role.tolist(), strict=True))
            for cell in range(shot.cells):
                self._index(painter, ruler, grid, cell, roles.get(cell, -1))

    def _shapes(self, painter: QPainter, ruler: FileRuler, grid: Grid, tokens: Pages) -> None:
        """Draw the cells as shapes, which stay sharp at any size."""
        for cell, mixture in enumerate(mixtures(self.theme, ruler.cells.shares, KEYS).tolist()):
            painter.fillRect(QRectF(*place(grid, cell), grid.size, grid.size), QColor(*mixture))
        inset = MARK_SHARE * grid.size
        for cell, role, mark in zip(*(column.tolist() for column in tokens), strict=True):
            spot = QRectF(*place(grid, cell), grid.size, grid.size)
            painter.fillRect(spot, self.theme.color["card"])
            draw_token(painter, spot.adjusted(inset, inset, -inset, -inset), self.theme, role, mark)

    def _index(self, painter: QPainter, ruler: FileRuler, grid: Grid, cell: int, role: int) -> None:
        label = str(ruler.cells.shot.first + cell)
        size = min(LABEL_SHARE * grid.size, 0.74 * grid.size / text_width(label, 1.0))
        ink = self.theme.roles[role].ink if role >= 0 else self.theme.color["text_soft"]
        spot = Rect(*place(grid, cell), grid.size, grid.size)
        text.line(painter, spot, label, Style(round(size, 1), mono=True, bold=True), ink, text.CENTRE)

    def _frames(self, painter: QPainter, ruler: FileRuler) -> None:
        """Draw what the last read asked for: to the byte below the cells, and page by page around them."""
        shot = ruler.cells.shot
        if shot.each > 1:
            return
        self._mosaic.strokes(painter, shot, ruler.cells.shadows)
        last = shot.first + shot.cells
        ringed = len(ruler.grid.hits) + len(ruler.grid.misses) <= MOST_RINGS
        for touched, color, dashes in ((ruler.grid.hits, "cursor", False), (ruler.grid.misses, "danger", True)):
            seen = touched[(touched >= shot.first) & (touched < last)]
            if ringed and MosaicPainter.grid(shot).size >= RINGS_FROM:
                self._mosaic.rings(painter, shot, seen - shot.first, color, dashes=dashes)
        if ruler.span[1] > ruler.span[0]:
            self._mosaic.underline(painter, shot, *ruler.span, marks.INACTIVE_FILE)
