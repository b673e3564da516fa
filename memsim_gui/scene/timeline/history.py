"""History of list sizes and counters along a trace: what timeline, charts and the size of tokens need.

The whole trace is known by at most MOST_SAMPLES samples. A stretch that somebody looks at closely is sampled anew from
its events, a part at a time, so that what is seen is real down to single events.
"""

import numpy as np

from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.timeline.sampler import LANE_KINDS, Columns, Ints, Sampler
from memsim_gui.trace.store import Trace

MOST_SAMPLES, FEWEST_SAMPLES = 16_384, 2048
CHUNK_EVENTS = 1 << 18
SAMPLES_AT_ONCE = 1 << 10  # summed up in memory that is at hand: fresh pages would cost more than the sums
CLOSER_EVENTS = 1 << 16  # read at once of a stretch that is looked at: a few milliseconds
POINTS = 1200  # of a curve on the screen: about its pixels


class History:
    """Samples of list sizes and counters every `stride` events, which doubles as the trace grows."""

    def __init__(self, trace: Trace) -> None:
        """Sample a trace as far as it goes."""
        self.trace = trace
        self._start = trace.start
        self.frames = len(self._start.lane)
        self._columns = Columns(self._start)
        self.nodes = self._columns.nodes
        self._cuts = Cuts(trace)
        self._forget()
        self.extend()

    def _forget(self) -> None:
        self._whole = Sampler(self.trace, self._columns, 0, 1, self._columns.values(self._start))
        self._look_away()

    def _look_away(self) -> None:
        self._closer: tuple[Sampler, int] | None = None  # what is being looked at, and where that ends
        self._seen: Sampler | None = None  # what was looked at last and has been read
        self._asked = (-1, -1, -1)
        self._peaks = np.zeros((self.nodes, LANE_KINDS), np.int64)

    def extend(self) -> None:
        """Take in events added since the last call, after an undo from the last sample that still holds."""
        whole, length = self._whole, len(self.trace)
        kept = self._cuts.kept(whole.known)
        if kept < FEWEST_SAMPLES * whole.stride and whole.stride > 1 and kept < whole.known:
            self._forget()  # so little is left that its samples would be too few
            whole = self._whole
        elif kept < whole.known:
            whole.forget_after(kept)
            self._look_away()
        while whole.known < length:
            if whole.known // whole.stride >= MOST_SAMPLES:
                whole.thin()
                continue
            room = min(MOST_SAMPLES - whole.known // whole.stride, SAMPLES_AT_ONCE) * whole.stride
            whole.read(min(length, whole.known + min(room, CHUNK_EVENTS)))

    def peaks(self, start: int, stop: int) -> Ints:
        """Most pages that each lane held, as far as the samples of a stretch know, [nodes, LANE_KINDS]."""
        whole = self._whole
        if (start, stop, whole.known) != self._asked:
            values = self.samples()[1]
            first, last = start // whole.stride, -(-min(stop, whole.known) // whole.stride)
            self._asked = (start, stop, whole.known)
            most = values[first : max(first, last) + 1, : self.nodes * LANE_KINDS].max(axis=0)
            self._peaks = most.reshape(self.nodes, LANE_KINDS)
        return self._peaks

    def samples(self) -> tuple[Ints, Ints]:
        """Positions [n] and values [n, columns] (scene.sampler.Columns) of the whole trace."""
        return self._whole.samples()

    # --- a stretch that is looked at

    def look(self, start: int, stop: int) -> bool:
        """Look at the positions from `start` to `stop`; return whether there is more to read: call again then."""
        whole = self._whole
        start, stop = max(0, start), min(stop, whole.known)
        stride = -(-(stop - start) // POINTS)
        if not 0 < stride < whole.stride:
            self._closer = self._seen = None
            return False
        closer, end = self._closer or (whole, 0)
        if (closer.start, closer.stride, end) != (start, stride, stop):
            closer = Sampler(self.trace, self._columns, start, stride, self._values_at(start))
            self._closer = closer, stop
        if closer.known < stop:
            closer.read(min(stop, closer.known + CLOSER_EVENTS))
        if closer.known == stop:
            self._seen = closer
        return closer.known < stop

    @property
    def closer(self) -> Sampler | None:
        """The samples of the stretch that is looked at, once it has been read; None if those of the whole will do."""
        return self._seen

    def _values_at(self, position: int) -> Ints:
        """Return what a sample says at a position, read from the last one before."""
        row = position // self._whole.stride
        near = row * self._whole.stride
        sampler = Sampler(self.trace, self._columns, near, self._whole.stride, self.samples()[1][row])
        while sampler.known < position:
            sampler.read(position)
        return sampler.now

    def stretch(self, start: int, stop: int) -> tuple[Ints, Ints]:
        """Return samples as `samples` does, from the last at or before `start` to the first at or after `stop`.

        Those of the stretch that is looked at stand in the place of the few of the whole trace, once it has been read.
        """
        positions, values = self.samples()
        if self._seen:
            near, close = self._seen.samples()
            first = int(np.searchsorted(positions, near[0]))
            after = int(np.searchsorted(positions, near[-1], side="right"))
            positions = np.concatenate([positions[:first], near, positions[after:]])
            values = np.concatenate([values[:first], close, values[after:]])
        low = max(0, int(np.searchsorted(positions, start, side="right")) - 1)
        high = int(np.searchsorted(positions, stop)) + 1
        return positions[low:high], values[low:high]
