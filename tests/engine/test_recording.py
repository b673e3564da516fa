"""Recordings come back as they were saved, and a damaged or hostile file is one clear line."""

import dataclasses
import json
import sqlite3
import zlib

import numpy as np
import pytest

from memsim_gui.engine import recording, scenario, sources
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.recording import checks, schema, writer
from memsim_gui.engine.recording.codec import pack_events, unpack_events
from memsim_gui.trace import bits, kinds, lanes, replay, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, copy_view, differences, new_view
from tests.engine.clear import refusal_of

FRAMES = 8
SIZES = Sizes(nodes=1, frames=FRAMES, ptes=8, cells=4, slots=3, vmas=2, files=1, tasks=1, devices=1)
META = Meta(title="The life of one page", detail="kernel", first_pfn=0xA00, seed=7)
LABELS = Labels(
    files=["libc.so"], vmas=["heap", "stack"], steps=["It is born.", "Sie lebt – ja."], step_titles=["A", "B"]
)


def ev(kind, ident=0, value=0, *, cause=0, src=0, dst=0):
    return np.array([(kind, cause, src, dst, ident, value)], kinds.EVENT)


def start_view():
    view = new_view(SIZES)
    view.lane[:] = lanes.FREE
    view.lane_pages[lanes.FREE] = FRAMES
    return view


EVENTS = np.concatenate(
    [
        ev(kinds.STEP, 0),
        *(ev(kinds.MOVE, frame, src=lanes.FREE, dst=lanes.INACTIVE_ANON) for frame in (3, 1, 2)),
        ev(kinds.OWNER, 3, 5 << 33 | 1 << 32 | 9),
        ev(kinds.BITS, 3, bits.PG_LRU | bits.PG_SWAPBACKED),
        ev(kinds.COUNT, 0, -2),
        ev(kinds.GROW, dst=tables.TABLE_PTE, value=64),
        ev(kinds.PTE, 40, bits.PTE_PRESENT << 32 | 3),
        ev(kinds.SET, 0, 1 << 40, src=tables.CLOCK_NOW_NS, dst=tables.TABLE_CLOCK),
        ev(kinds.STEP, 1),
        ev(kinds.SCAN, 3, 0),
        ev(kinds.MOVE, 3, 1, src=lanes.INACTIVE_ANON, dst=lanes.ACTIVE_ANON),
    ]
)


def make_trace(*, keyframe_at=8):
    trace = Trace(start_view(), META, LABELS)
    trace.append(EVENTS[:keyframe_at])
    trace.add_keyframe(replay.apply(copy_view(start_view()), EVENTS[:keyframe_at]))
    trace.append(EVENTS[keyframe_at:])
    return trace


def assert_same(one, other):
    assert np.array_equal(one.events(0, len(one)), other.events(0, len(other)))
    assert (one.meta, one.labels) == (other.meta, other.labels)
    assert [position for position, _ in one.keyframes()] == [position for position, _ in other.keyframes()]
    for (_, left), (_, right) in zip(one.keyframes(), other.keyframes(), strict=True):
        assert differences(left, right) == []


@pytest.fixture
def saved(tmp_path):
    recording.save(make_trace(), tmp_path / "a.memsim")
    return tmp_path / "a.memsim"


def refusal(path):
    with pytest.raises(InputError) as caught:
        recording.load(path)
    line = refusal_of(path, caught.value)
    assert "accepted" in line
    return line


def change(path, statement, *values):
    with sqlite3.connect(path) as db:
        db.execute(statement, values)
    db.close()


def with_events(tmp_path, *events):
    path = tmp_path / "hostile.memsim"
    recording.save(Trace(start_view(), META, LABELS), path)
    found = np.concatenate(events)
    change(path, "INSERT INTO chunk VALUES (0, ?, 2, ?)", len(found), pack_events(found))
    change(path, "UPDATE info SET value = ? WHERE key = 'events'", str(len(found)))
    return path


def test_a_trace_comes_back_as_it_was(saved):
    loaded = recording.load(saved)
    assert_same(loaded, make_trace())
    assert differences(loaded.view_at(len(loaded)), make_trace().view_at(len(EVENTS))) == []


def test_an_empty_trace_and_one_of_many_chunks_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "CHUNK_EVENTS", 3)
    for name, trace in {"none": Trace(start_view(), META), "chunks": make_trace()}.items():
        recording.save(trace, tmp_path / name)
        assert_same(recording.load(tmp_path / name), trace)


def test_any_events_survive_packing():
    random = np.random.default_rng(1)
    raw = random.integers(0, 256, (500, kinds.EVENT.itemsize), np.uint8)
    events = raw.view(kinds.EVENT).ravel()
    assert np.array_equal(unpack_events(pack_events(events), 500), events)


@pytest.mark.parametrize("ident", list(scenario.shipped()))
def test_every_scenario_comes_back_as_it_was_run(tmp_path, ident):
    run = sources.open_source(ident)
    while not run.advance():
        pass
    recording.save(run.machine.trace, tmp_path / "a.memsim")
    assert_same(recording.load(tmp_path / "a.memsim"), run.machine.trace)


def test_the_file_says_what_it_is(saved):
    with sqlite3.connect(saved) as db:
        assert db.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
        (meta,) = db.execute("SELECT value FROM info WHERE key = 'meta'").fetchone()
    db.close()
    assert json.loads(meta)["title"] == META.title


def test_saving_leaves_nothing_but_the_file(saved):
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    for place in (tmp_path / "missing" / "a.memsim", tmp_path, "/dev/null"):
        with pytest.raises(InputError, match=str(place)):
            recording.save(make_trace(), place)
    assert list(tmp_path.iterdir()) == []


def test_saving_over_a_recording_replaces_it(saved):
    recording.save(Trace(start_view(), META), saved)
    assert len(recording.load(saved)) == 0


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\x00", b"SQLite format 3\x00" + bytes(4096)])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "other.memsim"
    path.write_bytes(content)
    assert "does not begin like one" in refusal(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    assert "No such file" in refusal(tmp_path / "missing.memsim")
    assert "directory" in refusal(tmp_path)


def test_a_later_format_is_refused(saved):
    change(saved, "PRAGMA user_version = 3")
    assert "its format is 3, accepted: 1 to 2" in refusal(saved)


def test_every_cut_is_refused(saved):
    whole = saved.read_bytes()
    for length in range(0, len(whole) - 1, 331):
        saved.write_bytes(whole[:length])
        refusal(saved)


def test_no_damaged_byte_does_worse_than_a_refusal(saved):
    """A changed byte is refused, or it stands where nothing is read (free space, SQLite's own bookkeeping)."""
    whole = saved.read_bytes()
    random = np.random.default_rng(3)
    refused = 0
    for at in random.integers(100, len(whole), 300).tolist():
        damaged = bytearray(whole)
        damaged[at] ^= int(random.integers(1, 256))
        saved.write_bytes(damaged)
        try:
            recording.load(saved)
        except InputError:
            refused += 1
    assert refused > 0


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE info SET value = '60000000000' WHERE key = 'events'", "60000000000 events"),
        ("UPDATE info SET value = '-1' WHERE key = 'events'", "-1 events"),
        ("UPDATE info SET value = '14' WHERE key = 'events'", "events from 13 on are missing"),
        ("UPDATE info SET value = '{' WHERE key = 'meta'", "Expecting"),
        ("UPDATE info SET value = '{\"title\": 3}' WHERE key = 'meta'", "title"),
        ("UPDATE info SET value = '[]' WHERE key = 'meta'", "object"),
        ("DELETE FROM info WHERE key = 'meta'", "'meta' is missing"),
        ("UPDATE step SET number = 1 << 40 WHERE number = 1", "a text number 1099511627776"),
        ("UPDATE step SET caption = x'ff'", "a text number 0"),
        ("UPDATE name SET kind = 'x' WHERE kind = 'files'", "names of 'x'"),
        ("DELETE FROM keyframe", "start state"),
        ("DELETE FROM keyframe WHERE position = 0", "start state"),
        ("UPDATE keyframe SET position = 9 WHERE position = 8", "missing"),
        ("UPDATE keyframe SET data = (SELECT data FROM keyframe WHERE position = 0)", "data"),
        (
            "UPDATE keyframe SET sizes = replace(sizes, '\"frames\": 8', '\"frames\": 99999999999')",
            "99999999999 frames",
        ),
        ("UPDATE keyframe SET sizes = replace(sizes, '\"ptes\": 8', '\"ptes\": 200000000')", "data"),
        ("UPDATE keyframe SET sizes = '[1]'", "mapping"),
        ("UPDATE chunk SET events = events + 1", "missing"),
        ("UPDATE chunk SET data = x'ffff'", "damaged"),
        ("UPDATE chunk SET data = x''", "announced"),
        ("DROP TABLE chunk", "tables"),
        ("CREATE VIEW more AS SELECT 1", "tables"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(saved, statement, words):
    change(saved, statement)
    assert words in refusal(saved)


def test_a_bomb_is_not_unpacked(saved):
    bomb = zlib.compress(bytes(1 << 26), 9)
    change(saved, "UPDATE chunk SET data = ?", bomb)
    assert "announced" in refusal(saved)


@pytest.mark.parametrize(
    "event",
    [
        ev(kinds.MOVE, FRAMES, src=lanes.FREE, dst=0),
        ev(kinds.MOVE, -1, src=lanes.FREE, dst=0),
        ev(kinds.MOVE, 0, src=lanes.FREE, dst=lanes.LANES_PER_NODE),
        ev(kinds.MOVE, 0, src=lanes.ACTIVE_ANON, dst=lanes.FREE),
        ev(kinds.BITS, 1 << 30),
        ev(kinds.BITS, 0, 1 << 40),
        ev(kinds.COUNT, 100_000, 1),
        ev(kinds.PTE, 8, 0),
        ev(kinds.PTE, 0, bits.PTE_PRESENT << 32 | FRAMES),
        ev(kinds.PTE, 0, bits.PTE_SWAP << 32 | 3),
        ev(kinds.PTE, 0, 0xFFFFFFFF),
        ev(kinds.CELL, 0, FRAMES + 1),
        ev(kinds.CELL, 0, kinds.CELL_SWAPPED - SIZES.slots),
        ev(kinds.SWAP_CELL, 1, kinds.CELL_SWAPPED),
        ev(kinds.SWAP_MAP, 3, 1),
        ev(kinds.OWNER, 0, 4 << 32),
        ev(kinds.SET, 0, src=0, dst=99),
        ev(kinds.SET, 1, src=0, dst=tables.TABLE_CLOCK),
        ev(kinds.SET, 0, src=tables.CLOCK_COLUMNS, dst=tables.TABLE_CLOCK),
        ev(kinds.SET, 0, 5, src=tables.VMA_FILE, dst=tables.TABLE_VMA),
        ev(kinds.GROW, dst=tables.TABLE_PTE, value=1 << 40),
        ev(kinds.GROW, dst=tables.TABLE_PTE, value=4),
        ev(kinds.GROW, dst=tables.TABLE_CLOCK, value=4),
        ev(kinds.FLOW, 0, 1 << 40, src=lanes.FREE, dst=0),
        ev(kinds.FLOW, 0, -1, src=0, dst=lanes.FREE),
        ev(kinds.SCAN, FRAMES),
        ev(kinds.FAULT, 8),
        ev(31),
        ev(255),
    ],
)
def test_an_event_that_does_not_fit_the_machine_is_refused(tmp_path, event):
    refusal(with_events(tmp_path, event))


def test_a_row_is_accepted_only_after_its_table_has_grown(tmp_path):
    grow, use = ev(kinds.GROW, dst=tables.TABLE_CELL, value=9), ev(kinds.CELL, 8, 1)
    assert len(recording.load(with_events(tmp_path, grow, use))) == 2
    refusal(with_events(tmp_path, use, grow))


def test_a_page_moves_only_from_where_it_is(tmp_path):
    away = ev(kinds.MOVE, 2, src=lanes.FREE, dst=lanes.PCP)
    refusal(with_events(tmp_path, away, away))
    back = ev(kinds.MOVE, 2, src=lanes.PCP, dst=lanes.FREE)
    assert len(recording.load(with_events(tmp_path, away, back, away))) == 3


def test_flows_come_back_in_any_order(tmp_path):
    trace = Trace(start_view(), dataclasses.replace(META, level=kinds.LEVEL_FLOW), LABELS)
    back, there = (ev(kinds.FLOW, 0, 3, src=a, dst=b) for a, b in ((0, lanes.FREE), (lanes.FREE, 0)))
    trace.append(np.concatenate([back, there, there]))
    recording.save(trace, tmp_path / "a.memsim")
    assert_same(recording.load(tmp_path / "a.memsim"), trace)


def test_tables_cannot_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "MAX_GROWTHS", 3)
    growths = [ev(kinds.GROW, dst=tables.TABLE_CELL, value=10 + i) for i in range(4)]
    assert "grow" in refusal(with_events(tmp_path, *growths))


def test_a_keyframe_must_continue_what_was_before(tmp_path):
    trace = Trace(start_view(), META)
    trace.append(EVENTS[:4])
    trace.add_keyframe(start_view())
    recording.save(trace, tmp_path / "a.memsim")
    assert "continue" in refusal(tmp_path / "a.memsim")


def test_a_keyframe_may_differ_where_events_were_lost(tmp_path):
    trace = Trace(start_view(), META, Labels())
    trace.append(np.concatenate([EVENTS[:4], ev(kinds.LOST, 0, 3)]))
    trace.add_keyframe(start_view())
    trace.append(EVENTS[1:4])
    recording.save(trace, tmp_path / "a.memsim")
    assert_same(recording.load(tmp_path / "a.memsim"), trace)
