"""What all dialogs have in common: the order of their buttons."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QStyle

from memsim_gui.engine import machine_spec
from memsim_gui.view.comparing.dialog import CompareDialog
from memsim_gui.view.dialogs.export import ExportDialog
from memsim_gui.view.dialogs.new_machine import NewMachineDialog
from tests.session.story import by_hand
from tests.view.conftest import FakeExporter

ACCEPTING_FIRST = {QDialogButtonBox.ButtonLayout.WinLayout, QDialogButtonBox.ButtonLayout.KdeLayout}
DECIDING = {
    "new machine": NewMachineDialog,
    "compare": lambda _: CompareDialog(machine_spec.build({"memory": "64 pages"})),
    "export": lambda settings: ExportDialog(FakeExporter(), by_hand(), settings, None),
}


@pytest.mark.parametrize("name", DECIDING)
def test_buttons_stand_in_the_order_of_the_desktop(name, qtbot, settings):
    dialog = DECIDING[name](settings)
    qtbot.addWidget(dialog)
    dialog.show()
    row = dialog.findChild(QDialogButtonBox)
    layout = QDialogButtonBox.ButtonLayout(dialog.style().styleHint(QStyle.StyleHint.SH_DialogButtonLayout))
    accept = next(b for b in row.buttons() if row.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
    cancel = row.button(QDialogButtonBox.StandardButton.Cancel)
    assert (accept.x() < cancel.x()) is (layout in ACCEPTING_FIRST)
    assert [b.text() for b in dialog.findChildren(QPushButton) if b.isDefault()] == [accept.text()]
