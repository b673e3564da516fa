"""frame_ms_*: work in the window's thread for one frame of 1920×1080, software rendering."""

import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from memsim_gui import app
from memsim_gui.bench.result import Result, percentile
from memsim_gui.bench.story import OVERCOMMIT
from memsim_gui.export.sources import trace_of
from memsim_gui.export.writers import painter_for
from memsim_gui.paint import FramePainter
from memsim_gui.scene import Scene, SceneFrame, marks
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.tokens import Tokens
from memsim_gui.session.opening import open_text
from memsim_gui.trace.store import Cursor

SIZE = (1920, 1080)
THEME = "dark"
SOURCE = "S1"
TOKENS = 10_000
TOKEN_SIDE, RADIUS = 9.0, 6.0
TOKEN_FRAMES, WARM_UP_FRAMES = 210, 10  # the first frames draw each look of a token once
RUN_SECONDS = 10.0
SETTLE_SECONDS = 3.0
LEAST_MS = 0.5  # an event loop that found nothing to do is no frame
STORY = """
format = 1
id = "B1"
title = "A large machine under pressure"
summary = "Much more memory than a picture has points."
[machine]
detail = "kernel"
memory = {frames}
swap = {pages}
[[processes]]
name = "app"
[[steps]]
title = "Pressure"
caption = "A process larger than memory."
commands = [{{ op = "mmap", region = "heap", pages = {pages}, process = "app" }}]
[[steps]]
title = "More pressure"
caption = "It goes on and on."
repeat = 1000
commands = [
  {{ op = "access", region = "heap", pattern = "working-set", count = {count}, write = true, hot = {frames} }},
]
"""


def frame_ms_1m_p99() -> Result:
    """Milliseconds, 99th percentile, that the whole window takes for a frame while a machine of 1 Mi frames runs."""
    application = _application()
    frames = 1 << 20
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "large.toml"
        text = STORY.format(frames=frames, pages=int(OVERCOMMIT * frames), count=1 << 20)
        source.write_text(text, encoding="utf-8")
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        window = app.build(open_text(str(source)), settings)
        window.resize(*SIZE)
        window.show()
        _frames(application, SETTLE_SECONDS)
        passes = _frames(application, RUN_SECONDS)
        window.close()
        application.processEvents()
    milliseconds, worked = zip(*passes, strict=True)
    note = (
        f"{len(passes)} passes of the whole window's event loop while the core runs; the longest took "
        f"{max(milliseconds):.1f} ms; work of its thread alone, without waiting for a processor: "
        f"{percentile(list(worked)):.1f} ms, longest {max(worked):.1f} ms"
    )
    return Result(round(percentile(list(milliseconds)), 2), note)


def _frames(application: QApplication, seconds: float) -> list[tuple[float, float]]:
    """Milliseconds of each pass of the event loop that had something to do: by the clock, and of its thread's work."""
    out = []
    end = time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end:
        worked = time.thread_time()
        application.processEvents()
        spent = 1e3 * (time.perf_counter() - begin)
        if spent >= LEAST_MS:
            out.append((spent, 1e3 * (time.thread_time() - worked)))
        else:
            time.sleep(1e-3)
    return out


def frame_ms_10k_tokens_p99() -> Result:
    """Milliseconds, 99th percentile, to lay out and paint a whole picture on which 10 000 page tokens move."""
    application = _application()
    trace = trace_of(SOURCE)
    painter = painter_for(THEME, SIZE, captions=False)
    scene = Scene(trace, SIZE, painter.metrics)
    cursor = Cursor(trace)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    milliseconds = []
    for number in range(TOKEN_FRAMES):
        begin = time.perf_counter()
        position = number * len(trace) // TOKEN_FRAMES
        frame = scene.frame(cursor.seek(position), position)
        frame.stage.tokens[:] = [_tokens(frame.composition.stage, number)]
        _paint(painter, image, frame)
        if number >= WARM_UP_FRAMES:
            milliseconds.append(1e3 * (time.perf_counter() - begin))
    del application
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


def _application() -> QApplication:
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else QApplication(["memsim-gui", "-platform", "offscreen"])


MEASUREMENTS = {"frame_ms_1m_p99": frame_ms_1m_p99, "frame_ms_10k_tokens_p99": frame_ms_10k_tokens_p99}
