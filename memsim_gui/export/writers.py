"""One writer for each format; each writes its file whole or not at all."""

from collections.abc import Callable
from pathlib import Path

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.whole_file import whole_file, whole_folder
from memsim_gui.export import formats, perfetto, player, storyboard, table
from memsim_gui.export.captions import cues, text_of
from memsim_gui.export.encoder import VideoEncoder
from memsim_gui.export.frames import Reel
from memsim_gui.export.job import Job
from memsim_gui.export.palette import SAMPLES, palette_of
from memsim_gui.export.pictures import FrameFolder, save_png, save_svg
from memsim_gui.paint import FramePainter, load_theme
from memsim_gui.paint.tokens import roomy


def painter_for(theme: str, size: tuple[int, int], *, captions: bool, vector: bool = False) -> FramePainter:
    """Return the painter of an export: as in a lecture with captions, else as in the lab. InputError for no theme."""
    mode = "lecture" if captions else "lab"
    return FramePainter(load_theme(theme), size, mode, vector=vector, scene_size=roomy(size, mode))


def _painter(job: Job, *, vector: bool = False) -> FramePainter:
    return painter_for(job.settings.theme, job.settings.size, captions=job.settings.captions, vector=vector)


def _reel(job: Job, *, vector: bool = False) -> Reel:
    return Reel(job.trace, _painter(job, vector=vector), job.stretch, job.fps, job.settings.region)


def _write_frames(job: Job, reel: Reel, writer: VideoEncoder | FrameFolder) -> None:
    for number, image in enumerate(reel, 1):
        writer.write(image)
        job.tell(number, len(reel))


def _encode(job: Job, path: Path, video: formats.VideoFormat) -> None:
    reel = _reel(job)
    few = video.pixels == "pal8"
    palette = palette_of(reel.spread(SAMPLES), job.settings.size) if few else None
    with VideoEncoder(path, video, job.settings.size, job.fps, palette) as encoder:
        _write_frames(job, reel, encoder)


def _video(job: Job) -> None:
    with whole_file(job.out) as path:
        _encode(job, path, formats.VIDEOS[formats.ending_of(job.out)])


def _folder(job: Job) -> None:
    reel = _reel(job)
    with whole_folder(job.out) as folder:
        _write_frames(job, reel, FrameFolder(folder))


def _picture(job: Job) -> None:
    reel = _reel(job)
    with whole_file(job.out) as path:
        save_png(reel.poster(), path)
        job.tell(1, 1)


def _drawing(job: Job) -> None:
    reel = _reel(job, vector=True)
    with whole_file(job.out) as path:
        save_svg(reel.draw_poster, job.settings.size, job.trace.meta.title, path)
        job.tell(1, 1)


def _storyboard(job: Job) -> None:
    painter = painter_for(job.settings.theme, job.settings.size, captions=True, vector=True)
    with whole_file(job.out) as path:
        storyboard.write_pdf(job, path, painter)


def _player(job: Job) -> None:
    theme = _painter(job).theme
    with whole_file(job.out) as path:
        video = path.with_suffix(formats.PLAYED)
        try:
            _encode(job, video, formats.VIDEOS[formats.PLAYED])
            player.write_html(job, theme, video, path)
        finally:
            video.unlink(missing_ok=True)


def _table(job: Job) -> None:
    write = table.write_csv if formats.ending_of(job.out) == formats.CSV else table.write_parquet
    with whole_file(job.out) as path:
        write(table.columns_of(job.trace, job.stretch), path)
        job.tell(1, 1)


def _perfetto(job: Job) -> None:
    with whole_file(job.out) as path:
        perfetto.write_perfetto(job.trace, job.stretch, path)
        job.tell(1, 1)


def _captions(job: Job) -> None:
    found = cues(job.trace, job.stretch)
    if not found:
        raise InputError(str(job.out), "there are no captions: no step is told", "a scenario, or a recording of one")
    with whole_file(job.out) as path:
        path.write_text(text_of(found, formats.ending_of(job.out)), encoding="utf-8")
        job.tell(1, 1)


WRITERS: dict[str, Callable[[Job], None]] = {
    **dict.fromkeys(formats.VIDEOS, _video),
    formats.PICTURE: _picture,
    formats.FOLDER: _folder,
    formats.DRAWING: _drawing,
    formats.STORYBOARD: _storyboard,
    formats.PLAYER: _player,
    formats.CSV: _table,
    formats.PARQUET: _table,
    formats.PERFETTO: _perfetto,
    formats.SRT: _captions,
    formats.VTT: _captions,
}
