"""Make the README's pictures: the program's own window, off screen, under pressure, and a lecture on one page."""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from memsim_gui import app, resources
from memsim_gui.session.moment import Selection
from memsim_gui.session.opening import open_text

PRESSURE, ONE_PAGE = ("S5@step=3", 9_000), ("S1@step=8", 5_500)  # what is opened, and for how many ms it plays
LOOK_MS = 50
SIZE = (1680, 1050)
LECTURE_SIZE = (1280, 720)


def picture(theme: str, target: Path, *, lecture: bool) -> None:
    """Open the window in a theme, let it play for a while, and save what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
        settings.setValue("theme", theme)
        source, played_ms = ONE_PAGE if lecture else PRESSURE
        window = app.build(open_text(source), settings)
        window.resize(*SIZE)
        window.show()
        if lecture:
            window.lecture.resize(*LECTURE_SIZE)
            window.lecture.show()
        while not len(window.session.trace):  # the core may have to be compiled first
            QTest.qWait(LOOK_MS)
        QTest.qWait(played_ms)
        if not lecture:
            window.session.player.select(Selection(frame=64))
            QTest.qWait(500)
        (window.lecture if lecture else window).grab().save(str(target))
        window.close()


def main() -> int:
    """Write both pictures."""
    _ = QApplication(sys.argv[:1])
    folder = resources.path("pictures")
    folder.mkdir(exist_ok=True)
    picture("dark", folder / "main-dark.png", lecture=False)
    picture("light", folder / "lecture-light.png", lecture=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
