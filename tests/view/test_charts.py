"""Charts in the window: one cursor for all, a click jumps, zoom is the timeline's, the choice is remembered."""

import math

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QScrollBar

from memsim_gui.session.opening import Opened
from memsim_gui.trace import kinds
from memsim_gui.view.clock import clock, decimals
from memsim_gui.view.widgets.charts_view import AXIS_HEIGHT, ROW_HEIGHT, TITLE_WIDTH
from memsim_gui.view.widgets.span_keys import ALL
from tests.scene import synthetic


def opened(window, qtbot):
    window.session.seek(0)
    window.docks["charts"].raise_()
    qtbot.wait(120)
    return window.docks["charts"].panel


@pytest.fixture
def panel(window, qtbot):
    return opened(window, qtbot)


def _spot(view, second):
    return QPoint(round(view.axis.x_of(second)), 20)


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


def test_keys_zoom_and_pan_the_charts_while_they_have_the_focus(panel, window, qtbot):
    view, player = panel.view, window.session.player
    rung, position = player.speed_index, player.position
    view.setFocus()
    view.point_at(player.pacing.total / 4)
    for keys in ("+", "=", "-", "+"):
        qtbot.keyClicks(view, keys)
        qtbot.wait(30)
    low, high = view.span
    assert high - low == pytest.approx(player.pacing.total / 1.5**2, rel=0.01)
    assert (view.pointer - low) / (high - low) == pytest.approx(1 / 4, abs=0.01)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.wait(40)
    assert view.span == pytest.approx((low + (high - low) / 8, high + (high - low) / 8))
    qtbot.keyClick(view, Qt.Key.Key_Left)
    qtbot.wait(40)
    assert view.span == pytest.approx((low, high))
    qtbot.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(60)
    assert view.span == pytest.approx((0, player.pacing.total))
    assert (player.speed_index, player.position) == (rung, position)


def test_the_timeline_has_the_same_keys_and_leaves_others_to_the_window(window, qtbot):
    plot, player = window.timeline.plot, window.session.player
    window.docks["timeline"].raise_()
    window.session.seek(len(player.trace))
    plot.setFocus()
    qtbot.wait(60)
    qtbot.keyClicks(plot, "+")
    low, high = plot.box.viewRange()[0]
    assert high - low == pytest.approx(player.pacing.total / 1.5, rel=0.1)
    assert low < player.pacing.total <= high
    area = plot.box.sceneBoundingRect().center().toPoint()
    focused = plot.grab().toImage().pixelColor(area)
    plot.clearFocus()
    assert plot.grab().toImage().pixelColor(area) == focused  # the ring is around it, and nowhere else
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.box.autoRangeEnabled()[0]
    qtbot.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
    assert plot.box.autoRangeEnabled()[0]


@pytest.mark.parametrize(("size", "least"), [((1280, 720), 4), ((1920, 1080), 6)])
def test_charts_are_in_sight_in_a_small_window(make_window, qtbot, size, least):
    window = make_window()
    window.resize(*size)
    window.reset_layout()
    view = opened(window, qtbot).view
    seen = view.visibleRegion().boundingRect()
    areas = [view._row_area(number).toAlignedRect() for number in range(len(view.rows))]  # noqa: SLF001 - where curves are
    assert sum(seen.contains(area) for area in areas) >= least
    assert min(area.height() for area in areas) >= view.fontMetrics().ascent()
    words = view.grab(QRect(0, 0, view.title_width, view.height())).toImage()
    assert words.pixelColor(1, 1) == words.pixelColor(
        words.width() - 2, words.height() // 2
    )  # nothing runs into curves


def test_with_room_charts_have_two_lines_of_words(panel, window, qtbot):
    assert panel.view.low
    window.resizeDocks([window.docks["charts"]], [320], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: not panel.view.low)
    assert panel.view.minimumHeight() == AXIS_HEIGHT + len(panel.view.rows) * ROW_HEIGHT


def test_a_chart_explains_itself_beside_its_curves(panel, monkeypatch):
    said = []
    monkeypatch.setattr("memsim_gui.view.widgets.charts_view.QToolTip.showText", lambda _, text, __: said.append(text))
    for x in (10, panel.view.title_width + 50):
        place = QPoint(x, AXIS_HEIGHT + 5)
        QApplication.sendEvent(panel.view, QHelpEvent(QEvent.Type.ToolTip, place, panel.view.mapToGlobal(place)))
    first, second = said
    assert first.startswith("pages/s, max ")
    assert "kswapd: pgscan_kswapd" in first
    assert second == ""


def test_the_axis_stays_in_sight_when_the_charts_are_scrolled(panel):
    area = panel.findChild(QScrollArea)
    left = panel.view.title_width
    strip = QRect(left, 0, panel.view.width() - left, AXIS_HEIGHT)
    assert panel.view.height() > area.viewport().height()
    above = area.viewport().grab(strip).toImage()
    area.verticalScrollBar().triggerAction(QScrollBar.SliderAction.SliderSingleStepAdd)
    assert panel.view.y() == -panel.view.row_height
    assert area.viewport().grab(strip).toImage() == above


def test_tab_leaves_the_charts_where_they_are_and_the_arrows_scroll_them(panel, window, qtbot):
    bar = panel.findChild(QScrollArea).verticalScrollBar()
    window.activateWindow()
    panel.scale.setFocus()
    while not panel.view.hasFocus():
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert bar.value() == 0
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert bar.value() == panel.view.row_height


def test_the_unit_is_said_beside_the_title(panel, qtbot):
    assert [panel.view.measure(_row(panel, key)) for key in ("scan", "stall")] == ["pages/s", "allocations/s"]
    panel.choices["dirty"].trigger()
    assert panel.view.measure(_row(panel, "dirty")) == "pages"
    panel.scale.setCurrentText("Total")
    qtbot.wait(60)
    assert panel.view.measure(_row(panel, "scan")) == "pages"


def test_what_is_zoomed_into_is_sampled_anew(make_window, qtbot, monkeypatch):
    monkeypatch.setattr("memsim_gui.scene.timeline.history.MOST_SAMPLES", 64)
    monkeypatch.setattr("memsim_gui.scene.timeline.history.POINTS", 64)
    trace = synthetic.crowd(128, 80)
    window = make_window(Opened(None, trace))
    panel, course = opened(window, qtbot), window.session.player.course
    position = int(trace.positions_of(kinds.SCAN)[9])
    assert len(course.history.stretch(position, position + 20)[0]) < 5
    second = course.pacing.seconds_at(position)
    panel.view.spanned.emit(second, course.pacing.seconds_at(position + 60))
    qtbot.waitUntil(lambda: len(course.history.stretch(position, position + 60)[0]) >= 60)
    qtbot.wait(60)
    panel.view.point_at(course.pacing.seconds_at(position + 60))
    panel.scale.setCurrentText("Total")
    qtbot.wait(60)
    scanned = trace.view_at(position + 60).counter[synthetic.counter("pgscan_kswapd")]
    assert panel.view.figures(_row(panel, "scan"))[0] == f"kswapd {scanned}"
    panel.view.spanned.emit(*ALL)
    qtbot.waitUntil(lambda: len(course.history.stretch(position, position + 20)[0]) < 5)


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


@pytest.mark.parametrize(("step", "digits", "text"), [(30, 0, "1:23"), (0.1, 1, "1:23.5"), (0.0005, 4, "1:23.4568")])
def test_seconds_are_told_as_finely_as_they_lie(step, digits, text):
    assert decimals(step) == digits
    assert clock(83.45678, digits) == text
