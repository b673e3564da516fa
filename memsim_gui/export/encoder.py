"""A video file from pictures, encoded in a thread of its own while the next picture is painted.

Pictures are copied, when they are handed over, into one of a few frames that go round between the two threads. So
memory stays the same however long the video is, and a slow encoder slows the painter down instead of losing frames.
"""

import queue
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, cast

import av
from av import VideoStream
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from PySide6.QtGui import QImage

from memsim_gui.export.formats import VideoFormat
from memsim_gui.export.palette import reducer
from memsim_gui.export.pixels import copy_pixels

QUEUED_FRAMES = 3
PATIENCE_S = 0.1
# What players expect of pictures of this size; without it reds and greens come out shifted.
COLOURS = {"color_range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
_AGAIN, _END = "again", "end"
T = TypeVar("T")


class VideoEncoder:
    """Context manager: `write` each frame in order; the file is whole once the block has ended without an exception."""

    def __init__(
        self, path: Path, video: VideoFormat, size: tuple[int, int], fps: int, palette: av.VideoFrame | None = None
    ) -> None:
        """Open the file. A format of few colours needs their palette. OSError if that fails."""
        self._container = av.open(str(path), "w", format=video.container, container_options=video.container_options)
        options = {**video.codec_options, **({} if palette else COLOURS)}
        stream = cast(VideoStream, self._container.add_stream(video.codec, rate=fps, options=options))
        stream.width, stream.height, stream.pix_fmt = *size, video.pixels
        self._stream, self._time_base = stream, Fraction(1, fps)
        self._convert = _converter(video.pixels) if palette is None else reducer(palette, size)
        self._queue: queue.Queue[av.VideoFrame | str | None] = queue.Queue(QUEUED_FRAMES)
        self._spare: queue.Queue[av.VideoFrame] = queue.Queue()
        for _ in range(QUEUED_FRAMES):
            self._spare.put(av.VideoFrame(*size, "bgr0"))
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
        self._try(lambda: self._queue.put(_END, timeout=PATIENCE_S))
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

    def write(self, image: QImage | None) -> None:
        """Add a frame (Format_RGB32, of the encoder's size), or the last one again for None. OSError if it failed."""
        item: av.VideoFrame | str | None = _AGAIN
        if image is not None:
            item = self._try(lambda: self._spare.get(timeout=PATIENCE_S))
            if item is not None:
                copy_pixels(image, item)
        self._try(lambda: self._queue.put(item, timeout=PATIENCE_S))
        if self._error is not None:
            raise self._error

    def _try(self, action: Callable[[], T]) -> T | None:
        """Do what may have to wait for the encoder, but do not wait for one that has ended (None)."""
        while self._thread.is_alive():
            try:
                return action()
            except (queue.Full, queue.Empty):
                continue
        return None

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
        frame: av.VideoFrame | None = None
        for pts in range(1 << 62):
            item = self._queue.get()
            if item == _END or self._stopped.is_set():
                break
            if isinstance(item, av.VideoFrame):
                frame = self._convert(item)
                self._spare.put(item)
            if frame is not None:
                frame.pts, frame.time_base = pts, self._time_base
                self._container.mux(self._stream.encode(frame))
        if not self._stopped.is_set():
            self._container.mux(self._stream.encode(None))


def _converter(pixels: str) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """Return a function from RGB frames to frames of the format `pixels`, BT.709."""
    reformatter = VideoReformatter()

    def convert(frame: av.VideoFrame) -> av.VideoFrame:
        return reformatter.reformat(
            frame, format=pixels, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )

    return convert
