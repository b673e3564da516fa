"""Lengths, decorators, docstrings and literals: rules about the code that no linter knows."""

import ast
import re

import pytest

from tests.architecture.source import Function, files, functions, tree, where

FILE_LINES = 450
FUNCTION_LINES = 40
KERNEL_FUNCTION_LINES = 50

# Plain Python on purpose: laying out a state, showing it to views, compiling the rest; the door to the compiled core.
PLAIN_FILES = {"mm_types.py", "boot.py", "project.py", "warm.py"}
PLAIN_FUNCTIONS = {"run"}

HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")
PIXEL_LITERAL = re.compile(r"\b\d+(?:\.\d+)?\s?p[xt]\b")
# Their numeric arguments are colours and sizes, which belong into tokens.
STYLE_CALLS = {"QColor", "QFont", "setPixelSize", "setPointSize", "setPointSizeF"}


def _lines(function: Function) -> int:
    """Lines of a function's body, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def _decorators(function: Function) -> set[str]:
    return {ast.unparse(node).rpartition(".")[2] for node in function.decorator_list}


def _docstrings(path):
    owners = (ast.Module, ast.ClassDef, *Function.__args__)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, owners) and ast.get_docstring(node) is not None
    }


def _drawing_files():
    return [path for path in files("paint", "view", "scene", "export") if path.name != "tokens.py"]


def test_files_are_one_room_each():
    lengths = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


def test_functions_are_short():
    found = []
    for path in files():
        compiled = path.parent.name == "mm" or path.name == "replay.py"
        limit = KERNEL_FUNCTION_LINES if compiled else FUNCTION_LINES
        found += [f"{where(path, f.lineno)}: {f.name}, {_lines(f)}" for f in functions(path) if _lines(f) > limit]
    assert not found


def test_every_kernel_function_is_compiled():
    found = [
        f"{where(path, function.lineno)}: {function.name}"
        for path in files("mm")
        if path.name not in PLAIN_FILES
        for function in functions(path)
        if not _decorators(function) & {"room", "inline", "entry"} and function.name not in PLAIN_FUNCTIONS
    ]
    assert not found


def test_every_kernel_file_names_its_original():
    found = [
        where(path)
        for path in files("mm")
        if path.name not in {"__init__.py", "warm.py"} and "Kernel: " not in (ast.get_docstring(tree(path)) or "")
    ]
    assert not found


def test_colours_and_sizes_stand_in_tokens():
    found = []
    for path in _drawing_files():
        docstrings = _docstrings(path)
        found += [
            f"{where(path, node.lineno)}: {node.value!r}"
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
            if HEX_COLOUR.search(node.value) or PIXEL_LITERAL.search(node.value)
        ]
    assert not found


def test_no_style_call_takes_a_number():
    found = []
    for path in _drawing_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in STYLE_CALLS:
                continue
            if any(isinstance(a, ast.Constant) and isinstance(a.value, int | float) for a in node.args):
                found.append(f"{where(path, node.lineno)}: {ast.unparse(node)}")
    assert not found


@pytest.mark.parametrize("text", ["#14202e", "#fff", "font-size: 12px", "9.5 pt"])
def test_the_literal_patterns_find(text):
    assert HEX_COLOUR.search(text) or PIXEL_LITERAL.search(text)


@pytest.mark.parametrize("text", ["# page", "#active", "S1#3 of 12", "12 pages", "3 points", "#12 of 40"])
def test_the_literal_patterns_leave_alone(text):
    assert not HEX_COLOUR.search(text)
    assert not PIXEL_LITERAL.search(text)
