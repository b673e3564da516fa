"""What a measurement gives back, and what it was measured on."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from memsim_gui import __version__, jit

Figure = float | int | dict[str, "float | None"] | None
LIBRARIES = ("numpy", "numba", "PySide6-Essentials", "pyqtgraph", "av", "libcachesim")


class Result(NamedTuple):
    """A figure under its key, None if it cannot be measured here, and a note on how it was measured or why not."""

    figure: Figure
    note: str


def version_of(distribution: str) -> str | None:
    """Version of an installed package, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def computer() -> dict[str, object]:
    """Return what figures depend on: processor, cores that this process may use, versions."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": _cpu_name(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "memsim-gui": __version__,
        "core": jit.source_digest(),
        **{name: version_of(name) for name in LIBRARIES},
    }


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def percentile(values: list[float], share: float = 0.99) -> float:
    """Return the value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
