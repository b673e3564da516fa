"""The clock stops before a decision, an answer counts once, and the clock goes on with what was asked about."""

import pytest

from memsim_gui.scene.selection import Selection
from memsim_gui.session.player import SPEEDS, Player
from memsim_gui.session.predicting import Predictor
from memsim_gui.trace import causes, kinds, lanes
from tests.scene.test_prediction import four_pages, scanned

FRAME_S = 0.02


@pytest.fixture
def playing(qapp):  # noqa: ARG001 - signals need an application
    """A player before a scan that activates page 0 and frees page 1, and its predictor, playing fast."""
    builder, start = four_pages()
    scanned(builder, 0, causes.ACTIVATE, lanes.ACTIVE_ANON)
    scanned(builder, 1, causes.RECLAIM, lanes.FREE)
    player = Player(builder.trace)
    player.seek(start - 1)
    player.set_speed(len(SPEEDS) - 1)
    predictor = Predictor(player)
    predictor.enable(True)
    player.play()
    return player, predictor


def on(player, predictor, frames=50):
    """Let frames pass until a question stands."""
    for _ in range(frames):
        player.advance(FRAME_S)
        predictor.look()
        if predictor.question:
            return predictor.question
    return None


def test_the_clock_stops_before_anything_of_the_decision_is_shown(playing):
    player, predictor = playing
    player.select(Selection(frame=0))
    asked = on(player, predictor)
    assert (player.running, player.position, player.fraction) == (False, asked.asked_at, 0.0)
    assert player.view.lane[0] == lanes.INACTIVE_ANON
    assert player.selection == Selection()
    player.select(Selection(frame=0))  # as a step's camera does
    predictor.look()
    assert player.selection == Selection()


def test_a_right_answer_counts_and_the_clock_goes_on_to_the_next_question(playing):
    player, predictor = playing
    told = []
    predictor.revealed.connect(lambda question, choice: told.append((question.decision, choice)))
    first = on(player, predictor)
    assert predictor.pick(first.frames[first.answer])
    predictor.reveal()
    assert (predictor.right, predictor.answered, player.running) == (1, 1, True)
    assert told == [(first.decision, first.answer)]
    second = on(player, predictor)
    assert second.decision > first.decision
    predictor.choose((second.answer + 1) % len(second.choices))
    predictor.reveal()
    assert (predictor.right, predictor.answered) == (1, 2)
    predictor.reset()
    assert (predictor.right, predictor.answered) == (0, 0)


def test_every_new_decision_is_asked_once_and_then_the_end_is_reached(playing):
    player, predictor = playing
    decisions = []
    while asked := on(player, predictor):
        decisions.append(asked.decision)
        predictor.reveal()
    told = [int(player.trace.events(at, at + 1)["kind"][0]) for at in decisions]
    assert told == [kinds.MOVE, kinds.SCAN, kinds.SCAN]
    assert predictor.answered == 0
    assert player.position == len(player.trace)


def test_going_on_without_an_answer_takes_the_question_back(playing):
    player, predictor = playing
    first = on(player, predictor)
    player.play()
    predictor.look()
    assert predictor.question is None
    assert on(player, predictor).decision > first.decision
    player.seek(0)
    predictor.look()
    player.play()
    assert on(player, predictor).decision == first.decision


def test_a_click_on_another_page_is_no_answer_and_without_a_question_none_is_expected(playing):
    player, predictor = playing
    on(player, predictor)
    assert predictor.pick(23)
    assert predictor.chosen == -1
    predictor.choose(7)
    assert predictor.chosen == -1
    predictor.enable(False)
    assert predictor.question is None
    assert not predictor.pick(0)
    predictor.reveal()
    assert not player.running
