"""core_*: accesses a second of the simulation core, beside the touch floor and libCacheSim on the same accesses."""

from memsim_gui.bench import floor, peers, traces
from memsim_gui.bench.machine import MappedFile, best_seconds
from memsim_gui.bench.result import Result

KI, MI = 1 << 10, 1 << 20
ACCESSES = 10_000_000
RUNS = 3


def core_16k() -> Result:
    """16 Ki frames, 128 Ki pages."""
    return _measure(16 * KI, 128 * KI)


def core_1m() -> Result:
    """1 Mi frames, 4 Mi pages."""
    return _measure(MI, 4 * MI)


def core_16m() -> Result:
    """16 Mi frames, 64 Mi pages."""
    return _measure(16 * MI, 64 * MI)


def _measure(frames: int, pages: int) -> Result:
    rows = traces.zipf(pages, ACCESSES)
    machine = MappedFile(frames, pages)
    rate = ACCESSES / best_seconds(lambda: machine.touch(rows))
    peer = peers.accesses_per_s(rows, frames)
    figure = {
        "accesses_per_s": round(rate),
        "floor_ratio": _floor_ratio(frames),
        **{f"vs_libcachesim_{name}": round(rate / other, 2) if other else None for name, other in peer.items()},
    }
    size = f"{frames} frames, {pages} file pages mapped shared and random"
    note = f"{size}, zipf {traces.ALPHA}, the faster of two passes over the same {ACCESSES} accesses"
    return Result(figure, note)


def _floor_ratio(frames: int) -> float:
    """Speed of the hit path alone, as a share of the touch floor on the same resident pages."""
    pages = frames // 2
    rows = traces.zipf(pages, ACCESSES)
    machine = MappedFile(frames, pages)
    machine.touch(rows)
    state = machine.state
    floor.touch(state.pte, state.page, rows[:1])
    ours = best_seconds(lambda: machine.touch(rows), RUNS)
    bare = best_seconds(lambda: floor.touch(state.pte, state.page, rows), RUNS)
    return round(bare / ours, 3)


MEASUREMENTS = {"core_16k": core_16k, "core_1m": core_1m, "core_16m": core_16m}
