"""Going on from a recording: its machine is built again and does again what the recording says, up to a position.

Nothing of the core's own state is ever read from a file: compiled code trusts it. Equal commands on equal machines give
equal states, so the way to a position is to go there. What comes to something else than was recorded, because the
recording is of another version of the program, is said.
"""

import json

import numpy as np
import numpy.typing as npt

from memsim_gui.engine import spec_values
from memsim_gui.engine.commands import from_dict
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import Entry, History, StepMark
from memsim_gui.engine.machine import SLICE_OPS, Machine
from memsim_gui.engine.machine_spec import MachineSpec
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

COMPARED_EVENTS = 1 << 20  # at a time


class Resumption:
    """A recording's machine on its way to a position. What the recording did after it can be redone one by one.

    Attributes:
        machine, history: as those of a run; at the end of the command under way at the position, once finished.
    """

    def __init__(self, recorded: Trace, position: int) -> None:
        """Build the machine. InputError if the recording does not hold what is needed."""
        self._recorded = recorded
        machine = Machine(machine_of(recorded), recorded.meta.level, recorded.meta.title)
        self.history = History(machine)
        entries = log(recorded)
        self._coming = [entry for at, entry in entries if at < position]
        self._following = [entry for at, entry in entries if at >= position]
        self._done = 0

    @property
    def machine(self) -> Machine:
        """The machine."""
        return self.history.machine

    @property
    def progress(self) -> tuple[int, int]:
        """Commands and step marks done, and those to be done in all."""
        return self._done, len(self._coming)

    def advance(self) -> bool:
        """Go on for one slice; return whether the position is reached. InputError if a command cannot be done."""
        if self.machine.running:
            self.history.advance(SLICE_OPS)
        elif self._done < len(self._coming):
            entry = self._coming[self._done]
            self._done += 1
            if isinstance(entry, StepMark):
                self.history.step(*entry)
            else:
                self.history.begin(entry)
        else:
            self.history.offer(self._following)
            return True
        return False

    def difference(self) -> str:
        """Say from which event on the machine came to something else than the recording; empty if it did not."""
        made = self.machine.trace
        for start in range(0, len(made), COMPARED_EVENTS):
            ours, theirs = (trace.events(start, start + COMPARED_EVENTS) for trace in (made, self._recorded))
            ours = ours[: len(theirs)]
            if not np.array_equal(ours, theirs[: len(ours)]):
                at = start + int(np.flatnonzero(ours != theirs[: len(ours)])[0])
                return f"this version of the program simulates it differently from event {at} on"
        return ""


def machine_of(recorded: Trace) -> MachineSpec:
    """Return the description of the machine that wrote a trace. InputError if the trace does not hold it."""
    if not recorded.meta.machine:
        raise InputError("", "this recording does not say how its machine was made", "recordings since format 2")
    return spec_values.from_values(_json(recorded.meta.machine, "its machine"), "its machine")


def log(recorded: Trace, start: int = 0) -> list[tuple[int, Entry]]:
    """Commands and step marks from a position on, with theirs, in order. InputError if a command cannot be read."""
    labels = recorded.labels
    found: list[tuple[int, Entry]] = []
    for at in _from(recorded.positions_of(kinds.COMMAND), start):
        number = int(recorded.events(at, at + 1)["ident"][0])
        where = f"its command {number + 1}"
        if number >= len(labels.command_values):
            raise InputError(where, "is not in the recording", "a recording with its commands")
        found.append((at, from_dict(_json(labels.command_values[number], where), where)))
    for at in _from(recorded.positions_of(kinds.STEP), start):
        number = int(recorded.events(at, at + 1)["ident"][0])
        title, caption = (texts[number] if number < len(texts) else "" for texts in (labels.step_titles, labels.steps))
        found.append((at, StepMark(title, caption)))
    return sorted(found, key=lambda entry: entry[0])


def _from(positions: npt.NDArray[np.int64], start: int) -> list[int]:
    found: list[int] = positions[np.searchsorted(positions, start) :].tolist()
    return found


def _json(text: str, where: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(where, "is no JSON", "what the program wrote") from None
    return value
