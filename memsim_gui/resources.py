"""Where the program's data files are: scenarios, themes, fonts, icons, help."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries the folder inside the package; a checkout keeps it at its top, where people look for scenarios.
_IN_WHEEL = _PACKAGE / "resources_data"
_IN_CHECKOUT = _PACKAGE.parent / "resources"


def path(*parts: str) -> Path:
    """Return the path of a shipped file or folder; without parts, the folder that holds them all.

    Whether it exists is for the caller to find out: a scenario's name, for one, comes from the person at the keyboard.
    """
    root = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    return root.joinpath(*parts)
