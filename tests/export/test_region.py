"""A part of the picture: by name or in percent, painted at the size of the export and not enlarged afterwards."""

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage

from memsim_gui.engine.errors import InputError
from memsim_gui.export import region
from memsim_gui.export.run import export_trace, plan
from memsim_gui.paint import FramePainter, load_theme
from memsim_gui.scene import Pacing, Scene
from memsim_gui.scene.geometry import Rect
from memsim_gui.session.export_settings import Settings
from tests.session.story import by_hand

pytestmark = pytest.mark.usefixtures("qapp")

SIZE = (1280, 720)


def pixels(image):
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), :3].astype(int)


def painted(place, dpr=1.0):
    trace = by_hand()
    painter = FramePainter(load_theme("light"), SIZE, "lecture", dpr)
    scene = Scene(trace, SIZE, painter.metrics)
    if place:
        painter.look_at(place)
    return painter.image(scene.frame(trace.view_at(len(trace)), len(trace)))


def test_it_is_as_sharp_as_a_picture_of_twice_the_size():
    quarter = Rect(320, 180, 640, 360)
    shown = pixels(painted(quarter))
    sharp = pixels(painted(None, dpr=2.0).copy(QRect(640, 360, *SIZE)))
    enlarged = painted(None).copy(QRect(320, 180, 640, 360))
    blurred = pixels(enlarged.scaled(*SIZE, mode=Qt.TransformationMode.SmoothTransformation))
    assert np.abs(shown - sharp).mean() < 0.2
    assert np.abs(blurred - sharp).mean() > 1


def test_what_lies_beside_a_narrow_part_is_ground():
    shown = pixels(painted(Rect(0, 0, 320, 720)))
    ground = shown[0, 0]
    assert (shown[:, :470] == ground).all()
    assert (shown[:, 820:] == ground).all()
    assert (shown[:, 480:800] != ground).any()


@pytest.mark.parametrize("name", ["lanes", "free", "caption", "node0", "10,10,30x20.5"])
@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_an_export_shows_the_part_alone(tmp_path, name, ending):
    for place in ("", name):
        export_trace(by_hand(), tmp_path / f"a{place}{ending}", Settings((640, 360), captions=True, region=place))
    whole, part = (pixels(QImage(str(tmp_path / f"a{place}{ending}"))) for place in ("", name))
    assert part.shape == whole.shape
    assert np.abs(part - whole).mean() > 2
    assert part.std() > 10


@pytest.mark.parametrize("text", ["5,5,5x5", "90,0,20x20", "1,2", "1,2,x3", "-1,0,50x50", "0,0,100x100.1", "7"])
def test_numbers_that_are_no_part_are_one_line(tmp_path, text):
    with pytest.raises(InputError, match=r"region: .*accepted: X,Y,WxH in percent") as caught:
        export_trace(by_hand(), tmp_path / "a.png", Settings(region=text))
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_none_lists_those_there_are(tmp_path):
    with pytest.raises(InputError, match="'attic'; accepted: stage, caption, node0, lanes"):
        export_trace(by_hand(), tmp_path / "a.mp4", Settings(region="attic"))
    with pytest.raises(InputError, match="'attic'; accepted: stage"):
        plan(by_hand(), Pacing.of(by_hand()), tmp_path / "a.mp4", Settings(region="attic"))
    region.check("", 1)
    region.check("node1.free", 2)
    assert list(tmp_path.iterdir()) == []
