"""Every painter draws in every theme and mode without a word from Qt; pictures keep their look."""

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QImage, QPainter, QPdfWriter

from memsim_gui.paint import FramePainter, load_theme
from memsim_gui.paint.mosaic_painter import MosaicPainter, color_of
from memsim_gui.paint.tokens import MODES, THEMES
from memsim_gui.scene import Pacing, Scene, marks
from memsim_gui.scene.panels.mosaic import Key, Shot
from tests.conftest import GOLDEN
from tests.scene import synthetic

pytestmark = pytest.mark.usefixtures("qapp")

GOLDEN_SIZE = (640, 360)
TOLERANCE = 3.0  # mean difference of a channel, of 255
SHARE = 0.004  # of pixels that may differ visibly: edges of letters


@pytest.fixture(scope="module")
def life():
    return synthetic.life_of_one_page()


def picture(trace, theme, mode, size, share, dpr=1.0):
    painter = FramePainter(load_theme(theme), size, mode, dpr)
    pacing = Pacing.of(trace)
    position, fraction = pacing.position_at(share * pacing.total)
    return painter.image(Scene(trace, size, painter.metrics, pacing).frame(trace.view_at(position), position, fraction))


def pixels(image):
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(np.int64)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_paints_every_moment(life, theme, mode):
    size = (960, 540)
    painter = FramePainter(load_theme(theme), size, mode)
    pacing = Pacing.of(life)
    scene = Scene(life, size, painter.metrics, pacing)
    for share in np.linspace(0, 1, 24):
        position, fraction = pacing.position_at(float(share) * pacing.total)
        image = painter.image(scene.frame(life.view_at(position), position, fraction))
        assert image.size() == QSize(*size)


@pytest.mark.parametrize(
    ("make", "sizes"), [(synthetic.crowd, (256, 150)), (synthetic.two_nodes, (2,)), (synthetic.large, (1 << 15, 8_000))]
)
def test_crowds_nodes_and_blocks_are_painted(make, sizes):
    trace = make(*sizes)
    for share in (0.3, 0.8):
        found = pixels(picture(trace, "dark", "lab", (1280, 720), share)) @ [1 << 16, 1 << 8, 1]
        assert len(np.unique(found)) > 50


def test_a_dense_screen_gets_the_same_picture_with_more_pixels(life):
    once = pixels(picture(life, "light", "lecture", (640, 360), 0.5))
    twice = picture(life, "light", "lecture", (640, 360), 0.5, dpr=2.0)
    assert (twice.width(), twice.height()) == (1280, 720)
    halved = pixels(twice).reshape(360, 2, 640, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - once).mean() < 4


def test_painting_twice_gives_the_same_pixels(life):
    first, second = (pixels(picture(life, "dark", "lab", (640, 360), 0.61)) for _ in range(2))
    assert np.array_equal(first, second)


def test_tokens_become_shapes_in_vector_output(life):
    size = (640, 360)
    painter = FramePainter(load_theme("light"), size, "lecture", vector=True)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    qpainter = QPainter(writer)
    painter.paint(qpainter, Scene(life, size, painter.metrics).frame(life.view_at(len(life)), len(life)))
    qpainter.end()
    assert b"/Subtype /Image" not in bytes(buffer.data())


@pytest.mark.parametrize(("theme", "mode", "share"), [("dark", "lab", 0.56), ("light", "lecture", 0.68)])
def test_pictures_look_as_agreed(life, theme, mode, share, update_golden):
    image = picture(life, theme, mode, GOLDEN_SIZE, share)
    path = GOLDEN / "pictures" / f"{theme}-{mode}.png"
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(str(path))
    expected, found = pixels(QImage(str(path))), pixels(image)
    assert found.shape == expected.shape
    far = np.abs(found - expected)
    assert far.mean() < TOLERANCE
    assert (far.max(axis=2) > 96).mean() < SHARE


@pytest.mark.parametrize("theme", THEMES)
def test_blocks_are_painted_in_the_mixture_of_their_colours(theme):
    loaded = load_theme(theme)
    keys = (Key("a", "active_file"), Key("b", "free_ground"))
    seen = Shot(8, 0, 4, 2, 2, 12, 1, 1)
    image = QImage(30, 14, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    cells = MosaicPainter(loaded, 1.0)
    cells.cells(painter, seen, np.array([[0.5, 0.5], [0.0, 1.0]], np.float32), keys)
    painter.end()
    a, b = (color_of(loaded, key) for key in keys)
    half, whole = image.pixelColor(5, 5), image.pixelColor(17, 5)
    assert whole == b
    assert half.red() == pytest.approx((a.red() + b.red()) / 2, abs=1)
    assert half.blue() == pytest.approx((a.blue() + b.blue()) / 2, abs=1)


def test_strokes_rings_frames_and_underlines_mark_their_cells():
    loaded = load_theme("dark")
    seen = Shot(8, 0, 1, 4, 8, 20, 2, 2)
    marked = {}
    for name, draw in (
        ("strokes", lambda cells, painter: cells.strokes(painter, seen, np.array([5]))),
        ("rings", lambda cells, painter: cells.rings(painter, seen, np.array([5]), "cursor", dashes=False)),
        ("frame", lambda cells, painter: cells.frame(painter, seen, 5, "accent")),
        ("underline", lambda cells, painter: cells.underline(painter, seen, 5.0, 5.5, marks.UNEVICTABLE)),
    ):
        image = QImage(80, 44, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        draw(MosaicPainter(loaded, 1.0), painter)
        painter.end()
        rows, columns = np.nonzero(pixels(image).sum(axis=2))
        marked[name] = (columns.min(), columns.max(), rows.min(), rows.max())
    for left, right, top, bottom in marked.values():
        assert 17 <= left < right <= 40
        assert 17 <= top <= bottom <= 41
    left, right, top, _ = marked["underline"]
    assert right <= 30
    assert top > 35
