"""Writer: a trace into the tables of a recording, as far as it goes; what was undone since is taken out again."""

import dataclasses
import itertools
import json
import sqlite3
from collections.abc import Callable

import numpy as np

from memsim_gui.engine.recording import codec, schema
from memsim_gui.engine.recording.totals import Totals
from memsim_gui.trace import kinds, lanes
from memsim_gui.trace.store import Events, Trace
from memsim_gui.trace.view_state import ViewState, sizes_of

CHUNK_EVENTS = 1 << 16
ALONE_EVERY = 8  # keyframes: one in so many is told without the one before it, so that damage does not spread further


class Writer:
    """Follows one trace with one file. Call `write` whenever the file is to hold what the trace holds.

    The connection is in autocommit mode; every `write` is one transaction. Raises sqlite3.Error; after that the file is
    as it was before, and the writer must not be used any more.
    """

    def __init__(self, db: sqlite3.Connection, trace: Trace) -> None:
        """Make the tables of an empty file."""
        self._db, self._trace = db, trace
        self._written = 0
        self._cuts = len(trace.cuts)
        self._keyframe = -1  # position of the last one in the file
        self._keyframes = 0
        self._base: ViewState | None = None  # the last one in the file, if it is known
        start = trace.keyframes()[0][1]
        self._totals = Totals(start)
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {schema.FORMAT}")
        db.execute("BEGIN")
        for statement in schema.SCHEMA.split(";"):
            db.execute(statement)
        db.execute(schema.counters_table())
        rows = [tuple(lane) for lane in lanes.lane_table(len(start.node))]
        db.executemany("INSERT INTO lane VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute("COMMIT")

    def go_on(self, db: sqlite3.Connection) -> None:
        """Write to another connection to the same file from now on."""
        self._db = db

    def write(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Bring the file up to date with the trace, which may grow meanwhile in another thread.

        `progress` is told how many events are written, of how many; what it raises ends the writing.
        """
        with self._db:
            self._db.execute("BEGIN")
            self._forget_cut()
            length = len(self._trace)
            keyframes = {at: view for at, view in self._trace.keyframes() if self._keyframe < at <= length}
            edges = {at for at in (*keyframes, *(at for at, _ in self._trace.levels)) if self._written < at < length}
            places = sorted({*range(self._written, length, CHUNK_EVENTS), *edges, self._written, length})
            # What is needed for all of it comes first, the rest in the order of the trace: what is cut off is the end.
            self._names(length)
            self._steps(length)
            for first, end in itertools.zip_longest(places, places[1:]):
                if first in keyframes:
                    self._add_keyframe(first, keyframes[first])
                if end is not None:
                    self._chunk(first, self._trace.events(first, end))
                if progress:
                    progress(first, length)
            self._written = length

    def finish(self) -> None:
        """Put the file's pages in the order of schema.py and of the trace: who cuts the file off cuts off its end."""
        self._db.execute("VACUUM")

    def _forget_cut(self) -> None:
        """Take out what the trace was cut off since the last time: whole chunks, from the one that the cut is in."""
        cuts, self._cuts = self._trace.cuts[self._cuts :], len(self._trace.cuts)
        kept = min(cuts, default=self._written)
        if kept >= self._written:
            return
        found = self._db.execute("SELECT first FROM chunk WHERE first <= ? ORDER BY first DESC LIMIT 1", (kept,))
        (start,) = found.fetchone() or (0,)
        for table, place, since in (
            ("chunk", "first", start),
            ("command", "position", start),
            ("counters", "position", start),
            ("keyframe", "position", start + 1),
        ):
            self._db.execute(f"DELETE FROM {table} WHERE {place} >= ?", (since,))  # noqa: S608 - names from above
        self._written, self._base = start, None
        (self._keyframe,) = self._db.execute("SELECT max(position) FROM keyframe").fetchone()
        self._totals = Totals(self._trace.view_at(start))

    def _chunk(self, first: int, events: Events) -> None:
        level = self._trace.level_at(first)
        self._db.execute(
            "INSERT INTO chunk VALUES (?, ?, ?, ?)", (first, len(events), level, codec.pack_events(events))
        )
        at = np.flatnonzero(events["kind"] == kinds.COMMAND)
        sentences, values = self._trace.labels.commands, self._trace.labels.command_values
        rows = [
            (number, first + place, _item(sentences, number), _item(values, number))
            for place, number in zip(at.tolist(), events["ident"][at].tolist(), strict=True)
        ]
        self._db.executemany("INSERT OR REPLACE INTO command VALUES (?, ?, ?, ?)", rows)
        totals = [
            (first + place, *self._totals.after(events[start:place]))
            for start, place in itertools.pairwise([0, *at.tolist(), len(events)])
        ]
        self._db.executemany(schema.counters_insert(), totals)

    def _add_keyframe(self, position: int, view: ViewState) -> None:
        base = None if self._keyframes % ALONE_EVERY == 0 else self._base
        sizes = json.dumps(sizes_of(view)._asdict())
        row = (position, None if base is None else self._keyframe, sizes, codec.pack_view(view, base))
        self._db.execute("INSERT INTO keyframe VALUES (?, ?, ?, ?)", row)
        self._keyframe, self._base = position, view
        self._keyframes += 1

    def _names(self, length: int) -> None:
        """Write what the whole trace is called and is about: few rows, some of which change."""
        meta, labels = dataclasses.asdict(self._trace.meta), self._trace.labels
        info = {"meta": meta, "events": length}
        rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in info.items()]
        self._db.executemany("INSERT OR REPLACE INTO info VALUES (?, ?)", rows)
        named = [
            (kind, number, name) for kind in schema.NAMED for number, name in enumerate(getattr(labels, kind)) if name
        ]
        self._db.executemany("INSERT OR REPLACE INTO name VALUES (?, ?, ?)", named)

    def _steps(self, length: int) -> None:
        """Write the steps that began, and those that are still to come."""
        begun = [at for at in self._trace.positions_of(kinds.STEP).tolist() if at < length]
        labels = self._trace.labels
        self._db.execute("DELETE FROM step")
        steps = [
            (number, begun[number] if number < len(begun) else None, _item(labels.step_titles, number), caption)
            for number, caption in enumerate(labels.steps)
        ]
        self._db.executemany("INSERT INTO step VALUES (?, ?, ?, ?)", steps)


def _item(texts: list[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""
