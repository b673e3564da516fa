"""The two decorators of every compiled function, and the folder of the compile cache.

The only file that imports numba. `room` compiles an ordinary function, `inline` one that is always inlined: calls that
pass the whole State cost far more than the few loads they make unless they are inlined.

numba's own cache does not notice a change in a function that lives in another file, so the cache folder's name is a digest
of all compiled sources, the versions and the processor: a stale entry can never be found.
"""

import hashlib
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import numpy as np

PACKAGE = Path(__file__).parent
COMPILED_ROOMS = ("trace", "mm")
KEPT_CACHES = 4
SECONDS_PER_DAY = 86_400


def cache_root() -> Path:
    """Folder that holds one compile cache for each version of the sources."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("MEMSIM_CACHE_DIR") or Path(base) / "memsim") / "compiled"


def source_digest() -> str:
    """Digest of everything compiled code depends on: sources, versions, processor, bounds checking."""
    digest = hashlib.sha256()
    paths = [Path(__file__)]
    for room_name in COMPILED_ROOMS:
        paths += sorted((PACKAGE / room_name).glob("*.py"))
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    facts = (numba.__version__, np.__version__, platform.python_version(), llvmlite.binding.get_host_cpu_name())
    digest.update(repr((facts, os.environ.get("NUMBA_BOUNDSCHECK", ""))).encode())
    return digest.hexdigest()[:16]


def sweep(root: Path, keep: str) -> None:
    """Remove caches of older sources: all but the newest few, and never one used within a day."""
    if not root.is_dir():
        return
    others = sorted((p for p in root.iterdir() if p.name != keep), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in others[KEPT_CACHES:]:
        if time.time() - path.stat().st_mtime > SECONDS_PER_DAY:
            shutil.rmtree(path, ignore_errors=True)


def _choose_cache() -> Path:
    root, digest = cache_root(), source_digest()
    folder = root / digest
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        sweep(root, digest)
    except OSError:
        # A read-only home still runs: numba then compiles into memory only.
        return folder
    numba.config.CACHE_DIR = str(folder)
    return folder


CACHE_DIR = _choose_cache()
READY_MARK = CACHE_DIR / "ready"
JIT_ENABLED = not numba.config.DISABLE_JIT


def is_compiled() -> bool:
    """Whether the core of exactly these sources has been compiled completely on this computer."""
    return not JIT_ENABLED or READY_MARK.exists()


def room(function: Callable[..., Any]) -> Any:
    """Compile a function of a room: cached on disk, without the interpreter lock."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


def inline(function: Callable[..., Any]) -> Any:
    """Compile a small function that is inlined wherever it is called."""
    return numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function)


def plain(function: Any) -> Callable[..., Any]:
    """Return the Python function behind a compiled one (the function itself when compiling is switched off)."""
    return getattr(function, "py_func", function)


def versions() -> dict[str, str]:
    """Versions that a benchmark or a bug report names."""
    return {"python": sys.version.split()[0], "numba": numba.__version__, "numpy": np.__version__}
