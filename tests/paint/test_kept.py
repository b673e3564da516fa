"""Kept pictures of parts: drawn anew when what they show has changed, a few at a time when there is a hurry."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from memsim_gui.paint.kept import Kept, Part
from memsim_gui.scene.geometry import Rect

NAMES = "abcdef"


@pytest.fixture
def canvas(qapp):
    del qapp  # only has to be there
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    yield painter, image
    painter.end()


def paint(kept, canvas, keys, drawn, *, shift=0.0):
    """Paint six parts with these keys; return which were drawn anew."""
    drawn.clear()
    parts = []
    for i, (name, key) in enumerate(zip(NAMES, keys, strict=True)):
        place = Rect(10.0 * i + shift, 3.5, 9, 9)

        def draw(painter, name=name, place=place):
            drawn.append(name)
            painter.fillRect(int(place.x), 4, 9, 9, Qt.GlobalColor.red)

        parts.append(Part(name, place, key, draw))
    kept.paint(canvas[0], parts)
    return "".join(drawn)


def test_only_what_has_changed_is_drawn_anew(canvas):
    kept, drawn = Kept(1.0), []
    assert paint(kept, canvas, "000000", drawn) == NAMES
    assert canvas[1].pixelColor(12, 6).red() == 255
    assert paint(kept, canvas, "000000", drawn) == ""
    assert paint(kept, canvas, "010010", drawn) == "be"
    assert paint(kept, canvas, "010010", drawn, shift=1.0) == NAMES


def test_in_a_hurry_parts_take_turns_and_none_waits_for_ever(canvas):
    kept, drawn = Kept(1.0), []
    kept.hurried = True
    assert paint(kept, canvas, "000000", drawn) == NAMES  # what was never drawn cannot wait
    turns = [paint(kept, canvas, str(i) * 6, drawn) for i in range(1, 7)]
    assert [len(turn) for turn in turns] == [1] * 6
    assert sorted("".join(turns)) == sorted(NAMES)
    kept.hurried = False
    assert paint(kept, canvas, "666666", drawn) == "bcdef"
