"""The sentence beside the picture: what is happening right now and why; and what must not be missed."""

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.moment import Moment
from memsim_gui.scene.pacing import Pacing
from memsim_gui.trace import kinds
from memsim_gui.trace.explain import sentence
from memsim_gui.trace.store import Trace

LOOK_BACK_EVENTS = 24
READABLE_SECONDS = 0.15  # an event that is on screen for less is not told
ALERT_SECONDS = 2.5
MOST_FRAMES = 16_384  # on larger machines the state before an earlier event costs too much


def _among(*wanted: int) -> npt.NDArray[np.bool_]:
    """Return a table that tells by an event's kind whether it is among these."""
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    return table


TOLD = _among(
    kinds.MOVE,
    kinds.SCAN,
    kinds.FAULT,
    kinds.READ,
    kinds.WRITE,
    kinds.RECLAIM_BEGIN,
    kinds.IO_BEGIN,
    kinds.OOM_KILL,
    kinds.WATERMARK,
    kinds.STALL,
    kinds.ERRNO,
)
ALERTS = _among(kinds.OOM_KILL, kinds.ERRNO)


class Teller:
    """Finds the sentence for a moment; keeps the last one, because most pictures need it again."""

    def __init__(self, trace: Trace, pacing: Pacing) -> None:
        """Know nothing yet."""
        self.trace, self.pacing = trace, pacing
        self._known: dict[int, str] = {}

    def why(self, moment: Moment) -> str:
        """Return the sentence of the latest event that can be read; empty where events follow each other too fast."""
        row = self._latest(moment, TOLD, LOOK_BACK_EVENTS)
        if row < 0 or self.pacing.length_of(row) < READABLE_SECONDS * moment.speed:
            return ""
        return self._sentence(row, moment)

    def alert(self, moment: Moment) -> str:
        """Return the sentence of a kill or a refusal that happened a moment ago; empty if there was none."""
        since = self.pacing.position_at(max(0.0, moment.seconds - ALERT_SECONDS * moment.speed))[0]
        row = self._latest(moment, ALERTS, min(moment.position - since, MOST_FRAMES))
        return self._sentence(row, moment) if row >= 0 else ""

    def _latest(self, moment: Moment, wanted: npt.NDArray[np.bool_], look_back: int) -> int:
        """Position of the last wanted event of the current step that has begun, -1 if there is none."""
        stop = moment.position + (moment.fraction > 0)
        start = max(0, stop - look_back - 1)
        kind = self.trace.events(start, stop)["kind"]
        begun = np.flatnonzero(kind == kinds.STEP)
        first = int(begun[-1]) + 1 if len(begun) else 0
        found = np.flatnonzero(wanted[kind[first:]])
        return start + first + int(found[-1]) if len(found) else -1

    def _sentence(self, row: int, moment: Moment) -> str:
        if row not in self._known:
            here = row == moment.position or len(moment.view.lane) > MOST_FRAMES
            view = moment.view if here else self.trace.view_at(row)
            self._known = {row: sentence(self.trace.events(row, row + 1)[0], view, self.trace)}
        return self._known[row]
