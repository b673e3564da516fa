"""Predicting: the clock stops before a decision, a question is asked, and the score is kept."""

from PySide6.QtCore import QObject, Signal

from memsim_gui.scene.prediction import Question, next_decision, question
from memsim_gui.scene.selection import Selection
from memsim_gui.session.player import Player


class Predictor(QObject):
    """Asks about what a player is about to show. `look` is called once a frame, after the clock has moved.

    Attributes:
        question: what is asked now, None if nothing is.
        chosen: index of the choice made, -1 if none has been.
        right, answered: the score.

    Signals:
        changed: another question, choice or score.
        revealed: the Question and the choice made (-1 = none).
    """

    changed = Signal()
    revealed = Signal(object, int)

    def __init__(self, player: Player, parent: QObject | None = None) -> None:
        """Ask nothing until it is enabled."""
        super().__init__(parent)
        self._player = player
        self.enabled = False
        self.question: Question | None = None
        self.chosen = -1
        self.right = self.answered = 0
        self._trace = player.trace
        self._seen = 0  # the first position that has not been shown yet
        self._done = 0  # decisions before this position are not asked again

    def enable(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        """Begin or end asking."""
        self.enabled = on
        self._trace, self._done = self._player.trace, 0
        self._remember()
        self._withdraw()

    def look(self) -> None:
        """Stop the clock if it has come to a decision, or take back a question that it has left behind."""
        player = self._player
        if not self.enabled:
            return
        if player.trace is not self._trace:
            self._trace, self._done, self._seen = player.trace, 0, player.position
        if self.question:
            # The panel of what is selected tells its whole life, and so the answer; a step's camera selects too.
            player.select(Selection())
            if player.running or player.position != self.question.asked_at:
                self._done = self.question.decision + 1
                self._withdraw()
        elif player.running and player.position >= self._seen:
            self._ask(self._seen)
        if player.position < self._seen - 1:
            self._done = 0
        self._remember()

    def _ask(self, start: int) -> None:
        player = self._player
        asked_at, decision = next_decision(player.trace, start, player.position)
        while 0 <= decision < self._done:
            asked_at, decision = next_decision(player.trace, decision + 1, player.position)
        if asked_at < 0:
            return
        player.seek(asked_at)
        self.question = question(player.trace, asked_at, decision, player.view, player.trace.meta.seed)
        if self.question is None:
            self._done = decision + 1
            return
        player.pause()
        player.select(Selection())
        self.changed.emit()

    def _remember(self) -> None:
        self._seen = self._player.position + (self._player.fraction > 0)

    def _withdraw(self) -> None:
        self.question, self.chosen = None, -1
        self.changed.emit()

    def choose(self, choice: int) -> None:
        """Answer; another answer may still be chosen."""
        if self.question and 0 <= choice < len(self.question.choices):
            self.chosen = choice
            self.changed.emit()

    def pick(self, frame: int) -> bool:
        """Answer with a page, if it is one of the choices; return whether a question stands."""
        if self.question and frame in self.question.frames:
            self.choose(self.question.frames.index(frame))
        return self.question is not None

    def reveal(self) -> None:
        """Tell the answer, count it if one was given, and let the clock go on."""
        asked, chosen = self.question, self.chosen
        if asked is None:
            return
        if chosen >= 0:
            self.answered += 1
            self.right += chosen == asked.answer
        self._done = asked.decision + 1
        self._withdraw()
        self.revealed.emit(asked, chosen)
        self._player.play()

    def reset(self) -> None:
        """Begin the score anew."""
        self.right = self.answered = 0
        self.changed.emit()
