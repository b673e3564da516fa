"""Commands of files and the page cache. Places and lengths in a file are in bytes."""

from dataclasses import dataclass
from typing import ClassVar

from memsim_gui.engine import fields
from memsim_gui.engine.command import MAIN, Command, bytes_shown, stretch
from memsim_gui.engine.fields import value_field
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.mm import calls

FADVICE = {
    "normal": calls.FADV_NORMAL,
    "random": calls.FADV_RANDOM,
    "sequential": calls.FADV_SEQUENTIAL,
    "willneed": calls.FADV_WILLNEED,
    "dontneed": calls.FADV_DONTNEED,
    "noreuse": calls.FADV_NOREUSE,
}


@dataclass(frozen=True)
class OpenFile(Command):
    """A file of `size` bytes is opened; nothing of it is cached."""

    op: ClassVar[str] = "open"
    file: str = value_field(fields.name)
    size: int = value_field(fields.size(1))

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"open {self.file}, {bytes_shown(self.size)}"


@dataclass(frozen=True)
class NewFile(Command):
    """An empty file is created; it may grow to `room` bytes."""

    op: ClassVar[str] = "new-file"
    file: str = value_field(fields.name)
    room: int = value_field(fields.size(1), 64 << 20)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"create {self.file}"


@dataclass(frozen=True)
class Read(Command):
    """read(2) a stretch of a file in calls of `chunk` bytes, `times` times; `length` 0 = to its end.

    `cold`: before each time the kernel is advised to drop the file's pages (POSIX_FADV_DONTNEED).
    """

    op: ClassVar[str] = "read"
    file: str = value_field(fields.name)
    offset: int = value_field(fields.size(), 0)
    length: int = value_field(fields.size(), 0)
    times: int = value_field(fields.integer(1, 1 << 20), 1)
    chunk: int = value_field(fields.size(1), PAGE_BYTES)
    process: str = value_field(fields.name, MAIN)
    cold: bool = value_field(fields.switch, default=False)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        again = f", {self.times} times" if self.times > 1 else ""
        dropped = ", dropped before" + " each time" * (self.times > 1) if self.cold else ""
        return f"read {stretch(self.file, self.offset, self.length)}{again}{dropped}"


@dataclass(frozen=True)
class ReadRandom(Command):
    """read(2) single pages of a file at random, uniformly (`alpha` 0) or zipf, after telling the kernel so."""

    op: ClassVar[str] = "read-random"
    file: str = value_field(fields.name)
    count: int = value_field(fields.integer(1))
    seed: int = value_field(fields.integer(0), 0)
    alpha: float = value_field(fields.number(0, 8), 0.0)
    process: str = value_field(fields.name, MAIN)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        kind = f"zipf {self.alpha:g}" if self.alpha else "uniform"
        return f"read {self.count} random pages of {self.file} ({kind})"


@dataclass(frozen=True)
class Write(Command):
    """write(2) a stretch of a file in calls of `chunk` bytes; `length` 0 = to its end."""

    op: ClassVar[str] = "write"
    file: str = value_field(fields.name)
    offset: int = value_field(fields.size(), 0)
    length: int = value_field(fields.size(), 0)
    chunk: int = value_field(fields.size(1), PAGE_BYTES)
    process: str = value_field(fields.name, MAIN)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"write {stretch(self.file, self.offset, self.length)}"


@dataclass(frozen=True)
class MixStream(Command):
    """Read a stretch of a file page by page; after each page, `per_page` random accesses to a region."""

    op: ClassVar[str] = "mix"
    region: str = value_field(fields.name)
    file: str = value_field(fields.name)
    per_page: int = value_field(fields.integer(0, 1 << 16), 4)
    offset: int = value_field(fields.size(), 0)
    length: int = value_field(fields.size(), 0)
    write: bool = value_field(fields.switch, default=False)
    seed: int = value_field(fields.integer(0), 0)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        what = stretch(self.file, self.offset, self.length)
        return f"read {what}, with {self.per_page} accesses to {self.region} a page"


@dataclass(frozen=True)
class MmapFile(Command):
    """Map a whole file; the region is called as the file unless named."""

    op: ClassVar[str] = "mmap-file"
    file: str = value_field(fields.name)
    region: str = value_field(fields.name, "")
    process: str = value_field(fields.name, MAIN)
    executable: bool = value_field(fields.switch, default=False)
    write: bool = value_field(fields.switch, default=False)
    private: bool = value_field(fields.switch, default=False)
    advice: str = value_field(fields.choice(("normal", "random", "sequential")), "normal")

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} maps the file {self.file}"


@dataclass(frozen=True)
class Fadvise(Command):
    """posix_fadvise(2) a whole file."""

    op: ClassVar[str] = "fadvise"
    file: str = value_field(fields.name)
    advice: str = value_field(fields.choice(FADVICE))

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"fadvise {self.file}: {self.advice}"


@dataclass(frozen=True)
class Fsync(Command):
    """Write the dirty pages of a file and wait for it."""

    op: ClassVar[str] = "fsync"
    file: str = value_field(fields.name)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"fsync {self.file}"


@dataclass(frozen=True)
class Look(Command):
    """Map a file and look at pages first, first + step ... of it, `count` of them, as no operation that counts.

    Pages that are not cached are left alone. The mapping is advised to be sequential, so that its end marks nothing
    accessed; it empties the processor's batches, though.
    """

    op: ClassVar[str] = "look"
    file: str = value_field(fields.name)
    first: int = value_field(fields.pages(), 0)
    step: int = value_field(fields.pages(1), 1)
    count: int = value_field(fields.integer(0), 0)
    process: str = value_field(fields.name, MAIN)

    def describe(self) -> str:
        """Return a short sentence for a person."""
        return f"{self.process} looks at pages of {self.file}"
