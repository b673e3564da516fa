"""Which screen a lecture takes, and where its notes go."""

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication

from memsim_gui.view.lecturing import lectern
from memsim_gui.view.lecturing import screens as choosing
from memsim_gui.view.lecturing.screens import AUTOMATIC, SETTING, lecture_screen, other_screen


class Screen:
    def __init__(self, name):
        self._name = name

    def name(self):
        return self._name

    def size(self):
        return QSize(1920, 1080)


LAPTOP, BEAMER, WALL = Screen("laptop"), Screen("beamer"), Screen("wall")


class Application:
    @staticmethod
    def screens():
        return [LAPTOP, BEAMER]


@pytest.mark.parametrize(
    ("screens", "chosen", "expected"),
    [
        ([LAPTOP], "", LAPTOP),
        ([LAPTOP, BEAMER], "", BEAMER),
        ([BEAMER, LAPTOP, WALL], "", BEAMER),
        ([LAPTOP, BEAMER, WALL], "wall", WALL),
        ([LAPTOP, BEAMER], "laptop", LAPTOP),
        ([LAPTOP, BEAMER], "unplugged", BEAMER),
    ],
)
def test_a_lecture_goes_where_the_window_is_not(screens, chosen, expected):
    assert lecture_screen(screens, LAPTOP, chosen) is expected


def test_notes_go_where_the_lecture_is_not():
    assert other_screen([LAPTOP], LAPTOP) is None
    assert other_screen([LAPTOP, BEAMER], LAPTOP) is BEAMER


def test_the_screen_is_chosen_in_the_menu_and_remembered(window, settings, monkeypatch):
    monkeypatch.setattr(choosing, "QGuiApplication", Application)
    menu = window.lectern.screens
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == AUTOMATIC
    assert menu.actions()[0].isChecked()
    assert menu.actions()[2].text() == "beamer  1920 × 1080"
    menu.actions()[2].trigger()
    assert settings.value(SETTING) == menu.chosen == "beamer"
    menu.aboutToShow.emit()
    assert [action.isChecked() for action in menu.actions()] == [False, False, True]


def test_with_two_screens_notes_open_as_a_window_beside_the_lecture(window, qtbot, monkeypatch):
    screen = QGuiApplication.primaryScreen()
    monkeypatch.setattr(lectern, "other_screen", lambda _screens, _used: screen)
    window.act["lecture"].trigger()
    qtbot.keyClick(window.lecture, Qt.Key.Key_N)
    notes = window.lectern.notes
    assert notes.isVisible()
    assert window.lecture.notes.isHidden()
    assert screen.availableGeometry().contains(notes.geometry())
    qtbot.keyClick(window.lecture, Qt.Key.Key_N)
    assert not notes.isVisible()
