"""The bar below the stage that asks what comes next: choices on keys 1 to 4, the answer on Return, the score."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from memsim_gui.scene.prediction import MOST_CHOICES, Question
from memsim_gui.session.predicting import Predictor
from memsim_gui.view.style import GAP, UNIT, as_written, set_property, spaced

WAITING = "Play: the clock stops before the next decision. Answer by keys 1 to 4 or a click on a page; Return tells."
LINES = 2  # of text


class PredictBar(QFrame):
    """Shows the questions of a predictor; hidden while it is off.

    Signals:
        closed: the person wants no more questions.
    """

    closed = Signal()

    def __init__(self, predictor: Predictor, window: QWidget | None) -> None:
        """Make the bar; its keys work in the whole window while a question stands; None = they are for others."""
        super().__init__()
        self.setProperty("role", "dock")
        self._predictor = predictor
        self.text, self.score = QLabel(WAITING), QLabel()
        self.choices = [QPushButton() for _ in range(MOST_CHOICES)]
        self.reveal = QPushButton("&Reveal")
        self.reset, self.close_ = QPushButton("Reset"), QPushButton("Close")
        pairs = [(str(number + 1), button) for number, button in enumerate(self.choices)]
        pairs += [("Return", self.reveal), ("Enter", self.reveal)]
        self._keys = [QShortcut(QKeySequence(key), window, button.click) for key, button in pairs if window]
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self.text.setWordWrap(True)
        as_written(self.text)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setMinimumHeight(LINES * self.fontMetrics().lineSpacing())
        self.score.setProperty("role", "figure")
        top, bottom = spaced(QHBoxLayout(), margin=0), spaced(QHBoxLayout(), margin=0)
        top.addWidget(self.text, 1)
        for widget in (self.score, self.reset, self.close_):
            top.addWidget(widget)
        for button in self.choices:
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            bottom.addWidget(button, 1)
        bottom.addWidget(self.reveal)
        keeps = self.reveal.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # the stage above must not change its size with every question
        self.reveal.setSizePolicy(keeps)
        column = spaced(QVBoxLayout(self), margin=GAP, gap=UNIT)
        column.addLayout(top)
        column.addLayout(bottom)

    def _connect(self) -> None:
        predictor = self._predictor
        for number, button in enumerate(self.choices):
            button.clicked.connect(lambda _on, number=number: predictor.choose(number))
        self.reveal.clicked.connect(predictor.reveal)
        self.reveal.setToolTip("Tell the answer and go on  (Return)")
        self.reset.setToolTip("Begin the score anew")
        self.close_.setToolTip("No more questions  (G)")
        for button in (self.reset, self.close_):
            button.setAccessibleName(button.toolTip())
        self.reset.clicked.connect(predictor.reset)
        self.close_.clicked.connect(self.closed)
        predictor.changed.connect(self._show)
        predictor.revealed.connect(self._tell)

    def _show(self) -> None:
        """Show the question and the score as they are."""
        predictor, asked = self._predictor, self._predictor.question
        self.setVisible(predictor.enabled)
        self.score.setText(f"{predictor.right} of {predictor.answered} right")
        choices = asked.choices if asked else ()
        for number, button in enumerate(self.choices):
            there = number < len(choices)
            button.setVisible(there)
            if there:
                button.setText(f"{number + 1}   {choices[number]}")
                button.setToolTip(f"{choices[number]}  ({number + 1})")
                button.setAccessibleName(f"Answer {number + 1}: {choices[number]}")
                button.setChecked(number == predictor.chosen)
        self.reveal.setVisible(asked is not None)
        for key in self._keys:
            key.setEnabled(asked is not None)
        if asked:
            self._say(asked.text, "question")

    def _tell(self, asked: Question, chosen: int) -> None:
        """Say whether the answer was right, and why."""
        right = asked.choices[asked.answer]
        if chosen < 0:
            self._say(f"{right}. {asked.because}.", "")
        elif chosen == asked.answer:
            self._say(f"Right: {right}. {asked.because}.", "good")
        else:
            self._say(f"No: {right}. {asked.because}.", "error")

    def _say(self, text: str, role: str) -> None:
        self.text.setText(text)
        set_property(self.text, "role", role)
