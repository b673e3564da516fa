"""What all commands have in common: a name in files, a sentence, and plain values to save."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

from memsim_gui.engine.sizes import PAGE_BYTES, shown

MAIN = "main"


@dataclass(frozen=True)
class Command:
    """What all commands have: `op` names the kind in files."""

    op: ClassVar[str] = ""

    def describe(self) -> str:
        """Return a short sentence for a person."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the command as plain values: `op` and the fields that differ from their defaults."""
        out: dict[str, Any] = {"op": self.op}
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value != item.default:
                out[item.name] = value
        return out


def part(region: str, first: int, pages: int) -> str:
    """Return pages of a region for a sentence; `pages` 0 = to its end."""
    if not pages and not first:
        return f"all of {region}"
    return f"{shown(pages) if pages else 'the rest'} of {region}" + (f" from page {first}" if first else "")


def stretch(name: str, offset: int, length: int) -> str:
    """Return a stretch of bytes for a sentence; `length` 0 = to the end."""
    if not length and not offset:
        return f"all of {name}"
    # Where it begins within a page, its length in pages would say nothing about how many it touches.
    size = _bytes(length) if offset % PAGE_BYTES else bytes_shown(length)
    return f"{size if length else 'the rest'} of {name}" + (f" from byte {offset}" if offset else "")


def bytes_shown(size: int) -> str:
    """Return a size in bytes for a sentence."""
    return shown(size // PAGE_BYTES) if size % PAGE_BYTES == 0 else _bytes(size)


def _bytes(size: int) -> str:
    return "1 byte" if size == 1 else f"{size} bytes"
