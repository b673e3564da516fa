"""The export dialog: what is chosen is what is exported, its length is told, mistakes are said, choices are kept."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from memsim_gui.paint.tokens import THEMES
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace import kinds
from memsim_gui.view.dialogs.export import ExportDialog
from tests.session.story import by_hand
from tests.view.conftest import FakeExporter


@pytest.fixture
def ask(qtbot, settings):
    def make():
        dialog = ExportDialog(FakeExporter(), by_hand(), settings, None)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make


@pytest.fixture
def chosen():
    return []


def accept(qtbot, dialog, chosen):
    dialog.chosen.connect(lambda *what: chosen.append(what))
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    return chosen[-1]


def test_it_offers_a_light_video_of_everything_at_first(ask, qtbot, chosen):
    trace, path, settings = accept(qtbot, ask(), chosen)
    assert settings == Settings()
    assert (Path(path).suffix, len(trace)) == (".mp4", len(by_hand()))


def test_a_typed_name_chooses_the_format_and_return_exports(ask, qtbot, chosen, tmp_path):
    dialog = ask()
    dialog.chosen.connect(lambda *what: chosen.append(what))
    assert dialog.focusWidget() is dialog.path
    qtbot.keyClicks(dialog.path, str(tmp_path / "poster.png"))
    assert dialog.format.value() == ".png"
    qtbot.keyClick(dialog.path, Qt.Key.Key_Return)
    assert [what[1] for what in chosen] == [str(tmp_path / "poster.png")]
    assert not dialog.isVisible()


def test_a_format_changes_the_ending_and_what_can_be_chosen(ask):
    dialog = ask()
    for ending, painted, moving, captions in (
        (".gif", 1, 1, 1),
        (".svg", 1, 0, 1),
        (".pdf", 1, 0, 0),
        (".csv", 0, 0, 0),
    ):
        dialog.format.choose(ending)
        assert Path(dialog.path.text()).suffix == ending
        enabled = [widget.isEnabled() for widget in (dialog.size_, dialog.theme, dialog.region)]
        assert enabled == [bool(painted)] * 3
        assert (dialog.fps.isEnabled(), dialog.captions.isEnabled()) == (bool(moving), bool(captions))


def test_the_length_follows_steps_and_rate(ask):
    dialog = ask()
    dialog.format.choose(".mp4")
    dialog.fps.choose("10")
    whole = int(dialog.length.text().split()[0])
    dialog.start.choose(2)
    dialog.stop.choose(2)
    assert 1 < int(dialog.length.text().split()[0]) < whole
    assert "at 10 frames a second" in dialog.length.text()
    dialog.format.choose(".pdf")
    assert dialog.length.text() == "1 page"
    assert dialog.stop.count() == 1 + len(by_hand().positions_of(kinds.STEP))


def test_a_file_that_is_there_is_told(ask, tmp_path):
    dialog = ask()
    (tmp_path / "a.png").touch()
    dialog.path.setText(str(tmp_path / "a.png"))
    assert "replaces" in dialog.length.text()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.size_.choose("1281x721"), "odd"),
        (lambda d: d.size_.choose("large"), "'large'; accepted: WIDTHxHEIGHT"),
        (lambda d: d.size_.choose("2x2"), "320x180"),
        (lambda d: d.region.choose("0,0,5x5"), "at least 10x10"),
        (lambda d: d.path.setText("a.avi"), "unknown ending '.avi'"),
        (lambda d: (d.start.choose(3), d.stop.choose(2)), "lies before step 3"),
    ],
)
def test_a_mistake_is_one_line_and_nothing_can_be_exported(ask, change, words):
    dialog = ask()
    change(dialog)
    assert words in dialog.error.text()
    assert dialog.error.isVisible()
    assert not dialog.go.isEnabled()
    dialog.size_.choose("640x360")
    dialog.region.choose("")
    dialog.path.setText("a.mp4")
    dialog.stop.choose(None)
    assert dialog.go.isEnabled()
    assert dialog.error.isHidden()


def test_choices_are_remembered_but_not_the_steps(ask, qtbot, chosen, tmp_path):
    dialog = ask()
    dialog.path.setText(str(tmp_path / "a.webm"))
    for field, value in (
        (dialog.size_, "640x360"),
        (dialog.fps, "25"),
        (dialog.theme, THEMES[0]),
        (dialog.region, "free"),
    ):
        field.choose(value)
    dialog.captions.setChecked(True)
    dialog.stop.choose(2)
    accept(qtbot, dialog, chosen)
    _, path, again = accept(qtbot, ask(), chosen)
    assert again == Settings(size=(640, 360), fps=25, theme=THEMES[0], captions=True, region="free")
    assert (Path(path).parent, Path(path).suffix) == (tmp_path, ".webm")


def test_a_part_that_this_machine_lacks_is_forgotten(ask, settings):
    settings.setValue("export/region", "node1.lanes")
    assert ask().region.value() == ""
    settings.setValue("export/region", "10,10,50x50")
    assert ask().region.value() == "10,10,50x50"


def test_every_field_has_a_name_for_screen_readers(ask):
    dialog = ask()
    for widget in (dialog.format, dialog.path, dialog.fps, dialog.theme, dialog.start, dialog.stop, dialog.captions):
        assert widget.accessibleName()
    assert dialog.region.options.accessibleName() == "Part of the picture"
