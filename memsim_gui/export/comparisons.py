"""Pictures of comparisons with a real kernel: the curves of a workload, or the verdicts of many at a glance."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage, QPainter

from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.whole_file import whole_file, whole_folder
from memsim_gui.export.formats import DRAWING, FOLDER, PICTURE
from memsim_gui.export.pictures import save_png, save_svg
from memsim_gui.export.run import gui_application
from memsim_gui.fidelity.compare import Comparison
from memsim_gui.paint import Theme, load_theme
from memsim_gui.paint.comparison_painter import ComparisonPainter
from memsim_gui.paint.overview_painter import OverviewPainter
from memsim_gui.session.export_settings import DEFAULT_SIZE

OVERVIEW = "overview"
Draw = Callable[[QPainter], None]


def theme_for(out: Path, name: str) -> Theme:
    """Return the theme of pictures that go to `out`. Raises InputError for a name that is none, or another ending."""
    if out.suffix.lower() not in (PICTURE, DRAWING, FOLDER):
        found = f"unknown ending {quoted(out.suffix)}" if out.suffix else "has no ending"
        accepted = f"{PICTURE}, {DRAWING}, or {FOLDER} for a folder with a picture a workload"
        raise InputError(str(out), found, accepted)
    return load_theme(name)


def write(compared: list[Comparison], out: Path, theme: Theme) -> None:
    """Draw at least one workload: its curves, or an overview of several; both in a folder. Raises InputError."""
    application = gui_application()
    if out.suffix.lower() == FOLDER:
        with whole_folder(out) as folder:
            _save(_overview(compared, theme), OVERVIEW, folder / f"{OVERVIEW}{PICTURE}")
            for result in compared:
                name = result.name.replace("/", "-")
                _save(_curves(result, theme), name, folder / f"{name}{PICTURE}")
    else:
        one = len(compared) == 1
        with whole_file(out) as path:
            draw = _curves(compared[0], theme) if one else _overview(compared, theme)
            _save(draw, compared[0].name if one else OVERVIEW, path, out.suffix.lower())
    del application


def _save(draw: Draw, title: str, path: Path, ending: str = PICTURE) -> None:
    if ending == DRAWING:
        save_svg(draw, DEFAULT_SIZE, title, path)
        return
    image = QImage(*DEFAULT_SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    draw(painter)
    painter.end()
    save_png(image, path)


def _curves(result: Comparison, theme: Theme) -> Draw:
    return lambda painter: ComparisonPainter(theme, DEFAULT_SIZE).paint(painter, result)


def _overview(compared: list[Comparison], theme: Theme) -> Draw:
    return lambda painter: OverviewPainter(theme, DEFAULT_SIZE).paint(painter, compared)
