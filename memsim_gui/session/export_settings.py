"""What an export is asked for: the same for the command line, the window's dialog and the process that does it."""

from dataclasses import dataclass
from typing import NamedTuple

from memsim_gui.engine.errors import InputError, quoted

DEFAULT_SIZE = (1920, 1080)
DEFAULT_THEME = "light"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an export looks. `size` in pixels; steps count from 1, None = from the beginning, to the end.

    `fps` None = what suits the format; `captions`: burned into the pictures; `region`: the part of the picture to show,
    by its name or as "X,Y,WxH" in percent, empty = all of it.
    """

    size: tuple[int, int] = DEFAULT_SIZE
    fps: int | None = None
    theme: str = DEFAULT_THEME
    start_step: int | None = None
    stop_step: int | None = None
    captions: bool = False
    region: str = ""


class Format(NamedTuple):
    """What can be exported: its ending, and its name in words.

    `painted`: pictures; `moving`: many a second; `captioned`: they tell the captions, asked for or not.
    """

    ending: str
    title: str
    painted: bool = True
    moving: bool = False
    captioned: bool = False


def size_of(text: str) -> tuple[int, int]:
    """Return width and height in pixels of a text such as "1920x1080". InputError for anything else."""
    width, cross, height = text.strip().partition("x")
    if not cross or not (width.isdecimal() and height.isdecimal()):
        raise InputError("size", quoted(text), "WIDTHxHEIGHT, such as 1920x1080")
    return int(width), int(height)
