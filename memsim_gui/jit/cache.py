"""Where compiled code is kept: a folder whose name is a digest of all that it depends on.

numba's own cache does not notice a change in a function that lives in another file, so the folder's name is a digest of
all compiled sources, the versions and the processor: a stale entry can never be found. And it looks for an entry by the
folder that its source stands in, so that the same sources elsewhere would be compiled again although the mark says that
all is there: entries are kept by the name of their room alone.

numba itself is not loaded to find that out: see `memsim_gui.jit`.
"""

import hashlib
import os
import platform
import shutil
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

PACKAGE = Path(__file__).parent.parent
COMPILED_ROOMS = ("jit", "trace", "mm")
COMPILERS = ("numba", "llvmlite")
KEPT_CACHES = 4
SECONDS_PER_DAY = 86_400


def cache_root() -> Path:
    """Folder that holds one compile cache for each version of the sources."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("MEMSIM_CACHE_DIR") or Path(base) / "memsim") / "compiled"


def source_digest() -> str:
    """Digest of everything compiled code depends on: sources, versions, processor, bounds checking."""
    digest = hashlib.sha256()
    paths = [path for room_name in COMPILED_ROOMS for path in sorted((PACKAGE / room_name).glob("*.py"))]
    for path in paths + [_version_file(name) for name in COMPILERS]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    facts = (np.__version__, platform.python_version(), _processor(), os.environ.get("NUMBA_BOUNDSCHECK", ""))
    digest.update(repr(facts).encode())
    return digest.hexdigest()[:16]


def _version_file(package: str) -> Path:
    """File that says which version of a package is installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    return Path(spec.origin).with_name("_version.py")


def _processor() -> str:
    """Model and features of the first processor, as far as the system tells."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("\n\n")[0]
    except OSError:
        return platform.processor()
    told = (line for line in first.splitlines() if line.startswith(("model name", "flags", "CPU part", "Features")))
    return "\n".join(told) or platform.processor()


def sweep(root: Path, keep: str) -> None:
    """Remove caches of older sources: all but the newest few, and never one used within a day."""
    if not root.is_dir():
        return
    others = sorted((p for p in root.iterdir() if p.name != keep), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in others[KEPT_CACHES:]:
        if time.time() - path.stat().st_mtime > SECONDS_PER_DAY:
            shutil.rmtree(path, ignore_errors=True)


def choose_cache() -> tuple[Path, bool]:
    """Return the folder for these sources, and whether it can be written.

    A read-only home still runs: numba then compiles into memory only.
    """
    root, digest = cache_root(), source_digest()
    folder = root / digest
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        sweep(root, digest)
    except OSError:
        return folder, False
    return folder, True
