"""Properties of all that is on screen at every size, in every theme: words fit, nothing overlaps, all is reached."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDockWidget, QScrollArea, QTabBar, QWidget

from memsim_gui.paint.tokens import THEMES
from memsim_gui.scene.selection import Selection
from memsim_gui.view.panels import BOTTOM, LEFT, REGISTRY, RIGHT
from memsim_gui.view.panels.timeline import TimelinePanel
from memsim_gui.view.style import DEFAULT_THEME
from tests.conftest import left_behind
from tests.view import enlarged, properties
from tests.view.conftest import SIZE, close_window, new_window

SIZES = ((940, 500), (1280, 720), (1920, 1080), (3840, 2160))
DIALOGS = ("new_machine", "export", "palette", "shortcuts", "jump", "differences")
PAGE = 3  # a frame that has a life


@pytest.fixture(autouse=True)
def leak_guard():
    """Nothing, in the place of the guard of single tests: the window outlives them. It is looked after at the end."""


@pytest.fixture(scope="module")
def shared(qapp, tmp_path_factory):
    """One window for all tests of this file: what is asked of it is asked of whatever it shows."""
    path, before = tmp_path_factory.mktemp("looks") / "settings.ini", left_behind()
    window = new_window(QSettings(str(path), QSettings.Format.IniFormat))
    qapp.processEvents()
    window.session.player.pause()
    window.session.seek(len(window.session.trace))
    window.session.player.select(Selection(frame=PAGE))
    yield window
    close_window(window)
    assert [what for key, what in left_behind().items() if key not in before] == []


@pytest.fixture
def full(shared, qtbot):
    """A window whose panels all have something to show."""
    shared.use_theme(DEFAULT_THEME)
    shared.resize(*SIZE)
    shared.reset_layout()
    shared.activateWindow()
    shared.setFocus()
    qtbot.wait(60)
    return shared


@pytest.mark.parametrize(
    ("theme", "size"), [*((DEFAULT_THEME, size) for size in SIZES), *((theme, SIZES[1]) for theme in THEMES)]
)
def test_every_panel_fits_at_every_size_in_every_theme(full, qtbot, theme, size):
    full.use_theme(theme)
    full.resize(*size)
    full.reset_layout()
    qtbot.wait(60)
    assert (full.width(), full.height()) == size
    assert properties.window_problems(full) == []


@pytest.mark.parametrize(
    ("environment", "percent", "sizes"),
    [
        ({"QT_SCALE_FACTOR": "2"}, 100, SIZES[1:]),  # a screen twice as dense
        ({}, 150, SIZES[2:]),  # larger type, where there is room for it
        ({}, 200, SIZES[2:]),
    ],
)
def test_every_panel_fits_on_dense_screens_and_with_large_type(tmp_path, environment, percent, sizes):
    report = enlarged_report(tmp_path, environment, percent, sizes)
    assert report["problems"] == []
    assert report["unit"] == round(4 * percent / 100)
    assert report["ratio"] == float(environment.get("QT_SCALE_FACTOR", 1))


@pytest.mark.parametrize(
    ("screen", "scale", "percent", "unit"),
    [
        ((940, 500), 1, 100, 4),  # the smallest screen that the window has room on
        ((2560, 1440), 2, 100, 4),  # a small dense one
        ((1280, 720), 1, 200, 5),  # type as large as there is room for
        ((1920, 1080), 1, 200, 8),
    ],
)
def test_dialogs_fit_on_small_screens_and_with_large_type(tmp_path, screen, scale, percent, unit):
    report = enlarged_report(tmp_path, {"QT_SCALE_FACTOR": str(scale)}, percent, (), screen)
    assert report["problems"] == []
    assert (report["unit"], report["ratio"]) == (unit, scale)


def enlarged_report(tmp_path, environment, percent, sizes, screen=enlarged.LARGE):
    """What a process of its own says of the window at these sizes, or of the dialogs if there are none."""
    enlarged.write_screen(tmp_path / "screen.json", screen)
    command = [sys.executable, "-m", "tests.view.enlarged", str(tmp_path), str(percent), json.dumps(sizes)]
    platform = {"QT_QPA_PLATFORM": f"offscreen:configfile={tmp_path / 'screen.json'}"}
    done = subprocess.run(
        command, env={**os.environ, **environment, **platform}, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("name", DIALOGS)
def test_every_dialog_fits(full, qtbot, name):
    found = []

    def look():
        dialog = QApplication.activeModalWidget()
        found.append(properties.problems(dialog))
        dialog.close()

    QTimer.singleShot(150, look)
    full.act[name].trigger()
    qtbot.waitUntil(lambda: bool(found))
    assert found == [[]]


def test_the_checks_find_what_is_wrong(qtbot):
    from PySide6.QtWidgets import QLabel, QPushButton  # noqa: PLC0415 - only to make faults

    root = QWidget()
    qtbot.addWidget(root)
    root.resize(200, 100)
    label, button = QLabel("much too long for this", root), QPushButton(root)
    label.setGeometry(0, 0, 20, 20)
    button.setGeometry(10, 10, 50, 20)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    root.show()
    assert len(properties.problems(root)) == 4


def test_the_focus_goes_as_people_read(full):
    order = properties.chain(full)
    bar = [w for w in order if w.parent() is full.transport]
    assert bar == sorted(bar, key=lambda w: w.mapTo(full, QPoint()).x())
    first = {id(widget): number for number, widget in reversed(list(enumerate(order)))}
    assert max(first[id(w)] for w in bar) < first[id(full.stage)]
    areas = [[id(w) for w in order if _dock_of(w) in _docks(full, area)] for area in (LEFT, RIGHT, BOTTOM)]
    assert max(map(first.get, areas[0])) < min(map(first.get, areas[1]))
    assert max(map(first.get, areas[1])) < min(map(first.get, areas[2]))
    for dock in full.docks.values():
        inside = [w for w in order if _dock_of(w) is dock and w.isVisible()]
        tops = [w.mapTo(dock, QPoint()).y() // 24 for w in inside if not _in_scroll(w, dock)]
        assert tops == sorted(tops), dock.windowTitle()


def _docks(window, area):
    return [window.docks[entry.panel.NAME] for entry in REGISTRY if entry.area == area]


def _dock_of(widget):
    while widget is not None and not isinstance(widget, QDockWidget):
        widget = widget.parentWidget()
    return widget


def _in_scroll(widget, dock):
    at = widget.parentWidget()
    while at is not dock:
        if isinstance(at, QAbstractScrollArea):
            return True
        at = at.parentWidget()
    return False


def picture(window, widget):
    """Pixels of a widget with what is close around it, as it stands in its window."""
    around = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-2, -2, 2, 2)
    assert window.rect().intersects(around), properties.name_of(widget)
    image = window.grab(around).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).astype(int)


@pytest.mark.parametrize("theme", THEMES)
def test_wherever_the_focus_is_it_is_seen(full, qtbot, theme):
    full.use_theme(theme)
    for dock in full.docks.values():
        dock.raise_()
        qtbot.wait(20)
        unseen = [
            properties.name_of(w)
            for w in properties.chain(full)
            if _dock_of(w) in (None, dock) and not _shows_focus(full, w)
        ]
        assert unseen == []


def _shows_focus(window, widget):
    pictures, at = [], widget
    while (at := at.parentWidget()) is not window:
        if isinstance(at, QScrollArea):
            at.ensureWidgetVisible(widget)  # as Tab does
    for chosen in (widget, window):
        chosen.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        pictures.append(picture(window, widget))
    return (np.abs(pictures[0] - pictures[1]) > 60).sum() > 12


def test_the_timeline_is_the_same_at_twice_the_resolution(full, qtbot, monkeypatch):
    dock = full.docks["timeline"]
    dock.raise_()
    qtbot.wait(60)
    plot = dock.findChild(TimelinePanel).plot
    plot._draw()  # noqa: SLF001 - what is drawn must not depend on the screen
    once = plot._still.toImage()  # noqa: SLF001
    monkeypatch.setattr(type(plot), "devicePixelRatioF", lambda _plot: 2.0)
    plot._draw()  # noqa: SLF001
    twice = plot._still.toImage()  # noqa: SLF001
    assert twice.width() == 2 * once.width()
    twice.setDevicePixelRatio(1)
    small = twice.scaled(once.size(), mode=Qt.TransformationMode.SmoothTransformation)
    a, b = (
        np.frombuffer(i.convertToFormat(QImage.Format.Format_Grayscale8).copy().constBits(), np.uint8).astype(int)
        for i in (once, small)
    )
    assert np.mean(np.abs(a - b) > 60) < 0.05


def test_bars_of_tabs_are_named(full):
    assert all(bar.accessibleName() for bar in full.findChildren(QTabBar))
