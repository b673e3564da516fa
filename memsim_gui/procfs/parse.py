"""Reading the texts of /proc and /sys, a real kernel's and ours alike. Lines of other shapes are passed over."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

_FIELD = re.compile(r"(?:Node\s+\d+\s+)?([A-Za-z][\w()/.-]*):?[ \t]+(\d{1,20})(?: kB)?\s*")
_ZONE = re.compile(r"Node (\d{1,6}), zone +(\w+)\s*")
_ITEM = re.compile(r"\s+(?:pages |vm stats )?([a-z][\w]*):? +(\d{1,20})\s*")
_PROTECTION = re.compile(r"\s+protection: \(([\d, ]*)\)\s*")
_NUMBER = re.compile(r"\d{1,20}")
SWAP_COLUMNS = 5


def fields(text: str) -> dict[str, int]:
    """Return name -> number of meminfo (also a node's), vmstat, numastat, status or smaps; kB where they are in kB."""
    found = (_FIELD.fullmatch(line) for line in text.splitlines())
    return {match[1]: int(match[2]) for match in found if match}


@dataclass
class Zone:
    """One zone of /proc/zoneinfo. `values` hold its sizes, marks and counters, `node_stats` those of its node, if here.

    `pagesets` have a table for each CPU: count, high, batch and what else the kernel prints there.
    """

    node: int
    name: str
    values: dict[str, int] = field(default_factory=dict)
    node_stats: dict[str, int] = field(default_factory=dict)
    protection: tuple[int, ...] = ()
    pagesets: list[dict[str, int]] = field(default_factory=list)


def zones(text: str) -> list[Zone]:
    """Return the zones of /proc/zoneinfo in the file's order."""
    out: list[Zone] = []
    place: dict[str, int] = {}
    for line in text.splitlines():
        if match := _ZONE.fullmatch(line):
            out.append(Zone(int(match[1]), match[2]))
            place = out[-1].values
        elif not out:
            continue
        elif line.strip() == "per-node stats":
            place = out[-1].node_stats
        elif match := _PROTECTION.fullmatch(line):
            out[-1].protection = tuple(map(int, _NUMBER.findall(match[1])))
        elif match := _ITEM.fullmatch(line):
            place = _place(out[-1], line, match[1], place)
            place[match[1]] = int(match[2])
    return out


def _place(zone: Zone, line: str, name: str, place: dict[str, int]) -> dict[str, int]:
    """Return the table that an item belongs to: the one before it, unless it begins another."""
    if name == "cpu":
        zone.pagesets.append({})
        return zone.pagesets[-1]
    return zone.values if line.startswith("  pages ") or name in ("node_unreclaimable", "start_pfn") else place


class Swap(NamedTuple):
    """A line of /proc/swaps; sizes in kB."""

    filename: str
    kind: str
    size: int
    used: int
    priority: int


def swaps(text: str) -> list[Swap]:
    """Return the areas of /proc/swaps."""
    out = []
    for line in text.splitlines()[1:]:
        words = line.split()
        try:
            size, used, priority = map(int, words[-3:])
        except ValueError:
            continue
        if len(words) == SWAP_COLUMNS:
            out.append(Swap(words[0], words[1], size, used, priority))
    return out
