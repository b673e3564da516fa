"""How the widgets on a lecture's picture look: as its painted extras do, with type of the same size."""

from memsim_gui.paint import Theme
from memsim_gui.view.style import UNIT

TOOLTIP_SHARE = 0.72  # of the type size: what the mouse finds is for the presenter first


def overlay_sheet(theme: Theme, body: float) -> str:
    """Return the style sheet of widgets whose frames have the role "overlay", for type of `body` pixels."""
    values = {name: color.name() for name, color in theme.color.items()}
    values |= {"body": f"{body:.0f}px", "tip": f"{TOOLTIP_SHARE * body:.0f}px", "line": f"{max(1, UNIT // 4)}px"}
    values |= {"radius": f"{1.4 * theme.radius:.0f}px", "gap": f"{UNIT}px"}
    return _SHEET % values


_SHEET = """
QFrame[role="overlay"] { background: %(card)s; border: %(line)s solid %(card_edge)s; border-radius: %(radius)s; }
QFrame[role="overlay"] QLabel, QFrame[role="overlay"] QLineEdit, QFrame[role="overlay"] QListWidget {
    font-size: %(body)s; background: transparent; border: none; }
QFrame[role="overlay"] QLineEdit { border: %(line)s solid %(asleep)s; border-radius: %(gap)s; padding: %(gap)s; }
QFrame[role="overlay"] QListWidget::item { padding: %(gap)s; }
QFrame[role="overlay"] QListWidget::item:selected { background: %(accent)s; color: %(accent_text)s; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="soft"] { color: %(text_soft)s; }
QLabel[role="good"] { color: %(good)s; font-weight: 600; }
QLabel[role="warning"] { color: %(warning)s; font-weight: 600; }
QToolTip { font-size: %(tip)s; }
"""
