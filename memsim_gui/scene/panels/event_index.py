"""An index of the events that a log tells: positions that pass a filter, found without any words as a trace grows."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.cuts import Cuts
from memsim_gui.scene.panels.page_life import about
from memsim_gui.scene.words import ACTOR_NAMES, LANE_TITLES
from memsim_gui.trace import causes, kinds, lanes, tables
from memsim_gui.trace.explain import sentence
from memsim_gui.trace.store import Events, Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

GROUPS = {
    "Steps and commands": (kinds.STEP, kinds.COMMAND),
    "Decisions of reclaim": (kinds.SCAN,),
    "Reclaim begins, ends, balances": (kinds.RECLAIM_BEGIN, kinds.RECLAIM_END, kinds.BALANCE),
    "Watermarks": (kinds.WATERMARK,),
    "Page faults": (kinds.FAULT,),
    "Reads and writes": (kinds.READ, kinds.WRITE),
    "Devices": (kinds.IO_BEGIN, kinds.IO_END),
    "Waiting, kills, errors": (kinds.STALL, kinds.OOM_KILL, kinds.ERRNO, kinds.LOST),
    "Moves of pages": (kinds.MOVE, kinds.FLOW),
}
MOVES = "Moves of pages"
USUAL = frozenset(GROUPS) - {MOVES}
CHUNK_EVENTS = 1 << 18
HEADS = 1 << 16  # of kind and cause
_NUMBER = re.compile(r"0x[0-9A-Fa-f]+|\d+")
_PFN = re.compile(r"(?:pfn\s*)?0x([0-9a-f]+)")


class Filter(NamedTuple):
    """What a log is about: groups of kinds, a text (words, a page, a list or an actor), and one frame (-1 = any)."""

    groups: frozenset[str] = USUAL
    text: str = ""
    frame: int = -1


@lru_cache(maxsize=1)
def _templates() -> dict[int, str]:
    """Sentences of every kind and cause, in lower case and without numbers, by kind | cause << 8."""
    trace = Trace(new_view(Sizes(1, 1, 1, 1, 1, 1, 1, 1, 1)), Meta(), Labels())
    view, out = trace.view_at(0), {}
    for kind in (kinds.MOVE, kinds.FLOW, *(kind for kind in kinds.KIND_NAMES if kind >= kinds.NARRATION)):
        for cause in causes.CAUSE_NAMES:
            event = np.array([(kind, cause, 0, 0, 0, 0)], kinds.EVENT)[0]
            try:
                text = sentence(event, view, trace)
            except (KeyError, IndexError):  # no such cause of this kind
                continue
            out[kind | cause << kinds.CAUSE_AT] = _NUMBER.sub("", text).lower()
    return out


class EventIndex:
    """Positions of the events that a filter lets through, ascending."""

    def __init__(self, trace: Trace, wanted: Filter) -> None:
        """Begin at the start of a trace; `extend` reads it."""
        self.trace, self.wanted = trace, wanted
        self._cuts = Cuts(trace)
        self._in_group = np.zeros(HEADS, np.bool_)
        for group in wanted.groups:
            for kind in GROUPS[group]:
                self._in_group[kind::256] = True
        self._tests = _tests(wanted.text.strip().lower(), trace)
        self._known, self._count = 0, 0
        self._found = np.empty(1024, np.int32)

    def extend(self, most: int) -> bool:
        """Read up to `most` events more; return whether all have been read."""
        self._known = self._cuts.kept(self._known)
        self._count = self.before(self._known)
        stop = min(len(self.trace), self._known + most)
        while self._known < stop:
            events = self.trace.events(self._known, min(stop, self._known + CHUNK_EVENTS))
            self._add(self._matching(events) + self._known)
            self._known += len(events)
        return self._known == len(self.trace)

    def _add(self, rows: Rows) -> None:
        if self._count + len(rows) > len(self._found):
            larger = np.empty(2 * (self._count + len(rows)), np.int32)
            larger[: self._count] = self._found[: self._count]
            self._found = larger
        self._found[self._count : self._count + len(rows)] = rows
        self._count += len(rows)

    def _matching(self, events: Events) -> Rows:
        """Rows of events that pass."""
        # Kind and cause are an event's first two bytes: read as one number they need one look instead of two.
        head = np.ascontiguousarray(events).view("<u2").reshape(len(events), -1)[:, 0]
        rows = np.flatnonzero(self._in_group[head])
        if self.wanted.frame >= 0:
            rows = np.intersect1d(rows, about(events, self.wanted.frame), assume_unique=True)
        if self._tests:
            chosen = events[rows]
            rows = rows[np.any([test(chosen, head[rows]) for test in self._tests], axis=0)]
        return rows

    def before(self, position: int) -> int:
        """How many of the positions lie before one."""
        return int(np.searchsorted(self._found[: self._count], position))

    def rows(self, start: int, stop: int) -> list[int]:
        """Positions number `start` to `stop`."""
        found: list[int] = self._found[max(0, start) : min(stop, self._count)].tolist()
        return found


Test = Callable[[Events, npt.NDArray[np.uint16]], Mask]


def _tests(text: str, trace: Trace) -> list[Test]:
    """Ways in which an event can be what a text asks for; none for an empty text."""
    if not text:
        return []
    page = _PFN.fullmatch(text)
    if page:
        frame = int(page[1], 16) - trace.meta.first_pfn
        return [lambda events, _: np.isin(np.arange(len(events)), about(events, frame))]
    told = np.zeros(HEADS, np.bool_)
    told[[head for head, words in _templates().items() if text in words]] = True
    tests: list[Test] = [lambda _, head: np.asarray(told[head]), _labelled(text, trace.labels)]
    lists = [kind for kind, title in LANE_TITLES.items() if text == title.lower()]
    if lists:
        tests.append(_on_lists(lists))
    actors = [row for row in range(tables.ACTORS) if ACTOR_NAMES.get(row, f"kswapd{row}").startswith(text)]
    if actors:
        tests.append(_by_actors(actors))
    return tests


def _labelled(text: str, labels: Labels) -> Test:
    """Commands, steps and tasks whose name holds the text."""
    named = {
        kinds.COMMAND: labels.commands, kinds.STEP: labels.step_titles,
        kinds.STALL: labels.tasks, kinds.OOM_KILL: labels.tasks,
    }  # fmt: skip

    def test(events: Events, _: npt.NDArray[np.uint16]) -> Mask:
        found = np.zeros(len(events), np.bool_)
        for kind, names in named.items():
            rows = [row for row, name in enumerate(names) if text in name.lower()]
            found |= (events["kind"] == kind) & np.isin(events["ident"], rows)
        return found

    return test


def _on_lists(wanted: list[int]) -> Test:
    def test(events: Events, _: npt.NDArray[np.uint16]) -> Mask:
        kind = events["kind"]
        moves = (kind == kinds.MOVE) | (kind == kinds.FLOW)
        source = np.isin(events["src"] % lanes.LANES_PER_NODE, wanted) & (moves | (kind == kinds.SCAN))
        return np.asarray(source | (moves & np.isin(events["dst"] % lanes.LANES_PER_NODE, wanted)))

    return test


def _by_actors(wanted: list[int]) -> Test:
    def test(events: Events, _: npt.NDArray[np.uint16]) -> Mask:
        acts = np.isin(events["kind"], (kinds.SCAN, kinds.RECLAIM_BEGIN, kinds.RECLAIM_END))
        return np.asarray(acts & np.isin(events["value"], wanted))

    return test
