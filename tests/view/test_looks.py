"""Properties of all that is on screen at every size, in every theme: words fit, nothing overlaps, all is reached."""

from contextlib import suppress

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDockWidget, QScrollArea, QTabBar, QWidget

from memsim_gui.paint.tokens import THEMES
from memsim_gui.scene.selection import Selection
from memsim_gui.view.panels import BOTTOM, LEFT, REGISTRY, RIGHT
from memsim_gui.view.panels.timeline import TimelinePanel
from memsim_gui.view.style import DEFAULT_THEME
from tests.view import properties

SIZES = ((940, 500), (1280, 720), (1920, 1080), (3840, 2160))
DIALOGS = ("new_machine", "export", "palette", "shortcuts", "jump", "differences")
PAGE = 3  # a frame that has a life


def problems(root):
    checks = (properties.clipped, properties.overlapping, properties.silent, properties.out_of_reach)
    return [f"{check.__name__}: {found}" for check in checks for found in check(root)]


@pytest.fixture
def full(window, qtbot):
    """A window whose panels all have something to show."""
    window.session.seek(len(window.session.trace))
    window.session.player.select(Selection(frame=PAGE))
    qtbot.wait(60)
    return window


@pytest.mark.parametrize(
    ("theme", "size"), [*((DEFAULT_THEME, size) for size in SIZES), *((theme, SIZES[1]) for theme in THEMES)]
)
def test_every_panel_fits_at_every_size_in_every_theme(full, qtbot, theme, size):
    full.use_theme(theme)
    full.resize(*size)
    full.reset_layout()
    qtbot.wait(60)
    assert (full.width(), full.height()) == size
    assert problems(full) == []
    for dock in full.docks.values():
        if not dock.isVisibleTo(full):
            continue
        dock.raise_()
        with suppress(TimeoutError):  # a layout may need two rounds
            qtbot.waitUntil(lambda shown=dock: problems(shown) == [], timeout=2000)
        assert problems(dock) == [], dock.windowTitle()


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("name", DIALOGS)
def test_every_dialog_fits(full, qtbot, name):
    found = []

    def look():
        dialog = QApplication.activeModalWidget()
        found.append(problems(dialog))
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
    assert len(problems(root)) == 4


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
