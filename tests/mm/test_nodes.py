"""Machines of 1 to 8 nodes: where pages come from, and that each node looks after itself. [Numa-1..3]"""

import numpy as np
import pytest

from memsim_gui.engine import commands as c
from memsim_gui.engine.machine import Machine
from memsim_gui.trace import bits, lanes

NODE_PAGES = 96


def machine_of(nodes, **more):
    marks = {"min": 4, "low": 6, "high": 8}
    return Machine.build(memory=NODE_PAGES * nodes, nodes=nodes, swap=4 * NODE_PAGES * nodes, watermarks=marks, **more)


def busy_machine(nodes):
    """More memory wanted than the nodes have, files, locks and a child, from the last node."""
    machine = machine_of(nodes)
    wanted = NODE_PAGES * nodes
    for command in (
        c.Process("p", node=nodes - 1),
        c.Mmap("A", wanted, "p"),
        c.OpenFile("F", 60 * 4096),
        c.Read("F", process="p"),
        c.Mlock("A", 0, 20 * 4096),
        c.Touch("A", write=True),
        c.Write("F", 0, 20 * 4096, process="p"),
        c.Fork("q", "p"),
        c.Touch("A", 0, 40, write=True),
        c.KswapdPass(0),
        c.DropCaches(3),
        c.Sleep(300),
        c.ExitTask("q"),
        c.Touch("A"),
    ):
        machine.apply(command)
    return machine


def nodes_of(machine, region):
    """Node of each page of a region, -1 where none is present."""
    view, place = machine.view(), machine.book.region(region)
    rows = slice(place.first_pte, place.first_pte + place.pages)
    present = view.pte_bits[rows] & bits.PTE_PRESENT != 0
    return np.where(present, view.lane[view.pte_pfn[rows]] // lanes.LANES_PER_NODE, -1)


@pytest.mark.parametrize("nodes", range(1, 9))
def test_memory_comes_from_the_own_node_then_the_later_ones_then_the_earlier(nodes):
    for home in range(nodes):
        machine = machine_of(nodes, detail="classroom")
        machine.apply(c.Process("p", node=home))
        machine.apply(c.Mmap("A", (NODE_PAGES - 6) * nodes, "p"))
        machine.apply(c.Touch("A", write=True))
        order = list(dict.fromkeys(nodes_of(machine, "A").tolist()))
        assert order == [*range(home, nodes), *range(home)]
        counted = machine.counters()
        assert counted["numa_hit"] == counted["numa_local"] == NODE_PAGES - 6
        assert counted["numa_miss"] == counted["numa_foreign"] == (NODE_PAGES - 6) * (nodes - 1)


@pytest.mark.parametrize("nodes", [2, 3, 8])
def test_every_node_reclaims_its_own_pages(nodes):
    machine = busy_machine(nodes)
    counted = machine.counters()
    assert counted["pgscan_kswapd"] + counted["pgscan_direct"] == counted["pgscan_anon"] + counted["pgscan_file"]
    assert counted["pswpout"] > 0
    assert counted["oom_kill"] == 0
    view = machine.view()
    for node in range(nodes):
        own = view.lane // lanes.LANES_PER_NODE == node
        assert own.sum() == NODE_PAGES, "no frame leaves its node"
    assert counted["nr_unevictable"] == 20
