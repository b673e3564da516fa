"""Event kinds and trace levels, and the record an event is.

An event is one 16-byte record `(kind, cause, src, dst, ident, value)`. Kinds below NARRATION change the view state, the
others only say what happened. Numbers are part of the file format: add, never renumber.
"""

import numpy as np

EVENT = np.dtype(
    [("kind", "u1"), ("cause", "u1"), ("src", "u1"), ("dst", "u1"), ("ident", "<i4"), ("value", "<i8")], align=True
)

# Bits at which these fields begin in the first of an event's two words, kind being the lowest.
CAUSE_AT = 8
SRC_AT = 16
DST_AT = 24
IDENT_AT = 32

# --- kinds that change the view state
MOVE = 1  # frame `ident` from lane src to lane dst; value 0 = head, 1 = tail
BITS = 2  # frame `ident` now has page flags `value`
OWNER = 3  # frame `ident` belongs to mapping value >> 32, index value & 0xffffffff
PTE = 4  # virtual page `ident` now is value = bits << 32 | pfn or swap slot
CELL = 5  # file page `ident` now is value: 0 absent, pfn + 1, -1 shadow, -2 shadow of a workingset page, or swapped
SWAP_MAP = 6  # swap slot `ident` now has swap_map byte `value`
SWAP_CELL = 7  # swap slot `ident` in the swap cache: as CELL
COUNT = 8  # counter `ident` grew by `value`
SET = 9  # table dst, row ident, column src := value
GROW = 10  # table dst now has `value` rows (new rows are zero)
FLOW = 11  # level flow: `value` pages went from lane src to lane dst (cause) in this slice

CELL_SWAPPED = -3  # a cell of shared memory whose page is in swap slot n holds CELL_SWAPPED - n

# --- narration
NARRATION = 32
SCAN = 32  # reclaim looked at frame `ident` on lane src; cause = the decision; value = actor
FAULT = 33  # page fault at virtual page `ident`; cause = which; value = frame or -1
READ = 34  # read(2) of file page `ident`; cause HIT or MISS; value = frame or -1
WRITE = 35  # write(2) of file page `ident`; value = frame
RECLAIM_BEGIN = 36  # actor value starts; ident = priority or goal; cause = why
RECLAIM_END = 37  # actor value ends; ident = pages reclaimed
IO_BEGIN = 38  # device src starts on frame `ident`; cause IO_READ or IO_WRITE; value = time due in ns
IO_END = 39  # device src finished frame `ident`
OOM_KILL = 40  # task `ident` is killed; value = its badness in pages
WATERMARK = 41  # zone `ident` crossed: cause = which mark; value = free pages
COMMAND = 42  # command number `ident` begins
STEP = 43  # scenario step `ident` begins
BALANCE = 44  # get_scan_count chose: ident = lane kind, value = pages to scan, cause = balance, src = node
LOST = 45  # `value` events did not fit the ring
ERRNO = 46  # the command was refused with errno `value`
STALL = 47  # task `ident` waited `value` ns; cause = for what

KIND_NAMES = {
    MOVE: "move", BITS: "bits", OWNER: "owner", PTE: "pte", CELL: "cell", SWAP_MAP: "swap_map",
    SWAP_CELL: "swap_cell", COUNT: "count", SET: "set", GROW: "grow", FLOW: "flow", SCAN: "scan", FAULT: "fault",
    READ: "read", WRITE: "write", RECLAIM_BEGIN: "reclaim_begin", RECLAIM_END: "reclaim_end", IO_BEGIN: "io_begin",
    IO_END: "io_end", OOM_KILL: "oom_kill", WATERMARK: "watermark", COMMAND: "command", STEP: "step",
    BALANCE: "balance", LOST: "lost", ERRNO: "errno", STALL: "stall",
}  # fmt: skip

# --- levels
LEVEL_COUNTERS = 0
LEVEL_FLOW = 1
LEVEL_FULL = 2
