"""Background: one long task beside the window, such as reading or writing a large recording."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, Signal

from memsim_gui.engine.errors import InputError


class Background(QThread):
    """Carries a function out in a thread of its own.

    Signals:
        succeeded: what the function returned.
        failed: the InputError that it raised.
    """

    succeeded = Signal(object)
    failed = Signal(object)

    def __init__(self, task: Callable[[], object], parent: QObject) -> None:
        """Prepare a task; `start` begins it. It deletes itself when it is done."""
        super().__init__(parent)
        self._task = task
        self.finished.connect(self.deleteLater)

    def run(self) -> None:
        """Carry the task out; called by the thread."""
        try:
            result = self._task()
        except InputError as error:
            self.failed.emit(error)
        except MemoryError:
            self.failed.emit(InputError("", "there is not enough memory"))
        else:
            self.succeeded.emit(result)
