"""Reading recordings: whatever lies in the files, it is read or named in one clear line."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memsim_gui.engine.recorded_machine import from_recording
from memsim_gui.fidelity import pages, recordings
from memsim_gui.fidelity.score import COUNTERS
from tests.engine.clear import works_or_is_clear
from tests.fidelity import recorded

CELLS = st.sampled_from(
    ["1", "0", "-1", "1.5", "x", "", "1e400", "nan", '"', "9" * 5000, "run", "op", "line", "page", "pgfault"]
)
TABLES = st.lists(st.lists(CELLS, max_size=5).map(",".join), max_size=6).map("\n".join)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["managed", "node0.DMA"]), inner),
    max_leaves=6,
)
RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RELAXED
@given(TABLES | st.just("run,op,line,pgfault\n").flatmap(lambda head: TABLES.map(head.__add__)))
def test_any_table_is_read_or_clear(tmp_path, table):
    path = recorded.write(tmp_path, "w", table)
    assert works_or_is_clear(lambda: recordings.load(path, COUNTERS))
    assert works_or_is_clear(lambda: pages.load(path.with_suffix(".csv")))


@RELAXED
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6).map(",".join), max_size=6).map("\n".join))
def test_any_table_of_pages_is_read_or_clear(tmp_path, table):
    path = tmp_path / "w.pages.csv"
    path.write_text(f"run,label,region,page,state,flags\n{table}", encoding="utf-8")
    assert works_or_is_clear(lambda: pages.load(path))


@RELAXED
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_clear(tmp_path, data):
    path = recorded.write(tmp_path, "w", "")
    for name, content in (("w.csv", data), ("w.csv.xz", b"\xfd7zXZ\x00" + data), ("w.json", data)):
        (tmp_path / name).write_bytes(content)
        assert works_or_is_clear(lambda: recordings.load(path, COUNTERS))
    (tmp_path / "w.csv.xz").unlink()


@RELAXED
@given(
    st.sampled_from(["managed_pages", "zones_at_start", "script", "cpus", "swaps", "sysctls", "kernel", "qemu_cmd"]),
    ANYTHING,
)
def test_any_document_is_read_or_clear(tmp_path, key, value):
    path = recorded.write(tmp_path, "w", "run,op,line,pgfault\n1,0,1,0\n")
    path.write_text(json.dumps({**recorded.document(), key: value}), encoding="utf-8")
    assert works_or_is_clear(lambda: recordings.load(path, COUNTERS))
    assert works_or_is_clear(lambda: from_recording(path))


@pytest.mark.parametrize("key", list(recorded.ZONE))
@given(value=ANYTHING)
@RELAXED
def test_any_zone_is_read_or_clear(tmp_path, key, value):
    zones = {"node0.DMA32": {**recorded.ZONE, key: value}}
    path = recorded.write(tmp_path, "w", "run,op,line,pgfault\n1,0,1,0\n", zones_at_start=zones)
    assert works_or_is_clear(lambda: from_recording(path))
