"""Every event that the core can emit has a path of kernel functions; the sentence of a past event needs no replay."""

import re
from pathlib import Path

import numpy as np
import pytest

from memsim_gui import mm
from memsim_gui.export.sources import trace_of
from memsim_gui.scene.panels import code_path, kernel_functions
from memsim_gui.scene.panels.kernel_functions import FUNCTIONS
from memsim_gui.scene.retelling import retold
from memsim_gui.scene.words import VERDICTS
from memsim_gui.trace import causes, kinds, lanes, tables
from memsim_gui.trace.explain import sentence
from memsim_gui.trace.store import Cursor
from tests.scene import synthetic

MM = Path(mm.__file__).parent


def event(kind, cause=0, src=0, dst=0, ident=0, value=0):
    return np.array([(kind, cause, src, dst, ident, value)], kinds.EVENT)[0]


def names(*fields, actor=-1):
    return [function.name for function in code_path.path(event(*fields), actor)]


def core_causes():
    """Causes that the core's sources name, apart from those that only say which mark, hit or balance it was."""
    text = "".join(file.read_text() for file in MM.glob("*.py"))
    return {getattr(causes, name) for name in re.findall(r"causes\.([A-Z_]+)", text)}


KINDS_OF = {
    range(1, 40): (kinds.MOVE,),
    range(40, 50): (kinds.FAULT,),
    range(50, 52): (kinds.READ,),
    range(52, 54): (kinds.IO_BEGIN, kinds.IO_END),
    range(60, 63): (kinds.WATERMARK,),
    range(70, 74): (kinds.BALANCE,),
    range(80, 84): (kinds.STALL,),
    range(90, 93): (kinds.RECLAIM_BEGIN, kinds.RECLAIM_END),
}  # fmt: skip


@pytest.mark.parametrize("cause", sorted(core_causes()))
def test_every_cause_that_the_core_names_has_a_path(cause):
    for kind in next(found for numbers, found in KINDS_OF.items() if cause in numbers):
        assert names(kind, cause)


def test_every_verdict_has_a_path():
    assert set(VERDICTS) - {causes.ROTATE} <= set(code_path.SCANS)
    for cause in code_path.SCANS:
        assert names(kinds.SCAN, cause, 0, 0, 5, 0)[0] == "kswapd"


@pytest.mark.parametrize("source", ["S1", "S4"])
def test_every_event_of_a_shipped_scenario_has_a_path_or_is_part_of_one(source):
    trace = trace_of(source)
    events = trace.events(0, len(trace))
    told = (events["kind"] >= kinds.NARRATION) | np.isin(events["kind"], code_path.PAGES_MOVE)
    for one in np.unique(events[told][["kind", "cause", "src", "dst"]]):
        assert bool(names(*one.tolist())) == (one["kind"] not in code_path.UNTOLD), one


def test_all_functions_have_a_file_and_words_and_are_used():
    text = Path(code_path.__file__).read_text()
    for name, function in FUNCTIONS.items():
        assert re.search(rf"\b{name}\b", text), name
        assert re.fullmatch(r"[a-z0-9_/-]+\.[ch]", function.file)
        assert 10 < len(function.words) < 100
    assert len(re.findall(r'^        "\w+": "', Path(kernel_functions.__file__).read_text(), re.MULTILINE)) == len(
        FUNCTIONS
    )


def test_paths_follow_who_reclaims_and_where_from():
    inactive = lanes.INACTIVE_ANON
    assert names(kinds.SCAN, causes.ACTIVATE, inactive, 0, 5, 0) == [
        "kswapd", "balance_pgdat", "shrink_node", "shrink_lruvec", "shrink_list", "shrink_inactive_list",
        "shrink_folio_list", "folio_check_references", "folio_referenced",
    ]  # fmt: skip
    assert names(kinds.SCAN, causes.ACTIVATE, inactive, 0, 5, tables.ACTOR_DIRECT)[2] == "try_to_free_pages"
    assert names(kinds.MOVE, causes.ISOLATE, lanes.ACTIVE_FILE, lanes.ISOLATED, actor=0)[-2:] == [
        "shrink_active_list", "isolate_lru_folios",
    ]  # fmt: skip
    assert names(kinds.MOVE, causes.CULL, lanes.MLOCK_BATCH, lanes.UNEVICTABLE)[-1] == "__mlock_new_page"
    assert names(kinds.MOVE, causes.REFILL, lanes.PCP, lanes.FREE) == ["free_unref_page", "free_pcppages_bulk"]


def test_the_latest_path_is_that_of_the_last_move_or_narrated_event():
    trace = synthetic.life_of_one_page()
    view = trace.view_at(len(trace))
    assert code_path.latest(trace, 1, view) is None
    found = code_path.latest(trace, len(trace), view)
    assert trace.events(found.position, found.position + 1)["kind"][0] == kinds.RECLAIM_END
    assert found.functions[-1].name == "kswapd_try_to_sleep"
    io = trace.positions_of(kinds.IO_BEGIN)
    read = code_path.latest(trace, int(io[0]) + 1, view)
    assert [function.name for function in read.functions] == ["read_pages", "submit_bio"]
    before = trace.view_at(int(io[-1]))
    swap_out = code_path.latest(trace, int(io[-1]) + 1, before)
    assert [function.name for function in swap_out.functions] == ["swap_writepage", "submit_bio"]


def test_past_events_are_told_as_if_one_went_back():
    trace = synthetic.life_of_one_page()
    end, cursor = trace.view_at(len(trace)), Cursor(trace)
    for position in range(len(trace)):
        one = trace.events(position, position + 1)[0]
        if one["kind"] >= kinds.NARRATION or one["kind"] == kinds.MOVE:
            assert retold(trace, position, end) == sentence(one, cursor.seek(position), trace)
