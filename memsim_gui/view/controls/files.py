"""Forms of files and the page cache: open, read, write, map, advise."""

from collections.abc import Callable

from memsim_gui.engine import commands
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.file_commands import FADVICE
from memsim_gui.view.controls.form import Form, file_of, propose, region_of
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.fields import or_all, read_alpha, read_bytes, read_name, read_some_bytes, whole

SIZE_TIP = "such as 4096, 64 KiB, 3p or 0x1000"
MAP_ADVICE = {"none": "normal", "random": "random", "sequential": "sequential"}


class _NameForm(Form):
    """What opening and creating a file have in common."""

    def __init__(self, acting: Callable[[], str], label: str, start: str, tip: str) -> None:
        super().__init__(acting)
        self.name = self.text("Name", read_name, "data.log", "of the file")
        self.extent = self.number(label, read_some_bytes, steps.lengths(start), start, f"{tip}, {SIZE_TIP}", "bytes")

    def new_name(self) -> str:
        """Return the name typed. Raises InputError if a file has it."""
        name = self.name.value()
        if any(file.name == name for file in self.names.files):
            raise InputError("", f"a file {quoted(name)} is open already", "a new name")
        return name

    def renew(self) -> None:
        """Propose a name that is free."""
        propose(self.name, {file.name for file in self.names.files})


class OpenForm(_NameForm):
    """Open a file that has contents on disk."""

    TITLE = "Open a file"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting, "Size", "1 MiB", "of the file")
        self.button("Open", "Open a file of this size; nothing of it is cached", self._open)

    def _open(self) -> Command:
        return commands.OpenFile(self.new_name(), self.extent.value())


class CreateForm(_NameForm):
    """Create an empty file."""

    TITLE = "Create a file"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting, "Room", "64 MiB", "how large it may grow")
        self.button("Create", "Create an empty file that may grow this large", self._create)

    def _create(self) -> Command:
        return commands.NewFile(self.new_name(), self.extent.value())


class TransferForm(Form):
    """read(2) and write(2) a stretch of a file."""

    TITLE = "Read or write"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.which = self.file()
        self.offset = self.number(
            "Offset", read_bytes, steps.places(), "0", f"from the start of the file, {SIZE_TIP}", "bytes"
        )
        self.length = self.number(
            "Length", or_all(read_some_bytes), steps.lengths("4096", below=""), "4096",
            f"empty = to the end; {SIZE_TIP}", "bytes",
        )  # fmt: skip
        self.length.setPlaceholderText("to the end")
        self.chunk = self.number(
            "Per call", read_some_bytes, steps.lengths("4096"), "4096", f"bytes that each call asks for, {SIZE_TIP}",
            "bytes",
        )  # fmt: skip
        self.times = self.number(
            "Reads", whole(1, 1 << 20), steps.numbers("1", low=1), "1", "how often the stretch is read", "times"
        )
        self.button("Read", "read(2) this stretch", self._read)
        self.button("Write", "write(2) this stretch once", self._write)

    def _stretch(self) -> tuple[str, int, int]:
        """File, offset and length. Raises InputError."""
        return file_of(self.which), self.offset.value(), self.length.value()

    def _read(self) -> Command:
        return commands.Read(*self._stretch(), self.times.value(), self.chunk.value(), self.acting())

    def _write(self) -> Command:
        return commands.Write(*self._stretch(), self.chunk.value(), self.acting())


class RandomForm(Form):
    """read(2) single pages at random."""

    TITLE = "Read random pages"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.which = self.file()
        self.count = self.number("Reads", whole(1), steps.counts("100"), "100", "how many pages are read", "times")
        self.alpha = self.number(
            "Exponent s", read_alpha, steps.tenths("0"), "0", "0 = all pages alike, 0.8 = some are hot (zipf)"
        )
        self.seed = self.number("Seed", whole(0), steps.numbers("0"), "0", "the same seed draws the same pages")
        self.button("Read", "read(2) pages at random", self._read)

    def _read(self) -> Command:
        which, count = file_of(self.which), self.count.value()
        return commands.ReadRandom(which, count, self.seed.value(), self.alpha.value(), self.acting())


class MixForm(Form):
    """Read a file while memory is used."""

    TITLE = "Read while using memory"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.which = self.file()
        self.where = self.region()
        self.per_page = self.number(
            "Accesses", whole(0, 1 << 16), steps.numbers("4"), "4", "random accesses after each page read", "a page"
        )
        self.writes = self.switch("the accesses write", "Write to the memory instead of reading it")
        self.seed = self.number("Seed", whole(0), steps.numbers("0"), "0", "the same seed draws the same pages")
        self.button("Run", "Read the file page by page, with accesses to memory in between", self._mix)

    def _mix(self) -> Command:
        file, region = file_of(self.which), region_of(self.where)
        return commands.MixStream(
            region, file, self.per_page.value(), write=self.writes.isChecked(), seed=self.seed.value()
        )


class MapFileForm(Form):
    """mmap a whole file."""

    TITLE = "A file"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.which = self.file()
        self.name = self.text("Name", lambda text: read_name(text) if text.strip() else "", "", "of the new region")
        self.name.setPlaceholderText("as the file")
        self.writable = self.switch("writable", "PROT_WRITE")
        self.private = self.switch("private copy", "MAP_PRIVATE: what is written stays out of the file")
        self.executable = self.switch("program text", "PROT_EXEC: reclaim spares its pages")
        self.advice = self.choice("Advice", MAP_ADVICE, "how it will be read")
        self.button("Map", "mmap the file: its cached pages become memory", self._map)

    def _map(self) -> Command:
        file, region = file_of(self.which), self.name.value()
        if any(known.name == (region or file) for known in self.names.regions):
            raise InputError("", f"a region {quoted(region or file)} exists already", "a new name")
        return commands.MmapFile(
            file, region, self.acting(), self.executable.isChecked(), self.writable.isChecked(),
            self.private.isChecked(), self.advice.value(),
        )  # fmt: skip


class FadviseForm(Form):
    """posix_fadvise a file."""

    TITLE = "A file (fadvise)"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.which = self.file()
        self.advice = self.choice("Advice", {name.upper(): name for name in FADVICE}, "about the whole file")
        self.button("Advise", "posix_fadvise the whole file", self._advise)

    def _advise(self) -> Command:
        return commands.Fadvise(file_of(self.which), self.advice.value())


class FsyncForm(Form):
    """fsync a file."""

    TITLE = "One file (fsync)"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.which = self.file()
        self.button("Write back", "fsync: write its dirty pages and wait", self._fsync)

    def _fsync(self) -> Command:
        return commands.Fsync(file_of(self.which))
