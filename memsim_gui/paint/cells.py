"""Grids of small cells as one image: swap slots, file pages, page frames."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage


def palette(colors: list[QColor]) -> npt.NDArray[np.uint32]:
    """Colours as pixels of Format_ARGB32_Premultiplied, indexed by cell state."""
    return np.array([_pixel(color) for color in colors], np.uint32)


def _pixel(color: QColor) -> int:
    alpha = color.alpha()
    red, green, blue = (part * alpha // 255 for part in (color.red(), color.green(), color.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue


def image(states: npt.NDArray[np.uint8], columns: int, pitch: int, gap: int, colors: npt.NDArray[np.uint32]) -> QImage:
    """Draw cells by their states as `mosaic` does; `colors` by state."""
    return mosaic(colors[states], columns, pitch, gap)


def mosaic(shades: npt.NDArray[np.uint32], columns: int, pitch: int, gap: int) -> QImage:
    """Draw cells row by row, `pitch` pixels apart with `gap` clear pixels between; transparent after the last."""
    rows = -(-len(shades) // columns)
    cells = np.zeros(rows * columns, np.uint32)
    cells[: len(shades)] = shades
    pixels = np.repeat(np.repeat(cells.reshape(rows, columns), pitch, axis=0), pitch, axis=1)
    for i in range(gap):
        pixels[pitch - 1 - i :: pitch] = 0
        pixels[:, pitch - 1 - i :: pitch] = 0
    height, width = pixels.shape
    view = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return view.copy()  # the copy owns its pixels
