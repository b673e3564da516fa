"""Lens: which part of a picture's stage is shown magnified, and where its points then are."""

from typing import NamedTuple

from memsim_gui.scene.geometry import Rect

MOST = 32.0


class Lens(NamedTuple):
    """A magnification of 1 to MOST; x and y are the picture's point at the area's upper left corner, as its shares."""

    factor: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def zoomed(self, factor: float, area: Rect, x: float, y: float) -> "Lens":
        """Return the lens of another factor under which the screen's point (x, y) shows what it shows now."""
        factor = min(MOST, max(1.0, factor))
        across, down = (x - area.x) / area.w, (y - area.y) / area.h
        shrink = 1 / self.factor - 1 / factor
        return _inside(factor, self.x + across * shrink, self.y + down * shrink)

    def panned(self, area: Rect, dx: float, dy: float) -> "Lens":
        """Return the lens after its picture was pulled by (dx, dy) pixels."""
        return _inside(self.factor, self.x - dx / (area.w * self.factor), self.y - dy / (area.h * self.factor))

    def to_picture(self, area: Rect, x: float, y: float) -> tuple[float, float]:
        """Return the point of the picture that is seen at a point of the area."""
        left, top = self.corner(area)
        return left + (x - area.x) / self.factor, top + (y - area.y) / self.factor

    def corner(self, area: Rect) -> tuple[float, float]:
        """Return the picture's point at the area's upper left corner, in pixels."""
        return area.x + self.x * area.w, area.y + self.y * area.h


WHOLE = Lens()


def _inside(factor: float, x: float, y: float) -> Lens:
    """Keep the part that is shown inside the picture."""
    most = 1 - 1 / factor
    return Lens(factor, min(most, max(0.0, x)), min(most, max(0.0, y)))
