"""Machines whose files are read: a small one whose every figure is known, and one under pressure."""

from memsim_gui.engine.commands import Mlock, Mmap, OpenFile, Read, Touch
from memsim_gui.engine.machine import Machine

PAGE = 4096


def small():
    """64 pages in one zone, 15 of swap; 10 anonymous pages (4 locked), 8 of a file."""
    machine = Machine.build(memory=64, swap=16, detail="classroom", policy="two-list")
    for command in (
        Mmap("A", 20),
        Touch("A", 0, 10, write=True),
        Mlock("A", 0, 4 * PAGE),
        OpenFile("F", 8 * PAGE),
        Read("F", 0, 8 * PAGE),
    ):
        assert machine.apply(command).ok
    return machine


def apply_all(machine, commands):
    """Carry commands out, whether or not the kernel has room for them, until it kills the process that gives them."""
    for command in commands:
        if machine.book.tasks and not machine.task_alive("main"):
            return
        machine.apply(command)
