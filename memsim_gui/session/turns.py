"""Turns: what another thread says faster than a window can take it in, passed on in order and a little at a time."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

PIECE_EVENTS = 1 << 14  # of a trace that grows, in one turn: what summarises them takes a few milliseconds
PAUSE_MS = 4  # between two turns: the window's frames and events come in between


class Turns(QObject):
    """A machine at full speed makes millions of events a second, hundreds of thousands while one picture is painted.

    Split into turns, they leave the window time to go on moving.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], None]] = deque()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._next)

    def add(self, *turns: Callable[[], None]) -> None:
        """Take these turns after those that wait; a single one is taken at once if none does."""
        self._waiting.extend(turns)
        if not self._pause.isActive():
            if len(self._waiting) == 1:
                self._next()
            else:
                self._pause.start()

    def clear(self) -> None:
        """Forget the turns that wait."""
        self._waiting.clear()
        self._pause.stop()

    def _next(self) -> None:
        if self._waiting:
            self._waiting.popleft()()
        if self._waiting:
            self._pause.start()
