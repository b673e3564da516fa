"""A lecture's extras leave the caption alone and are large enough to be read from the last row."""

import itertools

import pytest

from memsim_gui.scene.frame import composition
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.overlays import overlays
from tests.scene.test_layout import metrics

SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1024, 768)]
TOGETHER = ("clock", "chapters", "notes", "strip")


@pytest.mark.parametrize("letters", [0, 90, 240])
@pytest.mark.parametrize("size", SIZES)
def test_extras_lie_inside_and_not_over_each_other(size, letters):
    m = metrics(size, lecture=True)
    parts = composition(size, m, letters)
    places = overlays(parts, m)
    rects = {name: getattr(places, name) for name in (*TOGETHER, "sheet")}
    for rect in rects.values():
        assert Rect(0, 0, *size).contains(rect)
        assert not rect.overlaps(parts.caption)
        assert min(rect.w, rect.h) > places.body
    for one, other in itertools.combinations(TOGETHER, 2):
        assert not rects[one].overlaps(rects[other]), (one, other)


@pytest.mark.parametrize("size", SIZES[:3])
def test_type_is_a_thirtieth_of_the_height(size):
    m = metrics(size, lecture=True)
    assert overlays(composition(size, m), m).body >= size[1] / 30
