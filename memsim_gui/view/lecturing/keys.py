"""A presenter's keys: the one table that the lecture obeys, and that its sheet and the shortcut sheet are made of."""

from enum import Enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

Key = Qt.Key


class Deed(Enum):
    """What a presenter can ask for, as the sheet of keys says it."""

    NEXT = "next step"
    PREVIOUS = "previous step"
    CHAPTERS = "chapters"
    NOTES = "speaker notes"
    CLOCK = "clock and plan"
    RESTART = "restart the clock"
    BLACK = "black screen"
    WHITE = "white screen"
    SPOTLIGHT = "spotlight"
    POINTER = "pointer"
    PEN = "pen"
    FIRST_COLOR = "first pen colour"
    SECOND_COLOR = "second pen colour"
    THIRD_COLOR = "third pen colour"
    ZOOM = "zoom at the mouse"
    ZOOM_IN = "zoom in"
    ZOOM_OUT = "zoom out"
    WHOLE = "whole picture"
    PREDICT = "ask what comes next"
    STRIP = "show keys pressed"
    SHEET = "sheet of keys"
    BACK = "clear, close, leave"
    LEAVE = "leave the lecture"


KEYS: dict[Deed, tuple[Key, ...]] = {
    Deed.NEXT: (Key.Key_PageDown, Key.Key_Space, Key.Key_Right, Key.Key_Down, Key.Key_Return, Key.Key_Enter),
    Deed.PREVIOUS: (Key.Key_PageUp, Key.Key_Backspace, Key.Key_Left, Key.Key_Up),
    Deed.CHAPTERS: (Key.Key_C, Key.Key_Tab),
    Deed.NOTES: (Key.Key_N,),
    Deed.CLOCK: (Key.Key_T,),
    Deed.RESTART: (Key.Key_R,),
    Deed.BLACK: (Key.Key_B, Key.Key_Period),
    Deed.WHITE: (Key.Key_W, Key.Key_Comma),
    Deed.PREDICT: (Key.Key_G,),
    Deed.STRIP: (Key.Key_K,),
    Deed.SHEET: (Key.Key_H, Key.Key_Question, Key.Key_F1),
    Deed.BACK: (Key.Key_Escape,),
    Deed.LEAVE: (Key.Key_F5,),
    Deed.SPOTLIGHT: (Key.Key_S,),
    Deed.POINTER: (Key.Key_L,),
    Deed.PEN: (Key.Key_P,),
    Deed.FIRST_COLOR: (Key.Key_1,),
    Deed.SECOND_COLOR: (Key.Key_2,),
    Deed.THIRD_COLOR: (Key.Key_3,),
    Deed.ZOOM: (Key.Key_Z,),
    Deed.ZOOM_IN: (Key.Key_Plus, Key.Key_Equal),
    Deed.ZOOM_OUT: (Key.Key_Minus,),
    Deed.WHOLE: (Key.Key_0,),
}
REPEATING = {Deed.ZOOM_IN, Deed.ZOOM_OUT}  # by holding the key; a clicker's button held must not run through a talk
WITH_CTRL = {Deed.ZOOM_IN, Deed.ZOOM_OUT, Deed.WHOLE}  # as in a browser
ANSWERS: dict[int, int] = {Key.Key_1: 0, Key.Key_2: 1, Key.Key_3: 2, Key.Key_4: 3}  # while a question stands
REVEALS: set[int] = {Key.Key_Return, Key.Key_Enter}
MOUSE = (
    (("Right button",), "all of this as a menu"),
    (("Wheel",), "size of the spotlight"),
    (("Ctrl", "Wheel"), "zoom"),
    (("Drag",), "draw, or move the zoom"),
)
MENU: tuple[tuple[Deed, ...], ...] = (  # what the mouse alone must reach, in groups
    (Deed.NEXT, Deed.PREVIOUS, Deed.CHAPTERS, Deed.PREDICT),
    (Deed.NOTES, Deed.CLOCK, Deed.RESTART),
    (Deed.SPOTLIGHT, Deed.POINTER, Deed.PEN, Deed.ZOOM, Deed.WHOLE, Deed.BACK),
    (Deed.BLACK, Deed.WHITE),
    (Deed.STRIP, Deed.SHEET, Deed.LEAVE),
)
COLORS = (Deed.FIRST_COLOR, Deed.SECOND_COLOR, Deed.THIRD_COLOR)  # one row of the sheet
DEEDS: dict[int, Deed] = {key: deed for deed, keys in KEYS.items() for key in keys}
OTHERS = {Key.Key_Equal, Key.Key_Enter}  # not printed: the same key without Shift, or the same word
CTRL = Qt.KeyboardModifier.ControlModifier
HELD = ((CTRL, "Ctrl+"), (Qt.KeyboardModifier.AltModifier, "Alt+"), (Qt.KeyboardModifier.MetaModifier, "Meta+"))
WORDS: dict[int, str] = {
    Key.Key_PageDown: "PgDn",
    Key.Key_PageUp: "PgUp",
    Key.Key_Escape: "Esc",
    Key.Key_Return: "Enter",
    Key.Key_Enter: "Enter",
    Key.Key_Left: "←",
    Key.Key_Right: "→",
    Key.Key_Up: "↑",
    Key.Key_Down: "↓",
    Key.Key_Minus: "−",
}
MODIFIERS = {Key.Key_Shift, Key.Key_Control, Key.Key_Alt, Key.Key_Meta, Key.Key_AltGr, Key.Key_CapsLock}


def deed_of(key: int, modifiers: Qt.KeyboardModifier, *, repeated: bool) -> Deed | None:
    """Return what a key asks for, None if nothing."""
    deed = DEEDS.get(key)
    if deed is None or (repeated and deed not in REPEATING):
        return None
    held = {modifier for modifier, _ in HELD if modifiers & modifier}
    return deed if not held or (held == {CTRL} and deed in WITH_CTRL) else None


def word(key: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
    """Return a key as a person calls it, as in "Ctrl+Z"; empty for a modifier alone."""
    if key in MODIFIERS:
        return ""
    name = WORDS.get(key) or QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
    return "".join(words for modifier, words in HELD if modifiers & modifier) + name


def menu_text(deed: Deed) -> str:
    """Return a deed as a menu names it, with its first key."""
    return f"{deed.value[:1].upper()}{deed.value[1:]}\t{word(KEYS[deed][0])}"


def rows() -> list[tuple[tuple[str, ...], str]]:
    """Return the sheet: names of keys, and what they do; the mouse at the end."""
    names = {deed: tuple(word(key) for key in keys if key not in OTHERS) for deed, keys in KEYS.items()}
    colors = tuple(name for deed in COLORS for name in names.pop(deed))
    keys = [(names[deed], deed.value) for deed in names]
    return [*keys, (colors, "pen in another colour"), *MOUSE]
