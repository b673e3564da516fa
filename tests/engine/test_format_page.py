"""The help page on recordings names everything that stands in the file."""

import re
import sqlite3

import pytest

from memsim_gui import resources
from memsim_gui.engine.recording import schema
from memsim_gui.trace import kinds
from memsim_gui.trace.view_state import Sizes, ViewState

PAGE = resources.path("help", "recordings.md").read_text(encoding="utf-8")


def test_every_table_and_column_is_described():
    db = sqlite3.connect(":memory:")
    db.executescript(schema.SCHEMA)
    for table in schema.TABLES[schema.FORMAT] - {"counters"}:
        assert f"**{table}**" in PAGE
        for _, column, *_ in db.execute(f"PRAGMA table_info({table})"):
            assert column in PAGE, (table, column)
    db.close()
    assert all(name in PAGE for name in (*schema.CLOCK_NAMES, *schema.NAMED, *Sizes._fields))
    assert f"the version of the format: {schema.FORMAT}." in PAGE


@pytest.mark.parametrize("kind", kinds.KIND_NAMES)
def test_every_kind_of_event_is_described(kind):
    assert f"| {kind} | {kinds.KIND_NAMES[kind]} |" in PAGE


def test_the_arrays_of_a_keyframe_are_named_in_their_order():
    part = re.sub(r"\(.*?\)", "", PAGE[PAGE.index("Order and width") :], flags=re.DOTALL)
    places = [re.search(rf"\b{name}\b", part).start() for name in ViewState._fields if not name.startswith("lru_")]
    assert places == sorted(places)
