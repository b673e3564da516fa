"""Every control makes its command, says what it will do, and says what is wrong with what was typed."""

import pytest

from memsim_gui.engine import commands as c
from memsim_gui.scene.selection import Selection
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.controls.section import Button
from memsim_gui.view.panels.controls import ControlsPanel
from tests.session.story import by_hand

# The offscreen platform says so of every small window.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")

HEAP = 0x7F0000001000  # where the hand-made heap begins


@pytest.fixture
def panel(qtbot):
    made = ControlsPanel()
    qtbot.addWidget(made)
    trace = by_hand()
    trace.labels.files[0] = "data"
    end = len(trace)
    made.show()
    made.offer(
        Moment(trace, trace.view_at(end), end, 0.0, 1.0, False, Selection(), Changed.everything()), hurried=False
    )
    return made


@pytest.fixture
def made(panel):
    found = []
    panel.submitted.connect(found.append)
    return found


def _section(panel, title):
    return next(section for section in panel.sections if title == section.TITLE)


def _press(section, text):
    next(button for button in section.findChildren(Button) if button.text() == text).click()


CASES = [
    ("Process", "start", {"name": "shell"}, [c.Process("shell")]),
    ("Process", "exit", {}, [c.ExitTask("editor")]),
    ("Allocate anonymous", "mmap", {"amount": "10 MiB", "name": "a"}, [c.Mmap("a", 2560, process="editor")]),
    ("Allocate anonymous", "mmap", {"amount": "2560p", "name": "a"}, [c.Mmap("a", 2560, process="editor")]),
    (
        "Allocate anonymous",
        "mmap + write",
        {"amount": "3", "name": "a"},
        [c.Mmap("a", 3, process="editor"), c.Touch("a", write=True)],
    ),
    ("Access", "read", {"region": "heap", "pattern": "each once"}, [c.Touch("heap")]),
    ("Access", "write", {"region": "heap", "pattern": "each once"}, [c.Touch("heap", write=True)]),
    ("Access", "read", {"region": "heap", "pattern": "zipf", "count": "5 000"}, [c.Access("heap", "zipf", 5000)]),
    (
        "Access",
        "write",
        {"region": "log", "pattern": "stride", "count": "7"},
        [c.Access("log", "stride", 7, write=True)],
    ),
    ("Access", "madvise", {"region": "heap", "advice": "pageout"}, [c.Madvise("heap", "pageout")]),
    ("File I/O", "open", {"name": "b.txt", "extent": "1 MiB"}, [c.OpenFile("b.txt", 1 << 20)]),
    ("File I/O", "read", {"offset": "5000", "length": "4 KiB"}, [c.Read("data", 5000, 4096, process="editor")]),
    ("File I/O", "write", {"offset": "0", "length": "1p"}, [c.Write("data", 0, 4096, process="editor")]),
    ("File I/O", "fsync", {}, [c.Fsync("data")]),
    ("mlock", "mlock", {"region": "heap", "place": hex(HEAP + 0x234)}, [c.Mlock("heap", 0x234, 100_000)]),
    ("mlock", "munlock", {"region": "heap", "place": "0x234", "length": "1"}, [c.Munlock("heap", 0x234, 1)]),
    ("Pressure & reclaim", "pressure", {"amount": "10 MiB"}, [c.Pressure(2560)]),
    ("Pressure & reclaim", "direct reclaim", {"pages": "32"}, [c.DirectReclaim(32)]),
    ("Pressure & reclaim", "scan", {"list": "active-file", "pages": "2"}, [c.ScanList("active-file", 2)]),
    ("Pressure & reclaim", "drop_caches", {"drop": "3 both"}, [c.DropCaches(3)]),
    ("Pressure & reclaim", "kswapd pass", {}, [c.KswapdPass()]),
    ("Pressure & reclaim", "sync", {}, [c.Sync()]),
    ("Pressure & reclaim", "sleep", {"wait": "250"}, [c.Sleep(250)]),
    ("Tunables", "set", {"name": "vm.page-cluster", "value": "0"}, [c.SetSysctl("vm.page-cluster", 0)]),
]


def _fill(section, values):
    for name, text in values.items():
        widget = getattr(section, name)
        if hasattr(widget, "setCurrentText"):
            assert widget.findText(text) >= 0, (name, text)
            widget.setCurrentText(text)
        else:
            widget.setText(text)


@pytest.mark.parametrize(("title", "button", "values", "expected"), CASES)
def test_each_control_makes_its_command(panel, made, title, button, values, expected):
    section = _section(panel, title)
    _fill(section, values)
    _press(section, button)
    assert made == expected


def test_every_button_is_tried(panel):
    tried = {(title, button) for title, button, _, _ in CASES}
    there = {(s.TITLE, button.text()) for s in panel.sections for button in s.findChildren(Button)}
    assert there == tried


@pytest.mark.parametrize(
    ("title", "button", "values", "said"),
    [
        ("Process", "start", {"name": "a/b"}, "name"),
        ("Allocate anonymous", "mmap", {"name": "a", "amount": "10 MB?"}, "10 MB?"),
        ("Allocate anonymous", "mmap", {"name": "a", "amount": "5000 B"}, "whole number of pages"),
        ("Allocate anonymous", "mmap", {"name": "a", "amount": "0"}, "at least one page"),
        ("Allocate anonymous", "mmap", {"name": "heap"}, "exists already"),
        ("Access", "read", {"pattern": "zipf", "count": "-3"}, "at least 1"),
        ("File I/O", "read", {"offset": "x"}, "x"),
        ("File I/O", "read", {"length": "0"}, "at least 1 byte"),
        ("mlock", "mlock", {"region": "heap", "place": "0x10"}, ""),
        ("mlock", "mlock", {"region": "heap", "place": "7F00"}, "0x7F0000001234"),
        ("mlock", "mlock", {"region": "heap", "place": "0x700000000000"}, "is not in heap"),
        ("mlock", "mlock", {"region": "heap", "length": "0"}, "at least 1 byte"),
        ("Tunables", "set", {"name": "vm.swappiness", "value": "201"}, "0 to 200"),
        ("Tunables", "set", {"name": "vm.swappiness", "value": "much"}, "whole number"),
    ],
)
def test_bad_input_is_said_under_its_form(panel, made, title, button, values, said):
    section = _section(panel, title)
    _fill(section, values)
    _press(section, button)
    assert said in section.error.text()
    assert bool(made) == (not said)
    assert section.error.isHidden() == (not said)


def test_typing_something_wrong_marks_the_field_at_once(panel):
    section = _section(panel, "Allocate anonymous")
    section.amount.setText("ten")
    assert section.amount.property("wrong") is True
    assert "ten" in section.error.text()
    section.amount.setText("10 MiB")
    assert section.amount.property("wrong") is False
    assert section.error.isHidden()


def test_previews_follow_what_is_typed(panel):
    files, lock, allocate = (_section(panel, title) for title in ("File I/O", "mlock", "Allocate anonymous"))
    assert files.preview.text()
    lock.region.setCurrentText("heap")
    lock.place.setText("0xC00")
    lock.length.setText("80000")
    assert "→ 21 pages" in lock.preview.text()
    allocate.amount.setText("1 MiB")
    assert "256 pages" in allocate.preview.text()


def test_a_slider_makes_one_command_when_it_is_let_go(panel, made):
    knob = panel.tunables.knobs[0]
    knob.slider.setSliderDown(True)
    for value in (70, 90, 120):
        knob.slider.setValue(value)
    assert made == []
    knob.slider.setSliderDown(False)
    knob.slider.sliderReleased.emit()
    assert made == [c.SetSysctl("vm.swappiness", 120)]
    panel.show_tunables({"vm.swappiness": 60})
    assert knob.slider.value() == 60
    assert len(made) == 1


def test_a_refusal_is_shown_under_the_form_that_caused_it(panel):
    section = _section(panel, "mlock")
    _press(section, "munlock")
    panel.reject("munlock: ENOMEM")
    assert section.error.text() == "munlock: ENOMEM"
    assert _section(panel, "File I/O").error.isHidden()
