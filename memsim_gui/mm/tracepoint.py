"""Tracepoints: each transition of the core tells the trace, in the same breath in which it happens.

Kernel: include/trace/events/vmscan.h and pagemap.h, 6.1.

Below level `full` nothing but moves per slice is recorded (`flow`), or nothing at all (`counters`).
"""

from memsim_gui.jit import inline, room
from memsim_gui.mm.mm_types import SYS_HITS, SYS_NOW_NS, SYS_OP
from memsim_gui.trace import kinds, lanes, tables
from memsim_gui.trace.ring import RING_HEAD, RING_LEVEL, RING_LOST

KIND_MASK = lanes.KIND_MASK
FULL = kinds.LEVEL_FULL
FLOW = kinds.LEVEL_FLOW
CAUSE_BITS = 8  # a flow is pages << CAUSE_BITS | cause of the last one


@room
def _write(state, head, value):
    """Append one event to the ring; one that does not fit is counted."""
    at = state.cursor[RING_HEAD]
    if at < len(state.ring):
        state.ring[at, 0] = head
        state.ring[at, 1] = value
        state.cursor[RING_HEAD] = at + 1
    else:
        state.cursor[RING_LOST] += 1


@inline
def emit(state, kind, cause, src, dst, ident, value):
    """Append one event: the fields of kinds.EVENT, all but the value packed into one word."""
    head = kind | cause << kinds.CAUSE_AT | src << kinds.SRC_AT | dst << kinds.DST_AT | ident << kinds.IDENT_AT
    _write(state, head, value)


@inline
def trace(state, kind, cause, src, dst, ident, value):
    """Record one event at level full."""
    if state.cursor[RING_LEVEL] == FULL:
        emit(state, kind, cause, src, dst, ident, value)


@inline
def trace_move(state, pfn, src, dst, at_tail, cause):
    """Record that a frame changed lanes."""
    level = state.cursor[RING_LEVEL]
    if level == FULL:
        emit(state, kinds.MOVE, cause, src, dst, pfn, at_tail)
    elif level == FLOW:
        kind = dst & KIND_MASK
        state.flow[src, kind] = ((state.flow[src, kind] >> CAUSE_BITS) + 1) << CAUSE_BITS | cause


@inline
def set_vma(state, row, column, value):
    """Write a column of a VMA."""
    state.vma[row, column] = value
    if column < tables.VMA_COLUMNS:
        trace(state, kinds.SET, 0, column, tables.TABLE_VMA, row, value)


@inline
def set_file(state, row, column, value):
    """Write a column of a file."""
    state.file[row, column] = value
    trace(state, kinds.SET, 0, column, tables.TABLE_FILE, row, value)


@inline
def set_task(state, row, column, value):
    """Write a column of a task."""
    state.task[row, column] = value
    trace(state, kinds.SET, 0, column, tables.TABLE_TASK, row, value)


@inline
def set_zone(state, row, column, value):
    """Write a column of a zone that the view knows."""
    state.zone[row, column] = value
    trace(state, kinds.SET, 0, column, tables.TABLE_ZONE, row, value)


@inline
def set_actor(state, row, column, value):
    """Write a column of an actor, if it changes."""
    if state.actor[row, column] != value:
        state.actor[row, column] = value
        trace(state, kinds.SET, 0, column, tables.TABLE_ACTOR, row, value)


@inline
def set_device(state, row, column, value):
    """Write a column of a device that the view knows."""
    state.device[row, column] = value
    trace(state, kinds.SET, 0, column, tables.TABLE_DEVICE, row, value)


@inline
def set_node(state, row, column, value):
    """Write a column of a node that the view knows."""
    state.node[row, column] = value
    trace(state, kinds.SET, 0, column, tables.TABLE_NODE, row, value)


@inline
def _publish(state, column, value):
    if state.clock[0, column] != value:
        state.clock[0, column] = value
        trace(state, kinds.SET, 0, column, tables.TABLE_CLOCK, 0, value)


@room
def publish_clock(state):
    """Tell the trace the time, the operation and the hits so far, and what was lost."""
    _publish(state, tables.CLOCK_NOW_NS, state.sys[SYS_NOW_NS])
    _publish(state, tables.CLOCK_OP, state.sys[SYS_OP])
    _publish(state, tables.CLOCK_HITS, state.sys[SYS_HITS])
    if state.cursor[RING_LOST] != state.clock[0, tables.CLOCK_LOST]:
        state.clock[0, tables.CLOCK_LOST] = state.cursor[RING_LOST]
