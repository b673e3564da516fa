"""A recording of which only the first part is intact."""

import sqlite3
from contextlib import closing

import pytest

from memsim_gui.engine import recording
from tests.session.story import by_hand


def save_damaged(path):
    """Save the story made by hand, and spoil its last events and every keyframe but the first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("memsim_gui.engine.recording.writer.CHUNK_EVENTS", 20)
        recording.save(by_hand(), path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE keyframe SET data = x'00' WHERE position > 0")
        db.execute("UPDATE chunk SET data = x'00' WHERE first = (SELECT max(first) FROM chunk)")
