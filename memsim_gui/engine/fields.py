"""Values of commands and scenario files: readers that check a value and say what is accepted."""

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, field
from typing import Any

from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.sizes import bytes_of, pages_of

Reader = Callable[[object, str], Any]
NAME = re.compile(r"[A-Za-z0-9_.+-]([A-Za-z0-9_.+ -]{0,62}[A-Za-z0-9_.+-])?")
MOST = (1 << 62) - 1


def value_field(reader: Reader, default: Any = MISSING) -> Any:  # noqa: ANN401 - stands for a field of any type
    """Return a dataclass field whose value from a file is read and checked by `reader(value, where)`."""
    return field(default=default, metadata={"read": reader})


def name(value: object, where: str) -> str:
    """Read the name of a process, region or file."""
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise InputError(
            where, quoted(value), "a name of 1 to 64 letters, digits and _ . + - with single spaces inside"
        )
    return value


def text(value: object, where: str) -> str:
    """Read any text."""
    if not isinstance(value, str):
        raise InputError(where, quoted(value), "a text")
    return value


def switch(value: object, where: str) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise InputError(where, quoted(value), "true or false")
    return value


def integer(low: int, high: int = MOST) -> Reader:
    """Return a reader of whole numbers in a range."""

    def read(value: object, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InputError(where, quoted(value), f"a whole number from {low} to {high}")
        return value

    return read


def number(low: float, high: float) -> Reader:
    """Return a reader of numbers in a range."""

    def read(value: object, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(where, quoted(value), f"a number from {low} to {high}")
        return float(value)

    return read


def choice(names: Iterable[str]) -> Reader:
    """Return a reader of one of several words."""
    known = tuple(names)

    def read(value: object, where: str) -> str:
        if value not in known or not isinstance(value, str):
            raise unknown(where, "value", str(value), known)
        return value

    return read


def pages(low: int = 0) -> Reader:
    """Return a reader of sizes in pages, at least `low`."""

    def read(value: object, where: str) -> int:
        found = pages_of(value, where)
        if found < low:
            raise InputError(where, quoted(value), f"at least {low} page(s)")
        return found

    return read


def size(low: int = 0) -> Reader:
    """Return a reader of sizes in bytes, at least `low`."""

    def read(value: object, where: str) -> int:
        found = bytes_of(value, where)
        if found < low:
            raise InputError(where, quoted(value), f"at least {low} byte(s)")
        return found

    return read


def memlock(value: object, where: str) -> int:
    """Read a limit of locked memory in pages; "unlimited" becomes -1."""
    return -1 if value in ("unlimited", -1) else pages_of(value, where)
