"""Course: what a trace as a whole comes to, worked out once and shared by all who show it."""

from memsim_gui.scene.pacing import Pacing
from memsim_gui.scene.timeline.event_marks import EventMarks
from memsim_gui.scene.timeline.history import History
from memsim_gui.trace.store import Trace


class Course:
    """Seconds, event marks and samples of a trace. To make one takes about 0.1 s for each million events.

    Attributes:
        trace: the trace.
        pacing, marks, history: what is known of it, as far as it went at the last `extend`.
    """

    def __init__(self, trace: Trace) -> None:
        """Read a trace as far as it goes."""
        self.trace = trace
        self.pacing, self.marks, self.history = Pacing(trace), EventMarks(trace), History(trace)

    def extend(self) -> None:
        """Take in events added to the trace since the last call, or cut off its end."""
        self.pacing.extend()
        self.marks.extend()
        self.history.extend()
