"""Commands of files and the page cache as calls to the core."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from memsim_gui.engine import commands as c
from memsim_gui.engine.book import File, Region
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.file_commands import FADVICE
from memsim_gui.engine.host import Call, Calls, Host, make_room, map_region, task_of
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.engine.workloads import rng
from memsim_gui.mm import calls
from memsim_gui.trace import bits, tables

FILE_DEVICE = 0
MAP_ADVICE = {"normal": 0, "random": bits.VM_RAND_READ, "sequential": bits.VM_SEQ_READ}


def _mmap_file(command: c.MmapFile, host: Host) -> Calls:
    book = host.book
    file = _file(host, command.file)
    name = command.region or command.file
    book.new("region", name)
    make_room(host, -(-file.size // PAGE_BYTES) or file.pages)
    task = yield from task_of(host, command.process)
    pages = -(-file.size // PAGE_BYTES) or file.pages
    region = Region(name, command.process, task, book.place(task, pages, 0), pages, book.pte_rows(pages), file.row)
    vm_bits = bits.VM_READ | MAP_ADVICE[command.advice]
    vm_bits |= (
        bits.VM_WRITE * command.write | bits.VM_EXEC * command.executable | bits.VM_SHARED * (not command.private)
    )
    yield from map_region(host, region, vm_bits)


def _look(command: c.Look, host: Host) -> Calls:
    book = host.book
    file = book.file(command.file)
    pages = file.pages
    last = command.first + command.step * (command.count - 1)
    if last >= pages:
        raise InputError("", f"page {last} of {file.name}", f"pages 0 to {pages - 1}")
    make_room(host, pages)
    task = yield from task_of(host, command.process)
    start, first_pte = book.place(task, pages, 0), book.pte_rows(pages)
    vm_bits = bits.VM_READ | bits.VM_SHARED | MAP_ADVICE["sequential"]
    yield Call(calls.CALL_MMAP, (task, host.free_vma_row(), start, pages, first_pte, vm_bits, file.row, 0))
    asked = np.arange(command.first, last + 1, command.step, dtype=np.int64)
    yield Call(calls.CALL_LOOK, (task,), first_pte + asked[host.cached(file.first_cell + asked)])
    yield Call(calls.CALL_MUNMAP, (task, start, pages))


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
    task = yield from task_of(host, command.process)
    for _ in range(command.times):
        if command.cold:
            yield Call(calls.CALL_FADVISE, (file.row, calls.FADV_DONTNEED))
        yield from _transfers(calls.CALL_READ, (task, file.row), offset, length, command.chunk)


def _write(command: c.Write, host: Host) -> Calls:
    file = host.book.file(command.file)
    offset, length = _bytes(file, command.offset, command.length, file.pages * PAGE_BYTES)
    task = yield from task_of(host, command.process)
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
    task = yield from task_of(host, command.process)
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


def _fadvise(command: c.Fadvise, host: Host) -> Calls:
    yield Call(calls.CALL_FADVISE, (host.book.file(command.file).row, FADVICE[command.advice]))


def _sync(_command: c.Sync, _host: Host) -> Calls:
    yield Call(calls.CALL_SYNC)


def _fsync(command: c.Fsync, host: Host) -> Calls:
    yield Call(calls.CALL_FSYNC, (host.book.file(command.file).row,))


def _drop_caches(command: c.DropCaches, _host: Host) -> Calls:
    yield Call(calls.CALL_DROP_CACHES, (command.bits,))


LOWER: dict[type[c.Command], Callable[[Any, Host], Calls]] = {
    c.DropCaches: _drop_caches,
    c.Fadvise: _fadvise,
    c.Fsync: _fsync,
    c.Look: _look,
    c.MixStream: _mix,
    c.MmapFile: _mmap_file,
    c.NewFile: _new_file,
    c.OpenFile: _open,
    c.Read: _read,
    c.ReadRandom: _read_random,
    c.Sync: _sync,
    c.Write: _write,
}
