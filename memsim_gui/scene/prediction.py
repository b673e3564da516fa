"""Predict: questions about what a trace is about to show. The answer is always the event's own.

A question stands before a decision: the first page taken from a list, a page about to be looked at, who reclaims, who
is killed. Decisions like the one before are not asked again, so that a long scan asks when there is something new.
"""

from random import Random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene import naming
from memsim_gui.scene.retelling import retold
from memsim_gui.scene.words import LANE_TITLES, grouped
from memsim_gui.trace import bits, causes, kinds, lanes, tables
from memsim_gui.trace.explain import actor_name, label, page_name
from memsim_gui.trace.store import Events, Trace
from memsim_gui.trace.view_state import ViewState

LOOK_BACK_EVENTS = 4096
LOOK_AHEAD_EVENTS = 4096
PREPARING_EVENTS = 32  # at most so many prepare one decision
MOST_CHOICES = 4
FREED = (lanes.FREE, lanes.PCP)
OF_ANON = (lanes.ACTIVE_ANON, lanes.INACTIVE_ANON)
OF_FILE = (lanes.ACTIVE_FILE, lanes.INACTIVE_FILE)


class Question(NamedTuple):
    """A question before the event at `decision`.

    Attributes:
        asked_at: position to stop at; nothing of the decision has been shown there.
        decision: position of the event that decides.
        text, choices: what is asked, and what can be answered.
        frames: the page frame of each choice, where pages are asked for.
        answer: index of the right choice.
        because: the deciding event's own sentence.
    """

    asked_at: int
    decision: int
    text: str
    choices: tuple[str, ...]
    frames: tuple[int, ...]
    answer: int
    because: str


def next_decision(trace: Trace, start: int, stop: int) -> tuple[int, int]:
    """Return where to stop for the first question asked in [start, stop], and its decision's position; -1 = none."""
    low = max(0, start - LOOK_BACK_EVENTS)
    events = trace.events(low, stop + PREPARING_EVENTS)
    for at in np.flatnonzero(_new(events)).tolist():
        asked = _asked_at(events, at)
        if low + at >= start and start <= low + asked <= stop:
            return low + asked, low + at
    return -1, -1


def _new(events: Events) -> npt.NDArray[np.bool_]:
    """Mark the decisions that are not like the last one of their kind."""
    kind, cause = events["kind"], events["cause"].astype(np.int64)
    taken = (kind == kinds.MOVE) & (cause == causes.ISOLATE)
    scanned = kind == kinds.SCAN
    woken = (kind == kinds.RECLAIM_BEGIN) & np.isin(cause, (causes.WAKE_LOW, causes.STALL_DIRECT))
    command = kind == kinds.COMMAND
    begun = command | (kind == kinds.RECLAIM_BEGIN)
    out = kind == kinds.OOM_KILL
    out |= _unlike(taken, begun, events["src"].astype(np.int64))
    out |= _unlike(scanned, command, cause)
    return np.asarray(out | _unlike(woken, kind == kinds.STEP, events["value"]))


def _unlike(
    asked: npt.NDArray[np.bool_], fresh: npt.NDArray[np.bool_], what: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Mark those of `asked` that differ in `what` from the one before, or that follow one of `fresh`."""
    out = np.zeros(len(asked), np.bool_)
    at = np.flatnonzero(asked | fresh)
    told = np.where(asked[at], what[at], -1)
    out[at] = asked[at] & (told != np.concatenate([[-2], told[:-1]]))
    return out


def _asked_at(events: Events, at: int) -> int:
    """Go back over what prepares the decision about a page: its flags, its page table entry, counters, the clock."""
    if events["kind"][at] not in {kinds.MOVE, kinds.SCAN}:
        return at
    frame, first = int(events["ident"][at]), at
    while first > max(0, at - PREPARING_EVENTS):
        before = events[first - 1]
        kind = int(before["kind"])
        entry = kind == kinds.PTE and int(before["value"]) & 0xFFFFFFFF == frame
        actor = kind == kinds.SET and before["dst"] == tables.TABLE_ACTOR
        if not (kind == kinds.COUNT or actor or entry or (kind == kinds.BITS and before["ident"] == frame)):
            break
        first -= 1
    return first


def question(trace: Trace, asked_at: int, decision: int, view: ViewState, seed: int) -> Question | None:
    """Return the question before a decision; None if there is nothing to choose from.

    `view` is the state at `asked_at`; `seed` orders the choices and picks the wrong ones among the likely.
    """
    event = trace.events(decision, decision + 1)[0]
    random = Random(seed * 1_000_003 + decision)
    found = {
        kinds.MOVE: _which_page,
        kinds.SCAN: _which_list,
        kinds.OOM_KILL: _who_is_killed,
        kinds.RECLAIM_BEGIN: _who_reclaims,
    }[int(event["kind"])](trace, decision, view, random)
    if found is None or len(found.others) == 0:
        return None
    choices = [found.right, *found.others]
    random.shuffle(choices)
    frames = tuple(choice.frame for choice in choices) if found.right.frame >= 0 else ()
    because = retold(trace, decision, view)
    words = tuple(choice.words for choice in choices)
    return Question(asked_at, decision, found.text, words, frames, choices.index(found.right), because)


class _Choice(NamedTuple):
    words: str
    frame: int = -1


class _Asked(NamedTuple):
    text: str
    right: _Choice
    others: list[_Choice]


def _which_page(trace: Trace, decision: int, view: ViewState, random: Random) -> _Asked:
    """The next page off a list; others from both its ends and its middle, and the last one of the list beside it."""
    event = trace.events(decision, decision + 1)[0]
    lane, frame = int(event["src"]), int(event["ident"])
    frames = len(view.lane)
    head, tail = int(view.lru_next[frames + lane]), int(view.lru_prev[frames + lane])
    beside = int(view.lru_prev[frames + (lane ^ 1)])  # active and inactive lists lie side by side
    likely = [head, tail, int(view.lru_prev[frame]), beside]
    there = np.flatnonzero(view.lane == lane)
    likely += [int(there[random.randrange(len(there))]) for _ in range(MOST_CHOICES)]
    others = list(dict.fromkeys(one for one in likely if 0 <= one < frames and one != frame))[: MOST_CHOICES - 1]
    title = LANE_TITLES.get(lane & lanes.KIND_MASK, "the list")
    return _Asked(f"Which page is taken from {title} next?", _page(trace, view, frame),
                  [_page(trace, view, one) for one in others])  # fmt: skip


def _page(trace: Trace, view: ViewState, frame: int) -> _Choice:
    return _Choice(f"{page_name(frame, trace)}  {naming.owner(view, trace, frame)}", frame)


def _which_list(trace: Trace, decision: int, view: ViewState, random: Random) -> _Asked | None:
    """Where a page goes that is about to be looked at: the next move of it tells."""
    del random
    frame = int(trace.events(decision, decision + 1)["ident"][0])
    coming = trace.events(decision + 1, decision + 1 + LOOK_AHEAD_EVENTS)
    moves = coming[(coming["kind"] == kinds.MOVE) & (coming["ident"] == frame)]
    if not len(moves):
        return None
    active, inactive = OF_ANON if view.bits[frame] & bits.PG_SWAPBACKED else OF_FILE
    named = {
        active: f"to {LANE_TITLES[active]}",
        inactive: f"to {LANE_TITLES[inactive]}",
        lanes.UNEVICTABLE: f"to {LANE_TITLES[lanes.UNEVICTABLE]}",
        lanes.FREE: "it is freed",
    }
    goes = int(moves["dst"][0]) & lanes.KIND_MASK
    goes = lanes.FREE if goes in FREED else goes
    if goes not in named:
        return None
    others = [_Choice(words) for kind, words in named.items() if kind != goes]
    page = f"{page_name(frame, trace)} ({naming.owner(view, trace, frame)})"
    return _Asked(f"Reclaim looks at {page}. Where does it go?", _Choice(named[goes]), others)


def _who_is_killed(trace: Trace, decision: int, view: ViewState, random: Random) -> _Asked:
    """The process that the OOM killer takes; others from those alive, the largest first."""
    del random
    killed = int(trace.events(decision, decision + 1)["ident"][0])
    alive = np.flatnonzero(view.task[:, tables.TASK_STATE] == tables.TASK_ALIVE)
    columns = [tables.TASK_ANON, tables.TASK_FILE, tables.TASK_SHMEM, tables.TASK_SWAPENTS]
    size = view.task[:, columns].sum(axis=1)
    others = sorted((task for task in alive.tolist() if task != killed), key=lambda task: -int(size[task]))
    tasks = [_Choice(label(trace.labels.tasks, task, "task")) for task in [killed, *others[: MOST_CHOICES - 1]]]
    return _Asked("There is no memory left, and no page can be freed. Who is killed?", tasks[0], tasks[1:])


def _who_reclaims(trace: Trace, decision: int, view: ViewState, random: Random) -> _Asked:
    """What happens when free memory runs short."""
    del random
    actor = int(trace.events(decision, decision + 1)["value"][0])
    free = int(view.lane_pages.reshape(-1, lanes.LANES_PER_NODE)[:, lanes.FREE].sum())
    low, least = (int(view.zone[:, column].sum()) for column in (tables.ZONE_LOW, tables.ZONE_MIN))
    direct = "direct reclaim"
    kswapd = f"{actor_name(actor if actor != tables.ACTOR_DIRECT else 0)} wakes"
    killer = "the OOM killer"
    right, other = (direct, kswapd) if actor == tables.ACTOR_DIRECT else (kswapd, direct)
    text = f"{grouped(free)} pages are free; the low mark is {grouped(low)}, min {grouped(least)}. What happens now?"
    return _Asked(text, _Choice(right), [_Choice(other), _Choice(killer)])
