"""Recordings (`.memsim`): a trace in one SQLite file that plays without simulating anything.

    info      key, value (JSON): format, title, meta, labels, events
    chunk     first, events, data          compressed columns, see recording_codec
    keyframe  position, sizes (JSON), data the first one at position 0 is the start

A file is written beside its final name and moved there when it is whole; one that grows while a machine runs is made by
recorder.py. Reading trusts nothing: the schema, each
length and each number in it are checked before they are used, and every fault is one InputError that names the file.
"""

import dataclasses
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from memsim_gui.engine import recording_codec as codec
from memsim_gui.engine import recording_rows
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.recording_checks import LIMITS, Checker, check_view
from memsim_gui.engine.whole_file import whole_file
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, ViewState, new_view

MAX_EVENTS = 50_000_000
MAX_LOADED_BYTES = 2 << 30  # what a file may ask for in memory, events and keyframes together
MAX_VALUE_BYTES = 256 << 20  # of one blob or text in the file
MAX_SQL_STEPS = 200_000_000
_HEADER_BYTES = 72  # of SQLite's file header: up to and with the application id
_MAGIC = b"SQLite format 3\x00"
_TABLES = {"info", "chunk", "keyframe"}


def save(trace: Trace, path: str | os.PathLike[str]) -> None:
    """Write a trace, as far as it goes now, whole or not at all. InputError if `path` cannot be written."""
    try:
        with whole_file(path) as unfinished, closing(sqlite3.connect(unfinished)) as db:
            recording_rows.write_all(db, trace)
    except sqlite3.Error as error:
        raise InputError(str(path), f"cannot be written: {error}") from None


def load(path: str | os.PathLike[str]) -> Trace:
    """Read a recording. InputError in one line if the file is not a whole, consistent recording of a known version."""
    source = Path(path)
    try:
        _check_header(source)
        with closing(_open(source)) as db:
            _check_schema(db)
            return _read(db)
    except OSError as error:
        raise InputError(str(source), f"cannot be read: {error.strerror or error}", "a .memsim recording") from None
    except (sqlite3.Error, ValueError, KeyError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        found = f"not a whole recording: {_reason(error)}"
        raise InputError(str(source), found, f"a .memsim recording of format {recording_rows.FORMAT}") from None


def _check_header(path: Path) -> None:
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise ValueError("it does not begin like one")
    if int.from_bytes(header[68:72], "big") != recording_rows.APPLICATION_ID:
        raise ValueError("it does not begin like one")
    version = int.from_bytes(header[60:64], "big")
    if version != recording_rows.FORMAT:
        raise ValueError(f"its format is {version}, accepted: {recording_rows.FORMAT}")


def _open(path: Path) -> sqlite3.Connection:
    """Open read-only, with every way to make SQLite work or allocate without end shut off."""
    # What a program wrote that was killed while it recorded stands in the log beside the file.
    log = path.with_name(f"{path.name}-wal")
    mode = "mode=ro" if log.is_file() and log.stat().st_size else "mode=ro&immutable=1"
    db = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    steps = iter(range(MAX_SQL_STEPS // 10_000))
    db.set_progress_handler(lambda: next(steps, None) is None, 10_000)
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    return db


def _check_schema(db: sqlite3.Connection) -> None:
    found = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    others = db.execute("SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')").fetchone()[0]
    if not found >= _TABLES or others:
        raise ValueError("its tables are not those of a recording")


def _read(db: sqlite3.Connection) -> Trace:
    info = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM info LIMIT 100")}
    length = int(info["events"])
    budget = _Budget()
    budget.take(length * codec.EVENT_BYTES)
    if not 0 <= length <= MAX_EVENTS:
        raise ValueError(f"it announces {length} events, accepted: 0 to {MAX_EVENTS}")
    meta, labels = _fields(Meta, info["meta"]), _fields(Labels, info["labels"])
    places = db.execute("SELECT position, sizes FROM keyframe ORDER BY position").fetchall()
    if not places or places[0][0] != 0:
        raise ValueError("its start state is missing")
    view = _keyframe(db, places[0], None, budget)
    check_view(view)
    trace, checker = Trace(view, meta, labels), Checker(view)
    whole = meta.level == kinds.LEVEL_FULL
    for place in places[1:]:
        _read_events(db, trace, checker, int(place[0]))
        view = _keyframe(db, place, view, budget)
        checker.keyframe(view, whole=whole)
        trace.add_keyframe(view)
    _read_events(db, trace, checker, length)
    return trace


def _read_events(db: sqlite3.Connection, trace: Trace, checker: Checker, until: int) -> None:
    """Append the chunks up to position `until`, where one must end."""
    while len(trace) < until:
        row = db.execute("SELECT events, data FROM chunk WHERE first = ?", (len(trace),)).fetchone()
        if row is None or not 0 < row[0] <= until - len(trace):
            raise ValueError(f"its events from {len(trace)} on are missing")
        events = codec.unpack_events(row[1], row[0])
        checker.events(events)
        trace.append(events)


def _keyframe(db: sqlite3.Connection, place: tuple[int, str], before: ViewState | None, budget: "_Budget") -> ViewState:
    """Read the keyframe at a position with the sizes given as JSON."""
    position, sizes_text = place
    sizes = Sizes(**json.loads(sizes_text))
    for name, rows, limit in zip(Sizes._fields, sizes, LIMITS, strict=True):
        least = int(name == "nodes")
        if type(rows) is not int or not least <= rows <= limit:
            raise ValueError(f"its machine has {rows!r} {name}, accepted: {least} to {limit}")
    budget.take(sum(array.nbytes for array in new_view(sizes)))
    (data,) = db.execute("SELECT data FROM keyframe WHERE position = ?", (position,)).fetchone()
    return codec.unpack_view(data, sizes, before)


def _fields(kind: type[Any], values: dict[str, Any]) -> Any:  # noqa: ANN401 - an instance of `kind`
    """Make a flat dataclass from JSON; each value must be of its default's type, keys it does not know are dropped."""
    if not isinstance(values, dict):
        raise TypeError(f"its {kind.__name__.lower()} is not an object")
    blank = kind()
    known = {}
    for field in dataclasses.fields(kind):
        value, expected = values.get(field.name, getattr(blank, field.name)), type(getattr(blank, field.name))
        if type(value) is not expected or (expected is list and not all(isinstance(item, str) for item in value)):
            raise ValueError(f"its {field.name} is {str(value)[:40]!r}, accepted: {expected.__name__}")
        known[field.name] = value
    return kind(**known)


class _Budget:
    """Counts what loading will allocate, before it does."""

    def __init__(self) -> None:
        self._left = MAX_LOADED_BYTES

    def take(self, count: int) -> None:
        """Reserve `count` bytes; ValueError when that is more than is left."""
        self._left -= count
        if self._left < 0:
            raise ValueError(f"it needs more than {MAX_LOADED_BYTES >> 20} MiB of memory")


def _reason(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else " ".join(str(error).split())
