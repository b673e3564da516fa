"""Input fields that take what people type, and say in plain words what is wrong with it and what is accepted."""

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from memsim_gui.engine import fields, sizes
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.view.style import as_written, set_property
from memsim_gui.view.widgets.steps import ungrouped

T = TypeVar("T")
HIGHEST_ADDRESS = 1 << 47
MOST_ALPHA = 8
TO_END = 0  # pages or bytes: as far as there is something
PLACE = 'an offset such as "4096" or "1 MiB", or an address such as 0x7F0000001234'


class Judged(Generic[T]):
    """What fields have in common: a reader turns the text into a value or raises InputError."""

    _read: Callable[[str], T]
    judged: SignalInstance

    def text(self) -> str:
        """Return what is typed."""
        raise NotImplementedError

    def value(self) -> T:
        """Return the value typed. Raises InputError, and shows it."""
        try:
            value = self._read(self.text())
        except InputError as error:
            self.show_error(in_words(error, self.text()))
            raise
        self.show_error("")
        return value

    def judge(self) -> None:
        """Show whether what is typed is good; what it depends on may have changed."""
        try:
            self.value()
        except InputError:
            return

    def show_error(self, error: str) -> None:
        """Mark the field as wrong, or as right if there is no error."""
        set_property(cast("QWidget", self), "wrong", bool(error))
        self.judged.emit(error)


class Field(QLineEdit, Judged[T]):
    """A line of text with a meaning.

    Signals:
        judged: what is wrong in plain words, or an empty text as soon as the value is good.
    """

    judged = Signal(str)

    def __init__(self, read: Callable[[str], T], text: str, tip: str, parent: QWidget | None = None) -> None:
        """Make a field holding `text`; `tip` says what belongs here, for the mouse and for screen readers."""
        super().__init__(text, parent)
        self._read = read
        self.setAccessibleName(tip)
        self.setToolTip(tip)
        self.setProperty("role", "field")
        as_written(self)
        self.setCursorPosition(0)
        self.textChanged.connect(self.judge)


class ErrorLine(QLabel):
    """The line under a form: hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden line."""
        super().__init__(parent)
        self.setProperty("role", "error")
        as_written(self)
        self.setWordWrap(True)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`, or hide the line if it is empty."""
        self.setText(text)
        self.setVisible(bool(text))


def in_words(error: InputError, typed: str | None = None) -> str:
    """Return an error as two short sentences: what is wrong (with what was typed in a field), what is accepted."""
    if typed is not None and not typed.strip():
        found = "Nothing is typed"
    elif typed is not None and error.found in {quoted(typed), quoted(typed.strip())}:
        found = f"{error.found} does not fit"
    else:
        names_itself = not error.found.partition(" ")[0].isalpha()
        found = error.found if names_itself else error.found[:1].upper() + error.found[1:]
    return f"{found}. Accepted: {error.accepted}." if error.accepted else f"{found}."


def read_bytes(text: str) -> int:
    """Bytes typed freely: "4096", "10 MiB", "3p", "0x1000". Raises InputError."""
    return sizes.bytes_of(ungrouped(text), "size")


def read_some_bytes(text: str) -> int:
    """Bytes, at least one. Raises InputError."""
    found = read_bytes(text)
    if not found:
        raise InputError("length", "0 bytes are nothing", "at least 1 byte")
    return found


def read_any_pages(text: str) -> int:
    """Pages typed freely: "2560", "10 MiB", "2560p". Raises InputError."""
    return sizes.pages_of(ungrouped(text), "size")


def read_pages(text: str) -> int:
    """Pages, at least one. Raises InputError."""
    pages = read_any_pages(text)
    if pages < 1:
        raise InputError("size", f"{quoted(text)} is nothing", "at least one page")
    return pages


def or_all(read: Callable[[str], int]) -> Callable[[str], int]:
    """Return a reader that takes nothing typed as TO_END."""
    return lambda text: read(text) if text.strip() else TO_END


def read_place(text: str) -> int:
    """Offset or address in bytes. Raises InputError."""
    try:
        place = read_bytes(text)
    except InputError as error:
        raise InputError("place", error.found, PLACE) from None
    if place >= HIGHEST_ADDRESS:
        raise InputError("place", quoted(text), "an address of user space, below 0x800000000000")
    return place


def whole(low: int, high: int = fields.MOST) -> Callable[[str], int]:
    """Return a reader of whole numbers in a range."""
    accepted = f"a whole number, at least {low}" if high == fields.MOST else f"a whole number from {low} to {high}"

    def read(text: str) -> int:
        try:
            found = int(ungrouped(text).replace("−", "-"), 0)
        except ValueError:
            raise InputError("value", f"{quoted(text)} is no whole number", accepted) from None
        if not low <= found <= high:
            raise InputError("value", f"{found} is out of range", accepted)
        return found

    return read


def read_alpha(text: str) -> float:
    """Exponent of a zipf distribution. Raises InputError."""
    accepted = f"a number from 0 to {MOST_ALPHA}, such as 0.8"
    try:
        found = float(text.strip())
    except ValueError:
        raise InputError("exponent", f"{quoted(text)} is no number", accepted) from None
    if not 0 <= found <= MOST_ALPHA:
        raise InputError("exponent", f"{text.strip()} is out of range", accepted)
    return found


def read_name(text: str) -> str:
    """Name of a process, region or file. Raises InputError."""
    return fields.name(text.strip(), "name")
