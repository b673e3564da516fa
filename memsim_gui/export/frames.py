"""The frames of an export: a stretch of a trace at a steady rate, painted as the window paints it."""

from collections.abc import Iterable, Iterator
from dataclasses import is_dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage, QPainter

from memsim_gui.engine.errors import InputError
from memsim_gui.export.region import region_of
from memsim_gui.paint import FramePainter
from memsim_gui.scene import Pacing, Scene, SceneFrame
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Cursor, Trace

Place = tuple[int, float]  # position in a trace, and how much of the event there has been played
Images = Iterable[QImage | None]  # frames in order; None = the same picture again


class Stretch(NamedTuple):
    """Positions of a trace that an export shows: from the first to before the last."""

    start: int
    stop: int


def stretch_of(trace: Trace, start_step: int | None, stop_step: int | None) -> Stretch:
    """Return the stretch of the steps from `start_step` to `stop_step`, counted from 1; None = the trace's own ends.

    InputError if the trace has no such steps.
    """
    begins = trace.positions_of(kinds.STEP).tolist()
    for name, step in (("from", start_step), ("to", stop_step)):
        if step is not None and not 1 <= step <= len(begins):
            accepted = f"1 to {len(begins)}" if begins else "no --from and --to here: it has no steps"
            raise InputError(name, f"step {step}", accepted)
    if start_step is not None and stop_step is not None and start_step > stop_step:
        raise InputError("to", f"step {stop_step} lies before step {start_step}", f"{start_step} to {len(begins)}")
    start = 0 if start_step is None else begins[start_step - 1]
    stop = len(trace) if stop_step is None or stop_step == len(begins) else begins[stop_step]
    return Stretch(start, stop)


def count_of(pacing: Pacing, stretch: Stretch, fps: int) -> int:
    """Number of frames of a stretch: seconds × rate, at least one."""
    return max(1, round((pacing.seconds_at(stretch.stop) - pacing.seconds_at(stretch.start)) * fps))


def scene_for(trace: Trace, painter: FramePainter, region: str, pacing: Pacing | None = None) -> Scene:
    """Return the scene for a painter, which then looks at the region. InputError if there is none of that name.

    A picture as in a lecture tells the captions; one as in the lab leaves them to files of their own.
    """
    scene = Scene(trace, painter.scene_size, painter.metrics, pacing, captions=painter.metrics.lecture)
    if region:
        painter.look_at(region_of(region, scene))
    return scene


class Reel:
    """Frames of a stretch, in order, each painted when it is asked for: memory does not grow with their number."""

    def __init__(self, trace: Trace, painter: FramePainter, stretch: Stretch, fps: int, region: str = "") -> None:
        """Pace the trace and lay the pictures out; nothing is painted yet. InputError for a region that is none."""
        self._painter, self._stretch, self._fps = painter, stretch, fps
        self._pacing = Pacing.of(trace)
        self._scene = scene_for(trace, painter, region, self._pacing)
        self._cursor = Cursor(trace, stretch.start)
        self._begin = self._pacing.seconds_at(stretch.start)
        self._count = count_of(self._pacing, stretch, fps)
        self._image = QImage(QSizeF(*painter.size).toSize(), QImage.Format.Format_RGB32)

    def __len__(self) -> int:
        """Number of frames."""
        return self._count

    def __iter__(self) -> Iterator[QImage | None]:
        """Yield each frame; None where it looks like the one before. The image is painted over by the next one."""
        return self.some(range(len(self)))

    def some(self, numbers: range) -> Iterator[QImage | None]:
        """Yield the frames of these numbers, as for all of them."""
        last: SceneFrame | None = None
        shown: Place | None = None
        for number in numbers:
            place = self._place(number)
            if place == shown:
                yield None
                continue
            frame = self._frame(place)
            alike = last is not None and same(frame, last)
            last, shown = frame, place
            yield None if alike else self._paint(frame)

    def poster(self) -> QImage:
        """Return the picture in the middle of the stretch."""
        return self._paint(self._frame(self._place(len(self) // 2)))

    def draw_poster(self, painter: QPainter) -> None:
        """Paint the picture in the middle of the stretch on a painter that draws on something else, such as SVG."""
        self._painter.paint(painter, self._frame(self._place(len(self) // 2)))

    def spread(self, most: int) -> Iterator[QImage]:
        """Yield up to `most` pictures, evenly spread; each is painted over by the next one."""
        for number in sorted({round(i * (len(self) - 1) / max(1, most - 1)) for i in range(most)}):
            yield self._paint(self._frame(self._place(number)))

    def _place(self, number: int) -> Place:
        """Place shown by a frame: that in the middle of its time; the last one shows what the stretch leaves."""
        if number < len(self) - 1:
            return self._pacing.position_at(self._begin + (number + 0.5) / self._fps)
        return self._stretch.stop, 0.0

    def _frame(self, place: Place) -> SceneFrame:
        position, fraction = place
        return self._scene.frame(self._cursor.seek(position), position, fraction)

    def _paint(self, frame: SceneFrame) -> QImage:
        painter = QPainter(self._image)
        try:
            self._painter.paint(painter, frame)
        finally:
            painter.end()
        return self._image


def same(one: object, other: object) -> bool:
    """Whether two scenes (values, arrays, and tuples, lists and dataclasses of them) are equal throughout."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return np.array_equal(one, cast("np.ndarray[Any, Any]", other))
    if isinstance(one, list | tuple):
        items = cast("list[object] | tuple[object, ...]", other)
        return len(one) == len(items) and all(map(same, one, items))
    if is_dataclass(one):
        return same([*vars(one).values()], [*vars(other).values()])
    return one == other
