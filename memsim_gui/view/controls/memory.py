"""Controls of processes and their memory: allocate, access, advise, lock."""

import itertools

from PySide6.QtWidgets import QLabel, QWidget

from memsim_gui.engine import commands
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.memory_commands import MADVICE
from memsim_gui.engine.workloads.patterns import PATTERNS
from memsim_gui.session import previews
from memsim_gui.session.names import Region
from memsim_gui.view.choice import Choice
from memsim_gui.view.controls.section import Button, Section, chosen
from memsim_gui.view.fields import Field, read_address, read_bytes, read_count, read_name, read_pages

EACH_PAGE = "each once"
NEEDS_REGION = "map one first, under Allocate"


class Preview(QLabel):
    """The line under a form that says what its command would do; takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "preview")
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Show a text, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))


class ProcessSection(Section):
    """Choose, start and end processes. The process chosen is the one that the other sections act for."""

    TITLE = "Process"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.process = Choice("Process that acts")
        self.name = Field(read_name, "editor", "Name of a new process")
        self.row(self.process, Button("exit", "End this process", self._exit))
        self.row(self.name, Button("start", "Start a process of this name", self._start))

    def current(self) -> str:
        """Name of the process chosen; the default one while there is none."""
        return self.process.currentText() or commands.MAIN

    def _start(self) -> Command:
        return commands.Process(self.name.value())

    def _exit(self) -> Command:
        return commands.ExitTask(chosen(self.process, "process", "start one first"))

    def refresh(self) -> None:
        """Offer the processes alive."""
        self.process.offer(self.names.tasks)


class AllocateSection(Section):
    """mmap private anonymous memory, and write it at once if wanted."""

    TITLE = "Allocate anonymous"

    def __init__(self, process: ProcessSection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._process = process
        self.amount = Field(read_pages, "64 pages", "Size: 10 MiB, 2560p, 2560 pages")
        self.name = Field(read_name, "heap", "Name of the region")
        self.preview = Preview()
        self.row(self.amount, self.name)
        self.row(
            Button("mmap", "Map the memory: no frames yet", self._map),
            Button("mmap + write", "Map the memory and write each page", self._map_and_write),
        )
        self.row(self.preview)
        self.amount.textChanged.connect(self.refresh)
        self.refresh()

    def _map(self) -> Command:
        name = self.name.value()
        if any(region.name == name for region in self.names.regions):
            raise InputError("region", f"{name} exists already", "a new name")
        return commands.Mmap(name, self.amount.value(), process=self._process.current())

    def _map_and_write(self) -> list[Command]:
        return [self._map(), commands.Touch(self.name.value(), write=True)]

    def refresh(self) -> None:
        """Propose a name that is free, unless one is being typed, and say what the size means."""
        taken = {region.name for region in self.names.regions}
        if self.name.text() in taken and not self.name.hasFocus():
            self.name.setText(_unused(self.name.text(), taken))
        try:
            self.preview.say(previews.allocation(read_pages(self.amount.text())))
        except InputError:
            self.preview.say("")


def _unused(name: str, taken: set[str]) -> str:
    """Return the name with the lowest number behind it that makes it new."""
    stem = name.rstrip("0123456789")
    return next(f"{stem}{n}" for n in itertools.count(2) if f"{stem}{n}" not in taken)


class AccessSection(Section):
    """Access a region in a pattern, or advise the kernel about it."""

    TITLE = "Access"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.region = Choice("Region to access")
        self.pattern = Choice("Order of access", (EACH_PAGE, *PATTERNS))
        self.count = Field(read_count, "1000", "Number of accesses")
        self.advice = Choice("Advice of madvise", tuple(MADVICE))
        self.row(self.region, self.pattern)
        self.row(
            self.count,
            Button("read", "Read in this pattern", self._read),
            Button("write", "Write in this pattern", self._write),
        )
        self.row(self.advice, Button("madvise", "Advise the kernel about the region", self._advise))
        self.pattern.currentTextChanged.connect(self._pattern_chosen)
        self._pattern_chosen(EACH_PAGE)

    def _pattern_chosen(self, pattern: str) -> None:
        self.count.setEnabled(pattern != EACH_PAGE)

    def _read(self) -> Command:
        return self._access(write=False)

    def _write(self) -> Command:
        return self._access(write=True)

    def _access(self, *, write: bool) -> Command:
        region = chosen(self.region, "region", NEEDS_REGION)
        if self.pattern.currentText() == EACH_PAGE:
            return commands.Touch(region, write=write)
        return commands.Access(region, self.pattern.currentText(), self.count.value(), write=write)

    def _advise(self) -> Command:
        return commands.Madvise(chosen(self.region, "region", NEEDS_REGION), self.advice.currentText())

    def refresh(self) -> None:
        """Offer the regions mapped."""
        self.region.offer(tuple(region.name for region in self.names.regions))


class LockSection(Section):
    """mlock and munlock a byte range of a region, given by address or by offset."""

    TITLE = "mlock"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.region = Choice("Region to lock")
        self.place = Field(read_address, "0x234", "Address, or offset in the region")
        self.length = Field(read_bytes, "100000", "Length in bytes, or 10 MiB")
        self.preview = Preview()
        self.row(self.region, self.place, spans=(5, 7))
        self.row(
            self.length,
            Button("mlock", "Lock the pages of this range", self._lock),
            Button("munlock", "Unlock them", self._unlock),
        )
        self.row(self.preview)
        for field in (self.place, self.length):
            field.textChanged.connect(self.refresh)
        self.refresh()

    def _chosen(self) -> Region:
        name = chosen(self.region, "region", NEEDS_REGION)
        return next(region for region in self.names.regions if region.name == name)

    def _lock(self) -> Command:
        return commands.Mlock(*self._range())

    def _unlock(self) -> Command:
        return commands.Munlock(*self._range())

    def _range(self) -> tuple[str, int, int]:
        """Region, offset and length typed. Raises InputError."""
        region, length = self._chosen(), self.length.value()
        if not length:
            raise InputError("length", "0 bytes", "at least 1 byte")
        return region.name, region.offset_of(self.place.value(), "address"), length

    def refresh(self) -> None:
        """Offer the regions and say which whole pages the range covers."""
        self.region.offer(tuple(region.name for region in self.names.regions))
        try:
            start = read_address(self.place.text())
            if self.region.currentText():
                region = self._chosen()
                start = region.start_bytes + region.offset_of(start, "address")
            self.preview.say(previews.locked_range(start, read_bytes(self.length.text())))
        except InputError:
            self.preview.say("")
