"""The bar of questions on a lecture's picture: large type, no buttons to press; keys and clicks are the lecture's."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from memsim_gui.session.predicting import Predictor
from memsim_gui.view.lecturing import keys
from memsim_gui.view.predict_bar import PredictBar


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

    def place(self, left: int, *, shown: bool) -> int:
        """Lie along the lecture's lower edge, `left` from its sides, if it is to be shown; return what that takes."""
        self.setVisible(shown and self._predictor.enabled)
        lecture = self.parentWidget()
        if self.isHidden() or lecture is None:
            return 0
        self.ensurePolished()
        height, below = self.sizeHint().height(), left // 2
        self.setGeometry(left, lecture.height() - height - below, lecture.width() - 2 * left, height)
        return height + below
