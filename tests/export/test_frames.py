"""The frames of an export: which stretch, how many, in order, repeated only where nothing changes."""

import itertools

import numpy as np
import pytest
from PySide6.QtGui import QImage

from memsim_gui.engine.errors import InputError
from memsim_gui.export.frames import Reel, Stretch, same, stretch_of
from memsim_gui.export.writers import painter_for
from memsim_gui.scene import Pacing
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Meta, Trace
from tests.session.story import by_hand, start_view

pytestmark = pytest.mark.usefixtures("qapp")

SIZE = (640, 360)
STEPS = 6


def pixels(image: QImage):
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1).copy()


def reel(stretch, fps=5, trace=None):
    return Reel(trace or by_hand(), painter_for("light", SIZE, captions=True), stretch, fps)


@pytest.mark.parametrize(
    ("first", "last", "steps"),
    [(None, None, (None, None)), (1, 6, (0, None)), (2, 3, (1, 3)), (6, 6, (5, None)), (None, 2, (None, 2))],
)
def test_a_stretch_of_steps_ends_where_the_next_begins(first, last, steps):
    trace = by_hand()
    begins = dict(enumerate(trace.positions_of(kinds.STEP).tolist()))
    expected = Stretch(begins.get(steps[0], 0), begins.get(steps[1], len(trace)))
    assert stretch_of(trace, first, last) == expected


@pytest.mark.parametrize(
    ("first", "last", "words"), [(0, None, "1 to 6"), (None, 7, "1 to 6"), (5, 2, "5 to 6"), (-1, 99, "1 to 6")]
)
def test_steps_that_are_not_there_are_one_line(first, last, words):
    with pytest.raises(InputError, match=words):
        stretch_of(by_hand(), first, last)


def test_a_trace_without_steps_has_no_stretches_to_choose():
    trace = Trace(start_view(), Meta())
    assert stretch_of(trace, None, None) == Stretch(0, 0)
    with pytest.raises(InputError, match="it has no steps"):
        stretch_of(trace, 1, None)


def test_there_are_as_many_frames_as_seconds_times_the_rate():
    trace = by_hand()
    stretch = stretch_of(trace, 2, 3)
    pacing = Pacing.of(trace)
    seconds = pacing.seconds_at(stretch.stop) - pacing.seconds_at(stretch.start)
    made = reel(stretch, fps=7, trace=trace)
    assert len(made) == len(list(made)) == round(7 * seconds)


def test_an_empty_trace_is_one_picture():
    (image,) = reel(Stretch(0, 0), trace=Trace(start_view(), Meta()))
    assert len(np.unique(pixels(image))) > 1


def test_repeated_frames_are_exactly_those_that_would_look_the_same():
    stretch = stretch_of(by_hand(), 5, 6)
    frames, shown = [], None
    for image in reel(stretch):
        shown = shown if image is None else pixels(image)
        frames.append(shown)
    painted_anew = reel(stretch)
    assert any(one is other for one, other in itertools.pairwise(frames))
    for number, frame in enumerate(frames):
        assert np.array_equal(frame, pixels(painted_anew._paint(painted_anew._frame(painted_anew._place(number)))))  # noqa: SLF001 - its own test


def test_the_last_frame_shows_what_the_stretch_leaves():
    trace = by_hand()
    stretch = stretch_of(trace, 1, 1)
    for last in reel(stretch, trace=trace):
        shown = shown if last is None else pixels(last)  # noqa: F821 - the first frame is never None
    made = reel(stretch, trace=trace)
    scene = made._scene.frame(trace.view_at(stretch.stop), stretch.stop)  # noqa: SLF001 - its own test
    assert np.array_equal(shown, pixels(made._paint(scene)))  # noqa: SLF001


def test_scenes_are_compared_throughout():
    one, two = (Stretch(1, 2), [np.arange(3), "a"], {"k": 1}), (Stretch(1, 2), [np.arange(3), "a"], {"k": 1})
    assert same(one, two)
    assert not same(one, (Stretch(1, 2), [np.arange(4), "a"], {"k": 1}))
    assert not same(one, (Stretch(1, 2), [np.array([0, 1, 9]), "a"], {"k": 1}))
    assert not same(one, (Stretch(1, 3), *one[1:]))
    assert not same([1], (1,))
