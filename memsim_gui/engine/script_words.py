"""The words of a script's line, read one after the other, with errors that show how the operation is used."""

import re

from memsim_gui.engine.errors import InputError, not_built, quoted
from memsim_gui.engine.sizes import MIB_PAGES

MOST_SIZE = 1 << 40
MOST_ALPHA = 8
PAGES_PER_UNIT = {"": MIB_PAGES, "p": 1}
KIB_PER_PAGE = 4
_SIZE = re.compile(r"([0-9]{1,13})([pk]?)")
BYTE_UNITS = "KMGT"
_BYTES = re.compile(r"([0-9]{1,13})([KMGT]?)")
_WHOLE = re.compile(r"[0-9]{1,20}")
_NAME = re.compile(r"[A-Za-z0-9_.+-]{1,64}")
_OPTIONAL = re.compile(r"\[[^]]*\](\.\.\.)?")


class Words:
    """The words of a line, taken one after the other; each reader raises InputError with the operation's usage."""

    def __init__(self, words: list[str], place: str) -> None:
        self.words = words
        self.place = place
        self.usage = ""
        self.at = 0

    def end_after(self, usage: str) -> "Words":
        """Set the usage and check the number of words against it."""
        self.usage = usage
        most = None if usage.endswith("...") else len(usage.replace("[", " ").split())
        least = len(_OPTIONAL.sub("", usage).split())
        if len(self.words) < least or (most and len(self.words) > most):
            raise self.error(f"{len(self.words) - 1} argument(s)")
        return self

    def error(self, found: str) -> InputError:
        """Return the error for something found on this line."""
        return InputError(self.place, found, self.usage)

    @property
    def left(self) -> int:
        """Words not taken yet."""
        return len(self.words) - 1 - self.at

    def word(self) -> str:
        """Take any word."""
        if not self.left:
            raise self.error("the line ends early")
        self.at += 1
        return self.words[self.at]

    def name(self) -> str:
        """Take a name."""
        word = self.word()
        if not _NAME.fullmatch(word):
            raise self.error(f"name {quoted(word)}")
        return word

    def one_of(self, *known: str) -> str:
        """Take one of the given words."""
        word = self.word()
        if word not in known:
            raise InputError(self.place, quoted(word), ", ".join(known))
        return word

    def whole(self, low: int = 0, high: int = MOST_SIZE) -> int:
        """Take a whole number."""
        word = self.word()
        if not _WHOLE.fullmatch(word) or not low <= int(word) <= high:
            raise InputError(self.place, quoted(word), f"a whole number from {low} to {high} in {self.usage}")
        return int(word)

    def pages(self, low: int = 0) -> int:
        """Take a size: MiB, or pages or KiB by suffix."""
        word = self.word()
        match = _SIZE.fullmatch(word)
        if match:
            number, unit = int(match[1]), match[2]
            pages, rest = divmod(number, KIB_PER_PAGE) if unit == "k" else (number * PAGES_PER_UNIT[unit], 0)
            if not rest and low <= pages <= MOST_SIZE:
                return pages
        accepted = f"a size in MiB, or with p in pages, with k in KiB (whole pages, at least {low}), in {self.usage}"
        raise InputError(self.place, f"size {quoted(word)}", accepted)

    def bytes(self) -> int:
        """Take a number of bytes as the kernel reads it (memparse): K, M, G and so on behind it multiply."""
        word = self.word()
        match = _BYTES.fullmatch(word.upper())
        found = int(match[1]) << 10 * (1 + BYTE_UNITS.index(match[2]) if match[2] else 0) if match else -1
        if not 0 <= found <= MOST_SIZE:
            raise InputError(
                self.place,
                f"size {quoted(word)}",
                f"a number of bytes, or with K, M, G or T behind it, in {self.usage}",
            )
        return found

    def alpha(self) -> float:
        """Take a zipf exponent."""
        word = self.word()
        try:
            value = float(word)
        except ValueError:
            value = -1.0
        if not 0 < value <= MOST_ALPHA:
            raise InputError(self.place, f"zipf {quoted(word)}", f"an exponent above 0, at most {MOST_ALPHA}")
        return value

    def is_write(self) -> bool:
        """Take r or w."""
        return self.one_of("r", "w") == "w"

    def not_built(self, what: str) -> InputError:
        """Return the error for an operation that the program cannot do yet."""
        return not_built(self.place, what)
