"""The palette and the sheet of shortcuts: everything can be found, commands can be typed, what was used comes first."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from memsim_gui.engine import commands as c
from memsim_gui.view.actions import ENTRIES
from memsim_gui.view.dialogs.palette import MOST_RECENT, Offer, Palette
from memsim_gui.view.dialogs.sheet import ShortcutSheet, rows
from memsim_gui.view.panels import REGISTRY
from tests.view.conftest import SCENARIOS, settle


@pytest.fixture
def palette(window, qtbot):
    """The palette of a window."""
    return _open(window, qtbot)


def _open(window, qtbot):
    window.act["palette"].trigger()
    qtbot.waitUntil(lambda: any(made.isVisible() for made in window.findChildren(Palette)))
    return next(made for made in window.findChildren(Palette) if made.isVisible())


def _shown(palette):
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def _enter(qtbot, palette, text):
    qtbot.keyClicks(palette.search, text)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)


def test_everything_stands_in_the_palette(window, palette):
    shown = _shown(palette)
    for entry in ENTRIES:
        text = window.act[entry.name].text().replace("&", "").removesuffix("…")
        assert not window.act[entry.name].isEnabled() or any(line.startswith(text) for line in shown), text
    assert "Open S2: Another one" in shown
    assert "Hide Timeline    Ctrl+7" in shown
    assert "Show Counters    Ctrl+8" in shown  # it lies behind
    assert "Theme: light" in shown
    assert "mlock REGION [OFFSET] [LENGTH] [onfault]    command" in shown


def test_words_are_found_in_any_order(palette, qtbot):
    qtbot.keyClicks(palette.search, "scen next")
    assert _shown(palette) == ["Next scenario step    PgDown"]


def test_return_does_what_is_found(window, palette, qtbot):
    _enter(qtbot, palette, "theme light")
    assert window.theme.name == "light"
    assert not palette.isVisible()


def test_arrow_keys_choose(window, palette, qtbot):
    qtbot.keyClicks(palette.search, "theme:")
    qtbot.keyClick(palette.search, Qt.Key.Key_Down)
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert window.theme.name == "light"


def test_a_scenario_is_opened(window, palette, qtbot):
    with qtbot.waitSignal(window.session.core.changed):
        _enter(qtbot, palette, "open s1")


def test_what_was_done_lately_stands_first(window, palette, qtbot):
    _enter(qtbot, palette, "theme light")
    second = _open(window, qtbot)
    assert _shown(second)[0] == "Theme: light"
    second.reject()


def test_a_command_typed_says_what_it_would_do(window, palette, qtbot):
    window.session.seek(len(window.session.trace))
    qtbot.keyClicks(palette.search, "mlock heap 0 10000")
    said = palette.hint.text().replace("\u202f", " ").replace("\u2009", " ")
    assert said == "mlock 10000 bytes of heap → 3 pages, 12 288 B, 2 288 more than asked"
    assert _shown(palette)[0] == "mlock heap 0 10000    command"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mlock heap x", "'x' is no size."),
        ("mlock hoop", "Unknown region 'hoop' (did you mean heap?). Accepted: heap, log."),
        ("touch heap 20 9", "Pages 20 to 28 of heap. Accepted: pages 0 to 23."),
    ],
)
def test_a_command_typed_wrongly_says_so_and_does_nothing(window, palette, qtbot, text, said):
    window.session.seek(len(window.session.trace))
    rejected = []
    window.session.core.refused.connect(lambda command, _reason: rejected.append(command))
    qtbot.keyClicks(palette.search, text)
    assert palette.hint.text().startswith(said)
    assert palette.hint.property("role") == "error"
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert not rejected


def test_how_a_command_is_typed_can_be_chosen(palette, qtbot):
    qtbot.keyClicks(palette.search, "munlo")
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.search.text() == "munlock "
    assert "munlock REGION [OFFSET] [LENGTH]" in palette.hint.text()


def test_a_command_typed_is_carried_out(live, qtbot):
    palette = _open(live, qtbot)
    _enter(qtbot, palette, "mmap typed 2p")
    settle(qtbot, live)
    assert live.session.core.report.undo == "main maps 2 pages as typed"
    again = _open(live, qtbot)
    assert _shown(again)[0] == "mmap typed 2p    command"
    again.reject()


def test_what_is_remembered_is_bounded_and_may_be_spoilt(window, settings, qtbot):
    settings.setValue("palette/recent", "{")
    for n in range(MOST_RECENT + 3):
        palette = Palette([Offer(f"thing {n}", do=int)], int, str, settings, window)
        _enter(qtbot, palette, f"thing {n}")
    commands = []
    palette = Palette([Offer("thing 14", do=int)], commands.append, lambda _command: "", settings, window)
    assert _shown(palette)[:2] == ["thing 14", "open FILE SIZE    command"]
    _enter(qtbot, palette, "sync")
    assert commands == [c.Sync()]


def test_no_two_actions_share_a_key(window):
    keys = [key for entry in ENTRIES for key in entry.keys] + [entry.shortcut for entry in REGISTRY]
    spelled = [QKeySequence(key).toString() for key in keys]
    assert all(spelled)
    assert len(set(spelled)) == len(spelled)
    assert {key.toString() for action in window.actions() for key in action.shortcuts()} == set(spelled)


def test_the_sheet_lists_every_action_and_prints(window, qtbot, tmp_path):
    qtbot.keyClick(window.stage, Qt.Key.Key_F1)
    sheet = window.findChild(ShortcutSheet)
    text = sheet.text.toPlainText()
    for found in rows([dock.action for dock in window.docks.values()]).values():
        for line, keys in found:
            assert line in text
            assert keys
            assert keys in text
    path = tmp_path / "keys.pdf"
    sheet.write(str(path))
    assert path.read_bytes().startswith(b"%PDF")
    assert window.footer.currentMessage() == f"printed to {path}"
    sheet.write(str(tmp_path / "no folder" / "keys.pdf"))
    assert "cannot be written" in window.footer.currentMessage()
    sheet.reject()


def test_the_scenarios_of_the_window_are_those_of_the_palette(palette):
    shown = _shown(palette)
    assert [line for line in shown if line.startswith("Open S")] == [
        f"Open {ident}: {title}" for ident, title in SCENARIOS
    ]
