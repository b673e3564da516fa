"""Events and view states as compressed bytes: the contents of a recording's blobs.

Events go column by column and, within a chunk, kind by kind (the values that tables take, field by field): neighbours
are alike, so what is left of each after the one before it packs well with a general compressor. The byte planes of wide
columns stand apart for the same reason. A view state is told by its differences from the one before it; the links of
its LRU lists are kept as the order of the frames: shorter, and a list read back is always a whole one.
"""

import itertools
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.store import Events
from memsim_gui.trace.view_state import Sizes, ViewState, head, new_view

EVENT_BYTES = kinds.EVENT.itemsize
_LEVEL = 6
_LINKS = ("lru_next", "lru_prev")
_NARROW = ("cause", "src", "dst")
Places = npt.NDArray[np.intp]


def pack_events(events: Events) -> bytes:
    """Compress events (dtype kinds.EVENT) into one blob."""
    by_kind, by_field = _by_kind(events), _by_field(events)
    ident, value = events["ident"][by_field], _zigzag(_without_trend(events["value"][by_field], _sets(events)))
    ident[1:] ^= ident[:-1].copy()
    parts = [events["kind"].tobytes(), *(events[name][by_kind].tobytes() for name in _NARROW)]
    return zlib.compress(b"".join([*parts, _planes(ident), _planes(value)]), _LEVEL)


def unpack_events(blob: bytes, count: int) -> Events:
    """Return the `count` events of a blob; ValueError if it does not hold exactly so many."""
    raw = np.frombuffer(inflate(blob, count * EVENT_BYTES), np.uint8)
    bytes_of = [kinds.EVENT[name].itemsize for name in ("kind", *_NARROW, "ident", "value")]
    ends = (np.cumsum(bytes_of) * count).tolist()
    kind, *narrow, ident_planes, value_planes = (raw[a:b] for a, b in itertools.pairwise([0, *ends]))
    events = np.zeros(count, kinds.EVENT)
    events["kind"] = kind
    by_kind = _by_kind(events)
    for name, column in zip(_NARROW, narrow, strict=True):
        events[name][by_kind] = column
    by_field = _by_field(events)
    events["ident"][by_field] = np.bitwise_xor.accumulate(_from_planes(ident_planes, np.dtype("<i4")))
    value = _unzigzag(_from_planes(value_planes, np.dtype("<i8")))
    sets = _sets(events)
    value[sets] = np.cumsum(value[sets])
    events["value"][by_field] = value
    return events


def _by_kind(events: Events) -> Places:
    return np.argsort(events["kind"], kind="stable")


def _by_field(events: Events) -> Places:
    """Order of the events by kind and, where they set fields of tables, by table and column."""
    field = events["dst"].astype(np.int64) << 8 | events["src"]
    key = events["kind"].astype(np.int64) << 16 | np.where(events["kind"] == kinds.SET, field, 0)
    return np.argsort(key, kind="stable")


def _sets(events: Events) -> slice:
    """Where the events that set fields stand in either order."""
    first = int(np.count_nonzero(events["kind"] < kinds.SET))
    return slice(first, first + int(np.count_nonzero(events["kind"] == kinds.SET)))


def _without_trend(value: npt.NDArray[np.int64], where: slice) -> npt.NDArray[np.int64]:
    value[where] = np.diff(value[where], prepend=np.int64(0))
    return value


def _zigzag(value: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Small numbers of either sign as small positive ones, so that their upper bytes are zero."""
    return value << 1 ^ value >> 63


def _unzigzag(value: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    half: npt.NDArray[np.int64] = (value.view(np.uint64) >> np.uint64(1)).view(np.int64)
    return half ^ -(value & 1)


def _planes(array: npt.NDArray[Any]) -> bytes:
    """Bytes of an array, first bytes of all its numbers before all second ones."""
    return array.reshape(-1).view(np.uint8).reshape(array.size, array.itemsize).T.tobytes()


def _from_planes(planes: npt.NDArray[np.uint8], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    return planes.reshape(dtype.itemsize, -1).T.copy().view(dtype).ravel()


def pack_view(view: ViewState, before: ViewState | None) -> bytes:
    """Compress a view state into one blob, given the one before it in the file (None for the first)."""
    parts = [_planes(array ^ base) for array, base in _with_bases(view, before)]
    return zlib.compress(b"".join([*parts, _planes(_order(view))]), _LEVEL)


def unpack_view(blob: bytes, sizes: Sizes, before: ViewState | None) -> ViewState:
    """Return the view state of a blob; ValueError if it is not one of a machine of these sizes."""
    view = new_view(sizes)
    pairs = _with_bases(view, before)
    fixed = sum(array.nbytes for array, _ in pairs)
    raw = np.frombuffer(inflate(blob, fixed + 4 * sizes.frames, at_least=fixed), np.uint8)
    if (len(raw) - fixed) % 4:
        raise ValueError("its lists end within a number")
    at = 0
    for array, base in pairs:
        array[...] = _from_planes(raw[at : at + array.nbytes], array.dtype).reshape(array.shape) ^ base
        at += array.nbytes
    _link(view, _from_planes(raw[at:], np.dtype("<i4")))
    return view


def inflate(blob: bytes, at_most: int, at_least: int | None = None) -> bytes:
    """Decompress `blob`; ValueError unless it is whole and its length is `at_most` (or between the two bounds).

    Never allocates more than `at_most` bytes, whatever the blob claims.
    """
    machine = zlib.decompressobj()
    try:
        raw = machine.decompress(blob, at_most + 1)
    except zlib.error as error:
        raise ValueError(f"its compressed data is damaged ({error})") from None
    low = at_most if at_least is None else at_least
    if len(raw) > at_most or len(raw) < low or not machine.eof or machine.unused_data:
        raise ValueError(f"its data does not have the {low} bytes announced")
    return raw


def _with_bases(view: ViewState, before: ViewState | None) -> list[tuple[npt.NDArray[Any], npt.NDArray[Any] | int]]:
    """Arrays that are kept as they are, in the order of the fields, each with what it is told by: 0 if nothing fits."""
    pairs: list[tuple[npt.NDArray[Any], npt.NDArray[Any] | int]] = []
    for name, array in view._asdict().items():
        if name not in _LINKS:
            base = getattr(before, name, None)
            pairs.append((array, base if base is not None and base.shape == array.shape else 0))
    return pairs


def _ordered_lanes(view: ViewState) -> list[int]:
    return [lane for lane in range(len(view.lane_pages)) if lane % lanes.LANES_PER_NODE in lanes.ORDERED]


def _order(view: ViewState) -> npt.NDArray[np.int32]:
    """Frames of all ordered lanes, lane by lane, from head to tail."""
    following, frames = view.lru_next.tolist(), len(view.lane)
    walk = []
    for lane in _ordered_lanes(view):
        at = following[head(view, lane)]
        while at < frames:
            walk.append(at)
            at = following[at]
    return np.array(walk, np.int32)


def _link(view: ViewState, order: npt.NDArray[np.int32]) -> None:
    """Link the frames of the ordered lanes; ValueError unless `order` names each exactly once, on its own lane."""
    counted = np.bincount(view.lane, minlength=len(view.lane_pages))
    ordered = _ordered_lanes(view)
    if len(counted) > len(view.lane_pages) or counted[ordered].sum() != len(order):
        raise ValueError("its lists do not hold the frames that are on them")
    if len(order) and not 0 <= int(order.min()) <= int(order.max()) < len(view.lane):
        raise ValueError("a list names a frame that the machine does not have")
    seen = np.zeros(len(view.lane), np.bool_)
    seen[order] = True
    if np.count_nonzero(seen) != len(order) or np.any(view.lane[order] != np.repeat(ordered, counted[ordered])):
        raise ValueError("a frame stands twice, or on a list that it is not on")
    at = 0
    for lane in ordered:
        ring = np.concatenate([[head(view, lane)], order[at : at + counted[lane]]])
        view.lru_next[ring] = np.roll(ring, -1)
        view.lru_prev[ring] = np.roll(ring, 1)
        at += counted[lane]
