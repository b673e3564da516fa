"""Which machines to compare with: up to three columns of settings; what stays empty is as in the original."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from memsim_gui.engine import variant
from memsim_gui.engine.devices import DEVICES
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine_spec import POLICIES, MachineSpec, parse_overrides
from memsim_gui.engine.sizes import shown
from memsim_gui.engine.variant import Change
from memsim_gui.session.comparison import MOST_SIDES
from memsim_gui.view.dialogs.frame import deciding, open_at
from memsim_gui.view.style import SECTION_GAP, UNIT, spaced
from memsim_gui.view.transport import POLICY_TITLES
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.fields import ErrorLine, Field, in_words
from memsim_gui.view.widgets.options import Options
from memsim_gui.view.widgets.spin_field import SpinField

WIDTH = 190 * UNIT
WORDS_LINES = 3
AS_IT_IS = "as it is"
OTHER = "other settings"
SWAPPINESS = "vm.swappiness"
TITLES = {"device": "file device", "swap_device": "swap device"}
NOTE = "Each column is another machine that does the same. What stays empty is as in the original."


class Column(QWidget):
    """The settings of one machine.

    Signals:
        changed: something was filled in.
    """

    changed = Signal()

    def __init__(self, number: int, spec: MachineSpec) -> None:
        """Make empty fields; `spec` is the original."""
        super().__init__()
        policies = [(POLICY_TITLES.get(name, name), name) for name in POLICIES]
        devices = [(name, name) for name in DEVICES]
        self.choices = {
            "policy": Options(f"Machine {number}: policy", [(AS_IT_IS, ""), *policies]),
            "device": Options(f"Machine {number}: file device", [(AS_IT_IS, ""), *devices]),
            "swap_device": Options(f"Machine {number}: swap device", [(AS_IT_IS, ""), *devices]),
        }
        self.texts = _texts(number, spec)
        for widget in (*self.texts.values(), *self.choices.values()):
            signal = widget.changed if isinstance(widget, Options) else widget.textChanged
            signal.connect(self.changed)

    def widgets(self) -> list[tuple[str, QWidget]]:
        """Return the fields in order, with their names."""
        return [(TITLES.get(key, key), widget) for key, widget in (*self.choices.items(), *self.texts.items())]

    def table(self) -> dict[str, object]:
        """Keys as `--machine` takes them; empty if nothing is filled in. Raises InputError."""
        found: dict[str, object] = {key: choice.value() for key, choice in self.choices.items() if choice.value()}
        for key, line in self.texts.items():
            if line.text().strip() and key != OTHER:
                found[key] = line.text().strip()
        typed = [part for part in self.texts[OTHER].text().split(",") if part.strip()]
        return {**found, **parse_overrides(typed, OTHER)}


def _texts(number: int, spec: MachineSpec) -> dict[str, SpinField[str] | Field[str]]:
    """Fields that are empty at first and step from what the original has."""
    memory, swap, swappiness = shown(spec.managed), shown(spec.swap_pages), str(spec.sysctls[SWAPPINESS])
    ladders = {
        "memory": (memory, steps.pages(memory, below="")),
        "swap": (swap if spec.swap_pages else "none", steps.pages(swap, below="", low=0)),
        "swappiness": (swappiness, steps.sysctl(SWAPPINESS, swappiness, below="")),
    }
    made: dict[str, SpinField[str] | Field[str]] = {}
    for key, (present, ladder) in ladders.items():
        made[key] = SpinField(str, ladder, "", f"Machine {number}: {key}")
        made[key].setPlaceholderText(present)
    made[OTHER] = Field(str, "", f"Machine {number}: {OTHER}")
    made[OTHER].setPlaceholderText("name=value, name=value")
    return made


class CompareDialog(QDialog):
    """Asks for one to three machines.

    Signals:
        chosen: the changes (engine.variant.Change), in order.
    """

    chosen = Signal(list)

    def __init__(self, spec: MachineSpec, parent: QWidget | None = None) -> None:
        """Ask beside the machine described."""
        super().__init__(parent)
        self.setWindowTitle("Compare")
        open_at(self, WIDTH, self.sizeHint().height())
        self._spec = spec
        self.columns = [Column(number, spec) for number in range(1, MOST_SIDES + 1)]
        self.differs = [QLabel(wordWrap=True) for _ in self.columns]
        self.error = ErrorLine()
        buttons, self.go = deciding(self, "Co&mpare")
        column = spaced(QVBoxLayout(self), margin=SECTION_GAP)
        note = QLabel(NOTE)
        note.setProperty("role", "preview")
        column.addWidget(note)
        column.addLayout(self._grid())
        column.addWidget(self.error)
        column.addWidget(buttons)
        for part in self.columns:
            part.changed.connect(self._judge)
        self._judge()

    def _grid(self) -> QGridLayout:
        grid = spaced(QGridLayout(), margin=0)
        for number, part in enumerate(self.columns, 1):
            part.setParent(self)
            part.hide()
            grid.addWidget(QLabel(f"Machine {number}" + (", if wanted" if number > 1 else "")), 0, number)
            grid.setColumnStretch(number, 1)
            for row, (name, widget) in enumerate(part.widgets(), 1):
                if number == 1:
                    grid.addWidget(QLabel(name.capitalize()), row, 0)
                grid.addWidget(widget, row, number)
            self.differs[number - 1].setProperty("role", "preview")
            self.differs[number - 1].setMinimumHeight(WORDS_LINES * self.fontMetrics().lineSpacing())
            grid.addWidget(self.differs[number - 1], len(part.widgets()) + 1, number)
        return grid

    def changes(self) -> list[Change]:
        """Return the machines asked for. Raises InputError for the first that cannot be built."""
        tables = [part.table() for part in self.columns]
        return [self._checked(Change(table)) for table in tables if table]

    def _checked(self, change: Change) -> Change:
        variant.words(self._spec, change)
        return change

    def _judge(self) -> None:
        """Say under each column what differs, or what is wrong."""
        wrong = ""
        for part, line in zip(self.columns, self.differs, strict=True):
            words = ""
            try:
                words = variant.words(self._spec, Change(part.table()))
            except InputError as error:
                wrong = wrong or in_words(error)
            line.setText(words)
        self.error.say(wrong)
        self.go.setEnabled(not wrong and bool(self.changes()))

    def accept(self) -> None:
        """Hand the machines over."""
        super().accept()
        self.chosen.emit(self.changes())
