"""A plot of seconds is painted from a kept picture of it, which never delays a picture of the window."""

import pytest
from PySide6.QtGui import QPixmap

from memsim_gui.paint.tokens import load_theme
from memsim_gui.view.widgets.plot import Plot
from memsim_gui.view.widgets.seconds_axis import SecondsAxis

SIZE = (400, 120)
SOME_FRAMES_MS = 100


def picture(plot):
    """What the plot paints just now."""
    shot = QPixmap(plot.size())
    plot.viewport().render(shot)
    return shot.toImage()


@pytest.fixture
def plot(qtbot):
    shown = Plot()
    qtbot.addWidget(shown)
    shown.set_theme(load_theme("dark"))
    shown.resize(*SIZE)
    shown.show()
    qtbot.waitExposed(shown)
    qtbot.wait(SOME_FRAMES_MS)
    return shown


def test_a_change_is_not_in_the_picture_that_is_just_made_but_soon_after(plot, qtbot):
    before = picture(plot)
    plot.box.setYRange(0, 7000, padding=0)
    assert picture(plot) == before
    qtbot.waitUntil(lambda: picture(plot) != before)


def test_what_changes_while_a_plot_is_hidden_is_drawn_once_it_is_seen(plot, qtbot):
    before = picture(plot)
    plot.hide()
    plot.box.setYRange(0, 7000, padding=0)
    qtbot.wait(SOME_FRAMES_MS)
    plot.show()
    qtbot.waitUntil(lambda: picture(plot) != before)


def test_a_drawing_that_waits_when_the_plot_is_closed_is_not_made(plot, qtbot):
    with qtbot.captureExceptions() as errors:
        plot.box.setYRange(0, 7000, padding=0)
        picture(plot)
        plot.close()
        qtbot.wait(SOME_FRAMES_MS)
    assert not errors


def test_ticks_stand_at_round_seconds_from_the_start_on():
    axis = SecondsAxis(-2.0, 98.0, 50.0, 1000.0)
    assert axis.step == 10
    assert axis.ticks == [(70.0 + 100 * number, 10.0 * number) for number in range(10)]
    assert axis.second_at(axis.x_of(33.3)) == pytest.approx(33.3)
