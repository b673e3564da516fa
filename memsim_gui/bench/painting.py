"""frame_ms_10k_tokens_p99: work for one picture of 1920×1080 on which single pages move, software rendering."""

import time

import numpy as np
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from memsim_gui.bench.result import Result, percentile
from memsim_gui.export.sources import trace_of
from memsim_gui.export.writers import painter_for
from memsim_gui.paint import FramePainter
from memsim_gui.scene import Scene, SceneFrame, marks
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.tokens import Tokens
from memsim_gui.trace.store import Cursor

SIZE = (1920, 1080)
THEME = "dark"
SOURCE = "S1"
TOKENS = 10_000
TOKEN_SIDE, RADIUS = 9.0, 6.0
TOKEN_FRAMES, WARM_UP_FRAMES = 210, 10  # the first frames draw each look of a token once


def frame_ms_10k_tokens_p99() -> Result:
    """Milliseconds, 99th percentile, to lay out and paint a whole picture on which 10 000 page tokens move."""
    running = application()
    trace = trace_of(SOURCE)
    painter = painter_for(THEME, SIZE, captions=False)
    scene = Scene(trace, SIZE, painter.metrics)
    cursor = Cursor(trace)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    milliseconds = []
    for number in range(TOKEN_FRAMES):
        begin = time.thread_time()
        position = number * len(trace) // TOKEN_FRAMES
        frame = scene.frame(cursor.seek(position), position)
        frame.stage.tokens[:] = [_tokens(frame.composition.stage, number)]
        _paint(painter, image, frame)
        if number >= WARM_UP_FRAMES:
            milliseconds.append(1e3 * (time.thread_time() - begin))
    del running
    note = f"{SOURCE} with {TOKENS} tokens of {TOKEN_SIDE} pixels, each at another place in every frame"
    return Result(round(percentile(milliseconds), 2), note)


def _tokens(area: Rect, number: int) -> Tokens:
    """Tokens all over an area, of every role and mark, each going round a circle; `number` counts the frames."""
    index = np.arange(TOKENS)
    columns = int(np.sqrt(TOKENS * area.w / area.h))
    rows = -(-TOKENS // columns)
    angle = (number + index) / 10
    return Tokens(
        x=(area.x + index % columns * area.w / columns + RADIUS * np.cos(angle)).astype(np.float32),
        y=(area.y + index // columns * area.h / rows + RADIUS * np.sin(angle)).astype(np.float32),
        size=TOKEN_SIDE,
        role=(index % len(marks.ROLE_NAMES)).astype(np.uint8),
        marks=(index % (1 << len(marks.MARK_NAMES))).astype(np.uint8),
        frame=index.astype(np.int32),
    )


def _paint(painter: FramePainter, image: QImage, frame: SceneFrame) -> None:
    brush = QPainter(image)
    painter.paint(brush, frame)
    brush.end()


def application() -> QApplication:
    """Return the application of this process, which draws off screen."""
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else QApplication(["memsim-gui", "-platform", "offscreen"])


MEASUREMENTS = {"frame_ms_10k_tokens_p99": frame_ms_10k_tokens_p99}
