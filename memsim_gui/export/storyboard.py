"""A storyboard to print or to hand out: a page for each moment, its title over the picture that a lecture shows (.pdf).

Pictures are drawn, not pixels: they stay sharp at any size, and their words can be searched and copied.
"""

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from memsim_gui.export.frames import scene_for
from memsim_gui.export.job import Job
from memsim_gui.export.moments import Moment, moments
from memsim_gui.paint import FramePainter, text
from memsim_gui.paint.text import Style
from memsim_gui.scene.geometry import Rect
from memsim_gui.trace.store import Cursor

DPI = 144
MARGIN = 60.0  # in dots of a page, as all that follow
TITLE, FOOTER = 34.0, 17.0
GAP = 24.0


def write_pdf(job: Job, path: Path, painter: FramePainter) -> None:
    """Write the moments of a job's stretch; `painter` is one for vectors. OSError if that fails."""
    made = QBuffer()
    made.open(QIODevice.OpenModeFlag.WriteOnly)
    writer, pages = _writer(job.trace.meta.title, made), QPainter()
    if not pages.begin(writer):
        raise OSError("the pages cannot be begun")
    try:
        _pages(job, writer, pages, painter)
    finally:
        pages.end()
    # Qt's writer tells nobody that a disk is full.
    path.write_bytes(made.data().data())


def _pages(job: Job, writer: QPdfWriter, pages: QPainter, painter: FramePainter) -> None:
    scene, cursor = scene_for(job.trace, painter, job.settings.region), Cursor(job.trace, job.stretch.start)
    sheet = Rect(0, 0, writer.width(), writer.height())
    found = moments(job.trace, job.stretch)
    for number, moment in enumerate(found, 1):
        if number > 1:
            writer.newPage()
        pages.fillRect(text.to_qrect(sheet), painter.theme.color["ground"])
        _words(pages, sheet, painter, moment, f"{job.trace.meta.title} · {number} of {len(found)}")
        pages.save()
        _fit(pages, sheet.inset(MARGIN).cut(top=1.4 * TITLE + GAP, bottom=1.4 * FOOTER + GAP), painter.size)
        painter.paint(pages, scene.frame(cursor.seek(moment.end), moment.end, 0.0))
        pages.restore()
        job.tell(number, len(found))


def _writer(title: str, made: QBuffer) -> QPdfWriter:
    writer = QPdfWriter(made)
    writer.setTitle(title)
    writer.setCreator("MemSim")
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageOrientation(QPageLayout.Orientation.Landscape)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return writer


def _fit(pages: QPainter, room: Rect, size: tuple[float, float]) -> None:
    """Make a picture of `size` fill the room as far as its proportions allow, in the middle."""
    scale = min(room.w / size[0], room.h / size[1])
    pages.translate(room.cx - size[0] * scale / 2, room.cy - size[1] * scale / 2)
    pages.scale(scale, scale)
    pages.setClipRect(QRectF(0, 0, *size))


def _words(pages: QPainter, sheet: Rect, painter: FramePainter, moment: Moment, place: str) -> None:
    """Write a page's title and where it stands in the whole."""
    color, room = painter.theme.color, sheet.inset(MARGIN)
    text.line(pages, room._replace(h=1.4 * TITLE), moment.title, Style(TITLE, bold=True), color["text"])
    footer = room.cut(top=room.h - 1.4 * FOOTER)
    text.line(pages, footer, place, Style(FOOTER), color["text_soft"])
