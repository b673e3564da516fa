"""Exporter: an export for a window that goes on working meanwhile, in a process of its own.

A thread would not do: painting holds the interpreter lock half of the time, and Qt's laid out texts, which the painters
keep, must not be used from two threads.
"""

import json
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from memsim_gui.engine import recording
from memsim_gui.engine.errors import InputError
from memsim_gui.session.background import CancelledError
from memsim_gui.session.export_settings import Settings
from memsim_gui.trace.store import Trace

PROGRAM = (sys.executable, "-m", "memsim_gui.export.child")
STOP_TIMEOUT_MS = 5000


class Exporter(QObject):
    """Exports one trace at a time.

    Signals:
        progressed: frames done, frames in all.
        ended: the path written, what went wrong in one line; one of them is empty. Not sent after `cancel`.
    """

    progressed = Signal(int, int)
    ended = Signal(str, str)
    _saved = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Prepare; nothing runs before `start`."""
        super().__init__(parent)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._saver: threading.Thread | None = None
        self._unwanted = threading.Event()
        self._arguments: list[str] = []
        self._number = 0  # of this export: a late word from the saver of a cancelled one is not meant for the next
        self._process = QProcess(self)
        self._connect()

    def _connect(self) -> None:
        self._saved.connect(self._launch)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail)

    @property
    def running(self) -> bool:
        """Whether an export is under way."""
        return self._folder is not None

    def start(self, trace: Trace, out: Path, settings: Settings) -> None:
        """Export a trace as far as it goes now; nothing may be cut off it meanwhile. RuntimeError while one runs."""
        if self._folder is not None:
            raise RuntimeError("an export is running already")
        self._number += 1
        self._unwanted.clear()
        self._folder = tempfile.TemporaryDirectory(prefix="memsim-")
        source = Path(self._folder.name) / "window.memsim"
        self._arguments = [str(source), str(out.absolute()), json.dumps(asdict(settings))]
        self._saver = threading.Thread(
            target=self._save, args=(trace, source, self._number), name="save for export", daemon=True
        )
        self._saver.start()

    def cancel(self) -> None:
        """Stop, and leave no file; returns when that is done. Does nothing when no export runs."""
        if self._folder is None:
            return
        if self._saver is not None:
            self._unwanted.set()
            self._saver.join()
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.terminate()
            if not self._process.waitForFinished(STOP_TIMEOUT_MS):
                self._process.kill()
                self._process.waitForFinished(STOP_TIMEOUT_MS)
        self._process.blockSignals(False)
        self._tidy()

    def _save(self, trace: Trace, source: Path, number: int) -> None:
        problem = ""
        try:
            recording.save(trace, source, self._saved_so_far)
        except CancelledError:
            return
        except InputError as error:
            problem = str(error)
        self._saved.emit(number, problem)

    def _saved_so_far(self, _done: int, _total: int) -> None:
        if self._unwanted.is_set():
            raise CancelledError

    def _launch(self, number: int, problem: str) -> None:
        if self._folder is None or number != self._number:
            return
        if problem:
            self._end("", problem)
        else:
            self._process.start(PROGRAM[0], [*PROGRAM[1:], *self._arguments])

    def _read(self) -> None:
        while self._process.canReadLine():
            done, slash, total = bytes(self._process.readLine().data()).decode(errors="replace").strip().partition("/")
            if slash and done.isdigit() and total.isdigit():
                self.progressed.emit(int(done), int(total))

    def _finish(self, code: int) -> None:
        self._read()
        if code == 0:
            self._end(self._arguments[1], "")
        else:
            lines = bytes(self._process.readAllStandardError().data()).decode(errors="replace").splitlines()
            self._end("", lines[-1] if lines else f"the export ended with status {code}")

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._end("", f"the export cannot be started: {self._process.errorString()}")

    def _end(self, written: str, problem: str) -> None:
        self._tidy()
        self.ended.emit(written, problem)

    def _tidy(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
        self._folder = self._saver = None
