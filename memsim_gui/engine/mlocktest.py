"""The script operation `mlocktest`: what mlock(2) and munlock(2) do, step by step, and what is counted after each.

The steps, their names and the lines they print are those of the recorder, so that its lines can be laid beside these.
"""

import errno
from collections.abc import Iterator
from dataclasses import dataclass

from memsim_gui.engine import commands as c
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.trace import tables

COUNTED = ("culled", "scanned", "rescued", "mlocked", "munlocked", "cleared", "stranded")
KB_PER_PAGE = PAGE_BYTES >> 10
MEMORY, HOLE, ZEROES = "mlocktest memory", "mlocktest hole", "mlocktest zeroes"
CHILD, DEFAULT, LIMITED, FORBIDDEN = "mlocktest child", "mlocktest default", "mlocktest limited", "mlocktest forbidden"
WRAPPING = (1 << 64) - PAGE_BYTES


@dataclass(frozen=True)
class Do:
    """A command that is part of the way."""

    command: c.Command


@dataclass(frozen=True)
class Try:
    """A command whose result is told."""

    name: str
    command: c.Command
    note: str = ""

    def line(self, machine: Machine) -> str:
        """Return what the kernel answered."""
        code = machine.outcome.errno
        answer = f"ret=-1 errno={code} ({errno.errorcode[code]}={code})" if code else "ret=0"
        return f"MLOCKTEST {self.name} {answer}{self.note}"


@dataclass(frozen=True)
class Status:
    """What a process and the kernel count now."""

    name: str
    process: str

    def line(self, machine: Machine) -> str:
        """Return VmLck of the process and the counters of locked pages."""
        found = machine.counters()
        locked = int(machine.state.task[machine.book.task(self.process), tables.TASK_LOCKED_VM]) * KB_PER_PAGE
        counted = " ".join(f"{name}={found[f'unevictable_pgs_{name}']}" for name in COUNTED)
        levels = f"nr_mlock={found['nr_mlock']} nr_unevictable={found['nr_unevictable']}"
        return f"MLOCKTEST {self.name} VmLck_kB={locked} {levels} {counted}"


@dataclass(frozen=True)
class Limit:
    """RLIMIT_MEMLOCK of a process."""

    name: str
    process: str

    def line(self, machine: Machine) -> str:
        """Return the limit in bytes, soft and hard alike."""
        limit = int(machine.state.task[machine.book.task(self.process), tables.TASK_MEMLOCK_LIMIT]) * PAGE_BYTES
        return f"MLOCKTEST {self.name} cur={limit} max={limit}"


Step = Do | Try | Status | Limit


def steps(process: str) -> Iterator[Step]:
    """Yield the steps for a process; at the end nothing of them is left."""
    yield Do(c.Mmap(MEMORY, 128, process))
    yield Status("baseline", process)
    yield from _ranges(process)
    yield from _on_fault(process)
    yield from _refused()
    yield from _limits()
    for left in (MEMORY, HOLE):
        yield Do(c.Munmap(left))
    yield Status("after_munmap", process)
    yield from _zero_pages(process)
    yield Status("end", process)


def _ranges(process: str) -> Iterator[Step]:
    """Whole pages are locked, and locks do not nest."""
    for name, command, after, note in (
        ("mlock_aligned_16p", c.Mlock(MEMORY, 0, _bytes(16)), "after_mlock_16p_untouched(populates)", ""),
        ("mlock_overlap_8..23", c.Mlock(MEMORY, _bytes(8), _bytes(16)), "after_overlap(union_24p,no_nesting)", ""),
        ("munlock_4..5", c.Munlock(MEMORY, _bytes(4), _bytes(2)), "after_partial_munlock(22p)", ""),
        (
            "mlock_unaligned_0x234_100000",
            c.Mlock(MEMORY, _bytes(32) + 0x234, 100_000),
            "after_unaligned",
            " (expect 25 pages: (0x234+100000)/4096 up)",
        ),
        ("munlock_1_byte", c.Munlock(MEMORY, _bytes(40) + 100, 1), "after_munlock_1_byte(one_page)", ""),
        (
            "mlock2_onfault_8p",
            c.Mlock(MEMORY, _bytes(64), _bytes(8), onfault=True),
            "after_mlock2_onfault_untouched",
            "",
        ),
    ):
        yield Try(name, command, note)
        yield Status(after, process)


def _on_fault(process: str) -> Iterator[Step]:
    """What is locked on fault counts when it is touched; a child inherits no lock."""
    yield Do(c.Touch(MEMORY, 64, 2, write=True))
    yield Status("after_touch_2_of_onfault", process)
    yield Do(c.Fork(CHILD, process))
    yield Status("in_forked_child(locks_not_inherited)", CHILD)
    yield Do(c.ExitTask(CHILD))
    yield Status("after_child_exit", process)


def _refused() -> Iterator[Step]:
    yield Do(c.Mmap(HOLE, 8))
    yield Do(c.Munmap(HOLE, 4, 4))
    yield Try("mlock_unmapped", c.Mlock(HOLE, _bytes(4), _bytes(4)))
    yield Try("munlock_wrap", c.Munlock(HOLE, 0, WRAPPING))
    yield Try("mlock_len0", c.Mlock(MEMORY, 0, 0))


def _limits() -> Iterator[Step]:
    """RLIMIT_MEMLOCK: what is locked already does not count twice."""
    for name, limit in ((DEFAULT, None), (LIMITED, 16), (FORBIDDEN, 0)):
        yield Do(c.Process(name) if limit is None else c.Process(name, memlock=limit))
        yield Do(c.Mmap(f"{name} memory", 32, name))
    yield Limit("rlimit_memlock_default", DEFAULT)
    memory = f"{LIMITED} memory"
    yield Try("nocap_mlock_64k_limit64k", c.Mlock(memory, 0, _bytes(16)))
    yield Try("nocap_mlock_1_page_more", c.Mlock(memory, _bytes(16), PAGE_BYTES))
    yield Try("nocap_relock_same_64k", c.Mlock(memory, 0, _bytes(16)), " (6.1 counts only not-yet-locked pages)")
    yield Try("nocap_limit0", c.Mlock(f"{FORBIDDEN} memory", 0, PAGE_BYTES))
    for name in (DEFAULT, LIMITED, FORBIDDEN):
        yield Do(c.ExitTask(name))


def _zero_pages(process: str) -> Iterator[Step]:
    """Locking makes real pages of what maps the zero page; some advice is refused for locked memory."""
    yield Do(c.Mmap(ZEROES, 8, process))
    yield Do(c.Touch(ZEROES))
    yield Status("after_zero_page_reads_8p", process)
    yield Do(c.Mlock(ZEROES))
    yield Status("after_mlock_of_zero_pages_8p", process)
    yield Do(c.Munlock(ZEROES))
    yield Status("after_munlock", process)
    yield Do(c.Mlock(ZEROES))
    yield Try("madv_dontneed_on_locked", c.Madvise(ZEROES, "dontneed"))
    yield Try("madv_pageout_on_locked", c.Madvise(ZEROES, "pageout"))
    yield Do(c.Munmap(ZEROES))


def _bytes(pages: int) -> int:
    return pages * PAGE_BYTES
