"""Lines of text: in fewer letters, then smaller, where a place is too narrow; labels of flights keep apart."""

from itertools import combinations

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from memsim_gui.paint import stage_painter, text
from memsim_gui.paint.frame import FramePainter
from memsim_gui.paint.text import Style, fitting, width
from memsim_gui.paint.tokens import load_theme
from memsim_gui.scene import Pacing, Scene
from memsim_gui.scene.geometry import Rect
from tests.scene import synthetic

pytestmark = pytest.mark.usefixtures("qapp")
STYLE = Style(16)


def test_what_fits_stays_as_it_is():
    assert fitting("On no list", STYLE, width("On no list", STYLE)) == ("On no list", STYLE, True)


def test_a_narrow_place_has_fewer_letters_and_then_smaller_ones():
    words = "On no list"
    assert fitting(words, STYLE, width(words, STYLE) - 1) == ("No list", STYLE, True)
    shorter, style, fits = fitting(words, STYLE, width("No list", STYLE) - 1)
    assert (shorter, fits) == ("No list", True)
    assert 0.7 * STYLE.size < style.size < STYLE.size
    assert fitting(words, STYLE, 10) == ("No list", STYLE, False)


def test_a_line_never_leaves_its_place():
    image = QImage(200, 40, QImage.Format.Format_RGB32)
    for wide in (10, 25, 60, 90):
        image.fill(0)
        painter = QPainter(image)
        taken = text.line(painter, Rect(5, 5, wide, 30), "reclaims until free > high", STYLE, QColor("white"))
        painter.end()
        assert taken <= wide + 1
        inked = [x for x in range(200) if any(image.pixelColor(x, y).value() > 60 for y in range(40))]
        assert max(inked, default=0) <= 5 + wide + 1


def test_labels_of_flights_do_not_cover_each_other(monkeypatch):
    placed = []
    monkeypatch.setattr(stage_painter, "pill", lambda _painter, rect, *_: placed.append(rect))
    trace, size, seen = synthetic.crowd(256, 150), (1280, 720), 0
    painter = FramePainter(load_theme("dark"), size, "lecture")
    pacing = Pacing.of(trace)
    scene = Scene(trace, size, painter.metrics, pacing)
    for step in range(60):
        placed.clear()
        position, fraction = pacing.position_at(step / 60 * pacing.total)
        painter.image(scene.frame(trace.view_at(position), position, fraction))
        seen = max(seen, len(placed))
        assert not any(a.overlaps(b) for a, b in combinations(placed, 2))
    assert seen > 1
