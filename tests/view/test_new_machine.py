"""The dialog for a new machine: presets, its line, errors where they are, and the machine in the window."""

import pytest
from PySide6.QtCore import Qt

from memsim_gui.engine import commands as c
from memsim_gui.session.machines import PRESETS
from memsim_gui.view.dialogs.new_machine import LAST_USED, NewMachineDialog
from tests.view.conftest import LONG_MS, settle


@pytest.fixture
def dialog(qtbot, settings):
    made = NewMachineDialog(settings)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)  # the test closes it
    qtbot.addWidget(made)
    made.show()
    return made


def _plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _type(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)


def _choose(dialog, title):
    dialog.form.preset.setCurrentText(title)
    dialog.form.preset.activated.emit(dialog.form.preset.currentIndex())


def test_the_line_follows_what_is_typed(dialog, qtbot):
    _choose(dialog, "Classroom, 64 MiB")
    _type(qtbot, dialog.form.memory, "32 MiB")
    assert _plain(dialog.summary.text()) == (
        "8 192 pages (32 MiB) on 1 node, zones Normal; watermarks min/low/high = 181/226/271; swap 16 383 slots"
    )
    dialog.form.nodes.setCurrentText("2")
    assert "on 2 nodes" in dialog.summary.text()
    _type(qtbot, dialog.sysctls.fields["vm.min_free_kbytes"], "4096")
    assert "= 1 024/" in _plain(dialog.summary.text())


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_can_be_created(dialog, title):
    _choose(dialog, title)
    assert dialog.create_button.isEnabled()
    assert dialog.problem.isHidden()


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("memory", "ten", "'ten' is no size."),
        ("memory", "", "Nothing is typed."),
        ("swap", "1p", "1 page. Accepted: none, or 2 to 2147483647 pages"),
        ("seed", "-1", "-1 is out of range."),
    ],
)
def test_what_is_wrong_stands_under_its_field(dialog, qtbot, field, text, said):
    widget = getattr(dialog.form, field)
    before = widget.text()
    widget.setText("")
    qtbot.keyClicks(widget, text)
    line = dialog.form.lines[widget]
    assert line.text().startswith(said)
    assert not line.isHidden()
    assert not dialog.create_button.isEnabled()
    qtbot.keyClick(widget, Qt.Key.Key_Return)
    assert dialog.isVisible()
    _type(qtbot, widget, before)
    assert line.isHidden()
    assert dialog.create_button.isEnabled()


def test_what_is_wrong_with_a_setting_names_it(dialog, qtbot):
    swappiness = dialog.sysctls.fields["vm.swappiness"]
    _type(qtbot, swappiness, "300")
    assert swappiness.property("wrong") is True
    assert dialog.problem.text() == "vm.swappiness = '300'. Accepted: 0 to 200 (weight)."
    swappiness.clear()
    assert dialog.problem.isHidden()
    _type(qtbot, dialog.sysctls.fields["vm.min_free_kbytes"], "16000000")
    assert "Watermarks 4000000" in dialog.problem.text()
    assert not dialog.create_button.isEnabled()


def test_a_machine_is_handed_over_and_remembered(dialog, qtbot, settings):
    _choose(dialog, "Two nodes")
    dialog.form.device.setCurrentIndex(dialog.form.device.findData("hdd"))
    _type(qtbot, dialog.sysctls.fields["vm.swappiness"], "10")
    with qtbot.waitSignal(dialog.chosen) as caught:
        qtbot.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    assert caught.args[0] == {
        "memory": 65536, "nodes": "2", "swap": 32768, "device": "hdd", "swap_device": "ssd", "policy": "two-list",
        "detail": "kernel", "seed": 1, "vm.swappiness": "10",
    }  # fmt: skip
    again = NewMachineDialog(settings)
    qtbot.addWidget(again)
    assert again.form.preset.currentText() == LAST_USED
    assert again.table() == caught.args[0]
    settings.setValue("machine/last", "[1")
    spoilt = NewMachineDialog(settings)
    qtbot.addWidget(spoilt)
    assert spoilt.form.preset.currentText() == next(iter(PRESETS))


def test_the_window_shows_the_new_machine_and_drives_it(live, qtbot):
    qtbot.keyClick(live.stage, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = live.findChild(NewMachineDialog)
    _choose(dialog, "64 pages: every page visible")
    with qtbot.waitSignal(live.session.opened, timeout=LONG_MS):
        qtbot.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    settle(qtbot, live)
    assert live.session.trace.meta.title == "Your machine"
    assert live.transport.scenarios.currentIndex() == -1
    assert live.transport.scenarios.placeholderText() == "Your machine"
    assert live.windowTitle() == "Your machine – MemSim"
    qtbot.waitUntil(lambda: live.timeline.plot.box.viewRange()[0][1] < 2)  # nothing has happened yet
    assert not live.act["undo"].isEnabled()
    live.session.submit(c.Mmap("heap", 4))
    live.session.submit(c.Touch("heap", write=True))
    settle(qtbot, live)
    assert live.session.player.view.task[0].sum() > 0
    assert live.act["undo"].isEnabled()
