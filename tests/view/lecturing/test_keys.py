"""The table of a presenter's keys: complete, unambiguous, and the same in every sheet."""

from PySide6.QtCore import Qt

from memsim_gui.view.dialogs.sheet import rows
from memsim_gui.view.lecturing import keys
from memsim_gui.view.lecturing.keys import Deed, deed_of, word

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def test_every_deed_has_keys_and_every_key_one_deed():
    assert set(keys.KEYS) == set(Deed)
    assert len(keys.DEEDS) == sum(map(len, keys.KEYS.values()))


def test_keys_with_modifiers_mean_nothing_but_zoom():
    assert deed_of(Qt.Key.Key_B, NONE, repeated=False) is Deed.BLACK
    assert deed_of(Qt.Key.Key_B, CTRL, repeated=False) is None
    assert deed_of(Qt.Key.Key_Plus, CTRL, repeated=False) is Deed.ZOOM_IN
    assert deed_of(Qt.Key.Key_Plus, Qt.KeyboardModifier.AltModifier, repeated=False) is None
    assert deed_of(Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier, repeated=False) is Deed.SHEET


def test_a_key_held_down_does_not_run_through_the_talk():
    assert deed_of(Qt.Key.Key_PageDown, NONE, repeated=True) is None
    assert deed_of(Qt.Key.Key_Plus, NONE, repeated=True) is Deed.ZOOM_IN


def test_keys_have_the_names_people_use():
    assert [word(key) for key in keys.KEYS[Deed.NEXT]] == ["PgDn", "Space", "→", "↓", "Enter", "Enter"]
    assert word(Qt.Key.Key_Plus, CTRL) == "Ctrl++"
    assert word(Qt.Key.Key_Shift) == ""


def test_the_sheet_names_every_key_once():
    named = [name for names, _ in keys.rows() for name in names]
    for deed, wanted in keys.KEYS.items():
        assert all(word(key) in named for key in wanted if key not in keys.OTHERS), deed
    assert len(named) - len(set(named)) == 1  # Wheel, alone and with Ctrl


def test_the_shortcut_sheet_lists_the_same():
    assert rows([])["Lecture"] == [(deed, ", ".join(names)) for names, deed in keys.rows()]
