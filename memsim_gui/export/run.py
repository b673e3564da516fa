"""From a source to a file: what `memsim-gui export` does, and the same for a trace that a window shows."""

import os
from pathlib import Path

from av import FFmpegError
from PySide6.QtGui import QGuiApplication

from memsim_gui.engine.errors import InputError
from memsim_gui.export import formats
from memsim_gui.export.frames import stretch_of
from memsim_gui.export.job import Job, OnProgress, Settings
from memsim_gui.export.sources import trace_of
from memsim_gui.export.writers import WRITERS
from memsim_gui.trace.store import Trace


def export_source(  # noqa: PLR0913 - the arguments of the command line, in its order
    source: str,
    out: str | os.PathLike[str],
    *,
    size: tuple[int, int] = formats.DEFAULT_SIZE,
    fps: int | None = None,
    theme: str = formats.DEFAULT_THEME,
    start_step: int | None = None,
    stop_step: int | None = None,
    captions: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Export a shipped scenario's id, a .toml scenario, a .wl script or a .memsim recording to `out`, by its ending.

    Works without a display. `on_progress` gets frames done and frames in all; what it raises stops the export.
    Raises InputError in one line for anything that cannot be exported; `out` then is as it was.
    """
    settings = Settings(size, fps, theme, start_step, stop_step, captions)
    formats.check(Path(out), size, formats.fps_for(Path(out), fps))
    application = gui_application()
    export_trace(trace_of(source), Path(out), settings, on_progress)
    del application


def export_trace(trace: Trace, out: Path, settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Export a trace, in a process that has a QGuiApplication and in its thread; otherwise as export_source."""
    fps = formats.fps_for(out, settings.fps)
    formats.check(out, settings.size, fps)
    stretch = stretch_of(trace, settings.start_step, settings.stop_step)
    try:
        WRITERS[formats.ending_of(out)](Job(trace, stretch, out, settings, fps, on_progress or _silent))
    except FFmpegError as error:
        raise InputError(str(out), f"cannot be encoded: {error}", "another format, or a smaller size") from None


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def gui_application() -> QGuiApplication:
    """Return the process's application; one without a display is made where there is none yet."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication(["memsim-gui"])
