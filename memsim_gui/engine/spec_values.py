"""A machine's description as plain values for files, and back: complete, unlike the few keys that a person writes."""

from collections.abc import Mapping
from typing import Any

from memsim_gui.engine import machine_spec, tunables
from memsim_gui.engine.devices import MOST as MOST_DEVICE
from memsim_gui.engine.devices import Device
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.machine_spec import MOST_CPUS, MOST_FRAMES, MOST_SLOTS, MachineSpec, ZoneSpec, whole
from memsim_gui.trace import counters, lanes, tables

MOST_VALUE = (1 << 62) - 1
MOST_NS = MOST_DEVICE * 1000
_LIMITS = {"node": lanes.MAX_NODES - 1, "kind": counters.ZONES_PER_NODE - 1}
_NUMBERS = {
    "swap_pages": MOST_SLOTS,
    "seed": (1 << 63) - 1,
    "first_pfn": 1 << 40,
    "cpus": MOST_CPUS,
    "processors": MOST_CPUS,
    "metadata": MOST_FRAMES,
}


def to_values(spec: MachineSpec) -> dict[str, Any]:
    """Return a description as values that JSON can hold."""
    return {
        "zones": [zone._asdict() for zone in spec.zones],
        "file_device": spec.file_device._asdict(),
        "swap_device": spec.swap_device._asdict(),
        "sysctls": dict(spec.sysctls),
        "policy": spec.policy,
        "detail": spec.detail,
        "counters": {str(place): value for place, value in spec.counters.items()},
        **{name: getattr(spec, name) for name in _NUMBERS},
    }


def from_values(values: object, where: str) -> MachineSpec:
    """Return the description that values stand for, checked as one that a person writes. Raises InputError."""
    table = _table(values, where)
    zones = tuple(_zone(row, f"{where}.zones") for row in _list(table.get("zones"), f"{where}.zones"))
    places = [(zone.node, zone.kind) for zone in zones]
    if len(set(places)) != len(places) or {node for node, _ in places} != set(range(places[-1][0] + 1)):
        raise InputError(f"{where}.zones", "zones repeat, or nodes have gaps", "each zone once, nodes from 0 up")
    numbers = {name: whole(table.get(name), 0, most, f"{where}.{name}") for name, most in _NUMBERS.items()}
    if not numbers["cpus"]:
        raise InputError(f"{where}.cpus", "0", f"1 to {MOST_CPUS}")
    spec = MachineSpec(
        zones=zones,
        file_device=_device(table.get("file_device"), f"{where}.file_device"),
        swap_device=_device(table.get("swap_device"), f"{where}.swap_device"),
        sysctls=_sysctls(table.get("sysctls"), f"{where}.sysctls"),
        policy=machine_spec.policy_of(table.get("policy"), f"{where}.policy"),
        detail=machine_spec.detail_of(table.get("detail"), f"{where}.detail"),
        counters=_counters(table.get("counters"), places[-1][0] + 1, f"{where}.counters"),
        **numbers,
    )
    return machine_spec.check(spec, where)


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(where, quoted(value), "a table")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= lanes.MAX_NODES * counters.ZONES_PER_NODE:
        raise InputError(where, quoted(value), "a list with at least one zone")
    return value


def _zone(value: object, where: str) -> ZoneSpec:
    row = _table(value, where)
    return ZoneSpec(
        **{
            name: whole(row.get(name), 0, _LIMITS.get(name, MOST_FRAMES), f"{where}.{name}")
            for name in ZoneSpec._fields
        }
    )


def _device(value: object, where: str) -> Device:
    row = _table(value, where)
    name, rotational, stalls = row.get("name"), row.get("rotational"), row.get("stalls")
    if not isinstance(name, str) or not isinstance(rotational, bool) or not isinstance(stalls, bool):
        raise InputError(where, quoted(value), "a device with a name, rotational and stalls")
    return Device(
        name=name,
        kind=whole(row.get("kind"), 0, tables.DEVICE_HDD, f"{where}.kind"),
        latency_ns=whole(row.get("latency_ns"), 0, MOST_NS, f"{where}.latency_ns"),
        bytes_per_s=whole(row.get("bytes_per_s"), 1, MOST_VALUE, f"{where}.bytes_per_s"),
        rotational=rotational,
        burst_ns=whole(row.get("burst_ns"), 0, MOST_NS, f"{where}.burst_ns"),
        stalls=stalls,
    )


def _sysctls(value: object, where: str) -> dict[str, int]:
    return {name: tunables.checked(name, number, where) for name, number in _table(value, where).items()}


def _counters(value: object, nodes: int, where: str) -> dict[int, int]:
    total = counters.counters_total(nodes)
    return {
        whole(place, 0, total - 1, where): whole(number, 0, MOST_VALUE, where)
        for place, number in _table(value, where).items()
    }
