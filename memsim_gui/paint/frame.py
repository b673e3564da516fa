"""One painter for screen and export: a SceneFrame on a QPainter, in a theme, at a size, as lab or lecture."""

from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from memsim_gui.paint.caption_painter import CaptionPainter
from memsim_gui.paint.fonts import load_fonts
from memsim_gui.paint.kept import Kept
from memsim_gui.paint.magnifier import Magnifier
from memsim_gui.paint.ruler_painter import RulerPainter
from memsim_gui.paint.stage_painter import StagePainter
from memsim_gui.paint.text import to_qrect
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene.frame import SceneFrame
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.lens import WHOLE


class FramePainter:
    """Paints whole pictures; keeps what is drawn alike in each.

    Attributes:
        lens: which part of the stage is magnified; the words around it stay.
    """

    def __init__(
        self,
        theme: Theme,
        size: tuple[float, float],
        mode: str,
        dpr: float = 1.0,
        *,
        vector: bool = False,
        scene_size: tuple[float, float] | None = None,
    ) -> None:
        """`size` in device-independent pixels, `mode` "lab" or "lecture"; `vector` for SVG and PDF.

        `scene_size`: that of the scenes, where it is another one: they are painted larger or smaller then. Needs a
        QGuiApplication.
        """
        load_fonts()
        self.theme, self.size, self.mode, self.dpr = theme, size, mode, dpr
        self.scene_size = scene_size or size
        self.metrics = theme.metrics(self.scene_size, mode)
        self._vector = vector
        self.lens, self._magnifier = WHOLE, Magnifier(theme, dpr)
        self._still = QPixmap()
        self._words = CaptionPainter(theme, self.metrics)
        self.look_at(Rect(0, 0, *self.scene_size))

    def look_at(self, region: Rect) -> None:
        """Show this part of the scenes, in the middle and as large as the pictures' size allows; the rest is ground."""
        self._region = region
        self._scale = min(self.size[0] / region.w, self.size[1] / region.h)
        self._stage = StagePainter(self.theme, self.dpr * self._scale, vector=self._vector)
        self._rulers = RulerPainter(self.theme, self.metrics, self.dpr * self._scale, vector=self._vector)
        plain = region == Rect(0, 0, *self.size) and not self._vector
        self._stage.kept = Kept(self.dpr) if plain else None
        self._kept = Kept(self.dpr) if plain else None
        self._still_key: object = None

    def paint(self, painter: QPainter, frame: SceneFrame) -> None:
        """Paint a frame that a Scene of the same size and metrics has made."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.save()
        if self._vector:
            self._paint_still(painter, frame)
        else:
            painter.drawPixmap(0, 0, self._still_pixmap(frame))
            self._approach(painter)
        if self.lens == WHOLE:
            self._stage.moving(painter, frame.stage)
        else:
            self._magnifier.paint(painter, frame, self.lens)
        self._words.paint(painter, frame, self._kept)
        if frame.ruler is not None:
            self._rulers.paint(painter, frame.ruler)
        painter.restore()

    def hurry(self, *, hurried: bool) -> None:
        """Let what is only read lag behind a little while pictures follow each other at once."""
        for kept in (self._stage.kept, self._kept):
            if kept is not None:
                kept.hurried = hurried

    def _approach(self, painter: QPainter) -> None:
        """Bring the region to its place in the picture: by whole pixels, so that tokens stay crisp."""
        region, scale = self._region, self._scale
        if region == Rect(0, 0, *self.size):
            return
        left, top = self.size[0] / 2 - scale * region.cx, self.size[1] / 2 - scale * region.cy
        painter.translate(round(left * self.dpr) / self.dpr, round(top * self.dpr) / self.dpr)
        painter.scale(scale, scale)
        painter.setClipRect(to_qrect(region), Qt.ClipOperation.IntersectClip)

    def _paint_still(self, painter: QPainter, frame: SceneFrame) -> None:
        painter.fillRect(0, 0, ceil(self.size[0]), ceil(self.size[1]), self.theme.color["ground"])
        self._approach(painter)
        self._stage.still(painter, frame.stage)
        self._words.still(painter, frame)

    def _still_pixmap(self, frame: SceneFrame) -> QPixmap:
        """Everything that looks alike from picture to picture, drawn once."""
        key = (frame.composition, frame.stage.still_key)
        if key != self._still_key:
            self._still_key = key
            self._still = QPixmap(*(ceil(side * self.dpr) for side in self.size))
            self._still.setDevicePixelRatio(self.dpr)
            painter = QPainter(self._still)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            self._paint_still(painter, frame)
            painter.end()
        return self._still

    def image(self, frame: SceneFrame) -> QImage:
        """Paint a frame on a new image."""
        width, height = (round(side * self.dpr) for side in self.size)
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.dpr)
        painter = QPainter(image)
        self.paint(painter, frame)
        painter.end()
        return image
