"""Input fields that say inline what is wrong with what was typed: one line under the form, and a red edge."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from memsim_gui.engine import fields, sizes
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.view.style import set_property

T = TypeVar("T")
HIGHEST_ADDRESS = 1 << 47


class Field(QLineEdit, Generic[T]):
    """A line of text with a meaning: `read` turns the text into a value or raises InputError.

    Signals:
        judged: the error in one line, or an empty text as soon as the value is good.
    """

    judged = Signal(str)

    def __init__(self, read: Callable[[str], T], text: str, name: str, parent: QWidget | None = None) -> None:
        """Make a field holding `text`; `name` is read out by screen readers and shown as its tooltip."""
        super().__init__(text, parent)
        self._read = read
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setProperty("role", "field")
        self.setCursorPosition(0)
        self.textChanged.connect(self._judge)

    def value(self) -> T:
        """Return the value typed. Raises InputError, and shows it."""
        try:
            value = self._read(self.text())
        except InputError as error:
            self._show(str(error))
            raise
        self._show("")
        return value

    def _judge(self) -> None:
        try:
            self._read(self.text())
        except InputError as error:
            self._show(str(error))
        else:
            self._show("")

    def _show(self, error: str) -> None:
        set_property(self, "wrong", bool(error))
        self.judged.emit(error)


class ErrorLine(QLabel):
    """The line under a form: hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden line."""
        super().__init__(parent)
        self.setProperty("role", "error")
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`, or hide the line if it is empty."""
        self.setText(text)
        self.setVisible(bool(text))


def read_bytes(text: str) -> int:
    """Bytes typed freely: "4096", "10 MiB", "3p". Raises InputError."""
    return sizes.bytes_of(text.strip(), "size")


def read_pages(text: str) -> int:
    """Pages typed freely, at least one: "2560", "10 MiB", "2560p". Raises InputError."""
    pages = sizes.pages_of(text.strip(), "size")
    if pages < 1:
        raise InputError("size", quoted(text), "at least one page")
    return pages


def read_address(text: str) -> int:
    """Address, hexadecimal with 0x or decimal. Raises InputError."""
    try:
        value = int(text.strip().replace("_", ""), 0)
    except ValueError:
        raise InputError("address", quoted(text), "an address such as 0x7F0000001234") from None
    if not 0 <= value < HIGHEST_ADDRESS:
        raise InputError("address", quoted(text), "an address of user space, below 0x800000000000")
    return value


def read_count(text: str) -> int:
    """Whole number from 1 up. Raises InputError."""
    plain = text.replace(" ", "").replace("_", "")
    if not plain.isdecimal() or int(plain) < 1:
        raise InputError("count", quoted(text), "a whole number, at least 1")
    return int(plain)


def read_name(text: str) -> str:
    """Name of a process, region or file. Raises InputError."""
    return fields.name(text.strip(), "name")


def read_whole(text: str) -> int:
    """Whole number, negative too. Raises InputError."""
    try:
        return int(text.strip().replace("−", "-"))
    except ValueError:
        raise InputError("value", quoted(text), "a whole number") from None
