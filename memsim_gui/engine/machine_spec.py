"""MachineSpec: what a machine is made of, checked, and turned into the tables that the core starts from."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from memsim_gui.engine import tunables, watermarks
from memsim_gui.engine.devices import DEVICES, Device, device_of
from memsim_gui.engine.errors import InputError, SpecError, not_built, quoted, unknown
from memsim_gui.engine.sizes import MIB_PAGES, pages_of, shown
from memsim_gui.mm import mm_types
from memsim_gui.trace import counters, kinds, lanes, tables
from memsim_gui.trace.view_state import Sizes

POLICIES = {
    "two-list": mm_types.POLICY_TWO_LIST,
    "lesson": mm_types.POLICY_LESSON,
    "single-list": mm_types.POLICY_SINGLE_LIST,
}
PLANNED_POLICIES = ("mglru",)
DMA_MANAGED = 3840  # what firmware and early boot leave of the first 16 MiB
DMA32_END = 1 << 20  # first page frame above 4 GiB
DMA_END = 1 << 12
MOST_FRAMES = (1 << 31) - lanes.MAX_NODES * lanes.LANES_PER_NODE - 1
MOST_SLOTS = (1 << 31) - 1
MOST_CPUS = 64
# State, view state and a keyframe of one frame; the same of one swap slot.
BYTES_PER_FRAME = 96
BYTES_PER_SLOT = 32
EVENTS_PER_PAGE = 32
LEAST_RING = 1 << 18
MOST_RING = 1 << 26
DEFAULT_MEMORY = 256 * MIB_PAGES
DEFAULT_SCALE_FACTOR = 10
KEYS = (
    "memory", "nodes", "zones", "kernel", "swap", "device", "swap_device", "policy", "detail", "seed", "first_pfn",
    "cpus", "watermarks", "sysctl",
)  # fmt: skip
ZONE_KEYS = ("node", "zone", "managed", "free", "min", "low", "high")
MARK_KEYS = ("min", "low", "high")
FILE_DEVICE = 0
SWAP_DEVICE = 1
_WHOLE = re.compile(r"[0-9]{1,18}|0[xX][0-9a-fA-F]{1,15}")


class ZoneSpec(NamedTuple):
    """One zone; `kind` counts DMA, DMA32, Normal; all sizes in pages."""

    node: int
    kind: int
    managed: int
    free: int
    min: int = 0
    low: int = 0
    high: int = 0
    protection: int = 0
    pcp_batch: int = 1
    pcp_high: int = 0


@dataclass(frozen=True)
class MachineSpec:
    """A machine, complete and checked. `swap_pages` counts the area with its header page; 0 = no swap."""

    zones: tuple[ZoneSpec, ...]
    swap_pages: int = 0
    file_device: Device = DEVICES["ssd"]
    swap_device: Device = DEVICES["ssd"]
    sysctls: Mapping[str, int] = field(default_factory=lambda: dict(tunables.KERNEL))
    policy: str = "two-list"
    detail: str = "kernel"
    seed: int = 0
    first_pfn: int = 0
    cpus: int = 1
    processors: int = 0  # of the host that the CPUs share; 0 = one each
    counters: Mapping[int, int] = field(default_factory=dict)  # place in the flat array -> value at the start
    metadata: int = 0  # pages of the file system's own blocks that lie on the file lists at the start

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return max(zone.node for zone in self.zones) + 1

    @property
    def managed(self) -> int:
        """Pages of memory that the kernel hands out."""
        return sum(zone.managed for zone in self.zones)

    def layout(self, level: int = kinds.LEVEL_FULL) -> mm_types.Layout:
        """Return the core's starting tables, with small tables that grow on demand. `level` is a LEVEL_*."""
        zone_rows = np.zeros((self.nodes * counters.ZONES_PER_NODE, tables.ZONE_COLUMNS), np.int64)
        free = np.zeros(len(zone_rows), np.int64)
        for zone in self.zones:
            row = zone.node * counters.ZONES_PER_NODE + zone.kind
            zone_rows[row] = _zone_row(zone)
            free[row] = zone.free
        start = np.zeros(counters.counters_total(self.nodes), np.int64)
        for place, value in self.counters.items():
            start[place] = value
        return mm_types.Layout(
            sizes=Sizes(self.nodes, self.managed, 1024, 256, max(1, self.swap_pages), 16, 8, 4, 2),
            zone=zone_rows,
            zone_free=free,
            device=np.array([_device_row(self.file_device), _device_row(self.swap_device)], np.int64),
            tunables=self._tunable_row(),
            counter=start,
            metadata=self.metadata,
            level=level,
            ring_events=self._ring_events(level),
        )

    def _ring_events(self, level: int) -> int:
        """Room, in half the ring, for what one uninterruptible call can do to every page and slot there is."""
        if level < kinds.LEVEL_FULL:
            return LEAST_RING
        return min(max(LEAST_RING, 2 * EVENTS_PER_PAGE * (self.managed + self.swap_pages)), MOST_RING)

    def _tunable_row(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        row = np.zeros(mm_types.TUNABLES, np.int64)
        for name, value in self.sysctls.items():
            if name in tunables.TUNABLES:
                row[tunables.TUNABLES[name].place] = tunables.TUNABLES[name].stored(value)
        row[mm_types.TUN_POLICY] = POLICIES[self.policy]
        row[mm_types.TUN_SWAP_DEVICE] = SWAP_DEVICE
        row[mm_types.TUN_SWAP_ROTATIONAL] = int(self.swap_device.rotational)
        row[mm_types.TUN_CPUS] = self.cpus
        row[mm_types.TUN_PROCESSORS] = self.processors or self.cpus
        row[mm_types.TUN_TOTALRESERVE_PAGES] = reserve_pages(self.zones)
        return row


def _zone_row(zone: ZoneSpec) -> list[int]:
    row = [0] * tables.ZONE_COLUMNS
    row[tables.ZONE_MANAGED] = zone.managed
    row[tables.ZONE_MIN], row[tables.ZONE_LOW], row[tables.ZONE_HIGH] = zone.min, zone.low, zone.high
    row[tables.ZONE_PCP_BATCH], row[tables.ZONE_PCP_HIGH] = zone.pcp_batch, zone.pcp_high
    row[tables.ZONE_PROTECTION] = zone.protection
    return row


def _device_row(device: Device) -> list[int]:
    return [device.kind, device.latency_ns, device.page_ns, device.burst_ns, int(device.stalls)]


def build(table: Mapping[str, object], where: str = "machine") -> MachineSpec:
    """Return the machine that a table of keys describes (scenario files, --machine). Raises InputError or SpecError."""
    given, sysctls = _split(table, where)
    detail = detail_of(given.get("detail", "kernel"), f"{where}.detail")
    values = {**tunables.DETAILS[detail], **sysctls}
    cpus = whole(given.get("cpus", 1), 1, MOST_CPUS, f"{where}.cpus")
    zones = _zones(given, detail, where)
    zones = with_marks(zones, values, detail, cpus)
    if "watermarks" in given:
        zones = _explicit_marks(zones, given["watermarks"], f"{where}.watermarks")
    spec = MachineSpec(zones=zones, sysctls=values, detail=detail, cpus=cpus)
    return check(_common(spec, given, where), where)


def override(spec: MachineSpec, table: Mapping[str, object], where: str = "--machine") -> MachineSpec:
    """Return a machine (of a recording, say) with some keys changed; memory and its zones stay as they are."""
    given, sysctls = _split(table, where)
    for key in ("memory", "nodes", "zones", "kernel", "cpus", "detail"):
        if key in given:
            raise InputError(f"{where} {key}", "the machine comes from a recording, which fixes it", "no such key here")
    spec = replace(spec, sysctls={**spec.sysctls, **sysctls})
    if set(sysctls) & set(tunables.WATERMARK_SYSCTLS):
        spec = replace(spec, zones=with_marks(spec.zones, spec.sysctls, spec.detail, spec.cpus))
    if "watermarks" in given:
        spec = replace(spec, zones=_explicit_marks(spec.zones, given["watermarks"], f"{where}.watermarks"))
    return check(_common(spec, given, where), where)


def _common(spec: MachineSpec, given: Mapping[str, object], where: str) -> MachineSpec:
    """Fill in what machines of all origins have."""
    return replace(
        spec,
        swap_pages=pages_of(given.get("swap", spec.swap_pages), f"{where}.swap"),
        file_device=device_of(given["device"], f"{where}.device") if "device" in given else spec.file_device,
        swap_device=device_of(given["swap_device"], f"{where}.swap_device")
        if "swap_device" in given
        else spec.swap_device,
        policy=policy_of(given.get("policy", spec.policy), f"{where}.policy"),
        seed=whole(given.get("seed", spec.seed), 0, (1 << 63) - 1, f"{where}.seed"),
        first_pfn=whole(given.get("first_pfn", spec.first_pfn), 0, 1 << 40, f"{where}.first_pfn"),
    )


def _split(table: Mapping[str, object], where: str) -> tuple[dict[str, object], dict[str, int]]:
    """Sort keys into those of the machine and sysctls, which may also stand among them by name."""
    given: dict[str, object] = {}
    sysctls: dict[str, int] = {}
    nested = table.get("sysctl", {})
    if not isinstance(nested, Mapping):
        raise InputError(f"{where}.sysctl", f"{quoted(nested)} is no table", "sysctl names and values")
    for raw, value in [*table.items(), *nested.items()]:
        key, name = raw.replace("-", "_"), tunables.sysctl_name(raw)
        if key in KEYS and raw not in nested:
            given[key] = value
        elif name in tunables.ALL_NAMES:
            sysctls[name] = tunables.checked(name, value, f"{where}.{raw}")
        else:
            raise unknown(where, "key", raw, (*KEYS, *tunables.ALL_NAMES))
    given.pop("sysctl", None)
    return given, sysctls


def policy_of(value: object, where: str) -> str:
    """Return the policy's name. Raises InputError, also for policies that are planned."""
    if value in PLANNED_POLICIES:
        raise not_built(where, f"policy {value}", ", ".join(POLICIES))
    return _choice(value, POLICIES, where)


def detail_of(value: object, where: str) -> str:
    """Return the detail's name. Raises InputError."""
    return _choice(value, tunables.DETAILS, where)


def _choice(value: object, names: Iterable[str], where: str) -> str:
    if not isinstance(value, str) or value not in names:
        raise unknown(where, "value", str(value), names)
    return value


def whole(value: object, low: int, high: int, where: str) -> int:
    """Return a whole number in a range, given as a number or as text (also hexadecimal). Raises InputError."""
    number = int(value, 0) if isinstance(value, str) and _WHOLE.fullmatch(value) and _plain(value) else value
    if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
        raise InputError(where, quoted(value), f"a whole number from {low} to {high}")
    return number


def _plain(text: str) -> bool:
    """Whether int(text, 0) takes it: it refuses decimal numbers with leading zeros."""
    return text == "0" or not text.startswith("0") or text[1:2] in "xX"


def _zones(given: Mapping[str, object], detail: str, where: str) -> tuple[ZoneSpec, ...]:
    nodes = whole(given.get("nodes", 1), 1, lanes.MAX_NODES, f"{where}.nodes")
    if "zones" in given:
        if "memory" in given or "nodes" in given:
            raise InputError(f"{where}.zones", "stands beside memory or nodes", "either zones, or memory and nodes")
        return _explicit_zones(given["zones"], f"{where}.zones")
    memory = pages_of(given.get("memory", DEFAULT_MEMORY), f"{where}.memory")
    if memory < nodes:
        raise SpecError(f"{where}.memory", f"{shown(memory)} for {nodes} node(s)", "at least one page a node")
    check_host(memory, 0, f"{where}.memory")
    zones = []
    first = 0
    for node in range(nodes):
        pages = memory // nodes + (node < memory % nodes)
        parts = [(len(counters.ZONE_TITLES) - 1, pages)] if detail == "classroom" else _by_address(first, pages)
        zones += [ZoneSpec(node, kind, managed, managed) for kind, managed in parts]
        first += pages
    taken = pages_of(given.get("kernel", 0), f"{where}.kernel")
    return _taken(zones, taken, f"{where}.kernel")


def _by_address(first: int, pages: int) -> list[tuple[int, int]]:
    """Split a node's pages into zones by address, lowest zone first; small machines have no zone DMA."""
    dma = DMA_MANAGED if first == 0 and pages > 2 * DMA_END else 0
    dma32 = min(pages - dma, max(0, DMA32_END - max(first, DMA_END)))
    parts = [(0, dma), (1, dma32), (2, pages - dma - dma32)]
    return [(kind, managed) for kind, managed in parts if managed]


def _taken(zones: list[ZoneSpec], pages: int, where: str) -> tuple[ZoneSpec, ...]:
    """Give the kernel its pages out of the first node's highest zone."""
    at = max(i for i, zone in enumerate(zones) if zone.node == 0)
    if pages >= zones[at].managed:
        raise SpecError(where, f"the kernel takes {shown(pages)}", f"less than {shown(zones[at].managed)}")
    zones[at] = zones[at]._replace(free=zones[at].managed - pages)
    return tuple(zones)


def _explicit_zones(value: object, where: str) -> tuple[ZoneSpec, ...]:
    if not isinstance(value, list) or not value:
        raise InputError(where, f"{quoted(value)} is no list of zones", f"tables with {', '.join(ZONE_KEYS)}")
    zones = [_explicit_zone(row, f"{where}[{i}]") for i, row in enumerate(value)]
    places = [(zone.node, zone.kind) for zone in zones]
    if len(set(places)) != len(places) or sorted({node for node, _ in places}) != list(range(zones[-1].node + 1)):
        raise InputError(where, "zones repeat, or nodes have gaps", "each zone once, nodes from 0 up in order")
    return tuple(sorted(zones))


def _explicit_zone(row: object, where: str) -> ZoneSpec:
    if not isinstance(row, Mapping):
        raise InputError(where, f"{quoted(row)} is no table", ", ".join(ZONE_KEYS))
    for key in row:
        if key not in ZONE_KEYS:
            raise unknown(where, "key", str(key), ZONE_KEYS)
    kind = _choice(row.get("zone", "Normal"), counters.ZONE_TITLES, f"{where}.zone")
    managed = pages_of(row.get("managed", 0), f"{where}.managed")
    marks = [pages_of(row.get(key, 0), f"{where}.{key}") for key in MARK_KEYS]
    free = pages_of(row.get("free", managed), f"{where}.free")
    node = whole(row.get("node", 0), 0, lanes.MAX_NODES - 1, f"{where}.node")
    return ZoneSpec(node, counters.ZONE_TITLES.index(kind), managed, free, *marks)


def with_marks(zones: tuple[ZoneSpec, ...], sysctls: Mapping[str, int], detail: str, cpus: int) -> tuple[ZoneSpec, ...]:
    """Return zones with watermarks, protection and per-CPU list sizes by the kernel's formulas, where not given."""
    total = sum(zone.managed for zone in zones)
    least = sysctls.get("vm.min_free_kbytes", watermarks.min_free_kbytes(total))
    scale = sysctls.get("vm.watermark_scale_factor", DEFAULT_SCALE_FACTOR)
    nodes = max(zone.node for zone in zones) + 1
    out = []
    for zone in zones:
        own = zone.high == 0 or "vm.min_free_kbytes" in sysctls
        lowest, low, high = watermarks.marks(zone.managed, total, least, scale) if own else zone[4:7]
        siblings = [0, 0, 0]
        for other in zones:
            siblings[other.kind] += other.managed * (other.node == zone.node)
        batch = watermarks.pcp_batch(zone.managed) if detail == "kernel" else 1
        per_cpu = watermarks.pcp_high(low, batch, cpus // nodes) if detail == "kernel" else 0
        keep = watermarks.protection(siblings, zone.kind)
        out.append(zone._replace(min=lowest, low=low, high=high, protection=keep, pcp_batch=batch, pcp_high=per_cpu))
    return tuple(out)


def watermark_sysctls(spec: MachineSpec, written: Mapping[str, int]) -> dict[str, int]:
    """Return the sysctls that steer the watermarks as they are, after those in `written` were set."""
    known = {
        "vm.min_free_kbytes": watermarks.min_free_kbytes(spec.managed),
        "vm.watermark_scale_factor": DEFAULT_SCALE_FACTOR,
        **spec.sysctls,
        **written,
    }
    return {name: known[name] for name in tunables.WATERMARK_SYSCTLS}


def reserve_pages(zones: Iterable[ZoneSpec]) -> int:
    """Return totalreserve_pages: what dirty pages may not count on."""
    return sum(min(zone.managed, zone.protection + zone.high) for zone in zones)


def _explicit_marks(zones: tuple[ZoneSpec, ...], value: object, where: str) -> tuple[ZoneSpec, ...]:
    if not isinstance(value, Mapping) or set(value) != set(MARK_KEYS):
        raise InputError(where, quoted(value), "a table with min, low and high in pages")
    marks = [pages_of(value[key], f"{where}.{key}") for key in MARK_KEYS]
    return tuple(zone._replace(min=marks[0], low=marks[1], high=marks[2]) for zone in zones)


def check(spec: MachineSpec, where: str = "machine") -> MachineSpec:
    """Return the machine if it can run. Raises SpecError otherwise."""
    for zone in spec.zones:
        place = f"{where}: node {zone.node}, zone {counters.ZONE_TITLES[zone.kind]}"
        if not 0 < zone.managed <= MOST_FRAMES or not 0 <= zone.free <= zone.managed:
            raise SpecError(place, f"{zone.free} of {zone.managed} pages free", f"1 to {MOST_FRAMES} pages")
        if not 0 <= zone.min <= zone.low <= zone.high < zone.managed:
            found = f"watermarks {zone.min}, {zone.low}, {zone.high} in a zone of {zone.managed} pages"
            raise SpecError(place, found, "min <= low <= high < pages: more memory, or a lower vm.min_free_kbytes")
    if spec.swap_pages == 1 or spec.swap_pages > MOST_SLOTS:
        accepted = f"none, or 2 to {MOST_SLOTS} pages (the first is a header)"
        raise SpecError(f"{where}.swap", shown(spec.swap_pages), accepted)
    check_host(spec.managed, spec.swap_pages, where)
    return spec


def check_host(frames: int, slots: int, where: str) -> None:
    """Raise SpecError if a machine of this size does not fit this computer's memory."""
    if frames > MOST_FRAMES:
        raise SpecError(where, shown(frames), f"at most {MOST_FRAMES} pages")
    need = frames * BYTES_PER_FRAME + slots * BYTES_PER_SLOT
    available = available_bytes()
    if available is not None and need > available:
        most = shown(available // BYTES_PER_FRAME)
        found = f"{shown(frames)} of memory and {shown(slots)} of swap need {need >> 20} MiB here"
        raise SpecError(where, found, f"what fits the {available >> 20} MiB available: about {most} of memory")


def available_bytes() -> int | None:
    """Memory that this computer can still give, if it says so."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return None
    match = re.search(r"^MemAvailable:\s+([0-9]+) kB", text, re.MULTILINE)
    return int(match[1]) * 1024 if match else None


def parse_overrides(items: Iterable[str], where: str = "--machine") -> dict[str, str]:
    """Return the table of K=V texts. Raises InputError for a text without '=' and for a key given twice."""
    table: dict[str, str] = {}
    for item in items:
        key, equals, value = item.partition("=")
        if not equals or not key.strip() or not value.strip():
            raise InputError(where, quoted(item), "KEY=VALUE, such as memory=64MiB")
        if key.strip() in table:
            raise InputError(where, f"{key.strip()} is given twice", "each key once")
        table[key.strip()] = value.strip()
    return table
