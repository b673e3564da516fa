"""`memsim-gui export` as a person calls it, without a display."""

import os
import subprocess
import sys
import time

import av
import pytest
from PySide6.QtGui import QImage

HEADLESS = {
    name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
}

PATIENCE_S = 60


def export(*arguments, cwd):
    command = [sys.executable, "-m", "memsim_gui", "export", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=HEADLESS, capture_output=True, text=True, check=False)


def test_a_step_becomes_a_video(tmp_path):
    run = export("S1", "out.mp4", "--size", "640x360", "--fps", "10", "--from", "7", "--to", "7", cwd=tmp_path)
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr.splitlines()[-1].startswith("out.mp4: 100 %")
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.frames == sum(1 for _ in container.decode(stream))
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_a_poster_with_captions_in_the_dark(tmp_path):
    arguments = ("S1", "out.png", "--captions", "--theme", "dark", "--size", "1281x721", "--quiet")
    run = export(*arguments, cwd=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    image = QImage(str(tmp_path / "out.png"))
    assert (image.width(), image.height()) == (1281, 721)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["S1", "out.avi"], "unknown ending '.avi'; accepted: .mp4"),
        (["S1", "out.mp4", "--size", "1281x721"], "odd"),
        (["S1", "missing/out.mp4"], "missing/out.mp4"),
        (["S99", "out.mp4"], "S99"),
        (["S1", "out.mp4", "--theme", "pink"], "pink"),
        (["S1", "out.mp4", "--size", "large"], "'large'; accepted: WIDTHxHEIGHT"),
        (["S1", "out.mp4", "--region", "attic"], "'attic'; accepted: stage, caption, node0, lanes"),
        (["S1", "out.mp4", "--region", "5,5,5x5"], "in percent of the picture"),
        (["S1", "out.mp4", "--from", "99"], "step 99; accepted: 1 to 14"),
        (["S1", "out.mp4", "--from", "5", "--to", "3"], "lies before step 5; accepted: 5 to 14"),
    ],
)
def test_bad_input_is_one_line_and_status_2(tmp_path, arguments, words):
    run = export(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert words in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_told_to_end_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "memsim_gui", "export", "S1", "out.mp4", "--quiet"]
    run = subprocess.Popen(command, cwd=tmp_path, env=HEADLESS, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + PATIENCE_S
    while not any(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
    run.terminate()
    _, errors = run.communicate(timeout=PATIENCE_S)
    assert (run.returncode, errors) == (130, "memsim-gui: interrupted\n")
    assert list(tmp_path.iterdir()) == []
