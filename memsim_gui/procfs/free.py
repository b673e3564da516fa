"""What free(1) prints: of the figures of /proc/meminfo, a machine's or this computer's own.

Source: procps-ng 4.0.2 (Debian 12), src/free.c; KM 13.6.
"""

from collections.abc import Mapping

HEAD = "               total        used        free      shared  buff/cache   available\n"
LABEL_WIDTH, COLUMN_WIDTH = 8, 12
UNITS = "KMGTPEZY"
LONGEST = 5
LONGEST_BYTES = 4
KIB = 1024


def free(meminfo: Mapping[str, int], *, human: bool = False) -> str:
    """Return the table of free -k, or of free -h; `meminfo` in kB by the file's names."""

    def field(name: str) -> int:
        return meminfo.get(name, 0)

    total, available = field("MemTotal"), meminfo.get("MemAvailable", field("MemFree"))
    cache = field("Buffers") + field("Cached") + field("SReclaimable")
    memory = (total, total - min(available, total), field("MemFree"), field("Shmem"), cache, available)
    swap = (field("SwapTotal"), field("SwapTotal") - field("SwapFree"), field("SwapFree"))
    return HEAD + _row("Mem:", memory, human=human) + _row("Swap:", swap, human=human)


def _row(label: str, kb: tuple[int, ...], *, human: bool) -> str:
    texts = [scaled(value) if human else str(value) for value in kb]
    return f"{label:<{LABEL_WIDTH}}" + "".join(f"{text:>{COLUMN_WIDTH}}" for text in texts) + "\n"


def scaled(kb: int) -> str:
    """Return a size as -h prints it: in the first unit that takes at most five letters, one decimal below ten."""
    size = kb * KIB
    if len(plain := f"{size}B") <= LONGEST_BYTES:
        return plain
    value = float(size)
    for unit in UNITS:
        value /= KIB
        for text in (f"{value:.1f}{unit}i", f"{int(value)}{unit}i"):
            if len(text) <= LONGEST:
                return text
    return str(size)
