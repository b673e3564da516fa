"""The light in the footer tells whether what is shown is consistent, and lists the checks."""

import pytest
from PySide6.QtCore import Qt

from memsim_gui.scene.trust.rules import RULES
from memsim_gui.session.opening import Opened
from memsim_gui.view.trust_light import LAST, TrustDialog
from tests.scene.broken import a_place, told_wrongly, whole_story
from tests.view.conftest import LONG_MS


@pytest.fixture(scope="module")
def story():
    return whole_story()


def _last(dialog):
    return [dialog.table.item(row, LAST).text() for row in range(len(RULES))]


def test_the_light_is_green_and_lists_what_was_checked_where(make_window, story, qtbot):
    window = make_window(Opened(None, story))
    window.session.player.pause()
    window.session.seek(len(story))
    qtbot.waitUntil(lambda: window.session.trust.checked["swap"].position >= 0, timeout=LONG_MS)
    assert window.light.text() == "✓ consistent: 14 checks"
    assert window.light.property("state") == "good"
    qtbot.mouseClick(window.light, Qt.MouseButton.LeftButton)
    (dialog,) = window.findChildren(TrustDialog)
    assert all(text.startswith("event ") for text in _last(dialog))
    assert dialog.said.text().startswith("Consistent: 14 checks.")
    dialog.close()


def test_a_break_turns_it_red_and_says_whose_work_it_is(make_window, story, qtbot):
    at = a_place(story)
    wrong, _ = told_wrongly(story, "flags", at)
    window = make_window(Opened(None, wrong))
    window.session.seek(len(wrong))
    qtbot.waitUntil(lambda: window.session.trust.blame is not None, timeout=LONG_MS)
    assert window.light.text() == "✗ inconsistent: flags"
    assert window.light.property("state") == "bad"
    (dialog,) = window.findChildren(TrustDialog)
    assert dialog.isVisible()
    assert f"first after event {at}" in dialog.said.text().replace("\u202f", "").replace("\u2009", "")
    assert "mm/" in dialog.said.text()
    assert [text for text in _last(dialog) if text.startswith("broken")] != []
    dialog.close()


def test_of_a_recording_without_a_machine_it_says_what_it_can(window, qtbot):
    window.session.seek(len(window.session.trace))
    qtbot.waitUntil(lambda: window.session.trust.checked["links"].position >= 0, timeout=LONG_MS)
    assert window.light.text() == "✓ consistent: 3 checks"
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    (dialog,) = window.findChildren(TrustDialog)
    assert _last(dialog).count("cannot be known here") == len(RULES) - 3
    dialog.close()
