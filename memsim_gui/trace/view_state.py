"""ViewState: everything a view can know about a machine at one position of a trace, field by field.

A keyframe is a ViewState; `replay.apply` moves one forward over events; `mm.project` makes the same from the core's own
state. Arrays are indexed by page frame, virtual page, file page, swap slot or table row; lanes by lane number.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.trace import counters, lanes, tables

Ints = npt.NDArray[np.int64]


class Sizes(NamedTuple):
    """How many rows each array of a ViewState has."""

    nodes: int
    frames: int
    ptes: int
    cells: int
    slots: int  # swap slots, the header slot 0 included
    vmas: int
    files: int
    tasks: int
    devices: int


class ViewState(NamedTuple):
    """State of a machine as pictures need it.

    Frames are numbered from 0; the page frame number shown is frame + the trace's `first_pfn`. `lru_next` and
    `lru_prev` run over frames and, above them, one list head per lane (`head(view, lane)`); towards the tail is `next`.
    """

    lane: npt.NDArray[np.uint8]  # [frames] lane of each frame
    lru_next: npt.NDArray[np.int32]  # [frames + lanes] neighbour towards the tail; -1 = on no ordered lane
    lru_prev: npt.NDArray[np.int32]  # [frames + lanes] neighbour towards the head
    bits: npt.NDArray[np.int32]  # [frames] PG_* flags
    mapping: npt.NDArray[np.int32]  # [frames] anon_vma << 1 | PAGE_MAPPING_ANON, (file + 1) << 1, or 0
    pgoff: npt.NDArray[np.int32]  # [frames] page index in the mapping
    pte_pfn: npt.NDArray[np.int32]  # [ptes] frame, or swap slot if PTE_SWAP
    pte_bits: npt.NDArray[np.uint8]  # [ptes] PTE_*
    cell: npt.NDArray[np.int32]  # [cells] file pages: 0 absent, frame + 1, -1 shadow, -2 shadow with workingset bit,
    # CELL_SWAPPED - slot for shared memory in swap
    swap_map: npt.NDArray[np.uint8]  # [slots] users | SWAP_HAS_CACHE
    swap_cell: npt.NDArray[np.int32]  # [slots] as cell, for the swap cache
    lane_pages: Ints  # [lanes] pages on each lane
    counter: Ints  # flat counters (trace.counters)
    vma: Ints  # [vmas, VMA_COLUMNS]
    file: Ints  # [files, FILE_COLUMNS]
    task: Ints  # [tasks, TASK_COLUMNS]
    zone: Ints  # [nodes * ZONES_PER_NODE, ZONE_COLUMNS]
    actor: Ints  # [ACTORS, ACTOR_COLUMNS]
    device: Ints  # [devices, DEVICE_COLUMNS]
    clock: Ints  # [1, CLOCK_COLUMNS]
    node: Ints  # [nodes, NODE_COLUMNS]


def new_view(sizes: Sizes) -> ViewState:
    """Return an empty ViewState: every frame on lane 0, list heads linked to themselves."""
    n_lanes = sizes.nodes * lanes.LANES_PER_NODE
    links = np.full((2, sizes.frames + n_lanes), -1, np.int32)
    links[:, sizes.frames :] = np.arange(sizes.frames, sizes.frames + n_lanes)
    actor = np.zeros((tables.ACTORS, tables.ACTOR_COLUMNS), np.int64)
    actor[:, [tables.ACTOR_PFN, tables.ACTOR_LANE]] = -1
    return ViewState(
        lane=np.zeros(sizes.frames, np.uint8),
        lru_next=links[0].copy(),
        lru_prev=links[1].copy(),
        bits=np.zeros(sizes.frames, np.int32),
        mapping=np.zeros(sizes.frames, np.int32),
        pgoff=np.zeros(sizes.frames, np.int32),
        pte_pfn=np.zeros(sizes.ptes, np.int32),
        pte_bits=np.zeros(sizes.ptes, np.uint8),
        cell=np.zeros(sizes.cells, np.int32),
        swap_map=np.zeros(sizes.slots, np.uint8),
        swap_cell=np.zeros(sizes.slots, np.int32),
        lane_pages=np.zeros(n_lanes, np.int64),
        counter=np.zeros(counters.counters_total(sizes.nodes), np.int64),
        vma=np.zeros((sizes.vmas, tables.VMA_COLUMNS), np.int64),
        file=np.zeros((sizes.files, tables.FILE_COLUMNS), np.int64),
        task=np.zeros((sizes.tasks, tables.TASK_COLUMNS), np.int64),
        zone=np.zeros((sizes.nodes * counters.ZONES_PER_NODE, tables.ZONE_COLUMNS), np.int64),
        actor=actor,
        device=np.zeros((sizes.devices, tables.DEVICE_COLUMNS), np.int64),
        clock=np.zeros((1, tables.CLOCK_COLUMNS), np.int64),
        node=np.zeros((sizes.nodes, tables.NODE_COLUMNS), np.int64),
    )


def sizes_of(view: ViewState) -> Sizes:
    """Row counts of a ViewState."""
    return Sizes(
        nodes=len(view.node),
        frames=len(view.lane),
        ptes=len(view.pte_pfn),
        cells=len(view.cell),
        slots=len(view.swap_map),
        vmas=len(view.vma),
        files=len(view.file),
        tasks=len(view.task),
        devices=len(view.device),
    )


def copy_view(view: ViewState) -> ViewState:
    """Return an independent copy (a keyframe)."""
    copies: list[Any] = [array.copy() for array in view]
    return ViewState(*copies)


def copy_into(view: ViewState, other: ViewState) -> ViewState:
    """Return a copy of `other` that uses the arrays of `view` again wherever they have the same size."""
    pairs: list[Any] = list(zip(view, other, strict=True))
    return ViewState(*(_copied_into(*pair) for pair in pairs))


def _copied_into(array: npt.NDArray[Any], other: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if array.shape != other.shape:
        return other.copy()
    np.copyto(array, other)
    return array


def differences(a: ViewState, b: ViewState) -> list[str]:
    """Name each field in which two view states differ, with the first differing place; empty if they are equal."""
    out = []
    for name in ViewState._fields:
        left, right = getattr(a, name), getattr(b, name)
        if left.shape != right.shape:
            out.append(f"{name}: shape {left.shape} and {right.shape}")
        elif not np.array_equal(left, right):
            place = tuple(int(i) for i in np.argwhere(left != right)[0])
            out.append(f"{name}{list(place)}: {left[place]} and {right[place]}")
    return out


def head(view: ViewState, lane: int) -> int:
    """Index of a lane's list head in `lru_next` and `lru_prev`."""
    return len(view.lane) + lane


def lane_frames(view: ViewState, lane: int, limit: int | None = None) -> npt.NDArray[np.int32]:
    """Frames on a lane from head to tail (at most `limit` of them); by frame number where the lane has no order."""
    if lane % lanes.LANES_PER_NODE not in lanes.ORDERED:
        return np.flatnonzero(view.lane == lane)[:limit].astype(np.int32)
    count = int(view.lane_pages[lane])
    out = np.empty(count if limit is None else min(count, limit), np.int32)
    at = head(view, lane)
    for i in range(len(out)):
        at = int(view.lru_next[at])
        out[i] = at
    return out


def total(view: ViewState, kind: int) -> int:
    """Pages on a kind of lane over all nodes."""
    return int(view.lane_pages[kind :: lanes.LANES_PER_NODE].sum())


def grow(view: ViewState, table: int, rows: int) -> ViewState:
    """Return the view with `table` enlarged to `rows` rows of zeros."""
    fields = {
        tables.TABLE_VMA: ("vma",),
        tables.TABLE_FILE: ("file",),
        tables.TABLE_TASK: ("task",),
        tables.TABLE_DEVICE: ("device",),
        tables.TABLE_PTE: ("pte_pfn", "pte_bits"),
        tables.TABLE_CELL: ("cell",),
        tables.TABLE_SWAP: ("swap_map", "swap_cell"),
    }[table]
    larger: dict[str, Any] = {name: _grown(getattr(view, name), rows) for name in fields}
    return view._replace(**larger)


def _grown(array: Ints, rows: int) -> Ints:
    out = np.zeros((rows, *array.shape[1:]), array.dtype)
    out[: len(array)] = array
    return out
