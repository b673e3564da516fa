"""Page age: in stretches of flows, pages are as old as the last keyframe; elsewhere they are as of now."""

import numpy as np
import pytest

from memsim_gui.scene.panels.page_age import age_words, known_at
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view


def _trace(level=kinds.LEVEL_FULL):
    return Trace(new_view(Sizes(1, 8, 8, 1, 1, 1, 1, 1, 1)), Meta(level=level))


def _grow(trace, events, *, keyframe=False):
    trace.append(np.zeros(events, kinds.EVENT))
    if keyframe:
        trace.add_keyframe(trace.view_at(len(trace)))


@pytest.fixture
def mixed():
    """Full to 10, flows to 30 with a keyframe at 20, full again from a keyframe at 30 to 40."""
    trace = _trace()
    _grow(trace, 10)
    trace.change_level(kinds.LEVEL_FLOW)
    _grow(trace, 10, keyframe=True)
    _grow(trace, 10, keyframe=True)
    trace.change_level(kinds.LEVEL_FULL)
    _grow(trace, 10)
    return trace


@pytest.mark.parametrize(
    ("position", "known"),
    [(0, 0), (9, 9), (10, 10), (15, 10), (19, 10), (20, 20), (29, 20), (30, 30), (37, 37), (40, 40)],
)
def test_pages_are_known_as_of_the_last_keyframe_or_the_last_event_told(mixed, position, known):
    assert known_at(mixed, position) == known


def test_it_is_said_where_pages_may_be_older_and_only_there(mixed):
    assert age_words(mixed, 9) == ""
    assert age_words(mixed, 25) == "Pages as of event 20: this stretch is recorded as flows"
    assert age_words(mixed, 20) == "Pages as of event 20: this stretch is recorded as flows"
    assert age_words(mixed, 35) == ""


def test_counters_alone_are_said_to_be_that():
    trace = _trace(kinds.LEVEL_COUNTERS)
    _grow(trace, 5)
    assert age_words(trace, 5) == "Pages as of event 0: this stretch is recorded as counters"
