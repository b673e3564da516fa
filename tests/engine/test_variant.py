"""A variant does what its original did, on a machine with other keys."""

import numpy as np
import pytest

from memsim_gui.engine import machine_spec, resume
from memsim_gui.engine.commands import Access, Mmap, Process, SetSysctl, Touch
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.variant import Change, Variant, changed, with_memory, words
from memsim_gui.engine.workloads.patterns import RANDOM
from memsim_gui.trace import kinds

KERNEL = {"memory": "256 MiB", "nodes": 2}


def pressed():
    """A small machine that swaps."""
    machine = Machine.build(memory="256 KiB", swap="1 MiB", detail="classroom")
    machine.step("Fill", "memory")
    machine.apply(Process(name="app"))
    machine.apply(Mmap(region="heap", pages=150, process="app"))
    machine.step("Use", "it")
    machine.apply(Access("heap", RANDOM, count=150, write=True))
    return machine


def varied(original, change):
    """The variant of a machine after all that its original did."""
    found = Variant(resume.machine_of(original.trace), original.trace.meta, change)
    found.tell(entry for _, entry in resume.log(original.trace))
    while not found.advance():
        pass
    return found


def events_of(trace):
    return trace.events(0, len(trace)).tobytes()


def test_a_variant_without_a_change_is_its_original():
    original = pressed()
    found = varied(original, Change({}))
    assert events_of(found.machine.trace) == events_of(original.trace)
    assert found.machine.digest() == original.digest()
    assert found.origin == [0, 1, 2, 3, 4]


def test_another_policy_reclaims_otherwise_with_the_same_commands():
    original = pressed()
    found = varied(original, Change({"policy": "single-list"}))
    assert found.machine.spec.policy == "single-list"
    assert found.machine.trace.labels.commands == original.trace.labels.commands
    assert found.machine.op == original.op
    assert found.machine.counters() != original.counters()


def test_a_sysctl_can_change_from_an_entry_on():
    original = pressed()
    found = varied(original, Change({"swappiness": "0"}, since=3))
    trace = found.machine.trace
    assert trace.labels.commands == [*original.trace.labels.commands[:2], "vm.swappiness = 0",
                                     *original.trace.labels.commands[2:]]  # fmt: skip
    assert found.origin == [0, 1, 2, 3, 3, 4]
    same = int(original.trace.positions_of(kinds.STEP)[1])
    assert np.array_equal(trace.events(0, same), original.trace.events(0, same))


def test_commands_that_cannot_be_done_are_left_out_and_told():
    original = pressed()
    found = Variant(resume.machine_of(original.trace), original.trace.meta, Change({}))
    found.tell([Process(name="app"), Touch("nowhere"), SetSysctl("vm.swappiness", 1)])
    while not found.advance():
        pass
    assert found.origin == [0, 2]
    ((number, why),) = found.left_out
    assert number == 1
    assert "nowhere" in why


def test_memory_grows_at_the_top_and_its_watermarks_with_it():
    spec = machine_spec.build(KERNEL)
    less = with_memory(spec, spec.managed * 3 // 4)
    assert less.managed == spec.managed * 3 // 4
    assert less.zones[0] == machine_spec.build({**KERNEL, "memory": "192 MiB"}).zones[0]
    assert less.zones[-1].low < spec.zones[-1].low
    kept = machine_spec.build({"memory": "64p", "watermarks": {"min": 3, "low": 6, "high": 9}})
    assert [zone.low for zone in with_memory(kept, 80).zones] == [6]
    with pytest.raises(InputError, match="more than"):
        with_memory(spec, 10)


def test_what_differs_is_said_in_words():
    spec = machine_spec.build({"memory": "128 MiB", "swap": "64 MiB"})
    assert words(spec, Change({"swappiness": 10})) == "swappiness 60 → 10"
    assert words(spec, Change({"memory": "96 MiB", "swap": 0})) == "memory 128 MiB → 96 MiB, swap 64 MiB → none"
    assert words(spec, Change({"policy": "single-list"})) == "policy two-list → single-list"
    assert words(spec, Change({"swappiness": 0}, since=2)) == "swappiness 60 → 0, from this step on"
    assert words(spec, Change({"watermark_scale_factor": 200})) == "watermark_scale_factor 10 → 200"
    assert words(spec, Change({})) == ""
    with pytest.raises(InputError, match=r"vm\.swappiness = 300"):
        changed(spec, {"swappiness": 300})


def test_only_sysctls_change_on_the_way():
    original = pressed()
    with pytest.raises(InputError, match="unknown sysctl"):
        Variant(resume.machine_of(original.trace), original.trace.meta, Change({"swap": 0}, since=2))
