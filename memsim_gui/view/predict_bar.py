"""The bar below the stage that asks what comes next: choices on keys 1 to 4, the answer on Return, the score."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from memsim_gui.scene.prediction import MOST_CHOICES, Question
from memsim_gui.session.predicting import Predictor
from memsim_gui.view.style import set_property, spaced

WAITING = "Predict is on: play, and the clock stops before the next decision."
HINT = "Keys 1 to 4, or a click on the page; Return tells the answer."
ROW_OF = 2


class PredictBar(QFrame):
    """Shows the questions of a predictor; hidden while it is off.

    Signals:
        closed: the person wants no more questions.
    """

    closed = Signal()

    def __init__(self, predictor: Predictor) -> None:
        super().__init__()
        self.setProperty("role", "dock")
        self._predictor = predictor
        self._shortcuts: list[QShortcut] = []
        self.text, self.told, self.score = QLabel(WAITING), QLabel(), QLabel()
        self.choices = [QPushButton() for _ in range(MOST_CHOICES)]
        self.reveal = QPushButton("&Reveal")
        self.reset, self.close_ = QPushButton("Score to &zero"), QPushButton("&No more questions")
        self._lay_out()
        self._connect()
        self.hide()

    def _lay_out(self) -> None:
        self.text.setProperty("role", "heading")
        self.score.setProperty("role", "figure")
        for line in (self.text, self.told):
            line.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        top = spaced(QHBoxLayout(), margin=0)
        top.addWidget(self.text, 1)
        for widget in (self.score, self.reset, self.close_):
            top.addWidget(widget)
        self._grid = spaced(QGridLayout(), margin=0)
        for place, button in enumerate(self.choices):
            button.setCheckable(True)
            self._grid.addWidget(button, place // ROW_OF, place % ROW_OF)
        self._grid.addWidget(self.reveal, 0, ROW_OF, 2, 1)
        for column in range(ROW_OF):
            self._grid.setColumnStretch(column, 1)
        column = spaced(QVBoxLayout(self))
        column.addLayout(top)
        column.addWidget(self.told)
        column.addLayout(self._grid)

    def _connect(self) -> None:
        predictor = self._predictor
        for number, button in enumerate(self.choices):
            button.clicked.connect(lambda _on, number=number: predictor.choose(number))
            button.setToolTip(f"Answer {number + 1}  ({number + 1})")
        self.reveal.clicked.connect(predictor.reveal)
        self.reveal.setToolTip("Tell the answer and go on  (Return)")
        self.reset.clicked.connect(predictor.reset)
        self.close_.clicked.connect(self.closed)
        predictor.changed.connect(self._show)
        predictor.revealed.connect(self._tell)

    def keys(self, window: QWidget) -> None:
        """Give the bar its keys in a window; they work while a question stands."""
        pairs = [(str(number + 1), button.click) for number, button in enumerate(self.choices)]
        self._shortcuts = [QShortcut(QKeySequence(key), window, do) for key, do in pairs]
        self._shortcuts += [QShortcut(QKeySequence(key), window, self.reveal.click) for key in ("Return", "Enter")]
        self._show()

    def _show(self) -> None:
        """Show the question and the score as they are."""
        predictor, asked = self._predictor, self._predictor.question
        self.setVisible(predictor.enabled)
        self.text.setText(asked.text if asked else WAITING)
        self.score.setText(f"{predictor.right} of {predictor.answered} right")
        for number, button in enumerate(self.choices):
            there = asked is not None and number < len(asked.choices)
            button.setVisible(there)
            if asked and there:
                words = asked.choices[number]
                button.setText(f"{number + 1}   {words}")
                button.setAccessibleName(f"Answer {number + 1}: {words}")
                button.setChecked(number == predictor.chosen)
        self.reveal.setVisible(asked is not None)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(asked is not None)
        if asked:
            self.told.setText(HINT)
            set_property(self.told, "role", "preview")

    def _tell(self, asked: Question, chosen: int) -> None:
        """Say whether the answer was right, and why."""
        right = asked.choices[asked.answer].partition("  ")[0]
        verdict = "" if chosen < 0 else "Right. " if chosen == asked.answer else "No. "
        self.told.setText(f"{verdict}{right}: {asked.because}.")
        set_property(self.told, "role", "error" if 0 <= chosen != asked.answer else "good")
