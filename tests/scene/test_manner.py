"""How a moment is told: without motion pages jump and are marked; in plain words everything has another name."""

import numpy as np
import pytest

from memsim_gui.scene import marks, plain_words, words
from memsim_gui.scene.moment import Manner
from memsim_gui.trace import causes, counters, kinds, lanes
from tests.scene import synthetic
from tests.scene.test_stage import move_of_ageing, position_of, show
from tests.session.story import by_hand

STILL, PLAIN = Manner(still=True), Manner(plain=True)


@pytest.fixture(scope="module")
def life():
    return synthetic.life_of_one_page()


def marked(stage):
    found = [tokens.frame[(tokens.marks & marks.SELECTED) != 0].tolist() for tokens in stage.tokens]
    return {frame for frames in found for frame in frames}


def test_without_motion_a_page_stays_until_it_has_moved_and_is_marked_then(life):
    at = move_of_ageing(life)
    frame = int(life.events(at, at + 1)["ident"][0])
    for fraction in (0.1, 0.5, 0.9):
        moving, still = show(life, at, fraction).stage, show(life, at, fraction, manner=STILL).stage
        assert moving.flights
        assert not still.flights
        assert not still.pulses
        assert [tokens.x.tolist() for tokens in still.tokens] == [
            tokens.x.tolist() for tokens in show(life, at).stage.tokens
        ]
        assert frame not in marked(still)
    assert frame in marked(show(life, at + 1, 0.1, manner=STILL).stage)
    assert frame not in marked(show(life, at + 1, 0.1).stage)


def test_without_motion_no_token_moves_within_any_event(life):
    for at in range(0, len(life), 3):
        stages = [show(life, at, fraction, manner=STILL).stage for fraction in (0.2, 0.8)]
        places = [
            {frame: (x, y) for t in stage.tokens for frame, x, y in zip(t.frame.tolist(), t.x, t.y, strict=True)}
            for stage in stages
        ]
        assert places[0] == places[1]


def test_a_step_is_announced_without_motion_too(life):
    at = position_of(life, kinds.STEP, nth=1)
    assert show(life, at, 0.3, manner=STILL).caption == show(life, at, 0.3).caption


def test_plain_words_replace_the_names_of_lists_actions_and_counters(life):
    at = move_of_ageing(life)
    kernel, plain = show(life, at, 0.5), show(life, at, 0.5, manner=PLAIN)
    assert [card.title for card in kernel.stage.lanes][:2] == ["Active anon", "Inactive anon"]
    assert [card.title for card in plain.stage.lanes][:2] == ["Program, in use", "Program, idle"]
    assert (kernel.stage.flights[0].label, plain.stage.flights[0].label) == ("deactivate", "now idle")
    assert kernel.stage.still_key != plain.stage.still_key


def test_plain_words_name_what_a_step_has_changed():
    trace = by_hand()
    for at in range(10, len(trace), 10):
        kernel, plain = (show(trace, at, manner=manner).caption.changes for manner in (Manner(), PLAIN))
        assert [plain_words.counter(change.name, plain=True) for change in kernel] == [change.name for change in plain]
    assert any(change.name in plain_words.COUNTERS.values() for change in plain)


def test_everything_with_a_kernel_name_has_plain_words():
    assert set(plain_words.LANE_TITLES) == set(words.LANE_TITLES) == set(plain_words.LANE_SUBTITLES)
    assert set(plain_words.COUNTERS) == {*counters.EVENT_NAMES, *counters.NODE_NAMES, *counters.ZONE_NAMES}
    assert len(set(plain_words.COUNTERS.values())) == len(plain_words.COUNTERS)
    known = [cause for name, cause in vars(causes).items() if name.isupper() and isinstance(cause, int)]
    actions = {words.action(cause, lanes.IN_HAND, dst) for cause in known for dst in (lanes.FREE, lanes.ACTIVE_ANON)}
    actions |= {words.transfer(writing=w, swap=s) for w in (True, False) for s in (True, False)}
    assert actions <= set(plain_words.ACTIONS)
    roles = {name.replace("_", " ") for name in marks.ROLE_NAMES[: marks.FREE]} - {"fresh"}
    assert set(plain_words.ROLES) == roles


def test_other_words_stay_as_they_are():
    assert plain_words.role("in swap", plain=True) == "in swap"
    assert plain_words.counter("nr_active_anon", plain=False) == "nr_active_anon"
    assert plain_words.action("activate", plain=False) == "activate"
    assert np.all([plain_words.role(name, plain=False) == name for name in plain_words.ROLES])
