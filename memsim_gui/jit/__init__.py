"""The three decorators of compiled functions, and the only room that imports numba.

`entry` is called from Python and cached on disk; `room` is an ordinary function that only compiled code calls; `inline`
one that is inlined wherever it is called.

numba takes as long to load as a whole window to come up. So the decorators only note what a function is to become, and
`linking`, which imports numba, is loaded when the first compiled function is called or translated, or by `load`.
"""

import os
import threading
from collections.abc import Callable
from functools import cached_property, update_wrapper
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memsim_gui.jit.cache import COMPILED_ROOMS, PACKAGE, choose_cache, source_digest

__all__ = ["COMPILED_ROOMS", "PACKAGE", "source_digest"]

CACHE_DIR, CACHE_WRITABLE = choose_cache()
READY_MARK = CACHE_DIR / "ready"
JIT_ENABLED = not int(os.environ.get("NUMBA_DISABLE_JIT") or 0)

_postponed = threading.Event()
_making = threading.RLock()


def is_compiled() -> bool:
    """Whether the core of exactly these sources has been compiled completely on this computer."""
    return not JIT_ENABLED or READY_MARK.exists()


def postpone() -> None:
    """Let what can do without compiled code do so for now: a window comes up sooner without numba."""
    _postponed.set()


def bring() -> None:
    """Use compiled code from now on; whoever calls this has just loaded it."""
    _postponed.clear()


def is_at_hand() -> bool:
    """Whether everything is compiled, and using it does not load what has been postponed."""
    return is_compiled() and not _postponed.is_set()


def load() -> Any:
    """Load numba, if it is not loaded yet, and return the module that uses it."""
    return import_module("memsim_gui.jit.linking")


class Late:
    """Something of numba's that compiled code names: it is made when numba first asks for it."""

    def __init__(self, kind: str, *made_of: Any) -> None:
        """Note by which function of `linking` it is made, and of what."""
        self._kind, self._made_of = kind, made_of

    @cached_property
    def made(self) -> Any:
        """It itself."""
        with _making:
            return getattr(load(), self._kind)(*self._made_of)

    @cached_property
    def _numba_type_(self) -> Any:
        return load().type_of(self.made)


class Compiled(Late):
    """A function that is compiled, or loaded from the cache, when it is called first."""

    def __init__(self, kind: str, function: Callable[..., Any]) -> None:
        """`function` is what has been decorated."""
        super().__init__(kind, function)
        update_wrapper(self, function)
        self.py_func = function

    def __call__(self, *args: Any) -> Any:
        return self.made(*args)

    def compile(self, types: tuple[Any, ...]) -> None:
        """Compile for these types of arguments, or load what has been compiled for them."""
        self.made.compile(types)


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls: cached on disk, without the interpreter lock."""
    return Compiled("entry", function) if JIT_ENABLED else function


def room(function: Callable[..., Any]) -> Any:
    """Compile an ordinary function of a room."""
    return Compiled("room", function) if JIT_ENABLED else function


def inline(function: Callable[..., Any]) -> Any:
    """Compile a small function that is inlined wherever it is called."""
    return Compiled("inline", function) if JIT_ENABLED else function


class Column(NamedTuple):
    """One array of a compiled structure: its element type and the lengths of its dimensions, -1 = known at run time."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class Structure:
    """Arrays that compiled code gets as one pointer to a table of their addresses, instead of two hundred arguments.

    Passing a tuple of arrays by value made the core's code twenty times as large. The table holds, for each array, its
    address and the lengths of its dimensions; it never changes while compiled code runs.
    """

    def __init__(self, name: str, columns: dict[str, Column]) -> None:
        """Describe a structure; `name` must be unique."""
        self.name, self.columns = name, columns

    def address_slot(self, name: str) -> int:
        """Place of an array's address in the table; its lengths follow."""
        slot = 0
        for other, column in self.columns.items():
            if other == name:
                return slot
            slot += 1 + len(column.shape)
        raise KeyError(name)

    def table(self, arrays: Any) -> npt.NDArray[np.int64]:
        """Table for a set of arrays with these names; valid as long as they live. ValueError if one does not fit."""
        out: list[int] = []
        for name, column in self.columns.items():
            array = getattr(arrays, name)
            fits = all(want in (-1, have) for want, have in zip(column.shape, array.shape, strict=True))
            if array.dtype != column.dtype or not array.flags.c_contiguous or not fits:
                msg = f"{name}: {array.dtype}{array.shape} is not the {column.dtype}{column.shape} compiled for"
                raise ValueError(msg)
            out += [array.ctypes.data, *array.shape]
        return np.array(out, np.int64)


def structure_view(structure: Structure) -> Any:
    """Function for compiled code that takes a table (int64 array) and gives the structure it describes."""
    return Late("structure_view", structure)


def _no_prefetch(array: Any, index: int) -> None:
    del array, index


# Ask the processor to bring a record near that will be written soon: (array, index), never read before its time.
prefetch = Late("prefetch") if JIT_ENABLED else _no_prefetch


def plain(function: Any) -> Callable[..., Any]:
    """Return the Python function behind a compiled one (the function itself when compiling is switched off)."""
    found: Callable[..., Any] = getattr(function, "py_func", function)
    return found


def typeof(value: Any) -> Any:
    """Type of numba of a value."""
    return load().numba.typeof(value)
