"""Comparing the recordings of a folder with the simulator, several at a time in processes of their own."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from memsim_gui import jit
from memsim_gui.engine.errors import InputError, NotBuiltError, unknown
from memsim_gui.fidelity import pages, recordings, score, simulation
from memsim_gui.fidelity.pages import Match
from memsim_gui.fidelity.recordings import MODELLED, Ints
from memsim_gui.fidelity.score import COUNTERS, Pair, Tally, tally

# What scan and steal are made of where they are not counted as sums.
PARTS = ("pgscan_kswapd", "pgscan_direct", "pgsteal_kswapd", "pgsteal_direct")


@dataclass(frozen=True)
class Comparison:
    """A workload on both sides. `ops` are the points compared, in pages touched; all curves run over them."""

    name: str
    kernel: str
    runs: int
    ops: Ints
    pairs: list[Pair]
    remarks: tuple[str, ...] = ()
    pages: tuple[Match, ...] = ()  # flags of single pages, where the recording has them

    @property
    def tally(self) -> Tally:
        """How many counters of each class there are, and how many are within tolerance."""
        return tally(self.pairs)


@dataclass(frozen=True)
class NotCompared:
    """A workload that was left out: why, in one line, and whether its files are at fault."""

    name: str
    reason: str
    bad_input: bool


Result = Comparison | NotCompared
Tell = Callable[[int, int, Result], None]  # workloads done, workloads in all, the last one


def compare(job: tuple[str, Path]) -> Result:
    """Compare one workload, given by its name and JSON file."""
    name, path = job
    try:
        recording = recordings.load(path, COUNTERS)
        run = simulation.simulate(recording)
        pairs = score.score(recording.runs, simulation.samples_of(run, (*COUNTERS, *PARTS)), recording.managed)
        table = recordings.table_beside(path, ".pages")
        matches = pages.compare(pages.load(table), pages.pages_of(run.notes.pages)) if table else []
    except InputError as error:
        return NotCompared(name, str(error), not isinstance(error, NotBuiltError))
    remarks = list(run.notes.remarks)
    if not recording.modelled:
        remarks.insert(0, f"recorded on Linux {recording.kernel}: the simulator models {MODELLED}")
    _, ops = score.points_of(recording.runs[0])
    return Comparison(name, recording.kernel, len(recording.runs), ops, pairs, tuple(remarks), tuple(matches))


def compare_folder(folder: Path, only: list[str], tell: Tell) -> list[Result]:
    """Compare all recordings of a folder, or those named, in the order of their names. Raises InputError."""
    found = recordings.find(folder)
    for name in only:
        if name not in found:
            raise unknown(str(folder), "recording", name, found)
    jobs = [(name, path) for name, path in found.items() if not only or name in only]
    results = {}
    for result in _results(jobs):
        results[result.name] = result
        tell(len(results), len(jobs), result)
    return [results[name] for name, _ in jobs]


def _results(jobs: list[tuple[str, Path]]) -> Iterator[Result]:
    """Yield results as they come. Leaving early ends the processes."""
    processes = min(len(jobs), len(os.sched_getaffinity(0)))
    if processes == 1:
        yield from map(compare, jobs)
        return
    with get_context("spawn").Pool(processes, _begin) as pool:
        if not jit.is_compiled():
            # One compiles, and the others find it done.
            yield pool.apply(compare, (jobs[0],))
            jobs = jobs[1:]
        yield from pool.imap_unordered(compare, jobs)


def _begin() -> None:
    """Make a worker ready: it ends with the process that started it, however that ends."""
    # The person's Ctrl+C reaches every process of the terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(parent_process(),), daemon=True).start()


def _follow(parent: BaseProcess | None) -> None:
    if parent:
        parent.join()
        os._exit(1)
