"""Kept pictures of the parts of a picture that are read: each is drawn anew only when what it shows has changed."""

from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from memsim_gui.scene.geometry import Rect

TURNS = 8  # pictures within which each part gets its turn while there is no time for all


class Part(NamedTuple):
    """A part of a picture: its name, the place it stays within, what it depends on, and how to draw it."""

    name: str
    place: Rect
    key: object
    draw: Callable[[QPainter], None]


class Kept:
    """The parts of one picture at a pixel ratio.

    Attributes:
        hurried: pictures follow each other at once: of the parts that have changed only some are drawn anew in each,
            in turn, so that a number lags behind by a few pictures and no picture takes long.
    """

    def __init__(self, dpr: float) -> None:
        """Begin with nothing drawn."""
        self.dpr = dpr
        self.hurried = False
        self._known: dict[str, tuple[Rect, object, QPixmap]] = {}
        self._turn = 0

    def paint(self, painter: QPainter, parts: list[Part]) -> None:
        """Draw all parts; in a picture too small for all some have no size."""
        parts = [part for part in parts if part.place.w > 0 and part.place.h > 0]
        stale = [i for i, part in enumerate(parts) if self._known.get(part.name, (None, None))[:2] != part[1:3]]
        at_once = ceil(len(parts) / TURNS)
        if self.hurried and len(stale) > at_once:
            missing = [i for i in stale if self._known.get(parts[i].name, (None,))[0] != parts[i].place]
            in_turn = sorted(stale, key=lambda i: (i - self._turn) % len(parts))[:at_once]
            self._turn = in_turn[-1] + 1
            stale = sorted({*missing, *in_turn})
        for i in stale:
            self._known[parts[i].name] = (parts[i].place, parts[i].key, self._drawn(parts[i]))
        for part in parts:
            place, _, pixmap = self._known[part.name]
            painter.drawPixmap(self._corner(place), pixmap)

    def _corner(self, place: Rect) -> QPointF:
        """Upper left corner of a part's pixels: whole ones, so that nothing is resampled."""
        return QPointF(int(place.x * self.dpr) / self.dpr, int(place.y * self.dpr) / self.dpr)

    def _drawn(self, part: Part) -> QPixmap:
        corner = self._corner(part.place)
        wide, high = (ceil(side * self.dpr) + 1 for side in (part.place.w, part.place.h))
        pixmap = QPixmap(wide, high)
        pixmap.setDevicePixelRatio(self.dpr)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            painter.translate(-corner)
            part.draw(painter)
        return pixmap
