"""Controls of the kernel as a whole: pressure, reclaim on request, caches, time, tunables."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QWidget

from memsim_gui.engine import commands, tunables
from memsim_gui.engine.commands import Command
from memsim_gui.engine.system_commands import LISTS
from memsim_gui.view.choice import Choice
from memsim_gui.view.controls.section import Button, Section
from memsim_gui.view.fields import Field, read_count, read_pages, read_whole
from memsim_gui.view.style import spaced

DROPS = ("1 page cache", "2 slab", "3 both")
SLIDERS = ("vm.swappiness", "vm.dirty_ratio", "vm.dirty_background_ratio")


class ReclaimSection(Section):
    """Take memory, and ask the kernel to reclaim some."""

    TITLE = "Pressure & reclaim"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.amount = Field(read_pages, "10 MiB", "Memory to take")
        self.pages = Field(read_pages, "32", "Pages to reclaim or scan")
        self.wait = Field(read_count, "1000", "Milliseconds to sleep")
        self.list = Choice("List to scan", tuple(LISTS))
        self.drop = Choice("What to drop", DROPS)
        self.row(self.amount, Button("pressure", "A process of its own takes this much more", self._pressure))
        self.row(
            self.pages,
            Button("direct reclaim", "Reclaim so many pages at once", self._direct),
        )
        self.row(self.list, Button("scan", "Scan so many pages at the tail of this list", self._scan))
        self.row(self.drop, Button("drop_caches", "Write this number to /proc/sys/vm/drop_caches", self._drop))
        self.row(
            Button("kswapd pass", "Ask kswapd for one balancing pass", commands.KswapdPass),
            Button("sync", "Write all dirty pages and wait", commands.Sync),
        )
        self.row(self.wait, Button("sleep", "Let the kernel's own work go on for so many milliseconds", self._sleep))

    def _pressure(self) -> Command:
        return commands.Pressure(self.amount.value())

    def _direct(self) -> Command:
        return commands.DirectReclaim(self.pages.value())

    def _scan(self) -> Command:
        return commands.ScanList(self.list.currentText(), self.pages.value())

    def _drop(self) -> Command:
        return commands.DropCaches(self.drop.currentIndex() + 1)

    def _sleep(self) -> Command:
        return commands.Sleep(self.wait.value())


class Knob(QWidget):
    """A tunable on a slider.

    Signals:
        let_go: the slider was let go at a new value.
    """

    let_go = Signal()

    def __init__(self, name: str) -> None:
        """Make a slider over the range of the tunable called `name`, at the kernel's default."""
        super().__init__()
        row = tunables.TUNABLES[name]
        self.name = name
        self._shown = QLabel()
        self._shown.setProperty("role", "figure")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(row.low, row.high)
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(f"{name}: {row.low} to {row.high} ({row.unit}), {row.default} by default")
        self._given = row.default
        grid = spaced(QGridLayout(self), margin=0)
        grid.addWidget(QLabel(name), 0, 0)
        grid.addWidget(self._shown, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._commit)
        self.show_value(row.default)

    def command(self) -> Command:
        """Return the command that sets the value shown."""
        return commands.SetSysctl(self.name, self.slider.value())

    def show_value(self, value: int) -> None:
        """Show the machine's value, unless the slider is being moved."""
        if not self.slider.isSliderDown():
            self._given = value
            self.slider.setValue(value)
            self._shown.setText(str(value))

    def _moved(self, value: int) -> None:
        self._shown.setText(str(value))
        if not self.slider.isSliderDown():
            self._commit()

    def _commit(self) -> None:
        if self.slider.value() != self._given:
            self._given = self.slider.value()
            self.let_go.emit()


class TunablesSection(Section):
    """Sliders for the tunables most talked about, and a field for all others."""

    TITLE = "Tunables"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.knobs = [Knob(name) for name in SLIDERS]
        self.name = Choice("Tunable", tuple(tunables.TUNABLES))
        self.value = Field(read_whole, "", "Value")
        for knob in self.knobs:
            self.row(knob)
            knob.let_go.connect(self._turn)
        self.row(self.name)
        self.row(self.value, Button("set", "Write this value", self._set))

    def _turn(self) -> None:
        """Send the command of the slider let go."""
        knob = self.sender()
        if isinstance(knob, Knob):
            self.attempt(knob.command)

    def _set(self) -> Command:
        name = self.name.currentText()
        return commands.SetSysctl(name, tunables.checked(name, self.value.value(), "value"))

    def show_values(self, values: Mapping[str, int]) -> None:
        """Show the machine's tunables, by name."""
        for knob in self.knobs:
            if knob.name in values:
                knob.show_value(values[knob.name])
