"""Errors that a person can mend: one line saying where, what was found and what is accepted."""

import difflib
from collections.abc import Iterable

SHOWN_CHARACTERS = 60
FEW = 12


class InputError(ValueError):
    """Bad input. `str(error)` is one line: the place, what was found there, and what is accepted."""

    def __init__(self, where: str, found: str, accepted: str = "") -> None:
        """Join the three parts; `where` may be empty while the place is not known yet (see `at`)."""
        self.where = " ".join(where.split())
        self.found = " ".join(found.split())
        self.accepted = " ".join(accepted.split())
        parts = [part for part in (self.where, self.found) if part]
        line = ": ".join(parts) + (f"; accepted: {self.accepted}" if self.accepted else "")
        super().__init__(line)

    def at(self, where: str) -> "InputError":
        """Return the same error with a wider place put before its own."""
        place = f"{where}: {self.where}" if self.where else where
        return type(self)(place, self.found, self.accepted)


class SpecError(InputError):
    """A machine that cannot be built."""


class NotBuiltError(InputError):
    """Something asked for that the program does not do yet."""


def quoted(value: object) -> str:
    """Return a value as found in the input, on one line and not too long."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def listed(names: Iterable[str]) -> str:
    """Return names as a readable list, all of them if they are few."""
    ordered = sorted(names)
    return ", ".join(ordered[:FEW]) + (f" and {len(ordered) - FEW} more" if len(ordered) > FEW else "")


def unknown(where: str, what: str, word: str, known: Iterable[str]) -> InputError:
    """Return the error for a word that is not among the known ones, with the nearest known one suggested."""
    names = list(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return InputError(where, f"unknown {what} {quoted(word)}{hint}", listed(names) or f"no {what} here")


def not_built(where: str, what: str, accepted: str = "") -> InputError:
    """Return the error for something that the program does not do yet."""
    return NotBuiltError(where, f"{what} is not built yet", accepted)
