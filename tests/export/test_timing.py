"""Videos and caption files keep the pace of scene/pacing.py: every frame at its time, none lost, none out of order."""

import re
from itertools import pairwise

import av
import pytest

from memsim_gui.export.frames import stretch_of
from memsim_gui.export.run import export_trace
from memsim_gui.scene import Pacing
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace import kinds
from tests.session.story import by_hand

pytestmark = pytest.mark.usefixtures("qapp")

FPS = 10
SETTINGS = Settings((320, 180), fps=FPS, start_step=2, stop_step=5)


def paced(trace):
    """Seconds at which each step of the stretch begins, and its length."""
    pacing, stretch = Pacing.of(trace), stretch_of(trace, SETTINGS.start_step, SETTINGS.stop_step)
    zero = pacing.seconds_at(stretch.start)
    begins = trace.positions_of(kinds.STEP)[SETTINGS.start_step - 1 : SETTINGS.stop_step].tolist()
    return [pacing.seconds_at(at) - zero for at in begins], pacing.seconds_at(stretch.stop) - zero


@pytest.mark.parametrize(("ending", "pixels"), [(".mp4", "yuv420p"), (".webm", "yuv420p"), (".gif", None)])
def test_a_player_sees_every_frame_at_its_time(tmp_path, ending, pixels):
    trace, path = by_hand(), tmp_path / f"a{ending}"
    export_trace(trace, path, SETTINGS)
    _, seconds = paced(trace)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = [float(frame.pts * stream.time_base) for frame in container.decode(stream)]
        assert pixels in {None, stream.codec_context.pix_fmt}
        assert container.duration / av.time_base == pytest.approx(seconds, abs=1 / FPS)
    assert len(times) == round(FPS * seconds)
    assert times[0] == 0
    assert all(later - earlier == pytest.approx(1 / FPS, abs=2e-3) for earlier, later in pairwise(times))


@pytest.mark.parametrize("ending", [".srt", ".vtt"])
def test_captions_stand_at_the_times_of_their_steps(tmp_path, ending):
    trace = by_hand()
    export_trace(trace, tmp_path / f"a{ending}", SETTINGS)
    text = (tmp_path / f"a{ending}").read_text(encoding="utf-8")
    clocks = re.findall(r"(\d+):(\d+):(\d+)[.,](\d+) -->", text)
    told = [3600 * int(h) + 60 * int(m) + int(s) + int(ms) / 1000 for h, m, s, ms in clocks]
    assert told == pytest.approx(paced(trace)[0], abs=1e-3)


def test_a_reader_of_subtitles_reads_them(tmp_path):
    trace = by_hand()
    for ending in (".srt", ".vtt"):
        export_trace(trace, tmp_path / f"a{ending}", SETTINGS)
        with av.open(str(tmp_path / f"a{ending}")) as container:
            packets = [packet for packet in container.demux() if packet.size]
        assert len(packets) == SETTINGS.stop_step - SETTINGS.start_step + 1
        assert trace.labels.step_titles[1] in bytes(packets[0]).decode()
