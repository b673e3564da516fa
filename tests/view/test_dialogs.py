"""What dialogs have in common: the order of their buttons, type of one size, nothing that must be looked for."""

import pytest
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QStyle, QTextBrowser

from memsim_gui.engine import machine_spec
from memsim_gui.view.comparing.dialog import CompareDialog
from memsim_gui.view.dialogs.basic import help_page
from memsim_gui.view.dialogs.export import ExportDialog
from memsim_gui.view.dialogs.new_machine import NewMachineDialog
from memsim_gui.view.trust_light import SIZE, TrustDialog
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


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_code_on_a_page_of_help_is_as_large_as_its_words(qtbot, monkeypatch, tmp_path):
    (tmp_path / "page.md").write_text("words and `code`", encoding="utf-8")
    monkeypatch.setattr("memsim_gui.resources.path", lambda *_: tmp_path / "page.md")
    page = help_page("page", "A page", None)
    qtbot.addWidget(page)
    text = page.findChild(QTextBrowser)
    text.setStyleSheet("font-size: 40px")
    page.show()
    cursor, heights = text.textCursor(), []
    for position in (2, len("words and co")):
        cursor.setPosition(position)
        heights.append(text.cursorRect(cursor).height())
    assert heights[1] == pytest.approx(heights[0], rel=0.3)


def test_all_checks_are_in_sight_at_once(window, qtbot):
    window.act["trust"].trigger()
    dialog = window.findChild(TrustDialog)
    qtbot.waitExposed(dialog)
    dialog.resize(*SIZE)
    qtbot.wait(20)
    assert not dialog.table.verticalScrollBar().isVisible()
    dialog.close()
