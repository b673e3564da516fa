"""How large everything is: as the system's type and the screen ask for, or as chosen in the View menu.

Qt already follows the resolution that a system sets for its screens. What it leaves out is a larger system font, and
very large screens that no one has set a resolution for. Both, and the choice, scale the whole program, so that type and
spacing stay in proportion; Qt reads the factor once, when the program starts.
"""

import os

from PySide6.QtCore import QSettings
from PySide6.QtGui import QActionGroup, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

SETTING, VARIABLE = "text_size", "QT_SCALE_FACTOR"
AUTOMATIC = 0
CHOICES = (AUTOMATIC, 100, 125, 150, 200)  # percent
NORMAL_FONT, NORMAL_HEIGHT = 14.67, 1440.0  # pixels: 11 pt, the largest of the usual system fonts; a usual large screen
STEP, MOST = 0.25, 2.0


def automatic(font: float, height: float) -> float:
    """Return the factor for a system font and a screen of so many device-independent pixels, in steps, at least 1."""
    wanted = max(font / NORMAL_FONT, height / NORMAL_HEIGHT)
    return max(1.0, min(MOST, STEP * round(wanted / STEP)))


def measured() -> tuple[float, float]:
    """Return the sizes of the system's font and of its first screen, in device-independent pixels.

    Only the running application of Qt knows them; it must be another one than that which is to be scaled.
    """
    probe = QGuiApplication([])
    try:
        font = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
        return float(font.pixelSize()), float(probe.primaryScreen().size().height())
    finally:
        probe.shutdown()


def prepare(settings: QSettings) -> None:
    """Set the factor for the application about to be made; one that the person has set outside stays."""
    if VARIABLE in os.environ:
        return
    chosen = settings.value(SETTING, AUTOMATIC, type=int)
    factor = chosen / 100 if chosen in CHOICES and chosen != AUTOMATIC else automatic(*measured())
    if factor != 1:
        os.environ[VARIABLE] = str(factor)


class TextSizeMenu(QMenu):
    """The menu in which a person chooses the size."""

    def __init__(self, settings: QSettings, parent: QWidget) -> None:
        super().__init__("Te&xt size, from the next start", parent)
        group, chosen = QActionGroup(self), settings.value(SETTING, AUTOMATIC, type=int)
        for percent in CHOICES:
            action = group.addAction(f"{percent} %" if percent else "&Automatic: as the system and the screen")
            action.setCheckable(True)
            action.setChecked(percent == chosen)
            action.setData(percent)
            self.addAction(action)
        group.triggered.connect(lambda action: settings.setValue(SETTING, action.data()))
