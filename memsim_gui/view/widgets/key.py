"""The key of a mosaic: small squares and what they mean, wrapped over as many lines as they need."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from memsim_gui.paint import Theme, fonts
from memsim_gui.paint.mosaic_painter import color_of
from memsim_gui.scene.panels.mosaic import Key
from memsim_gui.scene.plain_words import role
from memsim_gui.view.style import GAP, UNIT, pixels

SIDE = 2 * UNIT + UNIT // 2
LINE = 4 * UNIT


class KeyLine(QWidget):
    """Squares in the colours of states, each with its words."""

    def __init__(self, keys: tuple[Key, ...] = ()) -> None:
        """Explain some states."""
        super().__init__()
        self._theme: Theme | None = None
        self._plain = False
        self._keys: tuple[Key, ...] = ()
        self.show_keys(keys)

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        """Explain these states."""
        if keys != self._keys:
            self._keys = keys
            self._name()

    def tell(self, *, plain: bool) -> None:
        """Use the kernel's names, or plain words."""
        self._plain = plain
        self._name()

    def _name(self) -> None:
        self.setAccessibleName("Colours: " + ", ".join(map(self._words, self._keys)))
        self._fit()

    def _words(self, key: Key) -> str:
        return role(key.words, plain=self._plain)

    def set_theme(self, theme: Theme) -> None:
        """Use another theme's colours and type."""
        self._theme = theme
        self.setFont(fonts.font(pixels(theme, "small")))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap the words anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(LINE * (self._places()[-1][2] + 1 if self._keys else 1))
        self.update()

    def _places(self) -> list[tuple[Key, int, int]]:
        """Each state with its x and its line."""
        out, x, line = [], 0, 0
        for key in self._keys:
            width = SIDE + UNIT + self.fontMetrics().horizontalAdvance(self._words(key))
            if x and x + width > self.width():
                x, line = 0, line + 1
            out.append((key, x, line))
            x += width + GAP
        return out

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint squares and words."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        for key, x, line in self._places():
            box = QRectF(x, line * LINE + (LINE - SIDE) / 2, SIDE, SIDE)
            painter.fillRect(box, self._theme.color["text_soft"])
            painter.fillRect(box.adjusted(1, 1, -1, -1), color_of(self._theme, key))
            painter.setPen(self._theme.color["text_soft"])
            baseline = line * LINE + (LINE + self.fontMetrics().capHeight()) / 2
            painter.drawText(round(x + SIDE + UNIT), round(baseline), self._words(key))
