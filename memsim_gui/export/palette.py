"""Few colours for GIF: a palette chosen once, from pictures spread over the whole, and pictures reduced to it.

Choosing it again for each picture would let colours flicker; looking at all pictures first would keep all in memory.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction

import av
from av.filter import Graph
from PySide6.QtGui import QImage

from memsim_gui.export.pixels import copy_pixels

SAMPLES = 24  # pictures looked at
PIXELS = "bgr0"
TICK = Fraction(1, 100)  # filters want one; nothing here depends on time


def palette_of(images: Iterable[QImage], size: tuple[int, int]) -> av.VideoFrame:
    """Return the palette, a picture of 16 by 16 colours, that suits these pictures (Format_RGB32, of one size) best."""
    graph, source = _graph(size)
    chooser, sink = graph.add("palettegen"), graph.add("buffersink")
    source.link_to(chooser)
    chooser.link_to(sink)
    graph.configure()
    frame = av.VideoFrame(*size, PIXELS)
    for pts, image in enumerate(images):
        copy_pixels(image, frame)
        frame.pts = pts
        graph.vpush(frame, 0)
    graph.vpush(None, 0)
    return graph.vpull()


def reducer(palette: av.VideoFrame, size: tuple[int, int]) -> Callable[[av.VideoFrame], av.VideoFrame]:
    """Return a function from frames to frames that have only the colours of a palette (pal8)."""
    graph, source = _graph(size)
    colours = graph.add_buffer(width=palette.width, height=palette.height, format=palette.format, time_base=TICK)
    # No dithering: flat areas stay flat, and what stands still stays the same from picture to picture.
    user, sink = graph.add("paletteuse", "dither=none:diff_mode=rectangle"), graph.add("buffersink")
    source.link_to(user, 0, 0)
    colours.link_to(user, 0, 1)
    user.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    count = 0

    def reduce(frame: av.VideoFrame) -> av.VideoFrame:
        nonlocal count
        frame.pts = count
        count += 1
        # Through the graph, so that it lives as long as this function: a filter does not keep its graph alive.
        graph.vpush(frame, 0)
        return graph.vpull()

    return reduce


def _graph(size: tuple[int, int]) -> tuple[Graph, "av.filter.context.FilterContext"]:
    graph = Graph()
    return graph, graph.add_buffer(width=size[0], height=size[1], format=av.VideoFormat(PIXELS), time_base=TICK)
