"""The menu of themes; the one in use is checked."""

from collections.abc import Callable

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from memsim_gui.paint.tokens import THEMES

TITLES = {"dark": "&Dark", "light": "&Light", "high-contrast": "&High contrast"}


class ThemeMenu(QMenu):
    """The menu in which a person chooses a theme."""

    def __init__(self, choose: Callable[[str], None], in_use: Callable[[], str], parent: QWidget) -> None:
        """`choose` is called with the name of a theme; `in_use` returns that of the one in use."""
        super().__init__("&Theme", parent)
        self._in_use = in_use
        group = QActionGroup(self)
        for name in THEMES:
            action = group.addAction(TITLES[name])
            action.setCheckable(True)
            action.setData(name)
            self.addAction(action)
        group.triggered.connect(lambda action: choose(action.data()))
        self.aboutToShow.connect(self._check)

    def _check(self) -> None:
        """Check the theme in use, which may have been chosen elsewhere."""
        for action in self.actions():
            action.setChecked(action.data() == self._in_use())
