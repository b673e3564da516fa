"""Who may import what: the layers, numba, and the parts of Qt."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import PACKAGE, files, imported_modules, room_of, where

CORE = ("PySide6.QtCore",)
GUI = (*CORE, "PySide6.QtGui", "shiboken6")  # shiboken6 hands a whole array of sprites to one draw call
ALL = ("PySide6", "pyqtgraph", "shiboken6")
# A room that does not stand here uses no Qt at all.
QT_ALLOWED = {"session": CORE, "paint": GUI, "export": (*GUI, "PySide6.QtSvg"), "view": ALL, "app": ALL, "bench": ALL}


def _is_qt(module: str) -> bool:
    return module.split(".", maxsplit=1)[0] in {"PySide6", "shiboken6", "pyqtgraph"}


def test_imports_point_down():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-logo"], cwd=PACKAGE.parent, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_only_jit_imports_numba():
    compilers = {"numba", "llvmlite"}
    found = [
        f"{where(path, line)}: {module}"
        for path in files()
        for line, module in imported_modules(path)
        if module.split(".", maxsplit=1)[0] in compilers and room_of(path) != "jit"
    ]
    assert not found


def test_each_room_uses_no_more_of_qt_than_it_may():
    found = [
        f"{where(path, line)}: {module}"
        for path in files()
        for line, module in imported_modules(path)
        if _is_qt(module) and not module.startswith(QT_ALLOWED.get(room_of(path), ()))
    ]
    assert not found


def test_importing_the_package_loads_neither_numba_nor_qt():
    code = "import sys, memsim_gui; print(*{'numba', 'numpy', 'PySide6'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_a_window_comes_up_without_waiting_for_numba():
    code = "import sys, memsim_gui.app, memsim_gui.mm.tick; print(*{'numba', 'llvmlite', 'av'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
