"""Pictures on disk: one as a PNG file or drawn as SVG, or a folder with one PNG a frame."""

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QRect, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

# Qt's scale from 0 (smallest file) to 100: flat pictures gain little from the slow end.
QUALITY = 60
FRAME_DIGITS = 6
CSS_DPI = 96  # so that a drawing shows at the size it was asked for, in pixels


def save_png(image: QImage, path: Path) -> None:
    """Write a picture. OSError if that fails."""
    made = QBuffer()
    writer = QImageWriter(made, b"png")
    writer.setQuality(QUALITY)
    if not writer.write(image):
        raise OSError(writer.errorString())
    # Qt would not say why a file cannot be written.
    path.write_bytes(made.data().data())


def save_svg(draw: Callable[[QPainter], None], size: tuple[int, int], title: str, path: Path) -> None:
    """Write what `draw` paints as a drawing of `size`. OSError if that fails."""
    drawn = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(drawn)
    generator.setSize(QSize(*size))
    generator.setViewBox(QRect(0, 0, *size))
    generator.setResolution(CSS_DPI)
    generator.setTitle(title)
    painter = QPainter()
    if not painter.begin(generator):
        raise OSError("the drawing cannot be begun")
    try:
        draw(painter)
    finally:
        painter.end()
    # Qt's generator tells nobody that a disk is full.
    path.write_bytes(drawn.data().data())


class FrameFolder:
    """A folder of numbered frames, filled one by one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def write(self, image: QImage | None) -> None:
        """Add a frame, or the last one again for None. OSError if that fails."""
        last = self._path(self._count)
        self._count += 1
        if image is not None:
            save_png(image, self._path(self._count))
        else:
            shutil.copyfile(last, self._path(self._count))

    def _path(self, number: int) -> Path:
        return self._folder / f"frame-{number:0{FRAME_DIGITS}}.png"
