"""One painter for screen and export: a SceneFrame on a QPainter, in a theme, at a size, as lab or lecture."""

from math import ceil

from PySide6.QtGui import QImage, QPainter, QPixmap

from memsim_gui.paint.caption_painter import CaptionPainter
from memsim_gui.paint.fonts import load_fonts
from memsim_gui.paint.stage_painter import StagePainter
from memsim_gui.paint.tokens import Theme
from memsim_gui.scene.frame import SceneFrame


class FramePainter:
    """Paints whole pictures; keeps what is drawn alike in each."""

    def __init__(
        self, theme: Theme, size: tuple[float, float], mode: str, dpr: float = 1.0, *, vector: bool = False
    ) -> None:
        """`size` in device-independent pixels, `mode` "lab" or "lecture"; `vector` for SVG and PDF.

        Needs a QGuiApplication.
        """
        load_fonts()
        self.theme, self.size, self.mode, self.dpr = theme, size, mode, dpr
        self.metrics = theme.metrics(size, mode)
        self._stage = StagePainter(theme, dpr, vector=vector)
        self._vector = vector
        self._still = QPixmap()
        self._still_key: object = None
        self._words = CaptionPainter(theme, self.metrics)

    def paint(self, painter: QPainter, frame: SceneFrame) -> None:
        """Paint a frame that a Scene of the same size and metrics has made."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        if self._vector:
            self._paint_still(painter, frame)
        else:
            painter.drawPixmap(0, 0, self._still_pixmap(frame))
        self._stage.moving(painter, frame.stage)
        self._words.paint(painter, frame)

    def _paint_still(self, painter: QPainter, frame: SceneFrame) -> None:
        painter.fillRect(0, 0, ceil(self.size[0]), ceil(self.size[1]), self.theme.color["ground"])
        self._stage.still(painter, frame.stage)
        self._words.still(painter, frame)

    def _still_pixmap(self, frame: SceneFrame) -> QPixmap:
        """Everything that looks alike from picture to picture, drawn once."""
        key = (frame.composition, frame.stage.layout, tuple(frame.stage.headers))
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
