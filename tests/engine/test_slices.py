"""What happens does not depend on how often one looks: slices, ring and level of detail change nothing."""

import pytest

from memsim_gui.engine import commands as c
from memsim_gui.engine import machine_spec
from memsim_gui.engine.machine import Machine
from memsim_gui.trace import kinds

KIB, MIB = 1 << 10, 1 << 20
STORY = (
    c.OpenFile("f", 3 * MIB),
    c.Mmap("a", 1200),
    c.Read("f"),
    c.Touch("a", write=True),
    c.Mmap("b", 600),
    c.Touch("b", write=True),
    c.Read("f", times=2, chunk=16 * KIB),
    c.Touch("a"),
    c.Write("f", 0, 700 * KIB),
    c.Access("a", "zipf", 4000, write=True),
    c.Sleep(2),
    c.Touch("b"),
)
SPEC = machine_spec.build({"memory": "6 MiB", "swap": "8 MiB"})


def after(slice_ops, level=kinds.LEVEL_FULL):
    machine = Machine(SPEC, level)
    for command in STORY:
        machine.begin(command)
        while not machine.advance(slice_ops):
            pass
    return machine


@pytest.fixture(scope="module")
def whole():
    machine = after(1 << 30)
    assert machine.counters()["pswpout"] > 100
    assert machine.counters()["pgsteal_kswapd"] > 100
    return machine


@pytest.mark.parametrize("slice_ops", [1, 7, 100, 1 << 12])
def test_slices_of_any_length_come_to_the_same(whole, slice_ops):
    found = after(slice_ops)
    ours, theirs = (machine.trace.events(0, len(machine.trace)) for machine in (found, whole))
    assert ours.tobytes() == theirs.tobytes()
    assert found.digest() == whole.digest()


@pytest.mark.parametrize("level", [kinds.LEVEL_COUNTERS, kinds.LEVEL_FLOW])
def test_every_level_of_detail_tells_of_the_same_machine(whole, level):
    found = after(100, level)
    assert found.counters() == whole.counters()
    assert found.now_ns == whole.now_ns
