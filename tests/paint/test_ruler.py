"""A file's ruler as pixels: frames tell hits from misses, numbers stand in cells, words are cut before figures."""

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPainter, QPdfWriter

from memsim_gui import Machine
from memsim_gui.engine import commands as c
from memsim_gui.paint import FramePainter, load_theme
from memsim_gui.paint.tokens import MODES, THEMES
from memsim_gui.scene import Scene
from tests.paint.test_paint import pixels

pytestmark = pytest.mark.usefixtures("qapp")

SIZE = (1280, 720)
OPEN = c.OpenFile("data", 2560 * 4096)


def reading(*commands):
    made = Machine.build(memory="1 MiB", detail="classroom")
    for command in (OPEN, *commands):
        made.apply(command)
    return made.trace


def painted(trace, theme="dark", mode="lecture", size=SIZE):
    """The ruler's part of a picture of the trace's end, and the theme."""
    painter = FramePainter(load_theme(theme), size, mode)
    frame = Scene(trace, size, painter.metrics).frame(trace.view_at(len(trace)), len(trace))
    x, y, w, h = (round(side) for side in frame.ruler.rect)
    return pixels(painter.image(frame))[y : y + h, x : x + w], painter.theme


def holds(picture, color):
    """How many pixels are of this colour."""
    return int((np.abs(picture - [color.red(), color.green(), color.blue()]).max(axis=2) < 8).sum())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("theme", THEMES)
def test_hits_and_misses_are_told_apart_in_every_theme(theme, mode):
    fifth = c.Read("data", 4 * 4096, 4096)
    missed, dress = painted(reading(fifth), theme, mode)
    hit, _ = painted(reading(fifth, fifth), theme, mode)
    cells = slice(round(0.45 * len(hit)), None)  # below the words
    assert holds(missed[cells], dress.color["danger"]) > 40
    assert holds(hit[cells], dress.color["danger"]) == 0
    assert holds(hit[cells], dress.color["cursor"]) > holds(missed[cells], dress.color["cursor"]) + 40


def test_each_state_of_the_file_has_its_picture():
    seen = [painted(reading(*commands))[0] for commands in ((), (c.Read("data"),), (c.Write("data", 0, 4096),))]
    assert not np.array_equal(seen[0], seen[1])
    assert not np.array_equal(seen[0], seen[2])


@pytest.mark.parametrize("size", [(960, 540), (1280, 720), (3840, 2160)])
def test_figures_stand_whole_beside_a_long_name(size):
    made = Machine.build(memory="1 MiB", detail="classroom")
    for command in (c.OpenFile("n" * 64, 1 << 20), c.Read("n" * 64, 5000, 5000)):
        made.apply(command)
    long, dress = painted(made.trace, size=size)
    short, _ = painted(reading(c.Read("data", 5000, 5000)), size=size)
    edge = round(0.2 * size[0])
    rows = slice(0, round(0.4 * len(long)))
    assert holds(long[rows, -edge:], dress.color["danger"]) == holds(short[rows, -edge:], dress.color["danger"]) > 20


def test_a_ruler_becomes_shapes_in_vector_output():
    trace = reading(c.Read("data", 0, 5 * 4096))
    painter = FramePainter(load_theme("light"), SIZE, "lecture", vector=True)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    qpainter = QPainter(writer)
    painter.paint(qpainter, Scene(trace, SIZE, painter.metrics).frame(trace.view_at(len(trace)), len(trace)))
    qpainter.end()
    assert b"/Subtype /Image" not in bytes(buffer.data())
