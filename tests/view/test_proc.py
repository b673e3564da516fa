"""The texts of /proc in the window: chosen, changed lines, search, copy."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from memsim_gui.procfs.files import files
from memsim_gui.procfs.snapshot import of_view
from memsim_gui.scene.panels import proc


@pytest.fixture
def panel(window, qtbot):
    window.session.seek(len(window.session.trace))
    window.docks["proc"].raise_()
    qtbot.wait(60)
    return window.docks["proc"].panel


def _choose(panel, qtbot, title):
    panel.file.setCurrentText(title)
    qtbot.wait(60)
    return panel.text.toPlainText()


def test_texts_are_those_of_the_real_files(panel, window, qtbot):
    trace = window.session.trace
    written = files(of_view(trace.view_at(len(trace)), trace.meta.first_pfn, trace.labels.tasks))
    assert panel.file.currentText() == "free -h"
    for title, path in (
        ("free -h", "free-h.txt"), ("/proc/vmstat", "proc/vmstat"), ("/proc/1001/status  (editor)", "proc/1001/status"),
        ("dmesg: the LRU lists", "dmesg-lru.txt"),
        ("/sys/devices/system/node/node0/meminfo", "sys/devices/system/node/node0/meminfo"),
    ):  # fmt: skip
        assert _choose(panel, qtbot, title) == written[path]


def test_lines_that_the_step_has_changed_stand_out(panel, window, qtbot):
    lines = _choose(panel, qtbot, "/proc/vmstat").splitlines()
    changed = [lines[number].split()[0] for number in panel.changed]
    assert changed == ["nr_free_pages", "nr_inactive_file"]
    assert len(panel.text.extraSelections()) == 2
    window.session.seek(len(window.session.trace) - 1)
    window.session.seek(0)
    qtbot.wait(60)
    assert panel.changed == []


def test_search_marks_every_place_and_return_goes_on(panel, qtbot):
    _choose(panel, qtbot, "/proc/vmstat")
    panel.changed = []
    qtbot.keyClicks(panel.search, "pgscan_")
    assert len(panel.text.extraSelections()) > 2
    first = panel.text.textCursor().position()
    assert panel.text.textCursor().selectedText() == "pgscan_"
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.text.textCursor().position() > first
    for _ in panel.text.extraSelections()[1:]:
        qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.text.textCursor().position() == first


def test_copy_takes_the_whole_text(panel, qtbot):
    text = _choose(panel, qtbot, "/proc/meminfo")
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text
    assert text.startswith("MemTotal:")


def test_what_is_selected_and_where_it_is_scrolled_to_stays(panel, window, qtbot):
    _choose(panel, qtbot, "/proc/vmstat")
    panel.text.verticalScrollBar().setValue(9)
    cursor = panel.text.textCursor()
    cursor.setPosition(3, cursor.MoveMode.KeepAnchor)
    panel.text.setTextCursor(cursor)
    panel.text.verticalScrollBar().setValue(9)
    before = panel.text.toPlainText()
    window.session.seek(len(window.session.trace) - 6)
    qtbot.wait(60)
    assert panel.text.toPlainText() != before
    assert panel.text.textCursor().position() == 3
    assert panel.text.verticalScrollBar().value() == 9


@pytest.mark.parametrize(
    ("before", "now", "changed"),
    [
        ("a 1\nb 2\n", "a 1\nb 3\n", [1]),
        ("a 1\nb 2\n", "c 0\na 1\nb 2\n", [0]),
        ("a 1\na 1\n", "a 1\na 2\n", [1]),
        ("a\n", "a\n", []),
    ],
)
def test_changed_lines(before, now, changed):
    assert proc.changed_lines(before, now) == changed
