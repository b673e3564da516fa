"""What is intact of a damaged recording comes back, whatever the damage; nothing hangs, crashes or fills the memory."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from memsim_gui.engine import recording
from memsim_gui.engine.commands import Mmap, Touch
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import History
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.recording import DamagedError, codec, schema, writer
from memsim_gui.engine.recording import recorder as recorder_module
from memsim_gui.engine.recording.recorder import Recorder
from memsim_gui.trace import kinds
from memsim_gui.trace import store as store_module
from memsim_gui.trace.view_state import differences
from tests.engine.clear import refusal_of

RELEASED = Path(__file__).parent / "recordings"
CHUNK = 200


def built():
    """A machine that swapped, looked at every few accesses."""
    found = Machine.build(memory="256p", swap="1024p")
    for command in (Mmap("a", 300), *(Touch("a", write=True) for _ in range(4))):
        found.begin(command)
        while not found.advance(50):
            pass
    return found


@pytest.fixture
def machine(monkeypatch):
    """A machine with a trace of many chunks and keyframes."""
    monkeypatch.setattr(writer, "CHUNK_EVENTS", CHUNK)
    monkeypatch.setattr(store_module, "KEYFRAME_EVERY_EVENTS", 1000)
    found = built()
    assert len(found.trace.keyframes()) > writer.ALONE_EVERY + 2
    return found


@pytest.fixture
def saved(machine, tmp_path):
    recording.save(machine.trace, tmp_path / "a.memsim")
    return tmp_path / "a.memsim"


def change(path, *statements):
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(*statement) if isinstance(statement, tuple) else db.execute(statement)
    db.close()


def intact(path):
    with pytest.raises(DamagedError) as caught:
        recording.load(path)
    refusal_of(path, caught.value)
    return caught.value


def chunk_starts(path):
    db = sqlite3.connect(path)
    found = [first for (first,) in db.execute("SELECT first FROM chunk ORDER BY first")]
    db.close()
    return found


def test_a_damaged_chunk_costs_the_rest_of_its_stretch(saved, machine):
    starts = chunk_starts(saved)
    bad = starts[len(starts) // 2]
    change(saved, ("UPDATE chunk SET data = x'00' WHERE first = ?", (bad,)))
    found, whole = intact(saved).intact, machine.trace
    behind = min(at for at, _ in whole.keyframes() if at > bad)
    assert len(found) == len(whole)
    assert found.events(0, bad).tobytes() == whole.events(0, bad).tobytes()
    hole = found.events(bad, behind)
    assert set(hole["kind"].tolist()) <= {kinds.COUNT, kinds.LOST, kinds.GROW}
    assert hole["value"][hole["kind"] == kinds.COUNT].tolist().count(0) == len(hole) - 1
    assert (int(hole["kind"][-1]), int(hole["value"][-1])) == (kinds.LOST, behind - bad)
    assert found.events(behind, len(whole)).tobytes() == whole.events(behind, len(whole)).tobytes()
    assert differences(found.view_at(len(found)), whole.view_at(len(whole))) == []
    assert intact(saved).missing == behind - bad


def test_a_view_can_be_led_across_the_damage(saved):
    starts = chunk_starts(saved)
    change(saved, ("DELETE FROM chunk WHERE first = ?", (starts[1],)))
    found = intact(saved).intact
    view = found.forward(found.view_at(0), 0, len(found))
    assert [array.shape for array in view] == [array.shape for array in found.view_at(len(found))]


def test_a_damaged_end_leaves_what_is_before_it(saved, machine):
    last = chunk_starts(saved)[-1]
    change(saved, ("UPDATE chunk SET data = x'00' WHERE first = ?", (last,)))
    error = intact(saved)
    assert len(error.intact) == last
    assert error.missing == len(machine.trace) - last
    assert f"{last} of its {len(machine.trace)} events are intact" in str(error)


def test_a_damaged_keyframe_costs_no_event(saved, machine):
    at = machine.trace.keyframes()[2][0]
    change(saved, ("UPDATE keyframe SET data = x'00' WHERE position = ?", (at,)))
    error = intact(saved)
    assert error.missing == 0
    assert error.intact.events(0, len(machine.trace)).tobytes() == machine.trace.events(0, len(machine.trace)).tobytes()
    # Those told from it go too, up to the next one that is told by itself.
    positions = [position for position, _ in error.intact.keyframes()]
    expected = [position for position, _ in machine.trace.keyframes()]
    assert positions == expected[:2] + expected[writer.ALONE_EVERY :]


def test_without_the_names_of_things_the_events_still_come(saved, machine):
    change(saved, "DELETE FROM info")
    error = intact(saved)
    assert len(error.intact) == len(machine.trace)


def test_a_file_that_was_cut_off_gives_what_is_left(saved, machine):
    whole = saved.read_bytes()
    lengths = []
    for share in (0.5, 0.7, 0.9):
        saved.write_bytes(whole[: int(len(whole) * share)])
        error = intact(saved)
        assert "it ends after" in str(error)
        kept = len(error.intact) - error.missing
        assert error.intact.events(0, 50).tobytes() == machine.trace.events(0, 50).tobytes()
        lengths.append(kept)
    assert sorted(lengths) == lengths
    assert lengths[0] > 0


@pytest.mark.parametrize("path", sorted(RELEASED.glob("format-*.memsim")), ids=lambda path: path.stem)
def test_every_version_of_the_format_is_read(path):
    trace = recording.load(path)
    assert trace.meta.title == "The life of one page"
    assert len(trace.labels.steps) == len(trace.positions_of(kinds.STEP)) > 0
    assert differences(trace.forward(trace.view_at(0), 0, len(trace)), trace.view_at(len(trace))) == []


def test_there_is_a_file_of_every_version():
    assert {path.stem for path in RELEASED.glob("*.memsim")} >= {f"format-{n + 1}" for n in range(schema.FORMAT)}


# --- recordings that grow, and are cut by undo


def same(found, trace):
    assert found.events(0, len(found)).tobytes() == trace.events(0, len(trace)).tobytes()
    assert found.labels == trace.labels
    assert differences(found.view_at(len(found)), trace.view_at(len(trace))) == []


@pytest.mark.parametrize("chunk", [7, 200, 1 << 16])
def test_what_was_undone_leaves_the_recording(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(recorder_module, "SECONDS_BETWEEN", 0.0)
    monkeypatch.setattr(writer, "CHUNK_EVENTS", chunk)
    monkeypatch.setattr(store_module, "KEYFRAME_EVERY_EVENTS", 500)
    history, out = History(Machine.build(memory="64p", swap="128p")), tmp_path / "a.memsim"
    with Recorder(history.machine.trace, out) as recorder:
        for act in (
            lambda: history.apply(Mmap("a", 90)),
            lambda: history.apply(Touch("a", write=True)),
            lambda: history.apply(Touch("a", 5, 20)),
            history.undo,
            lambda: history.apply(Touch("a", 40, write=True)),
            lambda: (history.undo(), history.undo(), history.apply(Mmap("b", 3))),
            lambda: (history.undo(), history.undo()),
            lambda: history.apply(Mmap("c", 3)),
        ):
            act()
            recorder.take()
            same(recording.load(out), history.machine.trace)
    same(recording.load(out), history.machine.trace)


def test_counters_stand_in_plain_rows(saved, machine):
    db = sqlite3.connect(saved)
    position, pgfault, free = db.execute(
        "SELECT position, pgfault, nr_free_pages FROM counters ORDER BY position DESC LIMIT 1"
    ).fetchone()
    sentences = [row for (row,) in db.execute("SELECT sentence FROM command ORDER BY number")]
    lanes = db.execute("SELECT count(*) FROM lane").fetchone()
    db.close()
    now = machine.counters()
    assert (position, pgfault, free) == (len(machine.trace), now["pgfault"], now["nr_free_pages"])
    assert sentences == machine.trace.labels.commands
    assert lanes[0] > 0


def test_levels_come_back_chunk_by_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("memsim_gui.engine.machine.FULL_EVENTS", 3000)
    trace = built().trace
    assert [level for _, level in trace.levels] == [kinds.LEVEL_FULL, kinds.LEVEL_FLOW]
    assert trace.levels[1][0] >= 3000
    assert np.any(trace.events(0, len(trace))["kind"] == kinds.FLOW)
    recording.save(trace, tmp_path / "a.memsim")
    loaded = recording.load(tmp_path / "a.memsim")
    assert loaded.levels == trace.levels
    same(loaded, trace)


# --- folders and leftovers


def test_a_recording_of_a_killed_program_opens_in_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder_module, "SECONDS_BETWEEN", 0.0)
    machine, live, shut = Machine.build(memory="64p", swap="64p"), tmp_path / "live", tmp_path / "shut"
    live.mkdir()
    recorder = Recorder(machine.trace, live / "a.memsim")
    machine.apply(Mmap("heap", 60))
    machine.apply(Touch("heap", write=True))
    recorder.take()
    shut.mkdir()
    for path in live.iterdir():
        if path.suffix != ".memsim-shm":
            shutil.copyfile(path, shut / path.name)
    before = sorted(path.name for path in shut.iterdir())
    assert "a.memsim-wal" in before
    # Who may write everywhere is kept out by taking away the one way SQLite would use.
    monkeypatch.setattr("memsim_gui.engine.recording.opening._opens", lambda _: False)
    same(recording.load(shut / "a.memsim"), machine.trace)
    assert sorted(path.name for path in shut.iterdir()) == before
    recorder.abandon()


@pytest.mark.skipif(os.geteuid() == 0, reason="who may write everywhere is not kept out")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(InputError, match="cannot be written"):
        Recorder(Machine.build(memory="64p").trace, tmp_path / "a.memsim")


# --- fuzz, from whole files of all versions


def loads(path):
    """Load a file; a fault is one line. What is intact can be shown at its ends and led through."""
    line = ""
    try:
        trace = recording.load(path)
    except DamagedError as error:
        line, trace = str(error), error.intact
    except InputError as error:
        line, trace = str(error), None
    assert "\n" not in line
    if trace is None:
        return False
    trace.view_at(len(trace))
    trace.forward(trace.view_at(0), 0, len(trace))
    return True


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("version", range(1, schema.FORMAT + 1))
def test_changed_bytes_are_a_refusal_or_an_intact_part(tmp_path, version, seed):
    random = np.random.default_rng(seed)
    whole = np.frombuffer((RELEASED / f"format-{version}.memsim").read_bytes(), np.uint8)
    path = tmp_path / "a.memsim"
    for _ in range(25):
        damaged = whole.copy()
        at = random.integers(100, len(whole), random.integers(1, 6))
        damaged[at] = random.integers(0, 256, len(at))
        if random.random() < 0.2:
            damaged = damaged[: random.integers(1, len(damaged))]
        path.write_bytes(damaged.tobytes())
        loads(path)


@pytest.mark.parametrize("seed", range(8))
def test_changed_numbers_behind_the_compression_are_a_refusal_or_an_intact_part(saved, seed):
    """What a fuzzer of bytes never reaches: blobs that are whole, and hold other numbers."""
    random = np.random.default_rng(seed)
    db = sqlite3.connect(saved, isolation_level=None)
    for table, key in (("chunk", "first"), ("keyframe", "position")):
        rows = db.execute(f"SELECT {key}, data FROM {table}").fetchall()  # noqa: S608
        place, blob = rows[random.integers(len(rows))]
        raw = np.frombuffer(zlib.decompress(blob), np.uint8).copy()
        at = random.integers(0, len(raw), 3)
        raw[at] = random.integers(0, 256, 3)
        db.execute(f"UPDATE {table} SET data = ? WHERE {key} = ?", (zlib.compress(raw.tobytes()), place))  # noqa: S608
    db.close()
    loads(saved)


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TRIGGER t AFTER INSERT ON info BEGIN SELECT 1; END"],
        [
            "DROP TABLE chunk",
            "CREATE VIEW chunk AS SELECT 0 AS first, 1 AS events, 2 AS level, zeroblob(1 << 28) AS data",
        ],
        ["DROP TABLE info", "CREATE VIRTUAL TABLE info USING fts5(key, value)"],
        [
            "DROP TABLE chunk",
            "CREATE TABLE chunk(first INTEGER PRIMARY KEY, events, level, data AS (zeroblob(events << 20)))",
            "INSERT INTO chunk VALUES (0, 200, 2)",
        ],
    ],
)
def test_nothing_that_a_file_defines_is_run(saved, statements):
    change(saved, *statements)
    assert not loads(saved) or intact(saved).missing


def test_a_bomb_needs_no_memory(saved):
    bombs = [("UPDATE chunk SET data = ?", (zlib.compress(bytes(1 << 28), 9),))]
    change(saved, *bombs, ("UPDATE keyframe SET data = ? WHERE position > 0", bombs[0][1]))
    code = (
        "import resource, sys\n"
        "from memsim_gui.engine import recording\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    recording.load(sys.argv[1])\n"
        "except recording.DamagedError:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(saved)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 100 << 10


def test_packed_events_of_the_wrong_number_are_refused():
    events = np.zeros(5, kinds.EVENT)
    with pytest.raises(ValueError, match="announced"):
        codec.unpack_events(codec.pack_events(events), 6)
