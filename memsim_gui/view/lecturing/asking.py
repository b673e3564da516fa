"""The bar of questions on a lecture's picture: large type, no buttons to press; keys and clicks are the lecture's."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from memsim_gui.session.predicting import Predictor
from memsim_gui.view.lecturing import keys
from memsim_gui.view.predict_bar import LINES, PredictBar

LINE_HEIGHT, MARGIN = 1.3, 1.05  # of a line, and beside the bar, in sizes of its type


class AskingBar(PredictBar):
    """Questions of a predictor below the picture."""

    def __init__(self, predictor: Predictor, lecture: QWidget) -> None:
        """Make the bar; `lecture` passes on keys by `answer`."""
        super().__init__(predictor, None)
        self.setParent(lecture)
        self.setProperty("role", "overlay")
        self.reset.hide()
        self.close_.hide()
        for button in self.findChildren(QPushButton):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def answer(self, key: int) -> bool:
        """Choose or reveal as a key says; return whether it was for a question that stands."""
        asked = self._predictor.question
        if asked is None or not self.isVisible():
            return False
        if key in keys.REVEALS:
            self._predictor.reveal()
        elif key in keys.ANSWERS:
            self._predictor.choose(keys.ANSWERS[key])
        return key in keys.REVEALS or key in keys.ANSWERS

    def place(self, type_size: float, *, shown: bool) -> int:
        """Lie along the lecture's lower edge, if it is to be shown; return the height that takes.

        It is the same whatever is asked or told: the picture above must not change its size with every question.
        """
        self.setVisible(shown and self._predictor.enabled)
        lecture = self.parentWidget()
        if self.isHidden() or lecture is None:
            return 0
        self.ensurePolished()
        self.text.setFixedHeight(round(LINES * LINE_HEIGHT * type_size))
        left = round(MARGIN * type_size)
        height, below = self.sizeHint().height(), left // 2
        self.setGeometry(left, lecture.height() - height - below, lecture.width() - 2 * left, height)
        return height + below
