"""From a source to a file: what `memsim-gui export` does, and the same for a trace that a window shows."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from av import FFmpegError
from PySide6.QtGui import QGuiApplication

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.whole_file import whole_file, whole_folder
from memsim_gui.export import formats
from memsim_gui.export.captions import cues, text_of
from memsim_gui.export.encoder import VideoEncoder
from memsim_gui.export.frames import Reel, Stretch, stretch_of
from memsim_gui.export.pictures import FrameFolder, save_png
from memsim_gui.export.sources import trace_of
from memsim_gui.paint import FramePainter, ThemeError, load_theme
from memsim_gui.trace.store import Trace

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How an export looks. `size` in pixels; steps count from 1, None = from the beginning, to the end."""

    size: tuple[int, int] = formats.DEFAULT_SIZE
    fps: int = formats.DEFAULT_FPS
    theme: str = formats.DEFAULT_THEME
    start_step: int | None = None
    stop_step: int | None = None
    captions: bool = False


def export_source(  # noqa: PLR0913 - the arguments of the command line, in its order
    source: str,
    out: str | os.PathLike[str],
    *,
    size: tuple[int, int] = formats.DEFAULT_SIZE,
    fps: int = formats.DEFAULT_FPS,
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
    formats.check(Path(out), size, fps)
    application = gui_application()
    export_trace(trace_of(source), Path(out), settings, on_progress)
    del application


def export_trace(trace: Trace, out: Path, settings: Settings, on_progress: OnProgress | None = None) -> None:
    """Export a trace, in a process that has a QGuiApplication and in its thread; otherwise as export_source."""
    formats.check(out, settings.size, settings.fps)
    stretch = stretch_of(trace, settings.start_step, settings.stop_step)
    tell = on_progress or _silent
    if formats.ending_of(out) in (formats.SRT, formats.VTT):
        _export_captions(trace, stretch, out)
        tell(1, 1)
        return
    painter = painter_for(settings.theme, settings.size, captions=settings.captions)
    reel = Reel(trace, painter, settings.size, stretch, settings.fps)
    try:
        if formats.ending_of(out) == formats.PICTURE:
            with whole_file(out) as path:
                save_png(reel.poster(), path)
            tell(1, 1)
        else:
            _export_frames(reel, out, settings, tell)
    except FFmpegError as error:
        raise InputError(str(out), f"cannot be encoded: {error}", "another format, or a smaller size") from None


def _export_captions(trace: Trace, stretch: Stretch, out: Path) -> None:
    found = cues(trace, stretch)
    if not found:
        raise InputError(str(out), "there are no captions: no step is told", "a scenario, or a recording of one")
    with whole_file(out) as path:
        path.write_text(text_of(found, formats.ending_of(out)), encoding="utf-8")


def _export_frames(reel: Reel, out: Path, settings: Settings, tell: OnProgress) -> None:
    with _writer(out, settings) as writer:
        for number, image in enumerate(reel, 1):
            writer.write(image)
            tell(number, len(reel))


def painter_for(theme: str, size: tuple[int, int], *, captions: bool) -> FramePainter:
    """Return the painter of an export: as in a lecture with captions, else as in the lab. InputError for no theme."""
    try:
        return FramePainter(load_theme(theme), size, "lecture" if captions else "lab")
    except ThemeError as error:
        raise InputError("theme", str(error)) from None


@contextmanager
def _writer(out: Path, settings: Settings) -> Iterator[VideoEncoder | FrameFolder]:
    """Open what takes the frames; `out` appears when the block has ended well."""
    ending = formats.ending_of(out)
    if ending == formats.FOLDER:
        with whole_folder(out) as folder:
            yield FrameFolder(folder)
    else:
        video = formats.VIDEOS[ending]
        with whole_file(out) as path, VideoEncoder(path, video, settings.size, settings.fps) as encoder:
            yield encoder


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def gui_application() -> QGuiApplication:
    """Return the process's application; one without a display is made where there is none yet."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication(["memsim-gui"])
