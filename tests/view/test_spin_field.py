"""What can be typed can be stepped: by arrows, keys and wheel, in the manner in which it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QStyle, QStyleOptionSpinBox

from memsim_gui.engine.errors import InputError
from memsim_gui.view.controls import files, memory, processes, reclaim, settings
from memsim_gui.view.dialogs.new_machine import NewMachineDialog
from memsim_gui.view.widgets import fields, steps
from memsim_gui.view.widgets.fields import Field
from memsim_gui.view.widgets.spin_field import SpinField

PAGES, LENGTHS = steps.pages("64"), steps.lengths("4096")
WORDS = {"Name", "Child"}  # fields that hold no number


@pytest.mark.parametrize(
    ("ladder", "text", "down", "up"),
    [
        (PAGES, "100", "64", "128"),
        (PAGES, "10 MiB", "8 MiB", "16 MiB"),
        (PAGES, "1 MiB", "512 KiB", "2 MiB"),
        (PAGES, "512MiB", "256 MiB", "1 GiB"),
        (PAGES, "2560p", "2048p", "4096p"),
        (PAGES, "2 pages", "1 page", "4 pages"),
        (PAGES, "0x100", "0x80", "0x200"),
        (PAGES, "1", None, "2"),
        (LENGTHS, "10 MB", "8 MiB", "16 MiB"),
        (PAGES, "what", "64", "64"),
        (LENGTHS, "100 000", "65536", "131072"),
        (LENGTHS, "5000 B", "4096 B", "8192 B"),
        (LENGTHS, "1p", "2 KiB", "2p"),
        (steps.pages("16", below=""), "1", "", "2"),
        (steps.pages("16", below=""), "", None, "16"),
        (steps.pages("8 MiB", "unlimited", 0), "0", "unlimited", "1"),
        (steps.pages("64 pages", "0", 2), "2", "0", "4"),
        (steps.page_numbers(), "7", "6", "8"),
        (steps.page_numbers(), "0", None, "1"),
        (steps.places(), "0x7F0000001234", "0x7F0000001000", "0x7F0000002000"),
        (steps.places(), "1 MiB", "1020 KiB", "1028 KiB"),
        (steps.counts("1000"), "1000", "500", "2000"),
        (steps.counts("1000"), "3", "2", "5"),
        (steps.counts("1000"), "1", None, "2"),
        (steps.counts("1000", 0), "0", None, "1"),
        (steps.numbers("0", 100, -1000), "-950", "-1000", "-900"),
        (steps.tenths("0"), "0.85", "0.8", "0.9"),
        (steps.sysctl("vm.swappiness", "60"), "60", "50", "70"),
        (steps.sysctl("vm.page-cluster", "3", ""), "0", "", "1"),
        (steps.sysctl("vm.dirty_ratio", "20"), "20", "15", "25"),
        (steps.sysctl("block.read_ahead_kb", "128"), "128", "64", "256"),
        (steps.sysctl("memsim.fault_ns", "1000"), "1000", "500", "2000"),
    ],
)
def test_a_step_leads_to_the_next_round_value_written_as_before(ladder, text, down, up):
    assert ladder.after(text, up=False, accepts=lambda _: True) == down
    assert ladder.after(text, up=True, accepts=lambda _: True) == up


@given(some.integers(0, 1 << 40), some.sampled_from((steps.doubled, steps.decades, steps.by(1), steps.by(4096))))
def test_up_is_more_down_is_less_and_what_is_between_belongs_to_both(number, rung):
    assert rung(number, False) < number < rung(number, True)
    assert rung(rung(number, True), False) <= number <= rung(max(0, rung(number, False)), True)


@given(some.integers(1, 1 << 40), some.sampled_from(("{}", "{} B", "{}p", "{} KiB", "0x{:X}")), some.booleans())
def test_what_is_written_is_the_next_value_whatever_the_unit(number, shape, up):
    typed = shape.format(number)
    found = LENGTHS.after(typed, up=up, accepts=lambda _: True)
    if found is not None:
        assert fields.read_bytes(found) == steps.doubled(fields.read_bytes(typed), up)


@pytest.fixture
def field(qtbot):
    made = SpinField(fields.read_pages, PAGES, "64", "Size: such as 10 MiB")
    qtbot.addWidget(made)
    made.resize(120, made.sizeHint().height())
    made.show()
    return made


def press_arrow(field, control):
    option = QStyleOptionSpinBox()
    field.initStyleOption(option)
    rect = field.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, control, field)
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=rect.center())


def test_arrows_and_keys_step_and_tell(field, qtbot):
    told = []
    field.textChanged.connect(told.append)
    press_arrow(field, QStyle.SubControl.SC_SpinBoxUp)
    press_arrow(field, QStyle.SubControl.SC_SpinBoxUp)
    press_arrow(field, QStyle.SubControl.SC_SpinBoxDown)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_PageUp)
    qtbot.keyClick(field, Qt.Key.Key_PageDown)
    assert told == ["128", "256", "128", "64", "1024", "64"]
    assert field.value() == 64


def test_steps_end_where_the_field_accepts_no_more(qtbot):
    made = SpinField(fields.whole(0, 250), steps.counts("1"), "100", "tip")
    qtbot.addWidget(made)
    qtbot.keyClick(made, Qt.Key.Key_PageUp)
    assert made.text() == "200"
    assert made.stepEnabled() == QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
    press_arrow(made, QStyle.SubControl.SC_SpinBoxUp)
    assert made.text() == "200"


def turn_wheel(widget):
    spot = QPointF(widget.rect().center())
    none, held, phase = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(spot, widget.mapToGlobal(spot), QPoint(), QPoint(0, 120), none, held, phase, False)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_steps_only_where_the_focus_is(field, qtbot):
    field.clearFocus()
    assert not turn_wheel(field)
    assert field.text() == "64"
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    assert turn_wheel(field)
    assert field.text() == "128"


def test_page_keys_step_a_field_and_not_the_story(window, qtbot):
    before = window.session.player.position
    size = next(found for found in window.docks["controls"].findChildren(SpinField) if found.isVisible())
    size.setFocus()
    qtbot.keyClick(size, Qt.Key.Key_PageUp)
    assert size.text() == "1024"
    assert window.session.player.position == before


def forms():
    kinds = [
        kind
        for room in (files, memory, processes, reclaim, settings)
        for name, kind in vars(room).items()
        if name.endswith("Form") and not name.startswith("_") and getattr(kind, "TITLE", "")
    ]
    return sorted(set(kinds), key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", forms())
def test_every_number_of_the_controls_can_be_changed_by_the_mouse_alone(kind, qtbot):
    form = kind(lambda: "main")
    qtbot.addWidget(form)
    for widget in (*form.findChildren(SpinField), *form.findChildren(Field)):
        title = widget.accessibleName().partition(":")[0]
        assert isinstance(widget, SpinField) or title in WORDS, title
    for widget in form.findChildren(SpinField):
        before = widget.text()
        press_arrow(widget, QStyle.SubControl.SC_SpinBoxUp)
        assert widget.text() != before, widget.accessibleName()


def test_every_number_of_a_new_machine_can_be_changed_by_the_mouse_alone(qtbot, settings):
    dialog = NewMachineDialog(settings)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    assert not dialog.findChildren(Field)
    for widget in dialog.findChildren(SpinField):
        widget.stepBy(1)
        accepted = [widget.text()]
        widget.stepBy(-1)
        accepted.append(widget.text())
        assert len(set(accepted)) == 2, widget.accessibleName()
        try:
            widget.value()
        except InputError as error:
            pytest.fail(str(error))
