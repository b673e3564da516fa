"""One painter for screen and export: a SceneFrame on a QPainter, in a theme, at a size, as lab or lecture."""

from PySide6.QtGui import QImage, QPainter

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
        """`size` in device-independent pixels, `mode` "lab" or "lecture"; `vector` for SVG and PDF. Needs a QGuiApplication."""
        load_fonts()
        self.theme, self.size, self.mode, self.dpr = theme, size, mode, dpr
        self.metrics = theme.metrics(size, mode)
        self._stage = StagePainter(theme, self.metrics, dpr, vector=vector)
        self._words = CaptionPainter(theme, self.metrics)

    def paint(self, painter: QPainter, frame: SceneFrame) -> None:
        """Paint a frame that a Scene of the same size and metrics has made."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(0, 0, round(self.size[0]), round(self.size[1]), self.theme.color["ground"])
        self._stage.paint(painter, frame.stage)
        self._words.paint(painter, frame)

    def image(self, frame: SceneFrame) -> QImage:
        """Paint a frame on a new image."""
        width, height = (round(side * self.dpr) for side in self.size)
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.dpr)
        painter = QPainter(image)
        self.paint(painter, frame)
        painter.end()
        return image
