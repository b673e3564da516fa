"""The machine that a recording of a real kernel ran on: its JSON file, and the samples that lie beside it."""

import csv
import json
import lzma
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from memsim_gui.engine import tunables, watermarks
from memsim_gui.engine.devices import DEVICES, Device
from memsim_gui.engine.errors import InputError, SpecError, quoted
from memsim_gui.engine.machine_spec import MOST_CPUS, MOST_FRAMES, MachineSpec, ZoneSpec, check, whole
from memsim_gui.trace import counters

KB_PER_PAGE = 4
LOWMEM_RESERVE_RATIO = "vm.lowmem_reserve_ratio"
MOST_DIGITS = 15
# What the kernel and the recorder held before the workload began; the lists that reclaim scans start empty but for some
# blocks of the file system, which are told apart by the memory cgroup if the worker has one.
FILE_LISTS = (("cg.inactive_file", "cg.active_file"), ("nr_inactive_file", "nr_active_file"))
NODE_STARTS = (
    "nr_unevictable", "nr_slab_reclaimable", "nr_slab_unreclaimable", "nr_anon_pages", "nr_mapped", "nr_file_pages",
    "nr_shmem", "nr_kernel_misc_reclaimable", "nr_kernel_stack", "nr_page_table_pages",
)  # fmt: skip
ZONE_STARTS = ("nr_zone_unevictable", "nr_mlock")
# What a zone must say in pages, and the least of it.
LEAST = {"managed": 1, "free": 0, "min": 0, "low": 0, "high": 0, "pcp_batch": 1, "pcp_high": 0}
_ZONE = re.compile(r"node([0-7])\.(DMA|DMA32|Normal)")
_SWAP_SIZE = re.compile(r"^\S+\s+\S+\s+([0-9]{1,15})\s", re.MULTILINE)
# An emulator's limits of a disk in bytes a second, and the processors it is bound to. Its throttle lets a tenth of a
# second's work through at once.
_LIMIT = re.compile(r"\bbps(?:[-_]total)?=([0-9]{1,15})")
_BOUND = re.compile(r"\btaskset -c ([0-9]{1,4}(?:[-,][0-9]{1,4})*)\b")
BURST_NS = 100_000_000
# Sysctls that a recording names by the files they were read from.
FILES = {"/sys/block/vda/queue/read_ahead_kb": "block.read_ahead_kb"}


def from_recording(path: Path) -> MachineSpec:
    """Return the machine of a recording's JSON file. Raises InputError if it is none, SpecError if it cannot run."""
    document = load_document(path)
    if not isinstance(document.get("zones_at_start"), dict):
        raise InputError(str(path), "has no zones_at_start", "the JSON file of a recording of a real kernel")
    start = _start_row(path)
    zones = tuple(_zone(str(path), name, entry, start) for name, entry in document["zones_at_start"].items())
    nodes = sorted({zone.node for zone in zones})
    if not nodes or nodes != list(range(len(nodes))):
        raise SpecError(str(path), f"zones_at_start has nodes {nodes}", "zones of node 0, then of each further node")
    spec = MachineSpec(
        zones=_reserved(tuple(sorted(zones)), document),
        swap_pages=_swap_pages(document),
        file_device=_device(str(document.get("qemu_cmd", "")), "d0"),
        swap_device=_device(str(document.get("qemu_cmd", "")), "d1"),
        sysctls={**tunables.KERNEL, **tunables.EMULATED, **_sysctls(document, str(path))},
        detail="kernel",
        cpus=whole(document.get("cpus", 1), 1, MOST_CPUS, f"{path}: cpus"),
        processors=_processors(str(document.get("qemu_cmd", ""))),
        counters=_counters(start, zones),
        metadata=_metadata(start),
    )
    return check(spec, str(path))


def _device(command: str, name: str) -> Device:
    """Disk of the emulator's command line: as fast as the host's memory, or throttled to bytes a second."""
    disk = DEVICES["virtio"]
    limits = [_LIMIT.search(option) for option in command.split() if f"id={name}," in f"{option},"]
    speeds = [int(found[1]) for found in limits if found and int(found[1])]
    if not speeds:
        return disk
    return disk._replace(bytes_per_s=min(speeds), burst_ns=BURST_NS, stalls=False)


def _processors(command: str) -> int:
    """Processors of the host that the emulator may run on; 0 if it is not bound to any."""
    bound = _BOUND.search(command)
    if not bound:
        return 0
    ranges = [part.split("-") for part in bound[1].split(",")]
    return sum(int(part[-1]) - int(part[0]) + 1 for part in ranges)


def load_document(path: Path) -> dict[str, Any]:
    """Return what a recording's JSON file says. Raises InputError if it cannot be read or is no JSON object."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}", "a recording's JSON file") from None
    except (ValueError, RecursionError) as error:
        raise InputError(str(path), f"is no JSON: {error}", "a recording's JSON file") from None
    if not isinstance(document, dict):
        raise InputError(str(path), "is no JSON object", "a recording's JSON file")
    return document


def _zone(where: str, name: str, entry: object, start: Mapping[str, str]) -> ZoneSpec:
    match = _ZONE.fullmatch(name)
    if not match or not isinstance(entry, dict):
        raise InputError(where, f"zone {quoted(name)}", "nodeN.DMA, nodeN.DMA32 or nodeN.Normal")
    place, kept = f"{where}: zone {name}", entry.get("protection")
    if not isinstance(kept, list) or not kept:
        raise InputError(f"{place}: protection", quoted(kept), "a list of pages")
    values = {**entry, "free": start.get(f"z{match[1]}.{match[2]}.free", entry.get("free"))}
    sizes = {key: whole(values.get(key), least, MOST_FRAMES, f"{place}: {key}") for key, least in LEAST.items()}
    protection = max(whole(pages, 0, MOST_FRAMES, f"{place}: protection") for pages in kept)
    return ZoneSpec(int(match[1]), counters.ZONE_TITLES.index(match[2]), protection=protection, **sizes)


def _reserved(zones: tuple[ZoneSpec, ...], document: Mapping[str, Any]) -> tuple[ZoneSpec, ...]:
    """Return the zones with the protection they had while the script ran.

    Reading vm.lowmem_reserve_ratio computes it anew from the pages managed since boot ended, so that what was noted of
    the zones before is out of date. Kernel: mm/page_alloc.c lowmem_reserve_ratio_sysctl_handler; [Wm-4].
    """
    sysctls = document.get("sysctls")
    if not isinstance(sysctls, dict) or LOWMEM_RESERVE_RATIO not in sysctls:
        return zones
    managed: dict[int, list[int]] = {zone.node: [0] * len(counters.ZONE_TITLES) for zone in zones}
    for zone in zones:
        managed[zone.node][zone.kind] = zone.managed
    return tuple(zone._replace(protection=watermarks.protection(managed[zone.node], zone.kind)) for zone in zones)


def _swap_pages(document: Mapping[str, Any]) -> int:
    """Pages of the swap area with its header, which /proc/swaps does not count."""
    sizes = [int(size) for size in _SWAP_SIZE.findall(str(document.get("swaps", "")))]
    return sum(sizes) // KB_PER_PAGE + 1 if sizes else 0


def _sysctls(document: Mapping[str, Any], where: str) -> dict[str, int]:
    found = document.get("sysctls", {})
    if not isinstance(found, dict):
        return {}
    named = {FILES.get(key, key): value for key, value in found.items()}
    return {name: tunables.checked(name, value, where) for name, value in named.items() if name in tunables.TUNABLES}


def _start_row(path: Path) -> dict[str, str]:
    """Return the first sample of the table that lies beside a recording's JSON file; empty if there is none."""
    for beside in (path.with_suffix(".csv.xz"), path.with_suffix(".csv")):
        try:
            with lzma.open(beside, "rt") if beside.suffix == ".xz" else beside.open(encoding="utf-8") as file:
                return dict(next(csv.DictReader(file), {}))
        except (OSError, lzma.LZMAError, UnicodeDecodeError, EOFError, csv.Error):
            continue
    return {}


def _counters(start: Mapping[str, str], zones: Collection[ZoneSpec]) -> dict[int, int]:
    """Counters at the start by place: each node's and zone's own if the table has such columns, else node 0's."""
    out: dict[int, int] = {}
    for node in range(max(zone.node for zone in zones) + 1):
        for name in NODE_STARTS:
            own = f"n{node}.{name}"
            value = _value(start, own if own in start or node else name)
            out[counters.node_base(node) + counters.NODE_NAMES.index(name)] = value
    columns = {(zone.node, zone.kind): f"z{zone.node}.{counters.ZONE_TITLES[zone.kind]}." for zone in zones}
    last = max(kind for node, kind in columns if node == 0)
    for name in ZONE_STARTS:
        told = any(column + name in start for column in columns.values())
        for (node, kind), column in columns.items():
            place = counters.zone_base(node * counters.ZONES_PER_NODE + kind) + counters.ZONE_NAMES.index(name)
            out[place] = _value(start, name if not told and (node, kind) == (0, last) else column + name)
    return out


def _metadata(start: Mapping[str, str]) -> int:
    """Pages on the file lists at the start: those of the worker's memory cgroup, else those of the machine."""
    own, every = FILE_LISTS
    if own[0] in start:
        return sum(_value(start, name) for name in own) // (KB_PER_PAGE << 10)
    return sum(_value(start, name) for name in every)


def _value(start: Mapping[str, str], name: str) -> int:
    text = start.get(name, "0")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
