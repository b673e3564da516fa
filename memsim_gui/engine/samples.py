"""Tables of samples and page flags, in the shape of the recordings of a real kernel, written whole or not at all."""

import csv
from pathlib import Path

from memsim_gui.engine.kpageflags import PageState
from memsim_gui.engine.whole_file import whole_file

SAMPLE_COLUMNS = ("op", "line", "phase", "label")
PAGE_COLUMNS = ("run", "label", "region", "page", "state", "pfn_or_slot", "flags_hex", "flags")
NO_LABEL = "-"
BEFORE, AFTER, INSIDE, LABELLED = "b", "a", "m", "s"


class SampleTable:
    """Counters along a script: one row a sample."""

    def __init__(self) -> None:
        """Begin an empty table."""
        self._rows: list[tuple[object, ...]] = []
        self._names: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Number of samples."""
        return len(self._rows)

    def add(self, op: int, line: int, phase: str, label: str, counters: dict[str, int]) -> None:
        """Add a sample; all of them have the same counters."""
        self._names = tuple(counters)
        self._rows.append((op, line, phase, label, *counters.values()))

    def columns(self) -> dict[str, tuple[object, ...]]:
        """Return the columns by name, in the order of the samples."""
        return dict(zip((*SAMPLE_COLUMNS, *self._names), zip(*self._rows, strict=True), strict=True))

    def write(self, path: Path) -> None:
        """Write the table as CSV. Raises InputError if the file cannot be written."""
        _write(path, (*SAMPLE_COLUMNS, *self._names), self._rows)


class PageTable:
    """Flags of single pages: one row a page asked for."""

    def __init__(self) -> None:
        """Begin an empty table."""
        self._rows: list[tuple[object, ...]] = []

    def add(self, label: str, name: str, page: int, state: PageState) -> None:
        """Add the state of a page of a region or file."""
        number = state.number if state.number >= 0 else NO_LABEL
        flags = (state.flags_hex, "|".join(state.flags)) if state.flags else (NO_LABEL, NO_LABEL)
        self._rows.append((1, label, name, page, state.state, number, *flags))

    def columns(self) -> dict[str, list[object]]:
        """Return the columns by name, in the order the pages were asked for."""
        return {name: [row[i] for row in self._rows] for i, name in enumerate(PAGE_COLUMNS)}

    def write(self, path: Path) -> None:
        """Write the table as CSV. Raises InputError if the file cannot be written."""
        _write(path, PAGE_COLUMNS, self._rows)


def _write(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
