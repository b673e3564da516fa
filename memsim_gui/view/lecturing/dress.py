"""How the widgets on a lecture's picture look: as its painted extras do, with type of the same size."""

from PySide6.QtWidgets import QFrame

from memsim_gui.paint import Theme
from memsim_gui.view.style import spaced

# of the type size
TOOLTIP_SHARE = 0.72  # what the mouse finds is for the presenter first
LINE_SHARE, GAP_SHARE, RADIUS_SHARE, MARGIN_SHARE = 0.04, 0.16, 0.4, 0.6


def fit(frame: QFrame, body: float) -> None:
    """Give a frame margins and gaps for type of `body` pixels."""
    if layout := frame.layout():
        spaced(layout, round(MARGIN_SHARE * body), round(2 * GAP_SHARE * body))


def overlay_sheet(theme: Theme, body: float) -> str:
    """Return the style sheet of widgets whose frames have the role "overlay", for type of `body` pixels."""
    values = {name: color.name() for name, color in theme.color.items()}
    shares = {"body": 1, "tip": TOOLTIP_SHARE, "line": LINE_SHARE, "gap": GAP_SHARE, "radius": RADIUS_SHARE}
    values |= {name: f"{max(1, round(share * body))}px" for name, share in shares.items()}
    return _SHEET % values


_SHEET = """
QFrame[role="overlay"] { background: %(card)s; border: %(line)s solid %(card_edge)s; border-radius: %(radius)s; }
QFrame[role="overlay"] QLabel, QFrame[role="overlay"] QLineEdit, QFrame[role="overlay"] QListWidget {
    font-size: %(body)s; background: transparent; border: none; }
QFrame[role="overlay"] QPushButton { font-size: %(body)s; padding: %(gap)s; }
QFrame[role="overlay"] QLineEdit { border: %(line)s solid %(asleep)s; border-radius: %(gap)s; padding: %(gap)s; }
QFrame[role="overlay"] QListWidget::item { padding: %(gap)s; }
QFrame[role="overlay"] QListWidget::item:selected { background: %(text)s; color: %(card)s; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="soft"] { color: %(text_soft)s; }
QLabel[role="good"] { color: %(good)s; font-weight: 600; }
QLabel[role="warning"] { color: %(warning)s; font-weight: 600; }
QToolTip { font-size: %(tip)s; }
"""
