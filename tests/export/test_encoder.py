"""Videos come out with every frame, in order, of the right size and colour, and errors reach the one who paints."""

import errno

import av
import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from memsim_gui.export import encoder, formats
from memsim_gui.export.encoder import VideoEncoder

SIZE = (320, 180)
FPS = 30


def picture(level, size=SIZE):
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(level, 128, 255 - level))
    return image


def encode(path, images, *, size=SIZE):
    with VideoEncoder(path, formats.VIDEOS[path.suffix], size, FPS) as video:
        for image in images:
            video.write(image)


def decode(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        return stream.codec_context, frames


@pytest.mark.parametrize(("ending", "codec"), [(".mp4", "h264"), (".webm", "vp9")])
def test_every_frame_comes_out_in_order(tmp_path, ending, codec):
    levels = range(10, 240, 10)
    encode(tmp_path / f"a{ending}", map(picture, levels))
    context, frames = decode(tmp_path / f"a{ending}")
    assert (context.name, context.width, context.height, context.pix_fmt) == (codec, *SIZE, "yuv420p")
    assert len(frames) == len(levels)
    for level, frame in zip(levels, frames, strict=True):
        assert np.abs(frame.mean(axis=(0, 1)) - (level, 128, 255 - level)).max() < 4


def test_none_repeats_the_last_frame(tmp_path):
    encode(tmp_path / "a.mp4", [picture(20), None, None, picture(200), None])
    _, frames = decode(tmp_path / "a.mp4")
    assert [round(frame[..., 0].mean() / 100) for frame in frames] == [0, 0, 0, 2, 2]


def test_a_width_that_ffmpeg_pads_is_not_sheared(tmp_path):
    image = picture(0, (342, 182))
    for y in range(182):
        image.setPixelColor(100, y, QColor(255, 255, 255))
        image.setPixelColor(101, y, QColor(255, 255, 255))
    encode(tmp_path / "a.mp4", [image], size=(342, 182))
    _, (frame,) = decode(tmp_path / "a.mp4")
    assert (frame.astype(int).sum(axis=2).argmax(axis=1) // 2 == 50).all()


def test_the_same_pictures_give_the_same_video(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        encode(tmp_path / name, map(picture, range(0, 250, 25)))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_an_error_of_the_encoder_reaches_the_painter(tmp_path, monkeypatch):
    def full(_image):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(encoder, "_converter", lambda _pixels: full)
    with pytest.raises(OSError, match="No space"):
        encode(tmp_path / "a.mp4", (picture(i % 200) for i in range(10_000)))


def test_an_error_of_the_painter_stops_the_encoder(tmp_path):
    def images():
        yield picture(1)
        raise KeyError("scene")

    with pytest.raises(KeyError, match="scene"):
        encode(tmp_path / "a.mp4", images())
