"""Expectations: what a scenario's step says must be true after it, and the check.

A step's `expect` table may hold

    counters = { nr_inactive_anon = 1, pgactivate = "+1", nr_free_pages = ">= 8", nr_dirty = "falls" }
    pages = [ { pfn = 0xABC, list = "inactive anon", flags = ["PG_lru", "!PG_active"], pte = ["young", "!dirty"] } ]
    regions = [ { region = "A", mapped = 4, zero = 0, swapped = 0 } ]
    slots = [ { slot = 1, users = 1, content = "shadow of a workingset page" } ]
    processes = [ { process = "app", VmLck = 10240, alive = true } ]
    errno = "ENOMEM"                        (of the step's last command; without it every command must succeed)

Counter values: a number is exact; "+1" and "-1" are the growth over the step; ">= 5", "<= 5", "> 5", "< 5" compare;
"grows", "falls" and "same" compare with the start of the step. A frame is given by `pfn`, or by `region` and `page`.
"""

import errno as errno_names
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from memsim_gui.engine import fields
from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.fields import Reader
from memsim_gui.engine.machine import Machine, Outcome
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.trace import bits, lanes, tables
from memsim_gui.trace.lanes import Lane

KEYS = ("counters", "pages", "regions", "slots", "processes", "errno")
PAGE_KEYS = ("pfn", "region", "page", "list", "flags", "pte", "mapcount", "refcount")
REGION_KEYS = ("region", "mapped", "zero", "swapped", "locked")
SLOT_KEYS = ("slot", "users", "content")
PROCESS_KEYS = ("process", "alive", "VmRSS", "VmLck", "VmSwap", "VmPTE")
CONTENTS = {0: "nothing", -1: "shadow", -2: "shadow of a workingset page"}
KB_PER_PAGE = PAGE_BYTES // 1024
LIST_NAMES = {row.title.lower(): row for row in lanes.lane_table(1)}
_RULE = re.compile(r"(>=|<=|>|<)\s*(-?[0-9]{1,18})|([+-][0-9]{1,18})|grows|falls|same")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


@dataclass(frozen=True)
class Expectation:
    """What must hold after a step; all parts checked for form, not yet for truth."""

    counters: Mapping[str, int | str] = field(default_factory=dict)
    pages: tuple[Mapping[str, Any], ...] = ()
    regions: tuple[Mapping[str, Any], ...] = ()
    slots: tuple[Mapping[str, Any], ...] = ()
    processes: tuple[Mapping[str, Any], ...] = ()
    errno: str = ""


def parse(table: object, where: str) -> Expectation:
    """Return an expectation read from a table. Raises InputError."""
    if not isinstance(table, Mapping):
        raise InputError(where, quoted(table), f"a table with {', '.join(KEYS)}")
    for key in table:
        if key not in KEYS:
            raise unknown(where, "key", str(key), KEYS)
    errno = table.get("errno", "")
    if errno and errno not in errno_names.errorcode.values():
        raise InputError(f"{where}.errno", quoted(errno), "the name of an error such as ENOMEM")
    return Expectation(
        counters=_counters(table.get("counters", {}), f"{where}.counters"),
        pages=_rows(table.get("pages", []), PAGE_KEYS, f"{where}.pages"),
        regions=_rows(table.get("regions", []), REGION_KEYS, f"{where}.regions", "region"),
        slots=_rows(table.get("slots", []), SLOT_KEYS, f"{where}.slots", "slot"),
        processes=_rows(table.get("processes", []), PROCESS_KEYS, f"{where}.processes", "process"),
        errno=errno,
    )


def _counters(table: object, where: str) -> dict[str, int | str]:
    if not isinstance(table, Mapping):
        raise InputError(where, quoted(table), "a table of counters and values")
    for name, value in table.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole and not (isinstance(value, str) and _RULE.fullmatch(value)):
            raise InputError(f"{where}.{name}", quoted(value), 'a number, "+N", "-N", ">= N", "grows", "falls", "same"')
    return dict(table)


def _rows(value: object, keys: tuple[str, ...], where: str, needed: str = "") -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list):
        raise InputError(where, quoted(value), f"a list of tables with {', '.join(keys)}")
    for i, row in enumerate(value):
        place = f"{where}[{i}]"
        if not isinstance(row, Mapping) or (needed and needed not in row):
            raise InputError(place, quoted(row), f"a table with {needed or ', '.join(keys)}")
        for key, found in row.items():
            if key not in keys:
                raise unknown(place, "key", str(key), keys)
            _READERS.get(key, _WHOLE)(found, f"{place}.{key}")
        if keys is PAGE_KEYS and ("pfn" in row) == ("region" in row):
            raise InputError(place, "names no page, or two", "pfn, or region and page")
    return tuple(value)


def _flag_list(names: Iterable[str]) -> Reader:
    known = set(names)

    def read(value: object, where: str) -> list[str]:
        if not isinstance(value, list):
            raise InputError(where, quoted(value), 'a list of names, "!" before those that must be clear')
        for name in value:
            if not isinstance(name, str) or name.removeprefix("!") not in known:
                raise unknown(where, "flag", str(name), known)
        return value

    return read


_WHOLE = fields.integer(-fields.MOST)
_READERS: dict[str, Reader] = {
    "flags": _flag_list(bits.PAGE_FLAG_NAMES.values()),
    "pte": _flag_list(bits.PTE_BIT_NAMES.values()),
    "list": fields.choice(LIST_NAMES),
    "content": fields.choice((*CONTENTS.values(), "page")),
    "region": fields.name,
    "process": fields.name,
    "alive": fields.switch,
}


def failures(expected: Expectation, machine: Machine, before: Mapping[str, int], outcomes: list[Outcome]) -> list[str]:
    """Return a line for each part that does not hold; `before` holds the counters at the start of the step."""
    out: list[str] = []
    for part in (
        _wrong_errno(expected.errno, outcomes),
        _wrong_counters(expected.counters, machine.counters(), before),
        *(_wrong_page(row, machine) for row in expected.pages),
        *(_wrong_region(row, machine) for row in expected.regions),
        *(_wrong_slot(row, machine) for row in expected.slots),
        *(_wrong_process(row, machine) for row in expected.processes),
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
    match = _RULE.fullmatch(rule)
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
