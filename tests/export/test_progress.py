"""Progress as text: a line that updates itself on a terminal, a few plain ones in a log."""

import io

from memsim_gui.export.progress import ProgressText


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_for_each_tenth():
    stream = io.StringIO()
    progress = ProgressText(stream, "a.mp4")
    for done in range(1, 1001):
        progress(done, 1000)
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == [f"a.mp4: {share} %" for share in range(10, 101, 10)]
    assert "frame 1000 of 1000" in lines[-1]


def test_a_terminal_gets_one_line_that_ends_when_all_is_done():
    stream = Terminal()
    progress = ProgressText(stream, "a.mp4")
    for done in range(1, 1001):
        progress(done, 1000)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().startswith("\r")
    assert "100 %" in stream.getvalue().rsplit("\r", maxsplit=1)[1]


def test_a_single_frame_is_told_once():
    stream = io.StringIO()
    ProgressText(stream, "a.png")(1, 1)
    assert len(stream.getvalue().splitlines()) == 1
