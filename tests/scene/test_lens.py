"""The magnified part of a stage: what is under the mouse stays there, and nothing beyond the picture is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.lens import MOST, WHOLE, Lens

AREA = Rect(0, 60, 1200, 480)
INSIDE = st.tuples(st.floats(0, 1199), st.floats(60, 539))


def test_twice_as_large_round_the_middle():
    lens = WHOLE.zoomed(2, AREA, AREA.cx, AREA.cy)
    assert lens == Lens(2, 0.25, 0.25)
    assert lens.corner(AREA) == (300, 180)
    assert lens.to_picture(AREA, 0, 60) == (300, 180)
    assert lens.to_picture(AREA, 1200, 540) == (900, 420)


def test_a_pull_moves_the_picture_with_the_mouse():
    lens = Lens(2, 0.25, 0.25).panned(AREA, 240, -48)
    assert lens == pytest.approx(Lens(2, 0.15, 0.3))
    assert lens.panned(AREA, 9999, 9999) == Lens(2, 0, 0)
    assert lens.panned(AREA, -9999, -9999) == Lens(2, 0.5, 0.5)


@given(point=INSIDE, factors=st.lists(st.floats(1, MOST), min_size=1, max_size=4))
def test_zooming_in_keeps_the_point_under_the_mouse(point, factors):
    lens = WHOLE
    for factor in sorted(factors):
        lens = lens.zoomed(factor, AREA, *point)
    assert lens.to_picture(AREA, *point) == pytest.approx(point, abs=1e-6)


@given(point=INSIDE, other=INSIDE, factors=st.lists(st.floats(0.1, 20), max_size=5), pull=INSIDE)
def test_only_the_picture_is_ever_shown(point, other, factors, pull):
    lens = WHOLE
    for factor, at in zip(factors, (point, other) * 3, strict=False):
        lens = lens.zoomed(factor, AREA, *at).panned(AREA, *pull)
    assert 1 <= lens.factor <= MOST
    left, top = lens.to_picture(AREA, AREA.x, AREA.y)
    right, bottom = lens.to_picture(AREA, AREA.right, AREA.bottom)
    assert AREA.contains(Rect(left, top, right - left, bottom - top), slack=1e-6)
