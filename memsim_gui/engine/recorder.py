"""Recorder: a recording that grows while its machine runs.

What happened is in the file within a second. SQLite's write-ahead log keeps the file whole at every moment: if the
program is killed, the recording opens and holds all but the last second.
"""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from memsim_gui.engine import recording
from memsim_gui.engine import recording_rows as rows
from memsim_gui.engine.errors import InputError
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

SECONDS_BETWEEN = 1.0


class Recorder:
    """Context manager: call `take` now and then; the file is one whole recording when the block has ended.

    The trace may grow meanwhile, nothing may be cut off it.
    """

    def __init__(self, trace: Trace, path: str | os.PathLike[str]) -> None:
        """Begin a file with the trace as it is now. Raises InputError if it cannot be written."""
        self._trace, self._path = trace, Path(path)
        recording.save(trace, self._path)
        self._written, self._taken_s = len(trace), time.monotonic()
        self._last: ViewState | None = trace.keyframes()[-1][1]
        try:
            self._db = sqlite3.connect(self._path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise self._error(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._write()
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as problem:
            if kind is None:
                raise self._error(problem) from None
        finally:
            with suppress(sqlite3.Error):
                self._db.close()

    def take(self) -> None:
        """Write what is new, if the last time is a second ago. Raises InputError if the disk is full."""
        if time.monotonic() - self._taken_s < SECONDS_BETWEEN:
            return
        try:
            self._write()
        except sqlite3.Error as error:
            raise self._error(error) from None
        self._taken_s = time.monotonic()

    def _write(self) -> None:
        length = len(self._trace)
        with self._db:
            self._db.execute("BEGIN")
            self._last = rows.append(self._db, self._trace, self._written, length, self._last)
        self._written = length

    def _error(self, error: sqlite3.Error) -> InputError:
        return InputError(
            str(self._path), f"cannot be written: {error}", "a place with room, in a folder that may be written"
        )
