"""How large the window's type and spacing are: as the system's type and the screen ask for, or as chosen in the menu.

Qt follows the resolution that a system sets for its screens. What it leaves out is a larger system font, and very large
screens that no one has set a resolution for. Both, and the choice, enlarge the window's type and spacing alike. These
sizes are constants of the window's modules: `settle` comes when Qt is running and before those are loaded.
"""

from PySide6.QtCore import QSettings
from PySide6.QtGui import QActionGroup, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

SETTING = "text_size"
AUTOMATIC = 0
CHOICES = (AUTOMATIC, 100, 125, 150, 200)  # percent
NORMAL_FONT, NORMAL_HEIGHT = 14.67, 1440.0  # pixels: 11 pt, the largest of the usual system fonts; a usual large screen
STEP, MOST = 0.25, 2.0
LEAST_ROOM = (940.0, 500.0)  # pixels that a window of normal size needs


class _Settled:
    """What holds until the program ends."""

    factor = 1.0


def factor() -> float:
    """How many times as large as normal everything is."""
    return _Settled.factor


def automatic(font: float, height: float) -> float:
    """Return the factor for a system font and a screen of so many device-independent pixels, in steps, at least 1."""
    wanted = max(font / NORMAL_FONT, height / NORMAL_HEIGHT)
    return max(1.0, min(MOST, STEP * round(wanted / STEP)))


def fitting(wanted: float, screen: tuple[float, float]) -> float:
    """Return a factor at which the window has room on a screen of so many pixels: the one wanted, or a smaller step."""
    room = min(side / least for side, least in zip(screen, LEAST_ROOM, strict=True))
    return max(1.0, min(wanted, STEP * (room // STEP)))


def settle(settings: QSettings) -> None:
    """Choose the factor, once."""
    font = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    size = QGuiApplication.primaryScreen().size()
    chosen = settings.value(SETTING, AUTOMATIC, type=int)
    asked = automatic(float(font.pixelSize()), float(size.height()))
    wanted = chosen / 100 if chosen in CHOICES and chosen != AUTOMATIC else asked
    _Settled.factor = fitting(wanted, (size.width(), size.height()))


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
