"""A check that tests of parsers share."""

from collections.abc import Callable

from memsim_gui.engine.errors import InputError


def works_or_is_clear(action: Callable[[], object]) -> bool:
    """Whether an action succeeds, or fails with one line for a person; anything else is raised."""
    try:
        action()
    except InputError as error:
        return bool(str(error)) and "\n" not in str(error)
    return True
