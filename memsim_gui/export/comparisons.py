"""Pictures of comparisons with a real kernel: the curves of a workload, or the verdicts of many at a glance."""

from pathlib import Path

from PySide6.QtGui import QImage, QPainter

from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.whole_file import whole_file, whole_folder
from memsim_gui.export.formats import DEFAULT_SIZE, FOLDER, PICTURE
from memsim_gui.export.pictures import save_png
from memsim_gui.export.run import gui_application
from memsim_gui.fidelity.compare import Comparison
from memsim_gui.paint import Theme, ThemeError, load_theme
from memsim_gui.paint.comparison_painter import ComparisonPainter
from memsim_gui.paint.overview_painter import OverviewPainter

OVERVIEW = "overview"


def theme_for(out: Path, name: str) -> Theme:
    """Return the theme of pictures that go to `out`. Raises InputError for a name that is none, or another ending."""
    if out.suffix.lower() not in (PICTURE, FOLDER):
        found = f"unknown ending {quoted(out.suffix)}" if out.suffix else "has no ending"
        raise InputError(str(out), found, f"{PICTURE}, or {FOLDER} for a folder with a picture a workload")
    try:
        return load_theme(name)
    except ThemeError as error:
        raise InputError("theme", str(error)) from None


def write(compared: list[Comparison], out: Path, theme: Theme) -> None:
    """Draw at least one workload: its curves, or an overview of several; both in a folder. Raises InputError."""
    application = gui_application()
    if out.suffix.lower() == PICTURE:
        with whole_file(out) as path:
            save_png(_curves(compared[0], theme) if len(compared) == 1 else _overview(compared, theme), path)
    else:
        with whole_folder(out) as folder:
            save_png(_overview(compared, theme), folder / f"{OVERVIEW}{PICTURE}")
            for result in compared:
                save_png(_curves(result, theme), folder / f"{result.name.replace('/', '-')}{PICTURE}")
    del application


def _curves(result: Comparison, theme: Theme) -> QImage:
    image = QImage(*DEFAULT_SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    ComparisonPainter(theme, DEFAULT_SIZE).paint(painter, result)
    painter.end()
    return image


def _overview(compared: list[Comparison], theme: Theme) -> QImage:
    image = QImage(*DEFAULT_SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    OverviewPainter(theme, DEFAULT_SIZE).paint(painter, compared)
    painter.end()
    return image
