"""Recorder: a recording that grows while its machine runs.

What happened is in the file within a second. SQLite's write-ahead log keeps the file whole at every moment: if the
program is killed, the recording opens and holds all but the last second.
"""

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.recording import PLACE
from memsim_gui.engine.recording.writer import Writer
from memsim_gui.engine.whole_file import whole_file
from memsim_gui.trace.store import Trace

SECONDS_BETWEEN = 1.0


class Recorder:
    """Context manager: call `take` now and then; the file is one whole recording when the block has ended.

    The trace may grow and be cut (undo) meanwhile, in the thread that calls `take`.
    """

    def __init__(self, trace: Trace, path: str | os.PathLike[str]) -> None:
        """Begin a file with the trace as it is now. Raises InputError if it cannot be written."""
        self._path = Path(path)
        try:
            with whole_file(self._path) as unfinished, closing(_connected(unfinished)) as db:
                self._writer = Writer(db, trace)
                self._writer.write()
            self._db = _connected(self._path)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._writer.go_on(self._db)
        except sqlite3.Error as error:
            raise self._error(error) from None
        self._taken_s = time.monotonic()
        self._stopped = False  # by a fault: what stands in the file is whole, and stays as it is

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self._stopped:
                self._writer.write()
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("PRAGMA journal_mode = DELETE")
            with suppress(sqlite3.Error):  # a full disk has no room for a second copy; the first one is whole
                self._writer.finish()
        except sqlite3.Error as problem:
            if kind is None:
                raise self._error(problem) from None
        finally:
            self.abandon()

    def take(self) -> None:
        """Write what is new, if the last time is a second ago. Raises InputError if the disk is full."""
        if self._stopped or time.monotonic() - self._taken_s < SECONDS_BETWEEN:
            return
        try:
            self._writer.write()
        except sqlite3.Error as error:
            self._stopped = True
            raise self._error(error) from None
        self._taken_s = time.monotonic()

    def abandon(self) -> None:
        """Write no more; what stands in the file stays."""
        with suppress(sqlite3.Error):
            self._db.close()

    def _error(self, error: sqlite3.Error) -> InputError:
        return InputError(str(self._path), f"cannot be written: {error}", PLACE)


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)
