"""Lists of values to choose from: each row has words for the person and a value for the program."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from memsim_gui.view.style import spaced
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.fields import Field

Rows = Sequence[tuple[str, Any]]


class Options(Choice):
    """A choice of values.

    Signals:
        changed: another row is chosen.
    """

    changed = Signal()

    def __init__(self, name: str, rows: Rows) -> None:
        """Offer the values of `rows` under their words."""
        super().__init__(name)
        for words, value in rows:
            self.addItem(words, value)
        self.currentIndexChanged.connect(lambda _row: self.changed.emit())

    def value(self) -> Any:  # noqa: ANN401 - whatever the rows hold
        """Value of the row chosen."""
        return self.currentData()

    def choose(self, value: object) -> bool:
        """Choose the row of a value; return whether there is one."""
        row = self.findData(value)
        if row >= 0:
            self.setCurrentIndex(row)
        return row >= 0


class OptionsOrText(QWidget):
    """A choice of texts whose last row lets the person type another one.

    Signals:
        changed: the text is another one.
    """

    changed = Signal()

    def __init__(self, name: str, rows: Rows, words: str, typed: str) -> None:
        """Offer the texts of `rows`; the last row is called `words`, and then `typed` can be changed."""
        super().__init__()
        self.options = Options(name, [*rows, (words, None)])
        self.field: Field[str] = Field(str, typed, f"{name}: {words}")
        row = spaced(QHBoxLayout(self), margin=0)
        row.addWidget(self.options, 1)
        row.addWidget(self.field, 1)
        self.options.changed.connect(self._chosen)
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.setFocusProxy(self.options)
        self._chosen()

    def value(self) -> str:
        """Text chosen or typed."""
        found = self.options.value()
        return self.field.text().strip() if found is None else str(found)

    def choose(self, value: str) -> None:
        """Choose a text, or type it if no row has it."""
        if not self.options.choose(value):
            self.field.setText(value)
            self.options.choose(None)

    def _chosen(self) -> None:
        self.field.setVisible(self.options.value() is None)
        self.changed.emit()
