"""Hand-made traces of small machines: what a kernel would emit, written event by event."""

import numpy as np

from memsim_gui.trace import bits, causes, counters, kinds, lanes, replay, tables
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import Sizes, copy_view, new_view


def counter(name, node=0):
    if name in counters.EVENT_NAMES:
        return counters.EVENT_NAMES.index(name)
    if name in counters.NODE_NAMES:
        return counters.node_base(node) + counters.NODE_NAMES.index(name)
    return counters.zone_base(node * counters.ZONES_PER_NODE + 2) + counters.ZONE_NAMES.index(name)


LIST_COUNTERS = {
    lanes.INACTIVE_ANON: "nr_inactive_anon",
    lanes.ACTIVE_ANON: "nr_active_anon",
    lanes.INACTIVE_FILE: "nr_inactive_file",
    lanes.ACTIVE_FILE: "nr_active_file",
    lanes.UNEVICTABLE: "nr_unevictable",
}


class Builder:
    """Collects events of a machine with one file, one anonymous mapping and a swap area."""

    def __init__(self, frames=24, nodes=1, slots=17, marks=(2, 4, 6), title="The life of one page"):
        sizes = Sizes(nodes, frames * nodes, 2 * frames, frames, slots, 2, 1, 1, 2)
        view = new_view(sizes)
        for node in range(nodes):
            free = lanes.lane(node, lanes.FREE)
            view.lane[node * frames : (node + 1) * frames] = free
            view.lane_pages[free] = frames
            row = view.zone[node * counters.ZONES_PER_NODE + 2]
            row[tables.ZONE_START], row[tables.ZONE_MANAGED] = node * frames, frames
            row[[tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH]] = marks
        view.device[0, tables.DEVICE_KIND], view.device[1, tables.DEVICE_KIND] = tables.DEVICE_SSD, tables.DEVICE_HDD
        view.task[0, tables.TASK_STATE] = tables.TASK_ALIVE
        view.file[0, tables.FILE_PAGES] = frames
        view.vma[0, [tables.VMA_START_VPN, tables.VMA_PAGES, tables.VMA_ANON_VMA]] = (0x7F0000001, 2 * frames, 1)
        view.vma[0, tables.VMA_FILE] = -1
        labels = Labels(files=["/data/log"], vmas=["heap"], tasks=["editor"], devices=["swap", "/dev/sda"])
        meta = Meta(title=title, first_pfn=0xAB0)
        self.view, self.trace = view, Trace(view, meta, labels)
        self.view = copy_view(view)
        self.events, self.now, self.per_node = [], 0, frames
        self.free = [list(range(node * frames, (node + 1) * frames)) for node in range(nodes)]

    def emit(self, kind, cause=0, src=0, dst=0, ident=0, value=0):
        event = np.array([(kind, cause, src, dst, ident, value)], kinds.EVENT)
        self.events.append(event)
        self.view = replay.apply(self.view, event)

    def build(self):
        if self.events:
            self.trace.append(np.concatenate(self.events))
            self.events = []
        return self.trace

    def step(self, title, caption):
        self.trace.labels.step_titles.append(title)
        self.trace.labels.steps.append(caption)
        self.emit(kinds.STEP, ident=len(self.trace.labels.steps) - 1)

    def count(self, name, growth=1, node=0):
        self.emit(kinds.COUNT, ident=counter(name, node), value=growth)

    def move(self, frame, dst, cause, tail=0):
        node = frame // self.per_node
        src = int(self.view.lane[frame])
        self.emit(kinds.MOVE, cause, src, lanes.lane(node, dst), frame, tail)
        for kind, growth in ((src % lanes.LANES_PER_NODE, -1), (dst, 1)):
            if kind in LIST_COUNTERS:
                self.count(LIST_COUNTERS[kind], growth, node)

    def flags(self, frame, add=0, clear=0):
        self.emit(kinds.BITS, ident=frame, value=int(self.view.bits[frame]) & ~clear | add)

    def young(self, frame, on):
        rows = np.flatnonzero((self.view.pte_pfn == frame) & (self.view.pte_bits & bits.PTE_PRESENT != 0))
        for row in rows.tolist():
            now = int(self.view.pte_bits[row])
            now = now | bits.PTE_YOUNG if on else now & ~bits.PTE_YOUNG
            self.emit(kinds.PTE, ident=row, value=now << 32 | frame)

    def wait(self, nanoseconds):
        self.now += nanoseconds
        self.emit(kinds.SET, src=tables.CLOCK_NOW_NS, dst=tables.TABLE_CLOCK, value=self.now)

    def alloc(self, node=0):
        frame = self.free[node].pop(0)
        self.move(frame, lanes.IN_HAND, causes.ALLOC)
        self.count("nr_free_pages", -1, node)
        return frame

    def anon(self, vpn, node=0):
        """First write to an anonymous page."""
        frame = self.alloc(node)
        self.emit(kinds.FAULT, causes.FAULT_ANON, ident=vpn, value=frame)
        self.flags(frame, bits.PG_SWAPBACKED | bits.PG_UPTODATE)
        self.emit(kinds.OWNER, ident=frame, value=(1 << 1 | 1) << 32 | vpn)
        pte = bits.PTE_PRESENT | bits.PTE_YOUNG | bits.PTE_WRITE | bits.PTE_DIRTY
        self.emit(kinds.PTE, ident=vpn, value=pte << 32 | frame)
        self.count("pgfault")
        self.move(frame, lanes.LRU_ADD, causes.ADD)
        self.flags(frame, bits.PG_LRU)
        self.move(frame, lanes.INACTIVE_ANON, causes.DRAIN)
        return frame

    def read(self, index, node=0):
        """First read of a file page."""
        frame = self.alloc(node)
        self.emit(kinds.READ, causes.MISS, ident=index, value=frame)
        self.emit(kinds.OWNER, ident=frame, value=2 << 32 | index)
        self.emit(kinds.CELL, ident=index, value=frame + 1)
        self.move(frame, lanes.LRU_ADD, causes.ADD)
        self.flags(frame, bits.PG_LRU)
        self.move(frame, lanes.INACTIVE_FILE, causes.DRAIN)
        self.emit(kinds.IO_BEGIN, causes.IO_READ, 1, 0, frame, self.now + 10_000_000)
        self.emit(kinds.SET, src=tables.DEVICE_READS, dst=tables.TABLE_DEVICE, ident=1, value=1)
        self.wait(10_000_000)
        self.emit(kinds.SET, src=tables.DEVICE_READS, dst=tables.TABLE_DEVICE, ident=1, value=0)
        self.emit(kinds.IO_END, causes.IO_READ, 1, 0, frame)
        self.flags(frame, bits.PG_UPTODATE)
        return frame

    def kswapd(self, awake):
        self.emit(kinds.SET, src=tables.ACTOR_AWAKE, dst=tables.TABLE_ACTOR, ident=0, value=int(awake))
        self.emit(kinds.SET, src=tables.ACTOR_PRIORITY, dst=tables.TABLE_ACTOR, ident=0, value=12)
        self.emit(kinds.RECLAIM_BEGIN if awake else kinds.RECLAIM_END, causes.WAKE_LOW, value=0)

    def scan(self, frame, cause):
        """Isolate a page, look at it, and put it where the decision says."""
        kind = int(self.view.lane[frame]) % lanes.LANES_PER_NODE
        node = frame // self.per_node
        self.move(frame, lanes.ISOLATED, causes.ISOLATE)
        self.count("pgscan_kswapd")
        self.emit(kinds.SCAN, cause, lanes.lane(node, kind), 0, frame, 0)
        self.young(frame, on=False)
        if cause == causes.KEEP_REFERENCED:
            self.flags(frame, bits.PG_REFERENCED)
            self.move(frame, kind, cause)
        elif cause == causes.ACTIVATE:
            self.flags(frame, bits.PG_ACTIVE)
            self.count("pgactivate")
            self.move(frame, lanes.ACTIVE_ANON if kind == lanes.INACTIVE_ANON else lanes.ACTIVE_FILE, cause)
        elif cause == causes.DEACTIVATE:
            self.flags(frame, bits.PG_WORKINGSET, bits.PG_ACTIVE)
            self.count("pgdeactivate")
            self.move(frame, lanes.INACTIVE_ANON if kind == lanes.ACTIVE_ANON else lanes.INACTIVE_FILE, cause)
        elif cause == causes.SWAP_OUT:
            self.flags(frame, bits.PG_SWAPCACHE | bits.PG_WRITEBACK | bits.PG_RECLAIM, bits.PG_REFERENCED)
            self.emit(kinds.SWAP_MAP, ident=1, value=1 | bits.SWAP_HAS_CACHE)
            self.emit(kinds.IO_BEGIN, causes.IO_WRITE, 0, 0, frame, self.now + 100_000)
            self.move(frame, kind, causes.KEEP_WRITEBACK)
        elif cause == causes.RECLAIM:
            self.flags(frame, 0, -1)
            self.count("pgsteal_kswapd")
            self.move(frame, lanes.FREE, cause)
            self.count("nr_free_pages")


def life_of_one_page():
    """The exact trace L1 to L6 among a few other pages."""
    b = Builder()
    b.step("Before", "Six pages of the heap and four pages of a file are in memory already.")
    others = [b.anon(vpn) for vpn in range(6)]
    files = [b.read(index) for index in range(4)]
    locked = [b.anon(vpn) for vpn in (20, 21)]
    for frame in locked:
        b.flags(frame, bits.PG_MLOCKED | bits.PG_UNEVICTABLE)
        b.move(frame, lanes.UNEVICTABLE, causes.CULL)
    b.step("First touch", "A write fault allocates a page: it enters the inactive anon list, young.")
    page = b.anon(10)
    b.step("First scan", "Scan 1: the page is young but not yet referenced, so it gets a second chance.")
    b.kswapd(awake=True)
    b.young(page, on=True)
    b.scan(page, causes.KEEP_REFERENCED)
    b.step("Access", "The processor sets the accessed bit in the PTE. Nothing moves.")
    b.young(page, on=True)
    b.step("Second scan", "Second scan: the page is young and already referenced, so it is promoted.")
    b.scan(page, causes.ACTIVATE)
    for frame in (others[0], files[1]):
        b.young(frame, on=True)
        b.flags(frame, bits.PG_REFERENCED)
        b.scan(frame, causes.ACTIVATE)
    b.flags(files[2], bits.PG_DIRTY)
    b.step("Ageing", "The inactive list is low: the page at the active tail goes back, young or not.")
    b.scan(page, causes.DEACTIVATE)
    b.step("Swap out", "Idle now: it gets a swap slot, is unmapped, and its write begins.")
    b.scan(page, causes.SWAP_OUT)
    b.wait(100_000)
    b.emit(kinds.IO_END, causes.IO_WRITE, 0, 0, page)
    b.flags(page, 0, bits.PG_WRITEBACK)
    b.emit(kinds.SWAP_MAP, ident=1, value=1 | bits.SWAP_HAS_CACHE)
    b.step("Free", "Clean and idle at the tail: the frame is freed, a shadow stays in the slot.")
    b.scan(page, causes.RECLAIM)
    b.scan(files[0], causes.RECLAIM)
    b.kswapd(awake=False)
    return b.build()


def crowd(frames=1024, busy=600, seed=1):
    """A machine with many pages and a long stretch of scans in one step."""
    rng = np.random.default_rng(seed)
    b = Builder(frames, slots=513, marks=(32, 40, 48), title="Pressure")
    b.step("Fill", "Half anonymous pages, half file pages.")
    pages = [b.anon(i) if i % 2 else b.read(i) for i in range(busy)]
    for frame in pages[: busy // 3]:
        b.move(frame, lanes.ACTIVE_ANON if frame % 2 else lanes.ACTIVE_FILE, causes.MARK_ACCESSED)
    b.step("Scan", "kswapd looks at the inactive lists and frees what nobody used.")
    b.kswapd(awake=True)
    for frame in pages[busy // 3 :]:
        b.scan(frame, rng.choice([causes.KEEP_REFERENCED, causes.RECLAIM, causes.ACTIVATE]))
    return b.build()
