"""How it looks: QtGui painters from scenes and theme tokens to a QPainter, used by windows and by exports alike.

    theme = load_theme("dark")                             # or "light", "high-contrast"
    painter = FramePainter(theme, (1920, 1080), "lab")     # or "lecture"; dpr=2 for a dense screen
    scene = Scene(trace, (1920, 1080), painter.metrics)    # memsim_gui.scene
    painter.paint(qpainter, scene.frame(view, position))   # or painter.image(frame) -> QImage

A QGuiApplication must exist. Everything has to happen in one thread, the one in which the painter was made.
"""

from memsim_gui.paint.frame import FramePainter
from memsim_gui.paint.tokens import Theme, load_theme

__all__ = ["FramePainter", "Theme", "load_theme"]
