"""Storage devices by name: latency of a request that does not continue the last one, and bandwidth.

RAM is no device: a hit costs the tunable `memsim.hit_ns` (100 ns).
"""

from typing import NamedTuple

from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.trace import tables

NS_PER_S = 1_000_000_000
NS_PER_US = 1_000
MOST = 1_000_000_000


class Device(NamedTuple):
    """A storage device: `kind` is a DEVICE_* of trace.tables; `rotational` selects the kernel's swap read-ahead.

    A throttled device takes on `burst_ns` of work at once; while one that `stalls` works, the machine stands still.
    """

    name: str
    kind: int
    latency_ns: int
    bytes_per_s: int
    rotational: bool
    burst_ns: int = 0
    stalls: bool = False

    @property
    def page_ns(self) -> int:
        """Transfer time of one page in ns, rounded to the nearest."""
        return (PAGE_BYTES * NS_PER_S + self.bytes_per_s // 2) // self.bytes_per_s


DEVICES = {
    device.name: device
    for device in (
        Device("ssd", tables.DEVICE_SSD, 100_000, 500_000_000, rotational=False),
        Device("hdd", tables.DEVICE_HDD, 10_000_000, 100_000_000, rotational=True),
        Device("ideal", tables.DEVICE_IDEAL, 0, 500_000_000, rotational=False),
        # A virtio disk on a host's cache, whose emulator shares one processor with the guest it emulates: 4 us a page
        # lie between the tracepoints of recorded reclaim. Linux 6.1 takes it for a rotating disk.
        Device("virtio", tables.DEVICE_SSD, 30_000, 1_000_000_000, rotational=True, stalls=True),
    )
}
FIELDS = {"kind", "latency_us", "mb_per_s"}


def device_of(value: object, where: str) -> Device:
    """Return a device given by name, or by a table {kind, latency_us, mb_per_s} that varies a named one."""
    if isinstance(value, str):
        if value.lower() not in DEVICES:
            raise unknown(where, "device", value, DEVICES)
        return DEVICES[value.lower()]
    if not isinstance(value, dict):
        raise InputError(where, f"{quoted(value)} is no device", f"one of {', '.join(DEVICES)}, or a table of {FIELDS}")
    for key in value:
        if key not in FIELDS:
            raise unknown(where, "key", str(key), FIELDS)
    base = device_of(value.get("kind", "ssd"), f"{where}.kind")
    latency = _number(value.get("latency_us", base.latency_ns / NS_PER_US), 0, f"{where}.latency_us")
    speed = _number(value.get("mb_per_s", base.bytes_per_s / 1e6), 0.001, f"{where}.mb_per_s")
    return base._replace(latency_ns=round(latency * NS_PER_US), bytes_per_s=round(speed * 1e6))


def _number(value: object, least: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= MOST:
        raise InputError(where, quoted(value), f"a number from {least} to {MOST}")
    return float(value)
