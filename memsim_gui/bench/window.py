"""frame_ms_1m_p99 and frame_ms_flat_out_max: what a pass of the whole window's event loop takes at 1920×1080."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from memsim_gui import app
from memsim_gui.bench.painting import SIZE, application
from memsim_gui.bench.result import Result, percentile
from memsim_gui.bench.story import OVERCOMMIT
from memsim_gui.session.opening import open_text
from memsim_gui.session.player import SPEEDS
from memsim_gui.view.main_window import MainWindow

RUN_SECONDS, FLAT_OUT_SECONDS, SETTLE_SECONDS = 10.0, 30.0, 3.0
FLAT_OUT_SOURCE = "S5"
LEAST_MS = 0.5  # an event loop that found nothing to do is no frame
WAITED = Path("/proc/thread-self/schedstat")
STORY = """
format = 1
id = "B1"
title = "A large machine under pressure"
summary = "Much more memory than a picture has points."
[machine]
detail = "kernel"
memory = {frames}
swap = {pages}
[[processes]]
name = "app"
[[steps]]
title = "Pressure"
caption = "A process larger than memory."
commands = [{{ op = "mmap", region = "heap", pages = {pages}, process = "app" }}]
[[steps]]
title = "More pressure"
caption = "It goes on and on."
repeat = 1000
commands = [
  {{ op = "access", region = "heap", pattern = "working-set", count = {count}, write = true, hot = {frames} }},
]
"""


class Pass(NamedTuple):
    """A pass of the event loop, in milliseconds.

    Attributes:
        clock: from its beginning to its end.
        alone: the same without the time when the thread could run and had no processor: other programs had them all.
        work: of the thread alone.
    """

    clock: float
    alone: float
    work: float


def frame_ms_1m_p99() -> Result:
    """Milliseconds, 99th percentile, of the window's thread for a frame while a machine of 1 Mi frames runs."""
    frames = 1 << 20
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "large.toml"
        text = STORY.format(frames=frames, pages=int(OVERCOMMIT * frames), count=1 << 20)
        source.write_text(text, encoding="utf-8")
        with _window(str(source), folder) as window:
            passes = list(_passes(SETTLE_SECONDS, window))
            passes = list(_passes(RUN_SECONDS, window))
    return Result(round(percentile([one.work for one in passes]), 2), _note(passes))


def frame_ms_flat_out_max() -> Result:
    """Milliseconds of the longest pass while a scenario runs as fast as it can, its trace grows and the window plays.

    Time when other programs had all processors does not count.
    """
    with tempfile.TemporaryDirectory() as folder, _window(FLAT_OUT_SOURCE, folder) as window:
        core, player = window.session.core, window.session.player
        for _ in _passes(FLAT_OUT_SECONDS, window):
            if core.steps_left:
                break
        player.set_speed(len(SPEEDS) - 1)
        core.run_steps()
        player.play()
        passes = []
        for one in _passes(FLAT_OUT_SECONDS, window):
            passes.append(one)
            if not core.busy:
                break
        events = len(window.session.trace)
    note = f"{FLAT_OUT_SOURCE}, {events} events at full speed: {_note(passes)}"
    return Result(round(max(one.alone for one in passes), 2), note)


@contextmanager
def _window(source: str, folder: str) -> Iterator[MainWindow]:
    """The program's window on a source, with settings of its own in a folder."""
    running = application()
    window = app.build(open_text(source), QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
    window.resize(*SIZE)
    app.spare_collections(window)
    window.show()
    yield window
    window.close()
    running.processEvents()


def _passes(seconds: float, window: MainWindow) -> Iterator[Pass]:
    """Passes of the event loop that had something to do, as long as the window is looked at."""
    end = time.perf_counter() + seconds
    while (begin := time.perf_counter()) < end and window.isVisible():
        waited, worked = _waited(), time.thread_time()
        QApplication.processEvents()
        clock = 1e3 * (time.perf_counter() - begin)
        if clock >= LEAST_MS:
            yield Pass(clock, clock - 1e3 * (_waited() - waited), 1e3 * (time.thread_time() - worked))
        else:
            time.sleep(1e-3)


def _waited() -> float:
    """Seconds that this thread has waited for a processor so far, 0 where the system does not tell."""
    try:
        return int(WAITED.read_text(encoding="ascii").split()[1]) / 1e9
    except OSError:
        return 0.0


def _note(passes: list[Pass]) -> str:
    def told(values: list[float]) -> str:
        return f"{percentile(values):.1f} ms, longest {max(values):.1f} ms"

    return (
        f"{len(passes)} passes of the whole window's event loop; 99 % within, and longest: work of its thread"
        f" {told([one.work for one in passes])}; without waiting for other programs"
        f" {told([one.alone for one in passes])}; by the clock {told([one.clock for one in passes])}"
    )


MEASUREMENTS = {"frame_ms_1m_p99": frame_ms_1m_p99, "frame_ms_flat_out_max": frame_ms_flat_out_max}
