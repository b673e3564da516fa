"""compile_cold_s: how long the core takes to compile when nothing is in the cache."""

import os
import subprocess
import sys
import tempfile
import time

from memsim_gui.bench.result import Result


def compile_cold_s() -> Result:
    """Seconds of the compiling child process with an empty cache folder."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "memsim_gui.mm.warm"],
            env={**os.environ, "MEMSIM_CACHE_DIR": folder},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return Result(round(time.perf_counter() - begin, 2), "memsim_gui.mm.warm in a process of its own, empty cache")


MEASUREMENTS = {"compile_cold_s": compile_cold_s}
