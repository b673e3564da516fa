"""A region of pages picked on the stage, and what can be done to it: commands on whatever the pages belong to."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.engine.commands import Command, Fadvise, Madvise, Mlock, Munlock, Read, Touch, Write
from memsim_gui.engine.sizes import PAGE_BYTES
from memsim_gui.trace import bits, tables
from memsim_gui.trace.store import Trace
from memsim_gui.trace.view_state import ViewState

Ints = npt.NDArray[np.int64]
MOST_RUNS = 64  # a region in more pieces than this would be as many commands


class Run(NamedTuple):
    """Neighbouring pages of one mapped region or file: its name, the first page, how many."""

    name: str
    first: int
    pages: int
    anon: bool = False


class Holdings(NamedTuple):
    """What some page frames hold: runs of mapped pages, runs of file pages that nobody maps, and how many others."""

    mapped: tuple[Run, ...]
    cached: tuple[Run, ...]
    others: int


class Deed(NamedTuple):
    """Something to do to a region: the commands it takes, and why it is not done to all or any of the pages."""

    name: str
    commands: tuple[Command, ...]
    why: str


def holdings(view: ViewState, trace: Trace, frames: Iterable[int]) -> Holdings:
    """Return what the frames hold at a moment."""
    wanted = np.zeros(len(view.lane), np.bool_)
    wanted[list(frames)] = True
    here = (view.pte_bits & (bits.PTE_PRESENT | bits.PTE_ZERO)) == bits.PTE_PRESENT
    rows = np.flatnonzero(here)
    rows = rows[wanted[view.pte_pfn[rows]]]
    mapped, reached = _mapped(view, trace, rows)
    left = np.flatnonzero(wanted)
    left = left[~np.isin(left, view.pte_pfn[reached])]
    of_file = (view.mapping[left] != 0) & (view.mapping[left] & bits.PAGE_MAPPING_ANON == 0)
    cached = _cached(view, trace, left[of_file])
    return Holdings(tuple(mapped), tuple(cached), len(left) - sum(run.pages for run in cached))


def _mapped(view: ViewState, trace: Trace, rows: Ints) -> tuple[list[Run], Ints]:
    """Runs of these page table entries in mapped regions that have a name, and the entries in them."""
    runs, reached = [], []
    for vma, name in zip(view.vma.tolist(), trace.labels.vmas, strict=False):
        inside = rows[(rows >= vma[tables.VMA_FIRST_PTE]) & (rows < vma[tables.VMA_FIRST_PTE] + vma[tables.VMA_PAGES])]
        if name and len(inside):
            anon = vma[tables.VMA_FILE] < 0
            runs += _runs(name, inside - vma[tables.VMA_FIRST_PTE], anon=anon)
            reached.append(inside)
    return runs, np.concatenate(reached) if reached else rows[:0]


def _cached(view: ViewState, trace: Trace, frames: Ints) -> list[Run]:
    """Runs of the file pages in these frames."""
    files, pages = (view.mapping[frames] >> 1) - 1, view.pgoff[frames].astype(np.int64) & 0xFFFFFFFF
    runs = []
    for file in np.unique(files).tolist():
        name = trace.labels.files[file] if 0 <= file < len(trace.labels.files) else ""
        if name:
            runs += _runs(name, np.sort(pages[files == file]), anon=False)
    return runs


def _runs(name: str, pages: Ints, *, anon: bool) -> list[Run]:
    """Put ascending page numbers together where they are neighbours."""
    breaks = np.flatnonzero(np.diff(pages) != 1) + 1
    return [Run(name, int(part[0]), len(part), anon) for part in np.split(pages, breaks) if len(part)]


def deeds(held: Holdings) -> list[Deed]:
    """Return everything a person may want to do to a region, in the order of a menu."""
    return [
        _deed("Read", held, lambda r: Touch(r.name, r.first, r.pages), _read),
        _deed("Write", held, lambda r: Touch(r.name, r.first, r.pages, write=True), _write),
        _deed("mlock", held, lambda r: Mlock(r.name, r.first * PAGE_BYTES, r.pages * PAGE_BYTES), None),
        _deed("munlock", held, lambda r: Munlock(r.name, r.first * PAGE_BYTES, r.pages * PAGE_BYTES), None),
        _deed("madvise cold", held, _advise("cold"), None),
        _deed("madvise free", held, _advise("free"), None, anon_only=True),
        _deed("madvise dontneed", held, _advise("dontneed"), None),
        _deed("Evict (madvise pageout)", held, _advise("pageout"), None),
        _drop(held),
    ]


def _advise(advice: str) -> Callable[[Run], Command]:
    return lambda run: Madvise(run.name, advice, run.first, run.pages)


def _read(run: Run) -> Command:
    return Read(run.name, run.first * PAGE_BYTES, run.pages * PAGE_BYTES)


def _write(run: Run) -> Command:
    return Write(run.name, run.first * PAGE_BYTES, run.pages * PAGE_BYTES)


def _deed(
    name: str,
    held: Holdings,
    on_mapped: Callable[[Run], Command],
    on_cached: Callable[[Run], Command] | None,
    *,
    anon_only: bool = False,
) -> Deed:
    mapped = [run for run in held.mapped if run.anon or not anon_only]
    commands = [on_mapped(run) for run in mapped]
    why = []
    if anon_only and len(mapped) < len(held.mapped):
        why.append("only anonymous pages can be freed lazily")
    if on_cached:
        commands += [on_cached(run) for run in held.cached]
    elif held.cached:
        why.append("no process maps the file's pages")
    return _told(name, commands, why, held)


def _drop(held: Holdings) -> Deed:
    """Drop whole files from the cache by fadvise, which the machine takes for no part of one."""
    files = dict.fromkeys(run.name for run in held.cached)
    why = ["drops every clean, unmapped page of the file"] if files else ["no file pages that nobody maps"]
    return _told("fadvise dontneed", [Fadvise(name, "dontneed") for name in files], why, held)


def _told(name: str, commands: list[Command], why: list[str], held: Holdings) -> Deed:
    if not commands and held.others and not why:
        why.append("these pages belong to no region and no file")
    if len(commands) > MOST_RUNS:
        why, commands = [f"the pages lie in {len(commands)} pieces, at most {MOST_RUNS} can be done at once"], []
    return Deed(name, tuple(commands), "; ".join(why))
