"""The dialog for a new machine: memory, nodes, swap, devices, sysctls, policy, detail and seed, or a preset."""

import json
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from memsim_gui.engine import machine_spec, tunables
from memsim_gui.engine.devices import DEVICES
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine_spec import POLICIES
from memsim_gui.scene.words import duration
from memsim_gui.session.machines import KEYS, PRESETS, STANDARD, summary
from memsim_gui.trace import lanes
from memsim_gui.view.dialogs.frame import deciding, open_at
from memsim_gui.view.style import EDGE, SECTION_GAP, UNIT, spaced
from memsim_gui.view.transport import POLICY_TITLES
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.fields import ErrorLine, in_words, read_any_pages, read_pages, whole
from memsim_gui.view.widgets.rows import Rows
from memsim_gui.view.widgets.spin_field import SpinField

SIZE, FORM_WIDTH, ROW_HEIGHT = (230 * UNIT, 136 * UNIT), 78 * UNIT, 7 * UNIT
SYSCTL_NOTE = "Kernel settings: write a value to change one."
LAST_KEY, LAST_USED = "machine/last", "Last used"
SIZE_TIP = "such as 64 MiB, 8 GiB or 16384p"
NO_SWAP, SMALLEST_SWAP = "0", "64 pages"
DETAILS = {"Kernel: as Linux 6.1 does it": "kernel", "Classroom: one page at a time": "classroom"}
DEVICE_TITLES = {
    f"{device.name}: {duration(device.latency_ns)}, {device.bytes_per_s // 10**6} MB/s": device.name
    for device in DEVICES.values()
}
_NAMES = tunables.ALL_NAMES
HEADINGS = ("Setting", "Value", "By default", "Accepted")
NAME, VALUE, DEFAULT, ACCEPTED = range(len(HEADINGS))
BY_SIZE = {"vm.min_free_kbytes": "by memory", "vm.watermark_scale_factor": str(machine_spec.DEFAULT_SCALE_FACTOR)}


class Sysctls(QTableWidget):
    """All sysctls, each with a field for a value; what stays empty keeps its default.

    Signals:
        changed: something was written.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(len(tunables.ALL_NAMES), len(HEADINGS))
        self.setAccessibleName("Settings of the kernel")
        self.setProperty("role", "figures")
        self.setHorizontalHeaderLabels(HEADINGS)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setFixedHeight(ROW_HEIGHT)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setSelectionMode(self.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields have it
        self.fields = {name: _field(name) for name in _NAMES}
        self._defaults = {name: _cell("") for name in _NAMES}
        for row, name in enumerate(_NAMES):
            self.setItem(row, NAME, _cell(name))
            self.setCellWidget(row, VALUE, self.fields[name])
            self.setItem(row, DEFAULT, self._defaults[name])
            self.setItem(row, ACCEPTED, _cell(_accepted(name)))
            self.fields[name].textChanged.connect(self.changed)
        for column in (NAME, VALUE, DEFAULT):
            self.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(ACCEPTED, QHeaderView.ResizeMode.Stretch)

    def show_defaults(self, detail: str) -> None:
        """Show what holds where nothing is written."""
        for name in _NAMES:
            default = str(tunables.DETAILS[detail].get(name, BY_SIZE.get(name)))
            self._defaults[name].setText(default)
            self.fields[name].use_steps(_steps(name, default))

    def values(self) -> dict[str, str]:
        """What is written, by name."""
        written = {name: field.text().strip() for name, field in self.fields.items()}
        return {name: text for name, text in written.items() if text}

    def write(self, values: Mapping[str, object]) -> None:
        """Write these values and no others."""
        for name, field in self.fields.items():
            field.setText(str(values.get(name, "")))


def _field(name: str) -> SpinField[int | None]:
    return SpinField(partial(_checked, name), _steps(name, ""), "", f"{name}; empty = by default")


def _steps(name: str, default: str) -> steps.Steps:
    """Begin at the value by default; what depends on the machine begins at the lowest."""
    return steps.sysctl(name, default if default.isdecimal() else str(tunables.range_of(name)[0]), below="")


def _cell(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setToolTip(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    return item


def _accepted(name: str) -> str:
    low, high, _ = tunables.range_of(name)
    return f"{low} to {high}" if high < tunables.MOST else f"from {low}"


def _checked(name: str, text: str) -> int | None:
    """Value of a sysctl, None if nothing is written. Raises InputError."""
    return tunables.checked(name, text, "") if text.strip() else None


class MachineForm(Rows):
    """What a machine is made of, without its sysctls.

    Signals:
        changed: something was filled in.
        preset_chosen: the title of a preset.
    """

    changed = Signal()
    preset_chosen = Signal(str)

    def __init__(self, presets: list[str]) -> None:
        super().__init__()
        self.preset = Choice("Preset: a machine to begin with", presets)
        self.row("Preset", self.preset)
        self.memory = self.number("Memory", read_pages, steps.pages(STANDARD["memory"]), "", SIZE_TIP, "pages")
        self.nodes = self.choice(
            "Nodes", [str(n + 1) for n in range(lanes.MAX_NODES)], "NUMA nodes that share the memory"
        )
        self.swap = self.number(
            "Swap", read_any_pages, steps.pages(SMALLEST_SWAP, NO_SWAP, low=2), "", f"0 = none; {SIZE_TIP}", "pages"
        )
        self.device = self.choice("File device", DEVICE_TITLES, "where files lie")
        self.swap_device = self.choice("Swap device", DEVICE_TITLES, "where swapped pages lie")
        policies = {POLICY_TITLES.get(name, name): name for name in POLICIES}
        self.policy = self.choice("Policy", policies, "how reclaim decides")
        self.detail = self.choice("Detail", DETAILS, "how closely the kernel is followed")
        self.seed = self.number(
            "Seed", whole(0, (1 << 63) - 1), steps.numbers(STANDARD["seed"]), "", "the same seed gives the same run"
        )
        column = spaced(QVBoxLayout(self), margin=0)
        column.addLayout(self.grid)
        column.addStretch(1)
        self.preset.activated.connect(self._choose)

    def edited(self) -> None:
        """Tell that something was filled in."""
        self.changed.emit()

    def _choose(self) -> None:
        self.preset_chosen.emit(self.preset.currentText())

    def widget(self, key: str) -> SpinField[int] | Choice:
        """Return what holds a key of machines.KEYS."""
        found: SpinField[int] | Choice = getattr(self, key)
        return found

    def texts(self) -> dict[str, str]:
        """What is filled in, by key."""
        found = {}
        for key in KEYS:
            widget = self.widget(key)
            found[key] = widget.value() if isinstance(widget, Choice) else widget.text()
        return found

    def write(self, texts: Mapping[str, object]) -> None:
        """Fill everything in."""
        for key in KEYS:
            widget, text = self.widget(key), str(texts.get(key, STANDARD[key]))
            if isinstance(widget, Choice):
                widget.setCurrentIndex(max(0, widget.findData(text)))
            else:
                widget.setText(text)

    def table(self) -> dict[str, object]:
        """Keys and values as machine_spec.build takes them. Raises InputError."""
        found: dict[str, object] = {}
        for key in KEYS:
            found[key] = self.widget(key).value()
        return found


class NewMachineDialog(QDialog):
    """Asks for a machine.

    Signals:
        chosen: the keys of a machine that can be built, as machine_spec.build takes them.
    """

    chosen = Signal(dict)

    def __init__(self, settings: QSettings, parent: QWidget | None = None) -> None:
        """Begin with the machine used last, kept in `settings`, or with the first preset."""
        super().__init__(parent)
        self.setWindowTitle("New machine")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_at(self, *SIZE)
        self._settings = settings
        self._last = _last_used(settings)
        self.form = MachineForm([LAST_USED, *PRESETS] if self._last else [*PRESETS])
        self.sysctls = Sysctls()
        self.summary, self.problem = QLabel(), ErrorLine()
        self._buttons, self.create_button = deciding(self, "C&reate")
        self._lay_out()
        self.form.preset_chosen.connect(self._fill)
        self.form.changed.connect(self._judge)
        self.sysctls.changed.connect(self._judge)
        self._fill(self.form.preset.currentText())

    def _lay_out(self) -> None:
        self.form.setFixedWidth(FORM_WIDTH)
        self.summary.setWordWrap(True)
        self.summary.setAccessibleName("What this machine is")
        both = spaced(QHBoxLayout(), margin=0, gap=SECTION_GAP)
        both.addWidget(self.form)
        note = QLabel(SYSCTL_NOTE)
        note.setProperty("role", "label")
        right = spaced(QVBoxLayout(), margin=0)
        right.addWidget(note)
        right.addWidget(self.sysctls, 1)
        both.addLayout(right, 1)
        column = spaced(QVBoxLayout(self), margin=SECTION_GAP, gap=EDGE)
        column.addLayout(both, 1)
        column.addWidget(self.summary)
        column.addWidget(self.problem)
        column.addWidget(self._buttons)

    def _fill(self, title: str) -> None:
        texts = self._last if title == LAST_USED else {**STANDARD, **PRESETS[title]}
        for part in (self.form, self.sysctls):
            part.blockSignals(True)
            part.write(texts)
            part.blockSignals(False)
        self._judge()

    def _judge(self) -> None:
        """Say what this machine is, or what is wrong with it where it is wrong."""
        self.sysctls.show_defaults(self.form.detail.value())
        try:
            self.summary.setText(summary(machine_spec.build(self.table())))
        except InputError as error:
            self.summary.setText("")
            self._show(error)
        else:
            self._show(None)

    def _show(self, error: InputError | None) -> None:
        said = in_words(error) if error else ""
        key = error.where.removeprefix("machine.") if error else ""
        widget = self.form.widget(key) if key in KEYS else None
        if isinstance(widget, SpinField):
            widget.show_error(said)
        self.problem.say("" if isinstance(widget, SpinField) or key in ("size", "value") else said)
        self.create_button.setEnabled(not error)
        self.create_button.setToolTip(said)

    def table(self) -> dict[str, object]:
        """Return the keys of the machine. Raises InputError."""
        return {**self.form.table(), **self.sysctls.values()}

    def accept(self) -> None:
        """Hand the machine over and remember it, if it can be built."""
        if self.create_button.isEnabled():
            table = self.table()
            self._settings.setValue(LAST_KEY, json.dumps({**self.form.texts(), **self.sysctls.values()}))
            super().accept()
            self.chosen.emit(table)


def _last_used(settings: QSettings) -> dict[str, object]:
    """Return what was filled in the last time, empty if nothing readable is there."""
    try:
        found = json.loads(str(settings.value(LAST_KEY, "{}")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
