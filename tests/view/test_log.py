"""The log as a person uses it: follow, scroll, filter, search, jump."""

import pytest
from PySide6.QtCore import QPersistentModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent

from memsim_gui.scene.selection import Selection
from memsim_gui.session.opening import Opened
from memsim_gui.view.panels.log import MOST_ROWS, ONLY_SELECTED, POSITION_ROLE
from tests.scene import synthetic


@pytest.fixture
def log(make_window, qtbot):
    """The log of a trace with more events than fit into the list, at its end."""
    window = make_window(Opened(None, synthetic.crowd(128, 80)))
    window.session.seek(len(window.session.trace))
    window.docks["log"].raise_()
    qtbot.wait(60)
    return window.docks["log"].panel


def _rows(log):
    return [position for position, _ in log.model.rows]


def _wheel(widget, notches):
    at = QPoint(5, 5)
    return QWheelEvent(
        QPointF(at), QPointF(widget.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def _choose(log, name):
    next(action for action in log.kinds.menu().actions() if action.text() == name).trigger()


def test_only_a_screen_of_the_log_is_words(log):
    assert len(_rows(log)) == MOST_ROWS
    assert log.bar.maximum() > 2 * MOST_ROWS
    assert log.bar.value() == log.bar.maximum()


def test_scrolling_up_stops_following_and_the_end_goes_on_with_it(log, qtbot):
    last = _rows(log)[-1]
    log.eventFilter(log.list.viewport(), _wheel(log.list.viewport(), 1))
    assert not log.follow_end.isChecked()
    assert _rows(log)[-1] < last
    shown = _rows(log)
    window = log.window()
    window.session.seek(last - 1)
    qtbot.wait(60)
    assert _rows(log) == shown
    log.follow_end.setChecked(True)
    assert _rows(log)[-1] < last - 1
    assert log.bar.value() == log.bar.maximum()


def test_a_click_goes_to_the_event(log, qtbot):
    index = log.model.index(len(_rows(log)) - 3, 0)
    position = index.data(POSITION_ROLE)
    qtbot.mouseClick(log.list.viewport(), Qt.MouseButton.LeftButton, pos=log.list.visualRect(index).center())
    assert log.window().session.player.position == position + 1


def test_arrows_go_over_the_edge_of_the_list(log, qtbot):
    first = _rows(log)[0]
    log.list.setCurrentIndex(log.model.index(0, 0))
    qtbot.keyClick(log.list, Qt.Key.Key_Up)
    assert _rows(log)[0] < first
    assert log.list.currentIndex().row() == 0
    position = _rows(log)[0]
    qtbot.keyClick(log.list, Qt.Key.Key_Return)
    assert log.window().session.player.position == position + 1


def test_the_keyboard_begins_at_what_led_to_here_and_goes_on_from_there(log, qtbot):
    player, rows = log.window().session.player, _rows(log)
    log.list.setFocus(Qt.FocusReason.TabFocusReason)
    assert log.list.currentIndex().data(POSITION_ROLE) == rows[-1]
    for back in (2, 3):
        qtbot.keyClick(log.list, Qt.Key.Key_Up)
        qtbot.keyClick(log.list, Qt.Key.Key_Return)
        assert player.position == rows[-back] + 1
        qtbot.wait(60)
        assert log.list.currentIndex().data(POSITION_ROLE) == rows[-back] == _rows(log)[-1]


def test_what_was_jumped_to_is_followed_again(log, qtbot):
    log.bar.setValue(log.bar.maximum() // 2)
    assert not log.follow_end.isChecked()
    log.list.setCurrentIndex(log.model.index(3, 0))
    position = _rows(log)[3]
    qtbot.keyClick(log.list, Qt.Key.Key_Return)
    assert log.window().session.player.position == position + 1
    qtbot.wait(60)
    assert _rows(log)[-1] == position
    log.window().session.seek(len(log.window().session.trace))
    qtbot.wait(60)
    assert log.bar.value() == log.bar.maximum() > MOST_ROWS


def test_the_menu_of_kinds_stays_for_the_next_one(log, qtbot):
    menu = log.kinds.menu()
    menu.popup(QPoint(0, 0))
    checks = [action for action in menu.actions() if action.isCheckable()]
    for action in checks[:2]:
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
        assert menu.isVisible()
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Space)
    assert [action.isChecked() for action in checks[:4]] == [False, False, False, True]
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not menu.isVisible()


def test_kinds_and_text_filter(log, qtbot):
    every = log.bar.maximum()
    for name in ("Decisions of reclaim", "Page faults"):
        _choose(log, name)
    qtbot.wait(60)
    fewer = log.bar.maximum()
    assert fewer < every
    assert not any("page fault" in text for _, text in log.model.rows)
    qtbot.keyClicks(log.search, "done reading")
    qtbot.wait(60)
    assert 0 < log.bar.maximum() < fewer
    assert not log.nothing.isVisible()
    qtbot.keyClicks(log.search, " of no such thing")
    qtbot.wait(60)
    assert log.nothing.isVisible()
    for _ in " of no such thing":
        qtbot.keyClick(log.search, Qt.Key.Key_Backspace)
    qtbot.wait(60)
    assert not log.nothing.isVisible()
    assert all("done reading" in text for _, text in log.model.rows)


def test_only_the_page_selected(log, qtbot):
    _choose(log, ONLY_SELECTED)
    log.window().session.player.select(Selection(frame=5))
    qtbot.wait(60)
    assert log.model.rows
    assert all("0xAB5" in text or "fault" in text for _, text in log.model.rows)


def test_what_is_undone_leaves_the_list_at_once(log):
    session = log.window().session
    kept = QPersistentModelIndex(log.model.index(5, 0))
    session.trace.truncate(len(session.trace) // 2)
    session.player.grown()
    log.offer(session.player.take_moment(), hurried=False)
    positions = [position for position, _ in log.model.rows]
    assert max(positions) < len(session.trace)
    assert not kept.isValid()  # else the list would still ask for it


def test_what_was_said_stays_while_the_trace_grows(log, monkeypatch):
    session, said = log.window().session, list(log.model.rows)
    monkeypatch.setattr("memsim_gui.view.panels.log.EVENTS_AT_ONCE", 1)
    session.trace.append(session.trace.events(0, 100))
    session.player.grown()
    log.offer(session.player.take_moment(), hurried=False)
    log.list.grab()
    assert log.model.rows == said
