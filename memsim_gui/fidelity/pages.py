"""Flags of single pages: what the simulator shows for them, beside what a real kernel showed in several runs.

A table of pages is that of `run --pages`: one row a page asked for, with the columns label, region, page, state (P
mapped, C cached, X not cached, S swapped, N never there) and flags; a recording has the rows of all its runs, told
apart by the column run.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.samples import PAGE_COLUMNS, PageTable
from memsim_gui.fidelity.recordings import rows_of

COUNT_TOLERANCE = 0.1
MOST_DIGITS = 15
NEEDED = ("run", "label", "region", "page", "state", "flags")

Key = tuple[str, str, int]  # label, region, page
Look = tuple[str, str]  # state and flags of a page
Pages = dict[Key, Look]


class Difference(NamedTuple):
    """A page on which all real runs agree and the simulator does not."""

    page: int
    expected: Look
    found: Look


class Miscount(NamedTuple):
    """A look of which the simulator has too few or too many pages: its count, and the least and most accepted."""

    look: Look
    found: int
    least: float
    most: float


class Match(NamedTuple):
    """One label and region: pages asked for, those on which the real runs agree, and what is wrong."""

    label: str
    region: str
    pages: int
    agreed: int
    differences: list[Difference]
    miscounts: list[Miscount]  # looked for only where the real runs differ among themselves

    @property
    def ok(self) -> bool:
        """Whether the simulator shows what the real kernel showed."""
        return not self.differences and not self.miscounts


def load(path: Path) -> list[Pages]:
    """Return the pages of each run in a table, plain or packed with xz. Raises InputError if it is none."""
    rows = rows_of(path)
    _, header = next(rows, (0, []))
    for name in NEEDED:
        if name not in header:
            raise InputError(str(path), f"has no column {name}", ", ".join(PAGE_COLUMNS))
    runs: dict[str, Pages] = {}
    for line, row in rows:
        cell = dict(zip(header, row, strict=True))
        if not cell["page"].isdecimal() or len(cell["page"]) > MOST_DIGITS:
            raise InputError(f"{path}:{line}: page", quoted(cell["page"]), "a page's number in its region")
        key = cell["label"], cell["region"], int(cell["page"])
        runs.setdefault(cell["run"], {})[key] = cell["state"], cell["flags"]
    if not runs:
        raise InputError(str(path), "has no pages", "at least one row")
    return list(runs.values())


def pages_of(table: PageTable) -> Pages:
    """Return the pages that a simulated script asked for."""
    columns: dict[str, list[Any]] = table.columns()
    keys = zip(*(columns[name] for name in ("label", "region", "page")), strict=True)
    return dict(zip(keys, zip(columns["state"], columns["flags"], strict=True), strict=True))


def compare(runs: list[Pages], found: Pages) -> list[Match]:
    """Compare with the real runs, label by label in their order; a page the simulator lacks looks like ('', '')."""
    return [_match(label, region, runs, found) for label, region in dict.fromkeys(key[:2] for key in runs[0])]


def _match(label: str, region: str, runs: list[Pages], found: Pages) -> Match:
    keys = [key for key in runs[0] if key[:2] == (label, region)]
    agreed = [key for key in keys if all(run.get(key) == runs[0][key] for run in runs)]
    looks = [(key[2], runs[0][key], found.get(key, ("", ""))) for key in agreed]
    differences = [Difference(*look) for look in looks if look[1] != look[2]]
    miscounts = list(_miscounts(keys, runs, found)) if len(agreed) < len(keys) else []
    return Match(label, region, len(keys), len(agreed), differences, miscounts)


def _miscounts(keys: list[Key], runs: list[Pages], found: Pages) -> Iterator[Miscount]:
    real = [Counter(run.get(key, ("", "")) for key in keys) for run in runs]
    mine = Counter(found.get(key, ("", "")) for key in keys)
    for look in sorted({look for counts in [*real, mine] for look in counts}):
        least = min(counts[look] for counts in real) * (1 - COUNT_TOLERANCE)
        most = max(counts[look] for counts in real) * (1 + COUNT_TOLERANCE)
        if not least <= mine[look] <= most:
            yield Miscount(look, mine[look], least, most)
