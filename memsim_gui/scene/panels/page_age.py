"""Page age: as of which event single pages are known.

Below level full a trace tells how many pages went where, and counters, but not which pages: those are shown as they
stood in the last keyframe.
"""

from memsim_gui.scene.words import grouped
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

RECORDED_AS = {kinds.LEVEL_FLOW: "flows", kinds.LEVEL_COUNTERS: "counters"}


def known_at(trace: Trace, position: int) -> int:
    """Return the last position, at most the one given, at which the single pages of its view are as they were."""
    kept = max(at for at, _ in trace.keyframes() if at <= position)
    ends = [*(start for start, _ in trace.levels[1:]), position + 1]
    for (start, level), end in zip(trace.levels, ends, strict=True):
        if level < kinds.LEVEL_FULL and end > max(kept, start):
            return min(position, max(kept, start))
    return position


def age_words(trace: Trace, position: int) -> str:
    """Say as of which event pages are shown, and why; empty where all is told."""
    known, level = known_at(trace, position), trace.level_at(position)
    if known == position and level == kinds.LEVEL_FULL:
        return ""
    what = RECORDED_AS.get(level, RECORDED_AS[kinds.LEVEL_FLOW])
    return f"Pages as of event {grouped(known)}: this stretch is recorded as {what}"
