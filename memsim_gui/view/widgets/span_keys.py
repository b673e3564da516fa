"""Keys over a span of seconds: they zoom and pan timeline and charts alike, while one of them has the focus."""

import math

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from memsim_gui.view.stages.zoom import ONE_KEY

Span = tuple[float, float]
ALL: Span = (-math.inf, math.inf)
PAN_SHARE = 0.125  # of what is seen
ZOOMS = {Qt.Key.Key_Plus: 1 / ONE_KEY, Qt.Key.Key_Equal: 1 / ONE_KEY, Qt.Key.Key_Minus: ONE_KEY}
PANS = {Qt.Key.Key_Left: -PAN_SHARE, Qt.Key.Key_Right: PAN_SHARE}
WHOLE = {Qt.Key.Key_0, Qt.Key.Key_Home}
BY_ITSELF = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier  # how a key is typed
WORDS = "+ and - zoom, the arrows pan, 0 shows all"
TITLE = "Timeline and charts, reached by Tab"
ROWS = [("Zoom in, zoom out", "+, -"), ("Pan", "Left, Right"), ("Show all", "0, Home")]


def _meant(event: QKeyEvent) -> Qt.Key | None:
    """Return the key if it is one of these; with Ctrl only those that zoom the stage with Ctrl."""
    key, held = Qt.Key(event.key()), event.modifiers() & ~BY_ITSELF
    if held == Qt.KeyboardModifier.ControlModifier:
        return key if key in ZOOMS or key == Qt.Key.Key_0 else None
    return key if not held and (key in ZOOMS or key in PANS or key in WHOLE) else None


def claim(event: QEvent) -> bool:
    """Keep a key from the window's shortcuts; return whether `event` asked for one of these keys."""
    claimed = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and bool(_meant(event))
    if claimed:
        event.accept()
    return claimed


def span_after(event: QKeyEvent, span: Span, at: float) -> Span | None:
    """Return the span that a key asks for, ALL for everything, None if the key is for somebody else.

    Zooming leaves second `at` where it is, or the middle if that is out of sight.
    """
    key, (low, high) = _meant(event), span
    if key in WHOLE:
        return ALL
    if key in PANS:
        moved = PANS[key] * (high - low)
        return low + moved, high + moved
    if key in ZOOMS:
        fixed = at if low <= at <= high else (low + high) / 2
        return fixed - (fixed - low) * ZOOMS[key], fixed + (high - fixed) * ZOOMS[key]
    return None
