"""Commands to the kernel as a whole: write-out, caches, settings, and reclaim on request."""

from dataclasses import dataclass
from typing import ClassVar

from memsim_gui.engine import fields
from memsim_gui.engine.command import Command
from memsim_gui.engine.fields import value_field
from memsim_gui.engine.sizes import shown
from memsim_gui.trace import lanes

LISTS = {
    "inactive-anon": lanes.INACTIVE_ANON,
    "active-anon": lanes.ACTIVE_ANON,
    "inactive-file": lanes.INACTIVE_FILE,
    "active-file": lanes.ACTIVE_FILE,
}
DROP_PAGE_CACHE = 1

_NODE = fields.integer(0, lanes.MAX_NODES - 1)


@dataclass(frozen=True)
class Sync(Command):
    """Write all dirty pages and wait for it."""

    op: ClassVar[str] = "sync"

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return "sync"


@dataclass(frozen=True)
class DropCaches(Command):
    """echo BITS > /proc/sys/vm/drop_caches: 1 page cache, 2 slab, 3 both."""

    op: ClassVar[str] = "drop-caches"
    bits: int = value_field(fields.integer(1, 3), DROP_PAGE_CACHE)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"echo {self.bits} > drop_caches"


@dataclass(frozen=True)
class Sleep(Command):
    """The process sleeps; the kernel's own work goes on."""

    op: ClassVar[str] = "sleep"
    ms: int = value_field(fields.integer(0, 10**9))

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"sleep {self.ms} ms"


@dataclass(frozen=True)
class WaitIo(Command):
    """Wait until no device has anything to do."""

    op: ClassVar[str] = "wait-io"

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return "wait for the devices"


@dataclass(frozen=True)
class SetSysctl(Command):
    """Write a sysctl."""

    op: ClassVar[str] = "sysctl"
    name: str = value_field(fields.text)
    value: int = value_field(fields.integer(-(1 << 62)))

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.name} = {self.value}"


@dataclass(frozen=True)
class KswapdPass(Command):
    """kswapd of a node is asked for one balancing pass."""

    op: ClassVar[str] = "kswapd"
    node: int = value_field(_NODE, 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"kswapd pass on node {self.node}"


@dataclass(frozen=True)
class DirectReclaim(Command):
    """Reclaim pages from a node at once, as an allocation under pressure would."""

    op: ClassVar[str] = "direct-reclaim"
    pages: int = value_field(fields.pages(1), 32)
    node: int = value_field(_NODE, 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"direct reclaim of {shown(self.pages)} on node {self.node}"


@dataclass(frozen=True)
class ScanList(Command):
    """Scan the tail of one list as reclaim does: inactive lists are shrunk, active ones aged."""

    op: ClassVar[str] = "scan"
    list: str = value_field(fields.choice(LISTS))
    pages: int = value_field(fields.pages(1), 1)
    node: int = value_field(_NODE, 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"scan {shown(self.pages)} at the tail of {self.list.replace('-', ' ')}"


@dataclass(frozen=True)
class Cgroup(Command):
    """The memory cgroup /w is made; all memory is charged to it from the start on."""

    op: ClassVar[str] = "cgroup"

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return "mkdir /sys/fs/cgroup/w"


@dataclass(frozen=True)
class MemoryReclaim(Command):
    """echo BYTES > memory.reclaim of the memory cgroup; part of a page counts as none."""

    op: ClassVar[str] = "memory-reclaim"
    size: int = value_field(fields.size())

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"echo {self.size} > /sys/fs/cgroup/w/memory.reclaim"
