"""What a command would do, in half a line, while it is being typed: pure arithmetic on the state shown."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.engine import commands as c
from memsim_gui.engine.book import span
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.memory_commands import TO_END
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.engine.system_commands import LISTS
from memsim_gui.engine.workloads import patterns
from memsim_gui.engine.workloads.patterns import Pattern
from memsim_gui.engine.workloads.rng import Pages
from memsim_gui.scene.words import byte_size, counted, duration, grouped
from memsim_gui.session import cached, settings
from memsim_gui.session.names import Names, Region
from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.tally import count_where
from memsim_gui.trace.view_state import ViewState

MOST_DRAWN = 1 << 20  # accesses of a pattern that are drawn for a preview
NS_PER_MS = 1_000_000


def of(command: c.Command, names: Names, view: ViewState, tunables: Mapping[str, int]) -> str:
    """Return what a command would do now, or "" if nothing can be said. InputError if it names what is not there."""
    if isinstance(command, c.SetSysctl):
        return settings.change(command, view, tunables)
    found = _PREVIEWS.get(type(command))
    return found(command, names, view) if found else ""


def amount(pages: int) -> str:
    """Return pages with their size: "2 560 pages, 10 MiB"."""
    return f"{counted(pages)}, {byte_size(pages * PAGE_BYTES)}"


# --- memory


def locked_range(address: int, length_bytes: int) -> str:
    """Return what mlock makes of a byte range: "→ 25 pages, 102 400 B, 2 400 more than asked"."""
    pages = -(-(address + length_bytes) // PAGE_BYTES) - address // PAGE_BYTES
    locked = pages * PAGE_BYTES
    more = f", {grouped(locked - length_bytes)} more than asked" if locked > length_bytes else ""
    return f"→ {counted(pages)}, {grouped(locked)} B{more}"


def _allocation(command: c.Mmap | c.Shm, _names: Names, view: ViewState) -> str:
    return f"→ {amount(command.pages)}; {grouped(_free(view))} are free. Frames come with the first write"


def _unmap(command: c.Munmap, names: Names, view: ViewState) -> str:
    region = names.region(command.region)
    first, pages = span(region, command.first, command.pages)
    present, swapped = _present(view, region, first, pages)
    return f"→ {counted(pages)} unmapped: {grouped(present)} in memory, {grouped(swapped)} in swap"


def _present(view: ViewState, region: Region, first: int, pages: int) -> tuple[int, int]:
    """Pages of a range in memory and in swap."""
    found = view.pte_bits[region.first_pte + first : region.first_pte + first + pages]
    return count_where(lambda pte: pte & bits.PTE_PRESENT, found), count_where(lambda pte: pte & bits.PTE_SWAP, found)


def _touch(command: c.Touch, names: Names, view: ViewState) -> str:
    region = names.region(command.region)
    first, pages = span(region, command.first, command.pages)
    start = region.first_pte + first
    found = _faults(view.pte_bits[start : start + pages], write=command.write)
    return f"→ {counted(pages)}: {_hits(pages, *found)}"


def _access(command: c.Access, names: Names, view: ViewState) -> str:
    region = names.region(command.region)
    first, pages = span(region, command.first, command.pages)
    said = f"→ {grouped(command.count)} {'access' if command.count == 1 else 'accesses'}"
    if command.count > MOST_DRAWN:
        present, _ = _present(view, region, first, pages)
        return f"{said}; {grouped(present)} of {counted(pages)} are in memory"
    touched = first + distinct(
        Pattern(command.pattern, pages, command.count, command.seed, command.step, command.hot, command.alpha)
    )
    found = _faults(view.pte_bits[region.first_pte + touched], write=command.write)
    return f"{said} to {counted(len(touched))}: {_hits(command.count, *found)}"


@lru_cache(maxsize=8)
def distinct(pattern: Pattern) -> Pages:
    """Return the different pages that a pattern touches, in ascending order."""
    return np.unique(patterns.sequence(pattern))


def _faults(found: npt.NDArray[np.uint8], *, write: bool) -> tuple[int, int]:
    """How many pages with these page table entries would fault, and how many of those read from swap."""
    needed = bits.PTE_PRESENT | (bits.PTE_WRITE if write else 0)
    either = bits.PTE_PRESENT | bits.PTE_SWAP
    faults = count_where(lambda pte: pte & needed != needed, found)
    return faults, count_where(lambda pte: pte & either == bits.PTE_SWAP, found)


def _hits(accesses: int, faults: int, swapped: int) -> str:
    from_swap = f", {grouped(swapped)} of them from swap" if swapped else ""
    return f"{counted(accesses - faults, 'hit')}, {counted(faults, 'fault')}{from_swap}"


def _lock(command: c.Mlock | c.Munlock, names: Names, _view: ViewState) -> str:
    region = names.region(command.region)
    size = region.pages * PAGE_BYTES
    if command.offset >= size:
        raise InputError("", f"byte {command.offset} of {region.name}", f"bytes 0 to {size - 1}")
    length = size - command.offset if command.length == TO_END else command.length
    return locked_range(region.start_bytes + command.offset, length)


ADVICE = {
    "cold": "{present} in memory become the first to be reclaimed",
    "pageout": "{present} in memory are reclaimed now, if nobody else uses them",
    "free": "{present} in memory may be freed when memory is short",
    "dontneed": "{present} in memory and {swapped} in swap are given back at once; their contents are lost",
}


def _madvise(command: c.Madvise, names: Names, view: ViewState) -> str:
    region = names.region(command.region)
    first, pages = span(region, command.first, command.pages)
    present, swapped = map(grouped, _present(view, region, first, pages))
    return f"→ {counted(pages)}: {ADVICE[command.advice].format(present=present, swapped=swapped)}"


def _exit(command: c.ExitTask, names: Names, view: ViewState) -> str:
    row = view.task[names.task(command.process)]
    kinds = ((tables.TASK_ANON, "anon"), (tables.TASK_FILE, "file"), (tables.TASK_SHMEM, "shared"))
    held = ", ".join(f"{grouped(int(row[column]))} {kind}" for column, kind in kinds)
    return f"→ {held} pages are unmapped, {grouped(int(row[tables.TASK_SWAPENTS]))} swap entries given back"


def _fork(command: c.Fork, names: Names, view: ViewState) -> str:
    if command.process not in names.tasks:
        return f"→ there is no {command.process} to copy: {command.child} starts empty"
    anon = int(view.task[names.task(command.process), tables.TASK_ANON])
    return f"→ {counted(anon)} shared with the child until one of them writes"


# --- files


def file_range(view: ViewState, file: int, offset_bytes: int, length_bytes: int) -> str:
    """Return where a read or write lands: "→ index 24, offset 1 696, hit"; several pages count hits and misses."""
    size = int(view.file[file, tables.FILE_SIZE_BYTES])
    if offset_bytes >= size:
        return f"→ past the end of the file ({grouped(size)} B): nothing is read"
    end = min(offset_bytes + length_bytes, size) if length_bytes else size
    return _cells(view, file, offset_bytes, end)


def _cells(view: ViewState, file: int, start: int, end: int) -> str:
    first, inside = divmod(start, PAGE_BYTES)
    last = (end - 1) // PAGE_BYTES
    base = int(view.file[file, tables.FILE_FIRST_CELL])
    found = view.cell[base + first : base + last + 1]
    hits = int((found > 0).sum())
    if first == last:
        return f"→ index {first}, offset {grouped(inside)}, {'hit' if hits else 'miss'}"
    misses = len(found) - hits
    return f"→ index {first} to {last}, offset {grouped(inside)}: {counted(hits, 'hit')}, {grouped(misses)} miss"


def _read(command: c.Read, names: Names, view: ViewState) -> str:
    return file_range(view, names.file(command.file).row, command.offset, command.length)


def _write(command: c.Write, names: Names, view: ViewState) -> str:
    file = names.file(command.file)
    room = int(view.file[file.row, tables.FILE_PAGES]) * PAGE_BYTES
    length = command.length or room - command.offset
    if command.offset + length > room or length <= 0:
        found = f"bytes {command.offset} to {command.offset + length} of {file.name}"
        raise InputError("", found, f"bytes 0 to {room}")
    return _cells(view, file.row, command.offset, command.offset + length)


def _read_random(command: c.ReadRandom, names: Names, view: ViewState) -> str:
    file = names.file(command.file)
    pages = int(view.file[file.row, tables.FILE_SIZE_BYTES]) // PAGE_BYTES
    held = int(view.file[file.row, tables.FILE_NRPAGES])
    return f"→ {counted(command.count, 'read')}; {grouped(held)} of its {counted(pages)} are cached"


def _open(command: c.OpenFile, _names: Names, _view: ViewState) -> str:
    return f"→ {amount(-(-command.size // PAGE_BYTES))}; nothing of it is cached yet"


def _map_file(command: c.MmapFile, names: Names, view: ViewState) -> str:
    file = names.file(command.file)
    held = int(view.file[file.row, tables.FILE_NRPAGES])
    return f"→ {amount(int(view.file[file.row, tables.FILE_PAGES]))}; {grouped(held)} are cached already"


def _fsync(command: c.Fsync, names: Names, view: ViewState) -> str:
    dirty = int(view.file[names.file(command.file).row, tables.FILE_NR_DIRTY])
    return f"→ {counted(dirty, 'dirty page')} to write"


def _sync(_command: c.Sync, _names: Names, view: ViewState) -> str:
    return f"→ {counted(int(view.file[:, tables.FILE_NR_DIRTY].sum()), 'dirty page')} to write"


def _drop(command: c.DropCaches, _names: Names, view: ViewState) -> str:
    if not command.bits & 1:
        return "→ slab only: no page of the page cache goes"
    found = cached.droppable(view)
    stay = ", ".join(f"{grouped(pages)} {why}" for why, pages in found.stay.items() if pages)
    return f"→ {counted(found.go)} of {grouped(found.cached)} would go" + (f"; {stay} stay" if stay else "")


# --- reclaim


def _free(view: ViewState, node: int = -1) -> int:
    """Free pages of a node, or of all."""
    return int(view.lane_pages[lanes.FREE :: lanes.LANES_PER_NODE][node if node >= 0 else slice(None)].sum())


def _marks(view: ViewState, node: int = -1) -> tuple[int, int, int]:
    """Watermarks min, low and high of a node, or of all together."""
    zones = view.zone.reshape(len(view.node), -1, tables.ZONE_COLUMNS)
    found = (zones[node] if node >= 0 else zones.reshape(-1, tables.ZONE_COLUMNS)).sum(axis=0)
    return int(found[tables.ZONE_MIN]), int(found[tables.ZONE_LOW]), int(found[tables.ZONE_HIGH])


def _pressure(command: c.Pressure, _names: Names, view: ViewState) -> str:
    free, (lowest, low, _) = _free(view), _marks(view)
    left = free - command.pages
    said = f"→ {grouped(command.pages)} of {grouped(free)} free pages"
    if left < 0:
        return f"{said}: {grouped(-left)} must be reclaimed first"
    if left < lowest:
        return f"{said}: {grouped(left)} left, below min {grouped(lowest)}: direct reclaim"
    if left < low:
        return f"{said}: {grouped(left)} left, below low {grouped(low)}: kswapd wakes"
    return f"{said}: {grouped(left)} left, above low {grouped(low)}"


def _kswapd(command: c.KswapdPass, _names: Names, view: ViewState) -> str:
    free, high = _free(view, command.node), _marks(view, command.node)[2]
    said = f"→ {grouped(free)} free, high {grouped(high)}"
    return f"{said}: balanced, little to do" if free >= high else f"{said}: {grouped(high - free)} short"


def _listed(view: ViewState, node: int, kind: int) -> int:
    return int(view.lane_pages[lanes.lane(node, kind)])


def _direct(command: c.DirectReclaim, _names: Names, view: ViewState) -> str:
    file, anon = (_listed(view, command.node, kind) for kind in (lanes.INACTIVE_FILE, lanes.INACTIVE_ANON))
    return (
        f"→ {counted(command.pages)} wanted; candidates: {grouped(file)} inactive file, {grouped(anon)} inactive anon"
    )


def _scan(command: c.ScanList, _names: Names, view: ViewState) -> str:
    there = _listed(view, command.node, LISTS[command.list])
    return f"→ {grouped(min(command.pages, there))} of {counted(there)} at the tail"


def _memory_reclaim(command: c.MemoryReclaim, _names: Names, _view: ViewState) -> str:
    return f"→ {amount(command.size // PAGE_BYTES)} wanted"


def _sleep(command: c.Sleep, _names: Names, _view: ViewState) -> str:
    return f"→ {duration(command.ms * NS_PER_MS)} of simulated time"


_PREVIEWS: dict[type[c.Command], Callable[[Any, Names, ViewState], str]] = {
    c.Mmap: _allocation,
    c.Shm: _allocation,
    c.Munmap: _unmap,
    c.Touch: _touch,
    c.Access: _access,
    c.Mlock: _lock,
    c.Munlock: _lock,
    c.Madvise: _madvise,
    c.ExitTask: _exit,
    c.Fork: _fork,
    c.Read: _read,
    c.Write: _write,
    c.ReadRandom: _read_random,
    c.OpenFile: _open,
    c.MmapFile: _map_file,
    c.Fsync: _fsync,
    c.Sync: _sync,
    c.DropCaches: _drop,
    c.Pressure: _pressure,
    c.KswapdPass: _kswapd,
    c.DirectReclaim: _direct,
    c.ScanList: _scan,
    c.MemoryReclaim: _memory_reclaim,
    c.Sleep: _sleep,
}
