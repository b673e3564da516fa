"""Rows: labelled things to fill in, each with its unit beside it and its errors under it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSizePolicy, QWidget

from memsim_gui.view.style import UNIT, spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.fields import ErrorLine, Field
from memsim_gui.view.widgets.spin_field import SpinField
from memsim_gui.view.widgets.steps import Steps

T = TypeVar("T")
LABEL_WIDTH, MEASURE_WIDTH = 19 * UNIT, 9 * UNIT
LABEL, ENTRY, MEASURE = range(3)  # columns


class Rows(QWidget):
    """A grid of rows. Subclasses place `grid` in their layout, add rows, and react to `edited`.

    Attributes:
        rows: the widgets of a row, label first, by what is filled in there.
        lines: the line under a field that says what is wrong with it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[QWidget, list[QWidget]] = {}
        self.lines: dict[QWidget, ErrorLine] = {}
        self.grid = spaced(QGridLayout(), margin=0, gap=UNIT)
        self.grid.setColumnMinimumWidth(LABEL, LABEL_WIDTH)
        self.grid.setColumnStretch(ENTRY, 1)

    def edited(self) -> None:
        """Something was filled in."""
        raise NotImplementedError

    def row(self, label: str, widget: QWidget, measure: str = "") -> QLabel:
        """Add a row: a label, what is filled in, and its unit, which is returned."""
        at = self.grid.rowCount()
        caption, unit = QLabel(label), QLabel(measure)
        caption.setProperty("role", "label")
        caption.setWordWrap(True)
        caption.setBuddy(widget)
        unit.setProperty("role", "preview")
        unit.setMinimumWidth(MEASURE_WIDTH)
        widget.setSizePolicy(QSizePolicy.Policy.Ignored, widget.sizePolicy().verticalPolicy())
        self.grid.addWidget(caption, at, LABEL)
        self.grid.addWidget(widget, at, ENTRY, 1, 1 if measure else 2)
        if measure:
            self.grid.addWidget(unit, at, MEASURE)
        self.rows[widget] = [caption, widget, unit] if measure else [caption, widget]
        return unit

    def wide(self, widget: QWidget) -> None:
        """Add a widget over all columns."""
        self.grid.addWidget(widget, self.grid.rowCount(), LABEL, 1, 3)

    def text(self, label: str, read: Callable[[str], T], start: str, tip: str) -> Field[T]:
        """Add a field for words that holds `start`; its errors stand under it."""
        field = Field(read, start, f"{label}: {tip}")
        self.row(label, field)
        self._judge(field)
        return field

    def number(
        self, label: str, read: Callable[[str], T], steps: Steps, start: str, tip: str, measure: str = ""
    ) -> SpinField[T]:
        """Add a field for a number that holds `start` and goes up and down; its errors stand under it."""
        field = SpinField(read, steps, start, f"{label}: {tip}")
        unit = self.row(label, field, measure)
        field.textChanged.connect(lambda typed: unit.setText("" if _has_unit(typed) else measure))
        unit.setText("" if _has_unit(start) else measure)
        self._judge(field)
        return field

    def _judge(self, field: Field[T] | SpinField[T]) -> None:
        line = ErrorLine()
        field.judged.connect(line.say)
        self.grid.addWidget(line, self.grid.rowCount(), LABEL, 1, 3)
        self.lines[field] = line
        field.textChanged.connect(self.edited)

    def choice(self, label: str, items: Sequence[str] | Mapping[str, str], tip: str) -> Choice:
        """Add a list to choose from."""
        made = Choice(f"{label}: {tip}" if tip else label, items)
        self.row(label, made)
        made.currentIndexChanged.connect(self.edited)
        return made

    def switch(self, text: str, tip: str) -> QCheckBox:
        """Add a check box."""
        box = QCheckBox(text)
        box.setToolTip(tip)
        box.setAccessibleName(tip)
        self.row("", box)
        box.toggled.connect(self.edited)
        return box

    def show_row(self, widget: QWidget, *, visible: bool) -> None:
        """Show or hide a row by what is filled in there."""
        for part in self.rows[widget]:
            part.setVisible(visible)
        if widget in self.lines:
            line = self.lines[widget]
            line.setVisible(visible and bool(line.text()))


def _has_unit(typed: str) -> bool:
    """Whether a unit was typed with the number: then the one beside the field would contradict it."""
    return any(letter.isalpha() for letter in typed)
