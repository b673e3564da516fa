"""The ring that the core writes events into, drained by the engine after each slice.

Not a circular buffer: the engine empties it between slices, and the core ends a slice early when it gets full. What
still does not fit is counted, never lost silently.
"""

# Columns of the cursor: where the next event goes, how many did not fit, and the level (kinds.LEVEL_*).
RING_HEAD = 0
RING_LOST = 1
RING_LEVEL = 2
RING_COLUMNS = 3
