"""Background: one long task beside the window, such as reading or writing a large recording."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal, SignalInstance

from memsim_gui.engine.errors import InputError

Progress = Callable[[int, int], None]


class CancelledError(Exception):
    """The task is not wanted any more."""


class Background(QThread):
    """Carries a function out in a thread of its own. The function is given a callable to tell how far it is.

    Signals:
        progressed: how much is done, of how much.
        succeeded: what the function returned.
        failed: the InputError that it raised.
    """

    progressed = Signal(object, object)
    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, task: Callable[[Progress], object], parent: QObject) -> None:
        """Prepare a task; `start` begins it. Whoever made it deletes it when it has finished."""
        super().__init__(parent)
        self._task = task
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Let the task end where it next tells how far it is, without a word."""
        self._cancelled.set()

    def _tell(self, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise CancelledError
        self.progressed.emit(done, total)

    def run(self) -> None:
        """Carry the task out; called by the thread."""
        try:
            result = self._task(self._tell)
        except CancelledError:
            return
        except InputError as error:
            self._say(self.failed, error)
        except MemoryError:
            self._say(self.failed, InputError("", "there is not enough memory"))
        else:
            self._say(self.succeeded, result)

    def _say(self, signal: SignalInstance, what: object) -> None:
        if not self._cancelled.is_set():
            signal.emit(what)
