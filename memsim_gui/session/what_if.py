"""What if: the knobs worth turning at a step, each as a change of the machine."""

from typing import NamedTuple

import numpy as np

from memsim_gui.engine import resume, variant
from memsim_gui.engine.commands import SetSysctl
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine_spec import DEFAULT_SCALE_FACTOR, POLICIES, MachineSpec
from memsim_gui.engine.tunables import KERNEL, sysctl_name
from memsim_gui.engine.variant import Change
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

SWAPPINESS, SCALE, READ_AHEAD = "vm.swappiness", "vm.watermark_scale_factor", "block.read_ahead_kb"
SWAPPINESSES = (0, 60, 100, 200)
WIDE_MARKS, NARROW_MARKS = 200, 10
KERNEL_READ_AHEAD = KERNEL[READ_AHEAD]


class Step(NamedTuple):
    """A step under way: the position of its beginning, and the number of its entry in the log."""

    start: int
    entry: int


class Knob(NamedTuple):
    """One thing to change, and what it is in words."""

    words: str
    change: Change


def step_at(trace: Trace, position: int) -> Step:
    """Return the step under way at a position; where there are no steps, the command; before all, the start."""
    steps, commands = trace.positions_of(kinds.STEP), trace.positions_of(kinds.COMMAND)
    begins = steps if len(steps) else commands
    row = int(np.searchsorted(begins, position, side="right")) - 1
    start = int(begins[row]) if row >= 0 else 0
    return Step(start, int(np.searchsorted(steps, start) + np.searchsorted(commands, start)))


def knobs(trace: Trace, step: Step) -> list[Knob]:
    """Return what can be changed: sysctls from the step on, all else from the start. InputError if nothing can."""
    spec, found = _now(trace, step.start), []
    for change in _changes(spec, step.entry, reads_files=bool(trace.labels.files)):
        try:
            words = variant.words(spec, change)
        except InputError:  # a machine too small for less, say
            continue
        found += [Knob(words, change)] if words else []
    return found


def _now(trace: Trace, position: int) -> MachineSpec:
    """The machine with the sysctls that commands have written by then."""
    spec = resume.machine_of(trace)
    before = [entry for at, entry in resume.log(trace) if at < position]
    written = {sysctl_name(one.name): one.value for one in before if isinstance(one, SetSysctl)}
    return variant.changed(
        spec, {name: value for name, value in written.items() if name in (SWAPPINESS, SCALE, READ_AHEAD)}
    )


def _changes(spec: MachineSpec, entry: int, *, reads_files: bool) -> list[Change]:
    wide = spec.sysctls.get(SCALE, DEFAULT_SCALE_FACTOR) >= WIDE_MARKS
    out = [Change({SWAPPINESS: value}, entry) for value in SWAPPINESSES] if spec.swap_pages else []
    if reads_files:
        window = spec.sysctls.get(READ_AHEAD, KERNEL_READ_AHEAD)
        out.append(Change({READ_AHEAD: 0 if window else KERNEL_READ_AHEAD}, entry))
    out += [Change({"policy": policy}) for policy in POLICIES]
    out += [Change({"memory": spec.managed * share // 4}) for share in (3, 5)]
    out.append(Change({SCALE: NARROW_MARKS if wide else WIDE_MARKS}, entry))
    out.append(Change({"swap": 0 if spec.swap_pages else spec.managed}))
    return out
