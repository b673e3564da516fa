"""Commands as calls to the core: names become rows, sizes become items.

Each function yields the calls of one command, one after the other; it goes on only if the core carried a call out, so
that what it enters into the book behind a `yield` is true. All checks come before the first `yield`.
"""

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from memsim_gui.engine import commands as c
from memsim_gui.engine import tunables
from memsim_gui.engine.book import Book, File, Region
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.file_commands import FADVICE
from memsim_gui.engine.machine_spec import MachineSpec, reserve_pages, with_marks
from memsim_gui.engine.memory_commands import DEFAULT_MEMLOCK_PAGES, MADVICE, TO_END
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.engine.system_commands import LISTS
from memsim_gui.engine.workloads import patterns, rng
from memsim_gui.mm import calls, mm_types
from memsim_gui.trace import bits, counters, tables

NS_PER_MS = 1_000_000
NO_ITEMS = np.empty(0, np.int64)
FILE_DEVICE = 0
MAP_ADVICE = {"normal": 0, "random": bits.VM_RAND_READ, "sequential": bits.VM_SEQ_READ}

Items = npt.NDArray[np.int64]


class Call(NamedTuple):
    """One call of the core: code, arguments and items as `mm.calls` describes them."""

    code: int
    args: tuple[int, ...] = ()
    items: Items = NO_ITEMS


Calls = Iterator[Call]


class Host(Protocol):
    """What the functions here need of a machine."""

    book: Book
    spec: MachineSpec

    def need_free_vmas(self, count: int) -> None:
        """Make sure that so many VMA rows are unused."""

    def vmas_of(self, task: int) -> int:
        """Return how many VMAs a task has."""

    def pieces_of(self, task: int) -> list[tuple[int, int, int]]:
        """Return the task's VMAs as (first virtual page number, pages, first page-table row), by address."""

    def set_oom_score_adj(self, task: int, value: int) -> None:
        """Write /proc/PID/oom_score_adj."""

    def file_bytes(self, row: int) -> int:
        """Return how long a file is now."""

    def need(self, table: int, rows: int) -> None:
        """Make sure that a table has so many rows."""

    def free_vma_row(self) -> int:
        """Return the row of a new VMA."""


def calls_of(command: c.Command, host: Host) -> Calls:
    """Return the calls of a command. Raises InputError, before the first call, if a name or a range is wrong."""
    return LOWER[type(command)](command, host)


def _process(command: c.Process, host: Host) -> Calls:
    host.book.new("process", command.name)
    yield from _start(host, command.name, command.node, command.oom_score_adj, command.memlock)


def _start(
    host: Host, name: str, node: int = 0, oom_score_adj: int = 0, memlock: int = DEFAULT_MEMLOCK_PAGES
) -> Generator[Call, None, None]:
    row = host.book.task_rows
    host.need(tables.TABLE_TASK, row + 1)
    yield Call(calls.CALL_TASK, (row, node, oom_score_adj, memlock))
    host.book.add_task(name)


def _task(host: Host, name: str) -> Generator[Call, None, int]:
    """Return a process's row, starting it first if there is none of that name."""
    if name not in host.book.tasks:
        yield from _start(host, name)
    return host.book.tasks[name]


def _mmap(command: c.Mmap, host: Host) -> Calls:
    book = host.book
    book.new("region", command.region)
    book.place(book.tasks.get(command.process, -1), command.pages, command.address)
    _make_room(host, command.pages)
    task = yield from _task(host, command.process)
    start = book.place(task, command.pages, command.address)
    region = Region(command.region, command.process, task, start, command.pages, book.pte_rows(command.pages))
    yield from _map(host, region, bits.VM_READ | bits.VM_WRITE)


def _make_room(host: Host, pages: int) -> None:
    """See that the page table has rows for a new region. Raises InputError if it would grow too large."""
    host.need(tables.TABLE_PTE, host.book.pte_rows(pages) + pages)


def _map(host: Host, region: Region, vm_bits: int) -> Calls:
    row = host.free_vma_row()
    place = (region.task, row, region.start_vpn, region.pages, region.first_pte)
    yield Call(calls.CALL_MMAP, (*place, vm_bits, region.file, 0))
    host.book.add_region(region)


def _mmap_file(command: c.MmapFile, host: Host) -> Calls:
    book = host.book
    file = _file(host, command.file)
    name = command.region or command.file
    book.new("region", name)
    _make_room(host, -(-file.size // PAGE_BYTES) or file.pages)
    task = yield from _task(host, command.process)
    pages = -(-file.size // PAGE_BYTES) or file.pages
    region = Region(name, command.process, task, book.place(task, pages, 0), pages, book.pte_rows(pages), file.row)
    vm_bits = bits.VM_READ | MAP_ADVICE[command.advice]
    vm_bits |= (
        bits.VM_WRITE * command.write | bits.VM_EXEC * command.executable | bits.VM_SHARED * (not command.private)
    )
    yield from _map(host, region, vm_bits)


def _shm(command: c.Shm, host: Host) -> Calls:
    book = host.book
    book.new("region", command.region)
    row, first_cell, pages = book.file_rows, book.cells, command.pages
    _make_room(host, pages)
    host.need(tables.TABLE_FILE, row + 1)
    host.need(tables.TABLE_CELL, first_cell + pages)
    task = yield from _task(host, command.process)
    yield Call(calls.CALL_OPEN, (row, pages, first_cell, FILE_DEVICE, tables.FILE_SHMEM, pages * PAGE_BYTES))
    book.add_shared(command.region, first_cell + pages)
    start = book.place(task, pages, 0)
    region = Region(command.region, command.process, task, start, pages, book.pte_rows(pages), row)
    yield from _map(host, region, bits.VM_READ | bits.VM_WRITE | bits.VM_SHARED)


def _munmap(command: c.Munmap, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = _pages(region, command.first, command.pages)
    yield Call(calls.CALL_MUNMAP, (region.task, region.start_vpn + first, pages))
    if pages == region.pages:
        host.book.drop_region(region.name)


def _pages(region: Region, first: int, pages: int) -> tuple[int, int]:
    """Return a range of a region's pages with 0 pages = to its end. Raises InputError if it is not inside."""
    pages = pages or region.pages - first
    if first >= region.pages or first + pages > region.pages:
        found = f"pages {first} to {first + max(pages, 1) - 1} of {region.name}"
        raise InputError("", found, f"pages 0 to {region.pages - 1}")
    return first, pages


def _touch(command: c.Touch, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = _pages(region, command.first, command.pages)
    rows = np.arange(region.first_pte + first, region.first_pte + first + pages, dtype=np.int64)
    yield Call(calls.CALL_TOUCH, (region.task, int(command.write)), rows)


def _access(command: c.Access, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = _pages(region, command.first, command.pages)
    pattern = patterns.Pattern(
        command.pattern, pages, command.count, command.seed, command.step, command.hot, command.alpha
    )
    rows = patterns.sequence(pattern) + (region.first_pte + first)
    yield Call(calls.CALL_TOUCH, (region.task, int(command.write)), rows)


def _open(command: c.OpenFile, host: Host) -> Calls:
    host.book.new("file", command.file)
    yield from _add_file(host, command.file, -(-command.size // PAGE_BYTES), command.size)


def _new_file(command: c.NewFile, host: Host) -> Calls:
    host.book.new("file", command.file)
    yield from _add_file(host, command.file, -(-command.room // PAGE_BYTES), 0)


def _add_file(host: Host, name: str, pages: int, size: int) -> Calls:
    file = File(name, host.book.file_rows, pages, host.book.cells, size)
    host.need(tables.TABLE_FILE, file.row + 1)
    host.need(tables.TABLE_CELL, file.first_cell + pages)
    yield Call(calls.CALL_OPEN, (file.row, pages, file.first_cell, FILE_DEVICE, tables.FILE_REGULAR, size))
    host.book.add_file(file)


def _file(host: Host, name: str) -> File:
    """Return a file with the size that it has now."""
    file = host.book.file(name)
    return replace(file, size=host.file_bytes(file.row))


def _read(command: c.Read, host: Host) -> Calls:
    file = _file(host, command.file)
    offset, length = _bytes(file, command.offset, command.length, file.size)
    task = yield from _task(host, command.process)
    for _ in range(command.times):
        yield from _transfers(calls.CALL_READ, (task, file.row), offset, length, command.chunk)


def _write(command: c.Write, host: Host) -> Calls:
    file = host.book.file(command.file)
    offset, length = _bytes(file, command.offset, command.length, file.pages * PAGE_BYTES)
    task = yield from _task(host, command.process)
    yield from _transfers(calls.CALL_WRITE, (task, file.row), offset, length, command.chunk)


def _transfers(code: int, who: tuple[int, int], offset: int, length: int, chunk: int) -> Calls:
    """Split a stretch into calls of `chunk` bytes; what is left over is a shorter one."""
    whole = length // chunk * chunk
    if whole:
        yield Call(code, (*who, chunk), np.arange(offset, offset + whole, chunk, dtype=np.int64))
    if length > whole:
        yield Call(code, (*who, length - whole), np.array([offset + whole], np.int64))


def _bytes(file: File, offset: int, length: int, size: int) -> tuple[int, int]:
    """Return a stretch of a file with 0 bytes = to its end. Raises InputError if it is not inside."""
    length = length or size - offset
    if offset >= size or offset + length > size:
        raise InputError("", f"bytes {offset} to {offset + length} of {file.name}", f"bytes 0 to {size}")
    return offset, length


def _read_random(command: c.ReadRandom, host: Host) -> Calls:
    file = _file(host, command.file)
    pages = file.size // PAGE_BYTES
    if not pages:
        raise InputError("", f"{file.name} has {file.size} bytes", "a file of at least one page")
    task = yield from _task(host, command.process)
    if command.alpha:
        drawn = rng.zipf(command.seed, command.count, pages, command.alpha)
    else:
        drawn = rng.uniform(command.seed, command.count, pages)
    yield Call(calls.CALL_FADVISE, (file.row, calls.FADV_RANDOM))
    yield Call(calls.CALL_READ, (task, file.row, PAGE_BYTES), drawn * PAGE_BYTES)


def _mix(command: c.MixStream, host: Host) -> Calls:
    region = host.book.region(command.region)
    file = _file(host, command.file)
    offset, length = _bytes(file, command.offset, command.length, file.size)
    first, pages = offset // PAGE_BYTES, -(-length // PAGE_BYTES)
    items = np.empty((pages, command.per_page + 1), np.int64)
    items[:, 0] = np.arange(first, first + pages)
    drawn = rng.uniform(command.seed, pages * command.per_page, region.pages) + region.first_pte
    items[:, 1:] = drawn.reshape(pages, command.per_page)
    args = (region.task, file.row, int(command.write), command.per_page)
    yield Call(calls.CALL_MIX, args, items.reshape(-1))


def _mlock(command: c.Mlock, host: Host) -> Calls:
    region, address, length = _lock_range(command, host)
    yield Call(calls.CALL_MLOCK, (region.task, address, length, int(command.onfault)))


def _munlock(command: c.Munlock, host: Host) -> Calls:
    region, address, length = _lock_range(command, host)
    yield Call(calls.CALL_MUNLOCK, (region.task, address, length))


def _lock_range(command: c.Mlock | c.Munlock, host: Host) -> tuple[Region, int, int]:
    region = host.book.region(command.region)
    size = region.pages * PAGE_BYTES
    if command.offset >= size:
        raise InputError("", f"byte {command.offset} of {region.name}", f"bytes 0 to {size - 1}")
    length = size - command.offset if command.length == TO_END else command.length
    # A length of 2^63 or more reaches the core as a negative one; either way the range wraps around.
    return region, region.address + command.offset, length - (length >> 63 << 64)


def _madvise(command: c.Madvise, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = _pages(region, command.first, command.pages)
    address = region.address + first * PAGE_BYTES
    yield Call(calls.CALL_MADVISE, (region.task, address, pages * PAGE_BYTES, MADVICE[command.advice]))


def _fadvise(command: c.Fadvise, host: Host) -> Calls:
    yield Call(calls.CALL_FADVISE, (host.book.file(command.file).row, FADVICE[command.advice]))


def _sync(_command: c.Sync, _host: Host) -> Calls:
    yield Call(calls.CALL_SYNC)


def _fsync(command: c.Fsync, host: Host) -> Calls:
    yield Call(calls.CALL_FSYNC, (host.book.file(command.file).row,))


def _drop_caches(command: c.DropCaches, _host: Host) -> Calls:
    yield Call(calls.CALL_DROP_CACHES, (command.bits,))


def _sleep(command: c.Sleep, _host: Host) -> Calls:
    yield Call(calls.CALL_SLEEP, (command.ms * NS_PER_MS,))


def _wait_io(_command: c.WaitIo, _host: Host) -> Calls:
    yield Call(calls.CALL_WAIT_IO)


def _sysctl(command: c.SetSysctl, host: Host) -> Calls:
    name = tunables.sysctl_name(command.name)
    if name in tunables.WITHOUT_EFFECT:
        return
    value = tunables.checked(name, command.value, "sysctl")
    if name in tunables.WATERMARK_SYSCTLS:
        yield from _watermarks(host, {**host.book.sysctls, name: value})
    else:
        row = tunables.TUNABLES[name]
        yield Call(calls.CALL_SYSCTL, (row.place, row.stored(value)))
    host.book.sysctls[name] = value


def _watermarks(host: Host, sysctls: dict[str, int]) -> Calls:
    """Recompute the watermarks of all zones, as writing one of their sysctls does."""
    spec = host.spec
    zones = with_marks(tuple(zone._replace(high=0) for zone in spec.zones), sysctls, spec.detail, spec.cpus)
    for zone in zones:
        row = zone.node * counters.ZONES_PER_NODE + zone.kind
        yield Call(calls.CALL_WATERMARKS, (row, zone.min, zone.low, zone.high))
    yield Call(calls.CALL_SYSCTL, (mm_types.TUN_TOTALRESERVE_PAGES, reserve_pages(zones)))


def _fork(command: c.Fork, host: Host) -> Calls:
    book = host.book
    book.new("process", command.child)
    child = book.task_rows
    if command.process not in book.tasks:
        # Nothing to copy: the child is a process like any other.
        yield from _start(host, command.child, oom_score_adj=command.oom_score_adj)
        return
    parent = book.tasks[command.process]
    copied = [region for region in book.regions.values() if region.task == parent]
    pages = sum(region.pages for region in copied)
    first_pte = book.pte_rows(pages)
    host.need(tables.TABLE_TASK, child + 1)
    host.need(tables.TABLE_PTE, first_pte + pages)
    host.need_free_vmas(host.vmas_of(parent))
    yield Call(calls.CALL_FORK, (parent, child, first_pte))
    book.add_task(command.child)
    host.set_oom_score_adj(child, command.oom_score_adj)
    if copied:
        book.add_copies(copied, command.child, host.pieces_of(child))


def _exit(command: c.ExitTask, host: Host) -> Calls:
    row = host.book.task(command.process)
    yield Call(calls.CALL_EXIT, (row,))
    host.book.drop_task(command.process)


def _pressure(command: c.Pressure, host: Host) -> Calls:
    book = host.book
    _make_room(host, command.pages)
    task = yield from _task(host, command.process)
    number = 1
    while f"{command.process} {number}" in book.regions:
        number += 1
    start = book.place(task, command.pages, 0)
    name = f"{command.process} {number}"
    region = Region(name, command.process, task, start, command.pages, book.pte_rows(command.pages))
    yield from _map(host, region, bits.VM_READ | bits.VM_WRITE)
    rows = np.arange(region.first_pte, region.first_pte + region.pages, dtype=np.int64)
    yield Call(calls.CALL_TOUCH, (task, 1), rows)


def _kswapd(command: c.KswapdPass, _host: Host) -> Calls:
    yield Call(calls.CALL_KSWAPD, (command.node,))


def _direct_reclaim(command: c.DirectReclaim, _host: Host) -> Calls:
    yield Call(calls.CALL_DIRECT_RECLAIM, (command.node, command.pages))


def _drain(_command: c.Drain, _host: Host) -> Calls:
    yield Call(calls.CALL_DRAIN)


def _cgroup(_command: c.Cgroup, _host: Host) -> Calls:
    yield Call(calls.CALL_CGROUP)


def _memory_reclaim(command: c.MemoryReclaim, _host: Host) -> Calls:
    yield Call(calls.CALL_MEMORY_RECLAIM, (command.size // PAGE_BYTES,))


def _scan(command: c.ScanList, _host: Host) -> Calls:
    yield Call(calls.CALL_SCAN, (command.node, LISTS[command.list], command.pages))


LOWER: dict[type[c.Command], Callable[[Any, Host], Calls]] = {
    c.Access: _access,
    c.Cgroup: _cgroup,
    c.DirectReclaim: _direct_reclaim,
    c.Drain: _drain,
    c.DropCaches: _drop_caches,
    c.ExitTask: _exit,
    c.Fadvise: _fadvise,
    c.Fork: _fork,
    c.Fsync: _fsync,
    c.KswapdPass: _kswapd,
    c.Madvise: _madvise,
    c.MemoryReclaim: _memory_reclaim,
    c.MixStream: _mix,
    c.Mlock: _mlock,
    c.Mmap: _mmap,
    c.MmapFile: _mmap_file,
    c.Munlock: _munlock,
    c.Munmap: _munmap,
    c.NewFile: _new_file,
    c.OpenFile: _open,
    c.Pressure: _pressure,
    c.Process: _process,
    c.Read: _read,
    c.ReadRandom: _read_random,
    c.ScanList: _scan,
    c.SetSysctl: _sysctl,
    c.Shm: _shm,
    c.Sleep: _sleep,
    c.Sync: _sync,
    c.Touch: _touch,
    c.WaitIo: _wait_io,
    c.Write: _write,
}
