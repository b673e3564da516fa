"""Rows of a recording: the tables, and a trace's events and keyframes put into them."""

import dataclasses
import itertools
import json
import sqlite3

from memsim_gui.engine import recording_codec as codec
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState, sizes_of

APPLICATION_ID = 0x4D53494D  # "MSIM"
FORMAT = 1
CHUNK_EVENTS = 1 << 16
_SCHEMA = """
CREATE TABLE info(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE chunk(first INTEGER PRIMARY KEY, events INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE keyframe(position INTEGER PRIMARY KEY, sizes TEXT NOT NULL, data BLOB NOT NULL);
"""


def write_all(db: sqlite3.Connection, trace: Trace) -> None:
    """Make the tables of an empty file and write a trace, as far as it goes now, in one transaction."""
    length = len(trace)  # the machine may go on while its trace so far is saved
    with db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {FORMAT}")
        db.executescript(_SCHEMA)
        append(db, trace, 0, length, None)


def append(db: sqlite3.Connection, trace: Trace, start: int, length: int, before: ViewState | None) -> ViewState | None:
    """Write the events from `start` to `length`, the keyframes there and what is known of the whole now.

    `before` is the last keyframe in the file, None for none; returns the one that is the last now.
    """
    keyframes = [(at, view) for at, view in trace.keyframes() if at <= length and (at > start or before is None)]
    ends = {*range(start, length, CHUNK_EVENTS), *(at for at, _ in keyframes if at >= start), start, length}
    for first, end in itertools.pairwise(sorted(ends)):
        db.execute(
            "INSERT INTO chunk VALUES (?, ?, ?)", (first, end - first, codec.pack_events(trace.events(first, end)))
        )
    for position, view in keyframes:
        row = (position, json.dumps(sizes_of(view)._asdict()), codec.pack_view(view, before))
        db.execute("INSERT INTO keyframe VALUES (?, ?, ?)", row)
        before = view
    _write_info(db, trace, length)
    return before


def _write_info(db: sqlite3.Connection, trace: Trace, length: int) -> None:
    info = {
        "format": FORMAT,
        "meta": dataclasses.asdict(trace.meta),
        "labels": dataclasses.asdict(trace.labels),
        "events": length,
    }
    rows = ((key, json.dumps(value, ensure_ascii=False)) for key, value in info.items())
    db.executemany("INSERT OR REPLACE INTO info VALUES (?, ?)", rows)
