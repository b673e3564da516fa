"""How everything is told, by choice: with or without motion, in the kernel's names or in plain words. Remembered."""

import os
from configparser import ConfigParser, Error
from pathlib import Path

from PySide6.QtCore import QObject, QSettings
from PySide6.QtWidgets import QApplication, QMainWindow, QStyle

from memsim_gui.scene.moment import Manner
from memsim_gui.session.player import Player
from memsim_gui.view.actions import Actions
from memsim_gui.view.widgets.key import KeyLine

STILL, PLAIN = "still", "plain"  # the actions, and what the settings call them
GTK_FILES = ("gtk-4.0/settings.ini", "gtk-3.0/settings.ini")
OFF = {"0", "false", "no"}


def system_is_still() -> bool:
    """Whether the person has asked the desktop for no animations: Qt's style knows, or the settings of GTK do."""
    if QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0:
        return True
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read([config / name for name in GTK_FILES], encoding="utf-8")
    except (Error, OSError, UnicodeDecodeError):
        return False  # a file of somebody else's that cannot be read says nothing
    return parser.get("Settings", "gtk-enable-animations", fallback="1").strip().lower() in OFF


class MannerChoice(QObject):
    """Ties the two switches of the View menu to the player, which tells every panel."""

    def __init__(self, player: Player, actions: Actions, settings: QSettings, window: QMainWindow) -> None:
        """Take up the choices of the last time; at first motion is as the system has it."""
        super().__init__(window)
        self._player, self._actions, self._settings, self._window = player, actions, settings, window
        defaults = {STILL: system_is_still(), PLAIN: False}
        for name, default in defaults.items():
            actions[name].setChecked(bool(settings.value(name, default, type=bool)))
            actions[name].toggled.connect(self._chosen)
        self._tell()

    def _chosen(self) -> None:
        for name in (STILL, PLAIN):
            self._settings.setValue(name, self._actions[name].isChecked())
        self._tell()

    def _tell(self) -> None:
        manner = Manner(*(self._actions[name].isChecked() for name in (STILL, PLAIN)))
        self._player.tell(manner)
        self._window.setAnimated(not manner.still)
        for line in self._window.findChildren(KeyLine):
            line.tell(plain=manner.plain)
