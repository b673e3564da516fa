"""Charts in the window: one cursor for all, a click jumps, zoom is the timeline's, the choice is remembered."""

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from memsim_gui.view.charts_view import TITLE_WIDTH, clock


def opened(window, qtbot):
    window.session.seek(0)
    window.docks["charts"].raise_()
    qtbot.wait(120)
    return window.docks["charts"].panel


@pytest.fixture
def panel(window, qtbot):
    return opened(window, qtbot)


def _spot(view, second):
    return QPoint(round(view.second_to_x(second)), 20)


def _row(panel, key):
    return next(row for row in panel.view.rows if row.key == key)


def test_the_mouse_tells_the_figures_of_every_chart_at_its_second(panel, window, qtbot):
    view, total = panel.view, window.session.player.pacing.total
    panel.scale.setCurrentText("Total")
    qtbot.wait(60)
    assert view.figures(_row(panel, "fault")) == ["all 0", "major 0"]
    qtbot.mouseMove(view, _spot(view, total * 0.5))
    qtbot.mouseMove(view, _spot(view, total * 0.99))
    assert view.pointer == pytest.approx(total * 0.99, abs=total / 50)
    assert view.figures(_row(panel, "fault")) == ["all 12", "major 0"]
    assert view.figures(_row(panel, "stall")) == ["direct reclaim 0"]
    assert window.timeline.plot.pointer == view.pointer
    qtbot.mouseMove(view, QPoint(TITLE_WIDTH // 2, 20))
    assert math.isnan(view.pointer)


def test_the_timeline_moves_the_cursor_of_the_charts(panel, window):
    window.timeline.plot.hovered.emit(1.5)
    assert panel.view.pointer == 1.5


def test_a_click_goes_there(panel, window, qtbot):
    pacing = window.session.player.pacing
    qtbot.mouseClick(panel.view, Qt.MouseButton.LeftButton, pos=_spot(panel.view, pacing.total / 2))
    position = window.session.player.position
    assert 0 < position < len(window.session.trace)
    assert abs(pacing.seconds_at(position) - pacing.total / 2) < pacing.total / 20


def test_the_wheel_zooms_charts_and_timeline_around_the_mouse(panel, window, qtbot):
    view, total = panel.view, window.session.player.pacing.total
    second = total / 4
    place = QPointF(_spot(view, second))
    turn = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)
    qtbot.wait(60)
    low, high = window.timeline.plot.box.viewRange()[0]
    assert (low, high) == pytest.approx(view.span)
    assert high - low < total * 0.6
    assert low < second < high
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=_spot(view, second))
    qtbot.wait(60)
    assert view.span == pytest.approx((0, total))


def test_which_charts_are_shown_is_remembered(make_window, qtbot):
    first = opened(make_window(), qtbot)
    before = [row.key for row in first.view.rows]
    first.choices["scan"].trigger()
    first.choices["dirty"].trigger()
    first.scale.setCurrentText("Total")
    second = opened(make_window(), qtbot)
    assert [row.key for row in second.view.rows] == [*before[1:-1], "dirty", before[-1]]
    assert second.scale.currentText() == "Total"
    for row in second.view.rows:
        second.choices[row.key].trigger()
    assert opened(make_window(), qtbot).view.rows == ()


@pytest.mark.parametrize(("second", "text"), [(0, "0:00.0"), (59.96, "1:00.0"), (83.4, "1:23.4")])
def test_seconds_are_told_as_minutes(second, text):
    assert clock(second) == text
