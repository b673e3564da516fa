"""Files and folders that appear whole or not at all: they are written beside their final name and moved there."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from memsim_gui.engine.errors import InputError

PLACE = "a place in a folder that exists, may be written and has room"


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield the path of a new empty file; it takes the place of `path` when the block ends without an exception.

    Raises InputError, also for an OSError in the block, if the place cannot be written. Nothing is left behind then.
    """
    target = Path(path)
    unfinished = _place_beside(target)
    try:
        if target.exists() and not target.is_file():
            raise InputError(str(target), "is not a regular file", "the name of a new file, or of one to replace")
        unfinished.open("xb").close()
        yield unfinished
        unfinished.replace(target.resolve())
    except OSError as error:
        raise InputError(str(target), f"cannot be written: {error.strerror or error}", PLACE) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def whole_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a new empty folder that becomes `path` when the block ends, as whole_file; an empty one may be there."""
    target = Path(path)
    unfinished = _place_beside(target)
    try:
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise InputError(str(target), "exists already", "the name of a new or of an empty folder")
        unfinished.mkdir()
        yield unfinished
        unfinished.replace(target)
    except OSError as error:
        raise InputError(str(target), f"cannot be written: {error.strerror or error}", PLACE) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _place_beside(target: Path) -> Path:
    return target.resolve().parent / f".{secrets.token_hex(6)}.part"
