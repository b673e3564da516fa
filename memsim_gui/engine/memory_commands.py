"""Commands of processes and their memory. Sizes are in pages, lock requests in bytes from a region's start."""

from dataclasses import dataclass
from typing import ClassVar

from memsim_gui.engine import fields
from memsim_gui.engine.command import MAIN, Command, part, stretch
from memsim_gui.engine.fields import value_field
from memsim_gui.engine.sizes import PAGE_BYTES, shown
from memsim_gui.engine.workloads.patterns import PATTERNS
from memsim_gui.mm import calls
from memsim_gui.trace import lanes

ADDRESS_LIMIT = 1 << 47
DEFAULT_MEMLOCK_PAGES = (8 << 20) // PAGE_BYTES
PRESSURE_PAGES = (10 << 20) // PAGE_BYTES
TO_END = -1
MADVICE = {
    "cold": calls.MADV_COLD,
    "pageout": calls.MADV_PAGEOUT,
    "free": calls.MADV_FREE,
    "dontneed": calls.MADV_DONTNEED,
}


@dataclass(frozen=True)
class Process(Command):
    """A process appears. `memlock` is RLIMIT_MEMLOCK in pages, -1 = unlimited."""

    op: ClassVar[str] = "process"
    name: str = value_field(fields.name)
    oom_score_adj: int = value_field(fields.integer(-1000, 1000), 0)
    memlock: int = value_field(fields.memlock, DEFAULT_MEMLOCK_PAGES)
    node: int = value_field(fields.integer(0, lanes.MAX_NODES - 1), 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"process {self.name} starts"


@dataclass(frozen=True)
class Mmap(Command):
    """Map private anonymous memory: addresses, no frames yet. `address` 0 = the next free one."""

    op: ClassVar[str] = "mmap"
    region: str = value_field(fields.name)
    pages: int = value_field(fields.pages(1))
    process: str = value_field(fields.name, MAIN)
    address: int = value_field(fields.integer(0, ADDRESS_LIMIT), 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} maps {shown(self.pages)} as {self.region}"


@dataclass(frozen=True)
class Shm(Command):
    """Map shared anonymous memory."""

    op: ClassVar[str] = "shm"
    region: str = value_field(fields.name)
    pages: int = value_field(fields.pages(1))
    process: str = value_field(fields.name, MAIN)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} shares {shown(self.pages)} as {self.region}"


@dataclass(frozen=True)
class Munmap(Command):
    """Unmap a region or, with `pages`, a part of it."""

    op: ClassVar[str] = "munmap"
    region: str = value_field(fields.name)
    first: int = value_field(fields.pages(), 0)
    pages: int = value_field(fields.pages(), 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"unmap {part(self.region, self.first, self.pages)}"


@dataclass(frozen=True)
class Touch(Command):
    """Access pages of a region in order, one access a page; `pages` 0 = to its end."""

    op: ClassVar[str] = "touch"
    region: str = value_field(fields.name)
    first: int = value_field(fields.pages(), 0)
    pages: int = value_field(fields.pages(), 0)
    write: bool = value_field(fields.switch, default=False)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{'write' if self.write else 'read'} {part(self.region, self.first, self.pages)}"


@dataclass(frozen=True)
class Access(Command):
    """Access a region in a pattern, `count` times; see workloads.patterns for `step`, `hot` and `alpha`."""

    op: ClassVar[str] = "access"
    region: str = value_field(fields.name)
    pattern: str = value_field(fields.choice(PATTERNS))
    count: int = value_field(fields.integer(1))
    write: bool = value_field(fields.switch, default=False)
    first: int = value_field(fields.pages(), 0)
    pages: int = value_field(fields.pages(), 0)
    seed: int = value_field(fields.integer(0), 0)
    step: int = value_field(fields.pages(1), 16)
    hot: int = value_field(fields.pages(), 0)
    alpha: float = value_field(fields.number(0, 8), 0.8)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        kind = "writes" if self.write else "reads"
        return f"{self.count} {self.pattern} {kind} in {part(self.region, self.first, self.pages)}"


@dataclass(frozen=True)
class Mlock(Command):
    """mlock(2) a range given in bytes from the region's start, without `length` to its end."""

    op: ClassVar[str] = "mlock"
    region: str = value_field(fields.name)
    offset: int = value_field(fields.size(), 0)
    length: int = value_field(fields.size(), TO_END)
    onfault: bool = value_field(fields.switch, default=False)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        call = "mlock on fault" if self.onfault else "mlock"
        return f"{call} {_locked(self)}"


@dataclass(frozen=True)
class Munlock(Command):
    """munlock(2) a range given in bytes from the region's start, without `length` to its end."""

    op: ClassVar[str] = "munlock"
    region: str = value_field(fields.name)
    offset: int = value_field(fields.size(), 0)
    length: int = value_field(fields.size(), TO_END)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"munlock {_locked(self)}"


def _locked(command: Mlock | Munlock) -> str:
    if command.length:
        return stretch(command.region, command.offset, max(0, command.length))
    return f"0 bytes of {command.region}"


@dataclass(frozen=True)
class Madvise(Command):
    """madvise(2) pages of a region; `pages` 0 = to its end."""

    op: ClassVar[str] = "madvise"
    region: str = value_field(fields.name)
    advice: str = value_field(fields.choice(MADVICE))
    first: int = value_field(fields.pages(), 0)
    pages: int = value_field(fields.pages(), 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"madvise {part(self.region, self.first, self.pages)}: {self.advice}"


@dataclass(frozen=True)
class Fork(Command):
    """fork(2): a child with the same address space, copied on write."""

    op: ClassVar[str] = "fork"
    child: str = value_field(fields.name)
    process: str = value_field(fields.name, MAIN)
    oom_score_adj: int = value_field(fields.integer(-1000, 1000), 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} forks {self.child}"


@dataclass(frozen=True)
class ExitTask(Command):
    """A process exits."""

    op: ClassVar[str] = "exit"
    process: str = value_field(fields.name, MAIN)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} exits"


@dataclass(frozen=True)
class Pressure(Command):
    """A process of its own maps the next stretch of private memory and writes it."""

    op: ClassVar[str] = "pressure"
    pages: int = value_field(fields.pages(1), PRESSURE_PAGES)
    process: str = value_field(fields.name, "pressure")

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} takes {shown(self.pages)} more"
