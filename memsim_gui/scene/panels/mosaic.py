"""A mosaic: a long row of things (page frames, swap slots) as cells of a grid; where they are many, a cell is a block.

Rows are a power of two long at every zoom, so a row always begins at a round number and zooming keeps neighbours
together. What a block shows is its mixture: shares of the states of its things.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Shares = npt.NDArray[np.float32]

SMALLEST_PITCH_UNITS, LARGEST_PITCH_UNITS = 1, 8
SAMPLES = 16  # things looked at in a block: sixteen million frames must not be read for every picture
SPREAD = 7919  # a prime, so that samples of neighbouring blocks do not fall into step with a pattern


class Key(NamedTuple):
    """A state of things: what a legend calls it, and `share` of a colour (or of a role's fill) on a card's ground."""

    words: str
    color: str
    share: float = 1.0


class Room(NamedTuple):
    """Room for a mosaic in pixels, and the theme's spacing unit."""

    width: int
    height: int
    unit: int


class Shot(NamedTuple):
    """What is seen of `total` things: `cells` cells of `each` things from `first` on, `columns` in a row."""

    total: int
    first: int
    each: int
    columns: int
    cells: int
    pitch: int
    rows: int  # of the whole mosaic
    full_rows: int  # that fit into the room entirely

    def cell_of(self, thing: int) -> int:
        """Cell that shows a thing, -1 if it is out of sight."""
        cell = (thing - self.first) // self.each
        return cell if 0 <= cell < self.cells else -1

    def things_of(self, cell: int) -> tuple[int, int]:
        """Return the first thing of a cell and how many there are."""
        first = self.first + cell * self.each
        return first, min(self.each, self.total - first)


def _columns(room: Room, pitch: int) -> int:
    return 1 << max(0, max(1, room.width // (pitch * room.unit)).bit_length() - 1)


def _row_length(room: Room, zoom: int) -> int:
    return _columns(room, LARGEST_PITCH_UNITS) << zoom


def furthest(room: Room, total: int) -> int:
    """Return the zoom (0 = closest) from which all things are in sight."""
    zoom, widest = 0, _columns(room, SMALLEST_PITCH_UNITS)
    while (seen := shot(room, total, zoom, 0)).rows > seen.full_rows and (seen.rows > 1 or seen.columns < widest):
        zoom += 1
    return zoom


def height(room: Room, total: int, pitch_units: int) -> int:
    """Height in pixels that all things take at a pitch of about so many units."""
    columns = _columns(room, pitch_units)
    return -(-total // columns) * max(1, min(LARGEST_PITCH_UNITS * room.unit, room.width // columns))


def shot(room: Room, total: int, zoom: int, top: int) -> Shot:
    """Return what is seen with row `top` (clipped) uppermost."""
    length = _row_length(room, zoom)
    columns = min(length, _columns(room, SMALLEST_PITCH_UNITS))
    each = length // columns
    pitch = max(1, min(LARGEST_PITCH_UNITS * room.unit, room.width // columns))
    rows, full = -(-total // length), room.height // pitch
    top = max(0, min(top, rows - full))
    first = top * length
    cells = min((full + 1) * columns, -(-(total - first) // each))
    return Shot(total, first, each, columns, cells, pitch, rows, full)


def sample(seen: Shot) -> Ints:
    """Numbers of the things that stand for each cell, [cells, at most SAMPLES]; all of them where they are few."""
    count = min(seen.each, SAMPLES)
    cell, number = np.arange(seen.cells)[:, None], np.arange(count)[None, :]
    start = seen.first + cell * seen.each
    length = np.minimum(seen.each, seen.total - start)
    stride = np.maximum(1, length // count)
    found: Ints = start + number * length // count + (cell + number) * SPREAD % stride
    return found


def shares(states: Bytes, kinds: int) -> Shares:
    """Share of each of `kinds` states in each cell, [cells, kinds], from the states of its samples [cells, samples]."""
    cells, count = states.shape
    place = (np.arange(cells)[:, None] * kinds + states).ravel()
    counted = np.bincount(place, minlength=cells * kinds)
    return (counted.reshape(cells, kinds) / np.float32(count)).astype(np.float32)
