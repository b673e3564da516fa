"""How compiled functions are translated, and linked into one program.

numba by itself finishes every function as a program of its own: it links in everything the function calls, directly
or not, optimises that and generates code for it. With call chains as deep as a kernel's the work grows with the
square of the number of functions (the core took more than ten minutes). So rooms are only translated, and linked,
optimised and turned into code once, when an entry is finished.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numba
from llvmlite import ir
from numba import _dynfunc, extending, types
from numba.core import registry
from numba.core.caching import CacheImpl, UserProvidedCacheLocator
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.cpu import CPUContext
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.np import arrayobj

from memsim_gui.jit import CACHE_DIR, CACHE_WRITABLE, PACKAGE, Structure

if CACHE_WRITABLE:
    numba.config.CACHE_DIR = str(CACHE_DIR)


class RoomLocator(UserProvidedCacheLocator):
    """Finds the compiled entries of this package wherever its sources stand."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Name of the folder, in that of the digest, for a source file's entries."""
        return Path(py_file).parent.name

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> Any:
        """Return a locator for a function of this package, None for any other."""
        return super().from_function(py_func, py_file) if PACKAGE in Path(py_file).parents else None


CacheImpl._locator_classes.insert(0, RoomLocator)  # noqa: SLF001 - the documented way is an environment variable


def _no_progress(count: int) -> None:
    del count


class PartCompiler(CompilerBase):
    """Translates a function and leaves linking, optimising and code generation to the entry that calls it."""

    translated: ClassVar[list[str]] = []  # names, for the progress of a compile
    on_translated: ClassVar[Callable[[int], None]] = staticmethod(_no_progress)

    def define_pipelines(self) -> list[Any]:
        """Numba's own passes, into a library that is marked as a part."""
        name = self.state.func_id.func_qualname
        self.state.library = self.state.targetctx.codegen().create_library(name)
        self.state.library.enable_object_caching()
        self.state.library.is_part = True
        PartCompiler.translated.append(name)
        PartCompiler.on_translated(len(PartCompiler.translated))
        return [DefaultPassBuilder.define_nopython_pipeline(self.state)]


_finalize = JITCodeLibrary.finalize
_get_executable = CPUContext.get_executable


def _everything_called(libraries: list[Any]) -> list[Any]:
    """The libraries and, for parts, what those call in turn, each once."""
    found: dict[int, Any] = {}
    waiting = list(libraries)
    while waiting:
        library = waiting.pop()
        if id(library) not in found:
            found[id(library)] = library
            if getattr(library, "is_part", False):
                waiting += library._linking_libraries  # noqa: SLF001 - numba has no public door to its linker
    return list(found.values())


def _hide_parts(module: Any, own: set[str]) -> None:
    """Make all functions but an entry's own internal: the optimiser may then inline, specialise and drop them."""
    for function in module.functions:
        if not function.is_declaration and function.name not in own:
            function.linkage = "internal"


def _finalize_once(self: Any) -> None:
    if getattr(self, "is_part", False):
        self._finalized = True
        return
    self._linking_libraries = _everything_called(self._linking_libraries)
    own, optimize = {function.name for function in self._final_module.functions}, self._optimize_final_module

    def hide_and_optimize() -> None:
        _hide_parts(self._final_module, own)
        optimize()

    self._optimize_final_module = hide_and_optimize
    _finalize(self)
    del self._optimize_final_module


def _executable(self: Any, library: Any, fndesc: Any, env: Any) -> Any:
    """A part has no code yet: give numba a function object that only serves as the part's name."""
    if not getattr(library, "is_part", False):
        return _get_executable(self, library, fndesc, env)
    name = fndesc.qualname.split(".")[-1]
    return _dynfunc.make_function(fndesc.lookup_module(), name, "part of a compiled program", 0, env, (library,))


JITCodeLibrary.finalize = _finalize_once
CPUContext.get_executable = _executable


def _index_as_it_is(context: Any, builder: Any, kind: Any, index: Any, length: Any) -> Any:
    """An index counts from the start: no core code means the end of an array by a negative number."""
    del length
    return context.cast(builder, index, kind, types.intp)


arrayobj.fix_integer_index = _index_as_it_is

COMMON = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}
PART = {**COMMON, "no_cpython_wrapper": True, "pipeline_class": PartCompiler}


def _nothing(*args: Any, **kws: Any) -> None:
    del args, kws


def _as_int64(kind: Any) -> Any:
    return types.int64 if isinstance(kind, types.Integer | types.Boolean) else kind


def _part(dispatcher: Any) -> Any:
    """Let a function exist once only: every integer argument is an int64, however wide the field it comes from."""
    get_call_template = dispatcher.get_call_template

    def one_template(args: tuple[Any, ...], kws: dict[str, Any]) -> Any:
        return get_call_template(tuple(map(_as_int64, args)), {name: _as_int64(kind) for name, kind in kws.items()})

    def refuse(*args: Any, **kws: Any) -> Any:
        msg = f"{dispatcher.py_func.__name__} is called by compiled code only"
        raise TypeError(msg)

    dispatcher.get_call_template = one_template
    dispatcher._insert = _nothing  # noqa: SLF001 - there is no code that Python could call
    dispatcher._compile_for_args = refuse  # noqa: SLF001
    return dispatcher


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls: cached on disk, without the interpreter lock."""
    return numba.njit(cache=True, **COMMON)(function)


def room(function: Callable[..., Any]) -> Any:
    """Compile an ordinary function of a room."""
    # Said explicitly: a function compiled on behalf of an inlined caller would inherit its forceinline.
    return _part(numba.njit(forceinline=False, **PART)(function))


def inline(function: Callable[..., Any]) -> Any:
    """Compile a small function that is inlined wherever it is called."""
    return _part(numba.njit(forceinline=True, **PART)(function))


class StructureType(types.Type):
    """Type of numba for a pointer to a structure's table."""

    def __init__(self, structure: Structure) -> None:
        """Describe it to numba."""
        self.structure = structure
        super().__init__(name=f"Structure({structure.name})")

    def array_type(self, name: str) -> Any:
        """Type of numba for one array."""
        column = self.structure.columns[name]
        return types.Array(numba.from_dtype(column.dtype), len(column.shape), "C")


@extending.register_model(StructureType)
class _StructureModel(extending.models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.IntType(64).as_pointer())


@extending.infer_getattr
class _StructureAttributes(AttributeTemplate):
    key = StructureType

    def generic_resolve(self, kind: Any, name: Any) -> Any:
        """Type of `structure.name`."""
        return kind.array_type(name) if name in kind.structure.columns else None


@lower_getattr_generic(StructureType)
def _load_array(context: Any, builder: Any, kind: StructureType, table: Any, name: str) -> Any:
    """Make numba's array from the address and the lengths in the table."""
    structure, array_type = kind.structure, kind.array_type(name)
    slot, column = structure.address_slot(name), structure.columns[name]

    def load(offset: int) -> Any:
        place = builder.gep(table, [context.get_constant(types.intp, slot + offset)])
        value = builder.load(place)
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value

    lengths = [
        load(1 + axis) if length < 0 else context.get_constant(types.intp, length)
        for axis, length in enumerate(column.shape)
    ]
    strides = [context.get_constant(types.intp, column.dtype.itemsize)]
    for length in reversed(lengths[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = context.make_array(array_type)(context, builder)
    context.populate_array(
        array,
        data=builder.inttoptr(load(0), array.data.type),
        shape=lengths,
        strides=strides,
        itemsize=context.get_constant(types.intp, column.dtype.itemsize),
        meminfo=None,
    )
    return array._getvalue()  # noqa: SLF001 - numba's own way to pass an array on


def structure_view(structure: Structure) -> Any:
    """Function for compiled code that takes a table (int64 array) and gives the structure it describes."""
    kind = StructureType(structure)

    @extending.intrinsic
    def view(typing_context: Any, table: Any) -> Any:
        del typing_context

        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return context.make_array(signature.args[0])(context, builder, args[0]).data

        return kind(table), generate

    return view


@extending.intrinsic
def _prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    del typing_context

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind, number = signature.args
        data = context.make_array(kind)(context, builder, args[0]).data
        place = builder.gep(data, [context.cast(builder, args[1], number, types.intp)])
        address, int32 = builder.bitcast(place, ir.IntType(8).as_pointer()), ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [address.type, int32, int32, int32])
        function = builder.module.declare_intrinsic("llvm.prefetch", (address.type,), shape)
        builder.call(function, [address, int32(1), int32(3), int32(1)])
        return context.get_dummy_value()

    return types.none(array, index), generate


def prefetch() -> Any:
    """Function for compiled code that asks the processor to bring a record near."""
    return _prefetch


def type_of(made: Any) -> Any:
    """Type of numba of a function that it has made: what compiled code sees when it names that function."""
    context = registry.cpu_target.typing_context
    context.refresh()  # intrinsics made since the last time
    return context.resolve_value_type(made)
