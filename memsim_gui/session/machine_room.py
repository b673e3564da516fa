"""The machine's thread with its worker, and the jobs that it has been given."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QThread, Signal

from memsim_gui import jit
from memsim_gui.session.autosave import Autosave
from memsim_gui.session.jobs import Batch, Forget, Job, Ready, Report, pieces
from memsim_gui.session.turns import PIECE_EVENTS, Turns
from memsim_gui.session.worker import Worker


class MachineRoom(QObject):
    """Gives jobs to the worker and passes on what it says; after `clear`, nothing that concerns what was before.

    What a machine has made is passed on piece by piece, in order with all else that it says.

    Signals:
        prepared, built, grown, progressed, refused, failed, broke, reported: as the worker's.
        busy_changed: whether there is something to do.
    """

    prepared = Signal()
    built = Signal(object)
    grown = Signal(object)
    progressed = Signal(int, int)
    refused = Signal(object, str)
    failed = Signal(str)
    broke = Signal(object, int)
    reported = Signal(object)
    busy_changed = Signal(bool)
    _asked = Signal(object)

    def __init__(self, autosave: Autosave | None = None, parent: QObject | None = None) -> None:
        """Make a thread, which starts with the first job; what machines do is saved by `autosave`."""
        super().__init__(parent)
        self.thread_ = QThread()
        self._held = self._closed = False
        self.worker = Worker(autosave)
        self.worker.moveToThread(self.thread_)
        self._waiting = 0
        self._deaf = 0  # until so many stories have been forgotten, all that is heard is of before
        self._turns = Turns(self)
        worker = self.worker
        self.thread_.started.connect(worker.prepare)
        self._asked.connect(worker.do)
        worker.forgotten.connect(self._forgotten)
        worker.prepared.connect(self.prepared)
        worker.built.connect(self._built)
        worker.grown.connect(self._grown)
        worker.progressed.connect(self._progressed)
        worker.refused.connect(self._refused)
        worker.failed.connect(self._failed)
        worker.broke.connect(self._broke)
        worker.reported.connect(self._reported)

    @property
    def busy(self) -> bool:
        """Whether the machine is at work or has something to do."""
        return self._waiting > 0

    def hold(self) -> None:
        """Let everything wait for `release`: a window that is coming up needs the interpreter for itself."""
        self._held = True
        jit.postpone()

    def release(self) -> None:
        """Get ready, and do what has been asked for."""
        self._held = False
        self.prepare()

    def prepare(self) -> None:
        """Load compiled code beside the window, if there is any; `prepared` tells when it is at hand."""
        if not (self._held or self._closed):
            self.thread_.start()

    def ask(self, job: Job) -> None:
        """Give the worker a job; it does them in order."""
        self._waiting += 1
        if self._waiting == 1:
            self.busy_changed.emit(True)
        self._asked.emit(job)
        self.prepare()

    def stop(self) -> None:
        """Take back the command that is running, if any."""
        if self.busy:
            self.worker.stop()

    def clear(self) -> None:
        """Forget the machine, and all jobs given so far. Returns at once, whatever the machine does."""
        self._deaf += 1
        self._turns.clear()
        self.worker.outdate()
        self._asked.emit(Forget())
        if self._waiting:
            self._waiting = 0
            self.busy_changed.emit(False)

    def close(self) -> None:
        """End the thread; what is asked for from now on is not done."""
        self._closed = True
        self.worker.close()
        self.thread_.quit()
        self.thread_.wait()

    def _hear(self, *told: Callable[[], None]) -> None:
        if not self._deaf:
            self._turns.add(*told)

    def _forgotten(self) -> None:
        self._deaf -= 1

    def _built(self, ready: Ready) -> None:
        self._hear(partial(self.built.emit, ready))

    def _grown(self, batch: Batch) -> None:
        self._hear(*(partial(self.grown.emit, piece) for piece in pieces(batch, PIECE_EVENTS)))

    def _progressed(self, done: int, total: int) -> None:
        self._hear(partial(self.progressed.emit, done, total))

    def _refused(self, command: object, reason: str) -> None:
        self._hear(partial(self.refused.emit, command, reason))

    def _failed(self, reason: str) -> None:
        self._hear(partial(self.failed.emit, reason))

    def _broke(self, found: object, position: int) -> None:
        self._hear(partial(self.broke.emit, found, position))

    def _reported(self, report: Report) -> None:
        self._hear(partial(self._report, report))

    def _report(self, report: Report) -> None:
        self._waiting -= 1
        self.reported.emit(report)
        if not self._waiting:
            self.busy_changed.emit(False)
