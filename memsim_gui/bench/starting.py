"""start_*: from starting the process to a window that answers, beside that of the barest window with a chart."""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from memsim_gui.bench.result import Result

RUNS = 5
READY = "ready"
BARE = f"""
import sys
import pyqtgraph
from PySide6.QtWidgets import QApplication
application = QApplication(sys.argv)
window = pyqtgraph.PlotWidget()
window.show()
application.processEvents()
print({READY!r}, flush=True)
"""
OURS = f"""
import sys, tempfile
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from memsim_gui import app
from memsim_gui.session.opening import open_text
application = QApplication(sys.argv)
with tempfile.TemporaryDirectory() as folder:
    window = app.build(open_text(app.FIRST_SCENARIO), QSettings(folder + "/settings.ini", QSettings.Format.IniFormat))
    window.show()
    application.processEvents()
    print({READY!r}, flush=True)
    window.close()
"""


def start_warm_ratio() -> Result:
    """Time to our window, everything compiled, divided by the time to a bare PySide6 and pyqtgraph window."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        pairs = [(_seconds(OURS, **kept), _seconds(BARE, **kept)) for _ in range(1 + RUNS)]  # in turn: one load
    pairs = pairs[1:]  # the first run compiles the bytecode, as installers do
    ours, bare = map(statistics.median, zip(*pairs, strict=True))
    more = statistics.median(one - other for one, other in pairs)
    return Result(round(ours / bare, 2), f"{ours:.2f} s, a bare window {bare:.2f} s: {more:+.2f} s")


def start_cold_s() -> Result:
    """Seconds to our window when nothing is compiled: it plays the shipped recording while a child process compiles."""
    with tempfile.TemporaryDirectory() as folder:
        figure = _seconds(OURS, MEMSIM_CACHE_DIR=folder)
    return Result(round(figure, 2), "empty compile cache")


def _seconds(code: str, **environment: str) -> float:
    """Time until the child process says that its window has been shown; it then ends by itself."""
    begin = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        line = child.stdout.readline() if child.stdout else ""
        seconds = time.perf_counter() - begin
    if line.strip() != READY:
        raise RuntimeError("the window did not come up: its process wrote why above")
    return seconds


MEASUREMENTS = {"start_warm_ratio": start_warm_ratio, "start_cold_s": start_cold_s}
