"""Checks that tests of parsers share."""

from collections.abc import Callable
from pathlib import Path

from memsim_gui.engine.errors import InputError


def refusal_of(path: Path, error: InputError) -> str:
    """What an error says about a file, which is one line that begins with the file."""
    line = str(error)
    assert line.startswith(str(path))
    assert "\n" not in line
    return line


def works_or_is_clear(action: Callable[[], object]) -> bool:
    """Whether an action succeeds, or fails with one line for a person; anything else is raised."""
    try:
        action()
    except InputError as error:
        return bool(str(error)) and "\n" not in str(error)
    return True
