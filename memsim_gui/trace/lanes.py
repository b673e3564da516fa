"""The lane table: every place a page frame can be, per node.

A lane number is `node * LANES_PER_NODE + kind`. The table that a trace carries (`lane_table`) says what each is, so
that another policy can add lanes (generations) without a new format.
"""

from typing import NamedTuple

LANES_PER_NODE = 32
NODE_SHIFT = 5  # lane >> NODE_SHIFT = node
KIND_MASK = LANES_PER_NODE - 1  # lane & KIND_MASK = kind
MAX_NODES = 8

INACTIVE_ANON = 0
ACTIVE_ANON = 1
INACTIVE_FILE = 2
ACTIVE_FILE = 3
UNEVICTABLE = 4
ISOLATED = 5  # taken off its list by a reclaimer that is deciding about it
LRU_ADD = 6  # per-CPU batch: allocated and mapped, on no list yet
MLOCK_BATCH = 7  # per-CPU batch of pages new in a VM_LOCKED mapping
FREE = 8  # in the buddy allocator
PCP = 9  # on a per-CPU free list: neither free nor used in the statistics
IN_HAND = 10  # allocated, not yet handed to a batch
KERNEL = 11  # slab, page tables, kernel text: outside the model's lists

ORDERED = (INACTIVE_ANON, ACTIVE_ANON, INACTIVE_FILE, ACTIVE_FILE, ISOLATED, LRU_ADD, MLOCK_BATCH)
LRU_LISTS = (INACTIVE_ANON, ACTIVE_ANON, INACTIVE_FILE, ACTIVE_FILE, UNEVICTABLE)


class Lane(NamedTuple):
    """One row of the lane table: `type` is anon, file, unevictable, batch, free or kernel; rank 0 = cold, 1 = hot."""

    ident: int
    node: int
    kind: int
    title: str
    type: str
    rank: int
    ordered: bool


_ROWS = (
    (INACTIVE_ANON, "Inactive anon", "anon", 0),
    (ACTIVE_ANON, "Active anon", "anon", 1),
    (INACTIVE_FILE, "Inactive file", "file", 0),
    (ACTIVE_FILE, "Active file", "file", 1),
    (UNEVICTABLE, "Unevictable", "unevictable", 0),
    (ISOLATED, "Isolated", "batch", 0),
    (LRU_ADD, "lru_add batch", "batch", 0),
    (MLOCK_BATCH, "mlock batch", "batch", 0),
    (FREE, "Free", "free", 0),
    (PCP, "Per-CPU free", "free", 0),
    (IN_HAND, "Allocated", "batch", 0),
    (KERNEL, "Kernel", "kernel", 0),
)


def lane(node: int, kind: int) -> int:
    """Lane number of a kind of lane on a node."""
    return node * LANES_PER_NODE + kind


def lane_table(nodes: int) -> list[Lane]:
    """Rows for a machine with `nodes` nodes under the two-list policies."""
    return [
        Lane(lane(node, kind), node, kind, title, kind_type, rank, kind in ORDERED)
        for node in range(nodes)
        for kind, title, kind_type, rank in _ROWS
    ]
