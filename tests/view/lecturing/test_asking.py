"""Questions on the projector: the presenter's keys answer and reveal, and a clicker goes on as ever."""

import pytest
from PySide6.QtCore import Qt

from memsim_gui.session.opening import Opened
from memsim_gui.session.player import SPEEDS
from memsim_gui.trace import causes, lanes
from memsim_gui.view.lecturing import view
from memsim_gui.view.lecturing.tools import Tool
from tests.scene.test_prediction import four_pages, scanned
from tests.view.lecturing.test_lecture import point, press

Key = Qt.Key


@pytest.fixture
def window(make_window):
    builder, start = four_pages()
    scanned(builder, 0, causes.ACTIVATE, lanes.ACTIVE_ANON)
    made = make_window(Opened(None, builder.trace))
    made.start = start
    return made


@pytest.fixture
def lecture(window, qtbot):
    window.act["lecture"].trigger()
    window.lecture.showNormal()
    window.lecture.resize(1280, 720)
    window.session.seek(window.start - 1)
    qtbot.waitUntil(lambda: window.lecture.frame is not None and window.lecture.frame.size == (1280, 720))
    return window.lecture


@pytest.fixture
def asked(window, lecture, qtbot):
    """A question that stands in a lecture."""
    press(qtbot, lecture, Key.Key_G)
    window.session.player.set_speed(len(SPEEDS) - 1)
    window.session.player.play()
    qtbot.waitUntil(lambda: window.predictor.question is not None)
    qtbot.wait(60)
    return window.predictor.question


def test_a_key_begins_and_ends_asking_and_the_picture_makes_room(window, lecture, qtbot):
    assert lecture.asking.isHidden()
    press(qtbot, lecture, Key.Key_G)
    qtbot.waitUntil(lambda: lecture.frame.size[1] < 720)
    bar = lecture.asking
    assert bar.isVisible()
    assert bar.y() >= lecture.frame.size[1]
    assert bar.geometry().bottom() < 720
    assert bar.text.fontMetrics().height() > 1.4 * window.predict_bar.text.fontMetrics().height()
    assert not lecture.frame.caption.text
    press(qtbot, lecture, Key.Key_G)
    qtbot.waitUntil(lambda: lecture.frame.size[1] == 720)
    assert bar.isHidden()


def test_keys_answer_return_reveals_and_the_score_is_shown(window, lecture, asked, qtbot):
    bar = lecture.asking
    assert bar.text.text() == asked.text
    size = lecture.frame.size
    press(qtbot, lecture, Key.Key_4, Key(Key.Key_1 + asked.answer))
    assert [button.isChecked() for button in bar.choices] == [number == asked.answer for number in range(4)]
    assert lecture.tools.tool is Tool.NONE
    window.session.player.set_speed(0)
    press(qtbot, lecture, Key.Key_Return)
    assert bar.text.text().startswith("Right: ")
    assert bar.score.text() == "1 of 1 right"
    assert window.session.player.running
    qtbot.wait(60)
    assert lecture.frame.size == size
    press(qtbot, lecture, Key.Key_2)
    assert lecture.tools.tool is Tool.PEN  # as ever, where no question stands


def test_a_clicker_goes_on_without_an_answer(window, lecture, asked, qtbot):
    assert asked
    window.session.player.set_speed(0)
    with qtbot.waitSignal(lecture.next_asked):
        press(qtbot, lecture, Key.Key_PageDown)
    qtbot.waitUntil(lambda: window.predictor.question is None)
    assert window.predictor.answered == 0


def test_a_blank_screen_has_no_question_on_it(lecture, asked, qtbot):
    press(qtbot, lecture, Key.Key_B)
    assert lecture.asking.isHidden()
    press(qtbot, lecture, Key.Key_B)
    assert lecture.asking.isVisible()
    assert lecture.asking.text.text() == asked.text


def test_the_pointer_goes_when_the_mouse_rests_and_comes_back(lecture, qtbot, monkeypatch):
    monkeypatch.setattr(view, "REST_MS", 30)
    point(lecture, 40, 40)
    assert lecture.cursor().shape() != Qt.CursorShape.BlankCursor
    qtbot.waitUntil(lambda: lecture.cursor().shape() == Qt.CursorShape.BlankCursor)
    press(qtbot, lecture, Key.Key_T)
    assert lecture.cursor().shape() == Qt.CursorShape.BlankCursor
    point(lecture, 60, 40)
    assert lecture.cursor().shape() != Qt.CursorShape.BlankCursor


@pytest.mark.parametrize(
    ("key", "shape"), [(Key.Key_S, Qt.CursorShape.ArrowCursor), (Key.Key_P, Qt.CursorShape.CrossCursor)]
)
def test_the_pointer_stays_while_spotlight_or_pen_is_used(lecture, qtbot, monkeypatch, key, shape):
    monkeypatch.setattr(view, "REST_MS", 10)
    press(qtbot, lecture, key)
    point(lecture, 300, 300)
    qtbot.wait(60)
    assert lecture.cursor().shape() == shape
    press(qtbot, lecture, key)
    assert lecture.cursor().shape() == Qt.CursorShape.BlankCursor


def test_the_pointer_stays_where_there_is_something_to_click(lecture, qtbot, monkeypatch):
    monkeypatch.setattr(view, "REST_MS", 10)
    point(lecture, 300, 300)
    press(qtbot, lecture, Key.Key_C)
    qtbot.wait(60)
    assert lecture.cursor().shape() == Qt.CursorShape.ArrowCursor
