"""Autosave: what the machine does is on disk within a second, and found again after a program that did not end."""

import os
from pathlib import Path

from PySide6.QtCore import QLockFile

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.recording.recorder import Recorder
from memsim_gui.trace.store import Trace

ENDING, LOCK = ".memsim", ".lock"
COMPANIONS = ("-wal", "-shm", "-journal")
KEPT = 3  # recordings of programs that did not come to their end


class Autosave:
    """One file in a folder of the person's, there while a machine is; a lock says that somebody writes it."""

    def __init__(self, folder: Path) -> None:
        """Claim a name; nothing is written before `begin`, and nothing at all in a folder that cannot be had."""
        self._path = folder / f"{os.getpid()}-{id(self):x}{ENDING}"
        self._recorder: Recorder | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            self._lock = None
            return
        self._lock = _lock_of(self._path)
        self._lock.tryLock(0)

    def begin(self, trace: Trace) -> None:
        """Follow a trace from now on, and none before. InputError if the place cannot be written."""
        self.end()
        if self._lock:
            self._recorder = Recorder(trace, self._path)

    def take(self) -> None:
        """Write what is new, now and then. InputError, once, when that cannot be done any more."""
        if self._recorder:
            try:
                self._recorder.take()
            except InputError:
                self._recorder.abandon()
                self._recorder = None
                raise

    def end(self) -> None:
        """Forget what was written: the person did not want it, or has seen it all."""
        if self._recorder:
            self._recorder.abandon()
            self._recorder = None
            forget(self._path)

    def close(self) -> None:
        """The program comes to its end."""
        self.end()
        if self._lock:
            self._lock.unlock()


def left_behind(folder: Path) -> list[Path]:
    """Recordings of programs that are not there any more, newest first; all but the newest few are deleted."""
    found = [path for path in folder.glob(f"*{ENDING}") if _is_free(path)] if folder.is_dir() else []
    for path in folder.glob(f"*{LOCK}"):
        if not path.with_suffix(ENDING).exists():
            _is_free(path)  # asking takes an abandoned lock away
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT:]:
        forget(path)
    return found[:KEPT]


def forget(path: Path) -> None:
    """Delete a recording and what SQLite keeps beside it."""
    for name in (path.name, *(f"{path.name}{ending}" for ending in COMPANIONS)):
        path.with_name(name).unlink(missing_ok=True)


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path.with_suffix(LOCK)))
    lock.setStaleLockTime(0)  # stale only when the program that took it is gone
    return lock


def _is_free(path: Path) -> bool:
    lock = _lock_of(path)
    free = lock.tryLock(0)
    lock.unlock()
    return free
