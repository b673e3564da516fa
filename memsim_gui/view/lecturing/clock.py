"""A talk's clock: the time taken since the first step forward, and how that stands to the plan."""

import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import NamedTuple

MINUTE_S = 60


class Standing(NamedTuple):
    """How the clock is shown: figures, words about the plan (empty without one), and the colour of the words."""

    figures: str
    words: str
    tone: str


class TalkClock:
    """Runs from the first step forward."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        """Stand at zero; `now_s` tells the time in seconds."""
        self._now_s = now_s
        self._began_s: float | None = None
        self._ends_s: list[float] = []  # by step, if all goes to plan

    def plan(self, minutes: Sequence[float]) -> None:
        """Begin another talk, with the minutes planned for each step; none = no plan."""
        self._ends_s = [MINUTE_S * end for end in accumulate(minutes)]
        self.restart()

    @property
    def planned_s(self) -> float:
        """Seconds planned for the whole talk, 0 without a plan."""
        return self._ends_s[-1] if self._ends_s else 0.0

    def start(self) -> None:
        """Run, unless it runs already."""
        if self._began_s is None:
            self._began_s = self._now_s()

    def restart(self) -> None:
        """Go back to zero and wait for the next step."""
        self._began_s = None

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return 0.0 if self._began_s is None else self._now_s() - self._began_s

    def behind_s(self, step: int) -> float:
        """Seconds behind the plan while a step (from 1) is told: negative = ahead, 0 = within the step's time."""
        begins, ends = [0.0, *self._ends_s], self._ends_s
        step = min(step, len(ends))
        late, early = self.elapsed_s - ends[step - 1], self.elapsed_s - begins[step - 1]
        return late if late > 0 else min(0.0, early)

    def standing(self, step: int) -> Standing:
        """Return how the clock is shown at a step."""
        figures = _minutes(self.elapsed_s)
        if not self.planned_s:
            return Standing(figures, "", "text")
        figures = f"{figures} of {_minutes(self.planned_s)}"
        if self._began_s is None:
            return Standing(figures, "", "text")
        behind = self.behind_s(step)
        if abs(behind) < 1:
            return Standing(figures, "on time", "good")
        return Standing(figures, f"{_minutes(abs(behind))} {'behind' if behind > 0 else 'ahead'}", _tone(behind))


def _tone(behind_s: float) -> str:
    return "warning" if behind_s > 0 else "good"


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // MINUTE_S}:{int(seconds) % MINUTE_S:02}"
