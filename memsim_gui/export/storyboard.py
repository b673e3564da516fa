"""A storyboard to print or to hand out: a page for each moment, as a lecture shows it (.pdf).

Pictures are drawn, not pixels: they stay sharp at any size, and their words can be searched and copied.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from memsim_gui.export.frames import Stretch
from memsim_gui.export.moments import moments
from memsim_gui.paint import FramePainter
from memsim_gui.paint.text import Style
from memsim_gui.scene import Scene
from memsim_gui.trace.store import Cursor, Trace

DPI = 144
MARGIN, FOOTER = 40.0, 15.0  # in dots of a page


def write_pdf(
    trace: Trace, stretch: Stretch, path: Path, painter: FramePainter, tell: Callable[[int, int], None]
) -> None:
    """Write the moments of a stretch; `painter` is one for vectors. OSError if that fails."""
    writer, pages = _writer(trace, path), QPainter()
    if not pages.begin(writer):
        raise OSError("the pages cannot be begun")
    size = (int(painter.size[0]), int(painter.size[1]))
    scene, cursor = Scene(trace, size, painter.metrics), Cursor(trace, stretch.start)
    sheet = QRectF(0, 0, writer.width(), writer.height())
    found = moments(trace, stretch)
    for number, moment in enumerate(found, 1):
        if number > 1:
            writer.newPage()
        pages.fillRect(sheet, painter.theme.color["ground"])
        pages.save()
        _fit(pages, sheet.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - 2 * FOOTER), size)
        painter.paint(pages, scene.frame(cursor.seek(moment.end), moment.end, 0.0))
        pages.restore()
        _footer(pages, sheet, painter, f"{trace.meta.title} · {number} of {len(found)}")
        tell(number, len(found))
    if not pages.end():
        raise OSError("the last page could not be written")


def _writer(trace: Trace, path: Path) -> QPdfWriter:
    writer = QPdfWriter(str(path))
    writer.setTitle(trace.meta.title)
    writer.setCreator("MemSim")
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return writer


def _fit(pages: QPainter, room: QRectF, size: tuple[int, int]) -> None:
    """Make a picture of `size` fill the room as far as its proportions allow, in the middle."""
    scale = min(room.width() / size[0], room.height() / size[1])
    pages.translate(room.center().x() - size[0] * scale / 2, room.center().y() - size[1] * scale / 2)
    pages.scale(scale, scale)
    pages.setClipRect(QRectF(0, 0, *size))


def _footer(pages: QPainter, sheet: QRectF, painter: FramePainter, words: str) -> None:
    pages.setFont(Style(FOOTER).font)
    pages.setPen(painter.theme.color["text_soft"])
    pages.drawText(sheet.adjusted(MARGIN, 0, -MARGIN, -MARGIN), Qt.AlignmentFlag.AlignBottom, words)
