"""The gauge of free frames with the watermarks min, low and high of a node."""

from typing import NamedTuple

import numpy as np

from memsim_gui.scene.geometry import Metrics, Rect
from memsim_gui.trace import counters, lanes, tables
from memsim_gui.trace.view_state import ViewState

ZOOM_BELOW = 0.3  # a high mark below this share of the scale is drawn on a scale of its own
ZOOM_SHARE = 0.62  # of the gauge's height, for the part up to twice the high mark


class Mark(NamedTuple):
    """A watermark: its pages, where its line is, and where its name is so that names do not overlap."""

    name: str
    pages: int
    y: float
    text_y: float


class Gauge(NamedTuple):
    """Free frames of a node. Above `bend_y` (None: no bend) a pixel of the scale stands for far more frames."""

    rect: Rect
    bar: Rect
    fill_y: float
    free: int
    per_cpu: int
    managed: int
    marks: tuple[Mark, ...]
    bend_y: float | None


def node_zones(node: int) -> slice:
    """Rows of a node's zones in the zone table."""
    return slice(node * counters.ZONES_PER_NODE, (node + 1) * counters.ZONES_PER_NODE)


def gauge(view: ViewState, node: int, rect: Rect, metrics: Metrics) -> Gauge:
    """Return the gauge of a node in a rectangle."""
    zones = view.zone[node_zones(node)]
    managed = int(zones[:, tables.ZONE_MANAGED].sum())
    levels = [int(zones[:, column].sum()) for column in (tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH)]
    free = int(view.lane_pages[lanes.lane(node, lanes.FREE)])
    per_cpu = int(view.lane_pages[lanes.lane(node, lanes.PCP)])
    bar = rect.cut(top=1.6 * metrics.heading + 2.3 * metrics.body)
    top = max(1, managed)
    bend = 2 * levels[2] if 0 < levels[2] < ZOOM_BELOW * top / 2 else 0

    def height(pages: int) -> float:
        if not bend:
            return bar.h * min(1.0, pages / top)
        if pages <= bend:
            return bar.h * ZOOM_SHARE * pages / bend
        return bar.h * (ZOOM_SHARE + (1 - ZOOM_SHARE) * min(1.0, (pages - bend) / max(1, top - bend)))

    ys = [bar.bottom - height(pages) for pages in levels]
    texts = spread(ys, 1.32 * metrics.small, bar.y, bar.bottom)
    marks = tuple(map(Mark, ("min", "low", "high"), levels, ys, texts)) if levels[2] else ()
    return Gauge(
        rect, bar, bar.bottom - height(free), free, per_cpu, managed, marks, bar.bottom - height(bend) if bend else None
    )


def spread(ys: list[float], distance: float, top: float, bottom: float) -> list[float]:
    """Move text lines (given from the lowest up) apart to a distance, as little as possible, inside [top, bottom]."""
    out = np.array(ys, float)
    out[0] = min(out[0], bottom - 0.5 * distance)
    for i in range(1, len(out)):
        out[i] = min(out[i], out[i - 1] - distance)
    over = max(0.0, top + 0.5 * distance - float(out[-1]))
    return [float(y) for y in out + over]
