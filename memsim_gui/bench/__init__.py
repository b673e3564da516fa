"""Measurements: the figures of the performance table, each measured here and now, one file for each subject.

`MEASUREMENTS` says in which file each is; there it stands in a table of the same name, as a function that takes nothing
and returns a `result.Result`.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable

from memsim_gui import jit
from memsim_gui.bench.result import Figure, Result, computer
from memsim_gui.engine.errors import unknown

MEASUREMENTS = {
    "core_16k": "core",
    "core_1m": "core",
    "core_16m": "core",
    "trace_cost": "levels",
    "bytes_per_frame": "memory",
    "bytes_per_vpage": "memory",
    "frame_ms_1m_p99": "window",
    "frame_ms_flat_out_max": "window",
    "frame_ms_10k_tokens_p99": "painting",
    "start_warm_ratio": "starting",
    "start_cold_s": "starting",
    "compile_cold_s": "compiling",
    "scrub_10m_ms_p99": "scrubbing",
    "export_vs_encoder": "exporting",
    "export_growth": "exporting",
    "disk_bytes_per_event": "disk",
}


def run(names: Iterable[str] = (), *, as_json: bool = False) -> None:
    """Measure what is named, or everything; figures to stdout, progress to stderr. InputError for an unknown name."""
    wanted = list(dict.fromkeys(names)) or list(MEASUREMENTS)
    for name in wanted:
        if name not in MEASUREMENTS:
            raise unknown("bench", "measurement", name, MEASUREMENTS)
    _compile()
    results = {name: _measured(name) for name in wanted}
    sys.stdout.write(_document(results) if as_json else _table(results))


def _compile() -> None:
    """Make sure that no measurement waits for the compiler, or runs what is not compiled yet."""
    if not jit.is_compiled():
        sys.stderr.write("bench: compiling the core\n")
        subprocess.run([sys.executable, "-m", "memsim_gui.mm.warm"], stdout=subprocess.DEVNULL, check=True)


def _measured(name: str) -> Result:
    """Measure in a process of its own: what one measurement loads, allocates or breaks does not touch the next."""
    sys.stderr.write(f"bench: {name} ... ")
    sys.stderr.flush()
    begin = time.perf_counter()
    command = [sys.executable, "-m", f"{__name__}.child", MEASUREMENTS[name], name]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stderr.write(f"{time.perf_counter() - begin:.1f} s\n")
    if child.returncode == 0:
        return Result(*json.loads(child.stdout.splitlines()[-1]))
    lines = child.stderr.splitlines() or [f"ended with status {child.returncode}"]
    return Result(None, f"failed: {lines[-1]}")


def _document(results: dict[str, Result]) -> str:
    document = {name: result.figure for name, result in results.items()}
    notes = {name: result.note for name, result in results.items()}
    return json.dumps({**document, "notes": notes, "computer": computer()}, indent=2) + "\n"


def _table(results: dict[str, Result]) -> str:
    lines = [f"{name:26} {_shown(result.figure):>24}   {result.note}" for name, result in results.items()]
    lines += ["", *(f"{name}: {value}" for name, value in computer().items() if value is not None)]
    return "\n".join(lines) + "\n"


def _shown(figure: Figure) -> str:
    if isinstance(figure, dict):
        return ", ".join(f"{name} {_shown(value)}" for name, value in figure.items())
    return "not measured" if figure is None else f"{figure:,}"
