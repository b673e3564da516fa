"""The recordings that come with the program show what the program does now."""

import pytest

from memsim_gui.engine import recording
from memsim_gui.export.record_shipped import IDENTS
from memsim_gui.export.sources import run_source, shipped_recording, trace_of
from tests.engine.test_recording import assert_same

pytestmark = pytest.mark.plain


@pytest.mark.parametrize("ident", IDENTS)
def test_a_shipped_recording_equals_a_fresh_run(ident, update_golden):
    fresh = run_source(ident)
    if update_golden:
        recording.save(fresh, shipped_recording(ident))
    assert_same(recording.load(shipped_recording(ident)), fresh)


def test_a_shipped_recording_stands_for_its_scenario(monkeypatch):
    monkeypatch.delattr("memsim_gui.export.sources.run_source")
    assert trace_of("s1").labels.step_titles == trace_of("S1").labels.step_titles != []
