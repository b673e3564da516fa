"""A plot of seconds is drawn from a kept picture, which follows what it shows without delaying a picture of the window."""

import pytest

from memsim_gui.view.widgets.plot import Plot

SIZE = (400, 120)


@pytest.fixture
def plot(qtbot):
    shown = Plot()
    qtbot.addWidget(shown)
    shown.resize(*SIZE)
    shown.show()
    qtbot.waitExposed(shown)
    qtbot.waitUntil(lambda: not shown._still.isNull() and not shown._stale)
    return shown


def test_a_change_is_in_sight_soon_but_not_in_the_picture_that_is_just_made(plot, qtbot):
    before = plot._still.cacheKey()
    plot.box.setXRange(3.0, 9.0, padding=0)
    plot.viewport().repaint()
    assert plot._still.cacheKey() == before
    qtbot.waitUntil(lambda: plot._still.cacheKey() != before)
    assert not plot._stale


def test_what_changes_while_a_plot_is_hidden_is_drawn_once_it_is_seen(plot, qtbot):
    plot.hide()
    before = plot._still.cacheKey()
    plot.box.setXRange(3.0, 9.0, padding=0)
    qtbot.wait(60)
    assert plot._still.cacheKey() == before
    plot.show()
    qtbot.waitUntil(lambda: plot._still.cacheKey() != before)
