"""MemSim: watch Linux manage memory.

The public API for notebooks is ``from memsim_gui import Machine``; everything else is reached through the command line.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["Machine", "__version__"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type depends on the name asked for
    """Load `Machine` when it is first asked for, so that importing the package costs nothing; else AttributeError."""
    if name == "Machine":
        return import_module("memsim_gui.engine.machine").Machine
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
