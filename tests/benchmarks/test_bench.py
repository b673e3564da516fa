"""The measurements are all there, and what they report is what they measured; how fast anything is, no test says."""

import json
from importlib import import_module, metadata

import numpy as np
import pytest

from memsim_gui import bench, jit
from memsim_gui.bench import floor, peers, traces
from memsim_gui.bench.result import Result, percentile
from memsim_gui.engine.errors import InputError
from memsim_gui.mm.mm_types import PAGE, PTE
from memsim_gui.trace import bits

CONTRACT = {
    "core_16k", "core_1m", "core_16m", "trace_cost", "bytes_per_frame", "bytes_per_vpage", "frame_ms_1m_p99",
    "frame_ms_10k_tokens_p99", "start_warm_ratio", "start_cold_s", "compile_cold_s", "scrub_10m_ms_p99",
    "export_vs_encoder", "export_growth", "disk_bytes_per_event", "frame_ms_flat_out_max",
}  # fmt: skip


@pytest.fixture
def two(monkeypatch):
    """Replace all measurements by one that works and one that does not."""
    results = {"works": Result({"a": 1.5, "b": None}, "how"), "fails": Result(None, "failed: no window here")}
    monkeypatch.setattr(bench, "MEASUREMENTS", dict.fromkeys(results, ""))
    monkeypatch.setattr(bench, "_measured", results.__getitem__)


def test_every_figure_of_the_contract_has_its_function():
    assert set(bench.MEASUREMENTS) == CONTRACT
    for name, module in bench.MEASUREMENTS.items():
        assert callable(import_module(f"memsim_gui.bench.{module}").MEASUREMENTS[name])


@pytest.mark.usefixtures("two")
def test_json_is_one_document_with_figures_notes_and_computer(capsys):
    bench.run(as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["works"] == {"a": 1.5, "b": None}
    assert document["fails"] is None
    assert document["notes"] == {"works": "how", "fails": "failed: no window here"}
    assert document["computer"]["cores"] >= 1
    assert document["computer"]["numba"] == metadata.version("numba")


@pytest.mark.usefixtures("two")
def test_text_says_what_was_not_measured(capsys):
    bench.run(["fails", "works", "fails"])
    lines = capsys.readouterr().out.splitlines()
    assert "not measured" in lines[0]
    assert "a 1.5, b not measured" in lines[1]


def test_a_measurement_that_fails_says_why_and_the_next_one_runs(monkeypatch, capsys):
    monkeypatch.setattr(bench, "MEASUREMENTS", {"nothing": "memory", "bytes_per_vpage": "memory"})
    bench.run(as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert document["nothing"] is None
    assert "KeyError" in document["notes"]["nothing"]
    assert document["bytes_per_vpage"] > 0


def test_an_unknown_name_is_one_line_before_anything_runs(capsys):
    with pytest.raises(InputError, match="did you mean trace_cost"):
        bench.run(["trace_costs"])
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(not jit.JIT_ENABLED, reason="without compiling, records have wide fields")
def test_memory_is_at_least_the_records_and_within_the_budget():
    memory = import_module("memsim_gui.bench.memory")
    assert PAGE.itemsize <= memory.bytes_per_frame().figure <= 48
    # A byte for each page table of 512 entries, and one for each node of 64 in a file's XArray.
    assert PTE.itemsize <= memory.bytes_per_vpage().figure <= 16 + 1 / 512 + 1 / 64


def test_peers_are_null_where_they_are_not_installed(monkeypatch):
    monkeypatch.setattr(peers, "version_of", lambda _name: None)
    assert peers.accesses_per_s(np.arange(10), 4) == {"lru": None, "clock": None}


def test_the_accesses_are_zipf_and_always_the_same():
    rows = traces.zipf(1000, 200_000)
    assert np.array_equal(rows, traces.zipf(1000, 200_000))
    assert 0 <= rows.min() <= rows.max() < 1000
    counts = np.sort(np.bincount(rows, minlength=1000))[::-1]
    # The hundredth page is 100^0.8 = 40 times less likely than the first.
    assert 25 < counts[0] / counts[95:105].mean() < 60


def test_the_floor_touches_entry_and_page():
    pte, page = np.zeros(4, PTE).view(np.recarray), np.zeros(4, PAGE).view(np.recarray)
    pte.pfn[:] = [3, 2, 1, 0]
    jit.plain(floor.touch)(pte, page, np.array([0, 2]))
    assert pte.bits.tolist() == [bits.PTE_YOUNG, 0, bits.PTE_YOUNG, 0]
    assert page.bits.tolist() == [0, bits.PG_REFERENCED, 0, bits.PG_REFERENCED]


def test_a_percentile_is_one_of_the_values():
    assert percentile([float(n) for n in range(1000)]) == 990
    assert percentile([7.0]) == 7
