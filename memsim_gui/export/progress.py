"""Progress of an export as text: one line that updates itself on a terminal, a few plain lines anywhere else."""

import time
from typing import TextIO

EVERY_S = 0.2
PLAIN_SHARES = 10


class ProgressText:
    """Callable (frames done, frames in all) that writes to a stream, rarely enough to cost nothing."""

    def __init__(self, stream: TextIO, title: str) -> None:
        """`title` names what is being written."""
        self._stream, self._title = stream, title
        self._live = stream.isatty()
        self._begin = time.monotonic()
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is."""
        if self._live:
            self._update(done, total)
        elif done == total or done * PLAIN_SHARES // total > (done - 1) * PLAIN_SHARES // total:
            self._stream.write(self._line(done, total) + "\n")
            self._stream.flush()

    def _update(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next and done < total:
            return
        self._next = now + EVERY_S
        # Carriage return, the line, and "erase to the end" in case the last one was longer.
        self._stream.write(f"\r{self._line(done, total)}\x1b[K" + ("\n" if done == total else ""))
        self._stream.flush()

    def _line(self, done: int, total: int) -> str:
        rate = done / max(time.monotonic() - self._begin, 1e-3)
        return f"{self._title}: {100 * done // total} %, frame {done} of {total}, {rate:.0f} frames/s"
