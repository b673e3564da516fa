"""The program's sources as syntax trees, for tests that check rules about the code."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "memsim_gui"

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*rooms: str) -> list[Path]:
    """Python files of the given rooms (packages or single modules), or of the whole program."""
    if not rooms:
        return sorted(PACKAGE.rglob("*.py"))
    return sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) in rooms)


def room_of(path: Path) -> str:
    """Name of the room that a file belongs to: the package or module right below memsim_gui."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def where(path: Path, line: int = 1) -> str:
    """Name a place in a file, the way compilers do."""
    return f"{path.relative_to(ROOT)}:{line}"


@cache
def tree(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def functions(path: Path) -> list[Function]:
    """All functions of a file, methods and nested ones too."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, Function)]


def imported_modules(path: Path) -> list[tuple[int, str]]:
    """Line and dotted name of everything a file imports; `from a import b` counts as a.b."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found
