"""Reduced motion, plain words and text size: chosen in the View menu, remembered, at first as the system has them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QTableView

from memsim_gui.scene.moment import Manner
from memsim_gui.view import text_size
from memsim_gui.view.manner import system_is_still
from memsim_gui.view.widgets.key import KeyLine
from tests.view.conftest import LONG_MS


def test_reduced_motion_reaches_the_stage_and_is_remembered(window, qtbot, settings):
    assert window.isAnimated()
    window.act["still"].trigger()
    assert window.session.player.manner == Manner(still=True)
    assert not window.isAnimated()
    assert settings.value("still", type=bool)
    window.session.player.play()
    qtbot.waitUntil(lambda: window.session.player.position > 40, timeout=LONG_MS)
    assert not window.stage.frame.stage.flights


def test_a_choice_of_the_last_time_is_taken_up(settings, make_window):
    settings.setValue("still", True)
    settings.setValue("plain", True)
    window = make_window()
    assert window.session.player.manner == Manner(still=True, plain=True)
    assert window.act["plain"].isChecked()


def _first_lane(window):
    """Title of the first lane, empty while nothing is painted yet."""
    return window.stage.frame.stage.lanes[0].title if window.stage.frame else ""


def test_plain_words_reach_stage_counters_and_keys(window, qtbot):
    window.docks["counters"].raise_()
    window.act["plain"].trigger()
    qtbot.waitUntil(lambda: _first_lane(window) == "Program, in use", timeout=LONG_MS)
    table = window.docks["counters"].panel.model
    qtbot.waitUntil(lambda: table.index(0, 0).data() == "free pages", timeout=LONG_MS)
    assert "file, idle" in window.docks["page_cache"].findChild(KeyLine).accessibleName()
    window.act["plain"].trigger()
    qtbot.waitUntil(lambda: table.index(0, 0).data() == "nr_free_pages", timeout=LONG_MS)


def test_a_counter_is_found_by_either_name(window, qtbot):
    dock, panel = window.docks["counters"], window.docks["counters"].panel
    dock.raise_()
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0, timeout=LONG_MS)
    for typed in ("nr_active_anon", "program pages in use"):
        dock.findChild(QLineEdit).setText(typed)
        shown = panel.findChild(QTableView).model()
        assert "nr_active_anon: program pages in use" in [
            shown.index(row, 0).data(Qt.ItemDataRole.ToolTipRole) for row in range(shown.rowCount())
        ]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize(("said", "still"), [("0", True), ("false", True), ("1", False), ("", False)])
def test_the_desktop_says_whether_anything_may_move(tmp_path, monkeypatch, said, still):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "gtk-3.0").mkdir()
    (tmp_path / "gtk-3.0/settings.ini").write_text(f"[Settings]\ngtk-enable-animations={said}\n", encoding="utf-8")
    assert system_is_still() is still
    (tmp_path / "gtk-3.0/settings.ini").write_text("no section\n", encoding="utf-8")
    assert not system_is_still()


@pytest.mark.parametrize(
    ("font", "height", "factor"),
    [
        (12, 1080, 1),
        (14.67, 1080, 1),
        (18, 1080, 1.25),
        (24, 1080, 1.75),
        (12, 2160, 1.5),
        (12, 1440, 1),
        (9, 600, 1),
        (60, 900, 2),
    ],
)
def test_the_size_follows_the_systems_type_and_a_very_large_screen(font, height, factor):
    assert text_size.automatic(font, height) == factor


@pytest.mark.parametrize(
    ("wanted", "screen", "factor"),
    [
        (2, (3840, 2160), 2),
        (2, (1920, 1080), 2),
        (2, (1280, 720), 1.25),
        (1.5, (1366, 768), 1.25),
        (2, (800, 480), 1),
    ],
)
def test_a_size_leaves_room_for_the_window(wanted, screen, factor):
    assert text_size.fitting(wanted, screen) == factor


def test_a_size_chosen_holds_from_the_next_start_on(window, settings, monkeypatch):
    menu = next(menu for menu in window.findChildren(QMenu) if isinstance(menu, text_size.TextSizeMenu))
    next(action for action in menu.actions() if action.data() == 150).trigger()
    monkeypatch.setattr(text_size._Settled, "factor", 1.0)  # noqa: SLF001 - put back for the next test
    monkeypatch.setattr(text_size, "fitting", lambda wanted, _screen: wanted)
    assert text_size.factor() == 1
    text_size.settle(settings)
    assert text_size.factor() == 1.5


def test_a_system_font_half_as_large_again_enlarges_the_window(settings, monkeypatch, qapp):
    face = qapp.font()
    face.setPixelSize(22)
    monkeypatch.setattr(text_size.QFontDatabase, "systemFont", lambda _which: face)
    monkeypatch.setattr(text_size._Settled, "factor", 1.0)  # noqa: SLF001
    monkeypatch.setattr(text_size, "fitting", lambda wanted, _screen: wanted)
    text_size.settle(settings)
    assert text_size.factor() == 1.5
