"""Progress of an export as text: one line that updates itself on a terminal, a few plain lines anywhere else."""

import time
from collections.abc import Callable
from typing import TextIO

EVERY_S = 0.2
PLAIN_SHARES = 10


class ProgressText:
    """Context manager that gives a function to call with frames done and frames in all; it writes rarely."""

    def __init__(self, stream: TextIO, title: str) -> None:
        """`title` names what is being written."""
        self._stream, self._title = stream, title
        self._live = stream.isatty()
        self._begin = time.monotonic()
        self._next = 0.0
        self._open_line = False

    def __enter__(self) -> Callable[[int, int], None]:
        return self.tell

    def __exit__(self, *_: object) -> None:
        if self._open_line:
            self._stream.write("\n")

    def tell(self, done: int, total: int) -> None:
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
        self._stream.write(f"\r{self._line(done, total)}\x1b[K")
        self._stream.flush()
        self._open_line = True

    def _line(self, done: int, total: int) -> str:
        rate = done / max(time.monotonic() - self._begin, 1e-3)
        return f"{self._title}: {100 * done // total} %, frame {done} of {total}, {rate:.0f} frames/s"
