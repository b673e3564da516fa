"""The naive kernel takes the same commands as the machine, and both are compared page by page."""

from collections.abc import Callable
from typing import Any

from memsim_gui.engine import commands as c
from memsim_gui.engine.machine import Machine
from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.view_state import lane_frames
from tests.naive import devices, faults, files, processes, scanning, shrinking
from tests.naive.memory import LISTS, File, Kernel, Page, Settings, Shadow, Task, counters

PAGE = 4096
LANES = dict(zip(LISTS, lanes.LRU_LISTS, strict=False))
PTE_STATES = {bits.PTE_SWAP: "swap", bits.PTE_ZERO | bits.PTE_PRESENT: "zero", bits.PTE_PRESENT: "present", 0: "none"}
# Constants of a machine, values computed on reading, and what one node makes meaningless.
NOT_COMPARED = ("nr_dirty_threshold", "nr_dirty_background_threshold", "numa_", "nr_slab", "nr_kernel", "nr_page_table")


def build(settings: Settings, **more: object) -> Machine:
    """A machine of these sizes in which time passes only while somebody waits."""
    least, low, high = settings.marks
    return Machine.build(
        memory=settings.frames,
        swap=settings.swap_slots + 1 if settings.swap_slots else 0,
        detail="classroom",
        watermarks={"min": least, "low": low, "high": high},
        device={"kind": "ideal", "mb_per_s": 1_000_000},
        swap_device={"kind": "ideal", "mb_per_s": 0.001},
        sysctl={
            "vm.swappiness": settings.swappiness,
            "vm.page-cluster": settings.page_cluster,
            "vm.dirty_bytes": 1 << 36,
            "vm.dirty_background_bytes": 1 << 35,
            "vm.dirty_writeback_centisecs": 1 << 32,
            "vm.dirty_expire_centisecs": 1 << 32,
            "block.read_ahead_kb": 4 * settings.ra_pages,
            "debug.fault_around_bytes": PAGE * settings.fault_around,
            "memsim.batch_pages": settings.batch,
            "memsim.instant_io": int(settings.instant),
            **dict.fromkeys([f"memsim.{what}_ns" for what in ("hit", "fault", "syscall", "scan", "pageout")], 0),
        },
        **more,
    )


class Pair:
    """A machine and a naive kernel that get the same commands."""

    def __init__(self, settings: Settings) -> None:
        self.machine = build(settings)
        self.naive = Kernel(settings)

    def do(self, command: c.Command) -> None:
        """Carry a command out on both, let the flusher have its turn, and compare."""
        region = self.machine.book.regions.get(getattr(command, "region", ""))
        try:
            expected = HANDLERS[type(command)](self.naive, command, region) or 0
        except faults.BadAddressError:
            expected = 14
        outcome = self.machine.apply(command)
        assert outcome.errno == expected, command
        self.machine.apply(c.Sleep(0))
        self.naive.soon = True
        scanning.resched(self.naive)
        compare(self.machine, self.naive)


# --- commands


def _task(k: Kernel, name: str) -> Task:
    return k.tasks.setdefault(name, Task(name, memlock=2048))


def _mmap(k: Kernel, command: c.Mmap, _region: Any) -> None:
    start = max([0x7F0000000, *(-(-(vpn + 1) // 512) * 512 for vpn in _task(k, command.process).table)])
    processes.mmap(_task(k, command.process), start, command.pages, {"read", "write"})


def _mmap_file(k: Kernel, command: c.MmapFile, _region: Any) -> None:
    task, file = _task(k, command.process), k.files[command.file]
    start = max([0x7F0000000, *(-(-(vpn + 1) // 512) * 512 for vpn in task.table)])
    advice = {"normal": "", "random": "rand_read", "sequential": "seq_read"}[command.advice]
    shared = "" if command.private else "shared"
    vm = {"read", "write" * command.write, "exec" * command.executable, shared, advice} - {""}
    processes.mmap(task, start, file.pages, vm, file)


def _open(k: Kernel, command: c.OpenFile, _region: Any) -> None:
    k.files[command.file] = File(command.file, -(-command.size // PAGE))


def _touch(k: Kernel, command: c.Touch, region: Any) -> None:
    task = k.tasks[region.process]
    first = region.start_vpn + command.first
    for vpn in range(first, first + (command.pages or region.pages - command.first)):
        faults.access(k, task, vpn, write=command.write)
        scanning.resched(k)


def _read(k: Kernel, command: c.Read, _region: Any) -> None:
    file = k.files[command.file]
    _task(k, command.process)
    for pos in range(command.offset, command.offset + command.length, command.chunk):
        files.read(k, file, pos, min(command.chunk, command.offset + command.length - pos))
        scanning.resched(k)


def _write(k: Kernel, command: c.Write, _region: Any) -> None:
    _task(k, command.process)
    for pos in range(command.offset, command.offset + command.length, command.chunk):
        files.write(k, k.files[command.file], pos, min(command.chunk, command.offset + command.length - pos))
        scanning.resched(k)


def _lock(k: Kernel, command: c.Mlock | c.Munlock, region: Any) -> int:
    first = region.start_vpn + command.offset // PAGE
    end = region.start_vpn + -(-(command.offset + command.length) // PAGE)
    task = k.tasks[region.process]
    if isinstance(command, c.Mlock):
        return processes.lock_range(k, task, first, end, onfault=command.onfault)
    return processes.change_locks(k, task, first, end, set())


def _madvise(k: Kernel, command: c.Madvise, region: Any) -> int:
    pages = command.pages or region.pages - command.first
    return processes.madvise(k, k.tasks[region.process], region.start_vpn + command.first, pages, command.advice)


def _munmap(k: Kernel, _command: c.Munmap, region: Any) -> None:
    processes.munmap(k, k.tasks[region.process], region.start_vpn, region.pages)


def _scan(k: Kernel, command: c.ScanList, _region: Any) -> None:
    name = command.list.replace("-", "_")
    control = shrinking.Control("kswapd")
    for done in range(0, command.pages, shrinking.CLUSTER_MAX):
        goal = min(command.pages - done, shrinking.CLUSTER_MAX)
        if name.startswith("active"):
            shrinking.shrink_active_list(k, goal, name)
        else:
            shrinking.shrink_inactive_list(k, control, goal, name)


def _fadvise(k: Kernel, command: c.Fadvise, _region: Any) -> None:
    if command.advice == "dontneed":
        files.fadvise_dontneed(k, k.files[command.file])
    else:
        k.files[command.file].advice = command.advice


def _direct_reclaim(k: Kernel, command: c.DirectReclaim, _region: Any) -> None:
    """One direct reclaim after the other, until the goal is reached or one frees nothing."""
    freed = got = scanning.try_to_free_pages(k)
    while got and freed < command.pages:
        got = scanning.try_to_free_pages(k)
        freed += got


def _sleep(k: Kernel, _command: c.Sleep, _region: Any) -> None:
    scanning.sleep(k, long=True)


HANDLERS: dict[type[c.Command], Callable[[Kernel, Any, Any], int | None]] = {
    c.Mmap: _mmap,
    c.MmapFile: _mmap_file,
    c.OpenFile: _open,
    c.Touch: _touch,
    c.Read: _read,
    c.Write: _write,
    c.Mlock: _lock,
    c.Munlock: _lock,
    c.Madvise: _madvise,
    c.Munmap: _munmap,
    c.ScanList: _scan,
    c.Fadvise: _fadvise,
    c.Sleep: _sleep,
    c.Fork: lambda k, command, _: processes.fork(k, k.tasks[command.process], command.child),
    c.ExitTask: lambda k, command, _: processes.exit_task(k, command.process),
    c.Sync: lambda k, *_: files.sync(k),
    c.WaitIo: lambda k, *_: devices.wait_for(k, "swap"),
    c.DropCaches: lambda k, command, _: files.drop_caches(k, command.bits),
    c.KswapdPass: lambda k, *_: scanning.pass_on_request(k),
    c.DirectReclaim: _direct_reclaim,
}


# --- comparing


class Comparison:
    """Which frame of the machine each naive page stands for: found through page tables and caches, and one to one."""

    def __init__(self, machine: Machine, k: Kernel) -> None:
        self.machine, self.k, self.view = machine, k, machine.view()
        self.frame: dict[Page, int] = {}
        self.page: dict[int, Page] = {}

    def pair(self, page: Page, frame: int, where: str) -> None:
        assert self.frame.setdefault(page, frame) == frame, f"{where}: another frame"
        assert self.page.setdefault(frame, page) is page, f"{where}: the frame of another page"

    def tables(self) -> None:
        view = self.view
        for name, task in self.k.tasks.items():
            seen = set()
            for start, pages, first in self.machine.pieces_of(self.machine.book.tasks[name]):
                for offset in range(pages):
                    seen.add(start + offset)
                    self.entry(task.table[start + offset], first + offset, view)
            assert seen == set(task.table), name

    def entry(self, entry: Any, row: int, view: Any) -> None:
        where = f"{entry.task.name} page {entry.vpn:#x}"
        found, target = int(view.pte_bits[row]), int(view.pte_pfn[row])
        state = PTE_STATES[found & (bits.PTE_PRESENT | bits.PTE_ZERO | bits.PTE_SWAP)]
        assert state == entry.state, where
        if state == "swap":
            assert target == entry.slot, f"{where}: slot"
        elif state != "none":
            expected = bits.PTE_YOUNG * entry.young | bits.PTE_DIRTY * entry.dirty | bits.PTE_WRITE * entry.writable
            assert found & (bits.PTE_YOUNG | bits.PTE_DIRTY | bits.PTE_WRITE) == expected, f"{where}: young dirty write"
        if state == "present":
            self.pair(entry.page, target, where)

    def cell(self, entry: Page | Shadow | None, found: int, where: str) -> None:
        if isinstance(entry, Page):
            assert found > 0, f"{where}: not cached"
            self.pair(entry, found - 1, where)
        else:
            expected = 0 if entry is None else -2 if entry.workingset else -1
            assert found == expected, f"{where}: shadow"

    def caches(self) -> None:
        for name, file in self.k.files.items():
            book = self.machine.book.files[name]
            for index in range(file.pages):
                self.cell(file.cache.get(index), int(self.view.cell[book.first_cell + index]), f"{name} page {index}")
        for number, slot in enumerate(self.k.slots[1:] and self.k.slots):
            self.cell(slot.entry, int(self.view.swap_cell[number]), f"slot {number}")
            expected = slot.users | bits.SWAP_HAS_CACHE * slot.has_cache
            assert int(self.view.swap_map[number]) == expected, f"slot {number}: users"

    def flags(self) -> None:
        assert set(self.frame) == self.k.pages, "pages in use"
        for page, frame in self.frame.items():
            found = {name.removeprefix("PG_") for name in bits.page_flag_names(int(self.view.bits[frame]))}
            where = f"frame {frame}, page {page.index} of {getattr(page.mapping, 'name', page.mapping)}"
            assert found == page.flags, f"{where}: {found - page.flags} too many, {page.flags - found} missing"

    def lists(self) -> None:
        for name, lane in LANES.items():
            found = [self.page[frame] for frame in lane_frames(self.view, lane)]
            assert found == self.k.lists[name], f"{name}: {self._frames(self.k.lists[name])}"
        found = {self.page[frame] for frame in lane_frames(self.view, lanes.UNEVICTABLE)}
        assert found == self.k.unevictable

    def _frames(self, pages: list[Page]) -> list[int]:
        return [self.frame[page] for page in pages]

    def counters(self) -> None:
        found, expected = self.machine.counters(), counters(self.k)
        for name, value in found.items():
            if not name.startswith(NOT_COMPARED):
                assert value == expected.get(name, 0), f"{name}: {value}, expected {expected.get(name, 0)}"

    def tasks(self) -> None:
        for name, task in self.k.tasks.items():
            row = self.view.task[self.machine.book.tasks[name]]
            present = [entry.page.anon for entry in task.table.values() if entry.state == "present"]
            assert row[tables.TASK_ANON] == sum(present), f"{name}: anon rss"
            assert row[tables.TASK_FILE] == len(present) - sum(present), f"{name}: file rss"
            assert row[tables.TASK_SWAPENTS] == sum(entry.state == "swap" for entry in task.table.values()), name
            assert row[tables.TASK_LOCKED_VM] == task.locked_vm, f"{name}: VmLck"

    def node(self) -> None:
        row = self.view.node[0]
        assert row[tables.NODE_ANON_COST] == self.k.cost["anon"], "cost of anon"
        assert row[tables.NODE_FILE_COST] == self.k.cost["file"], "cost of file"
        assert row[tables.NODE_NONRESIDENT_AGE] == self.k.age, "nonresident_age"


def compare(machine: Machine, k: Kernel) -> None:
    """Raise AssertionError at the first difference."""
    comparison = Comparison(machine, k)
    comparison.tables()
    comparison.caches()
    comparison.flags()
    comparison.lists()
    comparison.counters()
    comparison.tasks()
    comparison.node()
