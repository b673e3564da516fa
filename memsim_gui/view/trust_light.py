"""The trust light in the footer, and the list of checks behind it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from memsim_gui.scene.trust.rules import RULES, Rule
from memsim_gui.scene.words import grouped
from memsim_gui.session.trust import Checked, State, Trust
from memsim_gui.view.dialogs.frame import closing, open_at
from memsim_gui.view.style import UNIT, set_property, spaced

SIZE, ROW_HEIGHT = (170 * UNIT, 124 * UNIT), 6 * UNIT
HEADERS = ("check", "what must hold", "checked last")
NAME, WORDS, LAST = range(3)
LOOKS = {State.GOOD: "good", State.SUMS: "good", State.MISSING: "busy", State.BROKEN: "bad"}
SIGNS = {State.GOOD: "✓", State.SUMS: "✓", State.MISSING: "?", State.BROKEN: "✗"}
EXPLAINED = {
    State.GOOD: "Lists, flags, page tables, caches and counters agree with each other. Everything is checked where you "
    "pause, and on the way what time allows.",
    State.SUMS: "This stretch of the trace tells how many pages moved, not which: only sums can be checked here.",
    State.MISSING: "Events are missing here, as the footer says: nothing can be checked before the next whole state.",
}


class TrustLight(QToolButton):
    """Says whether what is shown is consistent; pressed, it lists the checks."""

    def __init__(self, trust: Trust, parent: QWidget) -> None:
        """Follow the checks of a session."""
        super().__init__(parent)
        self._trust = trust
        self.setAutoRaise(True)
        self.setAccessibleName("Consistency checks")
        self.setToolTip("Is what is shown consistent? Lists the checks  (Ctrl+Shift+T)")
        trust.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        words = f"{SIGNS[self._trust.state]} {self._trust.words}"
        if words != self.text():
            self.setText(words)
            self.setAccessibleDescription(self._trust.words)
            set_property(self, "state", LOOKS[self._trust.state])


class TrustDialog(QDialog):
    """All checks: what each is about, and where it was made last."""

    def __init__(self, trust: Trust, parent: QWidget) -> None:
        """List the checks of a session; the list follows them."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Consistency checks")
        open_at(self, *SIZE)
        self._trust = trust
        self.said = QLabel(wordWrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._made = [QTableWidgetItem() for _ in RULES]
        self.table = self._make_table()
        column = spaced(QVBoxLayout(self))
        column.addWidget(self.said)
        column.addWidget(self.table, 1)
        column.addWidget(closing(self))
        trust.changed.connect(self._show)
        self._show()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(len(RULES), len(HEADERS))
        table.setHorizontalHeaderLabels(HEADERS)
        table.setAccessibleName("Checks, and where each was made last")
        table.setProperty("role", "figures")
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.horizontalHeader().setFixedHeight(ROW_HEIGHT)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        for row, rule in enumerate(RULES):
            for column, text in ((NAME, rule.name), (WORDS, rule.words)):
                table.setItem(row, column, QTableWidgetItem(text))
            table.setItem(row, LAST, self._made[row])
        return table

    def _show(self) -> None:
        trust = self._trust
        words = trust.blame.words if trust.blame else EXPLAINED[trust.state]
        self.said.setText(f"{trust.words[0].upper()}{trust.words[1:]}.\n{words}")
        for row, rule in enumerate(RULES):
            self._made[row].setText(self._last(rule, trust.checked[rule.name]))

    def _last(self, rule: Rule, checked: Checked) -> str:
        """Say where a check was made last, or why it is not made."""
        blame = self._trust.blame
        if blame and blame.found.rule == rule.name:
            return f"broken by event {grouped(blame.position)}"
        if rule not in self._trust.rules:
            return "cannot be known here"
        if checked.position < 0:
            return "not yet: pause to check"
        return f"event {grouped(checked.position)}" + ("" if checked.whole else ", a part of the pages")
