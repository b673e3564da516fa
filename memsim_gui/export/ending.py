"""Ending early: SIGTERM unwinds an export, so that nothing half written stays behind."""

import signal
from collections.abc import Callable
from types import FrameType

Progress = Callable[[int, int], None]


class ToldToEnd:
    """Raises an exception when SIGTERM comes, and again at the next frame if the first one was lost.

    Python drops an exception that a signal raises within a callback from C, as while compiled code is being loaded.
    """

    def __init__(self, reason: BaseException) -> None:
        """Listen from now on, in the main thread; `reason` is what to raise."""
        self._reason, self._told = reason, False
        signal.signal(signal.SIGTERM, self._stop)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._told = True
        raise self._reason

    def watched(self, tell: Progress | None) -> Progress:
        """Return what to call after each frame: it tells how far the export has come, if somebody wants to know."""

        def told(done: int, total: int) -> None:
            if self._told:
                raise self._reason
            if tell:
                tell(done, total)

        return told
