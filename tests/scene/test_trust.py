"""Every rule of trust holds between any two operations of the model, and finds a trace that was told wrongly."""

import numpy as np
import pytest

from memsim_gui.scene.trust import blame
from memsim_gui.scene.trust import rules as trust
from memsim_gui.scene.trust.pages import Look, Part
from memsim_gui.scene.trust.settled import settled_before
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Cursor
from tests.scene.broken import ALSO, a_place, told_wrongly, whole_story


@pytest.fixture(scope="module")
def story():
    return whole_story()


def broken(trace, position, part=None):
    look = Look(trace.view_at(position), trace.start, part or Part(0, 1), trace.meta.first_pfn)
    return {rule.name for rule in trust.RULES if trust.check(rule, look)}


def test_all_rules_hold_between_any_two_operations(story):
    cursor, settled = Cursor(story), {settled_before(story, at) for at in range(len(story) + 1)}
    assert len(settled) > 30
    for at in sorted(settled):
        look = Look(cursor.seek(at), story.start)
        assert [trust.check(rule, look) for rule in trust.RULES] == [None] * len(trust.RULES), at


def test_some_rules_hold_after_every_event(story):
    cursor = Cursor(story)
    always = [rule for rule in trust.RULES if rule.always]
    assert {rule.name for rule in always} == {"frames", "lanes", "links"}
    for at in range(len(story) + 1):
        look = Look(cursor.seek(at), story.start)
        assert not any(trust.check(rule, look) for rule in always), at


@pytest.mark.parametrize("rule", [rule.name for rule in trust.RULES])
def test_a_trace_told_wrongly_breaks_the_rule_and_no_other(story, rule):
    at = a_place(story)
    wrong, mistake = told_wrongly(story, rule, at)
    assert broken(wrong, at + len(mistake)) == {rule} | ALSO.get(rule, set())


@pytest.mark.parametrize("rule", [rule.name for rule in trust.RULES if rule.name != "links"])
def test_the_first_bad_event_is_found(story, rule):
    at = a_place(story)
    wrong, mistake = told_wrongly(story, rule, at)
    bad = settled_before(wrong, len(wrong) - 1)
    look = Look(wrong.view_at(bad), wrong.start)
    found = trust.check(trust.BY_NAME[rule], look)
    told = blame.first_bad(wrong, found, 0, bad)
    assert at <= told.position < at + len(mistake)
    assert told.room.startswith(("mm/", "fs/", "arch/", "block/"))
    assert "\n" not in told.words


def test_what_the_trace_does_not_show_is_the_machine_s_own(story):
    told = blame.first_bad(story, trust.Break("lists", "wrong"), 0, settled_before(story, len(story) - 1))
    assert told.room == "the machine's own state"


def test_parts_cover_everything():
    for parts in (1, 3, 7):
        covered = np.concatenate([np.arange(100)[Part(number, parts).of(100)] for number in range(parts)])
        assert covered.tolist() == list(range(100))


@pytest.mark.parametrize("rule", ["flags", "page tables", "page cache"])
def test_a_mistake_is_in_the_part_that_holds_it(story, rule):
    at = a_place(story)
    wrong, mistake = told_wrongly(story, rule, at)
    found = [broken(wrong, at + len(mistake), Part(number, 4)) for number in range(4)]
    assert {rule} in found
    assert set() in found


def test_between_operations_is_where_the_next_one_is_counted(story):
    for at in range(0, len(story), 7):
        settled = settled_before(story, at)
        assert settled <= at
        if settled:
            kind = int(story.events(settled, settled + 1)["kind"][0])
            assert kind in {kinds.COMMAND, kinds.STEP, kinds.SET}
    first = settled_before(story, len(story))
    assert settled_before(story, len(story), first + 1) == -1
