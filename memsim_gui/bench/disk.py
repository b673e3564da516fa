"""disk_bytes_per_event: size of a recording for each event in it."""

import tempfile
from pathlib import Path

from memsim_gui.bench.result import Result
from memsim_gui.bench.story import under_pressure
from memsim_gui.engine import recording

FRAMES, EVENTS = 16 << 10, 2_000_000


def disk_bytes_per_event() -> Result:
    """Bytes of the whole file, keyframes included, for each event of a machine under pressure."""
    trace = under_pressure(FRAMES, EVENTS).trace
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pressure.memsim"
        recording.save(trace, path)
        figure = path.stat().st_size / len(trace)
    return Result(round(figure, 3), f"{len(trace)} events of a machine of {FRAMES} frames under pressure")


MEASUREMENTS = {"disk_bytes_per_event": disk_bytes_per_event}
