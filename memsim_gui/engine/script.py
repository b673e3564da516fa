"""Scripts (.wl): the line-by-line workloads that were recorded on a real kernel, as commands with their line numbers.

Sizes are in MiB unless suffixed p (pages) or k (KiB); lock requests are in bytes. `#` begins a comment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from memsim_gui.engine import commands as c
from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.file_commands import FADVICE
from memsim_gui.engine.memory_commands import MADVICE
from memsim_gui.engine.script_words import Words
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.engine.tunables import sysctl_name
from memsim_gui.engine.workloads.patterns import RANDOM, ZIPF

MOST_LENGTH = (1 << 64) - 1  # of size_t
MOST_LINES = 100_000
MOST_DEPTH = 8
CHILD_OOM_SCORE_ADJ = 1000
POLICY_CLASSIC = 0
POLICY_LRU_GEN = 7
# They steer the recorder, not the machine.
RECORDER_ONLY = ("maxlog", "maxsamples")


@dataclass(frozen=True)
class Every:
    """Take a sample every so many pages inside a line; 0 = only before and after lines."""

    pages: int


@dataclass(frozen=True)
class Sample:
    """Take a sample with a label."""

    label: str


@dataclass(frozen=True)
class Flags:
    """Note the flags of pages first, first + step, ... last of a region or file."""

    label: str
    name: str
    first: int
    last: int
    step: int


@dataclass(frozen=True)
class Histogram:
    """Note how many page frames carry which set of flags."""

    label: str


@dataclass(frozen=True)
class Resident:
    """Note which pages of a region or file are in memory."""

    label: str
    name: str


@dataclass(frozen=True)
class MlockTest:
    """Go through the test of mlock's rules (mlocktest.py)."""

    process: str = c.MAIN


@dataclass(frozen=True)
class Ignored:
    """Nothing is done; `note` says why, if it needs saying."""

    note: str = ""


Action = c.Command | Every | Sample | Flags | Histogram | Resident | MlockTest | Ignored


@dataclass(frozen=True)
class Line:
    """One line: number from 1, text, and what it does."""

    number: int
    text: str
    action: Action


@dataclass(frozen=True)
class Loop:
    """Lines that are repeated."""

    number: int
    times: int
    body: "list[Node]"


@dataclass(frozen=True)
class Forked:
    """Lines that a forked child runs; it exits at the end, or is killed before."""

    number: int
    child: str
    body: "list[Node]"


Node = Line | Loop | Forked


@dataclass
class Script:
    """A parsed script. `swap_pages` is None if the script does not say; so is `policy` (0 two lists, 7 lru_gen)."""

    where: str
    body: list[Node] = field(default_factory=list)
    policy: int | None = None
    swap_pages: int | None = None


def load(path: Path) -> Script:
    """Read and parse a script. Raises InputError naming file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(str(path), f"cannot be read: {reason}", "a .wl script") from None
    return parse(text, str(path))


def parse(text: str, where: str = "script") -> Script:
    """Parse a script. Raises InputError naming `where` and the line."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise InputError(where, f"{len(lines)} lines", f"at most {MOST_LINES}")
    return _Parser(where, lines).script


class _Parser:
    """Walks over the lines once; blocks nest through recursion."""

    def __init__(self, where: str, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0
        self.script = Script(where)
        self.process = c.MAIN
        self.inherited: set[str] = set()  # regions of the parent that a child has copies of
        self.mapped: set[str] = set()
        self.script.body = self._block(None, 0)
        _size_new_files(self.script.body)

    def _place(self) -> str:
        return f"{self.script.where}:{self.at}"

    def _block(self, end: str | None, depth: int) -> list[Node]:
        begun = self._place()
        body: list[Node] = []
        while self.at < len(self.lines):
            words = self.lines[self.at].split("#")[0].split()
            self.at += 1
            if not words:
                continue
            if words[0] in ("end", "endfork"):
                if words[0] != end or len(words) > 1:
                    raise InputError(self._place(), quoted(" ".join(words)), end or "no end here: no block is open")
                return body
            body.append(self._node(words, depth))
        if end:
            raise InputError(begun, f"the block has no {end}", f"{end} on a line of its own")
        return body

    def _node(self, words: list[str], depth: int) -> Node:
        number, text = self.at, " ".join(words)
        if words[0] in ("loop", "fork") and depth == MOST_DEPTH:
            raise InputError(self._place(), quoted(text), f"at most {MOST_DEPTH} blocks inside each other")
        if words[0] == "loop":
            times = Words(words, self._place()).end_after("loop TIMES").whole(1, 1 << 20)
            return Loop(number, times, self._block("end", depth + 1))
        if words[0] == "fork":
            Words(words, self._place()).end_after("fork")
            return self._forked(number, depth)
        return Line(number, text, self._action(words))

    def _forked(self, number: int, depth: int) -> Forked:
        outer = self.process, self.inherited, self.mapped
        self.process, self.inherited, self.mapped = f"child of line {number}", self.mapped, set()
        node = Forked(number, self.process, self._block("endfork", depth + 1))
        self.process, self.inherited, self.mapped = outer
        return node

    def _action(self, words: list[str]) -> Action:
        place = self._place()
        if words[0] == "policy":
            self.script.policy = _policy(Words(words, place).end_after("policy 0|7"))
            return Sample("policy")
        if words[0] == "swap":
            self.script.swap_pages = Words(words, place).end_after("swap MIB").pages()
            return Ignored()
        if words[0] not in OPERATIONS:
            raise unknown(place, "operation", words[0], (*OPERATIONS, "policy", "swap", "loop", "fork"))
        usage, read = OPERATIONS[words[0]]
        action = read(Words(words, place).end_after(usage))
        return self._owned(action)

    def _owned(self, action: Action) -> Action:
        """Make what a forked child does its own: its process, and its copies of the parent's regions."""
        changes: dict[str, Any] = {"process": self.process} if hasattr(action, "process") else {}
        region = getattr(action, "region", "") or (action.file if isinstance(action, c.MmapFile) else "")
        if isinstance(action, c.Mmap | c.MmapFile | c.Shm):
            self.mapped.add(region)
        elif region in self.inherited and region not in self.mapped:
            changes["region"] = f"{region} of {self.process}"
        return replace(action, **changes)


def _policy(words: Words) -> int:
    value = words.whole()
    if value not in (POLICY_CLASSIC, POLICY_LRU_GEN):
        raise words.error(f"policy {value}")
    return value


def _rand(words: Words) -> c.Access:
    name, count, seed, write = words.name(), words.whole(1), words.whole(0, (1 << 64) - 1), words.is_write()
    made = c.Access(name, RANDOM, count, write, seed=seed)
    while words.left:
        if words.one_of("zipf", "range") == "zipf":
            made = replace(made, pattern=ZIPF, alpha=words.alpha())
        else:
            made = replace(made, first=words.pages(), pages=words.pages(1))
    return made


def _readrand(words: Words) -> c.ReadRandom:
    made = c.ReadRandom(words.name(), words.whole(1), words.whole(0, (1 << 64) - 1))
    if words.left:
        words.one_of("zipf")
        made = replace(made, alpha=words.alpha())
    return made


def _read(words: Words) -> c.Read:
    name, first, pages = words.name(), words.pages(), words.pages(1)
    return c.Read(name, first * PAGE_BYTES, pages * PAGE_BYTES, words.whole(1, 1 << 20) if words.left else 1)


def _mixstream(words: Words) -> c.MixStream:
    region, write, per_page = words.name(), words.is_write(), words.whole(0, 1 << 16)
    file, first, pages, seed = words.name(), words.pages(), words.pages(1), words.whole(0, (1 << 64) - 1)
    return c.MixStream(region, file, per_page, first * PAGE_BYTES, pages * PAGE_BYTES, write, seed)


def _mmapfile(words: Words) -> c.MmapFile:
    made = c.MmapFile(words.name())
    changes: dict[str, dict[str, Any]] = {
        "x": {"executable": True},
        "w": {"write": True},
        "private": {"private": True},
        "random": {"advice": "random"},
        "seq": {"advice": "sequential"},
    }
    while words.left:
        made = replace(made, **changes[words.one_of(*changes)])
    return made


def _flags(words: Words) -> Flags:
    label, name, first, last = words.word(), words.name(), words.whole(), words.whole()
    step = words.whole(1)
    if first > last:
        raise words.error(f"pages {first} to {last}")
    return Flags(label, name, first, last, step)


def _lrugen(words: Words) -> Ignored:
    if words.word() not in ("0", "0x0000", "n"):
        raise words.not_built("multi-gen LRU (lrugen)")
    return Ignored()


def _sysctl(words: Words) -> c.SetSysctl:
    return c.SetSysctl(sysctl_name(words.word()), words.whole())


def _recorder_only(words: Words) -> Ignored:
    words.whole()
    return Ignored()


def _fsync(words: Words) -> c.Sync | c.Fsync:
    return c.Fsync(words.name()) if words.left else c.Sync()


def _trace(words: Words) -> Ignored:
    words.whole()
    return Ignored("trace is the recorder's: the simulator's own trace is always there")


def _unsupported(what: str) -> Callable[[Words], Action]:
    def refuse(words: Words) -> Action:
        raise words.not_built(f"{words.words[0]} ({what})")

    return refuse


def _bytes_range(words: Words) -> tuple[str, int, int]:
    return words.name(), words.whole(), words.whole(0, MOST_LENGTH)


OPERATIONS: dict[str, tuple[str, Callable[[Words], Action]]] = {
    "every": ("every PAGES", lambda w: Every(w.whole())),
    "anon": ("anon NAME MB", lambda w: c.Mmap(w.name(), w.pages(1))),
    "shm": ("shm NAME MB", lambda w: c.Shm(w.name(), w.pages(1))),
    "touch": ("touch NAME OFF LEN r|w", lambda w: c.Touch(w.name(), w.pages(), w.pages(1), w.is_write())),
    "touchfile": ("touchfile NAME OFF LEN r|w", lambda w: c.Touch(w.name(), w.pages(), w.pages(1), w.is_write())),
    "rand": ("rand NAME COUNT SEED r|w [zipf A] [range OFF LEN]", _rand),
    "file": ("file NAME MB", lambda w: c.OpenFile(w.name(), w.pages(1) * PAGE_BYTES)),
    "newfile": ("newfile NAME", lambda w: c.NewFile(w.name())),
    "read": ("read NAME OFF LEN [times]", _read),
    "readrand": ("readrand NAME COUNT SEED [zipf A]", _readrand),
    "write": (
        "write NAME OFF LEN",
        lambda w: c.Write(w.name(), w.pages() * PAGE_BYTES, w.pages(1) * PAGE_BYTES),
    ),
    "mixstream": ("mixstream ANON r|w K FILE OFF LEN SEED", _mixstream),
    "mmapfile": ("mmapfile NAME [x] [w] [random|seq] [private]", _mmapfile),
    "unmapfile": ("unmapfile NAME", lambda w: c.Munmap(w.name())),
    "free": ("free NAME", lambda w: c.Munmap(w.name())),
    "mlock": ("mlock NAME OFF_BYTES LEN_BYTES", lambda w: c.Mlock(*_bytes_range(w))),
    "munlock": ("munlock NAME OFF_BYTES LEN_BYTES", lambda w: c.Munlock(*_bytes_range(w))),
    "mlockonfault": ("mlockonfault NAME OFF_BYTES LEN_BYTES", lambda w: c.Mlock(*_bytes_range(w), onfault=True)),
    "mlocktest": ("mlocktest", lambda _: MlockTest()),
    "madvise": (
        "madvise NAME OFF LEN cold|pageout|free|dontneed",
        lambda w: _madvise(w.name(), w.pages(), w.pages(1), w.one_of(*MADVICE)),
    ),
    "fadvise": ("fadvise NAME ADVICE", lambda w: c.Fadvise(w.name(), w.one_of(*FADVICE))),
    "sync": ("sync", lambda _: c.Sync()),
    "fsync": ("fsync [NAME]", _fsync),
    "drop_caches": ("drop_caches N", lambda w: c.DropCaches(w.whole(1, 3))),
    "sleep": ("sleep MS", lambda w: c.Sleep(w.whole(0, 10**9))),
    "swappiness": ("swappiness N", lambda w: c.SetSysctl("vm.swappiness", w.whole(0, 200))),
    "sysctl": ("sysctl PATH VALUE", _sysctl),
    "lrugen": ("lrugen VALUE", _lrugen),
    "lrugencmd": ("lrugencmd [WORD]...", _unsupported("multi-gen LRU")),
    "cgroup": ("cgroup", lambda _: c.Cgroup()),
    "reclaim": ("reclaim BYTES", lambda w: c.MemoryReclaim(w.bytes())),
    "sample": ("sample LABEL", lambda w: Sample(w.word())),
    "flags": ("flags LABEL NAME FIRST LAST STEP", _flags),
    "kpfhist": ("kpfhist LABEL", lambda w: Histogram(w.word())),
    "resident": ("resident LABEL NAME", lambda w: Resident(w.word(), w.name())),
    "trace": ("trace KB", _trace),
    **{name: (f"{name} N", _recorder_only) for name in RECORDER_ONLY},
}


def _madvise(name: str, first: int, pages: int, advice: str) -> c.Madvise:
    return c.Madvise(name, advice, first, pages)


def lines_of(nodes: list[Node]) -> Iterator[Line]:
    """Yield all lines of a script in the order of the text."""
    for node in nodes:
        if isinstance(node, Line):
            yield node
        else:
            yield from lines_of(node.body)


def _size_new_files(body: list[Node]) -> None:
    """Give new files the room that the script's own writes need."""
    ends: dict[str, int] = {}
    for line in lines_of(body):
        if isinstance(line.action, c.Write):
            end = line.action.offset + line.action.length
            ends[line.action.file] = max(end, ends.get(line.action.file, 0))
    _put_room(body, ends)


def _put_room(body: list[Node], ends: dict[str, int]) -> None:
    for i, node in enumerate(body):
        if not isinstance(node, Line):
            _put_room(node.body, ends)
        elif isinstance(node.action, c.NewFile) and node.action.file in ends:
            body[i] = replace(node, action=replace(node.action, room=ends[node.action.file]))
