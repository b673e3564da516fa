"""Expectations: what a scenario's step says must be true after it; engine.coming_true checks them.

A step's `expect` table may hold

    counters = { nr_inactive_anon = 1, pgactivate = "+1", nr_free_pages = ">= 8", nr_dirty = "falls" }
    pages = [ { pfn = 0xABC, list = "inactive anon", flags = ["PG_lru", "!PG_active"], pte = ["young", "!dirty"] } ]
    regions = [ { region = "A", mapped = 4, zero = 0, swapped = 0 } ]
    slots = [ { slot = 1, users = 1, content = "shadow of a workingset page" } ]
    processes = [ { process = "app", VmLck = 10240, alive = true } ]
    files = [ { file = "data", cached = 5, dirty = 0, holds = [0, 4], lacks = [5] } ]
    reads = { hits = 2, misses = 1 }        (pages that read(2) found in the page cache, or did not)
    elapsed = "5.1 ms"                      (simulated time; ">= 5 ms", "<= 5 ms", "> 5 ms", "< 5 ms" compare)
    errno = "ENOMEM"                        (of the step's last command; without it every command must succeed)

Counter values: a number is exact; "+1" and "-1" are the growth over the step; ">= 5", "<= 5", "> 5", "< 5" compare;
"grows", "falls" and "same" compare with the start of the step. A frame is given by `pfn`, or by `page` of a `region` or
of a `file`. Of a file, `holds` and `lacks` list pages by index. Reads are counted in the trace: where it does not tell
single events, they are not checked.
"""

import errno as errno_names
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from memsim_gui.engine import durations, fields
from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.fields import Reader
from memsim_gui.trace import bits, lanes

KEYS = ("counters", "pages", "regions", "slots", "processes", "files", "reads", "elapsed", "errno")
PAGE_KEYS = ("pfn", "region", "file", "page", "list", "flags", "pte", "mapcount", "refcount")
REGION_KEYS = ("region", "mapped", "zero", "swapped", "locked")
SLOT_KEYS = ("slot", "users", "content")
PROCESS_KEYS = ("process", "alive", "VmRSS", "VmLck", "VmSwap", "VmPTE")
FILE_KEYS = ("file", "cached", "dirty", "holds", "lacks")
READ_KEYS = ("hits", "misses")
PLACES = ("pfn", "region", "file")  # one of them says which page is meant
CONTENTS = {0: "nothing", -1: "shadow", -2: "shadow of a workingset page"}
LIST_NAMES = {row.title.lower(): row for row in lanes.lane_table(1)}
RULE = re.compile(r"(>=|<=|>|<)\s*(-?[0-9]{1,18})|([+-][0-9]{1,18})|grows|falls|same")
COMPARISONS = (">=", "<=", ">", "<")


@dataclass(frozen=True)
class Expectation:
    """What must hold after a step; all parts checked for form, not yet for truth."""

    counters: Mapping[str, int | str] = field(default_factory=dict)
    pages: tuple[Mapping[str, Any], ...] = ()
    regions: tuple[Mapping[str, Any], ...] = ()
    slots: tuple[Mapping[str, Any], ...] = ()
    processes: tuple[Mapping[str, Any], ...] = ()
    files: tuple[Mapping[str, Any], ...] = ()
    reads: Mapping[str, int] = field(default_factory=dict)
    elapsed: str = ""
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
        files=_rows(table.get("files", []), FILE_KEYS, f"{where}.files", "file"),
        reads=_row(table.get("reads", {}), READ_KEYS, f"{where}.reads"),
        elapsed=_elapsed(table["elapsed"], f"{where}.elapsed") if "elapsed" in table else "",
        errno=errno,
    )


def _elapsed(value: object, where: str) -> str:
    """Check a time, perhaps with a comparison before it."""
    if not isinstance(value, str):
        raise InputError(where, quoted(value), durations.ACCEPTED)
    durations.nanoseconds(comparison(value)[1], where)
    return value


def comparison(rule: str) -> tuple[str, str]:
    """Split a rule such as ">= 5 ms" into how it compares, "" = exactly, and with what."""
    sign = next((sign for sign in COMPARISONS if rule.startswith(sign)), "")
    return sign, rule.removeprefix(sign)


def _counters(table: object, where: str) -> dict[str, int | str]:
    if not isinstance(table, Mapping):
        raise InputError(where, quoted(table), "a table of counters and values")
    for name, value in table.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole and not (isinstance(value, str) and RULE.fullmatch(value)):
            raise InputError(f"{where}.{name}", quoted(value), 'a number, "+N", "-N", ">= N", "grows", "falls", "same"')
    return dict(table)


def _rows(value: object, keys: tuple[str, ...], where: str, needed: str = "") -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list):
        raise InputError(where, quoted(value), f"a list of tables with {', '.join(keys)}")
    for i, row in enumerate(value):
        place = f"{where}[{i}]"
        if not isinstance(row, Mapping) or (needed and needed not in row):
            raise InputError(place, quoted(row), f"a table with {needed or ', '.join(keys)}")
        _row(row, keys, place)
        if keys is PAGE_KEYS and sum(key in row for key in PLACES) != 1:
            raise InputError(place, "names no page, or two", "pfn, or page of a region or file")
    return tuple(value)


def _row(row: object, keys: tuple[str, ...], where: str) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise InputError(where, quoted(row), f"a table with {', '.join(keys)}")
    for key, found in row.items():
        if key not in keys:
            raise unknown(where, "key", str(key), keys)
        _READERS.get(key, _WHOLE)(found, f"{where}.{key}")
    return row


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


def _indices(value: object, where: str) -> list[int]:
    if not isinstance(value, list):
        raise InputError(where, quoted(value), "a list of page indices")
    return [_INDEX(index, f"{where}[{i}]") for i, index in enumerate(value)]


_WHOLE = fields.integer(-fields.MOST)
_INDEX = fields.integer(0)
_READERS: dict[str, Reader] = {
    "flags": _flag_list(bits.PAGE_FLAG_NAMES.values()),
    "pte": _flag_list(bits.PTE_BIT_NAMES.values()),
    "list": fields.choice(LIST_NAMES),
    "content": fields.choice((*CONTENTS.values(), "page")),
    "region": fields.name,
    "file": fields.name,
    "holds": _indices,
    "lacks": _indices,
    "process": fields.name,
    "alive": fields.switch,
}
