"""Controls of files and the page cache: open, read, write, with a preview of which pages are meant."""

from PySide6.QtWidgets import QWidget

from memsim_gui.engine import commands
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.session import previews
from memsim_gui.session.names import File
from memsim_gui.view.choice import Choice
from memsim_gui.view.controls.memory import Preview, ProcessSection
from memsim_gui.view.controls.section import Button, Section, chosen
from memsim_gui.view.fields import Field, read_bytes, read_name

NEEDS_FILE = "open one first"


class FileSection(Section):
    """read(2), write(2), fsync and mmap of a file."""

    TITLE = "File I/O"

    def __init__(self, process: ProcessSection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._process = process
        self.name = Field(read_name, "data.log", "Name of a file to open")
        self.extent = Field(read_bytes, "1 MiB", "Size of the file")
        self.file = Choice("File to read or write")
        self.offset = Field(read_bytes, "100000", "Offset in bytes")
        self.length = Field(read_bytes, "4096", "Length in bytes")
        self.preview = Preview()
        self._lay_out()
        for field in (self.offset, self.length):
            field.textChanged.connect(self.stale)
        self.file.currentIndexChanged.connect(self.stale)

    def _lay_out(self) -> None:
        self.row(self.name, self.extent, Button("open", "Open a file of this size", self._open), spans=(5, 4, 3))
        self.row(self.file, self.offset, self.length, spans=(5, 4, 3))
        self.row(self.preview)
        self.row(
            Button("read", "read(2) this stretch", self._read),
            Button("write", "write(2) this stretch", self._write),
            Button("fsync", "Write its dirty pages and wait", self._fsync),
        )

    def _open(self) -> Command:
        return commands.OpenFile(self.name.value(), self.extent.value())

    def _read(self) -> Command:
        file, offset, length = self._stretch()
        return commands.Read(file, offset, length, process=self._process.current())

    def _write(self) -> Command:
        file, offset, length = self._stretch()
        return commands.Write(file, offset, length, process=self._process.current())

    def _stretch(self) -> tuple[str, int, int]:
        """File, offset and length typed. Raises InputError."""
        file = chosen(self.file, "file", NEEDS_FILE)
        length = self.length.value()
        if not length:
            raise InputError("length", "0 bytes", "at least 1 byte")
        return file, self.offset.value(), length

    def _fsync(self) -> Command:
        return commands.Fsync(chosen(self.file, "file", NEEDS_FILE))

    def _file(self) -> File | None:
        return next((file for file in self.names.files if file.name == self.file.currentText()), None)

    def refresh(self) -> None:
        """Offer the files open, and say where the stretch lies and whether it is cached."""
        self.file.offer(tuple(file.name for file in self.names.files))
        file = self._file()
        try:
            offset, length = read_bytes(self.offset.text()), read_bytes(self.length.text())
        except InputError:
            file = None
        if file and self.view is not None and length:
            self.preview.say(previews.file_range(self.view, file.row, offset, length))
        else:
            self.preview.say("")
