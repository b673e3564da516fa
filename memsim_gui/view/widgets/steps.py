"""Steps: what a value that was typed becomes when a person steps it up or down, written as the person wrote it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from memsim_gui.engine import tunables
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.sizes import PAGE_BYTES, bytes_of, pages_of

Rung = Callable[[int, bool], int]  # the next one of a number, up or down
OCTAVES, DECADE, LINE = 4, 3, 10  # rungs at once: 16 times as much, ten times as much, ten more
FEW, SOME = 20, 1000  # values of a range
GROUPING = re.compile("(?<=[0-9])[ _\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_LETTERS = re.compile("[A-Za-z]+$")
_BINARY = ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))
_PAGES = {"P", "PAGE", "PAGES"}


def ungrouped(text: str) -> str:
    """Return a text without the spaces that group digits: "100 000" is 100000."""
    return GROUPING.sub("", text.strip())


@dataclass(frozen=True, slots=True)
class Steps:
    """How a value goes up and down.

    Attributes:
        number: the number that a text stands for; InputError or ValueError if it is none.
        rung: the next number, up or down.
        written: a number as text, in the manner of the text given.
        start: where to begin when nothing that can be stepped stands there.
        below: what stands under the lowest number: nothing typed, or a word; None if nothing does.
        many: how many rungs a page key takes.
        low: the lowest number.
    """

    number: Callable[[str], int]
    rung: Rung
    written: Callable[[int, str], str]
    start: str
    below: str | None = None
    many: int = LINE
    low: int = 0

    def after(self, text: str, *, up: bool, accepts: Callable[[str], bool]) -> str | None:
        """Return what `text` is stepped to, None if it can go no further; nothing else than `accepts` allows."""
        if self.below is not None and text.strip().lower() == self.below:
            return self.start if up else None
        try:
            number = self.rung(self.number(text), up)
        except (InputError, ValueError):
            return self.start
        found = self.written(number, text)
        if number >= self.low and accepts(found):
            return found
        return None if up else self.below


# --- ladders


def doubled(number: int, up: bool) -> int:  # noqa: FBT001 - a Rung
    """Return the next power of two."""
    if up:
        return 1 << number.bit_length()
    return 1 << (number - 1).bit_length() - 1 if number > 1 else number - 1


def decades(number: int, up: bool) -> int:  # noqa: FBT001 - a Rung
    """Return the next of 1, 2, 5, 10, 20, 50 and so on."""
    if number + up <= 1:
        return number + (1 if up else -1)
    tens = int(10 ** (len(str(number if up else number - 1)) - 1))
    ladder = [tens, 2 * tens, 5 * tens, 10 * tens]
    return min(n for n in ladder if n > number) if up else max(n for n in ladder if n < number)


def by(step: int) -> Rung:
    """Return the ladder of the multiples of `step`."""
    return lambda number, up: (number // step + 1) * step if up else (-(-number // step) - 1) * step


# --- how numbers are written


def sized(unit: int) -> Callable[[int, str], str]:
    """Return a writer of sizes that a bare number counts in `unit` bytes.

    Bare and hexadecimal numbers and pages stay such; of larger units, the largest that leaves the number whole.
    """

    def written(count: int, typed: str) -> str:
        total, letters = count * unit, _LETTERS.search(typed.strip())
        if typed.strip().lower().startswith("0x"):
            return f"0x{count:X}"
        if not letters:
            return str(count)
        if not total:
            return f"0 {letters[0]}"
        if letters[0].upper() in _PAGES and total % PAGE_BYTES == 0:
            pages = total // PAGE_BYTES
            return f"{pages}{letters[0]}" if len(letters[0]) == 1 else f"{pages} page{'s' if pages > 1 else ''}"
        size, name = _BINARY[-1] if letters[0].upper() == "B" else next(row for row in _BINARY if total % row[0] == 0)
        return f"{total // size} {name}"

    return written


# --- what fields have


def _pages(text: str) -> int:
    return pages_of(ungrouped(text), "size")


def _bytes(text: str) -> int:
    return bytes_of(ungrouped(text), "size")


def _whole(text: str) -> int:
    return int(ungrouped(text).replace("−", "-"), 0)


def _plain(number: int, _typed: str) -> str:
    return str(number)


def pages(start: str, below: str | None = None, low: int = 1) -> Steps:
    """Steps of an amount in pages: twice as much, half as much."""
    return Steps(_pages, doubled, sized(PAGE_BYTES), start, below, OCTAVES, low)


def page_numbers() -> Steps:
    """Steps of the number of a page."""
    return Steps(_pages, by(1), sized(PAGE_BYTES), "0")


def lengths(start: str, below: str | None = None, low: int = 1) -> Steps:
    """Steps of an amount in bytes: twice as much, half as much."""
    return Steps(_bytes, doubled, sized(1), start, below, OCTAVES, low)


def places() -> Steps:
    """Steps of an offset or address: from one page to the next."""
    return Steps(_bytes, by(PAGE_BYTES), sized(1), "0")


def counts(start: str, low: int = 1) -> Steps:
    """Steps of how often something is done: 1, 2, 5, 10, 20, 50 and so on."""
    return Steps(_whole, decades, _plain, start, many=DECADE, low=low)


def numbers(start: str, step: int = 1, low: int = 0) -> Steps:
    """Steps of a number whose neighbours matter, such as a seed."""
    return Steps(_whole, by(step), _plain, start, low=low)


def tenths(start: str) -> Steps:
    """Steps of a number with a fraction: a tenth more, a tenth less."""
    hundredths = by(10)
    return Steps(lambda text: round(100 * float(text)), hundredths, lambda number, _: f"{number / 100:g}", start)


def sysctl(name: str, start: str, below: str | None = None) -> Steps:
    """Steps of a kernel setting, by its range and unit."""
    low, high, unit = tunables.range_of(name)
    if high - low <= FEW:
        return Steps(_whole, by(1), _plain, start, below, low=low)
    if high - low <= SOME:
        return Steps(_whole, by(5 if unit == "percent" else 10), _plain, start, below, low=low)
    if unit in {"bytes", "kB", "pages"}:
        return Steps(_whole, doubled, _plain, start, below, OCTAVES, low)
    return Steps(_whole, decades, _plain, start, below, DECADE, low)
