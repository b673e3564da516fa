"""The ring that the core writes events into, drained by the engine after each slice.

Not a circular buffer: the engine empties it between slices, and the core ends a slice early when it gets full. What
still does not fit is counted, never lost silently.
"""

from memsim_gui import jit

RING_HEAD = 0
RING_LOST = 1
RING_LEVEL = 2
RING_COLUMNS = 3


@jit.room
def emit(ring, cursor, kind, cause, src, dst, ident, value):  # type: ignore[no-untyped-def]
    """Append one event; `cursor` holds the write position, the count of losses and the level."""
    at = cursor[RING_HEAD]
    if at < len(ring):
        event = ring[at]
        event.kind = kind
        event.cause = cause
        event.src = src
        event.dst = dst
        event.ident = ident
        event.value = value
        cursor[RING_HEAD] = at + 1
    else:
        cursor[RING_LOST] += 1
