"""What stands in the stage's place while a story cannot be shown yet: its core is compiled, once on each computer."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from memsim_gui.session.core import COMPILING, FAILED
from memsim_gui.session.session import Session
from memsim_gui.view.centre import Centre
from memsim_gui.view.style import GAP, UNIT, spaced
from memsim_gui.view.transport import TransportBar

WHY = "The core that simulates memory is compiled for this computer, once. Then the story begins by itself."
STOPPED = "Without its core this story cannot run. What is compiled is kept: the next start goes on from there."
MEANWHILE = "S1"
WIDTH = 120 * UNIT


class WaitingPage(QFrame):
    """Says what is waited for, how far that is, and what can be watched until then."""

    def __init__(self, watch: Callable[[], object]) -> None:
        """`watch` shows something that needs no core."""
        super().__init__()
        self.setProperty("role", "dock")
        self.title, self.text, self.progress = QLabel(), QLabel(wordWrap=True), QProgressBar()
        self.title.setProperty("role", "heading")
        self.progress.setAccessibleName("How much of the core is compiled")
        self.watch = QPushButton(f"Watch {MEANWHILE} meanwhile")
        self.watch.setToolTip("The life of one page plays from a recording, which needs no core")
        self.watch.clicked.connect(watch)
        self._lay_out()

    def _lay_out(self) -> None:
        words = spaced(QVBoxLayout(), margin=0)
        words.addStretch(1)
        for widget in (self.title, self.text, self.progress):
            widget.setFixedWidth(WIDTH)
            words.addWidget(widget)
        words.addSpacing(GAP)
        words.addWidget(self.watch, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(2)
        row = spaced(QHBoxLayout(self))
        row.addStretch(1)
        row.addLayout(words)
        row.addStretch(1)

    def show_state(self, title: str, *, stopped: bool) -> None:
        """Name the story, and say whether it can still come."""
        self.title.setText(title)
        self.text.setText(STOPPED if stopped else WHY)
        self.progress.setVisible(not stopped)


class Waiting(QObject):
    """Puts the page in the stage's place for as long as it is right."""

    def __init__(
        self, session: Session, centre: Centre, transport: TransportBar, open_source: Callable[[str], object]
    ) -> None:
        """Begin to watch a session; `open_source` opens what can be watched meanwhile."""
        super().__init__(centre)
        self._session, self._centre, self._transport, self._open = session, centre, transport, open_source
        self.page: WaitingPage | None = None
        session.core.changed.connect(self._changed)
        session.core.compiled.connect(self._compiled)
        session.opened.connect(self._end)

    def _changed(self, state: str) -> None:
        awaited = self._session.awaited
        if awaited is None or state not in {COMPILING, FAILED}:
            self._end()
            return
        if self.page is None:
            self.page = WaitingPage(self._watch)
            self._centre.show_instead(self.page)
            self._transport.show_story(awaited.title, self._session.trace.meta.policy)
        self.page.show_state(awaited.title, stopped=state == FAILED)

    def _compiled(self, percent: int) -> None:
        if self.page:
            self.page.progress.setValue(percent)

    def _watch(self) -> None:
        self._open(MEANWHILE)

    def _end(self) -> None:
        if self.page:
            self.page = None
            self._centre.show_stage()
