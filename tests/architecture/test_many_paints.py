"""PySide6 6.12 on Python 3.11 loses a reference to True at every paint, and the process dies after some hundred."""

import sys

import pyqtgraph as pg

PAINTS = 1000


def test_a_thousand_paints_keep_true_alive(qtbot):
    view = pg.GraphicsLayoutWidget()
    qtbot.addWidget(view)
    view.resize(160, 120)
    view.addPlot().plot([0, 1, 2], [0, 1, 0])
    view.grab()
    before = sys.getrefcount(True)
    for _ in range(PAINTS):
        view.grab()
    # One reference lost per paint is the fault; a few come and go with caches.
    assert sys.getrefcount(True) > before - PAINTS // 10
