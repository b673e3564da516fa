"""A process of its own: the window with larger type or on a denser screen, as the program builds it; prints JSON.

Given sizes, it looks at the window at each; given none, at the dialogs.
"""

import json
import sys
from functools import partial
from itertools import chain
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDialog

from memsim_gui import app
from memsim_gui.scene.selection import Selection
from memsim_gui.session.opening import Opened
from memsim_gui.view import text_size
from tests.session.story import by_hand

LARGE = (3840, 2160)
DIALOGS = ("new_machine", "export", "palette", "shortcuts", "jump", "differences", "trust")


def write_screen(path, size=LARGE):
    """Write the screen of the process, of so many pixels, for Qt's offscreen platform."""
    screen = {"name": "one", "x": 0, "y": 0, "width": size[0], "height": size[1]}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    path.write_text(json.dumps({"synchronousWindowSystemEvents": False, "screens": [screen]}), encoding="utf-8")


def dialog_problems(window):
    """What is wrong in the dialogs of a window, each opened in turn, and again with something wrong in its fields."""
    from memsim_gui.engine import machine_spec  # noqa: PLC0415 - after the size was settled
    from memsim_gui.view.comparing.dialog import CompareDialog  # noqa: PLC0415

    spec = machine_spec.build({"memory": "64 MiB"})
    openings = {name: window.act[name].trigger for name in DIALOGS} | {"compare": CompareDialog(spec, window).open}
    found = []
    for name, begin in openings.items():
        QTimer.singleShot(80, partial(_look, name, found))
        begin()  # may come back only when the dialog is closed
        QTest.qWait(200)
    assert len(found) == len(openings), found
    return list(chain.from_iterable(found))


def _look(name, found):
    (dialog,) = (top for top in QApplication.topLevelWidgets() if isinstance(top, QDialog) and top.isVisible())
    seen = [f"{name}: {one}" for one in _out_of_sight(dialog)]
    for field in dialog.findChildren(QAbstractSpinBox)[:4]:
        field.lineEdit().setText("as much as there is")
    QTest.qWait(60)
    found.append(seen + [f"{name}, told what is wrong: {one}" for one in _out_of_sight(dialog)])
    dialog.close()


def _out_of_sight(dialog):
    from tests.view import properties  # noqa: PLC0415 - after the size was settled

    screen, frame = dialog.screen().availableGeometry(), dialog.frameGeometry()
    beyond = [] if screen.contains(frame) else [f"{frame.getRect()} on a screen of {screen.getRect()}"]
    return beyond + properties.problems(dialog)


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
    QTest.qWait(60)
    found = dialog_problems(window) if not json.loads(sizes) else []
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
