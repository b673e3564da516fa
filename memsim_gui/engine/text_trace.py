"""A trace as text, one line an event: for reading, for comparing two runs, for grading.

Counters and table entries are left out: they follow from the events shown.
"""

from collections.abc import Callable, Iterator
from typing import Any

from memsim_gui.trace import bits, causes, kinds, lanes
from memsim_gui.trace.store import Trace

CHUNK = 1 << 16
CELLS = {0: "empty", -1: "a shadow", -2: "a shadow of a workingset page"}


def lines(trace: Trace) -> Iterator[str]:
    """Yield the lines of a trace."""
    writers = _writers(trace)
    for start in range(0, len(trace), CHUNK):
        for event in trace.events(start, start + CHUNK).tolist():
            write = writers.get(event[0])
            if write:
                yield write(*event[1:])


def _lane(number: int) -> str:
    node, kind = divmod(number, lanes.LANES_PER_NODE)
    title = next(row.title for row in lanes.lane_table(1) if row.kind == kind)
    return title if node == 0 else f"{title} (node {node})"


def _why(cause: int) -> str:
    return f" ({causes.CAUSE_NAMES[cause]})" if cause else ""


def _flags(value: int, names: dict[int, str]) -> str:
    return " ".join(name for bit, name in names.items() if value & bit) or "none"


class _Writers:
    """A method for each kind of event that has a line of its own; arguments are the event's fields."""

    def __init__(self, trace: Trace) -> None:
        self.first_pfn = trace.meta.first_pfn
        self.labels = trace.labels

    def frame(self, ident: int) -> str:
        return f"page {ident + self.first_pfn:#x}"

    def content(self, value: int) -> str:
        if value <= kinds.CELL_SWAPPED:
            return f"swap slot {kinds.CELL_SWAPPED - value}"
        return self.frame(value - 1) if value > 0 else CELLS[value]

    def command(self, _cause: int, _src: int, _dst: int, ident: int, _value: int) -> str:
        return f"command {ident}: {self.labels.commands[ident]}"

    def step(self, _cause: int, _src: int, _dst: int, ident: int, _value: int) -> str:
        return f"step {ident}: {self.labels.step_titles[ident]}"

    def move(self, cause: int, src: int, dst: int, ident: int, value: int) -> str:
        return f"{self.frame(ident)}: {_lane(src)} -> {_lane(dst)} {'tail' if value else 'head'}{_why(cause)}"

    def page_bits(self, _cause: int, _src: int, _dst: int, ident: int, value: int) -> str:
        return f"{self.frame(ident)}: flags {_flags(value, bits.PAGE_FLAG_NAMES)}"

    def pte(self, _cause: int, _src: int, _dst: int, ident: int, value: int) -> str:
        return f"pte {ident}: {_flags(value >> 32, bits.PTE_BIT_NAMES)}"

    def cell(self, _cause: int, _src: int, _dst: int, ident: int, value: int) -> str:
        return f"cell {ident}: {self.content(value)}"

    def slot(self, _cause: int, _src: int, _dst: int, ident: int, value: int) -> str:
        return f"swap slot {ident}: {self.content(value)}"

    def scan(self, cause: int, src: int, _dst: int, ident: int, _value: int) -> str:
        return f"scan {_lane(src)}: {self.frame(ident)}{_why(cause)}"


def _plain(kind: int) -> Callable[..., str]:
    def write(cause: int, _src: int, _dst: int, ident: int, _value: int) -> str:
        return f"{kinds.KIND_NAMES[kind]} {ident}{_why(cause)}"

    return write


PLAIN = (
    kinds.FAULT, kinds.READ, kinds.WRITE, kinds.RECLAIM_BEGIN, kinds.RECLAIM_END, kinds.IO_BEGIN, kinds.IO_END,
    kinds.OOM_KILL, kinds.WATERMARK, kinds.BALANCE, kinds.LOST, kinds.ERRNO, kinds.STALL,
)  # fmt: skip


def _writers(trace: Trace) -> dict[int, Callable[..., str]]:
    own = _Writers(trace)
    return {kind: _plain(kind) for kind in PLAIN} | {
        kinds.COMMAND: own.command,
        kinds.STEP: own.step,
        kinds.MOVE: own.move,
        kinds.BITS: own.page_bits,
        kinds.PTE: own.pte,
        kinds.CELL: own.cell,
        kinds.SWAP_CELL: own.slot,
        kinds.SCAN: own.scan,
    }


def first_difference(found: Iterator[str], expected: Iterator[str]) -> tuple[int, str, str] | None:
    """Return line number, found and expected text of the first difference, or None; a missing line is empty."""
    end: Any = object()
    number = 0
    while True:
        number += 1
        left, right = next(found, end), next(expected, end)
        if left is end and right is end:
            return None
        if left != right:
            return number, "" if left is end else left, "" if right is end else right
