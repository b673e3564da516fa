"""Which parts of a step's expectation did not come true, each in one line."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from memsim_gui.engine import durations
from memsim_gui.engine.errors import InputError, unknown
from memsim_gui.engine.expectations import CONTENTS, LIST_NAMES, RULE, Expectation, comparison
from memsim_gui.engine.machine import Machine, Outcome
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from memsim_gui.trace.lanes import Lane

KB_PER_PAGE = PAGE_BYTES // 1024
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "": lambda a, b: a == b,
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


class Start(NamedTuple):
    """Where a machine stood when a step began: its counters, simulated time, and place in the trace."""

    counters: dict[str, int]
    now_ns: int
    position: int

    @classmethod
    def of(cls, machine: Machine) -> "Start":
        """Return where a machine stands now."""
        return cls(machine.counters(), machine.now_ns, len(machine.trace))


def failures(expected: Expectation, machine: Machine, start: Start, outcomes: list[Outcome]) -> list[str]:
    """Return a line for each part that does not hold; `start` is where the step began."""
    out: list[str] = []
    for part in (
        _wrong_errno(expected.errno, outcomes),
        _wrong_counters(expected.counters, machine.counters(), start.counters),
        *(_wrong_page(row, machine) for row in expected.pages),
        *(_wrong_region(row, machine) for row in expected.regions),
        *(_wrong_slot(row, machine) for row in expected.slots),
        *(_wrong_process(row, machine) for row in expected.processes),
        *(_wrong_file(row, machine) for row in expected.files),
        _wrong_reads(expected.reads, machine, start.position),
        _wrong_time(expected.elapsed, machine.now_ns - start.now_ns),
    ):
        try:
            out += part
        except InputError as error:
            out.append(str(error))
    return out


def _wrong_errno(expected: str, outcomes: list[Outcome]) -> Iterator[str]:
    for outcome in outcomes[:-1] if expected else outcomes:
        if not outcome.ok:
            yield f"{outcome.command.describe()}: {outcome.error}"
    if expected and (not outcomes or outcomes[-1].error != expected):
        yield f"errno is {(outcomes[-1].error if outcomes else '') or 'none'}, not {expected}"


def _wrong_counters(rules: Mapping[str, int | str], now: Mapping[str, int], before: Mapping[str, int]) -> Iterator[str]:
    for name, rule in rules.items():
        if name not in now:
            yield str(unknown("", "counter", name, now))
        elif not _holds(rule, now[name], before[name]):
            yield f"{name} is {now[name]} ({now[name] - before[name]:+d} in this step), not {rule}"


def _holds(rule: int | str, value: int, before: int) -> bool:
    if isinstance(rule, int):
        return value == rule
    match = RULE.fullmatch(rule)
    if match and match[1]:
        return _COMPARE[match[1]](value, int(match[2]))
    if match and match[3]:
        return value - before == int(match[3])
    return {"grows": value > before, "falls": value < before, "same": value == before}[rule]


def _wrong_page(row: Mapping[str, Any], machine: Machine) -> Iterator[str]:
    pte_row = -1
    if "region" in row:
        region = machine.book.region(row["region"])
        pte_row = region.first_pte + row.get("page", 0)
        pte = machine.state.pte[pte_row]
        frame = int(pte["pfn"]) if int(pte["bits"]) & bits.PTE_PRESENT else -1
        what = f"page {row.get('page', 0)} of {region.name}"
    elif "file" in row:
        frame = _cached(machine, row["file"], row.get("page", 0))
        what = f"page {row.get('page', 0)} of {row['file']}"
        pte_row = _pte_of(machine, frame)
    else:
        frame = row["pfn"] - machine.spec.first_pfn
        what = f"page frame {row['pfn']:#x}"
        pte_row = _pte_of(machine, frame)
    yield from _wrong_frame(row, machine, frame, what)
    if "pte" in row:
        found = int(machine.state.pte[pte_row]["bits"]) if pte_row >= 0 else 0
        yield from _wrong_bits(row["pte"], found, bits.PTE_BIT_NAMES, f"{what}: its PTE")


def _wrong_frame(row: Mapping[str, Any], machine: Machine, frame: int, what: str) -> Iterator[str]:
    if not 0 <= frame < machine.spec.managed:
        if set(row) & {"list", "flags", "mapcount", "refcount"}:
            yield f"{what} has no frame"
        return
    page = machine.state.page[frame]
    kind = int(page["lane"]) % lanes.LANES_PER_NODE
    wanted: Lane | None = LIST_NAMES.get(row.get("list", ""))
    if wanted and wanted.kind != kind:
        yield f"{what} is on {next(r.title for r in LIST_NAMES.values() if r.kind == kind)}, not on {wanted.title}"
    yield from _wrong_bits(row.get("flags", []), int(page["bits"]), bits.PAGE_FLAG_NAMES, what)
    for name in ("mapcount", "refcount"):
        if name in row and int(page[name]) != row[name]:
            yield f"{what}: {name} is {int(page[name])}, not {row[name]}"


def _cached(machine: Machine, name: str, index: int) -> int:
    """Return the frame that caches a page of a file, -1 none. Raises InputError if the file has no such page."""
    file = machine.book.file(name)
    if index >= file.pages:
        raise InputError("", f"page {index} of {name}", f"pages 0 to {file.pages - 1}")
    return max(0, int(machine.state.cell[file.first_cell + index])) - 1


def _pte_of(machine: Machine, frame: int) -> int:
    """Return the first page-table row that maps a frame, -1 none."""
    pte = machine.state.pte
    present = (pte["bits"] & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
    rows = (present & (pte["pfn"] == frame)).nonzero()[0]
    return int(rows[0]) if len(rows) else -1


def _wrong_bits(wanted: list[str], found: int, names: Mapping[int, str], what: str) -> Iterator[str]:
    by_name = {name: bit for bit, name in names.items()}
    for word in wanted:
        name, want = word.removeprefix("!"), not word.startswith("!")
        if bool(found & by_name[name]) != want:
            yield f"{what}: {name} is {'clear' if want else 'set'}, not {'set' if want else 'clear'}"


def _wrong_region(row: Mapping[str, Any], machine: Machine) -> Iterator[str]:
    region = machine.book.region(row["region"])
    pte = machine.state.pte[region.first_pte : region.first_pte + region.pages]["bits"]
    zero = (pte & bits.PTE_ZERO) != 0
    found = {
        "mapped": int((((pte & bits.PTE_PRESENT) != 0) & ~zero).sum()),
        "zero": int(zero.sum()),
        "swapped": int(((pte & bits.PTE_SWAP) != 0).sum()),
    }
    if "locked" in row:
        found["locked"] = _locked_pages(machine, region.task, region.start_vpn, region.end_vpn)
    for name, value in found.items():
        if name in row and row[name] != value:
            yield f"{region.name}: {value} pages {name}, not {row[name]}"


def _locked_pages(machine: Machine, task: int, start: int, end: int) -> int:
    vma = machine.state.vma
    mine = (vma[:, tables.VMA_TASK] == task) & ((vma[:, tables.VMA_BITS] & bits.VM_LOCKED) != 0)
    first = vma[mine, tables.VMA_START_VPN].clip(start, end)
    last = (vma[mine, tables.VMA_START_VPN] + vma[mine, tables.VMA_PAGES]).clip(start, end)
    return int((last - first).sum())


def _wrong_slot(row: Mapping[str, Any], machine: Machine) -> Iterator[str]:
    view = machine.view()
    slot = row["slot"]
    if not 0 < slot < len(view.swap_map):
        yield f"swap slot {slot} does not exist"
        return
    users = int(view.swap_map[slot]) & ~bits.SWAP_HAS_CACHE
    content = CONTENTS.get(int(view.swap_cell[slot]), "page")
    if row.get("users", users) != users:
        yield f"swap slot {slot} has {users} users, not {row['users']}"
    if row.get("content", content) != content:
        yield f"swap slot {slot} holds {content}, not {row['content']}"


def _wrong_process(row: Mapping[str, Any], machine: Machine) -> Iterator[str]:
    name = row["process"]
    alive = machine.task_alive(name)
    if row.get("alive", True) != alive:
        yield f"process {name} is {'alive' if alive else 'gone'}"
    if not alive:
        return
    task = machine.state.task[machine.book.task(name)]
    rss = task[tables.TASK_ANON] + task[tables.TASK_FILE] + task[tables.TASK_SHMEM]
    found = {
        "VmRSS": int(rss),
        "VmLck": int(task[tables.TASK_LOCKED_VM]),
        "VmSwap": int(task[tables.TASK_SWAPENTS]),
        "VmPTE": int(task[tables.TASK_PGTABLES]),
    }
    for key, pages in found.items():
        if key in row and row[key] != pages * KB_PER_PAGE:
            yield f"process {name}: {key} is {pages * KB_PER_PAGE} kB, not {row[key]} kB"


def _wrong_file(row: Mapping[str, Any], machine: Machine) -> Iterator[str]:
    file = machine.book.file(row["file"])
    found = {
        "cached": int(machine.state.file[file.row, tables.FILE_NRPAGES]),
        "dirty": int(machine.state.file[file.row, tables.FILE_NR_DIRTY]),
    }
    for name, pages in found.items():
        if name in row and row[name] != pages:
            yield f"{file.name}: {pages} pages {name}, not {row[name]}"
    for key, want in (("holds", True), ("lacks", False)):
        for index in row.get(key, []):
            if (_cached(machine, file.name, index) >= 0) != want:
                yield f"{file.name}: page {index} is {'not ' if want else ''}cached"


def _wrong_reads(expected: Mapping[str, int], machine: Machine, position: int) -> Iterator[str]:
    trace = machine.trace
    if not expected or any(level < kinds.LEVEL_FULL for _, level in trace.levels):
        return
    events = trace.events(position, len(trace))
    hit = events["cause"][events["kind"] == kinds.READ] == causes.HIT
    found = {"hits": int(np.count_nonzero(hit)), "misses": int(np.count_nonzero(~hit))}
    for name, pages in expected.items():
        if found[name] != pages:
            yield f"{found[name]} {name} in this step, not {pages}"


def _wrong_time(expected: str, found_ns: int) -> Iterator[str]:
    if not expected:
        return
    sign, text = comparison(expected)
    if not _COMPARE[sign](found_ns, durations.nanoseconds(text, "elapsed")):
        yield f"the step took {found_ns} ns of simulated time, not {expected}"
