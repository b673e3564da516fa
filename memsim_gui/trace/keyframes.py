"""Keyframes: whole view states at positions of a trace, within a budget of memory.

Those of the trace's producer are spread evenly; those that seeks leave behind gather where one looks. An array that has
not changed since the keyframe before it is kept once, by content.
"""

import bisect
import itertools
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.trace.view_state import ViewState

COMPARED_ITEMS = 1 << 14  # at a time, so that arrays that differ are told apart soon


class Keyframe(NamedTuple):
    """A state, `position` events after the trace's start; `pinned` = nothing else leads to what follows it."""

    position: int
    view: ViewState
    pinned: bool = False


class Keyframes:
    """Keyframes by position, as even as can be; the first is always kept. Their arrays are never changed."""

    def __init__(self, budget_bytes: int, first: Keyframe | None = None) -> None:
        """Begin with the first keyframe, if there is one already."""
        self.budget_bytes = budget_bytes
        self.nbytes = 0
        self._all: list[Keyframe] = []
        if first:
            self.add(first)

    def __iter__(self) -> "itertools.chain[Keyframe]":
        """Go through all of them, by position."""
        return itertools.chain(self._all)

    def before(self, position: int) -> Keyframe | None:
        """Return the last keyframe at or before a position; None if there is none."""
        at = bisect.bisect_right(self._all, position, key=_position)
        return self._all[at - 1] if at else None

    def add(self, keyframe: Keyframe) -> None:
        """Put a keyframe in its place; its view is kept, not copied. Takes others out until the budget holds."""
        at = bisect.bisect_left(self._all, keyframe.position, key=_position)
        if at:
            keyframe = keyframe._replace(view=_shared(keyframe.view, self._all[at - 1].view))
        again = at < len(self._all) and self._all[at].position == keyframe.position
        self._all[at : at + again] = [keyframe]
        self.nbytes = distinct_bytes(self._all)
        while self.nbytes > self.budget_bytes and (out := self._superfluous(keyframe.position)):
            self._all.remove(out)
            self.nbytes = distinct_bytes(self._all)

    def _superfluous(self, added: int) -> Keyframe | None:
        """Return the keyframe that leaves the smallest gap when it goes, the last one only after all others."""
        del added
        inner = [at for at in range(1, len(self._all) - 1) if not self._all[at].pinned]
        if inner:
            return self._all[min(inner, key=lambda at: self._all[at + 1].position - self._all[at - 1].position)]
        last = self._all[-1]
        return None if last.pinned or len(self._all) == 1 else last

    def truncate(self, length: int) -> None:
        """Forget those behind the first `length` events."""
        del self._all[bisect.bisect_right(self._all, length, key=_position) :]
        self.nbytes = distinct_bytes(self._all)


class NearKeyframes(Keyframes):
    """Keyframes of which those go first that are furthest from the one added last."""

    def _superfluous(self, added: int) -> Keyframe | None:
        return max(self._all, key=lambda keyframe: abs(keyframe.position - added))


def distinct_bytes(keyframes: list[Keyframe]) -> int:
    """Memory of all their arrays, each counted once."""
    return sum({id(array): int(array.nbytes) for keyframe in keyframes for array in keyframe.view}.values())


def _position(keyframe: Keyframe) -> int:
    return keyframe.position


def _shared(view: ViewState, before: ViewState) -> ViewState:
    """Return the view with those arrays of `before` that are equal to its own."""
    pairs: list[Any] = list(zip(view, before, strict=True))
    return ViewState(*(old if _same(new, old) else new for new, old in pairs))


def _same(new: npt.NDArray[Any], old: npt.NDArray[Any]) -> bool:
    if new is old or new.shape != old.shape:
        return new is old
    left, right = new.reshape(-1), old.reshape(-1)
    return all(
        np.array_equal(left[at : at + COMPARED_ITEMS], right[at : at + COMPARED_ITEMS])
        for at in range(0, len(left), COMPARED_ITEMS)
    )
