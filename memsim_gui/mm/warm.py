"""Compile the core completely and fill the cache: `python -m memsim_gui.mm.warm`, run as a child process by the window.

Kernel: no counterpart. Prints `compiled/of` lines on standard output while it works, and `ready` at the end.
"""

import sys
import time

import numpy as np

from memsim_gui import jit
from memsim_gui.trace import replay

REPORT_EVERY = 5


def _functions() -> int:
    """Functions that are compiled, by their decorators in the sources: what the progress counts up to."""
    return sum(
        line.strip() in ("@room", "@inline")
        for name in jit.COMPILED_ROOMS
        for path in (jit.PACKAGE / name).glob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
    )


FUNCTIONS = _functions()


def _report(count: int) -> None:
    if count % REPORT_EVERY == 0:
        print(f"{min(count, FUNCTIONS)}/{FUNCTIONS}", flush=True)


def warm() -> float:
    """Compile what is not in the cache yet. Returns the seconds it took."""
    began = time.perf_counter()
    if jit.JIT_ENABLED and not jit.is_compiled():
        from memsim_gui.mm.tick import run_compiled

        jit.load().PartCompiler.on_translated = staticmethod(_report)
        numbers = np.zeros(1, np.int64)
        run_compiled.compile(tuple(map(jit.typeof, (numbers, numbers, numbers, 0))))
        replay.prepare()
        jit.READY_MARK.touch()
    return time.perf_counter() - began


if __name__ == "__main__":
    seconds = warm()
    print(f"{FUNCTIONS}/{FUNCTIONS}\nready after {seconds:.1f} s", flush=True)
    sys.exit(0)
