"""Caption files tell each step at the time at which the video shows it."""

import re

import pytest

from memsim_gui.engine.errors import InputError
from memsim_gui.export.captions import Cue, cues, text_of
from memsim_gui.export.frames import stretch_of
from memsim_gui.export.run import export_trace
from memsim_gui.scene import Pacing
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace.store import Meta, Trace
from tests.session.story import by_hand, start_view


def test_cues_follow_each_other_and_fill_the_stretch():
    trace = by_hand()
    stretch = stretch_of(trace, 2, 4)
    found = cues(trace, stretch)
    pacing = Pacing.of(trace)
    assert [cue.title for cue in found] == ["Read a file", "First scan", "Second scan"]
    assert found[0].begin == 0
    assert [cue.end for cue in found[:-1]] == [cue.begin for cue in found[1:]]
    assert found[-1].end == pacing.seconds_at(stretch.stop) - pacing.seconds_at(stretch.start)


def test_subrip():
    text = text_of([Cue(0, 61.5, "One", "a < b"), Cue(61.5, 3723.0421, "Two", "b")], ".srt")
    assert text == ("1\n00:00:00,000 --> 00:01:01,500\nOne\na < b\n\n2\n00:01:01,500 --> 01:02:03,042\nTwo\nb\n")


def test_webvtt():
    text = text_of([Cue(0, 61.5, "One", "a --> <b> & c")], ".vtt")
    assert text == "WEBVTT\n\n1\n00:00:00.000 --> 00:01:01.500\nOne\na --&gt; &lt;b&gt; &amp; c\n"


def test_a_caption_file_is_written(tmp_path):
    export_trace(by_hand(), tmp_path / "a.vtt", Settings(start_step=3))
    text = (tmp_path / "a.vtt").read_text(encoding="utf-8")
    assert len(re.findall(r"-->", text)) == 4
    assert "second chance" in text


def test_a_trace_without_steps_has_no_captions(tmp_path):
    with pytest.raises(InputError, match="no step is told"):
        export_trace(Trace(start_view(), Meta()), tmp_path / "a.srt", Settings())
    assert list(tmp_path.iterdir()) == []
