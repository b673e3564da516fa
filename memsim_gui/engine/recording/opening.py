"""Opening a file that may come from anywhere: SQLite reads it, and can neither run nor allocate what it likes."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from memsim_gui.engine.recording import schema

MAX_VALUE_BYTES = 256 << 20  # of one blob or text in the file
MAX_SQL_STEPS = 200_000_000
_HEADER_BYTES = 72  # of SQLite's file header: up to and with the application id
_MAGIC = b"SQLite format 3\x00"
_READING = {
    sqlite3.SQLITE_SELECT: None,
    sqlite3.SQLITE_READ: None,
    sqlite3.SQLITE_FUNCTION: {"max", "substr", "count", "length"},
}


@contextmanager
def opened(path: Path) -> Iterator[tuple[sqlite3.Connection, int]]:
    """Yield a connection that can only read, and the version of the file's format.

    Raises OSError, sqlite3.Error, or ValueError if it is no recording of a known version.
    """
    version = _version(path)
    with _readable(path) as uri, closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as db:
        db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        steps = iter(range(MAX_SQL_STEPS // 10_000))
        db.set_progress_handler(lambda: next(steps, None) is None, 10_000)
        db.execute("PRAGMA trusted_schema = OFF")
        db.execute("PRAGMA cell_size_check = ON")
        # Lets a file be read that is shorter than it says: what is there of it may be whole.
        db.execute("PRAGMA writable_schema = ON")
        db.set_authorizer(_allow)
        _check_schema(db, version)
        yield db, version


def _version(path: Path) -> int:
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise ValueError("it does not begin like one")
    if int.from_bytes(header[68:72], "big") != schema.APPLICATION_ID:
        raise ValueError("it does not begin like one")
    version = int.from_bytes(header[60:64], "big")
    if version not in schema.TABLES:
        raise ValueError(f"its format is {version}, accepted: 1 to {schema.FORMAT}")
    return version


def shortage(path: Path) -> list[str]:
    """Say what is missing at the end of a file that is shorter than it says; empty for a whole one. Raises OSError."""
    if _log_of(path):
        return []  # where the file ends is said in the log
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    page_bytes, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    announced = (page_bytes if page_bytes > 1 else 1 << 16) * pages
    size = path.stat().st_size
    return [f"it ends after {size} of {announced} bytes"] if size < announced else []


def _log_of(path: Path) -> Path | None:
    """Return the log beside a file that holds its last changes, None where there is none."""
    log = path.with_name(f"{path.name}-wal")
    return log if log.is_file() and log.stat().st_size else None


@contextmanager
def _readable(path: Path) -> Iterator[str]:
    """Yield the address to open a file at.

    What a program wrote that was killed while it recorded stands in a log beside the file. SQLite reads it only where
    it may write beside it; elsewhere a copy is read.
    """
    log = _log_of(path)
    address = f"{path.absolute().as_uri()}?mode=ro"
    if not log:
        yield f"{address}&immutable=1"
        return
    if _opens(address):
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="memsim-") as folder:
        copy = Path(folder) / "copy.memsim"
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(f"{copy.name}-wal"))
        yield f"{copy.as_uri()}?mode=rw"


def _opens(address: str) -> bool:
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
    except sqlite3.OperationalError:
        return False
    return True


def _allow(action: int, first: str | None, second: str | None, *_: object) -> int:
    allowed = _READING.get(action, set())
    known = allowed is None or (second or first) in allowed
    return sqlite3.SQLITE_OK if action in _READING and known else sqlite3.SQLITE_DENY


def _check_schema(db: sqlite3.Connection, version: int) -> None:
    rows = db.execute("SELECT type, substr(name, 1, 40), rootpage FROM sqlite_schema LIMIT 50").fetchall()
    found = {name for kind, name, root in rows if kind == "table" and root}
    others = [kind for kind, _, root in rows if kind not in {"table", "index"} or not root]
    if not found >= schema.TABLES[version] or others:
        raise ValueError("its tables are not those of a recording")
