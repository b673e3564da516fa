"""A variant: the machine of a trace with some of its keys changed, told the same commands.

Keys hold from the start of the machine, or, if they are sysctls, from an entry of the original's log on: then they are
written by commands of their own before that entry.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from memsim_gui.engine import machine_spec, tunables
from memsim_gui.engine.commands import Command, SetSysctl
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import Entry, StepMark
from memsim_gui.engine.machine import SLICE_OPS, Machine
from memsim_gui.engine.machine_spec import MachineSpec, ZoneSpec
from memsim_gui.engine.sizes import pages_of, shown
from memsim_gui.trace.store import Meta

WHERE = "the variant"
BY_FORMULA = {
    "vm.min_free_kbytes": "by memory",
    "vm.watermark_scale_factor": machine_spec.DEFAULT_SCALE_FACTOR,
}


@dataclass(frozen=True)
class Change:
    """What differs from the original: keys as `--machine` takes them, from entry `since` of its log on (0 = always)."""

    table: Mapping[str, object]
    since: int = 0


def changed(spec: MachineSpec, table: Mapping[str, object]) -> MachineSpec:
    """Return a machine with some keys changed; unlike `machine_spec.override`, memory too. Raises InputError."""
    rest = {key: value for key, value in table.items() if key != "memory"}
    spec = machine_spec.override(spec, rest, WHERE)
    if "memory" not in table:
        return spec
    return machine_spec.check(with_memory(spec, pages_of(table["memory"], f"{WHERE}.memory")), WHERE)


def with_memory(spec: MachineSpec, pages: int) -> MachineSpec:
    """Return a machine with so many pages: each node's highest zone takes its part of the difference.

    Watermarks that the kernel's formulas gave are computed again; those that a person wrote stay. Raises InputError.
    """
    top = {zone.node: zone.kind for zone in sorted(spec.zones)}
    difference = pages - spec.managed
    zones = []
    for zone in spec.zones:
        more = 0
        if top[zone.node] == zone.kind:
            more = difference // spec.nodes + (zone.node < difference % spec.nodes)
        if zone.free + more <= 0:
            raise InputError(f"{WHERE}.memory", shown(pages), f"more than {shown(pages - zone.free - more)}")
        zones.append(zone._replace(managed=zone.managed + more, free=zone.free + more))
    if _by_formula(spec, spec.zones) == spec.zones:
        return replace(spec, zones=_by_formula(spec, tuple(zones)))
    return replace(spec, zones=tuple(zones))


def _by_formula(spec: MachineSpec, zones: tuple[ZoneSpec, ...]) -> tuple[ZoneSpec, ...]:
    bare = tuple(zone._replace(min=0, low=0, high=0) for zone in zones)
    return machine_spec.with_marks(bare, spec.sysctls, spec.detail, spec.cpus)


def words(spec: MachineSpec, change: Change) -> str:
    """Say what differs, as in "swappiness 60 → 10, memory 128 MiB → 96 MiB". Raises InputError."""
    other = changed(spec, change.table)
    parts, sysctls = [], sorted(other.sysctls.items())
    for name, before, after in (
        ("policy", spec.policy, other.policy),
        ("memory", shown(spec.managed), shown(other.managed)),
        ("swap", _swap(spec), _swap(other)),
        ("file device", spec.file_device.name, other.file_device.name),
        ("swap device", spec.swap_device.name, other.swap_device.name),
        ("seed", spec.seed, other.seed),
        *((name.removeprefix("vm."), spec.sysctls.get(name, BY_FORMULA.get(name)), value) for name, value in sysctls),
    ):
        if before != after:
            parts.append(f"{name} {before} → {after}")
    if not parts and spec != other:
        parts.append("other watermarks")
    return ", ".join(parts) + (", from this step on" if change.since and parts else "")


def _swap(spec: MachineSpec) -> str:
    return shown(spec.swap_pages) if spec.swap_pages else "none"


class Variant:
    """The changed machine on its way through the entries it has been told.

    Attributes:
        machine: it; read its trace only.
        origin: number of the original's entry for each entry of its own log (commands and step marks).
        left_out: commands that could not be told to this machine, with the reason: their process was killed, say.
    """

    def __init__(self, spec: MachineSpec, meta: Meta, change: Change) -> None:
        """Switch the machine on. `spec` and `meta` are the original's. Raises InputError."""
        at_start = {} if change.since else change.table
        self.machine = Machine(changed(spec, at_start), meta.level, meta.title)
        self.origin: list[int] = []
        self.left_out: list[tuple[int, str]] = []
        self._coming: deque[tuple[int, Entry]] = deque()
        self._told = 0
        self._since = change.since
        self._writes = _writes(change) if change.since else []

    @property
    def waiting(self) -> int:
        """Entries told and not begun yet."""
        return len(self._coming)

    def tell(self, entries: Iterable[Entry]) -> None:
        """Add what the original did next."""
        for entry in entries:
            if self._told == self._since:
                self._coming += [(self._told, write) for write in self._writes]
            self._coming.append((self._told, entry))
            self._told += 1

    def advance(self) -> bool:
        """Go on for one slice; return whether everything told so far is done."""
        if self.machine.running:
            self.machine.advance(SLICE_OPS)
        elif self._coming:
            self._begin(*self._coming.popleft())
        return not self._coming and not self.machine.running

    def _begin(self, number: int, entry: Entry) -> None:
        if isinstance(entry, StepMark):
            self.machine.step(*entry)
        else:
            try:
                self.machine.begin(entry)
            except InputError as error:
                self.left_out.append((number, f"{entry.describe()}: {error}"))
                return
        self.origin.append(number)


def _writes(change: Change) -> list[Command]:
    """Commands that write the changed sysctls. Raises InputError for keys that hold from the start only."""
    out: list[Command] = []
    for key, value in change.table.items():
        name = tunables.sysctl_name(key)
        out.append(SetSysctl(name, tunables.checked(name, value, WHERE)))
    return out
