"""The palette: type to find an action, a scenario or a dock, or type a command with its arguments; Return does it."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSettings, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from memsim_gui.engine import typed
from memsim_gui.engine.commands import COMMANDS, Command
from memsim_gui.engine.errors import InputError
from memsim_gui.view.dialogs.frame import open_at
from memsim_gui.view.style import UNIT, set_property, spaced
from memsim_gui.view.widgets.fields import in_words

SIZE = (150 * UNIT, 110 * UNIT)
RECENT_KEY, MOST_RECENT = "palette/recent", 12
PLACEHOLDER = 'an action, or a command such as "mlock heap 0 100000"'
OFFER_ROLE = Qt.ItemDataRole.UserRole
MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class Offer(NamedTuple):
    """Something that can be done: what it is called, its keys, and the doing; or a beginning of what can be typed."""

    text: str
    keys: str = ""
    do: Callable[[], object] | None = None
    begins: str = ""


class Palette(QDialog):
    """Finds among offers and commands; what was done lately stands first."""

    def __init__(
        self,
        offers: Sequence[Offer],
        submit: Callable[[Command], object],
        look_ahead: Callable[[Command], str],
        settings: QSettings,
        parent: QWidget,
    ) -> None:
        """Offer these; commands typed go to `submit`, and `look_ahead` says what they would do or raises InputError."""
        super().__init__(parent)
        self.setWindowTitle("Find an action or type a command")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        open_at(self, *SIZE)
        self._submit, self._look_ahead, self._settings = submit, look_ahead, settings
        self._recent = _recent(settings)
        self.search = QLineEdit(placeholderText=PLACEHOLDER)
        self.search.setAccessibleName("Find an action or type a command")
        self.search.installEventFilter(self)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName("What was found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setWordWrap(True)
        self._offers = self._ordered(offers)
        column = spaced(QVBoxLayout(self))
        for widget in (self.search, self.hint, self.list):
            column.addWidget(widget)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._do)
        self.list.itemActivated.connect(self._do)
        self.list.itemClicked.connect(self._do)
        self._find("")

    def _ordered(self, offers: Sequence[Offer]) -> list[Offer]:
        """Return all offers: recent ones, the others, then how each command is typed."""
        known = {offer.text: offer for offer in offers}
        lines = {text: _command(text) for text in self._recent if text not in known}
        known |= {text: self._line(text, command) for text, command in lines.items() if command}
        first = [known.pop(text) for text in self._recent if text in known]
        usages = [Offer(typed.usage(kind), "command", begins=f"{kind.op} ") for kind in COMMANDS.values()]
        return [*first, *known.values(), *usages]

    def _line(self, text: str, command: Command) -> Offer:
        return Offer(text, "command", partial(self._submit, command))

    # --- finding

    def _find(self, text: str) -> None:
        words = text.lower().split()
        self.list.clear()
        found = [offer for offer in self._offers if self._matches(offer, words)]
        command = self._judge(text)
        if command:
            line = " ".join(text.split())
            found = [self._line(line, command), *(offer for offer in found if offer.text != line)]
        for offer in found:
            item = QListWidgetItem(f"{offer.text}    {offer.keys}" if offer.keys else offer.text)
            item.setData(OFFER_ROLE, offer)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if found else -1)

    @staticmethod
    def _matches(offer: Offer, words: list[str]) -> bool:
        """Whether all words occur, in any order; how a command is typed stays while its arguments are."""
        said = f"{offer.text} {offer.keys}".lower()
        return all(word in said for word in words) or (bool(offer.begins) and words[0] == offer.begins.strip())

    def _judge(self, text: str) -> Command | None:
        """Say under the line what the command typed would do, or what is wrong with it; return it if it can be done."""
        kind = typed.kind_of(text)
        self.hint.setVisible(kind is not None)
        if kind is None:
            return None
        try:
            command = typed.parse(text)
            ahead = self._look_ahead(command)
        except InputError as error:
            self._say(f"{in_words(error)}\n{typed.usage(kind)}", "error" if " " in text.strip() else "preview")
            return None
        self._say(f"{command.describe()} {ahead}".strip(), "preview")
        return command

    def _say(self, text: str, role: str) -> None:
        self.hint.setText(text)
        set_property(self.hint, "role", role)

    # --- doing

    def _do(self) -> None:
        if self.list.currentRow() < 0:
            return
        offer: Offer = self.list.currentItem().data(OFFER_ROLE)
        if offer.do is None:
            self.search.setText(offer.begins)
            return
        recent = [offer.text, *(text for text in self._recent if text != offer.text)][:MOST_RECENT]
        self._settings.setValue(RECENT_KEY, json.dumps(recent))
        self.accept()
        offer.do()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the line has the focus."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in MOVES:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)


def _command(text: str) -> Command | None:
    """Return the command that a line describes, None if it describes none."""
    try:
        return typed.parse(text)
    except InputError:
        return None


def _recent(settings: QSettings) -> list[str]:
    """What was done lately, the last first."""
    try:
        found = json.loads(str(settings.value(RECENT_KEY, "[]")))
    except ValueError:
        return []
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
