"""What a command would do, in half a line, while it is being typed: pure arithmetic on the state shown."""

from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.scene.words import grouped
from memsim_gui.trace import tables
from memsim_gui.trace.view_state import ViewState


def file_range(view: ViewState, file: int, offset_bytes: int, length_bytes: int) -> str:
    """Return where a read or write lands: "→ index 24, offset 1 696, hit"; several pages count hits and misses."""
    size = int(view.file[file, tables.FILE_SIZE_BYTES])
    if offset_bytes >= size:
        return f"→ past the end of the file ({grouped(size)} B): nothing is read"
    first, inside = divmod(offset_bytes, PAGE_BYTES)
    last = (min(offset_bytes + length_bytes, size) - 1) // PAGE_BYTES
    base = int(view.file[file, tables.FILE_FIRST_CELL])
    cells = view.cell[base + first : base + last + 1]
    hits = int((cells > 0).sum())
    if first == last:
        return f"→ index {first}, offset {grouped(inside)}, {'hit' if hits else 'miss'}"
    return f"→ index {first} to {last}, offset {grouped(inside)}: {hits} hit, {len(cells) - hits} miss"


def locked_range(address: int, length_bytes: int) -> str:
    """Return what mlock makes of a byte range: "→ 25 pages, 102 400 B (+2 400)"."""
    start = address // PAGE_BYTES
    pages = -(-(address + length_bytes) // PAGE_BYTES) - start
    locked = pages * PAGE_BYTES
    more = f" (+{grouped(locked - length_bytes)})" if locked > length_bytes else ""
    return f"→ {grouped(pages)} {'page' if pages == 1 else 'pages'}, {grouped(locked)} B{more}"


def allocation(pages: int) -> str:
    """Return what an allocation reserves: "→ 2 560 pages; frames come with the first write"."""
    return f"→ {grouped(pages)} {'page' if pages == 1 else 'pages'}; frames come with the first write"
