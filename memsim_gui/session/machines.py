"""Machines to begin with: presets for the keys of a scenario's machine, and what a machine is in one line."""

from collections.abc import Mapping

from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.scene.words import byte_size, grouped
from memsim_gui.trace import counters

KEYS = ("memory", "nodes", "swap", "device", "swap_device", "policy", "detail", "seed")
STANDARD: Mapping[str, str] = {
    "memory": "64 MiB", "nodes": "1", "swap": "64 MiB", "device": "ssd", "swap_device": "ssd", "policy": "two-list",
    "detail": "kernel", "seed": "1",
}  # fmt: skip
SMALL_MARKS = {"vm.min_free_kbytes": 16, "vm.watermark_scale_factor": 400}
# Changes to STANDARD by title; keys that are no field of the form are sysctls.
PRESETS: Mapping[str, Mapping[str, str | int]] = {
    "64 pages: every page visible": {"memory": "64 pages", "swap": "65 pages", "detail": "classroom", **SMALL_MARKS},
    "Classroom, 64 MiB": {"detail": "classroom"},
    "Laptop, 8 GiB": {"memory": "8 GiB", "swap": "4 GiB"},
    "Two nodes": {"memory": "256 MiB", "nodes": "2", "swap": "128 MiB"},
    "No swap": {"memory": "128 MiB", "swap": "0"},
    "Slow disk": {"memory": "128 MiB", "swap": "128 MiB", "device": "hdd", "swap_device": "hdd"},
}


def summary(spec: MachineSpec) -> str:
    """Return a machine in a line: pages, nodes, zones, watermarks, swap."""
    nodes = "1 node" if spec.nodes == 1 else f"{spec.nodes} nodes"
    zones = ", ".join(dict.fromkeys(counters.ZONE_TITLES[zone.kind] for zone in spec.zones))
    levels = zip(*((zone.min, zone.low, zone.high) for zone in spec.zones), strict=True)
    marks = "/".join(grouped(sum(level)) for level in levels)
    slots = max(0, spec.swap_pages - 1)
    swap = f"swap {grouped(slots)} slots" if slots else "no swap"
    size = byte_size(spec.managed * PAGE_BYTES)
    return (
        f"{grouped(spec.managed)} pages ({size}) on {nodes}, zones {zones}; watermarks min/low/high = {marks}; {swap}"
    )
