"""What several commands check about the files they are to write."""

from pathlib import Path

from memsim_gui.engine.errors import InputError


def check_place(path: Path | None) -> None:
    """Raise InputError for a file whose folder is missing, before a long run and not after it."""
    if path is not None and not path.parent.is_dir():
        raise InputError(str(path), "its folder does not exist", "a file in a folder that exists")
