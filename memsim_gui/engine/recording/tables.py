"""Rows of a recording of any version, with what each may ask for in memory counted before it is read."""

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from memsim_gui.engine.recording import schema
from memsim_gui.trace.store import Labels, Meta

MAX_LOADED_BYTES = 3 << 30  # what a file may ask for in memory: events, keyframes and texts together
BYTES_PER_CHARACTER = 4
MOST_STEPS = 10_000


class Place(NamedTuple):
    """A keyframe in the file: where, told from which other one (None = by itself), sizes as JSON."""

    position: int
    base: int | None
    sizes: str


class Chunk(NamedTuple):
    """Events in the file, still packed."""

    events: int
    level: int
    data: bytes


class Budget:
    """Counts what loading will allocate, before it does."""

    def __init__(self) -> None:
        self._left = MAX_LOADED_BYTES

    def take(self, count: int) -> None:
        """Reserve `count` bytes; ValueError when that is more than is left."""
        self._left -= count
        if self._left < 0:
            raise ValueError(f"it needs more than {MAX_LOADED_BYTES >> 20} MiB of memory")


class Tables:
    """The tables of one file. Every method raises sqlite3.Error or ValueError, KeyError, TypeError on damage."""

    def __init__(self, db: sqlite3.Connection, version: int, budget: Budget) -> None:
        self._db, self._version, self._budget = db, version, budget

    def _rows(self, statement: str) -> Iterator[tuple[Any, ...]]:
        for row in self._db.execute(statement):
            self._budget.take(sum(len(item) * BYTES_PER_CHARACTER for item in row if isinstance(item, str)))
            yield row

    def info(self) -> dict[str, Any]:
        """What is known of the whole: `meta`, `events` and, in format 1, `labels`."""
        return {key: json.loads(value) for key, value in self._rows("SELECT key, value FROM info LIMIT 100")}

    def labels(self, info: dict[str, Any]) -> Labels:
        """Names, captions and commands."""
        if self._version == 1:
            labels: Labels = flat(Labels, info["labels"])
            return labels
        found = Labels()
        for number, title, caption in self._rows("SELECT number, title, caption FROM step"):
            _put(found.step_titles, number, title, MOST_STEPS)
            _put(found.steps, number, caption, MOST_STEPS)
        for number, sentence, value in self._rows("SELECT number, sentence, value FROM command"):
            _put(found.commands, number, sentence, len(found.commands) + 1)
            _put(found.command_values, number, value, len(found.command_values) + 1)
        for kind, number, name in self._rows("SELECT kind, number, name FROM name"):
            if kind not in schema.NAMED:
                raise ValueError(f"it has names of {str(kind)[:40]!r}")
            _put(getattr(found, kind), number, name, 1 << 20)
        return found

    def places(self) -> Iterator[Place]:
        """All keyframes by position; those before a fault come before it is raised."""
        if self._version > 1:
            for row in self._rows("SELECT position, base, sizes FROM keyframe ORDER BY position"):
                yield Place(*row)
            return
        base = None
        for position, sizes in self._rows("SELECT position, sizes FROM keyframe ORDER BY position"):
            yield Place(position, base, sizes)
            base = position

    def chunk(self, first: int, otherwise: int) -> Chunk | None:
        """The chunk that begins at a position, None if there is none; `otherwise` is its level in format 1."""
        if self._version == 1:
            row = self._db.execute("SELECT events, data FROM chunk WHERE first = ?", (first,)).fetchone()
            return Chunk(row[0], otherwise, row[1]) if row else None
        row = self._db.execute("SELECT events, level, data FROM chunk WHERE first = ?", (first,)).fetchone()
        return Chunk(*row) if row else None

    def last_event(self) -> int:
        """Events up to the end of the last chunk that can be found, where the file does not say how many there are."""
        found = 0
        with suppress(sqlite3.Error):
            for first, events in self._rows("SELECT first, events FROM chunk ORDER BY first"):
                found = int(first) + int(events)
        return found

    def view_data(self, position: int) -> bytes:
        """The packed view state of a keyframe."""
        (data,) = self._db.execute("SELECT data FROM keyframe WHERE position = ?", (position,)).fetchone()
        if not isinstance(data, bytes):
            raise TypeError("a keyframe is no blob")
        return data


def flat(kind: type[Any], values: object) -> Any:  # noqa: ANN401 - an instance of `kind`
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


def meta_of(info: dict[str, Any]) -> Meta:
    """What the trace is of."""
    found: Meta = flat(Meta, info["meta"])
    return found


def _put(texts: list[str], number: object, text: object, most: int) -> None:
    """Set one text of a list; ValueError for what is no text, or too far away."""
    if type(number) is not int or not 0 <= number < most or not isinstance(text, str):
        raise ValueError(f"it has a text number {str(number)[:40]}, accepted: texts from 0 up to {most}")
    texts.extend("" for _ in range(number + 1 - len(texts)))
    texts[number] = text
