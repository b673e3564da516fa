"""The program with its window: the only place that builds session, exporter and window and ties them together."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QStandardPaths, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from memsim_gui import jit, resources
from memsim_gui.engine import scenario
from memsim_gui.engine.errors import InputError
from memsim_gui.scene import Pacing
from memsim_gui.session.autosave import Autosave, left_behind
from memsim_gui.session.export_settings import Format, Settings
from memsim_gui.session.opening import Opened, check_text, is_recording, open_text
from memsim_gui.session.session import Session
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view
from memsim_gui.view import text_size

if TYPE_CHECKING:
    from memsim_gui.view.main_window import MainWindow

FIRST_SCENARIO = "S1"
BAD_INPUT = 2
SETTINGS = "memsim", "memsim-gui"
NOTHING = Sizes(nodes=1, frames=0, ptes=0, cells=0, slots=1, vmas=0, files=0, tasks=0, devices=0)


class WindowExporter(QObject):
    """The exporter as the window wants it. Its encoder takes longer to load than the window: it waits until asked for.

    Signals:
        progressed: frames done, frames in all.
        ended: the path written, what went wrong in one line; one of them is empty.
    """

    progressed = Signal(int, int)
    ended = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exporter: Any = None

    @property
    def formats(self) -> tuple[Format, ...]:
        """What it can write."""
        found: tuple[Format, ...] = import_module("memsim_gui.export.formats").FORMATS
        return found

    def plan(self, trace: Trace, pacing: Pacing, path: str, settings: Settings) -> str:
        """Say in a line what an export will come to. Raises InputError as the export itself would."""
        return str(import_module("memsim_gui.export.run").plan(trace, pacing, Path(path), settings))

    @property
    def running(self) -> bool:
        """Whether an export is under way."""
        return self._exporter is not None and bool(self._exporter.running)

    def export(self, trace: Trace, path: str, settings: Settings) -> None:
        """Start an export of a trace that will not change any more."""
        if self._exporter is None:
            self._exporter = import_module("memsim_gui.export.exporter").Exporter(self)
            self._exporter.progressed.connect(self.progressed)
            self._exporter.ended.connect(self.ended)
        self._exporter.start(trace, Path(path), settings)

    def cancel(self) -> None:
        """Stop, and leave no file; does nothing when no export runs."""
        if self._exporter is not None:
            self._exporter.cancel()


def build(opened: Opened, settings: QSettings, autosaves: Path | None = None) -> "MainWindow":
    """Return the window, not shown yet, with its story on the way; what happens is saved in `autosaves`.

    Its modules are loaded here, when the size of its type is settled.
    """
    left = left_behind(autosaves) if autosaves else []
    session = Session(Trace(new_view(NOTHING), Meta()), autosave=Autosave(autosaves) if autosaves else None)

    def open_source(source: str) -> None:
        session.show(open_text(source))
        session.player.play()

    window: MainWindow = import_module("memsim_gui.view.main_window").MainWindow(
        session, WindowExporter(), open_source, _scenarios(), settings
    )
    session.show(opened)
    session.player.play()
    if left:
        window.files.offer_left_behind(left[0])
    return window


def spare_collections(window: "MainWindow") -> None:
    """Look for garbage only among what comes after the start, from then on.

    All that is loaded by then stays. To walk through it takes as long as several pictures.
    """

    def settled() -> None:
        gc.freeze()
        gc.enable()

    gc.disable()
    core = window.session.core
    if jit.is_compiled():
        core.room.prepared.connect(settled, Qt.ConnectionType.SingleShotConnection)
    else:
        settled()


def _at_once(source: str) -> Opened | None:
    """Open what was named, None for a recording that the window reads beside. InputError if it is bad.

    Where nobody can answer, a recording is read whole first: a damaged one ends the program.
    """
    if not is_recording(source) or os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return open_text(source)
    check_text(source)
    return None


def read_beside(window: "MainWindow", source: str) -> None:
    """Let a window that shows nothing read a recording; if that cannot be shown, it shows the first scenario."""

    def refused() -> None:
        if not len(window.session.trace):
            window.files.open(FIRST_SCENARIO)

    window.files.refused.connect(refused)
    window.files.open(source)


def _scenarios() -> list[tuple[str, str]]:
    """Ids and titles of the scenarios that ship."""
    return [(ident, scenario.load(path).title) for ident, path in scenario.shipped().items()]


def main(source: str | None) -> int:
    """Open the window on a source (None = the first scenario) and return the exit status when it is closed."""
    source = source or FIRST_SCENARIO
    try:
        opened = _at_once(source)
    except InputError as error:
        sys.stderr.write(f"memsim-gui: {error}\n")
        return BAD_INPUT
    application = QApplication(sys.argv[:1])
    text_size.settle(QSettings(*SETTINGS))
    application.setApplicationName("MemSim")
    application.setWindowIcon(QIcon(str(resources.path("icons", "memsim.svg"))))
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    window = build(opened or Opened(None, None), QSettings(*SETTINGS), Path(place) / "autosave")
    if opened is None:
        read_beside(window, source)
    spare_collections(window)
    window.show()
    return application.exec()
