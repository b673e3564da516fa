"""On which screen a lecture is shown: the one chosen, else one where the window is not."""

from collections.abc import Sequence

from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QScreen
from PySide6.QtWidgets import QMenu, QWidget

SETTING = "lecture_screen"
AUTOMATIC = "&Automatic: where the window is not"


def lecture_screen(screens: Sequence[QScreen], own: QScreen, chosen: str) -> QScreen:
    """Return the screen called `chosen`, else the first that is not the window's `own`, else that one."""
    named = [screen for screen in screens if screen.name() == chosen]
    others = [screen for screen in screens if screen.name() != own.name()]
    return (named or others or [own])[0]


def other_screen(screens: Sequence[QScreen], used: QScreen) -> QScreen | None:
    """Return a screen besides the one used, None if there is none."""
    return next((screen for screen in screens if screen.name() != used.name()), None)


class ScreenMenu(QMenu):
    """The menu in which a person chooses the screen; it lists those that are there when it opens."""

    def __init__(self, settings: QSettings, parent: QWidget) -> None:
        super().__init__("Lecture on &screen", parent)
        self._settings = settings
        self.aboutToShow.connect(self.fill)
        self.triggered.connect(self._choose)

    @property
    def chosen(self) -> str:
        """Name of the screen chosen, empty = automatic."""
        return str(self._settings.value(SETTING, ""))

    def fill(self) -> None:
        """List the screens."""
        self.clear()
        group = QActionGroup(self)
        self._add(group, AUTOMATIC, "")
        for screen in QGuiApplication.screens():
            size = screen.size()
            self._add(group, f"{screen.name()}  {size.width()} × {size.height()}", screen.name())

    def _add(self, group: QActionGroup, text: str, name: str) -> None:
        action = group.addAction(text)
        action.setData(name)
        action.setCheckable(True)
        action.setChecked(name == self.chosen)
        self.addAction(action)

    def _choose(self, action: QAction) -> None:
        self._settings.setValue(SETTING, action.data())
