"""Events and view states as compressed bytes: the contents of a recording's blobs.

Events go column by column and, within a chunk, kind by kind: neighbours of one kind are alike, so their differences are
small numbers that a general compressor packs well. Byte planes of the wide columns stand apart for the same reason.
A view state is the bytes of its arrays in the order of ViewState's fields, except that the links of the LRU lists are
kept as the order of the frames: shorter, and a list read back is always a whole one.
"""

import itertools
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.store import Events
from memsim_gui.trace.view_state import Sizes, ViewState, head, lane_frames, new_view

EVENT_BYTES = kinds.EVENT.itemsize
_LEVEL = 6
_LINKS = ("lru_next", "lru_prev")


def pack_events(events: Events) -> bytes:
    """Compress events (dtype kinds.EVENT) into one blob."""
    order = np.argsort(events["kind"], kind="stable")
    ordered = events[order]
    parts = [events["kind"].tobytes(), *(ordered[name].tobytes() for name in ("cause", "src", "dst"))]
    for name in ("ident", "value"):
        column = ordered[name]
        steps = np.diff(column, prepend=column.dtype.type(0))
        parts.append(steps.view(np.uint8).reshape(len(events), -1).T.tobytes())
    return zlib.compress(b"".join(parts), _LEVEL)


def unpack_events(blob: bytes, count: int) -> Events:
    """Return the `count` events of a blob; ValueError if it does not hold exactly so many."""
    raw = np.frombuffer(inflate(blob, count * EVENT_BYTES), np.uint8)
    bytes_of = [kinds.EVENT[name].itemsize for name in ("kind", "cause", "src", "dst", "ident", "value")]
    ends = (np.cumsum(bytes_of) * count).tolist()
    kind, cause, src, dst, ident, value = (raw[a:b] for a, b in itertools.pairwise([0, *ends]))
    order = np.argsort(kind, kind="stable")
    events = np.zeros(count, kinds.EVENT)
    events["kind"] = kind
    for name, column in (("cause", cause), ("src", src), ("dst", dst)):
        events[name][order] = column
    for name, planes in (("ident", ident), ("value", value)):
        dtype = kinds.EVENT[name]
        steps = planes.reshape(dtype.itemsize, count).T.copy().view(dtype).ravel()
        events[name][order] = np.cumsum(steps, dtype=dtype)
    return events


def pack_view(view: ViewState) -> bytes:
    """Compress a view state into one blob."""
    parts = [array.tobytes() for array in _plain(view)]
    return zlib.compress(b"".join([*parts, _order(view).tobytes()]), _LEVEL)


def unpack_view(blob: bytes, sizes: Sizes) -> ViewState:
    """Return the view state of a blob; ValueError if it is not one of a machine of these sizes."""
    view = new_view(sizes)
    plain = _plain(view)
    fixed = sum(array.nbytes for array in plain)
    raw = inflate(blob, fixed + 4 * sizes.frames, at_least=fixed)
    at = 0
    for array in plain:
        array[...] = np.frombuffer(raw, array.dtype, array.size, at).reshape(array.shape)
        at += array.nbytes
    _link(view, np.frombuffer(raw, np.int32, offset=at))
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


def _plain(view: ViewState) -> list[npt.NDArray[Any]]:
    """Return the arrays that are kept as they are, in the order of the fields."""
    return [array for name, array in view._asdict().items() if name not in _LINKS]


def _ordered_lanes(view: ViewState) -> list[int]:
    return [lane for lane in range(len(view.lane_pages)) if lane % lanes.LANES_PER_NODE in lanes.ORDERED]


def _order(view: ViewState) -> npt.NDArray[np.int32]:
    """Frames of all ordered lanes, lane by lane, from head to tail."""
    return np.concatenate([lane_frames(view, lane) for lane in _ordered_lanes(view)])


def _link(view: ViewState, order: npt.NDArray[np.int32]) -> None:
    """Link the frames of the ordered lanes; ValueError unless `order` names each exactly once, on its own lane."""
    counted = np.bincount(view.lane, minlength=len(view.lane_pages))
    ordered = _ordered_lanes(view)
    if len(counted) > len(view.lane_pages) or counted[ordered].sum() != len(order):
        raise ValueError("its lists do not hold the frames that are on them")
    if len(order) and not 0 <= int(order.min()) <= int(order.max()) < len(view.lane):
        raise ValueError("a list names a frame that the machine does not have")
    if len(np.unique(order)) != len(order) or np.any(view.lane[order] != np.repeat(ordered, counted[ordered])):
        raise ValueError("a frame stands twice, or on a list that it is not on")
    at = 0
    for lane in ordered:
        ring = np.concatenate([[head(view, lane)], order[at : at + counted[lane]]])
        view.lru_next[ring] = np.roll(ring, -1)
        view.lru_prev[ring] = np.roll(ring, 1)
        at += counted[lane]
