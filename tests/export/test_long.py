"""A long export takes no more memory at its end than soon after its beginning, and its video has every frame."""

import gc
import os
from itertools import pairwise
from pathlib import Path

import av
import pytest

from memsim_gui.bench.exporting import LONG, SMALL, long_reel
from memsim_gui.export.encoder import VideoEncoder
from memsim_gui.export.formats import VIDEOS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200), pytest.mark.usefixtures("qapp")]

FPS = 60
MOST_GROWTH = 8 << 20  # bytes: laid out texts are kept, up to some thousand, and the index of the frames


def resident():
    """Bytes of this process in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE")


def test_ten_thousand_frames_take_no_more_memory_at_their_end(tmp_path):
    reel, path = long_reel(), tmp_path / "a.mp4"
    with VideoEncoder(path, VIDEOS[".mp4"], SMALL, FPS) as encoder:
        for number, image in enumerate(reel):
            encoder.write(image)
            if number == len(reel) // 5:
                early = resident()
        late = resident()
    assert len(reel) >= LONG
    assert late - early < MOST_GROWTH
    with av.open(str(path)) as container:
        stamps = [frame.pts for frame in container.decode(video=0)]
    assert len(stamps) == len(reel)
    assert len({later - earlier for earlier, later in pairwise(stamps)}) == 1
