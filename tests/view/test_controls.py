"""Every control makes its command, says what it will do, and says what is wrong with what was typed."""

from operator import attrgetter

import pytest
from PySide6.QtCore import Qt

from memsim_gui.engine import commands as c
from memsim_gui.scene.selection import Selection
from memsim_gui.scene.words import grouped
from memsim_gui.session.core import READY, RECORDING
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.view.controls.form import Button
from memsim_gui.view.panels.controls import EARLIER, NOTE, OPEN_AT_FIRST, RECORDED, ControlsPanel
from memsim_gui.view.widgets.choice import Choice
from tests.session.story import by_hand
from tests.view.conftest import settle

# The offscreen platform says so of every small window.
HEAP = 0x7F0000001000  # where the hand-made heap begins
TUNABLES = {"vm.swappiness": 60, "vm.dirty_ratio": 20, "vm.min_free_kbytes": 128, "vm.watermark_scale_factor": 10}
NOT_OFFERED = {
    "look": "the recorder's own probe: it looks at pages without counting as an access",
}


@pytest.fixture
def panel(qtbot):
    made = ControlsPanel()
    qtbot.addWidget(made)
    made.resize(264, 600)
    made.show()
    for section in made.sections:
        section.set_open(is_open=True)
    made.show_tunables(TUNABLES)
    _offer(made)
    return made


def _offer(panel, *, at_end=True):
    trace = by_hand()
    trace.labels.files[0] = "data"
    end = len(trace) if at_end else len(trace) - 1
    panel.offer(Moment(trace, trace.view_at(end), end, 0, 1, False, Selection(), Changed.everything()), hurried=False)


@pytest.fixture
def made(panel):
    found = []
    panel.submitted.connect(found.extend)
    return found


def _section(panel, title):
    return next(section for section in panel.sections if section.title == title)


def _form(panel, title, task):
    """Choose what to do in a section, and return its form with all names offered."""
    section = _section(panel, title)
    if task:
        assert section.task.findText(task) >= 0, task
        section.task.setCurrentText(task)
    _offer(panel)
    return section.form


def _type(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)


def _fill(qtbot, form, values):
    for name, text in values.items():
        widget = attrgetter(name)(form)
        if isinstance(widget, Choice):
            assert widget.findText(text) >= 0, (name, text)
            widget.setCurrentText(text)
        elif isinstance(text, bool):
            widget.setChecked(text)
        else:
            _type(qtbot, widget, text)


def _button(form, text):
    return next(button for button in form.buttons if button.text() == text)


def _plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


CASES = [
    ("Processes", "Start a process", "Start", {"name": "shell"}, [c.Process("shell")]),
    (
        "Processes",
        "Start a process",
        "Start",
        {"name": "db", "limit": "unlimited", "adj": "-500"},
        [c.Process("db", -500, -1)],
    ),
    ("Processes", "Fork the acting process", "Fork", {"child": "kid"}, [c.Fork("kid", "editor")]),
    ("Processes", "End the acting process", "End it", {}, [c.ExitTask("editor")]),
    ("Allocate memory", "Private memory", "Map", {"amount": "10 MiB", "name": "a"}, [c.Mmap("a", 2560, "editor")]),
    ("Allocate memory", "Private memory", "Map", {"amount": "2560p", "name": "a"}, [c.Mmap("a", 2560, "editor")]),
    ("Allocate memory", "Private memory", "Map", {"amount": "0x1000", "name": "a"}, [c.Mmap("a", 4096, "editor")]),
    (
        "Allocate memory",
        "Private memory",
        "Map and write",
        {"amount": "1 GiB", "name": "a"},
        [c.Mmap("a", 1 << 18, "editor"), c.Touch("a", write=True)],
    ),
    ("Allocate memory", "Shared memory", "Map shared", {"amount": "3"}, [c.Shm("shared", 3, "editor")]),
    ("Allocate memory", "A file", "Map", {}, [c.MmapFile("data", process="editor")]),
    (
        "Allocate memory",
        "A file",
        "Map",
        {"name": "text", "executable": True, "private": True, "advice": "random"},
        [c.MmapFile("data", "text", "editor", executable=True, private=True, advice="random")],
    ),
    (
        "Allocate memory",
        "Unmap",
        "Unmap",
        {"where": "heap", "span.first": "4", "span.pages": "8"},
        [c.Munmap("heap", 4, 8)],
    ),
    ("Access memory", "", "Read", {"where": "heap"}, [c.Touch("heap")]),
    ("Access memory", "", "Write", {"where": "heap", "span.pages": "16 KiB"}, [c.Touch("heap", 0, 4, write=True)]),
    (
        "Access memory",
        "",
        "Read",
        {"where": "heap", "pattern": "Zipf: a few hot pages", "count": "5 000", "alpha": "1.2", "seed": "7"},
        [c.Access("heap", "zipf", 5000, alpha=1.2, seed=7)],
    ),
    (
        "Access memory",
        "",
        "Write",
        {"where": "log", "pattern": "Stride", "count": "7", "step": "3"},
        [c.Access("log", "stride", 7, write=True, step=3)],
    ),
    (
        "Access memory",
        "",
        "Read",
        {"where": "heap", "pattern": "Loop", "hot": "5"},
        [c.Access("heap", "loop", 1000, hot=5)],
    ),
    ("Access memory", "", "Read", {"where": "heap", "pattern": "Working set"}, [c.Access("heap", "working-set", 1000)]),
    ("Access memory", "", "Read", {"where": "heap", "pattern": "Random"}, [c.Access("heap", "random", 1000)]),
    ("Access memory", "", "Read", {"where": "heap", "pattern": "Sequential"}, [c.Access("heap", "sequential", 1000)]),
    (
        "Lock memory (mlock)",
        "",
        "Lock",
        {"where": "heap", "place": hex(HEAP + 0x234), "length": "5000"},
        [c.Mlock("heap", 0x234, 5000)],
    ),
    (
        "Lock memory (mlock)",
        "",
        "Lock",
        {"where": "heap", "on_fault": True},
        [c.Mlock("heap", 0, 100_000, onfault=True)],
    ),
    (
        "Lock memory (mlock)",
        "",
        "Unlock",
        {"where": "heap", "place": "8 KiB", "length": "1"},
        [c.Munlock("heap", 8192, 1)],
    ),
    (
        "Advise the kernel",
        "Memory (madvise)",
        "Advise",
        {"where": "heap", "advice": "PAGEOUT: reclaim now"},
        [c.Madvise("heap", "pageout")],
    ),
    ("Advise the kernel", "A file (fadvise)", "Advise", {"advice": "DONTNEED"}, [c.Fadvise("data", "dontneed")]),
    ("Files", "Open a file", "Open", {"name": "b.txt", "extent": "1 MiB"}, [c.OpenFile("b.txt", 1 << 20)]),
    ("Files", "Create a file", "Create", {"name": "new"}, [c.NewFile("new")]),
    (
        "Files",
        "Read or write",
        "Read",
        {"offset": "5000", "length": "4 KiB", "times": "2"},
        [c.Read("data", 5000, 4096, 2, process="editor")],
    ),
    ("Files", "Read or write", "Write", {"offset": "0", "length": "1p"}, [c.Write("data", 0, 4096, process="editor")]),
    ("Files", "Read random pages", "Read", {"alpha": "0.8"}, [c.ReadRandom("data", 100, alpha=0.8, process="editor")]),
    ("Files", "Read while using memory", "Run", {"where": "heap"}, [c.MixStream("heap", "data")]),
    ("Pressure and reclaim", "Memory pressure", "Take memory", {"amount": "10 MiB"}, [c.Pressure(2560)]),
    ("Pressure and reclaim", "kswapd pass", "Wake kswapd", {}, [c.KswapdPass()]),
    ("Pressure and reclaim", "Direct reclaim", "Reclaim", {"pages": "33"}, [c.DirectReclaim(33)]),
    (
        "Pressure and reclaim",
        "Scan one list",
        "Scan",
        {"list": "Active file", "pages": "2"},
        [c.ScanList("active-file", 2)],
    ),
    ("Pressure and reclaim", "Memory cgroup", "Make cgroup", {}, [c.Cgroup()]),
    ("Pressure and reclaim", "Memory cgroup", "Reclaim", {"amount": "64 KiB"}, [c.MemoryReclaim(65536)]),
    ("Drop caches", "", "Drop", {"drop": "Both (3)"}, [c.DropCaches(3)]),
    ("Write back dirty pages", "Everything (sync)", "Write back", {}, [c.Sync()]),
    ("Write back dirty pages", "One file (fsync)", "Write back", {}, [c.Fsync("data")]),
    ("Let time pass", "Sleep", "Sleep", {"wait": "250"}, [c.Sleep(250)]),
    ("Let time pass", "Wait for the devices", "Wait", {}, [c.WaitIo()]),
    ("Kernel settings", "", "Set", {"name": "vm.page-cluster", "setting": "0"}, [c.SetSysctl("vm.page-cluster", 0)]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_control_makes_its_command(panel, made, qtbot, case):
    title, task, button, values, expected = case
    form = _form(panel, title, task)
    _fill(qtbot, form, values)
    qtbot.mouseClick(_button(form, button), Qt.MouseButton.LeftButton)
    assert made == expected


def test_what_one_button_does_is_undone_at_once(live, qtbot):
    form = _section(live.controls, "Allocate memory").form
    _fill(qtbot, form, {"amount": "4", "name": "mine"})
    qtbot.mouseClick(_button(form, "Map and write"), Qt.MouseButton.LeftButton)
    settle(qtbot, live)
    assert live.session.trace.labels.commands[-2:] == ["keyring maps 4 pages as mine", "write all of mine"]
    live.act["undo"].trigger()
    settle(qtbot, live)
    assert "mine" not in " ".join(live.session.trace.labels.commands)
    live.act["redo"].trigger()
    settle(qtbot, live)
    assert live.session.trace.labels.commands[-1] == "write all of mine"
    assert not live.act["redo"].isEnabled()


def test_every_button_is_tried(panel):
    tried = {(title, task, button) for title, task, button, _, _ in CASES}
    there = {
        (section.title, kind.TITLE if len(section.kinds) > 1 else "", button.text())
        for section in panel.sections
        for kind in section.kinds
        for button in _form(panel, section.title, kind.TITLE).findChildren(Button)
    }
    assert there == tried


def test_every_command_of_the_engine_is_offered_or_has_a_reason():
    offered = {command.op for *_, commands in CASES for command in commands}
    assert offered | NOT_OFFERED.keys() == c.COMMANDS.keys()
    assert not offered & NOT_OFFERED.keys()


@pytest.mark.parametrize(
    "case",
    [
        ("Processes", "Start a process", "name", "a/b", "'a/b' does not fit. Accepted: a name of 1 to 64 letters"),
        ("Processes", "Start a process", "adj", "1001", "1001 is out of range. Accepted: a whole number from -1000"),
        ("Allocate memory", "Private memory", "amount", "10 MB?", "'10 MB?' is no size. Accepted: a number of pages"),
        ("Allocate memory", "Private memory", "amount", "5000 B", "'5000 B' is not a whole number of pages"),
        ("Allocate memory", "Private memory", "amount", "0", "'0' is nothing. Accepted: at least one page."),
        ("Allocate memory", "Private memory", "amount", "", "Nothing is typed. Accepted: a number of pages"),
        ("Access memory", "", "count", "-3", "-3 is out of range. Accepted: a whole number, at least 1."),
        ("Access memory", "", "alpha", "much", "'much' is no number. Accepted: a number from 0 to 8, such as 0.8."),
        ("Files", "Read or write", "offset", "x", "'x' is no size. Accepted: a number of bytes"),
        ("Files", "Read or write", "length", "0", "0 bytes are nothing. Accepted: at least 1 byte."),
        ("Lock memory (mlock)", "", "place", "7F00", "such as 0x7F0000001234."),
        ("Lock memory (mlock)", "", "place", "0x700000000000", "0x700000000000 is not in "),
        ("Kernel settings", "", "setting", "201", "vm.swappiness = 201. Accepted: 0 to 200 (weight)."),
        ("Kernel settings", "", "setting", "much", "'much' is no whole number."),
    ],
    ids=str,
)
def test_what_is_wrong_stands_under_its_field_and_nothing_can_be_pressed(panel, made, qtbot, case):
    title, task, field, text, said = case
    form = _form(panel, title, task)
    if title == "Access memory":
        form.pattern.setCurrentText("Zipf: a few hot pages")
    widget = getattr(form, field)
    before = widget.text()
    _type(qtbot, widget, text)
    line = form.lines[widget]
    assert said in line.text()
    assert not line.isHidden()
    assert widget.property("wrong") is True
    assert not any(button.isEnabled() for button in form.buttons)
    assert form.buttons[0].toolTip().startswith("Not now: ")
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert not made
    _type(qtbot, widget, before or "60")
    assert line.isHidden()
    assert form.buttons[0].isEnabled()


@pytest.mark.parametrize(
    "case",
    [
        ("Allocate memory", "Private memory", {"name": "heap"}, "A region 'heap' exists already"),
        ("Processes", "Start a process", {"name": "editor"}, "A process 'editor' is there already"),
        ("Access memory", "", {"where": "heap", "span.first": "20", "span.pages": "8"}, "Pages 20 to 27 of heap"),
        ("Files", "Open a file", {"name": "data"}, "A file 'data' is open already"),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_why_the_button_is_disabled(panel, qtbot, case):
    title, task, values, said = case
    form = _form(panel, title, task)
    _fill(qtbot, form, values)
    _offer(panel)
    assert not form.buttons[0].isEnabled()
    assert said in form.buttons[0].toolTip()


def test_with_nothing_mapped_the_button_says_where_memory_comes_from(qtbot):
    panel = ControlsPanel()
    qtbot.addWidget(panel)
    form = _section(panel, "Access memory").form
    form.edited()
    assert not form.buttons[0].isEnabled()
    assert "No memory is mapped yet. Accepted: map some under Allocate memory." in form.buttons[0].toolTip()


PREVIEWS = [
    ("Processes", "Fork the acting process", {}, "→ 0 pages shared with the child until one of them writes"),
    (
        "Processes",
        "End the acting process",
        {},
        "→ 0 anon, 0 file, 0 shared pages are unmapped, 0 swap entries given back",
    ),
    (
        "Allocate memory",
        "Private memory",
        {"amount": "1 MiB"},
        "→ 256 pages, 1 MiB; 40 are free. Frames come with the first write",
    ),
    ("Allocate memory", "Unmap", {"where": "heap"}, "→ 24 pages unmapped: 12 in memory, 0 in swap"),
    ("Allocate memory", "A file", {}, "→ 32 pages, 128 KiB; 0 are cached already"),
    ("Access memory", "", {"where": "heap"}, "→ 24 pages: 12 hits, 12 faults"),
    (
        "Access memory",
        "",
        {"where": "heap", "pattern": "Stride", "count": "3", "step": "8"},
        "→ 3 accesses to 3 pages: 2 hits, 1 fault",
    ),
    (
        "Access memory",
        "",
        {"where": "heap", "pattern": "Loop", "count": "100", "hot": "14"},
        "→ 100 accesses to 14 pages: 98 hits, 2 faults",
    ),
    (
        "Lock memory (mlock)",
        "",
        {"where": "heap", "place": "0x7F0000001234", "length": "10000"},
        "→ 3 pages, 12 288 B, 2 288 more than asked",
    ),
    (
        "Advise the kernel",
        "Memory (madvise)",
        {"where": "heap", "span.first": "8", "span.pages": "8"},
        "→ 8 pages: 4 in memory become the first to be reclaimed",
    ),
    ("Files", "Open a file", {"extent": "10000"}, "→ 3 pages, 12 KiB; nothing of it is cached yet"),
    ("Files", "Read or write", {"offset": "24576", "length": "1"}, "→ index 6, offset 0, hit"),
    ("Files", "Read or write", {"offset": "100000", "length": "1 KiB"}, "→ index 24, offset 1 696, miss"),
    ("Pressure and reclaim", "Memory pressure", {"amount": "20"}, "→ 20 of 40 free pages: 20 left, above low 9"),
    (
        "Pressure and reclaim",
        "Memory pressure",
        {"amount": "32"},
        "→ 32 of 40 free pages: 8 left, below low 9: kswapd wakes",
    ),
    (
        "Pressure and reclaim",
        "Memory pressure",
        {"amount": "35"},
        "→ 35 of 40 free pages: 5 left, below min 6: direct reclaim",
    ),
    ("Pressure and reclaim", "Memory pressure", {"amount": "50"}, "→ 50 of 40 free pages: 10 must be reclaimed first"),
    ("Pressure and reclaim", "kswapd pass", {}, "→ 40 free, high 12: balanced, little to do"),
    ("Pressure and reclaim", "Direct reclaim", {}, "→ 32 pages wanted; candidates: 4 inactive file, 4 inactive anon"),
    ("Pressure and reclaim", "Scan one list", {"pages": "9"}, "→ 4 of 4 pages at the tail"),
    ("Drop caches", "", {}, "→ 4 pages of 4 would go"),
    ("Drop caches", "", {"drop": "Slab (2)"}, "→ slab only: no page of the page cache goes"),
    ("Write back dirty pages", "Everything (sync)", {}, "→ 0 dirty pages to write"),
    ("Let time pass", "Sleep", {"wait": "250"}, "→ 250 ms of simulated time"),
    ("Kernel settings", "", {"setting": "100"}, "→ now 60; by default 60 (weight)"),
    (
        "Kernel settings",
        "",
        {"name": "vm.watermark_scale_factor", "setting": "1000"},
        "→ min/low/high 6/9/12 become 32/40/48",
    ),
]


@pytest.mark.parametrize("case", PREVIEWS, ids=str)
def test_a_preview_says_what_would_happen(panel, qtbot, case):
    title, task, values, said = case
    form = _form(panel, title, task)
    _fill(qtbot, form, values)
    _offer(panel)
    assert _plain(form.preview.text()) == said


def test_typing_asks_for_a_new_preview(panel, qtbot):
    form = _form(panel, "Let time pass", "Sleep")
    with qtbot.waitSignal(panel.woke):
        qtbot.keyClicks(form.wait, "0")


def test_return_submits_the_form(panel, made, qtbot):
    form = _form(panel, "Let time pass", "Sleep")
    _type(qtbot, form.wait, "30")
    qtbot.keyClick(form.wait, Qt.Key.Key_Return)
    assert made == [c.Sleep(30)]


def test_a_pattern_shows_its_own_fields(panel):
    form = _form(panel, "Access memory", "")
    shown = {}
    for pattern in ("Each page once", "Stride", "Working set", "Zipf: a few hot pages"):
        form.pattern.setCurrentText(pattern)
        fields = ("count", "step", "hot", "alpha", "seed")
        shown[pattern] = {name for name in fields if getattr(form, name).isVisible()}
    assert shown == {
        "Each page once": set(),
        "Stride": {"count", "step"},
        "Working set": {"count", "hot", "seed"},
        "Zipf: a few hot pages": {"count", "alpha", "seed"},
    }


def test_a_unit_typed_replaces_the_one_beside_the_field(panel, qtbot):
    form = _form(panel, "Allocate memory", "Private memory")
    unit = form.rows[form.amount][2]
    assert unit.text() == "pages"
    _type(qtbot, form.amount, "10 MiB")
    assert not unit.text()


def test_a_name_that_is_taken_is_replaced_by_a_free_one(panel):
    form = _form(panel, "Allocate memory", "Private memory")
    panel.setFocus()
    form.name.clearFocus()
    form.name.setText("heap")
    _offer(panel)
    assert form.name.text() == "heap2"


def test_a_slider_makes_one_command_when_it_is_let_go(panel, made):
    form = _form(panel, "Kernel settings", "")
    knob = form.knobs[0]
    knob.slider.setSliderDown(True)
    for value in (70, 90, 120):
        knob.slider.setValue(value)
    assert made == []
    knob.slider.setSliderDown(False)
    knob.slider.sliderReleased.emit()
    assert made == [c.SetSysctl("vm.swappiness", 120)]
    _offer(panel)
    assert knob.slider.value() == 60
    assert len(made) == 1


def test_a_refusal_is_shown_under_the_form_that_caused_it(panel, qtbot):
    form = _form(panel, "Lock memory (mlock)", "")
    qtbot.mouseClick(_button(form, "Unlock"), Qt.MouseButton.LeftButton)
    panel.reject("munlock: ENOMEM")
    assert form.problem.text() == "munlock: ENOMEM"
    assert _section(panel, "Files").form.problem.isHidden()


def test_an_earlier_moment_is_announced(panel):
    assert panel.note.text() == NOTE
    _offer(panel, at_end=False)
    assert panel.note.text() == EARLIER


def test_of_a_recording_it_is_said_that_commands_go_on_from_the_moment_shown(panel):
    panel.show_core(RECORDING)
    _offer(panel, at_end=False)
    assert panel.note.text() == RECORDED
    panel.show_core(READY)
    _offer(panel, at_end=False)
    assert panel.note.text() == EARLIER


def test_sections_fold_and_are_remembered(qtbot, settings):
    first, second = ControlsPanel(), ControlsPanel()
    for panel in (first, second):
        qtbot.addWidget(panel)
        panel.show()
    first.remember(settings)
    assert {section.name for section in first.sections if section.is_open} == set(OPEN_AT_FIRST)
    qtbot.mouseClick(_section(first, "Files").header, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(_section(first, "Kernel settings").header, Qt.MouseButton.LeftButton)
    assert not _section(first, "Files").form.isVisible()
    assert _section(first, "Kernel settings").form.isVisible()
    second.remember(settings)
    assert {section.name for section in second.sections if section.is_open} == {"allocate", "access", "settings"}


@pytest.mark.parametrize(("title", "task"), [("Lock memory (mlock)", ""), ("Files", "Read random pages")])
def test_tab_leads_from_a_title_into_a_form_that_has_just_been_made(qtbot, title, task):
    panel = ControlsPanel()
    qtbot.addWidget(panel)
    panel.show()
    section = _section(panel, title)
    section.set_open(is_open=True)
    if task:
        section.task.setCurrentText(task)
    reached = section.task if task else section.header
    reached = reached.nextInFocusChain()
    while not (reached.isVisible() and reached.focusPolicy() & Qt.FocusPolicy.TabFocus):
        reached = reached.nextInFocusChain()
    assert section.form.isAncestorOf(reached)


def test_nothing_in_the_dock_is_clipped_at_its_first_width(window, qtbot):
    panel = window.controls
    for section in panel.sections:
        section.set_open(is_open=True)
    qtbot.wait(100)
    for section in panel.sections:
        for kind in section.kinds:
            section.task.setCurrentText(kind.TITLE)
            qtbot.wait(1)
            form = section.form
            for button in form.buttons:
                assert button.width() > button.fontMetrics().horizontalAdvance(button.text()), button.text()
            for caption, widget, *_ in form.rows.values():
                if widget.isHidden():
                    continue
                assert widget.mapTo(panel, widget.rect().bottomRight()).x() < panel.width(), form.TITLE
                longest = max(caption.text().split() or [""], key=len)
                assert caption.width() >= caption.fontMetrics().horizontalAdvance(longest)


LIVE = [
    ("Processes", "Start a process", "Start", {"name": "shell"}),
    ("Allocate memory", "Private memory", "Map", {"name": "mine", "amount": "2"}),
    ("Files", "Open a file", "Open", {"name": "notes", "extent": "16 KiB"}),
    ("Access memory", "", "Read", {}),
    ("Lock memory (mlock)", "", "Lock", {"length": "1"}),
    ("Advise the kernel", "Memory (madvise)", "Advise", {}),
    ("Pressure and reclaim", "Memory pressure", "Take memory", {"amount": "1"}),
    ("Drop caches", "", "Drop", {}),
    ("Write back dirty pages", "Everything (sync)", "Write back", {}),
    ("Let time pass", "Sleep", "Sleep", {"wait": "1"}),
    ("Kernel settings", "", "Set", {"name": "vm.swappiness", "setting": "10"}),
]


def test_what_each_section_does_lands_in_the_history_and_undo_takes_it_back(live, qtbot):
    for title, task, button, values in LIVE:
        section = _section(live.controls, title)
        section.set_open(is_open=True)
        if task:
            section.task.setCurrentText(task)
        settle(qtbot, live)
        length, undo = len(live.session.trace), live.session.core.report.undo
        _fill(qtbot, section.form, values)
        settle(qtbot, live)
        qtbot.mouseClick(_button(section.form, button), Qt.MouseButton.LeftButton)
        settle(qtbot, live)
        assert len(live.session.trace) > length, title
        assert live.session.core.report.undo != undo, title
        live.act["undo"].trigger()
        settle(qtbot, live)
        assert len(live.session.trace) == length, title
        assert live.session.core.report.undo == undo, title


def test_the_dock_shows_what_a_setting_became(live, qtbot):
    section = _section(live.controls, "Kernel settings")
    section.set_open(is_open=True)
    live.session.submit(c.SetSysctl("vm.watermark_scale_factor", 500))
    settle(qtbot, live)
    section.form.name.setCurrentText("vm.watermark_scale_factor")
    settle(qtbot, live)
    assert section.form.setting.text() == grouped(500)
    assert live.session.core.report.tunables["vm.watermark_scale_factor"] == 500
