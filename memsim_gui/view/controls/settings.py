"""Forms of the kernel's settings: sliders for those most talked about, and a field for each sysctl."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from memsim_gui.engine import commands, tunables
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError
from memsim_gui.session.names import Names
from memsim_gui.trace.view_state import ViewState
from memsim_gui.view.controls.form import Form
from memsim_gui.view.style import spaced
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.fields import whole

SLIDERS = ("vm.swappiness", "vm.dirty_ratio", "vm.dirty_background_ratio")


class Knob(QWidget):
    """A tunable on a slider.

    Signals:
        let_go: the slider was let go at a new value; carries what sets it, a list of one engine.commands.SetSysctl.
    """

    let_go = Signal(list)

    def __init__(self, name: str) -> None:
        """Make a slider over the range of the tunable called `name`, at the kernel's default."""
        super().__init__()
        row = tunables.TUNABLES[name]
        self.name = name
        self._shown = QLabel()
        self._shown.setProperty("role", "figure")
        title = QLabel(name)
        title.setProperty("role", "label")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(row.low, row.high)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(f"{name}: {row.low} to {row.high} ({row.unit}), {row.default} by default")
        self._given = row.default
        self._unit = " %" if row.unit == "percent" else ""
        grid = spaced(QGridLayout(self), margin=0, gap=0)
        grid.addWidget(title, 0, 0)
        grid.addWidget(self._shown, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._commit)
        self.show_value(row.default)

    def show_value(self, value: int) -> None:
        """Show the machine's value, unless the slider is being moved."""
        if not self.slider.isSliderDown():
            self._given = value
            self.slider.setValue(value)
            self._show(value)

    def _show(self, value: int) -> None:
        self._shown.setText(f"{value}{self._unit}")

    def _moved(self, value: int) -> None:
        self._show(value)
        if not self.slider.isSliderDown():
            self._commit()

    def _commit(self) -> None:
        if self.slider.value() != self._given:
            self._given = self.slider.value()
            self.let_go.emit([commands.SetSysctl(self.name, self._given)])


class SettingsForm(Form):
    """Sliders, and one field for any sysctl."""

    TITLE = "Settings"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.knobs = [Knob(name) for name in SLIDERS]
        for knob in self.knobs:
            self.wide(knob)
            knob.let_go.connect(self.made)
        self.name = self.choice("Setting", tunables.ALL_NAMES, "a sysctl, or a knob of the model (memsim)")
        self.setting = self.number("Value", self._checked, steps.sysctl(SLIDERS[0], "0"), "", "the new value")
        self.button("Set", "Write this value", self._set)
        self.name.currentIndexChanged.connect(self._another)
        self._values: Mapping[str, int] = {}
        self._another()

    def _checked(self, text: str) -> int:
        """Value of the setting chosen. Raises InputError."""
        name = self.name.value()
        return tunables.checked(name, whole(-tunables.MOST)(text), "value")

    def _another(self) -> None:
        """Begin with the value in force."""
        name = self.name.value()
        text = str(self._values.get(name, ""))
        self.setting.use_steps(steps.sysctl(name, text or str(tunables.range_of(name)[0])))
        self.setting.setText(text)
        self.setting.show_error("")

    def _set(self) -> Command:
        value = self.setting.text()
        if not value.strip():
            raise InputError("", "no value is typed", "a whole number")
        return commands.SetSysctl(self.name.value(), self.setting.value())

    def offer(self, names: Names, view: ViewState, values: Mapping[str, int]) -> None:
        """Take in the values in force too."""
        known, self._values = self._values, values
        if known != values and not self.setting.hasFocus():
            self._another()
        for knob in self.knobs:
            if knob.name in values:
                knob.show_value(values[knob.name])
        super().offer(names, view, values)
