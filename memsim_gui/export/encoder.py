"""A video file from pictures, encoded in a thread of its own while the next picture is painted.

Pictures are copied when they are handed over and wait in a short queue, so memory stays the same however long the video
is, and a slow encoder slows the painter down instead of losing frames.
"""

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
import numpy as np
import numpy.typing as npt
from av import VideoStream
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from PySide6.QtGui import QImage

from memsim_gui.export.formats import VideoFormat

QUEUED_FRAMES = 3
PIXEL_BYTES = 4
# What players expect of pictures of this size; without it reds and greens come out shifted.
COLOURS = {"color_range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
_AGAIN, _END = "again", "end"


class VideoEncoder:
    """Context manager: `write` each frame in order; the file is whole once the block has ended without an exception."""

    def __init__(self, path: Path, video: VideoFormat, size: tuple[int, int], fps: int) -> None:
        """Open the file. OSError if that fails."""
        self._container = av.open(str(path), "w", format=video.container, container_options=video.container_options)
        options = {**video.codec_options, **COLOURS}
        stream = cast(VideoStream, self._container.add_stream(video.codec, rate=fps, options=options))
        stream.width, stream.height, stream.pix_fmt = *size, video.pixels
        self._stream, self._size, self._pixels = stream, size, video.pixels
        self._queue: queue.Queue[av.VideoFrame | str] = queue.Queue(QUEUED_FRAMES)
        self._stopped = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._stopped.set()
        self._put(_END)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

    def write(self, image: QImage | None) -> None:
        """Add a frame (Format_RGB32, of the encoder's size), or the last one again for None. OSError if it failed."""
        self._put(_AGAIN if image is None else _frame(image))
        if self._error is not None:
            raise self._error

    def _put(self, item: av.VideoFrame | str) -> None:
        """Wait for room in the queue, but not for a thread that has ended."""
        while self._thread.is_alive():
            try:
                self._queue.put(item, timeout=0.1)
            except queue.Full:
                continue
            return

    def _run(self) -> None:
        try:
            self._encode_all()
        except Exception as error:  # noqa: BLE001 - handed to the painting thread, which raises it
            self._error = error
        try:
            self._container.close()
        except OSError as error:
            self._error = self._error or error

    def _encode_all(self) -> None:
        convert = _converter(self._pixels)
        frame: av.VideoFrame | None = None
        for pts in range(1 << 62):
            item = self._queue.get()
            if item == _END or self._stopped.is_set():
                break
            if isinstance(item, av.VideoFrame):
                frame = convert(item)
            if frame is not None:
                frame.pts = pts
                self._container.mux(self._stream.encode(frame))
        if not self._stopped.is_set():
            self._container.mux(self._stream.encode(None))


def _frame(image: QImage) -> av.VideoFrame:
    """Copy a picture into a frame that FFmpeg owns."""
    width, height = image.width(), image.height()
    frame = av.VideoFrame(width, height, "bgr0")
    plane = frame.planes[0]
    buffer = memoryview(plane)[: height * plane.line_size]
    rows: npt.NDArray[np.uint8] = np.frombuffer(buffer, np.uint8).reshape(height, plane.line_size)
    rows[:, : width * PIXEL_BYTES] = np.frombuffer(image.constBits(), np.uint8).reshape(height, -1)
    return frame


def _converter(pixels: str) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """Return a function from RGB frames to frames of the format `pixels`, BT.709."""
    reformatter = VideoReformatter()

    def convert(frame: av.VideoFrame) -> av.VideoFrame:
        return reformatter.reformat(
            frame, format=pixels, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )

    return convert
