"""trace_cost: what recording costs the core, as a share of its speed at level counters."""

from functools import partial

from memsim_gui.bench import traces
from memsim_gui.bench.machine import MappedFile, best_seconds
from memsim_gui.bench.result import Result
from memsim_gui.trace import kinds

FRAMES, PAGES = 16 << 10, 128 << 10
ACCESSES = 4_000_000


def trace_cost() -> Result:
    """Speed at level flow and at level full, each divided by that at level counters."""
    rows = traces.zipf(PAGES, ACCESSES)
    seconds = {}
    for name, level in (("counters", kinds.LEVEL_COUNTERS), ("flow", kinds.LEVEL_FLOW), ("full", kinds.LEVEL_FULL)):
        machine = MappedFile(FRAMES, PAGES, level)
        seconds[name] = best_seconds(partial(machine.touch, rows))
    figure: dict[str, float | None] = {name: round(seconds["counters"] / seconds[name], 3) for name in ("flow", "full")}
    return Result(
        figure, f"{FRAMES} frames, {PAGES} file pages, zipf {traces.ALPHA}: share of the speed without a trace"
    )


MEASUREMENTS = {"trace_cost": trace_cost}
