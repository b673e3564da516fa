"""A line of small squares and what they mean."""

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from memsim_gui.paint import Theme
from memsim_gui.scene.marks import ROLE_NAMES
from memsim_gui.view.style import UNIT, spaced

COLUMNS = 3
SIDE = 2 * UNIT + UNIT // 2


class Legend(QWidget):
    """Entries are a word and the name of a colour or of a role."""

    def __init__(self, *entries: tuple[str, str]) -> None:
        """Lay the entries out in rows of three."""
        super().__init__()
        self._swatches: list[tuple[QLabel, str]] = []
        grid = spaced(QGridLayout(self), margin=0, gap=UNIT)
        for number, (word, color) in enumerate(entries):
            swatch, text = QLabel(), QLabel(word)
            swatch.setFixedSize(SIDE, SIDE)
            text.setProperty("role", "preview")
            row, column = divmod(number, COLUMNS)
            grid.addWidget(swatch, row, 2 * column)
            grid.addWidget(text, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            self._swatches.append((swatch, color))

    def set_theme(self, theme: Theme) -> None:
        """Colour the squares."""
        for swatch, name in self._swatches:
            pixmap = QPixmap(SIDE, SIDE)
            pixmap.fill(theme.color["text_soft"])
            with QPainter(pixmap) as painter:
                painter.fillRect(pixmap.rect().adjusted(1, 1, -1, -1), _color(theme, name))
            swatch.setPixmap(pixmap)


def _color(theme: Theme, name: str) -> QColor:
    return theme.roles[ROLE_NAMES.index(name)].fill if name in ROLE_NAMES else theme.color[name]
