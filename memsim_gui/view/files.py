"""Files of the window: opening a story, saving what happened as a recording, exporting it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from memsim_gui.engine import recording
from memsim_gui.engine.errors import InputError
from memsim_gui.session.jobs import snapshot
from memsim_gui.session.session import Session

OPEN_FILTERS = "All sources (*.toml *.wl *.memsim);;Scenarios (*.toml);;Scripts (*.wl);;Recordings (*.memsim)"
SAVE_FILTER = "Recordings (*.memsim)"


class Files(QObject):
    """Asks for files and does what is asked with them.

    Signals:
        said: what happened, in one line.
        refused: nothing was opened.
    """

    said = Signal(str)
    refused = Signal()

    def __init__(self, session: Session, open_source: Callable[[str], None], parent: QWidget) -> None:
        """Serve a window; `open_source` shows what the person names in the session, or raises InputError."""
        super().__init__(parent)
        self._session, self._open_source, self._window = session, open_source, parent

    def ask_open(self) -> None:
        """Let the person choose what to open."""
        path, _ = QFileDialog.getOpenFileName(self._window, "Open", "", OPEN_FILTERS)
        if path:
            self.open(path)

    def open(self, source: str) -> None:
        """Show a scenario, script or recording; what is wrong with it is said."""
        try:
            self._open_source(source)
        except InputError as error:
            self.said.emit(str(error))
            self.refused.emit()

    def ask_save(self) -> None:
        """Let the person choose where to save the recording."""
        path, _ = QFileDialog.getSaveFileName(self._window, "Save recording", "recording.memsim", SAVE_FILTER)
        if path:
            self.save(path)

    def save(self, path: str) -> None:
        """Write the trace shown to a file, whole or not at all."""
        try:
            recording.save(snapshot(self._session.trace), path)
        except InputError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(f"saved {path}")
