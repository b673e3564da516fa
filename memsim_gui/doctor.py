"""What this computer has of what the program needs: each check says what was found and what to do about it."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from memsim_gui import resources

SUPPORTED_PYTHON = ((3, 11), (3, 13))
FONT_FILES = (
    "Inter-Regular.otf",
    "Inter-SemiBold.otf",
    "Inter-Bold.otf",
    "JetBrainsMono-Regular.ttf",
    "JetBrainsMono-Bold.ttf",
)
PROBE_TIMEOUT_S = 60
REINSTALL = "install the program again: sh packaging/dev run, or pip install --force-reinstall memsim-gui"
INSTALL_LIBRARY = "install the system library named here; the README lists all that Qt needs"
# Marks of the line in which Qt says why it does not start, the most telling one first, and what to do about it.
QT_REASONS = (
    ("could not connect to display", "set DISPLAY to a display that is running, or unset it"),
    ("cannot open shared object", INSTALL_LIBRARY),
    ("needed", INSTALL_LIBRARY),
    ("", REINSTALL),
)

# Runs in a child process, because a platform plugin that does not load ends the whole process it is loaded in.
QT_PROBE = """
import sys
from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
app = QGuiApplication(sys.argv[:1])
refused = [name for name in sys.argv[1:] if QFontDatabase.addApplicationFont(name) < 0]
print(qVersion(), app.platformName(), *refused, sep="\\n")
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report: `advice` says what to do and is empty where nothing needs doing."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def report() -> list[Check]:
    """Return all checks, in the order in which they are worth mending. Takes a second or two; raises nothing."""
    return [_python(), _version("numpy"), _version("numba"), _compile_cache(), *_qt_and_fonts(), _display(), _h264()]


def _python() -> Check:
    lowest, highest = SUPPORTED_PYTHON
    ok = lowest <= sys.version_info[:2] <= highest
    advice = "" if ok else "use Python {}.{} to {}.{}".format(*lowest, *highest)
    return Check("Python", ok, platform.python_version(), advice)


def _version(distribution: str) -> Check:
    try:
        return Check(distribution, ok=True, found=metadata.version(distribution))
    except metadata.PackageNotFoundError:
        return Check(distribution, ok=False, found="not installed", advice=REINSTALL)


def _compile_cache() -> Check:
    name = "compile cache"
    try:
        from memsim_gui.jit import CACHE_DIR, is_compiled
    except ImportError as error:
        return Check(name, ok=False, found=str(error), advice=REINSTALL)
    if not os.access(CACHE_DIR, os.W_OK):
        advice = "make the folder writable, or set MEMSIM_CACHE_DIR to one that is"
        return Check(name, ok=False, found=f"{CACHE_DIR} is not writable: every start compiles anew", advice=advice)
    state = "core compiled" if is_compiled() else "core not compiled yet: the first start does it"
    return Check(name, ok=True, found=f"{CACHE_DIR}, {state}")


def _qt_and_fonts() -> Iterator[Check]:
    fonts = [str(resources.path("fonts", name)) for name in FONT_FILES]
    environment = dict(os.environ)
    if not _display_name():
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    command = [sys.executable, "-c", QT_PROBE, *fonts]
    try:
        probe = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        yield Check("Qt", ok=False, found=f"did not start within {PROBE_TIMEOUT_S} s", advice=REINSTALL)
        return
    if probe.returncode != 0:
        yield _qt_failure(probe.stderr or f"Qt ended with status {probe.returncode}")
        return
    version, plugin, *refused = probe.stdout.splitlines()
    yield Check("Qt", ok=True, found=f"{version}, platform plugin {plugin}")
    found = f"not loaded: {', '.join(refused)}" if refused else f"{len(fonts)} files in {resources.path('fonts')}"
    yield Check("fonts", ok=not refused, found=found, advice=REINSTALL if refused else "")


def _qt_failure(text: str) -> Check:
    """Pick the line that names the cause out of all that Qt or the interpreter wrote."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for mark, advice in QT_REASONS:
        if named := [line for line in lines if mark in line]:
            return Check("Qt", ok=False, found=named[-1], advice=advice)
    return Check("Qt", ok=False, found="no reason given", advice=REINSTALL)


def _display_name() -> str:
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY", "")


def _display() -> Check:
    if name := _display_name():
        return Check("display", ok=True, found=name)
    advice = "to open the window, start it from a desktop session"
    return Check("display", ok=True, found="none: run and export work, the window cannot be seen", advice=advice)


def _h264() -> Check:
    name = "H.264 encoder"
    try:
        from av.codec import Codec
    except ImportError as error:
        return Check(name, ok=False, found=str(error), advice=REINSTALL)
    try:
        return Check(name, ok=True, found=Codec("libx264", "w").long_name)
    except ValueError:
        advice = "export .webm instead, or install the av package's binary wheel"
        return Check(name, ok=False, found="this PyAV has no libx264", advice=advice)
