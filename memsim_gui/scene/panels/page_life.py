"""The life of a page: what happened to its frame, found and told a little at a time."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.cuts import Cuts
from memsim_gui.trace import bits, kinds
from memsim_gui.trace.explain import sentence
from memsim_gui.trace.store import Cursor, Events, Trace

CHUNK_EVENTS = 1 << 18  # looked through at once: a few milliseconds
MOST_MOMENTS = 200


class MomentOfLife(NamedTuple):
    """Something that happened to the page."""

    position: int
    words: str


class PageLife:
    """What happened to a frame from the trace's start to its end of now, oldest first: the last MOST_MOMENTS of it.

    Attributes:
        trace, frame, stop: whose life, and how many events there were.
        moments: complete once `reading` has come to its end.
        earlier: whether there was more before, then.
        reading: does a few milliseconds of work with each `next`.
    """

    def __init__(self, trace: Trace, frame: int) -> None:
        """Begin with nothing read."""
        self.trace, self.frame, self.stop = trace, frame, len(trace)
        self.moments: list[MomentOfLife] = []
        self.earlier = False
        self._cuts = Cuts(trace)
        self.reading = self._read()

    def read(self) -> list[MomentOfLife]:
        """Read to the end at once, and return the moments."""
        for _ in self.reading:
            pass
        return self.moments

    def outdated(self) -> bool:
        """Whether something that was to be told has been undone since the last call; there is no reading on then."""
        return self._cuts.below(self.stop)

    def _read(self) -> Iterator[None]:
        found: list[int] = []
        at = self.stop
        while at > 0 and len(found) <= MOST_MOMENTS:
            begin = start = max(0, at - CHUNK_EVENTS)
            rows: list[int] = []
            for events in self.trace.pieces(start, at):
                rows += (about(events, self.frame) + begin).tolist()
                begin += len(events)
            found, at = rows + found, start
            yield
        self.earlier = len(found) > MOST_MOMENTS
        found = found[-MOST_MOMENTS:]
        if not found:
            return
        cursor = Cursor(self.trace, found[0])  # a sentence needs the state before its event
        for position in found:
            event = self.trace.events(position, position + 1)[0]
            self.moments.append(MomentOfLife(position, sentence(event, cursor.seek(position), self.trace)))
            yield


def about(events: Events, frame: int) -> npt.NDArray[np.int64]:
    """Rows of the events that are about a frame."""
    ident, value = events["ident"], events["value"]
    near = np.flatnonzero((ident == frame) | (value & 0xFFFFFFFF == frame))  # few: the rest is asked of them alone
    kind, ident, value = events["kind"][near], ident[near], value[near]
    by_ident = np.isin(kind, (kinds.MOVE, kinds.BITS, kinds.OWNER, kinds.SCAN, kinds.IO_BEGIN, kinds.IO_END))
    by_value = np.isin(kind, (kinds.FAULT, kinds.READ, kinds.WRITE))
    # An entry of the zero page is present too, but holds no frame.
    maps = (value >> 32 & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
    pte = (kind == kinds.PTE) & maps & (value & 0xFFFFFFFF == frame)
    found: npt.NDArray[np.int64] = near[(by_ident & (ident == frame)) | (by_value & (value == frame)) | pte]
    return found
