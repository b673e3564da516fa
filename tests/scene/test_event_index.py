"""Which events a log lets through."""

import numpy as np
import pytest

from memsim_gui.scene.panels.event_index import GROUPS, MOVES, EventIndex, Filter
from memsim_gui.trace import causes, kinds, lanes, tables
from tests.scene import synthetic


@pytest.fixture
def life():
    return synthetic.life_of_one_page()


def found(trace, wanted=None, most=1 << 20):
    index = EventIndex(trace, wanted or Filter())
    while not index.extend(most):
        pass
    return index.rows(0, index.before(len(trace)))


def events_of(trace, rows):
    events = trace.events(0, len(trace))
    return events[rows]


def test_usually_all_narrated_events_pass(life):
    expected = np.flatnonzero(life.events(0, len(life))["kind"] >= kinds.NARRATION).tolist()
    assert found(life) == expected
    assert found(life, most=7) == expected


def test_every_narrated_kind_is_in_one_group():
    grouped = [kind for group in GROUPS.values() for kind in group]
    assert sorted(grouped) == sorted(
        [kind for kind in kinds.KIND_NAMES if kind >= kinds.NARRATION] + [kinds.MOVE, kinds.FLOW]
    )


def test_groups_choose_kinds(life):
    rows = found(life, Filter(frozenset({"Page faults", MOVES})))
    assert set(events_of(life, rows)["kind"].tolist()) == {kinds.FAULT, kinds.MOVE}
    assert found(life, Filter(frozenset())) == []


def test_words_are_those_of_the_sentences(life):
    decisions = events_of(life, found(life, Filter(text="Second Chance")))
    assert set(decisions["cause"].tolist()) == {causes.KEEP_REFERENCED}
    assert found(life, Filter(text="nothing says this")) == []


def test_a_number_is_a_page(life):
    for text in ("0xABC", "pfn 0xabc", " 0xabc "):
        chosen = events_of(life, found(life, Filter(frozenset(GROUPS), text)))
        assert len(chosen) > 8
        assert {int(e["value"] if e["kind"] == kinds.FAULT else e["ident"]) for e in chosen} == {12}
    assert found(life, Filter(frozenset(GROUPS), frame=12)) == found(life, Filter(frozenset(GROUPS), "0xABC"))


def test_a_list_is_every_event_that_leaves_or_enters_it(life):
    chosen = events_of(life, found(life, Filter(frozenset({MOVES}), "active anon")))
    ends = {(int(event["src"]), int(event["dst"])) for event in chosen}
    assert ends == {(lanes.ISOLATED, lanes.ACTIVE_ANON), (lanes.ACTIVE_ANON, lanes.ISOLATED)}


def test_an_actor_is_what_it_does(life):
    mine = events_of(life, found(life, Filter(text="kswapd0")))
    assert set(mine["kind"].tolist()) == {kinds.SCAN, kinds.RECLAIM_BEGIN, kinds.RECLAIM_END}
    assert set(mine["value"].tolist()) == {0}
    life.append(np.array([(kinds.SCAN, causes.KEEP, 0, 0, 1, tables.ACTOR_DIRECT)], kinds.EVENT))
    assert found(life, Filter(text="direct"))[-1] == len(life) - 1


def test_steps_and_commands_are_found_by_name(life):
    chosen = events_of(life, found(life, Filter(text="ageing")))
    assert chosen["kind"].tolist() == [kinds.STEP]


def test_what_was_undone_is_forgotten(life):
    index = EventIndex(life, Filter())
    assert index.extend(1 << 20)
    before = index.before(len(life))
    life.truncate(len(life) - 8)
    life.append(np.full(20, np.array((kinds.LOST, 0, 0, 0, 0, 1), kinds.EVENT)))
    assert index.extend(1 << 20)
    rows = index.rows(0, index.before(len(life)))
    assert rows == found(life)
    assert rows[-20:] == list(range(len(life) - 20, len(life)))
    assert len(rows) != before


def test_before_counts_what_has_happened(life):
    index = EventIndex(life, Filter())
    index.extend(1 << 20)
    rows = index.rows(0, 5)
    assert index.before(rows[3]) == 3
    assert index.before(rows[3] + 1) == 4
    assert index.rows(-3, 2) == rows[:2]
