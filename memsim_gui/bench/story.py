"""Machines under memory pressure, for measurements that need a trace: a process whose working set does not fit."""

from memsim_gui.engine.commands import Access, Mmap, Process
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.workloads.patterns import SEQUENTIAL, WORKING_SET
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

REGION, PROCESS = "heap", "app"
OVERCOMMIT = 1.25  # size of the process, in terms of memory
ACCESSES = 200_000
MOST_ROUNDS = 1000
SMALL_FRAMES = 64


def under_pressure(frames: int, events: int, level: int = kinds.LEVEL_FULL) -> Machine:
    """Return a machine of `frames` page frames with a trace of at least `events` events, level a kinds.LEVEL_*."""
    pages = int(OVERCOMMIT * frames)
    machine = Machine.build(level, memory=frames, swap=pages, detail="kernel")
    machine.apply(Process(name=PROCESS))
    machine.apply(Mmap(region=REGION, pages=pages, process=PROCESS))
    for seed in range(MOST_ROUNDS):
        machine.apply(Access(REGION, WORKING_SET, count=ACCESSES, write=True, seed=seed, hot=frames))
        if len(machine.trace) >= events:
            return machine
    raise RuntimeError(f"{MOST_ROUNDS} rounds gave {len(machine.trace)} of {events} events")


def in_rounds(rounds: int) -> Trace:
    """Return the trace of a small machine that does the same again and again: each round looks like the one before."""
    machine = Machine.build(kinds.LEVEL_FULL, memory=SMALL_FRAMES, swap=2 * SMALL_FRAMES, detail="classroom")
    pages = int(OVERCOMMIT * SMALL_FRAMES)
    machine.apply(Process(name=PROCESS))
    machine.apply(Mmap(region=REGION, pages=pages, process=PROCESS))
    for _ in range(rounds):
        machine.apply(Access(REGION, SEQUENTIAL, count=pages, write=True))
    return machine.trace
