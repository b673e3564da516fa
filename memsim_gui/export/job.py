"""One export, ready to be done."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from memsim_gui.export.frames import Stretch
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace.store import Trace

OnProgress = Callable[[int, int], None]


class Job(NamedTuple):
    """One export: a stretch of a trace to a file, at `fps` frames a second; `tell` gets parts done and parts in all."""

    trace: Trace
    stretch: Stretch
    out: Path
    settings: Settings
    fps: int
    tell: OnProgress
