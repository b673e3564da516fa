"""Recordings of a real kernel: W.json with the machine and the script, W.csv or W.csv.xz beside it with the samples.

`memsim_gui.fidelity.FORMAT` says what a recording must hold. Everything is checked before it is used, and errors name
file, row and column.
"""

import csv
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.engine import script
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.recorded_machine import load_document
from memsim_gui.engine.script import Script

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MODELLED = "6.1"
MOST_BYTES = 1 << 28
MOST = 1 << 53  # above, a float skips whole numbers
PLACE_COLUMNS = ("run", "op", "line")
# What a counter is made of where a table has no column of its name; kB of /proc/meminfo are quarters of pages.
MADE_OF = {
    "swap_used": ("mi.SwapTotal", "mi.SwapFree"),
    "pgscan": ("pgscan_kswapd", "pgscan_direct"),
    "pgsteal": ("pgsteal_kswapd", "pgsteal_direct"),
}
KB_PER_PAGE = 4
_VERSION = re.compile(r"\b([0-9]+\.[0-9]+)[.0-9]*[^ ]*")


@dataclass(frozen=True)
class Samples:
    """A table of samples in the order they were taken: script line, pages touched so far, counters by name."""

    line: Ints
    op: Ints
    counters: dict[str, Floats]

    def counter(self, name: str) -> Floats | None:
        """Return a counter, also one that is made of others; None if there is none of that name."""
        if name in self.counters:
            return self.counters[name]
        parts = [self.counters.get(part) for part in MADE_OF.get(name, ())]
        if not parts or parts[0] is None or parts[1] is None:
            return None
        return (parts[0] - parts[1]) / KB_PER_PAGE if name == "swap_used" else parts[0] + parts[1]


@dataclass(frozen=True)
class Recording:
    """What a real kernel did: the script it ran, and the samples of each run."""

    path: Path
    managed: int
    kernel: str  # version, such as 6.1.0-56-cloud-amd64; empty if it is not said
    script: Script
    runs: tuple[Samples, ...]

    @property
    def modelled(self) -> bool:
        """Whether it was made on the version that the simulator models, as far as it says."""
        return not self.kernel or ".".join(re.findall("[0-9]+", self.kernel)[:2]) == MODELLED


def find(folder: Path) -> dict[str, Path]:
    """Return the JSON files of a folder's recordings by name; of its folders' if it has none itself. InputError."""
    if not folder.is_dir():
        raise InputError(str(folder), "is no folder" if folder.exists() else "is not there", "a folder of recordings")
    found = sorted(folder.glob("*.json")) or sorted(folder.glob("*/*.json"))
    if not found:
        raise InputError(str(folder), "holds no recording", "W.json with W.csv or W.csv.xz beside it")
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in found}


def load(path: Path, wanted: tuple[str, ...]) -> Recording:
    """Read the recording of a JSON file, of its counters those that are wanted. Raises InputError."""
    document = load_document(path)
    table = table_beside(path)
    if table is None:
        raise InputError(str(path), "has no samples beside it", f"{path.stem}.csv or {path.stem}.csv.xz")
    runs = _runs(table, wanted)
    version = _VERSION.search(str(document.get("kernel", "")))
    found = _script(path, document)
    return Recording(path, _managed(path, document), version[0] if version else "", found, runs)


def _managed(path: Path, document: dict[str, Any]) -> int:
    managed = document.get("managed_pages")
    if not isinstance(managed, int) or isinstance(managed, bool) or not 0 < managed < MOST:
        found = quoted(managed) if "managed_pages" in document else "missing"
        raise InputError(f"{path}: managed_pages", found, "the pages of memory that the kernel hands out")
    return managed


def _script(path: Path, document: dict[str, Any]) -> Script:
    """Return the recorded script: its text in the JSON file, or W.wl beside it or in a folder `scripts` nearby."""
    text = document.get("script")
    if isinstance(text, str):
        return _with_policy(script.parse(text, f"{path}: script"), document)
    name = f"{path.stem}.wl"
    for place in (path.parent, path.parent / "scripts", path.parent.parent / "scripts"):
        if (place / name).is_file():
            return _with_policy(script.load(place / name), document)
    raise InputError(str(path), f"has no script, and there is no {name}", "the script's text, or its file beside it")


def _with_policy(found: Script, document: dict[str, Any]) -> Script:
    """Take the policy from the machine where the script leaves it to the machine."""
    sysctls = document.get("sysctls")
    enabled = str(sysctls.get("/sys/kernel/mm/lru_gen/enabled", "")) if isinstance(sysctls, dict) else ""
    if found.policy is None and enabled.strip("0x \n"):
        found.policy = script.POLICY_LRU_GEN
    return found


def table_beside(path: Path, kind: str = "") -> Path | None:
    """Return the table beside a recording's JSON file: W.csv.xz or W.csv, with a kind such as .pages before it."""
    tables = (path.with_suffix(f"{kind}{ending}") for ending in (".csv.xz", ".csv"))
    return next((table for table in tables if table.is_file()), None)


def _text(path: Path) -> str:
    try:
        with lzma.open(path) if path.suffix == ".xz" else path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise InputError(str(path), f"more than {MOST_BYTES >> 20} MiB of samples", "a table of samples")
        return data.decode("utf-8")
    except EOFError:
        raise InputError(str(path), "ends too early: the file is cut off", "a whole .xz file") from None
    except lzma.LZMAError as error:
        raise InputError(str(path), f"is damaged: {error}", "a whole .xz file") from None
    except UnicodeDecodeError:
        raise InputError(str(path), "is not UTF-8 text", "a table of samples") from None
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror}", "a table of samples") from None


def rows_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file, plain or .xz, with their line numbers; the first has the columns. InputError."""
    reader = csv.reader(StringIO(_text(path), newline=""))
    width = 0
    try:
        for row in reader:
            width = width or len(row)
            if len(row) != width:
                found = f"{len(row)} cells"
                raise InputError(f"{path}:{reader.line_num}", found, f"{width}, as in the first row")
            yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"{path}:{reader.line_num}", f"is no CSV: {error}", "a table of samples") from None


def _runs(path: Path, wanted: tuple[str, ...]) -> tuple[Samples, ...]:
    """Read a table of samples and take the runs apart."""
    rows = rows_of(path)
    _, header = next(rows, (0, []))
    for name in PLACE_COLUMNS:
        if name not in header:
            raise InputError(str(path), f"has no column {name}", f"{', '.join(PLACE_COLUMNS)}, then counters")
    sources = {part for name in wanted for part in (name, *MADE_OF.get(name, ()))}
    names = [name for name in dict.fromkeys(header) if name in sources]
    if not names:
        raise InputError(str(path), "has no counter that can be compared", "columns by their /proc/vmstat names")
    places = [(name, header.index(name)) for name in (*PLACE_COLUMNS, *names)]
    table = np.array([[_number(path, line, row[i], name) for name, i in places] for line, row in rows], np.float64)
    if not len(table):
        raise InputError(str(path), "has no samples", "at least one sample of each line of the script")
    runs = [table[table[:, 0] == run] for run in np.unique(table[:, 0])]
    return tuple(_samples(path, run, names) for run in runs)


def _number(path: Path, line: int, text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = MOST
    if not abs(value) < MOST or (name in PLACE_COLUMNS and not value.is_integer()):
        raise InputError(f"{path}:{line}: {name}", quoted(text), "a number")
    return value


def _samples(path: Path, table: Floats, names: list[str]) -> Samples:
    op, line = table[:, 1].astype(np.int64), table[:, 2].astype(np.int64)
    if (np.diff(op) < 0).any():
        raise InputError(f"{path}: run {int(table[0, 0])}", "op falls", "samples in the order they were taken")
    if not (line > 0).any():
        raise InputError(f"{path}: run {int(table[0, 0])}", "no sample of a script line", "lines counted from 1")
    return Samples(line, op, {name: table[:, len(PLACE_COLUMNS) + i] for i, name in enumerate(names)})
