"""Progress as text: a line that updates itself on a terminal, a few plain ones in a log."""

import io

import pytest

from memsim_gui.export.progress import ProgressText


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_for_each_tenth():
    stream = io.StringIO()
    with ProgressText(stream, "a.mp4") as tell:
        for done in range(1, 1001):
            tell(done, 1000)
    lines = stream.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == [f"a.mp4: {share} %" for share in range(10, 101, 10)]
    assert "frame 1000 of 1000" in lines[-1]


def test_a_terminal_gets_one_line_that_is_ended_whatever_happens():
    stream = Terminal()
    with ProgressText(stream, "a.mp4") as tell:
        for done in range(1, 1001):
            tell(done, 1000)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().startswith("\r")
    assert "100 %" in stream.getvalue().rsplit("\r", maxsplit=1)[1]


def test_an_error_does_not_stand_behind_the_progress():
    stream = Terminal()

    def fail():
        with ProgressText(stream, "a.mp4") as tell:
            tell(1, 1000)
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert stream.getvalue().endswith("\n")


def test_a_single_frame_is_told_once():
    stream = io.StringIO()
    with ProgressText(stream, "a.png") as tell:
        tell(1, 1)
    assert len(stream.getvalue().splitlines()) == 1
