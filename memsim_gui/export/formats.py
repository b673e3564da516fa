"""What can be exported: the endings, the sizes and the rates, checked before anything is painted."""

from dataclasses import dataclass, field
from pathlib import Path

from av.codec import Codec

from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.session.export_settings import Format

DEFAULT_FPS = 60
SMALLEST, LARGEST = (320, 180), (7680, 4320)
FPS_RANGE = (1, 120)
# A GIF's pictures last whole hundredths of a second, and viewers slow down those of less than two.
GIF_FPS_RANGE = (1, 50)
GIF_FPS = 25
PICTURE, FOLDER, DRAWING = ".png", ".pngs", ".svg"
STORYBOARD, PLAYER = ".pdf", ".html"
SRT, VTT = ".srt", ".vtt"
CSV, PARQUET, PERFETTO = ".csv", ".parquet", ".perfetto-trace"
GIF = ".gif"


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """How FFmpeg is to write a video: container, codec, pixels and their options."""

    container: str
    codec: str
    pixels: str = "yuv420p"
    codec_options: dict[str, str] = field(default_factory=dict)
    container_options: dict[str, str] = field(default_factory=dict)


VIDEOS = {
    # Pictures that mostly stand still: the fastest preset with adaptive quantisation costs half of a slower one,
    # and keeps text sharper (51 dB here); what it adds to the file is little.
    ".mp4": VideoFormat(
        "mp4",
        "libx264",
        "yuv420p",
        {"preset": "ultrafast", "crf": "18", "x264-params": "aq-mode=1:cabac=1:8x8dct=1:deblock=1"},
        {"movflags": "+faststart"},
    ),
    ".webm": VideoFormat(
        "webm", "libvpx-vp9", "yuv420p", {"deadline": "realtime", "cpu-used": "7", "crf": "24", "b": "0", "row-mt": "1"}
    ),
    GIF: VideoFormat("gif", "gif", "pal8"),
}
PLAYED = ".webm"  # what a player page carries: every browser plays it
FORMATS = (
    Format(".mp4", "Video (H.264)", moving=True),
    Format(".webm", "Video (VP9)", moving=True),
    Format(GIF, "Animated GIF", moving=True),
    Format(PICTURE, "Poster: one picture"),
    Format(FOLDER, "Folder of numbered pictures", moving=True),
    Format(DRAWING, "Drawing: one picture (SVG)"),
    Format(STORYBOARD, "Storyboard: a page a step (PDF)", captioned=True),
    Format(PLAYER, "Player: one page for any browser", moving=True),
    Format(CSV, "Table of counters (CSV)", painted=False),
    Format(PARQUET, "Table of counters (Parquet)", painted=False),
    Format(PERFETTO, "Trace for ui.perfetto.dev", painted=False),
    Format(SRT, "Captions (SubRip)", painted=False),
    Format(VTT, "Captions (WebVTT)", painted=False),
)
ENDINGS = tuple(one.ending for one in FORMATS)


def format_of(out: Path) -> Format:
    """Format that the ending chooses; InputError in one line if there is none."""
    return FORMATS[ENDINGS.index(ending_of(out))]


def ending_of(out: Path) -> str:
    """Ending that chooses the format; InputError in one line if there is no such format."""
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        found = f"unknown ending {quoted(ending)}" if ending else "has no ending"
        raise InputError(str(out), found, ", ".join(ENDINGS))
    return ending


def fps_for(out: Path, asked: int | None) -> int:
    """Frames a second: as asked for, or what suits the format."""
    if asked is not None:
        return asked
    return GIF_FPS if out.suffix.lower() == GIF else DEFAULT_FPS


def check(out: Path, size: tuple[int, int], fps: int) -> None:
    """Raise InputError unless pictures of this size and rate can be written in the format of `out`."""
    ending = ending_of(out)
    shown = "x".join(map(str, size))
    if not all(low <= length <= high for low, length, high in zip(SMALLEST, size, LARGEST, strict=True)):
        limits = " to ".join("x".join(map(str, limit)) for limit in (SMALLEST, LARGEST))
        raise InputError("size", shown, limits)
    video = VIDEOS.get(PLAYED if ending == PLAYER else ending)
    if video and video.pixels == "yuv420p" and any(length % 2 for length in size):
        raise InputError("size", f"{shown} is odd", f"an even width and height for {ending}")
    low, high = GIF_FPS_RANGE if ending == GIF else FPS_RANGE
    if not low <= fps <= high:
        raise InputError("fps", str(fps), f"{low} to {high} frames a second for {ending}")
    if video:
        _check_codec(video.codec)


def _check_codec(name: str) -> None:
    try:
        Codec(name, "w")
    except ValueError:
        raise InputError("", f"this FFmpeg has no {name}", f"{PICTURE}, {FOLDER}, or a PyAV that has it") from None
