"""export_vs_encoder: speed of an export, painting included, as a share of the encoder's on the same frames.

export_growth: whether a frame costs more the longer an export has been running.
"""

import tempfile
import time
from itertools import count, pairwise
from pathlib import Path

from memsim_gui.bench import story
from memsim_gui.bench.result import Result
from memsim_gui.export import formats, writers
from memsim_gui.export.encoder import VideoEncoder
from memsim_gui.export.frames import Images, Reel, count_of, stretch_of
from memsim_gui.export.run import gui_application
from memsim_gui.export.sources import trace_of
from memsim_gui.scene import Pacing
from memsim_gui.session.export_settings import DEFAULT_SIZE, DEFAULT_THEME

LONG, LONG_ROUNDS, TENTHS = 10_000, 40, 10
SMALL = (320, 180)
SOURCE, STEP = "S1", 12  # pages come back from swap
ROUNDS = 3
RATE = 20  # frames of a second of the picture: different pictures stay in memory for the bare encoder, 8 MB each


def export_vs_encoder() -> Result:
    """Frames per second of painting and encoding, divided by those of encoding alone: a whole step, 1080p, mp4."""
    application = gui_application()
    trace = trace_of(SOURCE)
    size = DEFAULT_SIZE
    painter = writers.painter_for(DEFAULT_THEME, size, captions=True)

    def reel() -> Reel:
        return Reel(trace, painter, stretch_of(trace, STEP, STEP), RATE)

    painted = [None if image is None else image.copy() for image in reel()]
    # By turns, so that a busy moment of the computer does not fall on one of them alone.
    rounds = [(_seconds(painted), _seconds(reel())) for _ in range(ROUNDS)]
    bare, whole = (min(seconds) for seconds in zip(*rounds, strict=True))
    del application
    frames, different = len(painted), sum(image is not None for image in painted)
    rates = f"{frames / whole:.0f} of {frames / bare:.0f} frames/s"
    note = f"{SOURCE} step {STEP}, {frames} frames of 1920x1080, {different} of them painted: {rates}"
    return Result(round(bare / whole, 3), note)


def _seconds(frames: Images) -> float:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        video = formats.VIDEOS[".mp4"]
        with VideoEncoder(Path(folder) / "a.mp4", video, DEFAULT_SIZE, formats.DEFAULT_FPS) as encoder:
            for image in frames:
                encoder.write(image)
        return time.perf_counter() - begin


def export_growth() -> Result:
    """Processor time of a frame in the last tenth of a long export of always the same, divided by the second tenth's.

    The first tenth fills the caches.
    """
    application = gui_application()
    reel = long_reel()
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        encoder = VideoEncoder(Path(folder) / "a.mp4", formats.VIDEOS[".mp4"], SMALL, formats.DEFAULT_FPS)
        with encoder:
            for number, image in enumerate(reel):
                if number * TENTHS % len(reel) < TENTHS:
                    times.append(time.process_time())
                encoder.write(image)
    times.append(time.process_time())
    del application
    tenths = [later - earlier for earlier, later in pairwise(times)]
    note = f"{len(reel)} frames of {SMALL[0]}x{SMALL[1]}: {1e3 * TENTHS * tenths[-1] / len(reel):.2f} ms at the end"
    return Result(round(tenths[-1] / tenths[1], 3), note)


def long_reel() -> Reel:
    """Return LONG small frames, or some more, of a machine that does the same again and again."""
    trace = story.in_rounds(LONG_ROUNDS)
    stretch = stretch_of(trace, None, None)
    rate = next(fps for fps in count(1) if count_of(Pacing.of(trace), stretch, fps) >= LONG)
    return Reel(trace, writers.painter_for(DEFAULT_THEME, SMALL, captions=False), stretch, rate)


MEASUREMENTS = {"export_vs_encoder": export_vs_encoder, "export_growth": export_growth}
