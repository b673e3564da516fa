"""Commands typed as one line: "mlock heap 0 100000", "read log offset=4096 length=10 MiB", "touch heap write".

The first word is the command's `op`; then come its fields in their order, or as name=value, or - for a switch - as the
bare name. Each value goes through the same reader as in a scenario file.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

from memsim_gui.engine.commands import COMMANDS, Command, from_dict
from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.sizes import UNITS

Parameter = dataclasses.Field[Any]
YES, NO = ("yes", "true", "on"), ("no", "false", "off")


def kind_of(text: str) -> type[Command] | None:
    """Return the kind of command that the first word of a line names, in the spelling of files or of the kernel."""
    words = text.split()
    return COMMANDS.get(words[0].lower().replace("_", "-")) if words else None


def usage(kind: type[Command]) -> str:
    """Return how a command is typed: "mlock REGION [OFFSET] [LENGTH] [onfault]"."""
    return " ".join([kind.op, *map(_shown, dataclasses.fields(kind))])


def _shown(item: Parameter) -> str:
    if _is_switch(item):
        return f"[{item.name}]"
    word = item.name.upper()
    return word if item.default is dataclasses.MISSING else f"[{word}]"


def _is_switch(item: Parameter) -> bool:
    return isinstance(item.default, bool)


def parse(text: str) -> Command:
    """Return the command that a line describes. Raises InputError."""
    kind = kind_of(text)
    if kind is None:
        raise unknown("", "command", text.strip().partition(" ")[0], COMMANDS)
    table: dict[str, object] = {"op": kind.op}
    for name, value in _given(kind, _words(text)[1:]):
        if name in table:
            raise InputError(name, "is given twice", usage(kind))
        table[name] = value
    try:
        return from_dict(table, "")
    except InputError as error:
        if error.where.startswith("."):
            raise InputError(error.where[1:], error.found, error.accepted) from None
        raise InputError("", error.found, usage(kind)) from None


def _words(text: str) -> list[str]:
    """Split a line; a unit stays with its number, as in "10 MiB"."""
    words: list[str] = []
    for word in text.split():
        if words and word.upper() in UNITS and words[-1][-1:].isdigit():
            words[-1] += word
        else:
            words.append(word)
    return words


def _given(kind: type[Command], words: list[str]) -> Iterator[tuple[str, object]]:
    """Yield name and value of each field that the words give."""
    items = {item.name: item for item in dataclasses.fields(kind)}
    in_order = iter([item for item in items.values() if not _is_switch(item)])
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            if name not in items:
                raise unknown("", "field", name, items)
            yield name, _value(items[name], value)
        elif word in items and _is_switch(items[word]):
            yield word, True
        else:
            item = next(in_order, None)
            if item is None:
                raise InputError("", f"{quoted(word)} is one word too many", usage(kind))
            yield item.name, _value(item, word)


def _value(item: Parameter, word: str) -> object:
    """Return a word as the kind of value that the field's reader takes; if none fits, the reader says what would."""
    for candidate in _candidates(word):
        try:
            item.metadata["read"](candidate, item.name)
        except InputError:
            continue
        return candidate
    return next(iter(_candidates(word)))


def _candidates(word: str) -> list[object]:
    if word.lower() in YES + NO:
        return [word, word.lower() in YES]
    found: list[object] = [word]
    for convert in (_whole, float):
        try:
            found.append(convert(word))
        except ValueError:
            continue
    return found


def _whole(word: str) -> int:
    return int(word, 0)
