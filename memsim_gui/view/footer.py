"""The footer: where we are, how the core stands, and the progress of long tasks."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from memsim_gui.scene.timeline.event_marks import Losses
from memsim_gui.scene.words import byte_size, grouped
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.trace.store import Memory
from memsim_gui.view.style import GAP, UNIT, set_property
from memsim_gui.view.widgets.figures import Figures

MESSAGE_MS = 8000
MOST_UNITS = 1000  # of a progress bar
PROGRESS_WIDTH = 44 * UNIT
CORE_LOOKS = {
    "ready": "good",
    "loading": "busy",
    "compiling": "busy",
    "building": "busy",
    "failed": "busy",
    "recording": "",
}
OPENING, EXPORTING, COMPILING, RUNNING = "opening", "exporting", "compiling", "running"
TASKS = (OPENING, EXPORTING, COMPILING, RUNNING)  # the first of those under way is shown


class Footer(QStatusBar):
    """A status bar with fixed parts.

    Signals:
        cancelled: the task (one of TASKS) that the person wants stopped; empty = one too short to be shown.
        occupied: whether there are tasks.
    """

    cancelled = Signal(str)
    occupied = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(GAP, 0, GAP, 0)
        self._tasks: dict[str, tuple[int, int]] = {}
        self._place, self._core, self.memory, self.losses = Figures(), QLabel(), Figures(), QLabel()
        self.memory.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._checkpoints = Memory(0, 0)
        set_property(self.losses, "state", "busy")
        self.losses.setContentsMargins(GAP, 0, 0, 0)
        self.memory.setContentsMargins(0, 0, GAP, 0)
        self.losses.hide()
        self.progress = QProgressBar()
        self.progress.setFixedSize(PROGRESS_WIDTH, 4 * UNIT)
        self.cancel_button = QPushButton("cancel")
        self.cancel_button.setAccessibleName("Cancel the task under way")
        self.cancel_button.setToolTip("Cancel the task under way  (Ctrl+.)")
        self.cancel_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the focus where it is
        self.cancel_button.clicked.connect(self.cancel)
        self.addWidget(self._place)
        self.addWidget(self.losses)
        for widget in (self.progress, self.cancel_button, self.memory, self._core):
            self.addPermanentWidget(widget)
        self.messageChanged.connect(self._make_room)
        self._show_task()

    def _make_room(self, message: str) -> None:
        """Let a message have the place of figures that can wait, and be read to its end in a narrow window."""
        self.memory.setVisible(not message)
        self.setToolTip(message)

    def show_place(self, moment: Moment) -> None:
        """Say where we are."""
        self._place.tell(f"event {grouped(moment.position)} of {grouped(len(moment.trace))}")
        if moment.changed & Changed.TRACE or not moment.running:
            self._show_memory(moment.trace.memory)

    def show_checkpoints(self, memory: Memory) -> None:
        """Learn what the checkpoints take."""
        self._checkpoints = memory

    def _show_memory(self, keyframes: Memory) -> None:
        both = [sum(pair) for pair in zip(keyframes, self._checkpoints, strict=True)]
        self.memory.tell("history {} of {}".format(*map(byte_size, both)))
        parts = [("Keyframes, to be quick at any moment", keyframes), ("Checkpoints, to undo", self._checkpoints)]
        lines = [f"{what}: {byte_size(used)} of {byte_size(budget)}" for what, (used, budget) in parts if budget]
        self.memory.setToolTip("\n".join(lines))

    def show_losses(self, losses: Losses | None) -> None:
        """Say which events are missing, if any are."""
        self.losses.setVisible(losses is not None)
        if losses:
            number, first, last = map(grouped, losses)
            self.losses.setText(f"{number} events did not fit: op {first} to {last}")
            self.losses.setToolTip(
                f"{number} events did not fit into the ring: detail is missing from op {first} to op {last}.\n"
                "What happened there appears at once; all before and after is exact."
            )

    def show_core(self, state: str, text: str) -> None:
        """Say how the core stands; `state` is one of session.session's."""
        self._core.setText(text)
        set_property(self._core, "state", CORE_LOOKS[state])

    def show_task(self, task: str, done: int, total: int) -> None:
        """Show how far a task is; a total of 0 = nobody knows."""
        scale = max(1, total // MOST_UNITS)  # Qt counts in 32 bits
        self._tasks[task] = (done // scale, total // scale)
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
        self.occupied.emit(bool(task))
        if task:
            done, total = self._tasks[task]
            self.progress.setRange(0, total)
            self.progress.setValue(done)
            self.progress.setFormat(f"{task} %p %")

    def cancel(self) -> None:
        """Ask for the end of the task shown."""
        self.cancelled.emit(self._current())

    def say(self, text: str) -> None:
        """Show a message for a while."""
        self.showMessage(text, MESSAGE_MS)
