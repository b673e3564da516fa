"""Pixels from Qt's pictures into FFmpeg's frames."""

import av
import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage


def copy_pixels(image: QImage, frame: av.VideoFrame) -> None:
    """Copy a picture (Format_RGB32) into a frame (bgr0) of the same size that FFmpeg owns, whose rows may be longer."""
    plane = frame.planes[0]
    buffer = memoryview(plane)[: image.height() * plane.line_size]
    rows: npt.NDArray[np.uint8] = np.frombuffer(buffer, np.uint8).reshape(image.height(), plane.line_size)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    rows[:, : pixels.shape[1]] = pixels
