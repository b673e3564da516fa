"""Long tasks in the footer (opening, exporting, compiling, running), each with progress and a way to stop it."""

import time

from PySide6.QtCore import QObject, Signal

from memsim_gui.session.core import COMPILING as CORE_COMPILES
from memsim_gui.session.export_settings import Settings
from memsim_gui.session.session import Session
from memsim_gui.trace.store import Trace
from memsim_gui.view.exporting import ExporterLike
from memsim_gui.view.files import Files
from memsim_gui.view.footer import COMPILING, EXPORTING, OPENING, RUNNING, Footer

LONG_S = 0.5  # from then on a running command has a progress bar
PERCENT = 100


class Tasks(QObject):
    """Watches session and exporter, and shows in the footer what takes long.

    Signals:
        under_way: whether there is anything that could be cancelled.
    """

    under_way = Signal(bool)

    def __init__(self, session: Session, exporter: ExporterLike, files: Files, footer: Footer, parent: QObject) -> None:
        """Begin to watch."""
        super().__init__(parent)
        self._session, self._exporter, self._files, self._footer = session, exporter, files, footer
        self._simulated = (0, 0)  # how far the way to the moment asked for is
        self._busy_since = time.monotonic()
        session.core.changed.connect(self._core_changed)
        session.core.compiled.connect(self._compiled)
        session.core.busy_changed.connect(self._busy_changed)
        session.core.simulated.connect(self._simulated_so_far)
        files.read.connect(self._read)
        files.reading_ended.connect(self._reading_ended)
        exporter.progressed.connect(self._exporting)
        exporter.ended.connect(self._exported)
        footer.cancelled.connect(self._cancel)
        footer.occupied.connect(self._tell)

    def _tell(self) -> None:
        self.under_way.emit(self._session.core.busy or self._footer.progress.isVisibleTo(self._footer))

    def look(self, now: float) -> None:
        """Show that a command is still running; called once a frame with the time of `time.monotonic`."""
        if self._session.core.busy and now - self._busy_since > LONG_S:
            self._footer.show_task(RUNNING, *self._simulated)

    def _simulated_so_far(self, done: int, total: int) -> None:
        self._simulated = (done, total)

    def _read(self, done: int, total: int) -> None:
        self._footer.show_task(OPENING, done, total)

    def _reading_ended(self) -> None:
        self._footer.end_task(OPENING)

    def export(self, trace: Trace, path: str, settings: Settings) -> None:
        """Export a trace that will not change any more, beside the running window."""
        if self._exporter.running:
            self._footer.say("an export is running already")
            return
        self._footer.show_task(EXPORTING, 0, 0)
        self._exporter.export(trace, path, settings)

    def _exporting(self, done: int, total: int) -> None:
        self._footer.show_task(EXPORTING, done, total)

    def _exported(self, path: str, problem: str) -> None:
        self._footer.end_task(EXPORTING)
        self._footer.say(problem or f"exported {path}")

    def _core_changed(self, state: str, text: str) -> None:
        self._footer.show_core(state, text)
        if state != CORE_COMPILES:
            self._footer.end_task(COMPILING)

    def _compiled(self, percent: int) -> None:
        self._footer.show_task(COMPILING, percent, PERCENT)

    def _busy_changed(self, busy: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._busy_since = time.monotonic()
        self._simulated = (0, 0)
        if not busy:
            self._footer.end_task(RUNNING)
        self._tell()

    def _cancel(self, task: str) -> None:
        if task == EXPORTING:
            self._exporter.cancel()
            self._footer.say("export cancelled")
        elif task == COMPILING:
            self._session.core.cancel_compiling()
        elif task == OPENING:
            self._files.cancel_reading()
            self._footer.say("opening was cancelled")
        else:
            self._session.core.cancel()
        self._footer.end_task(task)
