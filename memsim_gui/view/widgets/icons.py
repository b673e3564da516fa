"""Icons of the toolbar, drawn from outlines so that they take the theme's colours and stay sharp at any scale."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap, QPolygonF

SHARPNESS = 4  # device pixels per pixel of the pixmap: enough for any scale factor in use

# Polygons in a unit square, y down.
_RIGHT = ((0.3, 0.18), (0.82, 0.5), (0.3, 0.82))
_BAR_LEFT = ((0.18, 0.2), (0.28, 0.2), (0.28, 0.8), (0.18, 0.8))
_BAR_RIGHT = ((0.72, 0.2), (0.82, 0.2), (0.82, 0.8), (0.72, 0.8))
_LEFT_IN = ((0.82, 0.2), (0.36, 0.5), (0.82, 0.8))
_RIGHT_IN = ((0.18, 0.2), (0.64, 0.5), (0.18, 0.8))
_CHEVRON_RIGHT = ((0.34, 0.2), (0.46, 0.2), (0.72, 0.5), (0.46, 0.8), (0.34, 0.8), (0.58, 0.5))
_CHEVRON_LEFT = ((0.66, 0.2), (0.54, 0.2), (0.28, 0.5), (0.54, 0.8), (0.66, 0.8), (0.42, 0.5))
_CHEVRON_DOWN = ((0.2, 0.34), (0.5, 0.58), (0.8, 0.34), (0.8, 0.46), (0.5, 0.72), (0.2, 0.46))
_SHAPES = {
    "play": (_RIGHT,),
    "pause": (
        ((0.26, 0.2), (0.42, 0.2), (0.42, 0.8), (0.26, 0.8)),
        ((0.58, 0.2), (0.74, 0.2), (0.74, 0.8), (0.58, 0.8)),
    ),
    "previous_step": (_BAR_LEFT, _LEFT_IN),
    "next_step": (_BAR_RIGHT, _RIGHT_IN),
    "back": (_CHEVRON_LEFT,),
    "forward": (_CHEVRON_RIGHT,),
    "unfold": (_CHEVRON_DOWN,),
    "export": (
        ((0.44, 0.14), (0.56, 0.14), (0.56, 0.46), (0.72, 0.46), (0.5, 0.7), (0.28, 0.46), (0.44, 0.46)),
        ((0.18, 0.76), (0.82, 0.76), (0.82, 0.86), (0.18, 0.86)),
    ),
    "plus": (((0.45, 0.2), (0.55, 0.2), (0.55, 0.45), (0.8, 0.45), (0.8, 0.55), (0.55, 0.55), (0.55, 0.8),
              (0.45, 0.8), (0.45, 0.55), (0.2, 0.55), (0.2, 0.45), (0.45, 0.45)),),
    "float": (
        ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2), (0.28, 0.28), (0.28, 0.72), (0.72, 0.72),
         (0.72, 0.28), (0.28, 0.28)),
    ),
    "close": (
        ((0.27, 0.2), (0.5, 0.43), (0.73, 0.2), (0.8, 0.27), (0.57, 0.5), (0.8, 0.73), (0.73, 0.8), (0.5, 0.57),
         (0.27, 0.8), (0.2, 0.73), (0.43, 0.5), (0.2, 0.27)),
    ),
    "minus": (((0.2, 0.45), (0.8, 0.45), (0.8, 0.55), (0.2, 0.55)),),
}  # fmt: skip


def icon(name: str, color: QColor, disabled: QColor, size: int) -> QIcon:
    """Return the named icon at `size` logical pixels, with a look of its own where its action is disabled."""
    made = QIcon()
    made.addPixmap(_pixmap(name, color, size), QIcon.Mode.Normal)
    made.addPixmap(_pixmap(name, disabled, size), QIcon.Mode.Disabled)
    return made


def _pixmap(name: str, color: QColor, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size) * SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = size * SHARPNESS
    for points in _SHAPES[name]:
        path = QPainterPath()
        path.addPolygon(QPolygonF([QPointF(x * side, y * side) for x, y in points]))
        path.closeSubpath()
        painter.fillPath(path, color)
    painter.end()
    pixmap.setDevicePixelRatio(SHARPNESS)
    return pixmap
