"""A process of its own: the window with larger type or on a denser screen, as the program builds it; prints JSON."""

import json
import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from memsim_gui import app
from memsim_gui.scene.selection import Selection
from memsim_gui.session.opening import Opened
from memsim_gui.view import text_size
from tests.session.story import by_hand

SCREEN = {"name": "one", "x": 0, "y": 0, "width": 3840, "height": 2160}
SCREEN |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}


def write_screen(path):
    """Write the screen of the process for Qt's offscreen platform."""
    path.write_text(json.dumps({"synchronousWindowSystemEvents": False, "screens": [SCREEN]}), encoding="utf-8")


def main(folder, percent, sizes):
    application = QApplication([])
    settings = QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue(text_size.SETTING, int(percent))
    text_size.settle(settings)
    window = app.build(Opened(None, by_hand()), settings)

    from memsim_gui.view.style import UNIT  # noqa: PLC0415 - as large as was settled
    from tests.view import properties  # noqa: PLC0415

    window.session.player.pause()
    window.session.seek(len(window.session.trace))
    window.session.player.select(Selection(frame=3))
    window.show()
    found = []
    for size in json.loads(sizes):
        window.resize(*size)
        window.reset_layout()
        QTest.qWait(60)
        found += [f"{size}: {one}" for one in properties.window_problems(window)]
    ratio = window.devicePixelRatioF()
    window.close()
    application.processEvents()
    print(json.dumps({"problems": found, "unit": UNIT, "ratio": ratio}))  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main(*sys.argv[1:])
