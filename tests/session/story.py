"""A small trace made by hand: six steps on a machine of 64 frames, with every lane in use. No machine is needed."""

import numpy as np

from memsim_gui.trace import bits, causes, counters, kinds, lanes, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, ViewState, new_view

SIZES = Sizes(nodes=1, frames=64, ptes=40, cells=32, slots=17, vmas=2, files=1, tasks=2, devices=2)
KERNEL_FRAMES = 8
FIRST_PFN = 0xAB0
ANON, FILE = bits.PG_LRU | bits.PG_SWAPBACKED | bits.PG_UPTODATE, bits.PG_LRU | bits.PG_UPTODATE
NODE = {name: counters.node_base(0) + i for i, name in enumerate(counters.NODE_NAMES)}
ZONE = {name: counters.zone_base(2) + i for i, name in enumerate(counters.ZONE_NAMES)}
EVENT = {name: i for i, name in enumerate(counters.EVENT_NAMES)}
COUNTED = {
    lanes.INACTIVE_ANON: NODE["nr_inactive_anon"], lanes.ACTIVE_ANON: NODE["nr_active_anon"],
    lanes.INACTIVE_FILE: NODE["nr_inactive_file"], lanes.ACTIVE_FILE: NODE["nr_active_file"],
    lanes.UNEVICTABLE: NODE["nr_unevictable"], lanes.FREE: ZONE["nr_free_pages"],
}  # fmt: skip


def start_view() -> ViewState:
    view = new_view(SIZES)
    view.lane[:] = lanes.FREE
    view.lane[-KERNEL_FRAMES:] = lanes.KERNEL
    view.lane_pages[lanes.FREE] = SIZES.frames - KERNEL_FRAMES
    view.lane_pages[lanes.KERNEL] = KERNEL_FRAMES
    view.counter[ZONE["nr_free_pages"]] = SIZES.frames - KERNEL_FRAMES
    view.zone[2, : tables.ZONE_HIGH + 1] = (0, SIZES.frames, 6, 9, 12)
    return view


class Story:
    """Appends events to a trace the way the core would."""

    def __init__(self) -> None:
        labels = Labels(files=["/data/log"], vmas=["heap", "log"], tasks=["init", "editor"], devices=["ssd", "swap"])
        self.trace = Trace(start_view(), Meta(title="By hand", first_pfn=FIRST_PFN), labels)
        self.lane = start_view().lane.copy()
        self.now_ns = 0
        self.op = 0

    def emit(self, *event: int) -> None:
        self.trace.append(np.array([event], kinds.EVENT))

    def move(self, frame: int, dst: int, cause: int, *, tail: bool = False) -> None:
        src = int(self.lane[frame])
        self.emit(kinds.MOVE, cause, src, dst, frame, int(tail))
        self.lane[frame] = dst
        for lane, by in ((src, -1), (dst, 1)):
            if lane in COUNTED:
                self.count(COUNTED[lane], by)

    def count(self, counter: int, by: int = 1) -> None:
        self.emit(kinds.COUNT, 0, 0, 0, counter, by)

    def set(self, table: int, row: int, column: int, value: int) -> None:
        self.emit(kinds.SET, 0, column, table, row, value)

    def tick(self, ns: int) -> None:
        self.now_ns += ns
        self.op += 1
        self.set(tables.TABLE_CLOCK, 0, tables.CLOCK_NOW_NS, self.now_ns)
        self.set(tables.TABLE_CLOCK, 0, tables.CLOCK_OP, self.op)

    def step(self, title: str, caption: str, command: str) -> None:
        labels = self.trace.labels
        self.emit(kinds.STEP, 0, 0, 0, len(labels.steps), 0)
        self.set(tables.TABLE_CLOCK, 0, tables.CLOCK_STEP, len(labels.steps) + 1)
        labels.steps.append(caption)
        labels.step_titles.append(title)
        self.emit(kinds.COMMAND, 0, 0, 0, len(labels.commands), 0)
        labels.commands.append(command)

    def fault(self, pte: int, frame: int) -> None:
        self.emit(kinds.FAULT, causes.FAULT_ANON, 0, 0, pte, frame)
        self.emit(kinds.OWNER, 0, 0, 0, frame, (3 << 32) | pte)
        self.emit(kinds.BITS, 0, 0, 0, frame, ANON)
        self.emit(kinds.PTE, 0, 0, 0, pte, (bits.PTE_PRESENT | bits.PTE_YOUNG | bits.PTE_WRITE) << 32 | frame)
        self.move(frame, lanes.INACTIVE_ANON, causes.ADD)
        self.count(EVENT["pgfault"])
        self.tick(700)

    def read(self, index: int, frame: int) -> None:
        self.emit(kinds.READ, causes.MISS, 0, 0, index, frame)
        self.emit(kinds.OWNER, 0, 0, 0, frame, (2 << 32) | index)
        self.emit(kinds.BITS, 0, 0, 0, frame, FILE)
        self.emit(kinds.CELL, 0, 0, 0, index, frame + 1)
        self.move(frame, lanes.INACTIVE_FILE, causes.ADD)
        self.count(EVENT["pgpgin"], 4)
        self.tick(108_000)

    def scan(self, frame: int, verdict: int) -> None:
        self.emit(kinds.SCAN, verdict, int(self.lane[frame]), 0, frame, tables.ACTOR_REQUEST)
        self.count(EVENT["pgscan_anon"])


def by_hand() -> Trace:
    """Six steps: fault, read, scan, promote, lock, drop."""
    story = Story()
    for row, first, pages, vm_bits, file in ((0, 0, 24, 0x3, -1), (1, 24, 16, 0x1, 0)):
        for column, value in (
            (tables.VMA_TASK, 1), (tables.VMA_START_VPN, 0x7F0000001 + first), (tables.VMA_PAGES, pages),
            (tables.VMA_FIRST_PTE, first), (tables.VMA_BITS, vm_bits), (tables.VMA_FILE, file),
            (tables.VMA_ANON_VMA, 1),
        ):  # fmt: skip
            story.set(tables.TABLE_VMA, row, column, value)
    story.set(tables.TABLE_TASK, 1, tables.TASK_STATE, tables.TASK_ALIVE)
    story.set(tables.TABLE_FILE, 0, tables.FILE_PAGES, 32)
    story.set(tables.TABLE_FILE, 0, tables.FILE_SIZE_BYTES, 32 * 4096)
    story.step("First writes", "A first write allocates each page: it starts on the inactive anon list.", "touch heap")
    for i in range(12):
        story.fault(i, i)
    story.step(
        "Read a file", "A read fills the page cache: the pages start on the inactive file list.", "read /data/log"
    )
    for i in range(10):
        story.read(i, 12 + i)
    story.step(
        "First scan", "Young pages get a second chance: PG_referenced is set, nothing moves.", "scan inactive anon"
    )
    for i in range(4):
        story.scan(i, causes.KEEP_REFERENCED)
        story.emit(kinds.BITS, 0, 0, 0, i, ANON | bits.PG_REFERENCED)
        story.emit(kinds.PTE, 0, 0, 0, i, (bits.PTE_PRESENT | bits.PTE_WRITE) << 32 | i)
    story.step("Second scan", "Young and already referenced: the pages are promoted.", "scan inactive anon")
    for i in range(4):
        story.scan(i, causes.ACTIVATE)
        story.emit(kinds.BITS, 0, 0, 0, i, ANON | bits.PG_REFERENCED | bits.PG_ACTIVE)
        story.move(i, lanes.ACTIVE_ANON, causes.ACTIVATE)
        story.count(EVENT["pgactivate"])
    story.step("Lock", "mlock takes its pages out of reclaim's reach.", "mlock heap")
    for i in range(8, 12):
        story.emit(kinds.BITS, 0, 0, 0, i, ANON | bits.PG_MLOCKED | bits.PG_UNEVICTABLE)
        story.move(i, lanes.UNEVICTABLE, causes.CULL)
    story.step("Drop", "Clean cache pages are freed, and their places in the file are empty again.", "drop_caches 1")
    for i in range(6):
        story.emit(kinds.CELL, 0, 0, 0, i, 0)
        story.move(12 + i, lanes.FREE, causes.DROP)
    return story.trace
