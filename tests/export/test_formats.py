"""What cannot be exported is refused in one line before anything is painted."""

from pathlib import Path

import pytest

from memsim_gui.engine.errors import InputError
from memsim_gui.export import formats


@pytest.mark.parametrize(
    ("out", "size", "fps", "words"),
    [
        ("a.mp4", (1281, 720), 60, "odd"),
        ("a.mp4", (1280, 721), 60, "odd"),
        ("a.webm", (1281, 720), 60, "odd"),
        ("a.mp4", (0, 0), 60, "0x0"),
        ("a.png", (100_000, 100_000), 60, "7680x4320"),
        ("a.png", (2, 2), 60, "320x180"),
        ("a.mp4", (1280, 720), 0, "fps"),
        ("a.mp4", (1280, 720), 100_000, "fps"),
        ("a.html", (1281, 720), 60, "odd"),
        ("a.gif", (1280, 720), 60, "1 to 50"),
        ("a.avi", (1280, 720), 60, "unknown ending"),
        ("mp4", (1280, 720), 60, "no ending"),
    ],
)
def test_what_cannot_be_written_is_one_line(out, size, fps, words):
    with pytest.raises(InputError) as caught:
        formats.check(Path(out), size, fps)
    assert words in str(caught.value)
    assert "accepted" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("out", "size"),
    [("a.MP4", (1280, 720)), ("a.webm", (320, 180)), ("a.png", (1281, 721)), ("folder.pngs", (7680, 4320))],
)
def test_what_can_be_written_is_accepted(out, size):
    formats.check(Path(out), size, 60)


def test_a_missing_codec_is_one_line(monkeypatch):
    monkeypatch.setitem(formats.VIDEOS, ".mp4", formats.VideoFormat("mp4", "no_such_codec"))
    with pytest.raises(InputError, match="no no_such_codec; accepted"):
        formats.check(Path("a.mp4"), (1280, 720), 60)
