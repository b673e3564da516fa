"""export_vs_encoder: speed of an export, painting included, as a share of the encoder's on the same frames."""

import tempfile
import time
from pathlib import Path

from memsim_gui.bench.result import Result
from memsim_gui.export import formats, writers
from memsim_gui.export.encoder import VideoEncoder
from memsim_gui.export.frames import Images, Reel, stretch_of
from memsim_gui.export.run import gui_application
from memsim_gui.export.sources import trace_of
from memsim_gui.session.export_settings import DEFAULT_SIZE, DEFAULT_THEME

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
    count, different = len(painted), sum(image is not None for image in painted)
    rates = f"{count / whole:.0f} of {count / bare:.0f} frames/s"
    note = f"{SOURCE} step {STEP}, {count} frames of 1920x1080, {different} of them painted: {rates}"
    return Result(round(bare / whole, 3), note)


def _seconds(frames: Images) -> float:
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        video = formats.VIDEOS[".mp4"]
        with VideoEncoder(Path(folder) / "a.mp4", video, DEFAULT_SIZE, formats.DEFAULT_FPS) as encoder:
            for image in frames:
                encoder.write(image)
        return time.perf_counter() - begin


MEASUREMENTS = {"export_vs_encoder": export_vs_encoder}
