"""Forms of the kernel as a whole: pressure, reclaim on request, caches, write-back, time."""

from collections.abc import Callable

from memsim_gui.engine import commands
from memsim_gui.engine.commands import Command
from memsim_gui.view.controls.form import Form, node_of
from memsim_gui.view.controls.memory import SIZE_TIP
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.fields import read_bytes, read_pages, whole

DROPS = {"Page cache (1)": "1", "Slab (2)": "2", "Both (3)": "3"}
LISTS = {
    "Inactive anon": "inactive-anon",
    "Inactive file": "inactive-file",
    "Active anon": "active-anon",
    "Active file": "active-file",
}


class PressureForm(Form):
    """A process of its own takes memory."""

    TITLE = "Memory pressure"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.amount = self.number("Take", read_pages, steps.pages("10 MiB"), "10 MiB", SIZE_TIP, "pages")
        self.button("Take memory", "A process called pressure maps and writes this much more", self._take)

    def _take(self) -> Command:
        return commands.Pressure(self.amount.value())


class KswapdForm(Form):
    """One pass of kswapd."""

    TITLE = "kswapd pass"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.on = self.node()
        self.button("Wake kswapd", "Ask kswapd for one balancing pass", self._wake)

    def _wake(self) -> Command:
        return commands.KswapdPass(node_of(self.on))


class DirectForm(Form):
    """Direct reclaim."""

    TITLE = "Direct reclaim"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.pages = self.number("Reclaim", read_pages, steps.pages("32"), "32", SIZE_TIP, "pages")
        self.on = self.node()
        self.button("Reclaim", "Reclaim at once, as an allocation that finds no free page does", self._reclaim)

    def _reclaim(self) -> Command:
        return commands.DirectReclaim(self.pages.value(), node_of(self.on))


class ScanForm(Form):
    """Scan the tail of one list."""

    TITLE = "Scan one list"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.list = self.choice("List", LISTS, "inactive lists are shrunk, active ones aged")
        self.pages = self.number("Look at", read_pages, steps.pages("1"), "1", SIZE_TIP, "pages")
        self.on = self.node()
        self.button("Scan", "Decide about the pages at the tail, as reclaim does", self._scan)

    def _scan(self) -> Command:
        return commands.ScanList(self.list.value(), self.pages.value(), node_of(self.on))


class CgroupForm(Form):
    """The memory cgroup and its memory.reclaim."""

    TITLE = "Memory cgroup"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.amount = self.number(
            "Reclaim", read_bytes, steps.lengths("1 MiB", low=0), "1 MiB", "such as 4096 or 1 MiB", "bytes"
        )
        self.button("Reclaim", "echo BYTES > memory.reclaim; the cgroup must be there", self._reclaim)
        self.button("Make cgroup", "mkdir /sys/fs/cgroup/w: from now on all memory is charged to it", commands.Cgroup)

    def _reclaim(self) -> Command:
        return commands.MemoryReclaim(self.amount.value())


class DropForm(Form):
    """drop_caches."""

    TITLE = "Drop caches"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.drop = self.choice("What", DROPS, "the number written to drop_caches")
        self.button("Drop", "echo N > /proc/sys/vm/drop_caches", self._drop)

    def _drop(self) -> Command:
        return commands.DropCaches(int(self.drop.value()))


class SyncForm(Form):
    """sync."""

    TITLE = "Everything (sync)"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.button("Write back", "sync: write all dirty pages and wait", commands.Sync)


class SleepForm(Form):
    """Let time pass."""

    TITLE = "Sleep"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.wait = self.number(
            "For", whole(0, 10**9), steps.counts("1000", 0), "1000", "how long the kernel's own work goes on", "ms"
        )
        self.button("Sleep", "Let kswapd, the flusher and the devices go on for so long", self._sleep)

    def _sleep(self) -> Command:
        return commands.Sleep(self.wait.value())


class WaitForm(Form):
    """Wait for the devices."""

    TITLE = "Wait for the devices"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.button("Wait", "Wait until no device has anything to do", commands.WaitIo)
