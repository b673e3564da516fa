"""Explain: one sentence for each event, saying what happened and why, from the event's own data.

`sentence(event, view, trace)` takes the ViewState *before* the event, so that it can name what changes.
"""

from collections.abc import Callable

import numpy as np

from memsim_gui.trace import bits, causes, counters, kinds, lanes, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

MS = 1_000_000

DECISIONS = {
    causes.KEEP_REFERENCED: "kept at the inactive head: young, but not referenced before. Its young bit is cleared and"
    " PG_referenced set: second chance",
    causes.KEEP_SECOND_CHANCE: "kept at the head: used since the last look. Its young bit and PG_referenced go:"
    " second chance",
    causes.ACTIVATE: "goes to the active list: young again, and PG_referenced from an earlier look",
    causes.ACTIVATE_EXEC: "goes to the active list: a young page of an executable file mapping",
    causes.ACTIVATE_REFERENCED: "goes to the active list: PG_referenced was set, and is cleared (lesson's rule)",
    causes.ACTIVATE_WRITEBACK: "goes to the active list: its write is still in flight; it comes back to the inactive"
    " tail when the write ends",
    causes.ACTIVATE_DIRTY: "goes to the active list: a dirty file page is not written by reclaim. It is marked"
    " PG_reclaim and left to the flusher",
    causes.ACTIVATE_SWAP_FULL: "goes to the active list: there is no free swap slot for it",
    causes.ACTIVATE_MLOCKED: "is mlocked: it will be moved to the unevictable set",
    causes.ACTIVATE_BUFFERS: "goes to the active list: a block of the file system, which is using it",
    causes.KEEP_WRITEBACK: "is not in use: unmapped, and its write to the device is started. It waits at the inactive"
    " head until the write ends",
    causes.KEEP_CLEAN_ONLY: "kept: it was referenced once, so it may be dropped only if clean, and it is dirty",
    causes.KEEP: "kept: somebody else still refers to it",
    causes.RECLAIM: "is freed: not in use and clean. A shadow stays behind in its slot",
    causes.DEACTIVATE: "is deactivated: it reached the active tail, young or not. PG_workingset is set",
    causes.ROTATE_EXEC: "stays active: a young page of an executable file mapping",
    causes.ROTATE_REFERENCED: "stays active: PG_referenced was set, and is cleared (lesson's rule)",
}

MOVES = {
    causes.ALLOC: "is taken from the free pages",
    causes.ADD: "waits in the per-CPU batch: on no list yet, so PG_lru is 0",
    causes.DRAIN: "enters its list at the head",
    causes.ISOLATE: "is isolated from the tail for a decision",
    causes.KEEP: "is put back at the head",
    causes.ACTIVATE: "is put on the active list",
    causes.RECLAIM: "is free again",
    causes.DEACTIVATE: "moves to the inactive head",
    causes.ROTATE: "moves to the inactive tail: its write has ended, so it is next to be freed",
    causes.ROTATE_EXEC: "goes back to the active head",
    causes.ROTATE_REFERENCED: "goes back to the active head",
    causes.MARK_ACCESSED: "moves to the active head: read a second time through a file descriptor",
    causes.REFAULT: "enters the active list at once: it was evicted so recently that it belongs to the working set",
    causes.CULL: "moves to the unevictable set: it is mlocked, and reclaim never scans it",
    causes.RESCUE: "comes back to an inactive list: nobody locks it any more",
    causes.UNMAP_FREE: "is free again: its last user let it go",
    causes.DROP: "is free again: removed from the page cache",
    causes.REFILL: "changes between the buddy allocator and the per-CPU free list",
    causes.RESERVE: "is taken by the kernel itself, for a page table",
    causes.LAZYFREE: "moves to the inactive file list: MADV_FREE, droppable without a write",
}

FAULTS = {
    causes.FAULT_ZERO: "first touch is a read: the shared zero page is mapped, and no frame is used",
    causes.FAULT_ANON: "first write: a zeroed page is allocated",
    causes.FAULT_SHMEM: "first touch of shared memory: a zeroed page is allocated and put into its file",
    causes.FAULT_COW: "write to a read-only page: copied, or taken over if nobody else uses it",
    causes.FAULT_SWAP_MAJOR: "the page is in swap: a major fault, it must be read",
    causes.FAULT_SWAP_MINOR: "the page is in the swap cache: a minor fault, no read is needed",
    causes.FAULT_FILE_MAJOR: "the file page is not cached: a major fault, it must be read",
    causes.FAULT_FILE_MINOR: "the file page is cached: a minor fault, it is only mapped",
}

BALANCES = {
    causes.BALANCE_FRACT: "anon and file share the scan by swappiness and cost",
    causes.BALANCE_EQUAL: "last resort: both types are scanned alike",
    causes.BALANCE_FILE: "only file pages: no free swap, or plenty of cold cache",
    causes.BALANCE_ANON: "only anonymous pages: the file cache is tiny",
}

STALLS = {
    causes.STALL_DIRECT: "reclaimed memory itself",
    causes.STALL_IO: "waited for the device",
    causes.STALL_DIRTY: "was held back: too many dirty pages",
    causes.STALL_THROTTLE: "waited for kswapd: the reserves were used up",
}

MARKS = {causes.MARK_MIN: "min", causes.MARK_LOW: "low", causes.MARK_HIGH: "high"}


def page_name(frame: int, trace: Trace) -> str:
    """Page frame number as shown everywhere."""
    return f"0x{frame + trace.meta.first_pfn:X}"


def actor_name(actor: int) -> str:
    """Who reclaims."""
    return {tables.ACTOR_DIRECT: "direct reclaim", tables.ACTOR_FLUSHER: "flusher", tables.ACTOR_REQUEST: "scan"}.get(
        actor, f"kswapd{actor}"
    )


def label(names: list[str], row: int, kind: str) -> str:
    """Name of a row, or its number where the trace has no name for it."""
    return names[row] if 0 <= row < len(names) and names[row] else f"{kind} {row}"


def changed_bits(before: int, after: int, names: dict[int, str]) -> str:
    """Bits that differ, as `PG_active 0→1`."""
    parts = [f"{name} {int(bool(before & bit))}→{int(bool(after & bit))}" for bit, name in names.items()
             if (before ^ after) & bit]  # fmt: skip
    return ", ".join(parts)


def _move(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    action = MOVES.get(int(event["cause"]), "moves")
    if int(event["cause"]) == causes.REFILL:
        action = "moves to the per-CPU free list" if event["dst"] % lanes.LANES_PER_NODE == lanes.PCP else (
            "goes back to the buddy allocator")  # fmt: skip
    return f"{page_name(int(event['ident']), trace)} {action}"


def _bits(event: np.void, view: ViewState, trace: Trace) -> str:
    change = changed_bits(int(view.bits[event["ident"]]), int(event["value"]), bits.PAGE_FLAG_NAMES)
    return f"{page_name(int(event['ident']), trace)}: {change}"


def _owner(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    page, mapping, index = page_name(int(event["ident"]), trace), int(event["value"]) >> 32, event["value"] & 0xFFFFFFFF
    if mapping == 0:
        return f"{page} belongs to nobody any more"
    if mapping & bits.PAGE_MAPPING_ANON:
        return f"{page}: mapping = anon_vma {mapping >> 1} | PAGE_MAPPING_ANON, index {index}"
    return f"{page}: page {index} of {label(trace.labels.files, (mapping >> 1) - 1, 'file')}"


def _pte(event: np.void, view: ViewState, trace: Trace) -> str:
    before, after = int(view.pte_bits[event["ident"]]), int(event["value"]) >> 32
    where = int(event["value"]) & 0xFFFFFFFF
    if after & bits.PTE_SWAP:
        return f"page table entry {event['ident']} now holds swap slot {where}"
    if after == 0:
        return f"page table entry {event['ident']} is empty"
    change = changed_bits(before, after, bits.PTE_BIT_NAMES)
    target = "the zero page" if after & bits.PTE_ZERO else page_name(where, trace)
    return f"page table entry {event['ident']} of {target}: {change}"


def _cell_text(value: int, trace: Trace) -> str:
    if value > 0:
        return f"holds {page_name(value - 1, trace)}"
    if value <= kinds.CELL_SWAPPED:
        return f"names swap slot {kinds.CELL_SWAPPED - value}, where its page is now"
    return "is empty" if value == 0 else "keeps a shadow of the evicted page"


def _cell(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    return f"page cache cell {event['ident']} {_cell_text(int(event['value']), trace)}"


def _swap_map(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    users = int(event["value"]) & ~bits.SWAP_HAS_CACHE
    cache = " and the swap cache" if int(event["value"]) & bits.SWAP_HAS_CACHE else ""
    return f"swap slot {event['ident']}: {users} page table entries{cache} refer to it"


def _swap_cell(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    return f"swap cache of slot {event['ident']} {_cell_text(int(event['value']), trace)}"


def _count(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"{counters.counter_name(int(event['ident']))} {int(event['value']):+d}"


TABLE_NAMES = {
    tables.TABLE_VMA: "VMA", tables.TABLE_FILE: "file", tables.TABLE_TASK: "task", tables.TABLE_ZONE: "zone",
    tables.TABLE_ACTOR: "actor", tables.TABLE_DEVICE: "device", tables.TABLE_CLOCK: "clock",
    tables.TABLE_NODE: "node", tables.TABLE_PTE: "page table", tables.TABLE_CELL: "page cache",
    tables.TABLE_SWAP: "swap",
}  # fmt: skip


def _set(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"{TABLE_NAMES[int(event['dst'])]} {event['ident']}: column {event['src']} is {event['value']}"


def _grow(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"the {TABLE_NAMES[int(event['dst'])]} table has room for {event['value']} rows"


def _flow(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"{event['value']} pages moved from lane {event['src']} to lane {event['dst']}"


def _scan(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    decision = DECISIONS.get(int(event["cause"]), "is looked at")
    return f"{actor_name(int(event['value']))}: {page_name(int(event['ident']), trace)} {decision}"


def _fault(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"page fault at entry {event['ident']}: {FAULTS.get(int(event['cause']), 'resolved')}"


def _read(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    found = "hit: copied from the cache" if event["cause"] == causes.HIT else "miss: read from the device first"
    return f"read of cell {event['ident']}: {found}"


def _write(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    return f"write to cell {event['ident']}: {page_name(int(event['value']), trace)} becomes dirty, not accessed"


def _reclaim_begin(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    why = {
        causes.WAKE_LOW: "wakes: no zone is above its low watermark",
        causes.STALL_DIRECT: "begins: no page is left above min, so the task frees some itself",
        causes.ON_REQUEST: "begins, on request",
    }.get(int(event["cause"]), "begins")
    return f"{actor_name(int(event['value']))} {why}"


def _reclaim_end(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"{actor_name(int(event['value']))} ends: {event['ident']} pages freed"


def _io_begin(event: np.void, view: ViewState, trace: Trace) -> str:
    due = (int(event["value"]) - int(view.clock[0, tables.CLOCK_NOW_NS])) / MS
    what = "read" if event["cause"] == causes.IO_READ else "write"
    device = label(trace.labels.devices, int(event["src"]), "device")
    return f"{device} starts to {what} {page_name(int(event['ident']), trace)}, done in {due:.2f} ms"


def _io_end(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    what = "reading" if event["cause"] == causes.IO_READ else "writing"
    device = label(trace.labels.devices, int(event["src"]), "device")
    return f"{device} is done {what} {page_name(int(event['ident']), trace)}"


def _oom_kill(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    task = label(trace.labels.tasks, int(event["ident"]), "task")
    return f"Out of memory: {task} has the highest badness, {event['value']} pages, and is killed"


def _watermark(event: np.void, view: ViewState, trace: Trace) -> str:
    del trace
    mark = int(event["cause"]) - causes.MARK_MIN
    level = int(view.zone[event["ident"], tables.ZONE_MIN + mark])
    side = "rises above" if int(event["value"]) > level else "falls to or below"
    zone = counters.ZONE_TITLES[int(event["ident"]) % counters.ZONES_PER_NODE]
    return f"free pages of zone {zone}: {event['value']}, {side} {MARKS[int(event['cause'])]} ({level})"


def _command(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    return label(trace.labels.commands, int(event["ident"]), "command")


def _step(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    return label(trace.labels.step_titles, int(event["ident"]), "step")


def _balance(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    name = counters.NODE_NAMES[int(event["ident"])].removeprefix("nr_").replace("_", " ")
    return f"scan target for {name}: {event['value']} pages ({BALANCES[int(event['cause'])]})"


def _lost(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    return f"{event['value']} events were lost: the ring was full"


def _errno(event: np.void, view: ViewState, trace: Trace) -> str:
    del view, trace
    names = {1: "EPERM", 12: "ENOMEM", 14: "EFAULT", 22: "EINVAL"}
    return f"refused: {names.get(int(event['value']), event['value'])}"


def _stall(event: np.void, view: ViewState, trace: Trace) -> str:
    del view
    task = label(trace.labels.tasks, int(event["ident"]), "task")
    why = STALLS.get(int(event["cause"]), "waited")
    return f"{task} {why} for {int(event['value']) / MS:.2f} ms"


_SENTENCES: dict[int, Callable[[np.void, ViewState, Trace], str]] = {
    kinds.MOVE: _move, kinds.BITS: _bits, kinds.OWNER: _owner, kinds.PTE: _pte, kinds.CELL: _cell,
    kinds.SWAP_MAP: _swap_map, kinds.SWAP_CELL: _swap_cell, kinds.COUNT: _count, kinds.SET: _set, kinds.GROW: _grow,
    kinds.FLOW: _flow, kinds.SCAN: _scan, kinds.FAULT: _fault, kinds.READ: _read, kinds.WRITE: _write,
    kinds.RECLAIM_BEGIN: _reclaim_begin, kinds.RECLAIM_END: _reclaim_end, kinds.IO_BEGIN: _io_begin,
    kinds.IO_END: _io_end, kinds.OOM_KILL: _oom_kill, kinds.WATERMARK: _watermark, kinds.COMMAND: _command,
    kinds.STEP: _step, kinds.BALANCE: _balance, kinds.LOST: _lost, kinds.ERRNO: _errno, kinds.STALL: _stall,
}  # fmt: skip


def sentence(event: np.void, view: ViewState, trace: Trace) -> str:
    """One sentence about an event; `view` is the state just before it. KeyError for an unknown kind."""
    return _SENTENCES[int(event["kind"])](event, view, trace)
