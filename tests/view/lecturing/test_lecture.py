"""A lecture as its speaker gives it: real keys, a real mouse, and what the audience sees."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolTip

from memsim_gui.paint import load_theme
from memsim_gui.paint.tokens import THEMES
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.lens import WHOLE
from memsim_gui.scene.selection import Selection
from memsim_gui.session.jobs import Talk
from memsim_gui.session.opening import Opened, open_text
from memsim_gui.trace import kinds
from memsim_gui.view.lecturing.keys import Deed
from memsim_gui.view.lecturing.notes import NO_NOTES, OF_A_RECORDING, notes_of
from memsim_gui.view.lecturing.tools import Tool
from memsim_gui.view.style import DEFAULT_THEME
from tests.session.story import by_hand
from tests.view.conftest import LONG_MS

Key = Qt.Key
SIZES = [(1280, 720), (1920, 1080), (3840, 2160)]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def lecture(window, qtbot):
    """A lecture on the hand-made recording, in the middle of its third step, 1280 × 720."""
    return begin(window, qtbot)


def begin(window, qtbot, size=SIZES[0]):
    window.act["lecture"].trigger()
    window.lecture.showNormal()
    window.lecture.resize(*size)
    starts = window.session.trace.positions_of(kinds.STEP)
    window.session.seek(int(starts[2]) + 3)
    qtbot.waitUntil(lambda: window.lecture.frame is not None and window.lecture.frame.size == size)
    return window.lecture


def press(qtbot, widget, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        qtbot.keyClick(widget, key, modifier)


def mouse(widget, kind, at, held=Qt.MouseButton.NoButton):
    """Send a mouse event: the offscreen platform's own mouse cannot leave its small screen."""
    place = QPointF(*at)
    button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    QApplication.sendEvent(
        widget, QMouseEvent(kind, place, widget.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
    )


def point(widget, *at):
    mouse(widget, QEvent.Type.MouseMove, at)


def drag(widget, *points):
    mouse(widget, QEvent.Type.MouseButtonPress, points[0], Qt.MouseButton.LeftButton)
    for place in points[1:]:
        mouse(widget, QEvent.Type.MouseMove, place, Qt.MouseButton.LeftButton)
    mouse(widget, QEvent.Type.MouseButtonRelease, points[-1])


def turn_wheel(widget, at, notches, modifier=Qt.KeyboardModifier.NoModifier):
    place = QPointF(*at)
    event = QWheelEvent(
        place, widget.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def pixels(widget):
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.int64)


def part(picture, rect):
    return picture[round(rect.y) : round(rect.bottom), round(rect.x) : round(rect.right)]


def rgb(color):
    return [color.red(), color.green(), color.blue()]


def count(picture, color):
    return int((np.abs(picture - rgb(color)).max(axis=2) < 8).sum())


# --- steps


def test_a_clicker_s_keys_reach_the_session_and_start_the_clock(window, lecture, qtbot):
    assert lecture.clock.elapsed_s == 0
    press(qtbot, lecture, Key.Key_PageDown)
    assert window.session.player.running
    qtbot.wait(20)
    assert lecture.clock.elapsed_s > 0
    with qtbot.waitSignal(lecture.previous_asked):
        press(qtbot, lecture, Key.Key_PageUp)


def test_chapters_are_found_by_number_and_words_and_jumped_to(window, lecture, qtbot):
    chapters = lecture.chapters
    press(qtbot, lecture, Key.Key_Tab)
    assert chapters.isVisible()
    assert chapters.list.currentItem().text() == "3 ● First scan"
    search = QApplication.focusWidget()
    press(qtbot, search, Key.Key_Down, Key.Key_Down)
    assert "Lock" in chapters.list.currentItem().text()
    qtbot.keyClicks(search, "file")
    assert "Read a file" in chapters.list.currentItem().text()
    press(qtbot, search, Key.Key_Return)
    assert not chapters.isVisible()
    assert QApplication.focusWidget() is lecture
    assert window.session.player.scenario_step in {1, 2}
    assert window.session.player.running
    qtbot.waitUntil(lambda: lecture.frame.caption.step == 2, timeout=LONG_MS)
    press(qtbot, lecture, Key.Key_C)
    qtbot.keyClicks(QApplication.focusWidget(), "6")
    press(qtbot, QApplication.focusWidget(), Key.Key_Return)
    qtbot.waitUntil(lambda: lecture.frame.caption.step == 6, timeout=LONG_MS)


def test_chapters_close_without_a_choice(window, lecture, qtbot):
    at = window.session.player.position
    for closer in (Key.Key_Escape, Key.Key_Tab):
        press(qtbot, lecture, Key.Key_C)
        press(qtbot, QApplication.focusWidget(), closer)
        assert not lecture.chapters.isVisible()
        assert QApplication.focusWidget() is lecture
    press(qtbot, lecture, Key.Key_C)
    qtbot.keyClicks(QApplication.focusWidget(), "nothing of the kind")
    press(qtbot, QApplication.focusWidget(), Key.Key_Return)
    assert (window.session.player.position, lecture.isVisible()) == (at, True)


def test_a_chapter_not_run_yet_is_run_first(make_window, qtbot):
    window = make_window(open_text("S1"))
    qtbot.waitUntil(lambda: bool(window.session.core.report.tunables), timeout=LONG_MS)
    window.act["lecture"].trigger()
    window.lecture.step_asked.emit(9)
    qtbot.waitUntil(lambda: len(window.session.trace.positions_of(kinds.STEP)) >= 9, timeout=LONG_MS)
    qtbot.waitUntil(lambda: window.lecture.frame and window.lecture.frame.caption.step == 9, timeout=LONG_MS)


# --- what the audience sees


@pytest.mark.parametrize(("key", "color"), [(Key.Key_B, Qt.GlobalColor.black), (Key.Key_Comma, Qt.GlobalColor.white)])
def test_a_blank_screen_is_blank_all_over(lecture, qtbot, key, color):
    press(qtbot, lecture, Key.Key_N, key)
    assert (pixels(lecture) == rgb(QColor(color))).all()
    press(qtbot, lecture, Key.Key_Escape)
    assert lecture.isVisible()
    assert len(np.unique(pixels(lecture).reshape(-1, 3), axis=0)) > 20


def test_the_screen_goes_from_black_to_white_and_back(lecture, qtbot):
    press(qtbot, lecture, Key.Key_B, Key.Key_W)
    assert lecture.blank is Deed.WHITE
    press(qtbot, lecture, Key.Key_W)
    assert lecture.blank is None


def test_a_click_brings_a_blank_screen_back_and_picks_nothing_behind_it(window, lecture, qtbot):
    tokens = next(tokens for tokens in lecture.frame.stage.tokens if len(tokens.x))
    page = QPoint(int(tokens.x[0] + tokens.size / 2), int(tokens.y[0] + tokens.size / 2))
    press(qtbot, lecture, Key.Key_B)
    point(lecture, page.x(), page.y())
    assert not QToolTip.isVisible()
    qtbot.mouseClick(lecture, Qt.MouseButton.LeftButton, pos=page)
    assert lecture.blank is None
    assert window.session.player.selection == Selection()
    qtbot.mouseClick(lecture, Qt.MouseButton.LeftButton, pos=page)
    assert window.session.player.selection == Selection(frame=int(tokens.frame[0]))


def test_the_spotlight_dims_all_but_its_circle(lecture, qtbot):
    point(lecture, 400, 300)
    press(qtbot, lecture, Key.Key_K)
    before = pixels(lecture)
    press(qtbot, lecture, Key.Key_S)
    after = pixels(lecture)
    assert np.array_equal(before[280:320, 380:420], after[280:320, 380:420])
    bright = before.sum(axis=2) > 90
    bright[100:500, 200:600] = False
    assert (after.sum(axis=2) < before.sum(axis=2))[bright].all()
    radius = lecture.tools.radius
    turn_wheel(lecture, (400, 300), -2)
    assert lecture.tools.radius < radius
    press(qtbot, lecture, Key.Key_Escape)
    assert np.array_equal(pixels(lecture), before)
    assert lecture.isVisible()


def test_zoom_magnifies_the_stage_and_leaves_the_words(lecture, qtbot):
    press(qtbot, lecture, Key.Key_K)
    before = pixels(lecture)
    stage, caption = lecture.frame.composition.stage, lecture.frame.composition.caption
    point(lecture, stage.x + 2, stage.y + 2)
    press(qtbot, lecture, Key.Key_Z)
    after = pixels(lecture)
    assert np.array_equal(part(before, caption), part(after, caption))
    quarter = part(before, Rect(stage.x, stage.y, stage.w // 2, stage.h // 2))
    doubled = quarter.repeat(2, axis=0).repeat(2, axis=1)
    seen = part(after, stage)[: doubled.shape[0], : doubled.shape[1]]
    assert np.abs(seen - doubled[: seen.shape[0], : seen.shape[1]]).mean() < 12
    assert np.abs(seen - part(before, stage)[: seen.shape[0], : seen.shape[1]]).mean() > 6
    press(qtbot, lecture, Key.Key_0)
    assert np.array_equal(pixels(lecture), before)


def test_a_zoomed_token_is_painted_anew_not_stretched(lecture, qtbot):
    tokens = next(t for t in lecture.frame.stage.tokens if len(t.x))
    at = QPoint(round(float(tokens.x[0])), round(float(tokens.y[0])))
    point(lecture, at.x(), at.y())
    for _ in range(8):
        press(qtbot, lecture, Key.Key_Plus, modifier=CTRL)
    side = round(float(tokens.size) * lecture.tools.lens.factor)
    token = pixels(lecture)[at.y() : at.y() + side, at.x() : at.x() + side]
    stretched = np.abs(np.diff(token.sum(axis=2), axis=1))
    assert stretched.max() > 150  # edges are as hard as without the lens


def test_pages_are_found_under_the_lens(lecture):
    tokens = next(t for t in lecture.frame.stage.tokens if len(t.x) and t.frame[0] >= 0)
    x, y = float(tokens.x[0]) + tokens.size / 2, float(tokens.y[0]) + tokens.size / 2
    point(lecture, x, y)
    turn_wheel(lecture, (x, y), 6, CTRL)
    assert lecture.tools.lens.factor > 2
    reach = 0.9 * tokens.size / 2 * lecture.tools.lens.factor
    assert lecture.frame_at(x + reach, y) == int(tokens.frame[0])
    lens = lecture.tools.lens
    drag(lecture, (600, 300), (650, 320))
    assert lecture.tools.lens != lens


def test_the_pen_draws_in_three_colours_and_esc_takes_back_one_thing_at_a_time(lecture, qtbot):
    color = load_theme(DEFAULT_THEME).color
    stage = lecture.frame.composition.stage
    y = round(stage.bottom) - 4
    press(qtbot, lecture, Key.Key_K)
    before = pixels(lecture)
    for number, name in ((Key.Key_1, "danger"), (Key.Key_2, "accent"), (Key.Key_3, "good")):
        press(qtbot, lecture, number)
        drag(lecture, (100, y - 30), (500, y - 30))
        found = count(pixels(lecture)[y - 34 : y - 26, 100:400], color[name])
        assert found > 900, name
    press(qtbot, lecture, Key.Key_Escape)
    point(lecture, 20, y - 200)
    assert lecture.tools.tool is Tool.PEN
    assert np.array_equal(pixels(lecture)[y - 40 : y], before[y - 40 : y])
    press(qtbot, lecture, Key.Key_Escape)
    assert lecture.tools.tool is Tool.NONE
    assert lecture.isVisible()
    press(qtbot, lecture, Key.Key_Escape)
    assert not lecture.isVisible()


def test_the_pointer_is_a_dot_under_the_mouse(lecture, qtbot):
    point(lecture, 300, 500)
    press(qtbot, lecture, Key.Key_L)
    point(lecture, 310, 510)
    assert count(pixels(lecture)[503:518, 303:318], load_theme(DEFAULT_THEME).color["danger"]) > 100
    assert lecture.cursor().shape() == Qt.CursorShape.BlankCursor


def test_keys_pressed_are_shown_unless_the_person_wants_not(lecture, qtbot):
    press(qtbot, lecture, Key.Key_T, Key.Key_T)
    qtbot.mouseClick(lecture, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert [name for name, _ in lecture.strip.shown(0, fading=True)][-2:] == ["T ×2", "Click"]
    strip = lecture.places.strip
    with_keys = part(pixels(lecture), strip)
    press(qtbot, lecture, Key.Key_K)
    assert not np.array_equal(part(pixels(lecture), strip), with_keys)


def test_keys_do_not_fade_for_people_who_want_nothing_to_move(lecture, window, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(lecture.strip, "shown", lambda _now, *, fading: asked.append(fading) or [])
    lecture.grab()
    assert asked[-1]
    window.act["still"].trigger()

    def told():
        lecture.grab()
        return not asked[-1]

    qtbot.waitUntil(told)


def test_the_clock_has_the_end_of_the_title_line(lecture, qtbot):
    room = lecture.frame.composition.title
    press(qtbot, lecture, Key.Key_T)
    qtbot.waitUntil(lambda: lecture.frame.composition.title.w < room.w)
    assert not lecture.frame.composition.title.overlaps(lecture.places.clock)
    assert room.contains(lecture.places.clock)
    press(qtbot, lecture, Key.Key_T)
    qtbot.waitUntil(lambda: lecture.frame.composition.title == room)


@pytest.mark.parametrize(("size", "theme"), list(zip(SIZES, THEMES, strict=True)))
def test_the_sheet_of_keys_leaves_the_caption_alone(window, qtbot, size, theme):
    window.use_theme(theme)
    lecture = begin(window, qtbot, size)
    press(qtbot, lecture, Key.Key_K)
    before = pixels(lecture)
    press(qtbot, lecture, Key.Key_Question)
    after = pixels(lecture)
    changed = np.argwhere((before != after).any(axis=2))
    sheet = lecture.places.sheet
    assert len(changed) > sheet.w * sheet.h / 20
    top, left = changed.min(axis=0)
    bottom, right = changed.max(axis=0)
    assert sheet.contains(Rect(left, top, right - left, bottom - top), slack=2)


@pytest.mark.parametrize("size", SIZES)
def test_what_opens_can_be_read_and_covers_no_words(window, qtbot, size):
    lecture = begin(window, qtbot, size)
    press(qtbot, lecture, Key.Key_N)
    press(qtbot, lecture, Key.Key_C)
    parts = lecture.frame.composition
    boxes = [Rect(*widget.geometry().getRect()) for widget in (lecture.chapters, lecture.notes)]
    assert not any(box.overlaps(words) for box in boxes for words in (parts.caption, parts.title, parts.footer))
    assert not boxes[0].overlaps(boxes[1])
    labels = [label for label in lecture.notes.findChildren(QLabel) if label.text()]
    for widget in (*labels, lecture.chapters.list, QApplication.focusWidget()):
        assert widget.fontInfo().pixelSize() >= size[1] // 30
    for one, other in itertools.combinations([label for label in labels if label.isVisible()], 2):
        area = [Rect(*w.rect().translated(w.mapTo(lecture, QPoint())).getRect()) for w in (one, other)]
        assert not area[0].overlaps(area[1]), (one.text(), other.text())


# --- notes


def test_notes_of_a_step_flow_and_say_when_there_are_none():
    talk = Talk(("One\nline.\n\nAnother.", ""), "About\nit all.")
    assert notes_of(talk, 1) == "One line.\n\nAnother."
    assert notes_of(talk, 2) == f"{NO_NOTES}\n\nOn the scenario: About it all."
    assert notes_of(Talk(), 1) == NO_NOTES
    assert notes_of(None, 1) == OF_A_RECORDING


def test_notes_come_from_the_scenario(make_window, qtbot, tmp_path):
    path = tmp_path / "talk.toml"
    path.write_text(
        'format = 1\nid = "X"\ntitle = "A talk"\nsummary = "s"\nminutes = 4\n[machine]\nmemory = "1 MiB"\n'
        '[[steps]]\ntitle = "First"\ncaption = "c1"\nnotes = "Say hello."\n'
        '[[steps]]\ntitle = "Second"\ncaption = "c2"\n'
    )
    window = make_window(open_text(str(path)))
    qtbot.waitUntil(lambda: window.lecture.clock.planned_s == 240, timeout=LONG_MS)
    window.act["notes"].trigger()
    notes = window.lectern.notes
    assert notes.isVisible()
    qtbot.waitUntil(lambda: notes.notes.text.text() == "Say hello.", timeout=LONG_MS)
    assert notes.notes.next_title.text() == "Next: Second"
    assert notes.notes.next_text.text() == "c2"
    assert "of 4:00" in notes.notes.time.text()
    press(qtbot, notes, Key.Key_Escape)
    assert not notes.isVisible()
    assert not window.act["notes"].isChecked()


def test_notes_lie_on_the_picture_where_there_is_one_screen(lecture, qtbot):
    press(qtbot, lecture, Key.Key_N)
    assert lecture.notes.isVisible()
    assert lecture.notes.text.text() == OF_A_RECORDING
    assert lecture.notes.heading.text() == "Step 3 of 6 — First scan"
    press(qtbot, lecture, Key.Key_Escape)
    assert not lecture.notes.isVisible()
    assert lecture.isVisible()


def test_keys_pressed_in_the_window_of_notes_are_the_lecture_s(window, lecture, qtbot):
    notes = window.lectern.notes
    notes.show()
    with qtbot.waitSignal(lecture.next_asked):
        press(qtbot, notes, Key.Key_PageDown)
    press(qtbot, notes, Key.Key_B)
    assert lecture.blank
    press(qtbot, notes, Key.Key_F5)
    assert not lecture.isVisible()
    assert not notes.isVisible()


# --- begin and end


def test_leaving_gives_the_window_back_and_begins_anew_next_time(window, lecture, qtbot):
    press(qtbot, lecture, Key.Key_Z, Key.Key_S, Key.Key_H, Key.Key_F5)
    assert not lecture.isVisible()
    assert not window.act["lecture"].isChecked()
    assert window.focusWidget() is window.stage
    window.act["lecture"].trigger()
    assert (lecture.tools.lens, lecture.tools.tool, lecture.shows_sheet) == (WHOLE, Tool.NONE, False)
    assert window.act["lecture"].isChecked()


def test_another_story_begins_with_a_clean_sheet_and_a_new_clock(window, lecture, qtbot):
    press(qtbot, lecture, Key.Key_P)
    drag(lecture, (100, 300), (200, 300))
    lecture.clock.start()
    window.session.show(Opened(None, by_hand()))
    assert lecture.tools.strokes(3, on_stage=True)  # the same story
    other = by_hand()
    other.meta = type(other.meta)(title="Another")
    window.session.show(Opened(None, other))
    assert not lecture.tools.strokes(3, on_stage=True)
    assert lecture.clock.elapsed_s == 0


def the_menu(lecture, qtbot):
    """Open the menu as the right button does."""
    at = lecture.rect().center()
    QApplication.sendEvent(lecture, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, lecture.mapToGlobal(at)))
    menu = lecture.findChildren(QMenu)[-1]
    qtbot.waitUntil(menu.isVisible)
    return menu


def choose(lecture, qtbot, words):
    menu = the_menu(lecture, qtbot)
    action = next(action for action in menu.actions() if action.text().startswith(words))
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_the_mouse_alone_goes_through_a_lecture_and_out_of_it(window, lecture, qtbot):
    with qtbot.waitSignal(lecture.next_asked):
        choose(lecture, qtbot, "Next step")
    with qtbot.waitSignal(lecture.previous_asked):
        choose(lecture, qtbot, "Previous step")
    choose(lecture, qtbot, "Chapters")
    assert lecture.chapters.isVisible()
    choose(lecture, qtbot, "Black screen")
    assert lecture.blank is Deed.BLACK
    choose(lecture, qtbot, "Pen")
    assert lecture.blank is None
    choose(lecture, qtbot, "Leave the lecture")
    assert not lecture.isVisible()
    assert not window.act["lecture"].isChecked()


def test_the_menu_names_a_key_for_all_it_offers(lecture, qtbot):
    menu = the_menu(lecture, qtbot)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert "Next step\tPgDn" in texts
    assert all(text.partition("\t")[2] for text in texts)
    menu.close()
