"""Blame: a rule does not hold; which event was the first after which it did not, and whose work was that?"""

from collections.abc import Callable
from typing import NamedTuple

from memsim_gui.scene.panels import code_path
from memsim_gui.scene.trust.pages import Look
from memsim_gui.scene.trust.rules import BY_NAME, Break, check
from memsim_gui.scene.trust.settled import settled_before
from memsim_gui.scene.words import grouped
from memsim_gui.trace import explain, kinds
from memsim_gui.trace.store import Cursor, Trace

SEARCHED_ONE_BY_ONE = 256
# Who writes what an event of a kind tells, where no kernel function is known for it.
_ROOMS = {
    kinds.MOVE: "mm/mm_inline.py",
    kinds.COUNT: "mm/vmstat.py",
    kinds.SET: "mm/tracepoint.py",
    kinds.FLOW: "mm/tick.py",
    **dict.fromkeys(
        (kinds.BITS, kinds.OWNER, kinds.PTE, kinds.CELL, kinds.SWAP_MAP, kinds.SWAP_CELL), "mm/page_flags.py"
    ),
}


class Blame(NamedTuple):
    """A broken rule.

    Attributes:
        found: the rule, and what is wrong.
        position: the first event after which it does not hold; it is in order before it.
        room: whose work that event is: a file of the kernel with its function, or of this program.
        event: what the event says.
    """

    found: Break
    position: int
    room: str
    event: str

    @property
    def words(self) -> str:
        """Say all of it in one line."""
        return f"{self.found.words}; first after event {grouped(self.position)} in {self.room}: {self.event}"


def first_bad(trace: Trace, found: Break, good: int, bad: int) -> Blame:
    """Search the first bad event between a position at which a rule held and one at which it does not.

    The rule may not hold in the middle of an operation either. The search first finds the operation, and in it the
    last event before which the rule held.
    """
    cursor, rule = Cursor(trace), BY_NAME[found.rule]

    def holds(position: int) -> bool:
        return check(rule, Look(cursor.seek(position), trace.start, first_pfn=trace.meta.first_pfn)) is None

    if bad == 0:
        return Blame(found, 0, "the machine's own state", "it is so from the start")
    if holds(bad):
        return Blame(found, bad, "the machine's own state", "its trace does not show it")
    low, high = _operation(trace, holds, good if holds(good) else 0, bad)
    while high - low > SEARCHED_ONE_BY_ONE:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    at = max(position for position in range(low, high) if position == low or holds(position))
    return _blame(trace, found, at)


def _operation(trace: Trace, holds: Callable[[int], bool], low: int, high: int) -> tuple[int, int]:
    """Halve a stretch down to the operation at whose end the rule does not hold: from there to there."""
    while True:
        middle = settled_before(trace, (low + high) // 2, low + 1)
        if middle < 0:
            middle = settled_before(trace, high - 1, low + 1)
        if middle < 0:
            return low, high
        low, high = (middle, high) if holds(middle) else (low, middle)


def _blame(trace: Trace, found: Break, at: int) -> Blame:
    event, view = trace.events(at, at + 1)[0], trace.view_at(at)
    path = code_path.latest(trace, at + 1, view)
    room = _ROOMS.get(int(event["kind"]), "trace")
    if path and path.functions:
        function = path.functions[-1]
        room = f"{function.file} {function.name} ({room})"
    return Blame(found, at, room, explain.sentence(event, view, trace))
