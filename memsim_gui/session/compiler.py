"""Compiling the core in a child process, so that the window never waits for it."""

import sys

from PySide6.QtCore import QObject, QProcess, Signal

STOP_TIMEOUT_MS = 2000
PROGRAM = (sys.executable, "-m", "memsim_gui.mm.warm")


class Compiler(QObject):
    """Runs `python -m memsim_gui.mm.warm` and reads its progress lines `N/M`.

    Signals:
        progressed: share compiled so far, 0 to 1.
        ended: an empty text when all is compiled, else what went wrong in one line.
    """

    progressed = Signal(float)
    ended = Signal(str)

    def __init__(self, command: tuple[str, ...] = PROGRAM, parent: QObject | None = None) -> None:
        """Prepare; nothing runs before `start`."""
        super().__init__(parent)
        self.command = command
        self._process = QProcess(self)
        self._connect()

    def _connect(self) -> None:
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finish)
        self._process.errorOccurred.connect(self._fail)

    def start(self) -> None:
        """Start the child process, unless it runs already."""
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._process.start(self.command[0], list(self.command[1:]))

    def stop(self) -> None:
        """End the child process; what it has compiled so far stays in the cache. No signal follows."""
        self._process.blockSignals(True)
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(STOP_TIMEOUT_MS)
        self._process.blockSignals(False)

    def _read(self) -> None:
        while self._process.canReadLine():
            done, slash, of = bytes(self._process.readLine().data()).decode(errors="replace").strip().partition("/")
            if slash and done.isdigit() and of.isdigit() and int(of):
                self.progressed.emit(min(1.0, int(done) / int(of)))

    def _finish(self, code: int) -> None:
        self._read()
        self.ended.emit("" if code == 0 else f"compiling the core failed: {self._last_error(code)}")

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self.ended.emit(f"compiling the core failed: {self._process.errorString()}")

    def _last_error(self, code: int) -> str:
        lines = bytes(self._process.readAllStandardError().data()).decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), f"exit status {code}")
