"""Short words of the picture: the kernel's action on a moving page, the verdict of a scan, names of lanes.

Whole sentences come from `trace.explain`; these fit on a label.
"""

import re
from typing import NamedTuple

from memsim_gui.trace import causes, lanes, tables

LANE_TITLES = {
    lanes.ACTIVE_ANON: "Active anon",
    lanes.INACTIVE_ANON: "Inactive anon",
    lanes.ACTIVE_FILE: "Active file",
    lanes.INACTIVE_FILE: "Inactive file",
    lanes.UNEVICTABLE: "Unevictable",
}
LANE_SUBTITLES = {
    lanes.ACTIVE_ANON: "in use: aged, never reclaimed directly",
    lanes.INACTIVE_ANON: "candidates for swap",
    lanes.ACTIVE_FILE: "in use: aged, never reclaimed directly",
    lanes.INACTIVE_FILE: "candidates for drop",
    lanes.UNEVICTABLE: "mlocked: never scanned",
}


class Verdict(NamedTuple):
    """What a scan decided: why, and what follows."""

    why: str
    then: str


VERDICTS = {
    causes.KEEP_REFERENCED: Verdict("young, first time", "second chance"),
    causes.ACTIVATE: Verdict("young + referenced", "activate"),
    causes.KEEP_WRITEBACK: Verdict("write started", "keep"),
    causes.ACTIVATE_WRITEBACK: Verdict("still in writeback", "activate"),
    causes.ACTIVATE_DIRTY: Verdict("dirty file page", "activate, wake flusher"),
    causes.RECLAIM: Verdict("idle and clean", "free"),
    causes.DEACTIVATE: Verdict("at the active tail", "deactivate"),
    causes.ROTATE_EXEC: Verdict("young executable page", "stays active"),
    causes.ROTATE: Verdict("write ended", "to the tail"),
    causes.CULL: Verdict("mlocked", "to unevictable"),
    causes.KEEP: Verdict("busy", "keep"),
    causes.SWAP_OUT: Verdict("idle", "swap out"),
    causes.ACTIVATE_SWAP_FULL: Verdict("no swap slot", "activate"),
    causes.ACTIVATE_MLOCKED: Verdict("mlocked", "activate"),
    causes.ACTIVATE_BUFFERS: Verdict("in use by the file system", "activate"),
    causes.LAZYFREE: Verdict("MADV_FREE and clean", "free"),
    causes.ACTIVATE_EXEC: Verdict("young executable page", "activate"),
    causes.ACTIVATE_REFERENCED: Verdict("referenced", "activate"),
    causes.ROTATE_REFERENCED: Verdict("referenced", "stays active"),
    causes.SKIP_ZONE: Verdict("wrong zone", "skip"),
    causes.KEEP_CLEAN_ONLY: Verdict("clean pages only", "keep"),
    causes.KEEP_SECOND_CHANCE: Verdict("used since the last look", "second chance"),
}

_ACTIONS = {
    causes.ALLOC: "alloc",
    causes.ADD: "lru add",
    causes.DRAIN: "to its list",
    causes.ISOLATE: "isolate",
    causes.KEEP_REFERENCED: "keep",
    causes.ACTIVATE: "activate",
    causes.KEEP_WRITEBACK: "keep",
    causes.ACTIVATE_WRITEBACK: "activate",
    causes.ACTIVATE_DIRTY: "activate",
    causes.RECLAIM: "evict",
    causes.DEACTIVATE: "deactivate",
    causes.ROTATE_EXEC: "rotate",
    causes.ROTATE: "rotate",
    causes.MARK_ACCESSED: "activate",
    causes.REFAULT: "refault",
    causes.CULL: "cull",
    causes.RESCUE: "rescue",
    causes.UNMAP_FREE: "free",
    causes.DROP: "drop",
    causes.KEEP: "keep",
    causes.SWAP_OUT: "swap out",
    causes.ACTIVATE_SWAP_FULL: "activate",
    causes.ACTIVATE_MLOCKED: "activate",
    causes.ACTIVATE_BUFFERS: "activate",
    causes.REFILL: "refill",
    causes.RESERVE: "reserve",
    causes.LAZYFREE: "free",
    causes.ACTIVATE_EXEC: "activate",
    causes.ACTIVATE_REFERENCED: "activate",
    causes.ROTATE_REFERENCED: "rotate",
    causes.KEEP_CLEAN_ONLY: "keep",
    causes.KEEP_SECOND_CHANCE: "rotate",
    causes.SKIP_ZONE: "skip",
}


def action(cause: int, src: int, dst: int) -> str:
    """Name the kernel's action that moved a page between two kinds of lanes."""
    named = _ACTIONS.get(cause)
    if named:
        return named
    if dst == lanes.FREE:
        return "free"
    return "alloc" if src == lanes.FREE else "move"


def transfer(*, writing: bool, swap: bool) -> str:
    """Name a transfer between a page and a device."""
    if swap:
        return "swap out" if writing else "swap in"
    return "write" if writing else "read"


ACTOR_NAMES = {
    tables.ACTOR_DIRECT: "direct reclaim",
    tables.ACTOR_FLUSHER: "flusher",
    tables.ACTOR_REQUEST: "manual scan",
}
DEVICE_KINDS = {tables.DEVICE_IDEAL: "ideal", tables.DEVICE_SSD: "SSD", tables.DEVICE_HDD: "HDD"}


def actor_name(actor: int) -> str:
    """Name of a row of the actor table."""
    return ACTOR_NAMES.get(actor, f"kswapd{actor}")


def grouped(number: int) -> str:
    """Digits in groups of three, set apart by thin spaces; a real minus sign."""
    text = f"{abs(number):,}".replace(",", " ")
    return f"−{text}" if number < 0 else text


def signed(number: int) -> str:
    """As grouped, always with a sign."""
    return grouped(number) if number < 0 else f"+{grouped(number)}"


def counted(number: int, what: str = "page") -> str:
    """Return a number with its noun: "1 page", "2 560 pages"."""
    return f"{grouped(number)} {what}{'' if number == 1 else 's'}"


def block(pages: int) -> str:
    """What a token that is a block of pages stands for."""
    return f"one square = {counted(pages)}"


def unbroken(text: str) -> str:
    """Return a text in which no line ends inside a number, or between a number and its unit."""
    return _NUMBERS.sub("\N{NO-BREAK SPACE}", text)


_NUMBERS = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|[KMGT]?i?B\b|%|[nµm]?s\b)")
KIB = 1024


def byte_size(count: int) -> str:
    """Bytes in the largest binary unit that leaves a number below 1024, with at most one decimal."""
    value, unit = float(count), "B"
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if value < KIB or unit == "TiB":
            break
        value /= KIB
    return f"{value:.0f} {unit}" if value == int(value) else f"{value:.1f} {unit}"


def duration(nanoseconds: int) -> str:
    """Simulated time with three digits or so."""
    for limit, unit in ((1_000, "ns"), (1_000_000, "µs"), (1_000_000_000, "ms")):
        if nanoseconds < limit:
            return f"{nanoseconds * 1000 / limit:.3g} {unit}"
    return f"{nanoseconds / 1e9:,.2f} s"
