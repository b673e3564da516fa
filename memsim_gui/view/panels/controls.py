"""The controls: everything a person can do to the machine, each a command that lands in the history."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.names import names_of
from memsim_gui.view.controls.files import FileSection
from memsim_gui.view.controls.memory import AccessSection, AllocateSection, LockSection, ProcessSection
from memsim_gui.view.controls.reclaim import ReclaimSection, TunablesSection
from memsim_gui.view.controls.section import Section
from memsim_gui.view.panel import Panel
from memsim_gui.view.scrolled import scrolled
from memsim_gui.view.style import SECTION_GAP, spaced

NOTE = "Every button is a command: it lands in the history and can be undone."


class ControlsPanel(Panel):
    """Forms for processes, memory, files, locks, reclaim and tunables.

    Signals:
        submitted: a command (engine.commands.Command).
    """

    NAME = "controls"
    TITLE = "Controls"
    INTEREST = Changed.POSITION
    CALM = True

    submitted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        process = ProcessSection()
        self.tunables = TunablesSection()
        self.sections: list[Section] = [
            process,
            AllocateSection(process),
            AccessSection(),
            FileSection(process),
            LockSection(),
            ReclaimSection(),
            self.tunables,
        ]
        self._last_user: Section | None = None
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        forms = QWidget()
        column = spaced(QVBoxLayout(forms))
        column.setSpacing(SECTION_GAP)
        for section in self.sections:
            column.addWidget(section)
        note = QLabel(NOTE)
        note.setWordWrap(True)
        note.setProperty("role", "preview")
        column.addWidget(note)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(forms))

    def _connect(self) -> None:
        for section in self.sections:
            section.made.connect(self._submit)
            section.stale.connect(self.woke)

    def _submit(self, command: object) -> None:
        sender = self.sender()
        self._last_user = sender if isinstance(sender, Section) else None
        self.submitted.emit(command)

    def reject(self, reason: str) -> None:
        """Say under the form last used why the machine refused its command."""
        if self._last_user:
            self._last_user.reject(reason)

    def show_tunables(self, values: Mapping[str, int]) -> None:
        """Show the machine's tunables, by name."""
        self.tunables.show_values(values)

    def render_moment(self, moment: Moment) -> None:
        """Offer what exists here, and renew previews."""
        names = names_of(moment.view, moment.trace)
        for section in self.sections:
            section.offer(names, moment.view)
