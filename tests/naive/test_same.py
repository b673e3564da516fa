"""Random commands to the machine and to the naive kernel: page for page, list for list, counter for counter alike."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from memsim_gui.engine import commands as c
from tests.mm.invariants import check
from tests.naive.allocator import OutOfMemoryError
from tests.naive.driver import PAGE, Pair
from tests.naive.memory import Settings

ANON, FILE, PROGRAM = 48, 24, 10
LOCKS = st.tuples(st.integers(0, 20 * PAGE), st.integers(1, 12 * PAGE))
LISTS = ["inactive-anon", "active-anon", "inactive-file", "active-file"]


def prepared(sizes):
    """A machine and a naive kernel with a region, two files and mappings of both."""
    pair = Pair(sizes)
    for command in (
        c.Mmap("A", ANON),
        c.OpenFile("F", FILE * PAGE),
        c.OpenFile("prog", PROGRAM * PAGE),
        c.MmapFile("F", "M", write=True),
        c.MmapFile("prog", "P", executable=True, private=True, write=True),
    ):
        pair.do(command)
    return pair


class Same(RuleBasedStateMachine):
    """Plenty of memory: reclaim happens on request alone, transfers end when they are waited for."""

    sizes = Settings(frames=256, swap_slots=40)

    @initialize()
    def start(self):
        self.pair = prepared(self.sizes)
        self.over = False

    def region(self, data):
        regions = self.pair.machine.book.regions
        return regions[data.draw(st.sampled_from(sorted(regions)))]

    def do(self, command):
        """Go on until the kernel would kill somebody: whom is not the naive kernel's business."""
        if not self.over:
            try:
                self.pair.do(command)
            except OutOfMemoryError:
                self.over = True

    @rule(data=st.data(), write=st.booleans(), pages=st.integers(1, 30))
    def touch(self, data, write, pages):
        region = self.region(data)
        first = data.draw(st.integers(0, region.pages - 1))
        self.do(c.Touch(region.name, first, min(pages, region.pages - first), write=write))

    @rule(
        name=st.sampled_from(["F", "prog"]),
        first=st.integers(0, 9),
        length=st.integers(1, 15 * PAGE),
        big=st.booleans(),
    )
    def read(self, name, first, length, big):
        room = (FILE if name == "F" else PROGRAM) - first
        self.do(c.Read(name, first * PAGE, min(length, room * PAGE), chunk=(8 if big else 1) * PAGE))

    @rule(first=st.integers(0, 19), pages=st.integers(1, 5))
    def write(self, first, pages):
        self.do(c.Write("F", first * PAGE, pages * PAGE))

    @rule(data=st.data(), where=LOCKS, how=st.sampled_from(["mlock", "onfault", "munlock"]))
    def lock(self, data, where, how):
        region = self.region(data)
        offset = min(where[0], region.pages * PAGE - 1)
        place = (region.name, offset, min(where[1], region.pages * PAGE - offset))
        self.do(c.Munlock(*place) if how == "munlock" else c.Mlock(*place, onfault=how == "onfault"))

    @rule(data=st.data(), pages=st.integers(1, 12), advice=st.sampled_from(["cold", "pageout", "free", "dontneed"]))
    def madvise(self, data, pages, advice):
        region = self.region(data)
        first = data.draw(st.integers(0, region.pages - 1))
        self.do(c.Madvise(region.name, advice, first, min(pages, region.pages - first)))

    @rule(name=st.sampled_from(LISTS), pages=st.integers(1, 40))
    def scan(self, name, pages):
        self.do(c.ScanList(name, pages))

    @rule(
        command=st.sampled_from(
            [c.WaitIo(), c.Sync(), c.DropCaches(1), c.KswapdPass(), c.DirectReclaim(), c.Sleep(1000)]
        )
    )
    def system(self, command):
        self.do(command)

    @rule(file=st.sampled_from(["F", "prog"]))
    def dontneed(self, file):
        self.do(c.Fadvise(file, "dontneed"))

    @precondition(lambda self: "child" not in self.pair.machine.book.tasks)
    @rule()
    def fork(self):
        self.do(c.Fork("child"))

    @precondition(lambda self: "child" in self.pair.machine.book.tasks)
    @rule()
    def child_exits(self):
        self.do(c.ExitTask("child"))

    @invariant()
    def holds(self):
        if hasattr(self, "pair"):
            check(self.pair.machine.state)


class SameInstantly(Same):
    """As before, but every transfer ends as soon as it is submitted."""

    sizes = replace(Same.sizes, instant=True)


class SameUnderPressure(SameInstantly):
    """Little memory: tasks reclaim for themselves, and kswapd when they sleep."""

    sizes = Settings(frames=64, swap_slots=60, marks=(6, 8, 10), instant=True)


class SameWithBatches(SameInstantly):
    """What the kernel does to save work: batches of 15, readahead of files and swap, fault-around."""

    sizes = Settings(
        frames=80, swap_slots=60, marks=(6, 8, 10), instant=True, batch=15, ra_pages=8, fault_around=16, page_cluster=3
    )


def _cases(examples):
    """Shrinking takes minutes: a failure shows the commands as they were drawn."""
    relaxed = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    kinds = (Same, SameInstantly, SameUnderPressure, SameWithBatches)
    return [pytest.param(kind, relaxed, id=kind.__name__) for kind in kinds]


@pytest.mark.parametrize(("kind", "relaxed"), _cases(60))
def test_machine_and_naive_kernel_are_the_same(kind, relaxed):
    run_state_machine_as_test(kind, settings=relaxed)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "relaxed"), _cases(300))
def test_they_are_the_same_for_longer(kind, relaxed):
    run_state_machine_as_test(kind, settings=relaxed)


def test_pages_about_to_be_copied_are_not_taken_by_the_readahead_behind_them():
    pair = prepared(SameWithBatches.sizes)
    for command in (
        c.Touch("A", 22, 26, write=True),
        c.Fork("child"),
        c.Mlock("A of child", 141864, 48048),
        c.Touch("P of child", 7, 3),
        c.Touch("A", 20, 2, write=True),
        c.Touch("P", 5, 5, write=True),
        c.Touch("P", 1, 9),
        c.Read("F", 4 * PAGE, 8 * PAGE),
    ):
        pair.do(command)
        check(pair.machine.state)
