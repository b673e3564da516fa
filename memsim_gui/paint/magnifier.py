"""Painter of a part of a stage, magnified: everything is drawn anew at its larger size, so that it stays sharp."""

from dataclasses import replace
from math import ceil, log2

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from memsim_gui.paint.stage_painter import StagePainter
from memsim_gui.paint.text import to_qrect
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene.frame import SceneFrame
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.lens import Lens
from memsim_gui.scene.stage.frame import StageFrame
from memsim_gui.scene.stage.tokens import Tokens, chosen

MOST_SHAPES = 600  # tokens drawn one by one as shapes; more are copied, as drawn for 2, 4, 8 ... times the pixels


def look_through(painter: QPainter, lens: Lens, area: Rect) -> None:
    """Let `painter` draw what a lens on an area of the picture shows, and nothing beside it, until it is restored."""
    left, top = lens.corner(area)
    painter.setClipRect(to_qrect(area), Qt.ClipOperation.IntersectClip)
    painter.translate(area.x, area.y)
    painter.scale(lens.factor, lens.factor)
    painter.translate(-left, -top)


def detail_of(factor: float) -> int:
    """Return the power of two of pixels that a lens makes of one, at least."""
    return int(2 ** ceil(log2(factor)))


def _inside(tokens: Tokens, seen: Rect) -> Tokens:
    """Return the tokens that can be seen."""
    x, y, size = tokens.x, tokens.y, tokens.size
    return chosen(tokens, (x < seen.right) & (x + size > seen.x) & (y < seen.bottom) & (y + size > seen.y))


class Magnifier:
    """Draws magnified stages in one theme and pixel ratio."""

    def __init__(self, theme: Theme, dpr: float) -> None:
        """Begin with nothing drawn."""
        self.theme, self.dpr = theme, dpr
        self._stage: StagePainter | None = None
        self._still = QPixmap()
        self._still_key: object = None

    def paint(self, painter: QPainter, frame: SceneFrame, lens: Lens) -> None:
        """Draw the part of the stage that the lens shows, in the stage's place."""
        area = frame.composition.stage
        seen = Rect(*lens.corner(area), area.w / lens.factor, area.h / lens.factor)
        near = replace(frame.stage, tokens=[_inside(tokens, seen) for tokens in frame.stage.tokens])
        stage = self._painter_for(near, lens.factor)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipRect(to_qrect(area), Qt.ClipOperation.IntersectClip)
        painter.drawPixmap(0, 0, self._still_pixmap(stage, frame, lens))
        look_through(painter, lens, area)
        stage.moving(painter, near)
        painter.restore()

    def _still_pixmap(self, stage: StagePainter, frame: SceneFrame, lens: Lens) -> QPixmap:
        """Everything under the lens that looks alike from picture to picture, drawn once."""
        key = (lens, frame.size, frame.composition.stage, frame.stage.still_key)
        if key != self._still_key:
            self._still_key = key
            self._still = QPixmap(*(ceil(side * self.dpr) for side in frame.size))
            self._still.setDevicePixelRatio(self.dpr)
            self._still.fill(self.theme.color["ground"])
            painter = QPainter(self._still)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            look_through(painter, lens, frame.composition.stage)
            stage.still(painter, frame.stage)
            painter.end()
        return self._still

    def _painter_for(self, stage: StageFrame, factor: float) -> StagePainter:
        """Return a painter whose tokens have enough pixels for this factor."""
        vector = sum(len(tokens.x) for tokens in (*stage.tokens, *stage.waiting)) <= MOST_SHAPES
        zoom = detail_of(factor)
        dpr = self.dpr * zoom
        if self._stage is None or (self._stage.vector, self._stage.dpr) != (vector, dpr):
            self._stage = StagePainter(self.theme, dpr, vector=vector, zoom=zoom)
        return self._stage
