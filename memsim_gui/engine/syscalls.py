"""Commands as calls to the core: names become rows, sizes become items.

Each function yields the calls of one command, one after the other; it goes on only if the core carried a call out, so
that what it enters into the book behind a `yield` is true. All checks come before the first `yield`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from memsim_gui.engine import commands as c
from memsim_gui.engine import file_calls, tunables
from memsim_gui.engine.book import Region, span
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.file_calls import FILE_DEVICE
from memsim_gui.engine.host import Call, Calls, Host, make_room, map_region, start_task, task_of
from memsim_gui.engine.machine_spec import reserve_pages, watermark_sysctls, with_marks
from memsim_gui.engine.memory_commands import MADVICE, TO_END
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.engine.system_commands import LISTS
from memsim_gui.engine.workloads import patterns
from memsim_gui.mm import calls, mm_types
from memsim_gui.trace import bits, counters, tables

NS_PER_MS = 1_000_000


def calls_of(command: c.Command, host: Host) -> Calls:
    """Return the calls of a command. Raises InputError, before the first call, if a name or a range is wrong."""
    return LOWER[type(command)](command, host)


def _process(command: c.Process, host: Host) -> Calls:
    host.book.new("process", command.name)
    yield from start_task(host, command.name, command.node, command.oom_score_adj, command.memlock)


def _mmap(command: c.Mmap, host: Host) -> Calls:
    book = host.book
    book.new("region", command.region)
    book.place(book.tasks.get(command.process, -1), command.pages, command.address)
    make_room(host, command.pages)
    task = yield from task_of(host, command.process)
    start = book.place(task, command.pages, command.address)
    region = Region(command.region, command.process, task, start, command.pages, book.pte_rows(command.pages))
    yield from map_region(host, region, bits.VM_READ | bits.VM_WRITE)


def _shm(command: c.Shm, host: Host) -> Calls:
    book = host.book
    book.new("region", command.region)
    row, first_cell, pages = book.file_rows, book.cells, command.pages
    make_room(host, pages)
    host.need(tables.TABLE_FILE, row + 1)
    host.need(tables.TABLE_CELL, first_cell + pages)
    task = yield from task_of(host, command.process)
    yield Call(calls.CALL_OPEN, (row, pages, first_cell, FILE_DEVICE, tables.FILE_SHMEM, pages * PAGE_BYTES))
    book.add_shared(command.region, first_cell + pages)
    start = book.place(task, pages, 0)
    region = Region(command.region, command.process, task, start, pages, book.pte_rows(pages), row)
    yield from map_region(host, region, bits.VM_READ | bits.VM_WRITE | bits.VM_SHARED)


def _munmap(command: c.Munmap, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = span(region, command.first, command.pages)
    yield Call(calls.CALL_MUNMAP, (region.task, region.start_vpn + first, pages))
    if pages == region.pages:
        host.book.drop_region(region.name)


def _touch(command: c.Touch, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = span(region, command.first, command.pages)
    rows = np.arange(region.first_pte + first, region.first_pte + first + pages, dtype=np.int64)
    yield Call(calls.CALL_TOUCH, (region.task, int(command.write)), rows)


def _access(command: c.Access, host: Host) -> Calls:
    region = host.book.region(command.region)
    first, pages = span(region, command.first, command.pages)
    pattern = patterns.Pattern(
        command.pattern, pages, command.count, command.seed, command.step, command.hot, command.alpha
    )
    rows = patterns.sequence(pattern) + (region.first_pte + first)
    yield Call(calls.CALL_TOUCH, (region.task, int(command.write)), rows)


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
    first, pages = span(region, command.first, command.pages)
    address = region.address + first * PAGE_BYTES
    yield Call(calls.CALL_MADVISE, (region.task, address, pages * PAGE_BYTES, MADVICE[command.advice]))


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
        yield from _watermarks(host, watermark_sysctls(host.spec, {**host.book.sysctls, name: value}))
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
        yield from start_task(host, command.child, oom_score_adj=command.oom_score_adj)
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
    make_room(host, command.pages)
    task = yield from task_of(host, command.process)
    number = 1
    while f"{command.process} {number}" in book.regions:
        number += 1
    start = book.place(task, command.pages, 0)
    name = f"{command.process} {number}"
    region = Region(name, command.process, task, start, command.pages, book.pte_rows(command.pages))
    yield from map_region(host, region, bits.VM_READ | bits.VM_WRITE)
    rows = np.arange(region.first_pte, region.first_pte + region.pages, dtype=np.int64)
    yield Call(calls.CALL_TOUCH, (task, 1), rows)


def _kswapd(command: c.KswapdPass, _host: Host) -> Calls:
    yield Call(calls.CALL_KSWAPD, (command.node,))


def _direct_reclaim(command: c.DirectReclaim, _host: Host) -> Calls:
    yield Call(calls.CALL_DIRECT_RECLAIM, (command.node, command.pages))


def _cgroup(_command: c.Cgroup, _host: Host) -> Calls:
    yield Call(calls.CALL_CGROUP)


def _memory_reclaim(command: c.MemoryReclaim, _host: Host) -> Calls:
    yield Call(calls.CALL_MEMORY_RECLAIM, (command.size // PAGE_BYTES,))


def _scan(command: c.ScanList, _host: Host) -> Calls:
    yield Call(calls.CALL_SCAN, (command.node, LISTS[command.list], command.pages))


LOWER: dict[type[c.Command], Callable[[Any, Host], Calls]] = file_calls.LOWER | {
    c.Access: _access,
    c.Cgroup: _cgroup,
    c.DirectReclaim: _direct_reclaim,
    c.ExitTask: _exit,
    c.Fork: _fork,
    c.KswapdPass: _kswapd,
    c.Madvise: _madvise,
    c.MemoryReclaim: _memory_reclaim,
    c.Mlock: _mlock,
    c.Mmap: _mmap,
    c.Munlock: _munlock,
    c.Munmap: _munmap,
    c.Pressure: _pressure,
    c.Process: _process,
    c.ScanList: _scan,
    c.SetSysctl: _sysctl,
    c.Shm: _shm,
    c.Sleep: _sleep,
    c.Touch: _touch,
    c.WaitIo: _wait_io,
}
