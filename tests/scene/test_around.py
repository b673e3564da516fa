"""Which single pages stand in a frame on the stage, and which stands beside another."""

import numpy as np
import pytest

from memsim_gui.scene.stage.around import beside, inside
from memsim_gui.scene.stage.tokens import Tokens


def tokens(size, *placed):
    frames, x, y = zip(*placed, strict=True)
    marks = np.zeros(len(placed), np.uint8)
    return Tokens(np.array(x, np.float32), np.array(y, np.float32), size, marks, marks, np.array(frames, np.int32))


# two lists beside each other, the second with larger tokens; a block of pages, which is nobody's single page
PARTS = [tokens(10, (7, 0, 0), (8, 12, 0), (9, 0, 12), (-1, 24, 0)), tokens(20, (4, 100, 0), (5, 100, 60))]


@pytest.mark.parametrize(
    ("frame", "right", "down", "found"),
    [(7, 1, 0, 8), (7, 0, 1, 9), (8, 1, 0, 4), (4, -1, 0, 8), (4, 0, 1, 5), (5, 0, 1, 5), (7, -1, 0, 7), (99, 1, 0, 7)],
)
def test_the_page_beside(frame, right, down, found):
    assert beside(PARTS, frame, right, down) == found


def test_a_stage_without_single_pages_has_none_to_go_to():
    assert beside([tokens(10, (-1, 0, 0))], 3, 1, 0) == -1
    assert beside([], 3, 1, 0) == -1


def test_the_pages_whose_middles_lie_in_a_frame():
    assert inside(PARTS, 0, 0, 18, 6) == [7, 8]
    assert inside(PARTS, 0, 0, 17, 6) == [7]
    assert inside(PARTS, 20, 0, 200, 200) == [4, 5]
