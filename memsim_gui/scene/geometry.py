"""Rectangles, type sizes and the grid of tokens: plain numbers that layouts are made of."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


ROUNDING = 1e-6


class Rect(NamedTuple):
    """An upright rectangle in device-independent pixels."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.h

    @property
    def cx(self) -> float:
        """Middle, across."""
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        """Middle, down."""
        return self.y + self.h / 2

    def inset(self, dx: float, dy: float | None = None) -> "Rect":
        """Return the rectangle without a margin of `dx` left and right and `dy` (default `dx`) above and below."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, max(0.0, self.w - 2 * dx), max(0.0, self.h - 2 * dy))

    def cut(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> "Rect":
        """Return the rectangle without strips along its edges."""
        return Rect(self.x + left, self.y + top, max(0.0, self.w - left - right), max(0.0, self.h - top - bottom))

    def overlaps(self, other: "Rect") -> bool:
        """Whether the two share an area (more than rounding makes them share)."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > ROUNDING and down > ROUNDING

    def contains(self, other: "Rect", slack: float = 0.0) -> bool:
        """Whether the other lies inside, up to `slack` pixels."""
        return (
            other.x >= self.x - slack
            and other.y >= self.y - slack
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )


class Metrics(NamedTuple):
    """Sizes in pixels that a theme gives to a layout: type sizes, the spacing unit and the largest token."""

    unit: float  # 4 at normal size: spacing is counted in it
    title: float
    heading: float
    body: float
    small: float
    caption: float
    mono: float
    token: float  # largest side of a page token
    radius: float  # of a card's corners
    line: float  # thinnest line
    lecture: bool
    grown: bool = False  # tokens are larger than on other machines, for there are few


def text_width(text: str, size: float) -> float:
    """Width of a text in the monospaced face, exactly: its characters are 0.6 em wide."""
    return len(text) * size * MONO_ADVANCE


MONO_ADVANCE = 0.6
GAP_SHARE = 0.14  # of a token's pitch is the gap to its neighbour
SMALLEST_PITCH = 2.0


class Grid(NamedTuple):
    """Token places in a rectangle, row by row from its upper left corner."""

    x: float
    y: float
    pitch: float
    size: float
    columns: int


def fit_pitch(width: float, height: float, count: int, largest: float) -> float:
    """Largest pitch, up to `largest` pixels, at which `count` squares fit into a rectangle; the least if none fits."""
    if min(width, height) <= SMALLEST_PITCH:
        return SMALLEST_PITCH
    count = max(1, count)
    pitch = min(largest, width, height)
    if int(width // pitch) * int(height // pitch) >= count:
        return max(SMALLEST_PITCH, pitch)
    # A best pitch makes a whole number of columns or of rows exact.
    lines = np.arange(1, count + 1)
    candidates = np.concatenate([width / lines, height / lines])
    candidates = candidates[candidates <= pitch]
    fits = np.floor(width / candidates + 1e-6) * np.floor(height / candidates + 1e-6) >= count
    best = candidates[fits]
    return max(SMALLEST_PITCH, float(best.max()) if len(best) else SMALLEST_PITCH)


def grid(area: Rect, pitch: float) -> Grid:
    """Return a grid of the given pitch in an area; whole pixels, so that tokens stay crisp."""
    if pitch > 4 * SMALLEST_PITCH:
        pitch = float(int(pitch))
    size = pitch * (1 - GAP_SHARE)
    size = float(int(size)) if size >= 2 * SMALLEST_PITCH else max(1.0, pitch - 1)
    return Grid(float(round(area.x)), float(round(area.y)), pitch, size, max(1, int(area.w / pitch + 1e-6)))


def fine_grid(area: Rect, pitch: float, detail: int) -> Grid:
    """Return a grid in whole pixels of a picture `detail` times as large."""
    if detail == 1:
        return grid(area, pitch)
    g = grid(Rect(*(detail * side for side in area)), detail * pitch)
    return Grid(g.x / detail, g.y / detail, g.pitch / detail, g.size / detail, g.columns)


def fine_pitch(area: Rect, count: int, largest: float, detail: int) -> float:
    """Return the pitch at which `count` squares fit, as small as a picture `detail` times as large allows."""
    return fit_pitch(detail * area.w, detail * area.h, count, detail * largest) / detail


def centred_grid(area: Rect, pitch: float, detail: int = 1) -> Grid:
    """Return the fine grid of an area with what its rows leave of the height shared above and below."""
    g = fine_grid(area, pitch, detail)
    rows = max(1, int(area.h / g.pitch + ROUNDING))
    return g._replace(y=float(round(area.y + max(0.0, area.h - rows * g.pitch + g.pitch - g.size) / 2)))


def cells(area: Rect, count: int, largest: float) -> Grid:
    """Return the grid that shows `count` cells in an area as large as they fit, at most `largest` pixels apart."""
    return grid(area, fit_pitch(area.w, area.h, count, largest))


def cell_at(g: Grid, count: int, x: float, y: float) -> int:
    """Number of the cell at a point, -1 where there is none."""
    column, row = int((x - g.x) // g.pitch), int((y - g.y) // g.pitch)
    number = row * g.columns + column
    return number if 0 <= column < g.columns and row >= 0 and number < count else -1


def places(g: Grid, slots: npt.NDArray[np.int64] | npt.NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Upper left corners of the slots with these numbers."""
    return (
        (g.x + slots % g.columns * g.pitch).astype(np.float32),
        (g.y + slots // g.columns * g.pitch).astype(np.float32),
    )


def place(g: Grid, slot: int) -> tuple[float, float]:
    """Upper left corner of one slot."""
    return g.x + slot % g.columns * g.pitch, g.y + slot // g.columns * g.pitch
