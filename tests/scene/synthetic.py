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


def large(frames=1 << 20, moves=400_000, seed=2, nodes=1):
    """A machine with a million frames, most of them in use, and a long stretch of reclaim."""
    rng = np.random.default_rng(seed)
    b = Builder(
        frames, nodes, slots=1 << 18, marks=(frames // 400, frames // 320, frames // 266), title="Large machine"
    )
    b.step("Pressure", "kswapd frees file pages while new ones come in.")
    view, kind_of = b.view, rng.choice(5, frames * nodes, p=[0.2, 0.25, 0.35, 0.19, 0.01])
    kind_of[: frames // 100] = lanes.FREE
    lane = kind_of + np.arange(frames * nodes) // frames * lanes.LANES_PER_NODE
    view.lane[:] = lane
    view.lane_pages[:] = np.bincount(lane, minlength=len(view.lane_pages))
    _link(view, rng)
    view.bits[:] = bits.PG_LRU | np.where(rng.random(len(lane)) < 0.2, bits.PG_REFERENCED, 0)
    view.bits[:] |= np.where((kind_of == lanes.INACTIVE_FILE) & (rng.random(len(lane)) < 0.1), bits.PG_DIRTY, 0)
    view.pte_pfn[: len(lane)] = np.arange(len(lane))
    view.pte_bits[: len(lane)] = bits.PTE_PRESENT | np.where(rng.random(len(lane)) < 0.3, bits.PTE_YOUNG, 0)
    step = np.concatenate(b.events)
    b.trace = Trace(view, b.trace.meta, b.trace.labels)
    b.trace.append(step)
    b.trace.append(_churn(view, moves, rng))
    return b.trace


def _link(view, rng):
    """Put the frames of every ordered lane into a list, in random order."""
    for lane in np.flatnonzero(view.lane_pages).tolist():
        if lane % lanes.LANES_PER_NODE in lanes.ORDERED:
            frames = rng.permutation(np.flatnonzero(view.lane == lane))
            ring = np.concatenate([[len(view.lane) + lane], frames])
            view.lru_next[ring], view.lru_prev[ring] = np.roll(ring, -1), np.roll(ring, 1)


def _churn(view, moves, rng):
    """Events of inactive file pages freed, free frames filled, anon pages activated; valid in any order."""
    inactive = np.flatnonzero(view.lane == lanes.INACTIVE_FILE)[: moves // 2]
    free = np.flatnonzero(view.lane == lanes.FREE)[: moves // 4]
    active = np.flatnonzero(view.lane == lanes.INACTIVE_ANON)[: moves // 4]
    events = np.zeros(len(inactive) + len(free) + len(active), kinds.EVENT)
    events["kind"] = kinds.MOVE
    stop = len(inactive)
    events["ident"] = np.concatenate([inactive, free, active])
    events["src"][:stop], events["dst"][:stop], events["cause"][:stop] = lanes.INACTIVE_FILE, lanes.FREE, causes.RECLAIM
    both = slice(stop, stop + len(free))
    events["src"][both], events["dst"][both], events["cause"][both] = lanes.FREE, lanes.INACTIVE_FILE, causes.ALLOC
    rest = slice(stop + len(free), None)
    events["src"][rest], events["dst"][rest] = lanes.INACTIVE_ANON, lanes.ACTIVE_ANON
    events["cause"][rest] = causes.ACTIVATE
    return rng.permutation(events)


def two_nodes(nodes=2):
    """The same work on every node of a small machine."""
    b = Builder(32, nodes, slots=33, title="Two nodes")
    b.step("Fill", "Each node has lists, watermarks and a kswapd of its own.")
    pages = [b.anon(i * nodes + node, node) for i in range(9) for node in range(nodes)]
    files = [b.read(i * nodes + node, node) for i in range(6) for node in range(nodes)]
    b.step("Scan", "kswapd0 looks at the tail of its inactive list.")
    b.kswapd(awake=True)
    b.scan(pages[0], causes.KEEP_REFERENCED)
    b.scan(files[1], causes.RECLAIM)
    return b.build()
