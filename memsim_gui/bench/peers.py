"""The same accesses through libCacheSim's LRU and Clock, where its Python package is installed."""

import tempfile
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from memsim_gui.bench.result import version_of

# A request in libCacheSim's oracleGeneral format.
REQUEST = np.dtype([("time", "<u4"), ("object", "<u8"), ("size", "<u4"), ("next", "<i8")])
RUNS = 2


def accesses_per_s(pages: npt.NDArray[np.int64], frames: int) -> dict[str, float | None]:
    """Return how many accesses per second LRU and Clock serve with a cache of `frames` pages; None if not installed."""
    if version_of("libcachesim") is None:
        return {"lru": None, "clock": None}
    library = import_module("libcachesim")
    requests = np.zeros(len(pages), REQUEST)
    requests["object"], requests["size"], requests["next"] = pages, 1, -1
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.oracleGeneral"
        requests.tofile(path)
        return {
            name: _best(library, path, getattr(library, kind)(cache_size=frames), len(pages))
            for name, kind in (("lru", "LRU"), ("clock", "Clock"))
        }


def _best(library: ModuleType, path: Path, cache: Any, count: int) -> float:  # noqa: ANN401 - an optional library's
    """Rate of the faster of a few runs; the first one also fills the cache, as ours does."""
    seconds = []
    for _ in range(RUNS):
        options = library.ReaderInitParam(ignore_obj_size=True)
        reader = library.TraceReader(str(path), library.TraceType.ORACLE_GENERAL_TRACE, options)
        begin = time.perf_counter()
        cache.process_trace(reader)
        seconds.append(time.perf_counter() - begin)
    return count / min(seconds)
