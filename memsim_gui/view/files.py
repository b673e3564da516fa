"""Files of the window: opening a story, saving what happened as a recording."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMainWindow

from memsim_gui.engine import recording
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.recording import DamagedError
from memsim_gui.session.autosave import forget
from memsim_gui.session.background import Background, Progress
from memsim_gui.session.jobs import snapshot
from memsim_gui.session.names import file_stem
from memsim_gui.session.opening import Opened, is_recording, open_recording, with_course
from memsim_gui.session.session import Session
from memsim_gui.view.offer import Offer

OPEN_FILTERS = "All sources (*.toml *.wl *.memsim);;Scenarios (*.toml);;Scripts (*.wl);;Recordings (*.memsim)"
SAVE_FILTER = "Recordings (*.memsim)"


class Files(QObject):
    """Asks for files and does what is asked with them. Recordings, which may be large, are read and written beside.

    Signals:
        said: what happened, in one line.
        refused: nothing was opened.
        read: how much of a recording has been read, of how much.
        reading_ended: no recording is being read any more.
    """

    said = Signal(str)
    refused = Signal()
    read = Signal(object, object)
    reading_ended = Signal()

    def __init__(self, session: Session, open_source: Callable[[str], None], parent: QMainWindow) -> None:
        """Serve a window; `open_source` shows what the person names in the session, or raises InputError."""
        super().__init__(parent)
        self._session, self._open_source, self._window = session, open_source, parent
        self._tasks: set[Background] = set()
        self._reading: Background | None = None
        self._offer: Offer | None = None  # of what is intact
        self._folder = ""  # in which a file was chosen the last time

    def ask_open(self) -> None:
        """Let the person choose what to open."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", self._folder, OPEN_FILTERS)
        if path:
            self._folder = str(Path(path).parent)
            self.open(path)

    def open(self, source: str) -> None:
        """Show a scenario, script or recording; what is wrong with it is said. What was being read is let go."""
        self.cancel_reading()
        self._let_go_of_offer()
        if is_recording(source):
            self.said.emit(f"opening {source}")
            self._read_beside(source)
            return
        try:
            self._open_source(source)
        except InputError as error:
            self._not_opened(error)

    def _read_beside(self, source: str) -> None:
        def heed(act: Callable[..., None]) -> Callable[..., None]:
            """A late word of what was let go is not heard."""
            return lambda *words: act(*words) if self._reading is thread else None

        thread = self._beside(partial(open_recording, source), heed(self._show), heed(self._not_opened))
        self._reading = thread
        thread.progressed.connect(heed(self.read.emit))
        thread.finished.connect(heed(self._reading_over))

    def _reading_over(self) -> None:
        self._reading = None
        self.reading_ended.emit()

    def cancel_reading(self) -> None:
        """Let go of a recording that is being read, if one is; returns at once."""
        if self._reading:
            self._reading.cancel()
            self._reading_over()

    def _show(self, opened: object) -> None:
        if isinstance(opened, Opened):
            self._session.show(opened)
            self._session.player.play()
            self.said.emit("")

    def _not_opened(self, error: object) -> None:
        self.said.emit("" if isinstance(error, DamagedError) else str(error))
        self.refused.emit()
        if isinstance(error, DamagedError):
            self.offer_intact(error)

    def offer_intact(self, error: DamagedError) -> None:
        """Offer to open what is intact of a damaged recording."""
        choices: dict[str, Callable[[], object]] = {
            "Open what is intact": partial(self._open_intact, error),
            "Do not open": self._answered,
        }
        self._offer = Offer(f"{Path(error.where).name}: {error.found}", choices, self._window)

    def _let_go_of_offer(self) -> None:
        """What was offered of one recording is not asked about any more when another one is opened."""
        if self._offer:
            self._offer.go_away()
            self._offer = None

    def _answered(self) -> None:
        self._offer = None  # it goes away by itself

    def _open_intact(self, error: DamagedError) -> None:
        self._answered()
        self._beside(lambda _: with_course(Opened(None, error.intact)), self._show, self._not_opened)

    def offer_left_behind(self, path: Path) -> None:
        """Offer to open what a program that did not come to its end has saved by itself."""
        choices = {"Open it": partial(self._open_left_behind, path), "Delete it": partial(forget, path)}
        Offer("MemSim was not closed the last time. What it did until then is saved.", choices, self._window)

    def _open_left_behind(self, path: Path) -> None:
        self.open(str(path))
        self.said.emit("Save the recording to keep it")

    def ask_save(self) -> None:
        """Let the person choose where to save the recording."""
        offered = str(Path(self._folder, f"{file_stem(self._session.trace.meta.title)}.memsim"))
        path, _ = QFileDialog.getSaveFileName(self._window, "Save recording", offered, SAVE_FILTER)
        if path:
            self._folder = str(Path(path).parent)
            self.save(path)

    def save(self, path: str) -> None:
        """Write the trace shown to a file, whole or not at all."""
        self.said.emit(f"saving {path}")
        trace = snapshot(self._session.trace)
        self._beside(partial(recording.save, trace, path), partial(self._saved, path), self._not_saved)

    def _saved(self, path: str, _result: object) -> None:
        self.said.emit(f"saved {path}")

    def _not_saved(self, error: object) -> None:
        self.said.emit(str(error))

    def _beside(
        self, task: Callable[[Progress], object], succeeded: Callable[[object], None], failed: Callable[[object], None]
    ) -> Background:
        thread = Background(task, self)
        thread.succeeded.connect(succeeded)
        thread.failed.connect(failed)
        self._tasks.add(thread)
        thread.finished.connect(self._let_go)
        thread.start()
        return thread

    def _let_go(self) -> None:
        """Delete the tasks that are done."""
        for thread in [task for task in self._tasks if task.isFinished()]:
            self._tasks.discard(thread)
            thread.deleteLater()

    def close(self) -> None:
        """Let go of what is being read, and wait for what is being written: a file asked for must be there."""
        self.cancel_reading()
        for thread in list(self._tasks):
            thread.wait()
