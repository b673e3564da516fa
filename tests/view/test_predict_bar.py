"""Questions below the stage: keys answer, Return reveals and plays on, the score stands beside."""

import pytest
from PySide6.QtCore import Qt

from memsim_gui.session.opening import Opened
from memsim_gui.session.player import SPEEDS
from memsim_gui.trace import causes, lanes
from tests.scene.test_prediction import four_pages, scanned


@pytest.fixture
def asking(make_window, qtbot):
    """A window in which a question stands."""
    builder, start = four_pages()
    scanned(builder, 0, causes.ACTIVATE, lanes.ACTIVE_ANON)
    window = make_window(Opened(None, builder.trace))
    assert not window.predict_bar.isVisible()
    qtbot.wait(150)
    window.session.seek(start - 1)
    qtbot.keyClick(window.stage, Qt.Key.Key_G)
    window.session.player.set_speed(len(SPEEDS) - 1)
    window.session.player.play()
    qtbot.waitUntil(lambda: window.predictor.question is not None)
    qtbot.wait(50)
    return window


def test_the_captions_which_would_tell_the_answer_are_away_while_questions_are_asked(live, qtbot):
    live.session.seek(len(live.session.trace) - 1)
    qtbot.wait(60)
    assert live.stage.frame.caption.text
    live.act["predict"].trigger()
    qtbot.wait(60)
    assert not live.stage.frame.caption.text
    assert not live.stage.frame.caption.title
    live.act["predict"].trigger()
    qtbot.wait(60)
    assert live.stage.frame.caption.text


def test_keys_answer_and_return_reveals(asking, qtbot):
    bar, asked = asking.predict_bar, asking.predictor.question
    assert bar.text.text() == "Which page is taken from Inactive anon next?"
    assert [button.text() for button in bar.choices] == [f"{n + 1}   {w}" for n, w in enumerate(asked.choices)]
    height = asking.stage.height()
    qtbot.keyClick(asking.stage, Qt.Key(Qt.Key.Key_1 + asked.answer))
    assert [button.isChecked() for button in bar.choices] == [n == asked.answer for n in range(4)]
    asking.session.player.set_speed(0)
    qtbot.keyClick(asking.stage, Qt.Key.Key_Return)
    assert bar.text.text() == f"Right: {asked.choices[asked.answer]}. 0xAB0 is isolated from the tail for a decision."
    assert bar.score.text() == "1 of 1 right"
    assert asking.session.player.running
    qtbot.wait(50)
    assert asking.stage.height() == height


def test_a_wrong_answer_is_told_and_the_score_can_be_reset(asking, qtbot):
    bar, asked = asking.predict_bar, asking.predictor.question
    qtbot.mouseClick(bar.choices[(asked.answer + 1) % 4], Qt.MouseButton.LeftButton)
    asking.session.player.set_speed(0)
    qtbot.mouseClick(bar.reveal, Qt.MouseButton.LeftButton)
    assert bar.text.text().startswith(f"No: {asked.choices[asked.answer]}.")
    assert bar.score.text() == "0 of 1 right"
    qtbot.mouseClick(bar.reset, Qt.MouseButton.LeftButton)
    assert bar.score.text() == "0 of 0 right"


def test_a_click_on_the_page_answers_and_selects_nothing(asking, qtbot):
    asked, stage = asking.predictor.question, asking.stage
    stage.picked.emit(asking.session.player.selection.__class__(frame=asked.frames[2]))
    assert asking.predictor.chosen == 2
    assert asking.session.player.selection.frame == -1
    qtbot.wait(20)
    assert asking.predict_bar.choices[2].isChecked()


def test_closing_the_bar_ends_the_questions_and_frees_its_keys(asking, qtbot):
    qtbot.mouseClick(asking.predict_bar.close_, Qt.MouseButton.LeftButton)
    assert not asking.predict_bar.isVisible()
    assert not asking.act["predict"].isChecked()
    assert asking.predictor.question is None
    qtbot.keyClick(asking.stage, Qt.Key.Key_1)
    assert asking.predictor.chosen == -1
