"""Recordings (`.memsim`): a trace in one SQLite file that plays without simulating anything.

    schema.py      the tables, and which version of the format has which
    codec.py       events and view states as compressed bytes
    writer.py      a trace into the tables, also one that still grows
    recorder.py    a file that grows while its machine runs
    opening.py     the file opened so that nothing in it can do harm
    reader.py      the tables back into a trace, as far as they are whole
    checks.py      what must hold before anything replays the events

The format is described field by field in resources/help/recordings.md. A file is written beside its final name and
moved there when it is whole. Reading trusts nothing: the schema, each length and each number in it are checked before
they are used, and every fault is one InputError that names the file.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from memsim_gui.engine.errors import InputError
from memsim_gui.engine.recording import opening, reader, schema
from memsim_gui.engine.recording.writer import Writer
from memsim_gui.engine.whole_file import whole_file
from memsim_gui.trace.store import Trace

Progress = Callable[[int, int], None]  # told how many events are done, of how many; what it raises ends the work
PLACE = "a place with room, in a folder that may be written"


class DamagedError(InputError):
    """A recording of which only a part can be read.

    Attributes:
        intact: that part, as a trace. Where events are missing in the middle, others without effect stand in their
            places with a LOST event behind them, and what is shown stands still up to the next keyframe.
    """

    def __init__(self, where: str, fault: str, intact: Trace, announced: int, missing: int) -> None:
        """`fault` is the first one found; `announced` events should be there, `missing` of them are not."""
        found = f"not a whole recording: {fault}; {announced - missing} of its {announced} events are intact"
        super().__init__(where, found, "a whole recording, or the intact part of this one")
        self.intact = intact
        self.missing = missing


def _untold(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


def save(trace: Trace, path: str | os.PathLike[str], progress: Progress = _untold) -> None:
    """Write a trace, as far as it goes now, whole or not at all. InputError if `path` cannot be written."""
    try:
        with whole_file(path) as unfinished, closing(sqlite3.connect(unfinished, isolation_level=None)) as db:
            writer = Writer(db, trace)
            writer.write(progress)
            writer.finish()
    except sqlite3.Error as error:
        raise InputError(str(path), f"cannot be written: {error}", PLACE) from None


def check(path: str | os.PathLike[str]) -> None:
    """Raise InputError if a file does not even begin like a recording: quick, also for a large one."""
    with _readable(Path(path)), opening.opened(Path(path)):
        pass


@contextmanager
def _readable(source: Path) -> Iterator[None]:
    """Turn what can go wrong while reading into InputError in one line."""
    try:
        yield
    except OSError as error:
        raise InputError(str(source), f"cannot be read: {error.strerror or error}", "a .memsim recording") from None
    except reader.FAULTS as error:
        accepted = f"a .memsim recording of format 1 to {schema.FORMAT}"
        raise InputError(str(source), f"not a whole recording: {reader.reason(error)}", accepted) from None


def load(path: str | os.PathLike[str], progress: Progress = _untold) -> Trace:
    """Read a recording of any version of the format.

    Raises InputError in one line if the file is not a recording, and DamagedError if a part of one can be read.
    """
    source = Path(path)
    with _readable(source):
        with opening.opened(source) as (db, version):
            found = reader.read(db, version, progress)
        faults = opening.shortage(source) + found.faults
    if faults:
        raise DamagedError(str(source), faults[0], found.trace, found.announced, found.missing)
    return found.trace
