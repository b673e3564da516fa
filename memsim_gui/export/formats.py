"""What can be exported: the endings, the sizes and the rates, checked before anything is painted."""

from dataclasses import dataclass, field
from pathlib import Path

from av.codec import Codec

from memsim_gui.engine.errors import InputError, quoted

DEFAULT_SIZE = (1920, 1080)
DEFAULT_FPS = 60
DEFAULT_THEME = "light"
SMALLEST, LARGEST = (320, 180), (7680, 4320)
FPS_RANGE = (1, 120)
PICTURE, FOLDER = ".png", ".pngs"
SRT, VTT = ".srt", ".vtt"


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
}
BUILT = (*VIDEOS, PICTURE, FOLDER, SRT, VTT)
PLANNED = (".gif", ".svg", ".pdf", ".html", ".csv", ".parquet", ".perfetto-trace")


def ending_of(out: Path) -> str:
    """Ending that chooses the format; InputError in one line if there is no such format, or none yet."""
    ending = out.suffix.lower()
    accepted = ", ".join(BUILT)
    if ending in PLANNED:
        raise InputError(str(out), f"{ending} is not built yet", accepted)
    if ending not in BUILT:
        raise InputError(str(out), f"unknown ending {quoted(ending)}" if ending else "has no ending", accepted)
    return ending


def check(out: Path, size: tuple[int, int], fps: int) -> None:
    """Raise InputError unless pictures of this size and rate can be written in the format of `out`."""
    ending = ending_of(out)
    shown = "x".join(map(str, size))
    if not all(low <= length <= high for low, length, high in zip(SMALLEST, size, LARGEST, strict=True)):
        limits = " to ".join("x".join(map(str, limit)) for limit in (SMALLEST, LARGEST))
        raise InputError("size", shown, limits)
    if ending in VIDEOS and any(length % 2 for length in size):
        raise InputError("size", f"{shown} is odd", f"an even width and height for {ending}")
    low, high = FPS_RANGE
    if not low <= fps <= high:
        raise InputError("fps", str(fps), f"{low} to {high} frames a second")
    if ending in VIDEOS:
        _check_codec(VIDEOS[ending].codec)


def _check_codec(name: str) -> None:
    try:
        Codec(name, "w")
    except ValueError:
        raise InputError("", f"this FFmpeg has no {name}", f"{PICTURE}, {FOLDER}, or a PyAV that has it") from None
