"""Moments of a trace worth a picture each: the end of every step, or of every command where no steps are told."""

from itertools import pairwise
from typing import NamedTuple

from memsim_gui.export.frames import Stretch
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

MOST = 100  # a run of thousands of commands gets so many, evenly spread


class Moment(NamedTuple):
    """What happened between two positions, in words; the picture is that of the second."""

    begin: int
    end: int
    title: str
    text: str


def moments(trace: Trace, stretch: Stretch) -> list[Moment]:
    """Return the moments of a stretch in order, at least one."""
    labels = trace.labels
    for kind, titles, texts in (
        (kinds.STEP, labels.step_titles, labels.steps),
        (kinds.COMMAND, labels.commands, []),
    ):
        begins = [at for at in trace.positions_of(kind).tolist() if stretch.start <= at < stretch.stop]
        if begins:
            found = [_moment(trace, begin, end, titles, texts) for begin, end in pairwise([*begins, stretch.stop])]
            return _some(found)
    return [Moment(stretch.start, stretch.stop, trace.meta.title, "")]


def _moment(trace: Trace, begin: int, end: int, titles: list[str], texts: list[str]) -> Moment:
    row = int(trace.events(begin, begin + 1)["ident"][0])
    title, text = (names[row] if 0 <= row < len(names) else "" for names in (titles, texts))
    return Moment(begin, end, title, " ".join(text.split()))


def _some(found: list[Moment]) -> list[Moment]:
    if len(found) <= MOST:
        return found
    return [found[round(i * (len(found) - 1) / (MOST - 1))] for i in range(MOST)]
