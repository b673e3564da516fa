"""Whole exports: what is in the file, and that there is none when something goes wrong."""

import errno
import hashlib

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage

from memsim_gui.engine import recording
from memsim_gui.engine.errors import InputError
from memsim_gui.export import encoder, run
from memsim_gui.export.run import export_source, export_trace
from memsim_gui.scene import Pacing
from memsim_gui.session.export_settings import Settings
from tests.session.story import by_hand

pytestmark = pytest.mark.usefixtures("qapp")

SMALL = Settings(size=(640, 360), fps=5, start_step=3, stop_step=4)


def decoded(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.width, stream.codec_context.height) == SMALL.size
        assert stream.average_rate == SMALL.fps
        return stream.codec_context.pix_fmt, [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]


def digests(path):
    return [hashlib.sha256(frame.tobytes()).hexdigest() for frame in decoded(path)[1]]


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    recording.save(by_hand(), folder / "story.memsim")
    return str(folder / "story.memsim")


def left(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir() if path.name != "in")


@pytest.mark.parametrize("ending", ["mp4", "webm"])
def test_a_video_has_every_frame_and_shows_something(tmp_path, ending):
    told = []
    export_trace(by_hand(), tmp_path / f"a.{ending}", SMALL, lambda *at: told.append(at))
    pixels, frames = decoded(tmp_path / f"a.{ending}")
    trace = by_hand()
    pacing, stretch = Pacing.of(trace), run.stretch_of(trace, 3, 4)
    seconds = pacing.seconds_at(stretch.stop) - pacing.seconds_at(stretch.start)
    assert pixels == "yuv420p"
    assert len(frames) == round(SMALL.fps * seconds)
    assert told == [(number, len(frames)) for number in range(1, len(frames) + 1)]
    for frame in (frames[0], frames[len(frames) // 2], frames[-1]):
        assert frame.std() > 10
    assert np.abs(frames[0].astype(int) - frames[len(frames) // 2]).max() > 50
    assert np.abs(frames[-1].astype(int) - frames[len(frames) // 2]).max() > 50


def test_the_same_trace_gives_the_same_frames(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        export_trace(by_hand(), tmp_path / name, SMALL)
    assert digests(tmp_path / "a.mp4") == digests(tmp_path / "b.mp4")


def test_a_recording_shows_the_same_frames_as_its_trace(tmp_path, source):
    export_trace(by_hand(), tmp_path / "a.mp4", SMALL)
    export_source(source, tmp_path / "b.mp4", SMALL)
    assert digests(tmp_path / "a.mp4") == digests(tmp_path / "b.mp4")


def test_a_poster_is_a_picture_of_the_size_asked_for(tmp_path):
    export_trace(by_hand(), tmp_path / "a.png", Settings(size=(641, 361), fps=30))
    image = QImage(str(tmp_path / "a.png"))
    assert (image.width(), image.height()) == (641, 361)
    assert len({image.pixel(x, 180) for x in range(0, 640, 3)}) > 3


def test_a_folder_of_frames_has_them_all_in_order(tmp_path):
    export_trace(by_hand(), tmp_path / "a.mp4", SMALL)
    export_trace(by_hand(), tmp_path / "a.pngs", SMALL)
    names = sorted(path.name for path in (tmp_path / "a.pngs").iterdir())
    frames = decoded(tmp_path / "a.mp4")[1]
    assert names == [f"frame-{number:06}.png" for number in range(1, len(frames) + 1)]
    for name, frame in list(zip(names, frames, strict=True))[:: len(frames) // 5]:
        image = QImage(str(tmp_path / "a.pngs" / name)).convertToFormat(QImage.Format.Format_RGB888)
        shown = np.frombuffer(image.constBits(), np.uint8).reshape(360, -1)[:, : 640 * 3].reshape(360, 640, 3)
        assert np.abs(shown.astype(int) - frame).mean() < 6


def test_themes_look_different_and_an_unknown_one_is_one_line(tmp_path):
    for theme in ("light", "dark"):
        export_trace(by_hand(), tmp_path / f"{theme}.png", Settings(size=(640, 360), theme=theme))
    light, dark = (QImage(str(tmp_path / f"{theme}.png")).pixelColor(2, 2).lightness() for theme in ("light", "dark"))
    assert light > 128 > dark
    with pytest.raises(InputError, match="light"):
        export_trace(by_hand(), tmp_path / "none.png", Settings(theme="pink"))


def test_stopping_leaves_nothing(tmp_path):
    def stop(done, _total):
        if done == 4:
            raise KeyboardInterrupt

    for name in ("a.mp4", "a.webm", "a.pngs"):
        with pytest.raises(KeyboardInterrupt):
            export_trace(by_hand(), tmp_path / name, SMALL, stop)
    assert left(tmp_path) == []


def test_a_full_disk_is_one_line_and_leaves_the_old_file(tmp_path, monkeypatch):
    def full(_frame):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.mp4").write_bytes(b"older")
    monkeypatch.setattr(encoder, "_converter", lambda _pixels: full)
    with pytest.raises(InputError, match="No space left"):
        export_trace(by_hand(), tmp_path / "a.mp4", SMALL)
    assert (tmp_path / "a.mp4").read_bytes() == b"older"
    assert left(tmp_path) == ["a.mp4"]


@pytest.mark.parametrize("name", ["missing/a.mp4", "missing/a.png", "missing/a.pngs", "in/story.memsim/a.mp4"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path, source, name):
    with pytest.raises(InputError) as caught:
        export_source(source, tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert left(tmp_path) == []


def test_a_folder_that_holds_something_is_not_replaced(tmp_path):
    (tmp_path / "a.pngs").mkdir()
    (tmp_path / "a.pngs" / "mine.txt").write_text("x")
    with pytest.raises(InputError, match="exists already"):
        export_trace(by_hand(), tmp_path / "a.pngs", SMALL)
    assert left(tmp_path / "a.pngs") == ["mine.txt"]


@pytest.mark.parametrize("name", ["nothing.memsim", "S99", "", "x.mp4"])
def test_an_unknown_source_is_one_line(tmp_path, name):
    with pytest.raises(InputError) as caught:
        export_source(name, tmp_path / "a.mp4")
    assert "\n" not in str(caught.value)
