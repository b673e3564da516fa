"""Trust: rules that hold in any state of a machine between two operations, checked on the state shown.

The core keeps each fact in several places, as the kernel does: a page's list in its links, its flags and a counter; a
mapping in the page table and in the page. If two of them disagree, something is wrong that no picture may hide.
Rules about sums cost next to nothing; those about pages can be checked part by part, or all at once.

What is counted is compared with what was counted where the trace begins: a machine may start with counters of pages
that it does not model.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.scene.trust import pages
from memsim_gui.scene.trust.pages import Look
from memsim_gui.scene.words import grouped
from memsim_gui.trace import counters, lanes, tables
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]
LISTS = ("nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable")
EVENT = {name: i for i, name in enumerate(counters.EVENT_NAMES)}
NODE = {name: i for i, name in enumerate(counters.NODE_NAMES)}
ZONE = {name: i for i, name in enumerate(counters.ZONE_NAMES)}


class Sums(NamedTuple):
    """What can be added up quickly, of a view or of a machine itself (arrays as in ViewState)."""

    frames: int
    lane_pages: Ints
    counter: Ints
    file: Ints


class Rule(NamedTuple):
    """A rule: `sums` looks at the sums, or `detail` at pages; both return what is wrong, empty if nothing is.

    Attributes:
        always: it holds after every event, not only between two operations.
        whole: it counts pages, and can only be checked on all of them.
    """

    name: str
    words: str
    sums: Callable[[Sums, Sums], str] | None = None
    detail: Callable[[Look], str] | None = None
    always: bool = False
    whole: bool = False


def _since(sums: Sums, start: Sums) -> Sums:
    """What has been added since the start."""
    file = sums.file.copy()
    file[: len(start.file), tables.FILE_NRPAGES] -= start.file[:, tables.FILE_NRPAGES]
    return Sums(sums.frames, sums.lane_pages - start.lane_pages, sums.counter - start.counter, file)


def _by_node(sums: Sums) -> Ints:
    """Node and zone items [nodes, NODE_STRIDE]."""
    return sums.counter[counters.EVENT_COUNTERS :].reshape(-1, counters.NODE_STRIDE)


def _zone_item(sums: Sums, name: str) -> Ints:
    """A zone item, summed over the zones of each node [nodes]."""
    zones = _by_node(sums)[:, counters.NODE_ITEMS :]
    out: Ints = zones.reshape(len(zones), counters.ZONES_PER_NODE, counters.ZONE_ITEMS)[..., ZONE[name]].sum(axis=1)
    return out


def _on_lanes(sums: Sums, kind: int) -> Ints:
    return sums.lane_pages[kind :: lanes.LANES_PER_NODE]


def _differs(name: str, counted: int, found: int) -> str:
    return "" if counted == found else f"{name} is {grouped(counted)}, counted anew {grouped(found)}"


def _grew(name: str, counted: int, found: int) -> str:
    return "" if counted == found else f"{name} has grown by {grouped(counted)}, counted anew {grouped(found)}"


def _frames(sums: Sums, _start: Sums) -> str:
    least = int(sums.lane_pages.min(initial=0))
    if least < 0:
        return f"lane {int(sums.lane_pages.argmin())} holds {grouped(least)} pages"
    return _differs("the number of frames", sums.frames, int(sums.lane_pages.sum()))


def _lists(sums: Sums, start: Sums) -> str:
    sums = _since(sums, start)
    for kind, name in enumerate(LISTS):
        zones = _zone_item(sums, name.replace("nr_", "nr_zone_"))
        for node, pages_there in enumerate(_on_lanes(sums, kind).tolist()):
            for title, counted in ((name, _by_node(sums)[node, NODE[name]]), (f"{name} by zones", zones[node])):
                if counted != pages_there:
                    return f"node {node}: {_grew(title, int(counted), pages_there)}"
    return ""


def _free(sums: Sums, start: Sums) -> str:
    sums = _since(sums, start)
    free = _zone_item(sums, "nr_free_pages").tolist()
    told = (_grew(f"node {node}: nr_free_pages", *pair) for node, pair in
            enumerate(zip(free, _on_lanes(sums, lanes.FREE).tolist(), strict=True)))  # fmt: skip
    return next(filter(None, told), "")


def _let_go(sums: Sums, _start: Sums) -> str:
    for kind, words in ((lanes.ISOLATED, "isolated"), (lanes.IN_HAND, "allocated and on no list")):
        left = int(_on_lanes(sums, kind).sum())
        if left:
            return f"{grouped(left)} pages were left {words}"
    return ""


def _scans(sums: Sums, start: Sums) -> str:
    """Kernel: a memory cgroup's reclaim counts what it scans by kind of page, not by who scans."""
    value = {
        name: int(sums.counter[at] - start.counter[at])
        for name, at in EVENT.items()
        if name.startswith(("pgscan", "pgsteal"))
    }
    both = []
    for name in ("pgscan", "pgsteal"):
        of_what = value[f"{name}_anon"] + value[f"{name}_file"]
        by_whom = value[f"{name}_kswapd"] + value[f"{name}_direct"]
        if by_whom > of_what:
            return f"{name}: {grouped(by_whom)} by kswapd and direct, {grouped(of_what)} of anon and file"
        both.append(of_what)
    return "" if both[1] <= both[0] else f"{grouped(both[1])} pages reclaimed of {grouped(both[0])} scanned"


def _files(sums: Sums, start: Sums) -> str:
    sums = _since(sums, start)
    node = _by_node(sums).sum(axis=0)
    cached, kind = sums.file[:, tables.FILE_NRPAGES], sums.file[:, tables.FILE_KIND]
    swap = int(node[NODE["nr_swapcached"]])
    shared = int(cached[kind == tables.FILE_SHMEM].sum())
    return _grew("nr_file_pages", int(node[NODE["nr_file_pages"]]), int(cached.sum()) + swap) or _grew(
        "nr_shmem", int(node[NODE["nr_shmem"]]), shared
    )


RULES = (
    Rule("frames", "no frame is lost: the lanes hold them all", sums=_frames, always=True),
    Rule("lists", "the counters of the five lists are their lengths", sums=_lists),
    Rule("free", "nr_free_pages is what is free", sums=_free),
    Rule("hands", "nothing is left isolated or in nobody's hands", sums=_let_go),
    Rule("scans", "pages scanned and reclaimed add up", sums=_scans),
    Rule("files", "nr_file_pages and nr_shmem are what the files hold", sums=_files),
    Rule("lanes", "each page is on one lane, and counted there", detail=pages.lanes_counted, always=True, whole=True),
    Rule("links", "the lists' links agree in both directions", detail=pages.links, always=True),
    Rule("flags", "a page's flags name the list that it is on", detail=pages.flags),
    Rule("marks", "dirty, written, locked pages are counted", detail=pages.marks, whole=True),
    Rule("page tables", "what a page table maps knows where it is mapped", detail=pages.page_tables),
    Rule("mapped", "mapped pages and swap entries are counted", detail=pages.mapped, whole=True),
    Rule("page cache", "each file's slots and their pages agree", detail=pages.page_cache),
    Rule("swap", "each slot's users are those that refer to it", detail=pages.swap, whole=True),
)
BY_NAME = {rule.name: rule for rule in RULES}
OF_SUMS = tuple(rule for rule in RULES if rule.sums)


class Break(NamedTuple):
    """A rule that does not hold, and what is wrong, in one line."""

    rule: str
    words: str


def sums_of(view: ViewState) -> Sums:
    """Return the sums of a view; its arrays are not copied."""
    return Sums(len(view.lane), view.lane_pages, view.counter, view.file)


def check_sums(sums: Sums, start: Sums) -> Break | None:
    """Return the first rule about sums that does not hold; `start`: the sums where the trace begins."""
    for rule in OF_SUMS:
        wrong = rule.sums(sums, start) if rule.sums else ""
        if wrong:
            return Break(rule.name, wrong)
    return None


def check(rule: Rule, look: Look) -> Break | None:
    """Check one rule on a part of a view."""
    if rule.sums:
        wrong = rule.sums(sums_of(look.view), sums_of(look.start))
    else:
        wrong = rule.detail(look) if rule.detail else ""
    return Break(rule.name, wrong) if wrong else None
