"""From a source to a file: what `memsim-gui export` does, and the same for a trace that a window shows."""

import os
from pathlib import Path

from av import FFmpegError
from PySide6.QtGui import QGuiApplication

from memsim_gui.engine.errors import InputError
from memsim_gui.export import formats, region
from memsim_gui.export.frames import count_of, stretch_of
from memsim_gui.export.job import Job, OnProgress
from memsim_gui.export.moments import moments
from memsim_gui.export.sources import trace_of
from memsim_gui.export.writers import WRITERS
from memsim_gui.scene import Pacing
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace.store import Trace


def export_source(
    source: str,
    out: str | os.PathLike[str],
    settings: Settings | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Export a shipped scenario's id, a .toml scenario, a .wl script or a .memsim recording to `out`, by its ending.

    Works without a display. `on_progress` gets frames done and frames in all; what it raises stops the export.
    Raises InputError in one line for anything that cannot be exported; `out` then is as it was.
    """
    settings = settings or Settings()
    _check(Path(out), settings)  # before a run that may take a while
    application = gui_application()
    export_trace(trace_of(source), Path(out), settings, on_progress)
    del application


def export_trace(trace: Trace, out: Path, settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Export a trace, in a process that has a QGuiApplication and in its thread; otherwise as export_source."""
    fps = _check(out, settings)
    stretch = stretch_of(trace, settings.start_step, settings.stop_step)
    try:
        WRITERS[formats.ending_of(out)](Job(trace, stretch, out, settings, fps, on_progress or _silent))
    except FFmpegError as error:
        raise InputError(str(out), f"cannot be encoded: {error}", "another format, or a smaller size") from None


def plan(trace: Trace, pacing: Pacing, out: Path, settings: Settings) -> str:
    """Say in a line what an export will come to, such as its length. Raises InputError as the export itself would."""
    fps = _check(out, settings)
    stretch = stretch_of(trace, settings.start_step, settings.stop_step)
    region.check(settings.region, len(trace.keyframes()[0][1].node))
    found = formats.format_of(out)
    if found.moving:
        count = count_of(pacing, stretch, fps)
        return f"{_counted(count, 'frame')}: {count / fps:.1f} s at {_counted(fps, 'frame')} a second"
    if found.ending == formats.STORYBOARD:
        return _counted(len(moments(trace, stretch)), "page")
    return "one picture, of the middle of these steps" if found.painted else "data of these steps, not pictures"


def _check(out: Path, settings: Settings) -> int:
    """Return the frames a second; InputError for what can be told without the trace."""
    fps = formats.fps_for(out, settings.fps)
    formats.check(out, settings.size, fps)
    region.percent_of(settings.region)
    return fps


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def gui_application() -> QGuiApplication:
    """Return the process's application; one without a display is made where there is none yet."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication(["memsim-gui"])
