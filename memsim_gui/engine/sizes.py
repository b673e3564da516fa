"""Sizes as people write them: "10 MiB", "64 KiB", "16 pages", "0x1000", 2560 (pages)."""

import re

from memsim_gui.engine.errors import InputError, quoted

PAGE_BYTES = 4096
MIB_PAGES = (1 << 20) // PAGE_BYTES
UNITS = {
    "B": 1,
    "KIB": 1 << 10,
    "MIB": 1 << 20,
    "GIB": 1 << 30,
    "TIB": 1 << 40,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "PAGE": PAGE_BYTES,
    "PAGES": PAGE_BYTES,
    "P": PAGE_BYTES,
}
ACCEPTED_BYTES = 'a number of bytes, or a size such as "64 KiB", "10 MiB", "1 GiB", "16 pages"'
ACCEPTED_PAGES = 'a number of pages, or a size such as "64 KiB", "10 MiB", "1 GiB", "16 pages" of whole 4 KiB pages'
MOST_BYTES = 1 << 62
_SIZE = re.compile(r"([0-9]{1,18})(\.[0-9]{1,9})?\s*([A-Za-z]*)")
_HEXADECIMAL = re.compile(r"0[xX][0-9a-fA-F]{1,15}")


def bytes_of(value: object, where: str) -> int:
    """Return a size in bytes; a bare number counts bytes. Raises InputError."""
    return _scaled(value, where, 1, ACCEPTED_BYTES)


def pages_of(value: object, where: str) -> int:
    """Return a size in pages; a bare number counts pages. Raises InputError unless it is a whole number of pages."""
    found = _scaled(value, where, PAGE_BYTES, ACCEPTED_PAGES)
    if found % PAGE_BYTES:
        raise InputError(where, f"{quoted(value)} is not a whole number of pages", ACCEPTED_PAGES)
    return found // PAGE_BYTES


def _scaled(value: object, where: str, bare_bytes: int, accepted: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        total = value * bare_bytes
    elif isinstance(value, str) and _HEXADECIMAL.fullmatch(value.strip()):
        total = int(value, 16) * bare_bytes
    else:
        match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
        if not match or (match[3] and match[3].upper() not in UNITS):
            raise InputError(where, f"{quoted(value)} is no size", accepted)
        unit = UNITS[match[3].upper()] if match[3] else bare_bytes
        fraction = match[2] or ".0"
        part = int(fraction[1:]) * unit
        scale = int(10 ** (len(fraction) - 1))
        if part % scale:
            raise InputError(where, f"{quoted(value)} is not a whole number of bytes", accepted)
        total = int(match[1]) * unit + part // scale
    if not 0 <= total <= MOST_BYTES:
        raise InputError(where, f"{quoted(value)} is out of range", accepted)
    return total


def shown(pages: int) -> str:
    """Return pages as a size for a person: "10 MiB", "64 KiB", "3 pages"."""
    for unit, name in ((1 << 18, "GiB"), (1 << 8, "MiB")):
        if pages and pages % unit == 0:
            return f"{pages // unit} {name}"
    return "1 page" if pages == 1 else f"{pages} pages"
