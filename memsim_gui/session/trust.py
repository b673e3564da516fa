"""The trust light: what is shown is checked against the rules of scene.trust, while it moves and where it rests.

On the way, the state between two operations that lies nearest before the position is looked at: its sums, and of a
large machine one part of its pages after the other. Where the position rests, everything is checked.
"""

from enum import Enum
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from memsim_gui.scene.trust import blame
from memsim_gui.scene.trust.blame import Blame
from memsim_gui.scene.trust.pages import ALL, WALKED_FRAMES, Look, Part
from memsim_gui.scene.trust.rules import BY_NAME, OF_SUMS, RULES, Break, Rule, check
from memsim_gui.scene.trust.settled import WINDOW_EVENTS, settled_before
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Cursor, Trace
from memsim_gui.trace.view_state import ViewState

REST_S = 0.15  # from then on a position is not on the way any more
PART_ROWS = 4096  # of the largest array, looked at in one frame


class State(Enum):
    """What the light says."""

    GOOD = "good"
    SUMS = "sums"  # of this level of detail only sums can be checked
    MISSING = "missing"  # events are missing: nothing can be checked here
    BROKEN = "broken"


class Checked(NamedTuple):
    """How a rule was checked last: where (-1 never), and whether on all pages."""

    position: int = -1
    whole: bool = False


class Trust(QObject):
    """Watches a player's trace.

    Signals:
        changed: the light, or a check.
        broke: a Blame; told once for a trace.
    """

    changed = Signal()
    broke = Signal(object)

    def __init__(self, trace: Trace, parent: QObject | None = None) -> None:
        """Watch a trace from its start on."""
        super().__init__(parent)
        self.open(trace)

    def open(self, trace: Trace) -> None:
        """Watch another trace."""
        self.trace = trace
        self.state = State.GOOD
        self.blame: Blame | None = None
        self.checked: dict[str, Checked] = {rule.name: Checked() for rule in RULES}
        self._part = 0
        self._cursor: Cursor | None = None
        self._rested = 0.0
        self._rests_at = -1
        self.changed.emit()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that can be checked: of a trace that no machine of this program made, few are known to hold."""
        if not self.trace.meta.machine:
            return tuple(rule for rule in RULES if rule.always)
        return OF_SUMS if self.state is State.SUMS else RULES

    @property
    def words(self) -> str:
        """Say what the light says."""
        if self.blame:
            return f"inconsistent: {self.blame.found.rule}"
        if self.state is State.MISSING:
            return "not checked: detail is missing"
        what = "sums consistent" if self.state is State.SUMS else "consistent"
        return f"{what}: {len(self.rules)} checks"

    def forget_after(self, position: int) -> None:
        """The trace was cut: what was found behind the cut is gone."""
        if self.blame and self.blame.position >= position:
            self.open(self.trace)
        known = {name: Checked() if found.position > position else found for name, found in self.checked.items()}
        self.checked, self._cursor, self._rests_at = known, None, -1

    # --- on the way

    def stop_between(self, before: int, position: int) -> int:
        """Return the position to look at on the way from one to another, -1 for none."""
        if self.blame or position <= before:
            return -1
        return settled_before(self.trace, position, max(before + 1, position - WINDOW_EVENTS))

    def passed(self, view: ViewState, position: int) -> None:
        """Look at the state at a position that `stop_between` returned."""
        if self.blame or not self._tell_state(position):
            return
        small = len(view.lane) <= WALKED_FRAMES
        part = ALL if small else self._next_part(view)
        self._check(Look(view, self.trace.start, part, self.trace.meta.first_pfn), self.rules, position)

    def _next_part(self, view: ViewState) -> Part:
        rows = max(len(view.lane), len(view.pte_bits), len(view.cell))
        parts = -(-rows // PART_ROWS)
        self._part = (self._part + 1) % parts
        return Part(self._part, parts)

    # --- at rest

    def rest(self, seconds: float, view: ViewState, position: int) -> None:
        """Let time pass at a position; after a while everything is checked there."""
        if position != self._rests_at:
            self._rests_at, self._rested = position, 0.0
        before = self._rested
        self._rested += seconds
        if before < REST_S <= self._rested and not self.blame:
            self._check_everything(view, position)

    def _check_everything(self, view: ViewState, position: int) -> None:
        """Check what holds after every event here, and the rest where the operation under way began."""
        if not self._tell_state(position):
            return
        first_pfn, start = self.trace.meta.first_pfn, self.trace.start
        always = tuple(rule for rule in self.rules if rule.always)
        self._check(Look(view, start, ALL, first_pfn), always, position)
        settled = settled_before(self.trace, position)
        others = tuple(
            rule for rule in self.rules if not rule.always and self.checked[rule.name] != Checked(settled, whole=True)
        )
        if not self.blame and others:
            there = view if settled == position else self._state_at(settled)
            self._check(Look(there, start, ALL, first_pfn), others, settled)

    def _state_at(self, position: int) -> ViewState:
        """Return the state at a position, in memory that is used again: of a large machine it is a gigabyte."""
        if self._cursor is None:
            self._cursor = Cursor(self.trace, position)
        return self._cursor.seek(position)

    def _tell_state(self, position: int) -> bool:
        """Learn what can be known at a position; return whether anything can."""
        state = State.GOOD
        if self._is_missing(position):
            state = State.MISSING
        elif self.trace.level_at(position - 1) < kinds.LEVEL_FULL:
            state = State.SUMS
        if state is not self.state:
            self.state = state
            self.changed.emit()
        return state is not State.MISSING

    def _is_missing(self, position: int) -> bool:
        """Whether events are missing since the last keyframe."""
        losses = self.trace.positions_of(kinds.LOST)
        row = int(np.searchsorted(losses, position)) - 1
        if row < 0:
            return False
        return all(not losses[row] < at <= position for at, _ in self.trace.keyframes())

    def _check(self, look: Look, rules: tuple[Rule, ...], position: int) -> None:
        whole = look.part == ALL
        for rule in rules:
            if rule.whole and not whole:
                continue
            found = check(rule, look)
            if found:
                self._tell(blame.first_bad(self.trace, found, self._good(rule), position))
                return
            self.checked[rule.name] = Checked(position, whole or rule in OF_SUMS)
        self.changed.emit()

    def _good(self, rule: Rule) -> int:
        last = self.checked[rule.name]
        return last.position if last.whole else 0

    def machine_broke(self, found: Break, position: int) -> None:
        """Take in what the machine's own sums have shown at the end of its trace."""
        if not self.blame:
            self._tell(blame.first_bad(self.trace, found, self._good(BY_NAME[found.rule]), position))

    def _tell(self, found: Blame) -> None:
        self.blame, self.state = found, State.BROKEN
        self.changed.emit()
        self.broke.emit(found)
