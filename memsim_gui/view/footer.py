"""The footer: where we are, how the core stands, and the progress of long tasks."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from memsim_gui.scene.words import grouped
from memsim_gui.session.moment import Moment
from memsim_gui.view.style import GAP, UNIT, set_property

MESSAGE_MS = 8000
PROGRESS_WIDTH = 44 * UNIT
CORE_LOOKS = {"ready": "good", "compiling": "busy", "building": "busy", "failed": "busy", "recording": ""}
EXPORTING, COMPILING, RUNNING = "exporting", "compiling", "running"
TASKS = (EXPORTING, COMPILING, RUNNING)  # the first of those under way is shown


class Footer(QStatusBar):
    """A status bar with fixed parts.

    Signals:
        cancelled: the task (one of TASKS) that the person wants stopped.
    """

    cancelled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GAP, 0, GAP, 0)
        self._tasks: dict[str, tuple[int, int]] = {}
        self._place, self._core = QLabel(), QLabel()
        self.progress = QProgressBar()
        self.progress.setFixedSize(PROGRESS_WIDTH, 4 * UNIT)
        self.cancel_button = QPushButton("cancel")
        self.cancel_button.setAccessibleName("Cancel the task under way")
        self.cancel_button.clicked.connect(self._cancel)
        self.addWidget(self._place)
        for widget in (self.progress, self.cancel_button, self._core):
            self.addPermanentWidget(widget)
        self._show_task()

    def show_place(self, moment: Moment) -> None:
        """Say where we are."""
        self._place.setText(f"event {grouped(moment.position)} of {grouped(len(moment.trace))}")

    def show_core(self, state: str, text: str) -> None:
        """Say how the core stands; `state` is one of session.session's."""
        self._core.setText(text)
        set_property(self._core, "state", CORE_LOOKS[state])

    def show_task(self, task: str, done: int, total: int) -> None:
        """Show how far a task is; a total of 0 = nobody knows."""
        self._tasks[task] = (done, total)
        self._show_task()

    def end_task(self, task: str) -> None:
        """The task has ended."""
        if self._tasks.pop(task, None):
            self._show_task()

    def _current(self) -> str:
        return next((task for task in TASKS if task in self._tasks), "")

    def _show_task(self) -> None:
        task = self._current()
        self.progress.setVisible(bool(task))
        self.cancel_button.setVisible(bool(task))
        if task:
            done, total = self._tasks[task]
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.progress.setFormat(f"{task} %p %")

    def _cancel(self) -> None:
        self.cancelled.emit(self._current())

    def say(self, text: str) -> None:
        """Show a message for a while."""
        self.showMessage(text, MESSAGE_MS)
