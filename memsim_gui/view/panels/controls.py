"""The controls: everything a person can do to the machine, each a command that lands in the history."""

from collections.abc import Mapping

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from memsim_gui.engine.commands import MAIN, Command
from memsim_gui.paint import Theme
from memsim_gui.session.core import RECORDING
from memsim_gui.session.moment import Changed, Moment
from memsim_gui.session.names import names_of
from memsim_gui.view.controls import files, memory, processes, reclaim, settings
from memsim_gui.view.controls.form import Form
from memsim_gui.view.controls.section import Section
from memsim_gui.view.panel import Panel
from memsim_gui.view.style import EDGE, GAP, UNIT, spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.icons import icon
from memsim_gui.view.widgets.rows import LABEL_WIDTH
from memsim_gui.view.widgets.scrolled import scrolled

NOTE = "Each button is a command: it lands in the timeline and can be undone."
EARLIER = "An earlier moment is shown. Commands act at the end of the timeline."
RECORDED = "A recording is shown. A command goes on from this moment; what came after it can be redone."
OPEN_KEY = "controls/open"
SECTIONS: tuple[tuple[str, str, tuple[type[Form], ...]], ...] = (
    ("processes", "Processes", (processes.StartForm, processes.ForkForm, processes.ExitForm)),
    (
        "allocate",
        "Allocate memory",
        (memory.PrivateForm, memory.SharedForm, files.MapFileForm, memory.UnmapForm),
    ),
    ("access", "Access memory", (memory.AccessForm,)),
    ("lock", "Lock memory (mlock)", (memory.LockForm,)),
    ("advise", "Advise the kernel", (memory.MadviseForm, files.FadviseForm)),
    (
        "files",
        "Files",
        (files.OpenForm, files.CreateForm, files.TransferForm, files.RandomForm, files.MixForm),
    ),
    (
        "reclaim",
        "Pressure and reclaim",
        (reclaim.PressureForm, reclaim.KswapdForm, reclaim.DirectForm, reclaim.ScanForm, reclaim.CgroupForm),
    ),
    ("caches", "Drop caches", (reclaim.DropForm,)),
    ("writeback", "Write back dirty pages", (reclaim.SyncForm, files.FsyncForm)),
    ("time", "Let time pass", (reclaim.SleepForm, reclaim.WaitForm)),
    ("settings", "Kernel settings", (settings.SettingsForm,)),
)
OPEN_AT_FIRST = ("allocate", "access", "files")


class ControlsPanel(Panel):
    """Sections of forms that fold, and the process that they act for.

    Signals:
        submitted: commands (engine.commands.Command) that are asked for at once.
    """

    NAME = "controls"
    TITLE = "Controls"
    INTEREST = Changed.POSITION
    CALM = True

    submitted = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.process = Choice("Acting process: commands are carried out by it")
        self.process.setPlaceholderText(f"{MAIN} (starts by itself)")
        self.sections = [Section(name, title, kinds, self.acting) for name, title, kinds in SECTIONS]
        self.note = QLabel(NOTE)
        self._settings: QSettings | None = None
        self._values: Mapping[str, int] = {}
        self._last_user: Section | None = None
        self._recorded = False
        self._lay_out()
        self._show_open(OPEN_AT_FIRST)
        for section in self.sections:
            section.made.connect(self._submit)
            section.stale.connect(self.woke)
            section.folded.connect(self._remember)
        self.process.currentIndexChanged.connect(self.woke)

    def _lay_out(self) -> None:
        forms = QWidget()
        column = spaced(QVBoxLayout(forms), gap=UNIT)
        column.setContentsMargins(GAP, GAP, GAP, EDGE)
        acting = spaced(QHBoxLayout(), margin=0, gap=UNIT)
        acting.setContentsMargins(UNIT, 0, UNIT, UNIT)
        label = QLabel("Process")
        label.setProperty("role", "label")
        label.setFixedWidth(LABEL_WIDTH)
        acting.addWidget(label)
        acting.addWidget(self.process, 1)
        column.addLayout(acting)
        for section in self.sections:
            column.addWidget(section)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "preview")
        self.note.setContentsMargins(UNIT, GAP, UNIT, 0)
        column.addWidget(self.note)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolled(forms, "Controls of the machine"))

    # --- what is open

    def remember(self, settings: QSettings) -> None:
        """Open the sections that were open the last time, and keep `settings` up to date from now on."""
        known = settings.value(OPEN_KEY)
        if isinstance(known, str):
            self._show_open(tuple(known.split(",")))
        self._settings = settings

    def _show_open(self, names: tuple[str, ...]) -> None:
        for section in self.sections:
            section.set_open(is_open=section.name in names)

    def _remember(self) -> None:
        if self._settings is not None:
            self._settings.setValue(OPEN_KEY, ",".join(section.name for section in self.sections if section.is_open))

    def set_theme(self, theme: Theme) -> None:
        """Draw the marks of the titles anew."""
        look = (theme.color["text_soft"], theme.color["asleep"], EDGE)
        for section in self.sections:
            section.set_icons(icon("forward", *look), icon("unfold", *look))

    # --- commands

    def acting(self) -> str:
        """Name of the process chosen; the default one while there is none."""
        return self.process.currentText() or MAIN

    def _submit(self, commands: list[Command]) -> None:
        sender = self.sender()
        self._last_user = sender if isinstance(sender, Section) else None
        self.submitted.emit(commands)

    def reject(self, reason: str) -> None:
        """Say under the form last used why the machine refused its command."""
        if self._last_user:
            self._last_user.refuse(reason)

    def show_core(self, state: str) -> None:
        """Take in what stands behind what is shown: commands to a recording act elsewhere (session.core)."""
        self._recorded = state == RECORDING
        self.woke.emit()

    def show_tunables(self, values: Mapping[str, int]) -> None:
        """Take in the machine's tunables, by name."""
        self._values = values
        self.woke.emit()

    def render_moment(self, moment: Moment) -> None:
        """Offer what exists here, and renew previews."""
        names = names_of(moment.view, moment.trace)
        self.process.offer(names.tasks)
        later = RECORDED if self._recorded else EARLIER
        self.note.setText(NOTE if moment.position >= len(moment.trace) else later)
        for section in self.sections:
            section.offer(names, moment.view, self._values)
