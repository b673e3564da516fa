"""Figures that change with every picture do not lay the window out anew each time."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QStatusBar

from memsim_gui.view.widgets.figures import Figures


class Layouts(QObject):
    """Counts how often a widget has been asked to lay itself out."""

    def __init__(self, watched):
        super().__init__(watched)
        self.seen = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt calls it
        self.seen += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


@pytest.mark.parametrize(
    ("kind", "change", "laid_out"), [(Figures, Figures.tell, False), (QLabel, QLabel.setText, True)]
)
def test_only_a_text_without_room_lays_out_what_is_around(qtbot, kind, change, laid_out):
    bar, label = QStatusBar(), kind()
    qtbot.addWidget(bar)
    bar.addWidget(label)
    bar.show()
    change(label, "event 9 999 of 9 999")
    qtbot.wait(30)
    layouts, room = Layouts(bar), label.width()
    for position in range(20):
        change(label, f"event {position} of 99")
        qtbot.wait(2)
    assert (layouts.seen > 0) == laid_out
    change(label, "event 9 999 999 of 9 999 999")
    qtbot.waitUntil(lambda: label.width() > room)
    assert label.width() >= label.sizeHint().width()
