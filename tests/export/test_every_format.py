"""What holds for all formats: pictures show something, cancelling and failing leave nothing behind."""

import base64
import json
import re
import shutil
import subprocess
import sys

import av
import numpy as np
import pytest
from PySide6.QtGui import QImage

from memsim_gui.engine import recording
from memsim_gui.engine.errors import InputError
from memsim_gui.export.formats import ENDINGS, FORMATS
from memsim_gui.export.run import export_trace
from memsim_gui.paint.tokens import THEMES
from memsim_gui.session.export_settings import Settings
from tests.session.story import by_hand

pytestmark = pytest.mark.usefixtures("qapp")

PAINTED = [one.ending for one in FORMATS if one.painted]
SIZES = [(320, 180), (640, 360)]
LEAST_DEVIATION = 10  # of the levels of a picture that shows something
PDF_READER = shutil.which("pdftoppm")
FULL_DISK = """
import json, resource, sys
from memsim_gui.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (256, 256))
source, endings = sys.argv[1], sys.argv[2:]
looks = ["--size", "320x180", "--fps", "1", "--quiet"]
print(json.dumps([main(["export", source, "a" + ending, *looks]) for ending in endings]))
"""


def pictures(path):
    """Yield the pictures of an export as arrays, whatever it is."""
    if path.suffix == ".html":
        data = re.search(r'id="film">([A-Za-z0-9+/=]+)<', path.read_text(encoding="utf-8"))
        path = path.with_suffix(".webm")
        path.write_bytes(base64.b64decode(data.group(1)))
    if path.suffix == ".pdf":
        subprocess.run([PDF_READER, "-r", "30", "-png", path, path.with_suffix("")], check=True)
    if path.suffix in {".mp4", ".webm", ".gif"}:
        with av.open(str(path)) as container:
            yield from (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
        return
    found = {".pngs": path.glob("*.png"), ".pdf": path.parent.glob("a-*.png")}.get(path.suffix, [path])
    for one in found:
        image = QImage(str(one)).convertToFormat(QImage.Format.Format_RGB32)
        yield np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[..., :3]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ending", PAINTED)
def test_no_picture_comes_out_in_one_colour(tmp_path, ending, theme):
    if ending == ".pdf" and PDF_READER is None:
        pytest.skip("no pdftoppm here")
    for number, size in enumerate(SIZES):
        folder = tmp_path / str(number)
        folder.mkdir()
        settings = Settings(size, fps=2, theme=theme, start_step=3, stop_step=4, captions=bool(number))
        export_trace(by_hand(), folder / f"a{ending}", settings)
        found = list(pictures(folder / f"a{ending}"))
        assert found
        for picture in found:
            assert picture.std() > LEAST_DEVIATION


def test_captions_are_in_the_pictures_only_on_request(tmp_path):
    trace, shown = by_hand(), []
    for caption in ("", "a word or two", "other words, and not the same"):
        trace.labels.steps[:] = [caption] * len(trace.labels.steps)
        for burned in (False, True):
            out = tmp_path / "a.png"
            export_trace(trace, out, Settings((1280, 720), captions=burned))
            shown.append(out.read_bytes())
    plain, burned = shown[0::2], shown[1::2]
    assert len(set(plain)) == 1
    assert len(set(burned)) == 3


@pytest.mark.parametrize("ending", ENDINGS)
def test_cancelling_leaves_nothing(tmp_path, ending):
    def stop(_done, _total):
        raise KeyboardInterrupt

    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    with pytest.raises(KeyboardInterrupt):
        export_trace(by_hand(), tmp_path / f"a{ending}", Settings((320, 180), fps=1), stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("place", ["missing", "file"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path, ending, place):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    (tmp_path / "file").touch()
    out = tmp_path / place / f"a{ending}"
    with pytest.raises(InputError) as caught:
        export_trace(by_hand(), out, Settings((320, 180), fps=1))
    assert str(out) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_one_line_for_every_format_and_leaves_nothing(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    recording.save(by_hand(), tmp_path / "story.memsim")
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path / "story.memsim"), *ENDINGS]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == [2] * len(ENDINGS), run.stderr
    assert len(run.stderr.splitlines()) == len(ENDINGS), run.stderr
    assert list(folder.iterdir()) == []
