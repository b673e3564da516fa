"""What the naive kernel is made of: pages, page table entries, files, tasks. Nothing here decides anything."""

from collections import Counter
from dataclasses import dataclass, field

LISTS = ("inactive_anon", "active_anon", "inactive_file", "active_file")
BATCHES = ("lru_add", "rotate", "deactivate_file", "deactivate", "lazyfree", "activate", "mlock")
KIB_PER_PAGE = 4


@dataclass
class Settings:
    """The machine: sizes in pages. `instant` = a transfer ends as soon as it is submitted."""

    frames: int = 256
    swap_slots: int = 128  # without the header
    marks: tuple[int, int, int] = (0, 0, 0)
    swappiness: int = 60
    batch: int = 1
    ra_pages: int = 0
    io_pages: int = 320
    fault_around: int = 1
    page_cluster: int = 0
    instant: bool = False


@dataclass(eq=False, repr=False)
class Page:
    """A frame in use. Its references are counted by looking who holds it, see `references`."""

    flags: set[str] = field(default_factory=set)
    mapping: "File | str | None" = None  # a file, or "anon"
    index: int = 0
    slot: int = 0  # while in the swap cache
    entries: list["Entry"] = field(default_factory=list)  # that map it
    in_batches: int = 0
    holders: int = 1  # whoever allocated it, isolated it, or transfers it
    mlock_count: int = 0

    @property
    def anon(self) -> bool:
        return self.mapping == "anon"

    @property
    def file_type(self) -> bool:
        """The type of list it belongs on is decided by PG_swapbacked alone. [Lru-1]"""
        return "swapbacked" not in self.flags

    @property
    def lazyfree(self) -> bool:
        return self.anon and self.file_type

    @property
    def evictable(self) -> bool:
        return "mlocked" not in self.flags

    @property
    def kind(self) -> str:
        return "file" if self.file_type else "anon"


@dataclass(eq=False, repr=False)
class Entry:
    """A page table entry, with the flags of the mapping it lies in."""

    task: "Task"
    vpn: int
    vm: set[str]  # read write exec shared locked onfault seq_read rand_read
    area: object  # the same for all entries of one mapping (VMA)
    file: "File | None" = None
    index: int = 0  # page of the file
    state: str = "none"  # none present zero swap
    page: Page | None = None
    slot: int = 0
    exclusive: bool = False  # of a swap entry: the page was its alone
    young: bool = False
    dirty: bool = False
    writable: bool = False

    def clear(self) -> None:
        self.state, self.page, self.slot = "none", None, 0
        self.young = self.dirty = self.writable = self.exclusive = False


@dataclass(eq=False, repr=False)
class Task:
    name: str
    table: dict[int, Entry] = field(default_factory=dict)
    memlock: int = -1

    @property
    def locked_vm(self) -> int:
        return sum("locked" in entry.vm for entry in self.table.values())


@dataclass
class Shadow:
    """What an evicted page leaves behind. [Ws-2]"""

    age: int
    workingset: bool


@dataclass(eq=False, repr=False)
class File:
    """An inode with its page cache, and one open file description with its readahead state."""

    name: str
    pages: int
    cache: dict[int, Page | Shadow] = field(default_factory=dict)
    prev_pos: int = -1
    start: int = 0
    size: int = 0
    async_size: int = 0
    mmap_miss: int = 0
    advice: str = "normal"

    def get(self, index: int) -> Page | None:
        found = self.cache.get(index)
        return found if isinstance(found, Page) else None


@dataclass
class Slot:
    """A swap slot: how many entries refer to it, whether the swap cache holds it, and the cache's entry."""

    users: int = 0
    has_cache: bool = False
    entry: Page | Shadow | None = None


class Kernel:
    """One node with one zone and one processor."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.pages: set[Page] = set()
        self.tasks: dict[str, Task] = {}
        self.files: dict[str, File] = {}
        self.lists: dict[str, list[Page]] = {name: [] for name in LISTS}  # head first
        self.unevictable: set[Page] = set()
        self.batches: dict[str, list] = {name: [] for name in BATCHES}
        self.slots = [Slot() for _ in range(settings.swap_slots + 1)]
        self.cursor = 1
        self.cluster_left = 0
        self.queues: dict[str, list[tuple[Page, str]]] = {"disk": [], "swap": []}
        self.events: Counter[str] = Counter()
        self.cost = {"anon": 0, "file": 0}
        self.age = 0  # nonresident_age
        self.snapshot = {"anon": 0, "file": 0}
        self.node_flags: set[str] = set()
        self.flush_all = False
        self.soon = False  # somebody else wants the processor at the next opportunity
        self.kswapd = "asleep"
        self.kswapd_failures = 0
        self.swap_hits = 4
        self.prev_slot = 0
        self.prev_window = 0

    @property
    def free(self) -> int:
        return self.settings.frames - len(self.pages)

    @property
    def free_slots(self) -> int:
        return sum(slot.users == 0 and not slot.has_cache for slot in self.slots[1:])

    @property
    def swap_full(self) -> bool:
        return self.free_slots * 2 < len(self.slots) - 1

    def size(self, name: str) -> int:
        return len(self.lists[name])


def references(page: Page) -> int:
    """Who holds a page: entries, the page cache or the swap cache, batches, and passing users. [1.2]"""
    file = page.mapping
    cached = isinstance(file, File) and file.cache.get(page.index) is page
    return len(page.entries) + cached + ("swapcache" in page.flags) + page.in_batches + page.holders


def counters(k: Kernel) -> dict[str, int]:
    """/proc/vmstat: sizes are counted on the spot, events as they happened."""
    out = dict(k.events)
    for name in LISTS:
        out[f"nr_{name}"] = out[f"nr_zone_{name}"] = k.size(name)
    out["nr_unevictable"] = out["nr_zone_unevictable"] = len(k.unevictable)
    out["nr_free_pages"] = k.free
    out["nr_mlock"] = sum("mlocked" in page.flags for page in k.pages)
    out["nr_anon_pages"] = sum(page.anon and bool(page.entries) for page in k.pages)
    out["nr_mapped"] = sum(not page.anon and bool(page.entries) for page in k.pages)
    out["nr_swapcached"] = sum("swapcache" in page.flags for page in k.pages)
    in_files = sum(isinstance(entry, Page) for file in k.files.values() for entry in file.cache.values())
    out["nr_file_pages"] = out["nr_swapcached"] + in_files
    out["nr_dirty"] = sum("dirty" in page.flags and isinstance(page.mapping, File) for page in k.pages)
    out["nr_writeback"] = sum("writeback" in page.flags for page in k.pages)
    out["nr_zone_write_pending"] = out["nr_dirty"] + out["nr_writeback"]
    out["swap_used"] = len(k.slots) - 1 - k.free_slots
    return out
