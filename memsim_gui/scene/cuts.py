"""Cuts: how whoever reads a growing trace learns that an undo has taken back what it has read."""

from memsim_gui.trace.store import Trace


class Cuts:
    """The cuts of a trace since a reader last asked.

    A length alone does not tell: an undo followed by a redo may leave the trace as long as it was, with other events.
    """

    def __init__(self, trace: Trace) -> None:
        """Begin with a trace as it is now."""
        self._trace, self._seen = trace, len(trace.cuts)

    def kept(self, known: int) -> int:
        """Return how many of the first `known` events have not been taken back since the last call."""
        fresh = self._trace.cuts[self._seen :]
        self._seen += len(fresh)
        return min([known, *fresh])

    def below(self, known: int) -> bool:
        """Whether any of the first `known` events has been taken back since the last call."""
        return self.kept(known) < known
