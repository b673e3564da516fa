"""What an export is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from memsim_gui.export import formats
from memsim_gui.export.frames import Stretch
from memsim_gui.trace.store import Trace

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How an export looks. `size` in pixels; steps count from 1, None = from the beginning, to the end.

    `fps` None = what suits the format.
    """

    size: tuple[int, int] = formats.DEFAULT_SIZE
    fps: int | None = None
    theme: str = formats.DEFAULT_THEME
    start_step: int | None = None
    stop_step: int | None = None
    captions: bool = False


class Job(NamedTuple):
    """One export: a stretch of a trace to a file, at `fps` frames a second; `tell` gets parts done and parts in all."""

    trace: Trace
    stretch: Stretch
    out: Path
    settings: Settings
    fps: int
    tell: OnProgress
