"""Moment: what a view is told, once a frame: where in which trace we are, what is selected, and what changed since."""

from dataclasses import dataclass
from enum import Flag, auto

from memsim_gui.scene.moment import AS_USUAL, Manner
from memsim_gui.scene.selection import Selection
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState


class Changed(Flag):
    """What may differ from the last moment; a panel's `INTEREST` says which of these concern it."""

    POSITION = auto()
    FRACTION = auto()  # within the event under way: only what moves smoothly cares
    SELECTION = auto()
    TRACE = auto()  # another trace, or more or less of it
    LOOK = auto()  # theme or size of type

    @classmethod
    def everything(cls) -> "Changed":
        """Return all flags: what a panel that was hidden has to catch up with."""
        return ~cls(0)


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in a trace. The view belongs to the player's cursor: read it at once, keep a copy if it must last.

    Attributes:
        position: events before this moment.
        fraction: how far the event at `position` has got, 0 to 1, for motion.
        speed: how many seconds of the presentation pass in one.
        running: whether the clock runs.
        selection: what is selected, with the frame and swap slot where it is now.
        since: where the last step of any unit began, if one brought us here; else -1.
        manner: how it is told: with or without motion, in which words.
        hurried: the clock runs, and what is only read need not follow at once.
    """

    trace: Trace
    view: ViewState
    position: int
    fraction: float
    speed: float
    running: bool
    selection: Selection
    changed: Changed
    since: int = -1
    manner: Manner = AS_USUAL
    hurried: bool = False
