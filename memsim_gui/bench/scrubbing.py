"""scrub_10m_ms_p99: how long it takes to be at any place of a long recording."""

import random
import time

from memsim_gui.bench.result import Result, percentile
from memsim_gui.bench.story import under_pressure
from memsim_gui.trace.store import Cursor, Trace

FRAMES, MANY_FRAMES, EVENTS = 64 << 10, 1 << 20, 10_000_000
SEEKS = 300


def scrub_10m_ms_p99() -> Result:
    """Milliseconds, 99th percentile, to the view state at a random position of ten million events; 64 Ki frames."""
    many = _seeks(under_pressure(MANY_FRAMES, EVENTS).trace)
    trace = under_pressure(FRAMES, EVENTS).trace
    figure = _seeks(trace)
    note = f"{len(trace)} events, {FRAMES} frames, {SEEKS} random positions; with {MANY_FRAMES} frames {many:.1f} ms"
    return Result(round(figure, 2), note)


def _seeks(trace: Trace) -> float:
    places = random.Random(1)
    cursor = Cursor(trace)
    cursor.seek(1)  # loads the compiled replay
    milliseconds = []
    for _ in range(SEEKS):
        position = places.randrange(len(trace))
        begin = time.perf_counter()
        cursor.seek(position)
        milliseconds.append(1e3 * (time.perf_counter() - begin))
    return percentile(milliseconds)


MEASUREMENTS = {"scrub_10m_ms_p99": scrub_10m_ms_p99}
